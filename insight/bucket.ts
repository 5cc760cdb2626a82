/**
 * What the buckets of delay histograms mean: milliseconds, or multiples of a
 * width.
 *
 * @module
 */

import { dialectOf, type WireMetadata } from "../client/wire.ts";

/**
 * How the buckets of a histogram become milliseconds.
 *
 * @example Usage
 * ```ts
 * import { bucketFactor, type BucketRule } from "@esmond/client/insight";
 *
 * const rule: BucketRule = bucketFactor({ "tool-name": "powstream" });
 * console.log(rule.factor, rule.words);
 * ```
 */
export interface BucketRule {
  /** What a bucket is multiplied by to be milliseconds. */
  readonly factor: number;
  /**
   * Why: buckets are milliseconds, they count their width, or it was given.
   */
  readonly rule: "milliseconds" | "width" | "given";
  /** The rule in words, for a note beside the numbers. */
  readonly words: string;
  /**
   * Whether an output has to name the rule: the test has a width other than
   * 0.001 s, so that other programs may show other numbers.
   */
  readonly isNotable: boolean;
}

/**
 * What is known about the buckets, beside the description of the test.
 *
 * @example Usage
 * ```ts
 * import { bucketFactor, type BucketOptions } from "@esmond/client/insight";
 *
 * const options: BucketOptions = { width: 0.0001 };
 * console.log(bucketFactor({ "tool-name": "powstream" }, options).factor); // 0.1
 * ```
 */
export interface BucketOptions {
  /**
   * The width of a bucket in seconds, or `"ms"` if buckets are milliseconds:
   * counts more than what the test says.
   */
  readonly width?: number | "ms" | undefined;
  /**
   * The event type. Buckets of `histogram-rtt` always are milliseconds.
   *
   * @default {"histogram-owdelay"}
   */
  readonly eventType?: string | undefined;
}

const WIDTH = "sample-bucket-width";

/** The width of a millisecond, in seconds: what is left out of a test. */
const MILLISECOND = 0.001;

/**
 * Tells how the buckets of a test's delay histograms become milliseconds.
 *
 * perfSONAR up to 3.5 wrote milliseconds, although a `sample-bucket-width` of
 * 0.0001 stands in its tests. pScheduler counts `sample-bucket-width` (seconds,
 * 0.001 if missing), and neither esmond nor elmond converts that. A test is
 * pScheduler's if its tool is `pscheduler/…`, it has a parameter
 * `pscheduler-…`, or elmond describes it. (See pScheduler's
 * `powstream_utils.py`, perfSONAR's `Tests/Powstream.pm`, elmond's `data.py`.)
 *
 * @param test The test, as the archive describes it: `md.toJSON()`.
 * @param options A width that was given, and the event type.
 * @returns The factor, and the rule that it comes from.
 * @throws {RangeError} when a width is given that is not above 0.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bucketFactor, readHistogram } from "@esmond/client/insight";
 *
 * const old = { "tool-name": "powstream", "sample-bucket-width": "0.0001" };
 * const young = { ...old, "tool-name": "pscheduler/powstream" };
 * const delay = (test: typeof old, bucket: string) =>
 *   readHistogram({ [bucket]: 1 }, bucketFactor(test).factor).minimum;
 * assertEquals(delay(old, "24.6"), 24.6); // ms
 * assertEquals(delay(young, "312.5"), 31.25); // ms
 * ```
 */
export function bucketFactor(
  test: WireMetadata,
  options: BucketOptions = {},
): BucketRule {
  const written = test[WIDTH] ?? undefined;
  const isNotable = written !== undefined && Number(written) !== MILLISECOND;
  const { width } = options;
  if (width !== undefined) {
    return { ...ruleOf(width), rule: "given", isNotable };
  }
  if (options.eventType === "histogram-rtt") {
    const words = "buckets are milliseconds, as for all round trips";
    return { factor: 1, rule: "milliseconds", words, isNotable };
  }
  if (isFromPscheduler(test)) {
    const { factor, words } = ruleOf(widthOf(written));
    const named = `${words}, as pScheduler writes them`;
    return { factor, rule: "width", words: named, isNotable };
  }
  const words = "buckets are milliseconds, as perfSONAR up to 3.5 wrote them";
  return { factor: 1, rule: "milliseconds", words, isNotable };
}

function ruleOf(width: number | "ms"): { factor: number; words: string } {
  if (width === "ms") return { factor: 1, words: "buckets are milliseconds" };
  if (!(width > 0 && width < Infinity)) {
    throw new RangeError(
      `the width of a bucket is seconds above 0, not ${width}`,
    );
  }
  // Without the last digits, in which 0.0003 / 0.001 is not 0.3.
  const factor = Number((width / MILLISECOND).toPrecision(12));
  return { factor, words: `buckets count ${width} s` };
}

/** A width as archives send it, also as text; 0.001 s for one of no use. */
function widthOf(written: unknown): number {
  const width = Number(written);
  return width > 0 && width < Infinity ? width : MILLISECOND;
}

function isFromPscheduler(test: WireMetadata): boolean {
  const tool = test["tool-name"];
  return typeof tool === "string" && tool.startsWith("pscheduler/") ||
    Object.keys(test).some((name) => name.startsWith("pscheduler-")) ||
    dialectOf(test) === "elmond";
}
