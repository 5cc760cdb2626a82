/**
 * Addresses as the archive compares them, and names turned into addresses.
 *
 * @module
 */

import { lookup } from "node:dns/promises";
import { MATCH_RULES } from "../client/match_rules.ts";
import { Refusal } from "./answers.ts";

/** Finds the addresses of a name; rejects if there are none. */
export type Resolve = (name: string) => Promise<string[]>;

/**
 * The form of an address that is stored and shown: IPv6 short and in lower
 * case.
 *
 * @returns `undefined` for a text that is not an address.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIpv4(text)) return text;
  if (!/^[0-9a-f:.]+$/i.test(text) || !text.includes(":")) return undefined;
  if (!URL.canParse(`http://[${text}]/`)) return undefined;
  const short = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short);
  return mapped ? `::ffff:${dotted(mapped[1]!)}.${dotted(mapped[2]!)}` : short;
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

/**
 * The addresses that a search for a host means.
 *
 * @param host An address or a name.
 * @param rule The parameter `dns-match-rule`.
 * @param resolve Finds the addresses of a name.
 * @throws {Refusal} if there are none, or the rule is unknown.
 */
export async function addressesOf(
  host: string,
  rule: string,
  resolve: Resolve,
): Promise<string[]> {
  const choose = Object.hasOwn(MATCH_RULES, rule)
    ? MATCH_RULES[rule]!
    : undefined;
  if (!choose) throw new Refusal(`Invalid dns-match-rule parameter ${rule}`);
  const literal = canonicalAddress(host);
  const all = literal === undefined
    ? (await named(host, resolve)).flatMap((one) => canonicalAddress(one) ?? [])
    : [literal, ...isMapped(literal) ? [literal.slice(MAPPED.length)] : []];
  const chosen = choose(
    all.filter((address) => !address.includes(":")),
    all.filter((address) => address.includes(":")),
  );
  if (chosen.length === 0) {
    throw new Refusal(`Unable to find address for host ${host}`);
  }
  return chosen;
}

/** What precedes an IPv4 address that is written as an IPv6 address. */
const MAPPED = "::ffff:";

function isMapped(address: string): boolean {
  return address.startsWith(MAPPED) && address.includes(".");
}

async function named(host: string, resolve: Resolve): Promise<string[]> {
  try {
    return await resolve(host);
  } catch {
    return [];
  }
}

/** A name service that gives up on a name after `patience` milliseconds. */
export function inTime(resolve: Resolve, patience: number): Resolve {
  return async (name) => {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error(`${name} was not found in time`)),
      patience,
    );
    try {
      return await Promise.race([resolve(name), promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The longest name that the name service knows. */
const LONGEST_NAME = 253;

/**
 * Asks the name service of the machine, but never for texts that cannot be
 * names or for names below `.invalid` (RFC 6761).
 */
export async function resolveBySystem(name: string): Promise<string[]> {
  if (!/^[\w.-]+$/.test(name) || name.length > LONGEST_NAME) return [];
  if (/(?:^|\.)invalid\.?$/i.test(name)) return [];
  // Without full permission for the network Deno would prompt the user for
  // every name that a client sends.
  if (Deno.permissions.querySync({ name: "net" }).state !== "granted") {
    return [];
  }
  const found = await lookup(name, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}
