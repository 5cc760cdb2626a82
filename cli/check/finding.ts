/**
 * What a check found of one test, and how that is named.
 *
 * @module
 */

import {
  distinctions,
  formatAge,
  formatSpan,
  linkOf,
  type Verdict,
} from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import { formatTime } from "../options/time.ts";
import { isAddress } from "../output/hostnames.ts";
import type { PerformanceItem } from "../output/state_line.ts";
import { shownArchive } from "../query/told_apart.ts";

/** What was found of one test. */
export interface Finding {
  /** The test; `undefined` of one that was found in a template alone. */
  test: Metadata | undefined;
  /** What it is called, if not by its test. */
  name?: string;
  /** What it comes to. */
  state: Verdict;
  /** What was judged, in the unit of the thresholds, and what it is called. */
  judged: Pick<PerformanceItem, "label" | "value">;
  /** How bad it is among those of the same state; the greatest is named. */
  badness: number;
  /** Whether it did not run at all in the window. */
  isSilent?: boolean;
  /** Whether no archive has it, although a template does. */
  isAbsent?: boolean;
  /** What was found, in words. */
  text: string;
  /** Whether it measures something else: it counts only if no other does. */
  isOfOthers?: boolean;
  /** Further numbers. */
  items: readonly (readonly [label: string, value: number | undefined])[];
  /** What else is worth a line. */
  details: readonly string[];
}

/** Puts the worst finding first; those of one state by how bad they are. */
export function worstFirst(one: Finding, other: Finding): number {
  return rank(other.state) - rank(one.state) ||
    compare(other.badness, one.badness);
}

function rank(state: Verdict): number {
  return ["ok", "unknown", "warning", "critical"].indexOf(state);
}

/** Infinity is as bad as infinity. */
function compare(one: number, other: number): number {
  return one === other ? 0 : one - other;
}

/** How tests are named beside each other: by their link, and what differs. */
export function namesOf(
  tests: readonly Metadata[],
  keepsAddresses: boolean,
): Map<Metadata, string> {
  const entries = tests.map((test) => test.toJSON());
  const families = new Set(entries.map((entry) => linkOf(entry)?.family));
  const differences = distinctions(entries);
  const names = tests.map((test, at) => {
    const { family } = linkOf(entries[at]!) ?? {};
    const [from, to] = [
      shownHost(test.inputSource, test.source, keepsAddresses),
      shownHost(test.inputDestination, test.destination, keepsAddresses),
    ];
    const over = families.size > 1 && family ? ` over IPv${family}` : "";
    const apart = Object.entries(differences[at]!)
      .map(([name, value]) => name === "tool" ? value : `${name} ${value}`);
    const more = apart.length > 0 ? ` (${apart.join(", ")})` : "";
    return `${from ?? "?"}${to ? ` to ${to}` : ""}${over}${more}`;
  });
  const groups = Map.groupBy(tests.keys(), (at) => names[at]!);
  return new Map(tests.map((test, at) => {
    const name = names[at]!;
    const alike = groups.get(name)!;
    if (alike.length === 1) return [test, name];
    const archives = new Set(alike.map((each) => tests[each]!.archive));
    const told = archives.size === alike.length
      ? shownArchive(test.archive)
      : test.metadataKey?.slice(0, 8) ?? `${at + 1}`;
    return [test, `${name} [${told}]`];
  }));
}

/** A host by the name that its test was given: DNS is not asked. */
export function shownHost(
  input: string | undefined,
  address: string | undefined,
  keepsAddresses: boolean,
): string | undefined {
  const isNamed = input !== undefined && input !== "" && !isAddress(input);
  return isNamed && !keepsAddresses ? input : address ?? input;
}

/** A time to the minute: `2026-11-24 16:00Z`, or with the offset of the zone. */
export function minuteOf(time: number, zone: string): string {
  const [, minute, offset] = /^(.*):\d\d(?: (\S+))?$/
    .exec(formatTime(time, zone))!;
  return offset === undefined ? `${minute}Z` : `${minute} ${offset}`;
}

/** Since when something is so: the hour alone if it is of the same day. */
export function sinceText(time: number, now: number, zone: string): string {
  const [day, clock = ""] = formatTime(time, zone).split(" ");
  const minute = clock.slice(0, 5);
  const isToday = formatTime(now, zone).startsWith(`${day} `);
  return isToday ? minute : `${day} ${minute}`;
}

/** When a test last ran, and how often it should. */
export function lastText(
  last: number,
  now: number,
  interval: number | undefined,
  zone: string,
): string {
  const expected = interval === undefined
    ? ""
    : ` (expected every ${formatSpan(interval)})`;
  return `${minuteOf(last, zone)}, ${formatAge(now - last)}${expected}`;
}
