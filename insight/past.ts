/**
 * The history of a series by the hours of the week.
 *
 * @module
 */

import { offsetsIn } from "../client/zone.ts";
import { type Deviation, type Norm, normOf, zOf } from "./deviation.ts";

/**
 * What part of a history a run is compared with: the same hour of the week, an
 * hour more or less; the same hour of days of its kind (Monday to Friday,
 * Saturday and Sunday); the same hour of any day, an hour more or less; all of
 * it.
 *
 * @example Usage
 * ```ts
 * import type { HistoryPart } from "@esmond/client/insight";
 *
 * const part: HistoryPart = "hour of week";
 * console.log(part);
 * ```
 */
export type HistoryPart =
  | "hour of week"
  | "hour of such days"
  | "hour of day"
  | "all";

/**
 * A run, and how far it is from what is usual.
 *
 * @example Usage
 * ```ts
 * import { compareWithHistory, type RunDeviation } from "@esmond/client/insight";
 *
 * const runs: readonly RunDeviation[] =
 *   compareWithHistory([], [], { worse: "low" }).runs;
 * console.log(runs.length); // 0
 * ```
 */
export interface RunDeviation extends Deviation {
  /** When, in seconds since 1970 UTC. */
  readonly ts: number;
  /** Its value. */
  readonly value: number;
  /** What it was compared with. */
  readonly part: HistoryPart;
  /** How many values that has. */
  readonly size: number;
}

/** So many values are a history. */
export const LEAST_HISTORY = 8;

/** A value, and when it was measured. */
export interface Value {
  /** Seconds since 1970 UTC. */
  readonly ts: number;
  /** The value. */
  readonly value: number;
}

const HOURS_OF_DAY = 24;
const HOURS_OF_WEEK = 7 * HOURS_OF_DAY;

/** From so many hours on a week has its weekend. */
const WEEKEND = 5 * HOURS_OF_DAY;

/** The hour of the week on clocks in the zone, from Monday 0:00. */
function hoursOfWeek(zone: string): (ts: number) => number {
  const offset = offsetsIn(zone);
  const thursday = 3 * HOURS_OF_DAY; // 1 January 1970
  return (ts) =>
    mod(Math.floor((ts + offset(ts)) / 3600) + thursday, HOURS_OF_WEEK);
}

function mod(value: number, by: number): number {
  return (value % by + by) % by;
}

/** Whether an hour of the week belongs to the part for another one. */
type Fits = (hour: number, at: number) => boolean;

const isWeekend = (hour: number) => hour >= WEEKEND;

const isNear = (hour: number, at: number, by: number) =>
  [0, 1, by - 1].includes(mod(hour - at, by));

/** The parts of a history, closest first. */
const PARTS: readonly (readonly [part: HistoryPart, fits: Fits])[] = [
  ["hour of week", (hour, at) => isNear(hour, at, HOURS_OF_WEEK)],
  [
    "hour of such days",
    (hour, at) =>
      mod(hour - at, HOURS_OF_DAY) === 0 && isWeekend(hour) === isWeekend(at),
  ],
  ["hour of day", (hour, at) => isNear(hour, at, HOURS_OF_DAY)],
  ["all", () => true],
];

/** A history by the hours of the week. */
export class Past {
  /** How many values there are. */
  readonly size: number;
  readonly #hourOf: (ts: number) => number;
  readonly #resolution: number;
  readonly #byHour: number[][] = Array.from(
    { length: HOURS_OF_WEEK },
    () => [],
  );
  /** What is usual at an hour of the week, once it was asked for. */
  readonly #norms = new Map<
    number,
    Norm & Pick<RunDeviation, "part" | "size">
  >();

  /**
   * @param values The history.
   * @param zone Whose hours and days count.
   * @param resolution The smallest difference that is measured.
   */
  constructor(values: readonly Value[], zone: string, resolution: number) {
    this.size = values.length;
    this.#hourOf = hoursOfWeek(zone);
    this.#resolution = resolution;
    for (const { ts, value } of values) {
      this.#byHour[this.#hourOf(ts)]!.push(value);
    }
  }

  /** Compares a run with the first part that has {@linkcode LEAST_HISTORY}. */
  compare(run: Value): RunDeviation {
    const hour = this.#hourOf(run.ts);
    const norm = this.#norms.get(hour) ?? this.#normAt(hour);
    this.#norms.set(hour, norm);
    return { ...run, ...norm, z: zOf(run.value, norm) };
  }

  #normAt(at: number) {
    for (const [part, fits] of PARTS) {
      const values = this.#byHour.filter((_, hour) => fits(hour, at)).flat();
      if (values.length < LEAST_HISTORY) continue;
      const norm = normOf(values, this.#resolution)!;
      return { part, size: values.length, ...norm };
    }
    throw new RangeError("too few values are not a history");
  }
}
