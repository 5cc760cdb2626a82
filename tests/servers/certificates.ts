/**
 * Certificates, made when a test needs them: EC P-256 keys, X.509 version 3,
 * written in DER by hand.
 */

import { Buffer } from "node:buffer";
import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";

/** A certificate and its private key, in PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** What a certificate says. */
export interface Said {
  /** Whom it is for. */
  subject: string;
  /** Names and IPv4 addresses of the host. */
  names?: string[];
  /** From when it holds; a day ago if absent. */
  from?: Date;
  /** Until when it holds; in 90 days if absent. */
  until?: Date;
  /** Whether it may vouch for others. */
  isAuthority?: boolean;
  /** What it is for. */
  use?: "server" | "client";
}

const DAY = 86_400_000; // ms

/** A certificate that `issuer` vouches for, or it does itself. */
export function certificate(said: Said, issuer?: Certificate): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
  });
  const now = Date.now();
  const from = said.from ?? new Date(now - DAY);
  const until = said.until ?? new Date(now + 90 * DAY);
  const signer = issuer ? createPrivateKey(issuer.key) : privateKey;
  const own = publicKey.export({ type: "spki", format: "der" });
  const tbs = sequence(
    tagged(0xa0, integer([2])), // version 3
    integer([0x40, ...randomBytes(7)]),
    SIGNATURE,
    issuer ? subjectOf(issuer) : name(said.subject),
    sequence(time(from), time(until)),
    name(said.subject),
    own,
    tagged(0xa3, sequence(...extensions(said))),
  );
  return {
    cert: pem("CERTIFICATE", signed(tbs, signer)),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

/** The SHA-256 of a certificate, as a pin. */
export async function pinOf({ cert }: Certificate): Promise<string> {
  return await digest(derOf(cert));
}

/** The SHA-256 of the public key of a certificate, as a pin. */
export async function keyPinOf({ cert }: Certificate): Promise<string> {
  const parts = children(children(derOf(cert))[0]!);
  return await digest(parts[6]!);
}

/** The bytes of what is written in PEM. */
export function derOf(text: string): Uint8Array<ArrayBuffer> {
  const base64 = text.replace(/-----[^-]+-----|\s/g, "");
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return `sha256/${btoa(String.fromCharCode(...new Uint8Array(hash)))}`;
}

function signed(tbs: Uint8Array, key: KeyObject): Uint8Array {
  const signature = sign("sha256", tbs, { key, dsaEncoding: "der" });
  return sequence(tbs, SIGNATURE, tagged(0x03, [0], signature));
}

function pem(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der).toString("base64").match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${
    lines.join("\n")
  }\n-----END ${label}-----\n`;
}

/** The subject of a certificate, in DER. */
function subjectOf({ cert }: Certificate): Uint8Array {
  return children(children(derOf(cert))[0]!)[5]!;
}

function extensions(said: Said): Uint8Array[] {
  const list = [
    extension([0x55, 0x1d, 0x13], sequence(...said.isAuthority ? [TRUE] : [])),
  ];
  if (said.names !== undefined) {
    list.push(extension([0x55, 0x1d, 0x11], sequence(...said.names.map(alt))));
  }
  if (said.use !== undefined) {
    const last = said.use === "server" ? 1 : 2;
    const purpose = tagged(0x06, [0x2b, 6, 1, 5, 5, 7, 3, last]);
    list.push(extension([0x55, 0x1d, 0x25], sequence(purpose)));
  }
  return list;
}

function extension(id: number[], value: Uint8Array): Uint8Array {
  return sequence(tagged(0x06, id), tagged(0x04, value));
}

/** A name of the host: an IPv4 address, or a DNS name. */
function alt(name: string): Uint8Array {
  return /^[\d.]+$/.test(name)
    ? tagged(0x87, name.split(".").map(Number))
    : tagged(0x82, new TextEncoder().encode(name));
}

function name(common: string): Uint8Array {
  const text = tagged(0x0c, new TextEncoder().encode(common));
  return sequence(tagged(0x31, sequence(tagged(0x06, [0x55, 4, 3]), text)));
}

function time(at: Date): Uint8Array {
  const digits = at.toISOString().replace(/\.\d+Z$/, "Z").replace(/[-:T]/g, "");
  const isShort = at.getUTCFullYear() < 2050;
  return tagged(
    isShort ? 0x17 : 0x18,
    new TextEncoder().encode(isShort ? digits.slice(2) : digits),
  );
}

const integer = (bytes: number[]) => tagged(0x02, bytes);
const sequence = (...parts: Uint8Array[]) => tagged(0x30, ...parts);
const TRUE = tagged(0x01, [0xff]);
/** ECDSA with SHA-256. */
const SIGNATURE = sequence(
  tagged(0x06, [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]),
);

/** A value of DER: its tag, its length, what it holds. */
function tagged(
  tag: number,
  ...parts: (Uint8Array | number[])[]
): Uint8Array<ArrayBuffer> {
  const content = Buffer.concat(parts.map((part) => Uint8Array.from(part)));
  const { length } = content;
  const size = length < 0x80
    ? [length]
    : length < 0x100
    ? [0x81, length]
    : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from([tag, ...size, ...content]);
}

/** The values that a value of DER holds, each with its tag and length. */
function children(
  der: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer>[] {
  const list: Uint8Array<ArrayBuffer>[] = [];
  for (let at = headerOf(der, 0).from; at < der.length;) {
    const { until } = headerOf(der, at);
    list.push(der.slice(at, until));
    at = until;
  }
  return list;
}

function headerOf(
  der: Uint8Array,
  at: number,
): { from: number; until: number } {
  const first = der[at + 1]!;
  const long = first & 0x80 ? first & 0x7f : 0;
  let length = long ? 0 : first;
  for (let index = 0; index < long; index++) {
    length = length << 8 | der[at + 2 + index]!;
  }
  const from = at + 2 + long;
  return { from, until: from + length };
}
