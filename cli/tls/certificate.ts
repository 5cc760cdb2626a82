/**
 * Certificates: what they say, and why one was refused.
 *
 * @module
 */

import { createHash, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import {
  certificateProblem,
  firstOf,
  span,
} from "../../client/certificates.ts";
import { pinOf } from "./pin.ts";

/** The parts of a certificate that people compare. */
export interface Certificate {
  /** Its subject, such as `CN=ma.example.net`. */
  subject: string;
  /** Its issuer. */
  issuer: string;
  /** Whether its issuer is its subject. */
  isSelfSigned: boolean;
  /** Whether it may issue others. */
  isAuthority: boolean;
  /** The names and addresses of its hosts. */
  names: string[];
  /** The beginning of its validity. */
  from: Date;
  /** The end of its validity. */
  until: Date;
  /** Its pin. */
  pin: string;
  /** Its pin in hexadecimal digits, as openssl prints it. */
  fingerprint: string;
  /** The pin of its public key. */
  keyPin: string;
  /** Whether it is for a host. */
  isFor(host: string): boolean;
}

/** Reads a certificate, in DER or PEM. */
export function readCertificate(bytes: Uint8Array | string): Certificate {
  const read = new X509Certificate(bytes);
  const hash = sha256(read.raw);
  const key = read.publicKey.export({ type: "spki", format: "der" });
  const subject = oneName(read.subject);
  const issuer = oneName(read.issuer);
  const names = (read.subjectAltName ?? "").split(", ").filter(Boolean)
    .map((name) => name.replace(/^(DNS|IP Address):/, ""));
  return {
    subject,
    issuer,
    isSelfSigned: subject === issuer,
    isAuthority: read.ca,
    names,
    from: new Date(read.validFrom),
    until: new Date(read.validTo),
    pin: pinOf(hash),
    fingerprint: [...hash]
      .map((byte) => byte.toString(16).padStart(2, "0").toUpperCase())
      .join(":"),
    keyPin: pinOf(sha256(key)),
    isFor: (host) =>
      isIP(host) === 0
        ? names.some((name) => isNameOf(name, host))
        : read.checkIP(host) !== undefined,
  };
}

/**
 * Whether a name of a certificate is that of a host. Deno's own check does not
 * know wildcards, and takes the subject for a name.
 */
function isNameOf(name: string, host: string): boolean {
  const [one, other] = [name, host]
    .map((each) => each.toLowerCase().replace(/\.$/, ""));
  if (!one!.startsWith("*.")) return one === other;
  const dot = other!.indexOf(".");
  return dot > 0 && other!.slice(dot) === one!.slice(1);
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

/** A distinguished name on one line. */
function oneName(lines: string): string {
  return (lines ?? "").trim().replaceAll("\n", ", ");
}

/**
 * Why a certificate was refused, in words.
 *
 * @param certificate The certificate.
 * @param host The host that showed it.
 * @param said The platform's message.
 * @param now The time, in ms since 1970.
 */
export function problemOf(
  certificate: Certificate,
  host: string,
  said: string,
  now: number,
): string {
  const { from, until, names, issuer, isSelfSigned } = certificate;
  const since = Math.floor((now - until.getTime()) / 1000);
  if (since >= 0) return `it expired ${span(since)} ago`;
  const still = Math.floor((from.getTime() - now) / 1000);
  if (still >= 0) return `it is not valid before ${span(still)} from now`;
  if (isSelfSigned) return "it is self-signed";
  if (!certificate.isFor(host)) {
    return names.length === 0
      ? "it names no host that it is for"
      : `it is for ${firstOf(names)}, not for ${host}`;
  }
  return said.startsWith("UNABLE")
    ? `its issuer, ${issuer}, is not an authority that is known here`
    : certificateProblem(said) ?? said;
}
