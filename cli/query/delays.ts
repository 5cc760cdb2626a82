/**
 * How the commands that answer questions show delays.
 *
 * @module
 */

import { eventTypeInfo } from "../../client/event_types.ts";
import {
  bucketFactor,
  type BucketRule,
  type Histogram,
  percentile,
} from "../../insight.ts";
import type { Metadata } from "../../mod.ts";

/** By their number, such as `p95`; null where there are no samples. */
export function percentilesOf(
  histogram: Histogram,
  percentiles: readonly number[],
): Record<string, number | null> {
  return Object.fromEntries(
    percentiles.map((p) => [`p${p}`, shortened(percentile(histogram, p))]),
  );
}

/** Without the last digits, in which interpolation is not exact. */
export function shortened(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toPrecision(12));
}

/**
 * How the buckets of a test's histogram become what the catalogue says: only
 * those of delays have a width.
 */
export function bucketRuleOf(
  test: Metadata,
  eventType: string,
  width: number | "ms" | undefined,
): BucketRule | undefined {
  if (eventTypeInfo(eventType)?.unit !== "ms") return undefined;
  return bucketFactor(test.toJSON(), { width, eventType });
}

/** Which rules buckets were read by, where a reader has to know. */
export class BucketNotes {
  readonly #tests = new Map<string, Set<string>>();

  /** Takes a rule that was used for a test. */
  take(rule: BucketRule | undefined, test: Metadata): void {
    if (!rule?.isNotable) return;
    const tests = this.#tests.get(rule.words) ?? new Set();
    this.#tests.set(rule.words, tests.add(`${test}`));
  }

  /** A line for each rule. */
  lines(): string[] {
    return [...this.#tests].map(([words, { size }]) =>
      `delays of ${
        size === 1 ? "1 test" : `${size} tests`
      }: ${words} (--bucket-width overrides)`
    );
  }
}
