/**
 * Traces for tests of routes, in short: one a text, a letter for each distance.
 *
 * @module
 */

import type { TraceHop } from "../../mod.ts";
import { type Trace, tracesOf } from "../../insight/traces.ts";

/** The address of a letter. */
export function addressOf(letter: string): string {
  return `192.0.2.${letter.charCodeAt(0)}`;
}

/** The letter of an address. */
export function letterOf(address: string): string {
  return String.fromCharCode(Number(address.split(".").at(-1)));
}

/** Hops of a route as letters: `A BC *`. */
export function lettersOf(hops: readonly (readonly string[])[]): string {
  return hops.map((hop) => hop.map(letterOf).join("") || "*").join(" ");
}

/** The hops of a trace: `AB*D` has four, the third of which is silent. */
export function hopsOf(text: string): TraceHop[] {
  return [...text].map((letter, at) =>
    letter === "*"
      ? { ttl: at + 1, query: 1, success: 0, error_message: "requestTimedOut" }
      : { ttl: at + 1, query: 1, success: 1, ip: addressOf(letter), rtt: 1 }
  );
}

/** Traces that are 600 s apart, the first at 0. */
export function tracesFrom(
  texts: Iterable<string>,
  destination?: string,
): Trace[] {
  return tracesOf(
    Array.from(texts, (text, at) => ({ ts: 600 * at, val: hopsOf(text) })),
    destination === undefined ? {} : { destinations: [addressOf(destination)] },
  );
}

/** A text so many times. */
export function times(count: number, text: string): string[] {
  return Array<string>(count).fill(text);
}
