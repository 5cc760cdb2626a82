/**
 * What a check prints, as monitoring systems read it.
 *
 * @module
 */

import { formatNumber, type Verdict } from "../../insight.ts";
import { oneLine } from "../io.ts";

/** The state of what was checked. */
export type CheckState = Verdict;

/** The longest text that is shown: systems cut longer lines anywhere. */
const LONGEST = 1000;

/** A number for graphs. */
export interface PerformanceItem {
  /** What it is called. */
  label: string;
  /** The number, in the unit of the thresholds; `undefined` if there is none. */
  value: number | undefined;
  /** The range that does not need a warning. */
  warning?: string | undefined;
  /** The range that is not critical. */
  critical?: string | undefined;
}

/**
 * The first line of a check. MaDDash looks for `^\\w+ \\w+ -`, and splits
 * performance data at `;+`.
 *
 * @param what What was checked, such as `throughput`; `check` if that is not
 * known.
 * @param state Its state.
 * @param text The text; of it, what would end the line or begin performance
 * data is left out.
 * @param items Performance data; the first is what was judged.
 */
export function stateLine(
  what: string,
  state: CheckState,
  text: string,
  items: readonly PerformanceItem[] = [],
): string {
  const name = what === "check"
    ? "PS_CHECK"
    : `PS_CHECK_${what.toUpperCase().replaceAll("-", "_")}`;
  const line = `${name} ${state.toUpperCase()} - ${detailLine(text)}`;
  return items.length === 0 ? line : `${line} | ${items.map(show).join(" ")}`;
}

/**
 * A further line of a check, or a text of its first: without what would end the
 * line or begin performance data.
 */
export function detailLine(text: string): string {
  return oneLine(text.replace(CONTROLS, " "), LONGEST).replaceAll("|", "/");
}

// deno-lint-ignore no-control-regex
const CONTROLS = /\s*[\x00-\x1f\x7f-\x9f]+\s*/g;

/** An item with all four semicolons; `U` stands for what does not exist. */
function show({ label, value, warning, critical }: PerformanceItem): string {
  const name = detailLine(label).replace(/['=;]/g, "_");
  const shown = /[^\w.]/.test(name) ? `'${name}'` : name;
  const isKnown = value !== undefined && Number.isFinite(value);
  const number = isKnown ? formatNumber(value, DIGITS) : "U";
  return `${shown}=${number};${warning ?? ""};${critical ?? ""};;`;
}

/** How many digits of a number count. */
const DIGITS = 6;
