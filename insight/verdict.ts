/**
 * Thresholds: ranges as the plugins of Nagios have them, and what they say of a
 * value.
 *
 * @module
 */

import { quoted } from "../client/text.ts";
import { formatNumber } from "./units.ts";

/**
 * What a check says, as monitoring systems know it.
 *
 * @example Usage
 * ```ts
 * import { type Verdict, worst } from "@esmond/client/insight";
 *
 * const all: Verdict[] = ["ok", "unknown"];
 * console.log(worst(all)); // unknown
 * ```
 */
export type Verdict = "ok" | "unknown" | "warning" | "critical";

/** From best to worst. */
const VERDICTS: readonly Verdict[] = ["ok", "unknown", "warning", "critical"];

/**
 * The worst of several verdicts. What is unknown is worse than what is well,
 * and never hides that something is not.
 *
 * @param verdicts Verdicts in any order.
 * @returns The worst; `"unknown"` of none.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { worst } from "@esmond/client/insight";
 *
 * assertEquals(worst(["ok", "critical", "unknown"]), "critical");
 * ```
 */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let most = -1;
  for (const verdict of verdicts) {
    most = Math.max(most, VERDICTS.indexOf(verdict));
  }
  return VERDICTS[most] ?? "unknown";
}

/**
 * The unit of a threshold and of the values that it is compared with:
 * throughput, loss, delay, times, and plain numbers such as counts.
 *
 * @example Usage
 * ```ts
 * import { parseRange, type ThresholdUnit } from "@esmond/client/insight";
 *
 * const unit: ThresholdUnit = "Gbit/s";
 * console.log(parseRange("500M:", unit).start); // 0.5
 * ```
 */
export type ThresholdUnit = "Gbit/s" | "%" | "ms" | "s" | "";

/**
 * A threshold: what is outside of it, or inside, is an alert.
 *
 * @example Usage
 * ```ts
 * import { alerts, parseRange, type ThresholdRange } from "@esmond/client/insight";
 *
 * const range: ThresholdRange = parseRange("5:", "Gbit/s");
 * console.log(alerts(range, 9.4), range.text); // false 5:
 * ```
 */
export interface ThresholdRange {
  /** The least value in it, in its unit; −Infinity if there is none. */
  readonly start: number;
  /** The greatest value in it, in its unit; Infinity if there is none. */
  readonly end: number;
  /** Whether values inside are alerts, the ends included. */
  readonly isInside: boolean;
  /** The range in its unit, as performance data have it: `500M:` is `0.5:`. */
  readonly text: string;
  /**
   * What was probably meant instead: a throughput of `5` is an alert above 5
   * Gbit/s, and `5:` one below.
   */
  readonly meant: string | undefined;
}

/** What may stand after a number, by unit: what it is multiplied by. */
const SUFFIXES: Record<ThresholdUnit, Readonly<Record<string, number>>> = {
  "Gbit/s": { k: 1e-6, m: 1e-3, g: 1, t: 1e3 },
  "%": { "%": 1 },
  "ms": { us: 1e-3, ms: 1, s: 1e3 },
  "s": { s: 1, m: 60, min: 60, h: 3600, d: 86_400 },
  "": {},
};

/** From so many Gbit/s on, a throughput was meant to be in bits/s. */
const IMPOSSIBLE_GBITS = 1e5;

/**
 * Reads a range of the Nagios plugins' guidelines. `10` alerts outside 0 to 10,
 * `10:` below 10, `~:10` above 10, `10:20` outside, `@10:20` inside; ends are
 * part of a range.
 *
 * @param text The range.
 * @param unit The unit of numbers without a suffix. A throughput may have a
 * suffix (`500M`, `2.5G`), and is in bits/s from 100,000 on (`1.2e9`); loss may
 * have a `%`, a delay `us`, `ms` or `s`, a time `s`, `min`, `h` or `d`.
 * @returns The range, in the unit.
 * @throws {SyntaxError} when the text is not a range; the message says how to
 * write one.
 *
 * @example Usage
 * ```ts
 * import { assert } from "@std/assert";
 * import { alerts, parseRange } from "@esmond/client/insight";
 *
 * assert(alerts(parseRange("500M:", "Gbit/s"), 0.4));
 * assert(!alerts(parseRange("~:10", "ms"), -99));
 * assert(alerts(parseRange("@10:20"), 10));
 * ```
 */
