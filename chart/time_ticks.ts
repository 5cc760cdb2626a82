/**
 * The times that an axis names, as clocks show them in a zone.
 *
 * @module
 */

import { offsetsIn } from "../client/zone.ts";
import type { Tick } from "./scale.ts";

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** Steps of less than a month, in seconds. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7].map((count) => count * DAY),
];

/** Steps of months. */
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 12_000];

/**
 * The times to name: round ones on the clocks of the zone, days from their
 * midnight, whatever clocks are changed in between.
 *
 * @param start The first second, since 1970 UTC.
 * @param end The last second.
 * @param zone The zone, as `zoneName()` of the client takes it.
 * @param count How many there is room for.
 */
export function timeTicks(
  start: number,
  end: number,
  zone: string,
  count: number,
): Tick[] {
  const offset = offsetsIn(zone);
  const most = Math.max(1, count);
  // Clocks are no more than a day from UTC.
  const rough = (end - start) / most;
  for (const step of STEPS.filter((each) => each > rough / 2)) {
    const times = [...localTimes(start, end, step, offset)];
    if (times.length > most) continue;
    return times.map((value) => ({
      value,
      text: shown(value + offset(value), step),
    }));
  }
  for (const months of MONTHS.filter((each) => each * 31 * DAY > rough)) {
    const times = [...localMonths(start, end, months, offset)];
    if (times.length > most) continue;
    return times.map((value) => ({
      value,
      text: isoOf(value + offset(value)).slice(0, months % 12 === 0 ? 4 : 7),
    }));
  }
  return [];
}

type Offset = (instant: number) => number;

function* localTimes(
  start: number,
  end: number,
  step: number,
  offset: Offset,
): Generator<number> {
  // Weeks begin on Monday: 1970-01-05 was one.
  const origin = step === 7 * DAY ? 4 * DAY : 0;
  const first = Math.ceil((start - DAY - origin) / step) * step + origin;
  for (let local = first; local <= end + DAY; local += step) {
    const time = instantOf(local, offset);
    if (time !== undefined && time >= start && time <= end) yield time;
  }
}

function* localMonths(
  start: number,
  end: number,
  months: number,
  offset: Offset,
): Generator<number> {
  const from = new Date((start - DAY) * 1000);
  const first = from.getUTCFullYear() * 12 + from.getUTCMonth();
  for (let month = Math.ceil(first / months) * months;; month += months) {
    const date = new Date(0);
    date.setUTCFullYear(Math.floor(month / 12), month % 12, 1);
    const local = date.getTime() / 1000;
    if (!(local <= end + DAY)) return;
    const time = instantOf(local, offset);
    if (time !== undefined && time >= start && time <= end) yield time;
  }
}

/** When clocks show a time; `undefined` if they skip it. */
function instantOf(local: number, offset: Offset): number | undefined {
  for (const near of [local - DAY, local + DAY]) {
    const time = local - offset(near);
    if (time + offset(time) === local) return time;
  }
  return undefined;
}

function isoOf(local: number): string {
  return new Date(local * 1000).toISOString();
}

/** The day at midnight, and otherwise the time. */
function shown(local: number, step: number): string {
  const iso = isoOf(local);
  if (local % DAY === 0) return iso.slice(5, 10);
  return iso.slice(11, step < MINUTE ? 19 : 16);
}

/**
 * A time to the minute as clocks show it in a zone, such as `2026-11-20 22:15`.
 *
 * @param time Seconds since 1970 UTC.
 * @param zone The zone.
 */
export function timeText(time: number, zone: string): string {
  const local = time + offsetsIn(zone)(time);
  return isoOf(Math.floor(local)).slice(0, 16).replace("T", " ");
}
