/**
 * Addresses as the archive compares them, and names turned into addresses.
 *
 * @module
 */

import { lookup } from "node:dns/promises";
import { canonicalAddress } from "../client/ip_address.ts";
import { MATCH_RULES } from "../client/match_rules.ts";
import { Refusal } from "./answers.ts";

/** Finds the addresses of a name; rejects if there are none. */
export type Resolve = (name: string) => Promise<string[]>;

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
