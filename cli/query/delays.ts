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
import { UsageError } from "../errors.ts";
import type { AnswerName } from "../names.ts";
import { DEFAULTS, type OptionsOf } from "../options/table.ts";
import { shownWord } from "../options/values.ts";

/**
 * The percentiles that are asked for.
 *
 * @throws {UsageError} for anything but numbers from 0 to 100.
 */
export function readPercentiles(
  options: OptionsOf<"latest" | "check">,
): number[] {
  const text = options.text("percentiles") ?? DEFAULTS["percentiles"];
  const numbers = text.split(",").map((word) => {
    const number = Number(word);
    if (word.trim() !== "" && number >= 0 && number <= 100) return number;
    throw new UsageError(
      `--percentiles: ${
        shownWord(word)
      } is not a number from 0 to 100; give such as 50,95,99.9`,
    );
  });
  return [...new Set(numbers)];
}

/**
 * The width of buckets that is given: seconds, or `"ms"` if buckets are
 * milliseconds.
 *
 * @throws {UsageError} for a width that is not above 0.
 */
export function readBucketWidth(
  options: OptionsOf<AnswerName>,
): number | "ms" | undefined {
  const text = options.text("bucket-width")?.trim();
  if (text === undefined || text === "ms") return text;
  const isMilliseconds = text.endsWith("ms");
  const digits = isMilliseconds ? text.slice(0, -2) : text;
  const number = digits.trim() === "" ? NaN : Number(digits);
  if (number > 0 && number < Infinity) {
    return isMilliseconds ? Number((number / 1000).toPrecision(12)) : number;
  }
  throw new UsageError(
    `--bucket-width: ${
      shownWord(text)
    } is not a width above 0; give seconds such as 0.0001, or 0.1ms, or ms for buckets that are milliseconds`,
  );
}

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
function shortened(value: number | undefined): number | null {
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
