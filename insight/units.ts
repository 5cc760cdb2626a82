/**
 * Numbers with their units, as people read them.
 *
 * @module
 */

/** What stands for a number that is not known: never 0. */
const UNKNOWN = "?";

/**
 * A number that may not be known.
 *
 * @example Usage
 * ```ts
 * import { formatDelay, type Quantity } from "@esmond/client/insight";
 *
 * const delay: Quantity = undefined;
 * console.log(formatDelay(delay)); // ?
 * ```
 */
export type Quantity = number | null | undefined;

/**
 * A number with so many digits that count, in plain notation, without zeros at
 * the end.
 *
 * @param value The number.
 * @param digits How many digits count.
 * @returns Its text; `?` for what is not a finite number.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatNumber } from "@esmond/client/insight";
 *
 * assertEquals(formatNumber(0.0036652), "0.00367");
 * assertEquals(formatNumber(1234.5), "1235");
 * ```
 */
export function formatNumber(value: Quantity, digits = 3): string {
  if (!isKnown(value)) return UNKNOWN;
  // Before the point all digits are shown.
  const decimals = value === 0
    ? 0
    : digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  const text = value.toFixed(Math.min(Math.max(decimals, 0), MOST_DECIMALS));
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return short === "-0" ? "0" : short;
}

/** The most decimals that are shown. */
const MOST_DECIMALS = 12;

function isKnown(value: Quantity): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

const RATES: readonly (readonly [least: number, unit: string])[] = [
  [1e12, "Tbit/s"],
  [1e9, "Gbit/s"],
  [1e6, "Mbit/s"],
  [1e3, "kbit/s"],
];

/**
 * A throughput.
 *
 * @param bits Bits per second.
 * @returns Three digits and a unit, such as `9.41 Gbit/s`; `?` if it is not
 * known.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatRate } from "@esmond/client/insight";
 *
 * assertEquals(formatRate(9_412_345_000), "9.41 Gbit/s");
 * assertEquals(formatRate(917e6), "917 Mbit/s");
 * ```
 */
export function formatRate(bits: Quantity): string {
  if (!isKnown(bits)) return UNKNOWN;
  const [least, unit] = rateUnit(bits);
  return `${formatNumber(bits / least)} ${unit}`;
}

/** The unit for a throughput, and how many bits per second that is. */
export function rateUnit(bits: number): readonly [size: number, unit: string] {
  // 999.9 Mbit/s is shown as 1 Gbit/s, not as 1000 Mbit/s.
  const size = Math.abs(Number(bits.toPrecision(3)));
  return RATES.find(([each]) => size >= each) ?? [1, "bit/s"];
}

/**
 * A share, such as a loss or a coverage.
 *
 * @param fraction From 0 to 1.
 * @returns Three digits in percent, such as `0.367 %`, and more where that would
 * be 100 % of what is not all; `?` if it is not known.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatPercent } from "@esmond/client/insight";
 *
 * assertEquals(formatPercent(0.00366515), "0.367 %");
 * assertEquals(formatPercent(0.99996), "99.996 %");
 * ```
 */
export function formatPercent(fraction: Quantity): string {
  if (!isKnown(fraction)) return UNKNOWN;
  let digits = 3;
  let text = formatNumber(fraction * 100, digits);
  while (text === "100" && fraction < 1 && digits < 15) {
    text = formatNumber(fraction * 100, ++digits);
  }
  return `${text} %`;
}

/**
 * A delay, or a difference of delays.
 *
 * @param milliseconds Milliseconds.
 * @param options Whether a difference has a plus if it is above 0.
 * @returns Four digits, such as `24.6 ms` or `+6.3 ms`; `?` if it is not known.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatDelay } from "@esmond/client/insight";
 *
 * assertEquals(formatDelay(24.60), "24.6 ms");
 * assertEquals(formatDelay(6.3, { isSigned: true }), "+6.3 ms");
 * ```
 */
export function formatDelay(
  milliseconds: Quantity,
  options: { isSigned?: boolean } = {},
): string {
  if (!isKnown(milliseconds)) return UNKNOWN;
  const text = formatNumber(milliseconds, 4);
  const hasPlus = options.isSigned && milliseconds > 0 && text !== "0";
  return `${hasPlus ? "+" : ""}${text} ms`;
}

const SPANS: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, "d"],
  [3600, "h"],
  [60, "min"],
];

/**
 * A span of time, in the largest unit of which there are two, or exactly one.
 *
 * @param seconds Seconds.
 * @returns Such as `300 ms`, `45 s`, `5 min`, `2.5 h`, `29 h` or `3 d`; `?` if it
 * is not known.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatSpan } from "@esmond/client/insight";
 *
 * assertEquals(formatSpan(7200), "2 h");
 * assertEquals(formatSpan(29 * 3600 + 500), "29 h");
 * ```
 */
export function formatSpan(seconds: Quantity): string {
  if (!isKnown(seconds)) return UNKNOWN;
  const size = Math.abs(seconds);
  if (size > 0 && size < 1) return `${formatNumber(seconds * 1000)} ms`;
  const [length, unit] =
    SPANS.find(([each]) => size >= 2 * each || size === each) ?? [1, "s"];
  const count = seconds / length;
  const decimals = Math.abs(count) < 10 ? 1 : 0;
  return `${Number(count.toFixed(decimals)) + 0} ${unit}`;
}

/**
 * How long ago something was.
 *
 * @param seconds Seconds since then; below 0 it lies in the future.
 * @returns Such as `29 h ago`, `now` or `in 5 min`; `?` if it is not known.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatAge } from "@esmond/client/insight";
 *
 * assertEquals(formatAge(29 * 3600), "29 h ago");
 * assertEquals(formatAge(-300), "in 5 min");
 * ```
 */
export function formatAge(seconds: Quantity): string {
  if (!isKnown(seconds)) return UNKNOWN;
  if (Math.abs(seconds) < 1) return "now";
  return seconds > 0
    ? `${formatSpan(seconds)} ago`
    : `in ${formatSpan(-seconds)}`;
}
