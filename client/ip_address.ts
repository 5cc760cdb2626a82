/**
 * IP addresses: their one form, and their family.
 *
 * @module
 */

import { parseUrl } from "./address.ts";

/**
 * The form of an address that archives store and show: IPv6 short and in lower
 * case.
 *
 * @returns `undefined` for a text that is not an address.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIpv4(text)) return text;
  if (!/^[0-9a-f:.]+$/i.test(text) || !text.includes(":")) return undefined;
  const short = parseUrl(`http://[${text}]/`)?.hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short ?? "");
  return mapped ? `::ffff:${dotted(mapped[1]!)}.${dotted(mapped[2]!)}` : short;
}

/** The family of an address; `undefined` for a text that is not an address. */
export function familyOf(text: string): 4 | 6 | undefined {
  const address = canonicalAddress(text);
  if (address === undefined) return undefined;
  return address.includes(":") ? 6 : 4;
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && +part < 256);
}

function dotted(hex: string): string {
  const value = parseInt(hex, 16);
  return `${value >> 8}.${value & 255}`;
}
