/**
 * The newest points of all series that match, and what went wrong with them.
 *
 * @module
 */

import { dialectOf } from "../../client/wire.ts";
import { formatSpan, readHistogram } from "../../insight.ts";
import type { DataPoint, EventType, Metadata } from "../../mod.ts";
import type { Io } from "../io.ts";
import { answerTests, namesOfTest, type TestNames } from "./answer_tests.ts";
import type { OfArchive } from "./archives.ts";
import { mapAhead } from "./concurrent.ts";
import { BucketNotes, bucketRuleOf, percentilesOf } from "./delays.ts";
import { Failures } from "./failures.ts";
import { type Found, isUnwritten, newestPoint } from "./newest.ts";
import type { AnswerSettings, Settings } from "./settings.ts";

/** What the reading goes by. */
export interface LatestSettings extends Settings, AnswerSettings {
  /** Which percentiles of histograms are shown. */
  percentiles: readonly number[];
  /** The width of buckets, if it is given. */
  bucketWidth: number | "ms" | undefined;
}

/** Whether an event type of a test is read. */
export type Selects = (test: Metadata, eventType: string) => boolean;

/** A series whose newest point is looked for. */
interface Sought extends OfArchive {
  /** The test. */
  test: Metadata;
  /** Its event type. */
  series: EventType<string, unknown>;
}

/** The newest point of a series. */
export interface Newest extends Sought {
  /** What tells the test from others. */
  names: TestNames;
  /** The point; absent if the series could not be read. */
  point?: DataPoint<unknown>;
}

/** What came of reading a series. */
interface Outcome extends Newest, Found {
  /** Why it could not be read. */
  error?: unknown;
}

/** Reads newest points: the tests are listed once, the points side by side. */
export class LatestReading {
  /** What ended the reading early. */
  broken: { error: unknown } | undefined;
  readonly #settings: LatestSettings;
  readonly #io: Pick<Io, "note" | "signal">;
  readonly #selects: Selects;
  readonly #failures: Failures;
  readonly #buckets = new BucketNotes();
  /** The archives that series could not be read of. */
  readonly #incomplete = new Set<string>();
  readonly #future = { series: 0, latest: -Infinity };

  /** Begins a reading of the event types that are selected. */
  constructor(
    settings: LatestSettings,
    io: Pick<Io, "note" | "signal">,
    selects: Selects,
  ) {
    this.#settings = settings;
    this.#failures = new Failures(settings.connection);
    this.#io = io;
    this.#selects = selects;
  }

  /** Whether all was read of one of several archives. */
  isWholeOf(archive: string): boolean {
    return this.broken === undefined && !this.#incomplete.has(archive) &&
      !this.#settings.connection.isFailed(archive);
  }

  /** How many series could not be read. */
  get failed(): number {
    return this.#failures.count;
  }

  /** Whether all was read. */
  get isWhole(): boolean {
    return this.failed === 0 && this.broken === undefined &&
      this.#settings.connection.failures.length === 0;
  }

  /**
   * The newest points, in the order of the list. Series without one are left
   * out, and those that could not be read come without a point.
   *
   * @throws What ends the reading before anything is known; later it is kept.
   */
  async *newest(): AsyncGenerator<Newest, void, void> {
    let isAnyKnown = false;
    try {
      const { connection } = this.#settings;
      const found = connection.map(this.#sought(), this.#read, mapAhead);
      for await (const outcome of found) {
        isAnyKnown = true;
        const isFailed = "error" in outcome;
        if (isFailed && this.#io.signal.aborted) throw outcome.error;
        this.#noteFuture(outcome);
        if (outcome.point !== undefined || isFailed) yield outcome;
        if (!isFailed) {
          this.#failures.none(outcome.archive);
          continue;
        }
        this.#incomplete.add(outcome.archive);
        if (!this.#failures.take(outcome.error)) continue;
        this.#io.note(`incomplete: ${(outcome.error as Error).message}`);
      }
    } catch (error) {
      if (!isAnyKnown || this.#io.signal.aborted) throw error;
      this.broken = { error };
    }
  }

  /**
   * The value of a newest point: as the archive sent it, but percentiles by
   * their name, in the unit of the catalogue, in place of a histogram.
   */
  valueOf({ test, series: { eventType, dataType }, point }: Newest): unknown {
    if (point === undefined) return null;
    if (dataType !== "histogram") return point.raw;
    const { bucketWidth, percentiles } = this.#settings;
    const rule = bucketRuleOf(test, eventType, bucketWidth);
    this.#buckets.take(rule, test);
    const value = point.val as Record<string, number> | undefined;
    return percentilesOf(readHistogram(value, rule?.factor), percentiles);
  }

  /** What a reader has to know besides; empty for most. */
  notes(): string[] {
    const { series, latest } = this.#future;
    const ahead = formatSpan(latest - this.#settings.clock.now());
    const has = series === 1 ? "1 series has" : `${series} series have`;
    return [
      ...series === 0 ? [] : [
        `${has} points in the future, up to ${ahead} ahead: they are left out`,
      ],
      ...this.#buckets.lines(),
    ];
  }

  #noteFuture({ future }: Outcome): void {
    if (future === undefined) return;
    this.#future.series++;
    this.#future.latest = Math.max(this.#future.latest, future);
  }

  async *#sought(): AsyncGenerator<Sought, void, void> {
    for await (const test of answerTests(this.#settings, this.#io)) {
      const dialect = dialectOf(test.toJSON());
      for (const series of test.getAllEventTypes()) {
        const isWanted = this.#selects(test, series.eventType) &&
          !isUnwritten(series, dialect);
        if (isWanted) yield { archive: test.archive, test, series };
      }
    }
  }

  /** Never rejects: one failure must not hide the others. */
  readonly #read = async (sought: Sought): Promise<Outcome> => {
    const { archive, test, series } = sought;
    const { clock, hostnames, isOpen, window } = this.#settings;
    const [names, found] = await Promise.all([
      namesOfTest(test, hostnames),
      newestPoint(series, {
        window: clock.window(window, isOpen, archive),
        isOpen,
        now: clock.now(archive),
        dialect: dialectOf(test.toJSON()),
      }).catch((error: unknown) => ({ error })),
    ]);
    return { ...sought, names, ...found };
  };
}