export function parseRange(
  text: string,
  unit: ThresholdUnit = "",
): ThresholdRange {
  const plain = text.trim();
  const isInside = plain.startsWith("@");
  const ends = plain.slice(isInside ? 1 : 0).split(":");
  const [first = "", second] = ends.map((end) => end.trim());
  if (ends.length > 2 || first + (second ?? "") === "") refuse(text, unit);
  const read = (end: string) => numberOf(end, unit) ?? refuse(text, unit);
  const start = second === undefined || first === ""
    ? 0
    : first === "~"
    ? -Infinity
    : read(first);
  const last = second ?? first;
  const end = last === "" ? Infinity : read(last);
  if (start > end) {
    refuse(text, unit, `it ends below its start, 0 if none is given`);
  }
  const isUpperAlone = second === undefined && !isInside;
  return {
    start,
    end,
    isInside,
    text: textOf(start, end, isInside),
    meant: isUpperAlone && unit === "Gbit/s" ? `${plain}:` : undefined,
  };
}

function refuse(text: string, unit: ThresholdUnit, why = ""): never {
  const reason = why && `: ${why}`;
  const known = Object.keys(SUFFIXES[unit]).join(", ");
  const hint = unit && `, in ${unit} or with a suffix (${known})`;
  throw new SyntaxError(
    `${
      quoted(text)
    } is not a range${reason}; write 10 (0 to 10), 10: (10 or more), ~:10 (10 or less), 10:20 or @10:20 (all but 10 to 20)${hint}`,
  );
}

/** A number in the unit; `undefined` for text that is not one. */
function numberOf(text: string, unit: ThresholdUnit): number | undefined {
  const [, digits = "", suffix = ""] =
    /^([+-]?[\d.]+(?:e[+-]?\d+)?)\s*([a-z%]*)$/i.exec(text) ?? [];
  const number = digits === "" ? NaN : Number(digits);
  if (!Number.isFinite(number)) return undefined;
  if (suffix !== "") {
    const by = Object.entries(SUFFIXES[unit])
      .find(([name]) => name === suffix.toLowerCase())?.[1];
    return by && tidy(number * by);
  }
  const isInBits = unit === "Gbit/s" && Math.abs(number) >= IMPOSSIBLE_GBITS;
  return isInBits ? tidy(number / 1e9) : number;
}

/** Without the last digits, in which 3 × 0.1 is not 0.3. */
function tidy(number: number): number {
  return Number(number.toPrecision(15));
}

/** All that a number has. */
const DIGITS = 17;

function textOf(start: number, end: number, isInside: boolean): string {
  // Performance data cannot have exponents.
  const last = end === Infinity ? "" : formatNumber(end, DIGITS);
  const first = start === -Infinity ? "~" : formatNumber(start, DIGITS);
  const isPlain = start === 0 && last !== "";
  return `${isInside ? "@" : ""}${isPlain ? last : `${first}:${last}`}`;
}

/**
 * Whether a value is an alert.
 *
 * @param range The threshold.
 * @param value The value, in the unit of the threshold. What is not a number is
 * an alert for every range: nothing says that it is well.
 * @returns Whether it is an alert.
 *
 * @example Usage
 * ```ts
 * import { assert } from "@std/assert";
 * import { alerts, parseRange } from "@esmond/client/insight";
 *
 * assert(alerts(parseRange("10:20"), 21));
 * ```
 */
export function alerts(
  { start, end, isInside }: ThresholdRange,
  value: number,
): boolean {
  if (Number.isNaN(value)) return true;
  return (value >= start && value <= end) === isInside;
}

/**
 * Judges a value by two thresholds.
 *
 * @param value The value, in the unit of the thresholds; nothing, or what is not
 * a number, was not measured.
 * @param thresholds What is a warning, and what is critical.
 * @returns The verdict; `"unknown"` for a value that was not measured.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { judge, parseRange } from "@esmond/client/insight";
 *
 * const warning = parseRange("5:", "Gbit/s");
 * const critical = parseRange("1:", "Gbit/s");
 * assertEquals(judge(0.917, { warning, critical }), "critical");
 * assertEquals(judge(undefined, { warning, critical }), "unknown");
 * ```
 */
export function judge(
  value: number | undefined,
  thresholds: {
    warning?: ThresholdRange | undefined;
    critical?: ThresholdRange | undefined;
  },
): Verdict {
  if (value === undefined || Number.isNaN(value)) return "unknown";
  const { warning, critical } = thresholds;
  if (critical && alerts(critical, value)) return "critical";
  return warning && alerts(warning, value) ? "warning" : "ok";
}
