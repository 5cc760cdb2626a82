/**
 * From options to a transport.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { warnOfReaders } from "../secrecy.ts";
import type { ConnectionOptions, Transport } from "./common.ts";
import type { Dialing } from "./dial.ts";
import { mismatch, readAuthorities, readClientCertificate } from "./files.ts";
import { readPin } from "./pin.ts";
import { requirePlatform } from "./platform.ts";
import { type Proxy, proxyFor } from "./proxy.ts";

/**
 * Makes the transport of a command that has connection options.
 *
 * @throws {UsageError} for options that contradict each other, or cannot be
 * used.
 */
export async function open(
  options: ConnectionOptions,
  url: string,
  io: Pick<Io, "note" | "env">,
): Promise<Transport> {
  const isInsecure = options.flag("insecure");
  const pins = options.texts("pin").map(readPin);
  checkTogether(options, url);
  const dialing = await readDialing(options, url, io);
  const client = createClient(dialing);
  const platform: Transport["fetch"] = (input, init) =>
    fetch(input, { ...init, client });
  const why = isInsecure
    ? "--insecure"
    : pins.length > 0
    ? "--pin"
    : dialing.proxy?.login && dialing.proxy.protocol.startsWith("http")
    ? `a user name in ${dialing.proxy.from}`
    : undefined;
  if (why === undefined) {
    return {
      fetch: platform,
      close: () => client.close(),
    };
  }
  try {
    requirePlatform(why);
    requirePlainProxy(why, dialing.proxy);
  } catch (error) {
    client.close();
    throw error;
  }
  if (isInsecure) {
    io.note(
      "--insecure: certificates are not verified; anyone on the way can read everything, the API key too, and answer in the archive's place",
    );
  }
  const { ownFetch } = await import("./own_fetch.ts");
  const own = ownFetch({
    ...dialing,
    ...(pins.length > 0 ? { pins } : {}),
    isInsecure,
  });
  return {
    // Only TLS needs our own connections.
    fetch: (input, init) =>
      /^http:/.test(String(input))
        ? platform(input, init)
        : own.fetch(input, init),
    close: () => {
      own.close();
      client.close();
    },
  };
}

/** Reads how to connect, all but `--pin` and `--insecure`. */
export async function readDialing(
  options: Pick<ConnectionOptions, "text">,
  url: string,
  io: Pick<Io, "note" | "env">,
): Promise<Dialing> {
  const authorities = options.text("cacert");
  const keyFile = options.text("client-key");
  const own = await readClientCertificate(options.text("client-cert"), keyFile);
  const address = new URL(url);
  address.protocol = "https:"; // the platform handles http
  const dialing = {
    own,
    authorities: authorities === undefined
      ? undefined
      : await readAuthorities(authorities),
    proxy: proxyFor(address, options.text("proxy"), io.env),
  };
  if (keyFile !== undefined) await warnOfReaders("--client-key", keyFile, io);
  return dialing;
}

function checkTogether(options: ConnectionOptions, url: string): void {
  if (options.texts("pin").length === 0) return;
  if (options.flag("insecure")) {
    throw new UsageError(
      "--insecure and --pin contradict each other: leave one out",
    );
  }
  if (/^\s*http:/i.test(url)) {
    throw new UsageError(
      "--pin: http has no certificate that could be compared: give the address with https",
    );
  }
}

/**
 * Refuses proxies that our own connections cannot use: all but `http:`.
 *
 * @throws {UsageError} for others.
 */
export function requirePlainProxy(why: string, proxy: Proxy | undefined): void {
  if (proxy === undefined || proxy.protocol === "http:") return;
  throw new UsageError(
    `${why} cannot be combined with the proxy ${proxy.shown} (${proxy.from}): only with one of http://, or none`,
  );
}

/**
 * Refuses certificates and keys that the platform does not take.
 *
 * @throws {UsageError} if they cannot be used, or do not belong together.
 */
export function checkClient(dialing: Dialing): void {
  createClient(dialing).close();
}

/** The client of the platform's `fetch`. */
function createClient({ authorities, own, proxy }: Dialing): Deno.HttpClient {
  // the platform reads the environment itself
  const typed = proxy?.from === "--proxy" ? proxy : undefined;
  try {
    return Deno.createHttpClient({
      ...(authorities ? { caCerts: authorities } : {}),
      ...(typed ? { proxy: platformProxy(typed) } : {}),
      ...own,
    } as Deno.CreateHttpClientOptions);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    const { message } = error as Error;
    if (/consistent|mismatch/i.test(message)) throw mismatch();
    throw new UsageError(
      `${
        own ? "--client-cert and --client-key" : "--cacert"
      } cannot be used: ${message}`,
    );
  }
}

function platformProxy({ shown, login }: Proxy): Deno.Proxy {
  return { url: shown, ...(login ? { basicAuth: login } : {}) };
}
