/**
 * The first line of a check, as monitoring systems read it.
 *
 * @module
 */

import { oneLine } from "../io.ts";
import type { STATE_EXIT } from "../errors.ts";

/** The state of what was checked. */
export type CheckState = keyof typeof STATE_EXIT;

/** The longest text that is shown: systems cut longer lines anywhere. */
const LONGEST = 1000;

/**
 * The line of a check, without performance data. MaDDash looks for
 * `^\\w+ \\w+ -`.
 *
 * @param what What was checked, such as `throughput`; `check` if that is not
 * known.
 * @param state Its state.
 * @param text The text; of it, what would end the line or begin performance
 * data is left out.
 */
export function stateLine(
  what: string,
  state: CheckState,
  text: string,
): string {
  const name = what === "check"
    ? "PS_CHECK"
    : `PS_CHECK_${what.toUpperCase().replaceAll("-", "_")}`;
  const plain = oneLine(text, LONGEST).replaceAll("|", "/");
  return `${name} ${state.toUpperCase()} - ${plain}`;
}
