/**
 * An archive that lives while it is read: it grows, forgets, corrects, puts its
 * list in another order, and remembers all that it ever had.
 */

import { archiveOf, makeSeries, type Point, type Series } from "./generated.ts";
import { type RawAnswer, RawServer } from "./raw.ts";
import { pick, seeded } from "./seeded.ts";

/** Its clock, when it begins. */
export const BEGIN = 1456790400; // 2016-03-01
const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How far back late points and corrections go, from the newest point. */
export const LATE = HOUR / 2;

/** The most rows of a trace. */
const MOST_HOPS = 4;

/** What an archive had: the values of each second of a series. */
export type History = Map<string, Map<number, Set<string>>>;

/** The name of a series in a history. */
export function nameOf(
  { key, eventType }: { key: string; eventType: string },
): string {
  return `${key} ${eventType}`;
}

/** An archive that lives. */
export class LivingArchive {
  /** All that it ever had. */
  readonly history: History = new Map();
  /** Its clock, in seconds since 1970 UTC. */
  clock = BEGIN;
  /** Requests for data that have been answered. */
  answers = 0;
  /** Whether it lives while it is read, and not between runs alone. */
  isLively = true;
  readonly #random: () => number;
  readonly #series: Series[];
  readonly #server: RawServer;
  /** Points that come late. */
  readonly #late: { series: Series; point: Point }[] = [];
  readonly #waiting: { count: number; resolve: () => void }[] = [];

  /** Starts it. */
  constructor(seed: number) {
    this.#random = seeded(`living ${seed}`);
    const plan = [
      ["a1", "throughput", "192.0.2.21"],
      ["a1", "packet-trace", "192.0.2.21"],
      ["b2", "throughput", "192.0.2.22"],
      ["c3", "packet-loss-rate", "192.0.2.23"],
      // These share a name.
      ["d400000001", "packet-loss-rate", "192.0.2.24"],
      ["d500000002", "packet-loss-rate", "192.0.2.24"],
    ] as const;
    this.#series = plan.map(([key, eventType, destination]) =>
      makeSeries({ key, eventType, destination, count: 0 })
    );
    const answer = archiveOf(this.#series, () => {
      this.#count();
      return undefined;
    });
    this.#server = new RawServer(async (url) => {
      const reply = await answer(url) as RawAnswer;
      const date = new Date(this.clock * 1000).toUTCString();
      if (this.isLively) this.#live();
      return { ...reply, headers: { ...reply.headers, date } };
    });
  }

  /** Its address. */
  get origin(): string {
    return this.#server.origin;
  }

  /** Resolves once so many requests for data have been answered. */
  whenAnswered(count: number): Promise<void> {
    if (this.answers >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** What it has now: the seconds of each series. */
  seconds(): Map<string, Set<number>> {
    return new Map(
      this.#series.map((series) => [
        nameOf(series),
        new Set(series.points.map(({ ts }) => ts)),
      ]),
    );
  }

  /** Lets time pass: all series grow, some points come late. */
  grow(seconds: number): void {
    const end = this.clock + seconds;
    for (const [index, series] of this.#series.entries()) {
      const step = [MINUTE, 10 * MINUTE, HOUR / 2][index % 3]!;
      const first = Math.ceil((this.clock + 1) / step) * step;
      for (let ts = first; ts <= end; ts += step) {
        const point = { ts, text: textOf(series, ts, this.#random) };
        if (this.#random() < 0.04) this.#late.push({ series, point });
        else this.#put(series, point);
      }
    }
    this.clock = end;
    for (const { series, point } of this.#late.splice(0)) {
      // What would come too late for any run to look for it does not come.
      const newest = series.points.at(-1)?.ts ?? -Infinity;
      if (point.ts < newest - LATE) continue;
      if (this.#random() < 0.5) this.#put(series, point);
      else this.#late.push({ series, point });
    }
  }

  /** Forgets what is older than so many seconds. */
  forget(age: number): void {
    for (const { points } of this.#series) {
      const first = points.findIndex(({ ts }) => ts >= this.clock - age);
      points.splice(0, first < 0 ? points.length : first);
    }
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#server.close();
  }

  /** A moment, while it is read. */
  #live(): void {
    this.grow(1 + Math.floor(this.#random() * 2 * MINUTE));
    const chance = this.#random();
    if (chance < 0.15) this.forget(HOUR * (2 + this.#random() * 60));
    else if (chance < 0.5) this.#correct();
    else if (chance < 0.7) this.#shuffle();
  }

  /** Puts another value in the place of a late one. */
  #correct(): void {
    const series = pick(this.#series, this.#random);
    const newest = series.points.at(-1)?.ts ?? 0;
    const late = series.points.filter(({ ts }) => ts >= newest - LATE);
    if (late.length === 0) return;
    const { ts } = pick(late, this.#random);
    this.#put(series, { ts, text: textOf(series, ts, this.#random) });
  }

  #shuffle(): void {
    const order = this.#series.map((series) => ({
      series,
      at: this.#random(),
    })).sort((one, other) => one.at - other.at);
    this.#series.splice(0, Infinity, ...order.map(({ series }) => series));
  }

  #put(series: Series, point: Point): void {
    const { points } = series;
    const at = points.findIndex(({ ts }) => ts >= point.ts);
    if (at < 0) points.push(point);
    else points.splice(at, points[at]!.ts === point.ts ? 1 : 0, point);
    const name = nameOf(series);
    const had = this.history.get(name) ?? new Map<number, Set<string>>();
    this.history.set(name, had);
    const values = had.get(point.ts) ?? new Set();
    had.set(point.ts, values.add(/"val":(.*)\}$/s.exec(point.text)![1]!));
  }

  #count(): void {
    this.answers++;
    for (const { count, resolve } of this.#waiting) {
      if (this.answers >= count) resolve();
    }
  }
}

function textOf(
  { eventType }: Series,
  ts: number,
  random: () => number,
): string {
  const number = Math.floor(random() * 1e9);
  const hops = Array.from(
    { length: 1 + number % MOST_HOPS },
    (_, hop) =>
      `{"ttl":${hop + 1},"query":1,"success":1,"ip":"192.0.2.${hop}","rtt":${
        number % 1000
      }.5,"mtu":1500,"error_message":null}`,
  );
  const value = eventType === "packet-trace"
    ? `[${hops}]`
    : eventType === "throughput"
    ? `${number}.0`
    : `0.${number}1`;
  return `{"ts":${ts},"val":${value}}`;
}
