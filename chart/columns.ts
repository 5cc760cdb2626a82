/**
 * The columns of a picture, and what was measured in each: the numbers that are
 * drawn.
 *
 * @module
 */

import {
  type Histogram,
  mergeHistograms,
  percentile,
} from "../insight/histogram.ts";
import { poolLoss } from "../insight/loss.ts";
import { indexFrom } from "../insight/times.ts";
import { missingSpans } from "./absent.ts";
import type { PlotTest, Span } from "./measured.ts";

/** A window in columns, which begin at whole seconds. */
export class Columns {
  /** How many there are. */
  readonly count: number;
  readonly #start: number;
  readonly #seconds: number;

  /**
   * Divides a window.
   *
   * @param window The window.
   * @param count How many columns to make; fewer where it has fewer seconds.
   */
  constructor({ start, end }: Span, count: number) {
    this.#start = start;
    this.#seconds = Math.max(1, end + 1 - start);
    this.count = Math.max(1, Math.min(Math.floor(count), this.#seconds));
  }

  /** The first second of a column; of the one after the last, that after it. */
  from(column: number): number {
    return this.#start + Math.round(column * this.#seconds / this.count);
  }

  /** The column of a time. */
  of(time: number): number {
    const share = (time - this.#start) / this.#seconds;
    let column = Math.min(
      this.count - 1,
      Math.max(0, Math.floor(share * this.count)),
    );
    if (column > 0 && time < this.from(column)) column--;
    if (column < this.count - 1 && time >= this.from(column + 1)) column++;
    return column;
  }

  /** How long one is, in seconds. */
  get seconds(): number {
    return this.#seconds / this.count;
  }
}

/** What is drawn of a test. */
export type Drawn = "throughput" | "retransmits" | "loss" | "delay";

/** How the runs of a column ended: what says most of them. */
export type ColumnOutcome =
  | "measured"
  | "lost"
  | "failed"
  | "empty"
  | "missing";

/** What was measured in a column; unknown is `undefined`, never 0. */
export interface Column {
  /** The first second, since 1970 UTC. */
  readonly from: number;
  /** The first second after it. */
  readonly to: number;
  /** When it is drawn: the middle of its runs. */
  readonly time: number;
  /** How many runs, or bins, went in. */
  readonly n: number;
  /** Bits per second, ms of all samples, or the loss of the runs. */
  readonly min: number | undefined;
  /** The 25th percentile of the same, and so on. */
  readonly p25: number | undefined;
  readonly p50: number | undefined;
  readonly p75: number | undefined;
  readonly p95: number | undefined;
  readonly max: number | undefined;
  /** Packets lost. */
  readonly lost: number | undefined;
  /** Packets sent. */
  readonly sent: number | undefined;
  /** The loss of all packets, from 0 to 1. */
  readonly loss: number | undefined;
  /** How the runs ended. */
  readonly outcome: ColumnOutcome;
}

/**
 * The columns of a test in which anything was measured, failed or is missing;
 * those between two runs are left out.
 */
export function columnsOf(
  test: PlotTest,
  drawn: Drawn,
  columns: Columns,
  window: Span,
): Column[] {
  const outcomes = outcomesOf(test, columns, window);
  const found: Column[] = [];
  const { times, summary } = summaryOf(test, drawn);
  let at = indexFrom(times, window.start);
  const after = indexFrom(times, window.end + 1);
  for (let column = 0; column < columns.count; column++) {
    const to = columns.from(column + 1);
    const begin = at;
    while (at < after && times[at]! < to) at++;
    const outcome = at > begin && outcomes[column] !== "lost"
      ? "measured"
      : outcomes[column];
    if (outcome === undefined) continue;
    const from = columns.from(column);
    found.push({
      ...{ from, to, n: at - begin, ...NOTHING },
      time: at > begin ? (times[begin]! + times[at - 1]!) / 2 : (from + to) / 2,
      ...at > begin ? summary(begin, at) : {},
      outcome,
    });
  }
  return found;
}

const NOTHING = {
  ...{ min: undefined, p25: undefined, p50: undefined, p75: undefined },
  ...{ p95: undefined, max: undefined },
  ...{ lost: undefined, sent: undefined, loss: undefined },
};

/** The times of what is drawn, and what to tell of those from one to another. */
function summaryOf(
  test: PlotTest,
  drawn: Drawn,
): {
  times: readonly number[];
  summary: (from: number, after: number) => Partial<Column>;
} {
  const { loss, delay } = test;
  const plain = drawn === "throughput" || drawn === "retransmits"
    ? test[drawn]
    : undefined;
  if (plain) {
    return {
      times: plain.times,
      summary: (from, after) => percentiles(plain.values.slice(from, after)),
    };
  }
  if (drawn === "delay" && delay) {
    return {
      times: delay.times,
      summary: (from, after) =>
        percentiles(
          after - from === 1
            ? delay.values[from]!
            : mergeHistograms(delay.values.slice(from, after)),
        ),
    };
  }
  if (drawn === "loss" && loss) {
    return {
      times: loss.runs.map(({ ts }) => ts),
      summary: (from, after) => {
        const runs = loss.runs.slice(from, after);
        const pooled = poolLoss({ ...loss, runs })!;
        return {
          ...percentiles(runs.map((run) => run.loss)),
          ...{ lost: pooled.lost, sent: pooled.sent, loss: pooled.loss },
        };
      },
    };
  }
  return { times: [], summary: () => ({}) };
}

function percentiles(samples: Histogram | readonly number[]) {
  const of = (p: number) => percentile(samples, p);
  return {
    ...{ min: of(0), p25: of(25), p50: of(50), p75: of(75), p95: of(95) },
    max: of(100),
  };
}

const WORST_LAST: readonly ColumnOutcome[] = [
  ...["missing", "empty", "failed", "lost", "measured"] as const,
];

/** How the runs of each column ended: what was measured counts most. */
function outcomesOf(
  test: PlotTest,
  columns: Columns,
  window: Span,
): (ColumnOutcome | undefined)[] {
  const found = new Array<ColumnOutcome | undefined>(columns.count);
  for (const { start, end } of missingSpans(test)) {
    const first = columns.of(Math.max(start, window.start));
    const last = columns.of(Math.min(end, window.end));
    for (let column = first; column <= last; column++) {
      // A column at the edge may be no more than touched.
      const middle = (columns.from(column) + columns.from(column + 1)) / 2;
      if (middle >= start && middle <= end) found[column] = "missing";
    }
  }
  for (const { time, outcome } of test.runs) {
    if (time < window.start || time > window.end) continue;
    const column = columns.of(time);
    const known = WORST_LAST.indexOf(found[column]!);
    if (WORST_LAST.indexOf(outcome) > known) found[column] = outcome;
  }
  return found;
}
