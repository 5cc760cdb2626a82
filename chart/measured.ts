/**
 * What a picture is drawn of: the tests of a link, in one direction or in both.
 *
 * @module
 */

import type { Gap } from "../insight/spacing.ts";
import type { Histogram } from "../insight/histogram.ts";
import type { LossKind } from "../insight/loss_source.ts";
import type { LossRuns } from "../insight/loss.ts";
import type { Run } from "../insight/runs.ts";

/** A span of time, in seconds since 1970 UTC. */
export interface Span {
  /** The first second. */
  readonly start: number;
  /** The last second. */
  readonly end: number;
}

/** Values, and when they were measured: ascending, of the same length. */
export interface Values<V> {
  /** Seconds since 1970 UTC. */
  readonly times: readonly number[];
  /** The values. */
  readonly values: readonly V[];
}

/** What a test measured, and how its runs ended. */
export interface PlotTest {
  /** Whether it measures from the destination to the source. */
  readonly isReverse: boolean;
  /** What it is called: its tool, and what tells it from others. */
  readonly label: string;
  /** Its runs within the window. */
  readonly runs: readonly Run[];
  /** Where runs are missing. */
  readonly gaps: readonly Gap[];
  /** How far apart its runs should be, in seconds, if that is known. */
  readonly interval: number | undefined;
  /** Runs further apart than this have a gap between them, in seconds. */
  readonly threshold: number | undefined;
  /** How many runs there are, and how many of them ended badly. */
  readonly counts: Readonly<
    Record<"runs" | "failed" | "lost" | "empty", number>
  >;
  /** What it measured in all, in words. */
  readonly summary: readonly string[];
  /** The share of runs that are not missing, if that is known. */
  readonly coverage: number | undefined;
  /** Bits per second. */
  readonly throughput?: Values<number> | undefined;
  /** Segments that were sent again in each run. */
  readonly retransmits?: Values<number> | undefined;
  /** The loss of its runs, or of bins. */
  readonly loss?: (LossRuns & { readonly kind: LossKind }) | undefined;
  /** Delays in milliseconds: of one way, or of a round trip. */
  readonly delay?:
    | (Values<Histogram> & { readonly isRoundTrip: boolean })
    | undefined;
}

/** Something that happened at a moment. */
export interface Mark {
  /** Seconds since 1970 UTC. */
  readonly time: number;
  /** What happened. */
  readonly text: string;
}

/** How throughput and delay are scaled. */
export type PlotScale = "linear" | "log";

/** What a picture is drawn of. */
export interface PlotData {
  /** Who measures whom, such as `a → b`. */
  readonly title: string;
  /** The same the other way round. */
  readonly reverseTitle: string;
  /** The version of IP, if the hosts have addresses. */
  readonly family: 4 | 6 | undefined;
  /** The window. */
  readonly window: Span;
  /** The zone of the times that are shown. */
  readonly zone: string;
  /** How throughput and delay are scaled. */
  readonly scale: PlotScale;
  /** The tests. */
  readonly tests: readonly PlotTest[];
  /** Where the route changed. */
  readonly routeChanges: readonly Mark[];
  /** Where a clock was set. */
  readonly clockSteps: readonly Mark[];
  /** What a reader has to know about the numbers. */
  readonly remarks: readonly string[];
}

/** Whether there is anything to draw: any run, measured or not. */
export function isEmpty({ tests }: PlotData): boolean {
  return tests.every(({ counts }) => counts.runs === 0);
}
