/**
 * How an archive can misbehave, and what has to come of it: the tables beside
 * this file are what the client promises.
 */

import type { Asked } from "../generated.ts";
import type { RawReply } from "../raw.ts";

/** How long a client waits, in s, for an archive that keeps silent. */
export const PATIENCE = 5;

/** A test as the archive lists it. */
export type Listed = Record<string, unknown>;

/** One misbehaviour. */
export interface Misbehaviour {
  /**
   * What is answered in the place of the list of tests; `tests` are those that
   * belong there.
   */
  list?: (tests: Listed[], url: URL) => RawReply;
  /** What is answered in the place of the data of one of the two series. */
  data?: (asked: Asked) => RawReply;
  /**
   * The class of the error that the library throws; absent where all goes well
   * nevertheless.
   */
  error?: string;
  /** What its message says, and with it the program. */
  says?: RegExp;
  /**
   * What it strikes: nothing can be read then, or nothing of the one series.
   */
  strikes?: "list" | "series";
  /** The exit code of what is struck. */
  exit?: number;
  /** Whether it shows only once the client has lost its patience. */
  isSlow?: boolean;
  /** Whether so much comes that it is tried with few commands in short. */
  isLong?: boolean;
}

/** Misbehaviours by name. */
export type Misbehaviours = Record<string, Misbehaviour>;

/** An answer of JSON. */
export function json(body: unknown): RawReply {
  return { body: JSON.stringify(body) };
}

/** The list with other things said of the first test. */
export function saying(changes: Listed): NonNullable<Misbehaviour["list"]> {
  return ([first, ...others]) => json([{ ...first, ...changes }, ...others]);
}

/** The list with other things said of the first event type. */
export function ofEventType(
  changes: Listed,
): NonNullable<Misbehaviour["list"]> {
  return ([first, ...others]) => {
    const [eventType] = first!["event-types"] as Listed[];
    const changed = { ...first, "event-types": [{ ...eventType, ...changes }] };
    return json([changed, ...others]);
  };
}
