/**
 * The runs of a test in the archive: as few series as say when it ran and how
 * that ended, no further back than it takes to know how often it runs.
 *
 * @module
 */

import { eventTypeInfo } from "../../client/event_types.ts";
import { pagesOf } from "../../client/data.ts";
import { dialectOf } from "../../client/wire.ts";
import { type Coverage, coverageOf } from "../../insight/coverage.ts";
import { type FailureGroup, groupFailures } from "../../insight/failures.ts";
import type { Measured } from "../../insight/point.ts";
import {
  FAILURES,
  representativeOf,
  RUN_HREF,
} from "../../insight/representative.ts";
import { median } from "../../insight/robust.ts";
import { lostTimes, type RunRecords } from "../../insight/runs.ts";
import {
  lookBack,
  type Schedule,
  spacingOfSorted,
} from "../../insight/spacing.ts";
import { indexAfter, sortedTimes, union } from "../../insight/times.ts";
import type { EventType, JsonValue, Metadata } from "../../mod.ts";
import { isUnwritten } from "./newest.ts";
import { eachNumber, timesOf } from "./page_numbers.ts";
import type { TimeWindow } from "./window.ts";

/** What is known of the schedules of tests; absent is as they ran. */
export interface GivenSpacing {
  /** Seconds between two runs. */
  interval: number | undefined;
  /** How many intervals apart two runs may be. */
  gapFactor: number | undefined;
  /** What a template says of the test. */
  schedule?: Schedule | undefined;
}

/** What to read of tests. */
export interface RunsOptions {
  /** The window. */
  window: TimeWindow;
  /** Whether it ends now: then a next run may still come. */
  isOpen: boolean;
  /** What the options say of schedules. */
  spacing: GivenSpacing;
}

/** The runs of a test. */
export interface TestRuns {
  /** What it has of the window. */
  coverage: Coverage;
  /** Why runs of the window failed. */
  failures: FailureGroup[];
  /** What stands for its runs, also for some before the window. */
  records: RunRecords;
}

/**
 * Reads the runs of a test.
 *
 * @throws {ArchiveError} (one of its kinds) when a series cannot be read
 * completely.
 */
export async function readRuns(
  test: Metadata,
  { window, isOpen, spacing }: RunsOptions,
): Promise<TestRuns> {
  const { start, end } = window;
  const records = new Records(test, start);
  const schedule = { ...spacing, timeInterval: test.timeInterval };
  const now = isOpen ? { now: end } : {};
  let from = headStart(window);
  await records.read(from, isOpen ? end + FUTURE : end);
  for (let reads = 1; reads < MOST_READS && records.hasSeries; reads++) {
    const all = records.times();
    const times = all.slice(0, indexAfter(all, end));
    const wanted = neededFrom(times, window, schedule);
    if (wanted >= from) break;
    await records.read(wanted, from - 1);
    from = wanted;
  }
  const all = records.all();
  const coverage = coverageOf(all, {
    ...schedule,
    ...window,
    ...now,
  });
  const failures = records.failures.filter(({ ts }) =>
    start <= ts && ts <= end
  );
  return { coverage, failures: groupFailures(failures), records: all };
}

/** How far into the future clocks of hosts are looked for, in seconds. */
const FUTURE = 365 * 86_400;

/** What is read before a window in any case, as a share of it. */
const HEAD = 1 / 14;

/** The least that is read before a window, in seconds. */
const LEAST_HEAD = 3600;

/** The window, then further back: twice for the interval, once for a run before. */
const MOST_READS = 4;

/** The fewest runs that say how far apart runs are. */
const FEWEST_RUNS = 6;

/** How many spacings before the window say how far apart runs are. */
const SPACINGS = 20;

/**
 * Where to begin: for tests that run often enough, nothing more is needed to
 * know whether there was a run before the window.
 */
function headStart({ start, end }: TimeWindow): number {
  return before(start, Math.max(LEAST_HEAD, HEAD * (end - start)));
}

/** Not before 1970, unless the window begins there. */
function before(start: number, seconds: number): number {
  return Math.max(Math.min(start, 0), Math.floor(start - seconds));
}

/**
 * From where runs have to be known, given those up to the end of the window,
 * ascending.
 */
