/**
 * Why runs failed: messages that differ only in numbers are one.
 *
 * @module
 */

import type { JsonValue } from "../client/wire.ts";
import { type Measured, timeOf } from "./point.ts";

/**
 * Failures with the same message.
 *
 * @example Usage
 * ```ts
 * import { type FailureGroup, groupFailures } from "@esmond/client/insight";
 *
 * const [most]: FailureGroup[] = groupFailures([
 *   { ts: 1456790400, val: { error: "No route to host" } },
 * ]);
 * console.log(most?.count, most?.message); // 1 "No route to host"
 * ```
 */
export interface FailureGroup {
  /**
   * The message, with `*` for digits and addresses; empty if the archive has
   * none.
   */
  readonly message: string;
  /** What the last of them says, in the archive's own words. */
  readonly lastText: string;
  /** How many failures have it. */
  readonly count: number;
  /** The first of them, in seconds since 1970 UTC. */
  readonly first: number;
  /** The last of them. */
  readonly last: number;
}

/**
 * Groups failures by message. In a message `*` stands for digits and addresses,
 * which differ from run to run.
 *
 * @param failures Points of `failures`, in any order.
 * @returns The most frequent first; of equally frequent ones, the latest.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { groupFailures } from "@esmond/client/insight";
 *
 * assertEquals(
 *   groupFailures([
 *     { ts: 0, val: { error: "connect to 192.0.2.1 port 5201: timed out" } },
 *     { ts: 60, val: { error: "connect to 2001:db8::1 port 5202: timed out" } },
 *   ]),
 *   [{
 *     message: "connect to * port *: timed out",
 *     lastText: "connect to 2001:db8::1 port 5202: timed out",
 *     count: 2,
 *     first: 0,
 *     last: 60,
 *   }],
 * );
 * ```
 */
export function groupFailures(
  failures: Iterable<Measured<JsonValue>>,
): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  const messages = new Map<string, string>();
  for (const failure of failures) {
    const time = timeOf(failure);
    if (!Number.isFinite(time)) continue;
    const text = textOf(failure.val);
    const message = messages.get(text) ?? withoutNumbers(text);
    messages.set(text, message);
    const group = groups.get(message);
    groups.set(message, {
      message,
      lastText: group !== undefined && group.last > time
        ? group.lastText
        : text,
      count: (group?.count ?? 0) + 1,
      first: Math.min(group?.first ?? time, time),
      last: Math.max(group?.last ?? time, time),
    });
  }
  return [...groups.values()].sort((a, b) =>
    b.count - a.count || b.last - a.last
  );
}

/** The message of a failure; of one that is not text, its JSON. */
function textOf(value: JsonValue | undefined): string {
  const isObject = typeof value === "object" && value !== null &&
    !Array.isArray(value);
  const message = isObject && "error" in value ? value["error"] : value;
  if (typeof message === "string") return message.trim();
  const text = JSON.stringify(message ?? "");
  return text === "{}" || text === '""' ? "" : text;
}

/** A message with `*` for each address and each row of digits. */
function withoutNumbers(message: string): string {
  return message
    .replace(/[\w.:]+/g, (word) => {
      const end = wordEnd(word);
      return IPV6.test(word.slice(0, end)) ? `*${word.slice(end)}` : word;
    })
    .replace(/\d+/g, "*").replaceAll("*.*.*.*", "*");
}

/** Where the colons and dots behind a word begin. */
function wordEnd(word: string): number {
  let end = word.length;
  while (end > 0 && ":.".includes(word[end - 1]!)) end--;
  return end;
}

/** Hex digits with at least two colons; a time of day is one, too. */
const IPV6 = /^[\da-f]*:[\da-f:]*:[\da-f.]*$/i;
