/**
 * What a certificate says of itself.
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

/** A certificate, as far as people look at it. */
export interface Certificate {
  /** Whom it is for, such as `CN=ma.example.net`. */
  subject: string;
  /** Who vouches for it. */
  issuer: string;
  /** Whether nobody else vouches for it. */
  isSelfSigned: boolean;
  /** Whether it is one that vouches for others. */
  isAuthority: boolean;
  /** The hosts that it is for: names and addresses. */
  names: string[];
  /** From when it is valid. */
  from: Date;
  /** Until when it is valid. */
  until: Date;
  /** The pin of the certificate. */
  pin: string;
  /** The same in hexadecimal digits, as openssl prints it. */
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
  return {
    subject,
    issuer,
    isSelfSigned: subject === issuer,
    isAuthority: read.ca,
    names: (read.subjectAltName ?? "").split(", ").filter(Boolean)
      .map((name) => name.replace(/^(DNS|IP Address):/, "")),
    from: new Date(read.validFrom),
    until: new Date(read.validTo),
    pin: pinOf(hash),
    fingerprint: [...hash]
      .map((byte) => byte.toString(16).padStart(2, "0").toUpperCase())
      .join(":"),
    keyPin: pinOf(sha256(key)),
    isFor: (host) =>
      (isIP(host) === 0
        ? read.checkHost(host, { subject: "never" })
        : read.checkIP(host)) !== undefined,
  };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

/** A distinguished name in one line. */
function oneName(lines: string): string {
  return (lines ?? "").trim().replaceAll("\n", ", ");
}

/**
 * Why a certificate that was refused was refused, in words.
 *
 * @param certificate The certificate.
 * @param host The host that showed it.
 * @param said What the platform says.
 * @param now When, in ms since 1970.
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
    ? `${issuer}, who issued it, is no authority that is known here`
    : certificateProblem(said) ?? said;
}