function neededFrom(
  times: readonly number[],
  { start, end }: TimeWindow,
  schedule: GivenSpacing & { timeInterval: unknown },
): number {
  const spacing = spacingOfSorted(times, { ...schedule, end });
  if (spacing.interval !== undefined) {
    const hasEarlier = times.length > 0 && times[0]! < start;
    return hasEarlier ? start : before(start, lookBack(spacing));
  }
  const usual = times.length >= FEWEST_RUNS
    ? undefined
    : median(times.slice(1).map((time, at) => time - times[at]!));
  return before(start, Math.max(end - start, SPACINGS * (usual ?? 0)));
}

type Failed = Measured<JsonValue> & { ts: number };

/** What has been read of the runs of a test: times, and why runs failed. */
class Records {
  readonly failures: Failed[] = [];
  readonly #names: readonly string[];
  readonly #series: readonly EventType[];
  readonly #times = new Map<string, number[]>();
  /** What says when all packets were lost. */
  readonly #losses: {
    rates: Measured<number>[];
    lost: Measured<number>[];
    sent: Measured<number>[];
  } = { rates: [], lost: [], sent: [] };
  /** Failures say the same again and again. */
  readonly #messages = new Map<string, JsonValue>();

  constructor(test: Metadata, start: number) {
    const dialect = dialectOf(test.toJSON());
    const all = [...test.getAllEventTypes()].filter((each) =>
      !isUnwritten(each, dialect) &&
      // elmond's time is that at which the task was added.
      (dialect === "elmond" || (each.timeUpdated ?? start) >= start)
    );
    this.#names = all.map(({ eventType }) => eventType);
    const wanted = new Set([
      ...candidates(this.#names),
      ...lossTypes(this.#names),
      FAILURES,
      RUN_HREF,
    ]);
    this.#series = all.filter(({ eventType }) => wanted.has(eventType));
  }

  /** Whether the archive can have anything. */
  get hasSeries(): boolean {
    return this.#series.length > 0;
  }

  /** All times, ascending, each once. */
  times(): readonly number[] {
    return [...this.#times.values()].map(sortedTimes).reduce(union, []);
  }

  /** What stands for runs. */
  all() {
    const of = (name: string | undefined) => this.#times.get(name ?? "") ?? [];
    const name = representativeOf(this.#names, (each) => of(each).length);
    return {
      values: of(name),
      lost: lostTimes(this.#losses),
      failures: of(FAILURES),
      hrefs: of(RUN_HREF),
    };
  }

  /** Reads a window. */
  async read(timeStart: number, timeEnd: number): Promise<void> {
    if (timeEnd < timeStart) return;
    await Promise.all(
      this.#series.map((each) => this.#readOne(each, { timeStart, timeEnd })),
    );
  }

  async #readOne(
    series: EventType,
    window: { timeStart: number; timeEnd: number },
  ): Promise<void> {
    const { eventType } = series;
    const times = this.#times.get(eventType) ?? [];
    this.#times.set(eventType, times);
    for await (const page of pagesOf<unknown>(series, window)) {
      for (const time of timesOf(page)) times.push(time);
      const loss = LOSS[eventType];
      if (loss !== undefined) {
        const found = this.#losses[loss];
        eachNumber(page, (ts, val) => {
          // Of rates, these are enough.
          if (loss !== "rates" || val === 1) found.push({ ts, val });
        });
      } else if (eventType === FAILURES) {
        for (const { tsEpoch, raw, text } of page.points(0, page.length)) {
          const val = this.#messages.get(text) ?? raw;
          this.#messages.set(text, val);
          this.failures.push({ ts: tsEpoch, val });
        }
      }
    }
  }
}

/** What says when all packets were lost, by event type. */
const LOSS: Record<string, "rates" | "lost" | "sent"> = {
  "packet-loss-rate": "rates",
  "packet-loss-rate-bidir": "rates",
  "packet-count-lost": "lost",
  "packet-count-lost-bidir": "lost",
  "packet-count-sent": "sent",
};

/** Rates say it alone; without them, counts do. */
function lossTypes(names: readonly string[]): readonly string[] {
  const rates = names.filter((name) => LOSS[name] === "rates");
  return rates.length > 0 ? rates : names.filter((name) => LOSS[name]);
}

/** The event types of which one represents the test. */
function candidates(names: readonly string[]): readonly string[] {
  const first = representativeOf(names);
  if (first === undefined) return [];
  return eventTypeInfo(first)?.place === undefined ? names : [first];
}
