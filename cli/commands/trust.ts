/**
 * `esmond-ps trust`: the certificate of an archive, and the option that trusts
 * it.
 *
 * @module
 */

import { ArchiveAddress } from "../../client/address.ts";
import { span } from "../../client/certificates.ts";
import {
  ArchiveTimeoutError,
  ArchiveUnreachableError,
} from "../../client/errors.ts";
import { reasonOf } from "../../client/reasons.ts";
import { UsageError } from "../errors.ts";
import { type Io, printable } from "../io.ts";
import { readSeconds } from "../options/amounts.ts";
import type { OptionsOf } from "../options/table.ts";
import { noteWords, withUrl } from "../options/values.ts";
import type { Certificate } from "../tls/certificate.ts";
import { Connections, type Dialing, RefusedError } from "../tls/dial.ts";
import { checkClient, readDialing, requirePlainProxy } from "../tls/open.ts";
import { requirePlatform } from "../tls/platform.ts";
import { hostOf } from "../tls/proxy.ts";
import type { Command } from "./command.ts";

/** Connects, and shows the certificate; no request is sent. */
export const run: Command<"trust"> = async (options, io) => {
  const url = readAddress(options, io);
  const timeout = readSeconds(options, "timeout");
  const dialing = await readDialing(options, url.href, io);
  checkClient(dialing);
  requirePlatform("trust");
  requirePlainProxy("trust", dialing.proxy);
  const { certificate, problem } = await look(url, dialing, timeout, io);
  for (const line of report(certificate, problem, hostOf(url))) {
    await io.stdout.write(`${printable(line)}\n`);
  }
};

function readAddress(options: OptionsOf<"trust">, io: Io): URL {
  const [word, ...surplus] = options.words;
  const text = options.text("url") ?? word;
  if (!text) {
    throw new UsageError(
      "name the archive, such as: trust https://ma.example.net",
    );
  }
  noteWords(options.text("url") ? options.words : surplus, io);
  const { root } = withUrl(() => new ArchiveAddress(text, ""));
  if (root.protocol === "https:") return root;
  if (root.protocol === "file:") {
    throw new UsageError("a file has no certificate: name an archive");
  }
  throw new UsageError(
    `${root.origin} has no certificate: http neither encrypts nor proves who answers`,
  );
}

/** The certificate that was found. */
interface Found {
  certificate: Certificate;
  /** Why it is not accepted; absent if it is. */
  problem?: string;
}

async function look(
  url: URL,
  dialing: Dialing,
  timeout: number,
  { signal }: Io,
): Promise<Found> {
  const connections = new Connections(dialing);
  const host = hostOf(url);
  const port = Number(url.port) || 443;
  const failed = { url: url.origin };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    if (timeout === 0) return;
    timer = setTimeout(
      () => reject(new ArchiveTimeoutError(timeout, failed)),
      Math.min(timeout * 1000, 2 ** 31 - 1),
    );
  });
  const judge = async (): Promise<Found> => {
    const certificate = await connections.certificate(host, port);
    try {
      await connections.dial(host, port);
      return { certificate };
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return { certificate, problem: error.message };
    }
  };
  try {
    return await Promise.race([judge(), stopped]);
  } catch (error) {
    if (signal.aborted || error instanceof ArchiveTimeoutError) throw error;
    const reason = error instanceof RefusedError
      ? error.message
      : reasonOf(error).reason;
    throw new ArchiveUnreachableError(
      reason,
      { ...failed, cause: error },
      false,
    );
  } finally {
    clearTimeout(timer);
    connections.close();
  }
}

function report(
  certificate: Certificate,
  problem: string | undefined,
  host: string,
): string[] {
  const { subject, issuer, isSelfSigned, names } = certificate;
  const rows: [what: string, text: string][] = [
    ["subject", subject || "none"],
    ["issued by", isSelfSigned ? "itself: it is self-signed" : issuer],
    ["for", names.join(", ") || "no host: it names none"],
    ["valid from", timeOf(certificate.from)],
    ["valid until", `${timeOf(certificate.until)}, ${termOf(certificate)}`],
    ["certificate", certificate.pin],
    ["", certificate.fingerprint],
    ["key", certificate.keyPin],
    [
      "accepted",
      problem === undefined ? "yes" : problem.replace(/^.*?not accepted/, "no"),
    ],
  ];
  return [
    ...rows.map(([what, text]) =>
      `${what.padEnd(13)}${text.replace(/[\t\n]+/g, " ")}`
    ),
    "",
    ...advice(certificate, problem, host),
  ];
}

function advice(
  certificate: Certificate,
  problem: string | undefined,
  host: string,
): string[] {
  const pin = `  --pin ${certificate.keyPin}`;
  if (problem === undefined) {
    return ["No option is needed. To accept this key and no other:", pin];
  }
  return [
    "To trust it, once the archive's operator has confirmed the fingerprint:",
    pin,
    ...(isForAuthority(certificate, host)
      ? [
        `or, with ${
          certificate.isSelfSigned
            ? "this certificate"
            : `the certificate of ${certificate.issuer}`
        } in FILE:`.replace(/[\t\n]+/g, " "),
        "  --cacert FILE",
      ]
      : []),
  ];
}

/** Whether only its authority is missing. */
function isForAuthority(certificate: Certificate, host: string): boolean {
  const now = Date.now();
  const { from, until, isSelfSigned, isAuthority } = certificate;
  return from.getTime() <= now && until.getTime() >= now &&
    certificate.isFor(host) &&
    // The platform does not accept the certificate of an authority for a host.
    !(isSelfSigned && isAuthority);
}

function timeOf(date: Date): string {
  return Number.isNaN(date.getTime())
    ? "unknown: it cannot be read"
    : `${date.toISOString().replace("T", " ").slice(0, 19)} UTC`;
}

/** For how long it is valid, or since when it is not. */
function termOf({ from, until }: Certificate): string {
  const now = Date.now();
  const seconds = (ms: number) => span(Math.floor(ms / 1000));
  if (until.getTime() < now) {
    return `expired ${seconds(now - until.getTime())} ago`;
  }
  return from.getTime() > now
    ? `not valid before ${seconds(from.getTime() - now)} from now`
    : `for ${seconds(until.getTime() - now).replace(" ", " more ")}`;
}
