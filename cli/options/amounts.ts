/**
 * Readers for the amounts that the answering commands take: seconds, factors,
 * shares, percentiles, widths of buckets.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import type { ParsedOptions } from "../names.ts";
import { DEFAULTS, type TextName } from "./table.ts";
import { integerIn, type NumberName, readInteger } from "./values.ts";

/** Options that have one value each. */
type Texts<L extends string> = Pick<ParsedOptions<L>, "text">;

/**
 * `--interval`: seconds above 0, or a number with a unit; `undefined` if it is
 * not given.
 */
export function readInterval(
  options: Texts<"interval">,
): number | undefined {
  return readSpan(options, "interval");
}

/** `--gap`: a factor of 1 or more; `undefined` if it is not given. */
export function readGap(options: Texts<"gap">): number | undefined {
  return read(
    options,
    "gap",
    "give a factor of 1 or more, such as 2",
    (text) => {
      const factor = numberIn(text);
      return factor >= 1 ? factor : undefined;
    },
  );
}

/** `--history`, in seconds; the default if it is not given. */
export function readHistory(options: Texts<"history">): number {
  const text = options.text("history") ?? DEFAULTS.history;
  return readSpan({ text: () => text }, "history")!;
}

/**
 * A length of time, in seconds: seconds, or a number with `s`, `min`, `h`, `d`
 * or `w`; `undefined` if it is not given.
 */
export function readSpan<L extends TextName>(
  options: Texts<L>,
  option: L,
): number | undefined {
  return read(
    options,
    option,
    SPAN_ADVICE,
    (text) => {
      const seconds = secondsIn(text);
      return seconds > 0 ? seconds : undefined;
    },
  );
}

const SPAN_ADVICE =
  "give seconds, or a number such as 90s, 10min, 2h, 28d or 4w";

/** The seconds of a number, with its unit or not; NaN for other text. */
function secondsIn(text: string): number {
  const [, digits = "", unit = "s"] = /^([\d.]+)\s*([a-z]+)?$/i
    .exec(text) ?? [];
  return numberIn(digits) * (SECONDS[unit.toLowerCase()] ?? NaN);
}

/**
 * Whole seconds: a number as {@linkcode readInteger} takes it, or one with `s`,
 * `min` (or `m`), `h`, `d` or `w`.
 *
 * @returns The seconds, or the option's default; `undefined` without either.
 */
export function readSeconds<L extends NumberName>(
  options: Texts<L>,
  option: L,
): number;
export function readSeconds<L extends TextName>(
  options: Texts<L>,
  option: L,
): number | undefined;
export function readSeconds(
  options: Texts<string>,
  option: TextName,
): number | undefined {
  if (options.text(option) === undefined) return readInteger(options, option);
  return read(options, option, SPAN_ADVICE, (text) => {
    const whole = integerIn(text);
    if (whole !== undefined || !/[a-z]$/i.test(text)) return whole;
    const seconds = secondsIn(text);
    return Number.isSafeInteger(seconds) ? seconds : undefined;
  });
}

const SECONDS: Record<string, number> = {
  ...{ s: 1, m: 60, min: 60, h: 3600, d: 86_400, w: 604_800 },
};

/** A share: a number from 0 on, or a percentage; `undefined` if not given. */
export function readShare<L extends TextName>(
  options: Texts<L>,
  option: L,
): number | undefined {
  return read(
    options,
    option,
    "give a share such as 0.1, or 10%",
    (text) => {
      const isPercent = text.endsWith("%");
      const share = numberIn(isPercent ? text.slice(0, -1) : text);
      return share >= 0 ? share / (isPercent ? 100 : 1) : undefined;
    },
  );
}

/** The smallest changes that count as steps; absent is the default. */
export interface MinStep {
  /** Of delay, in milliseconds. */
  delay?: number;
  /** Of throughput, as a share. */
  throughput?: number;
}

/** `--min-step`: milliseconds of delay, or a percentage of throughput. */
export function readMinStep(options: Texts<"min-step">): MinStep {
  const step = read(
    options,
    "min-step",
    "give milliseconds of delay, such as 0.5 or 0.5ms, or a percentage of throughput, such as 20%",
    (text): MinStep | undefined => {
      const isPercent = text.endsWith("%");
      const number = numberIn(text.replace(/\s*(%|ms)$/, ""));
      if (!(number > 0)) return undefined;
      return isPercent ? { throughput: number / 100 } : { delay: number };
    },
  );
  return step ?? {};
}

/**
 * `--bucket-width`: seconds above 0, or `"ms"` where buckets are milliseconds;
 * `undefined` if it is not given. `0.1ms` is 0.0001.
 */
export function readBucketWidth(
  options: Texts<"bucket-width">,
): number | "ms" | undefined {
  return read(
    options,
    "bucket-width",
    "give seconds, such as 0.0001, or milliseconds, such as 0.1ms, or ms",
    (text) => {
      if (text === "ms") return text;
      const isMilliseconds = text.endsWith("ms");
      const number = numberIn(isMilliseconds ? text.slice(0, -2) : text);
      const width = isMilliseconds
        ? Number((number / 1000).toPrecision(12))
        : number;
      return width > 0 ? width : undefined;
    },
  );
}

/** `--percentiles`, ascending; the default if it is not given. */
export function readPercentiles(
  options: Texts<"percentiles">,
): readonly number[] {
  const text = options.text("percentiles") ?? DEFAULTS.percentiles;
  return read(
    { text: () => text },
    "percentiles",
    "give numbers from 0 to 100, such as 5,50,95",
    (list) => {
      const numbers = list.split(",").map((each) => numberIn(each.trim()));
      const isSound = numbers.every((each) => each >= 0 && each <= 100);
      return isSound
        ? [...new Set(numbers)].sort((one, other) => one - other)
        : undefined;
    },
  )!;
}

/** A decimal number; NaN for other text. */
function numberIn(text: string): number {
  const isNumber = /^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text);
  const number = isNumber ? Number(text) : NaN;
  return Number.isFinite(number) ? number : NaN;
}

/** What `take` makes of the value of an option, if it is given. */
function read<L extends TextName, T>(
  options: Texts<L>,
  option: L,
  advice: string,
  take: (text: string) => T | undefined,
): T | undefined {
  const text = options.text(option);
  if (text === undefined) return undefined;
  const value = take(text.trim());
  if (value !== undefined) return value;
  throw new UsageError(`--${option} is ${JSON.stringify(text)}: ${advice}`);
}
