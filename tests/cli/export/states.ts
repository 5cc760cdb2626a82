/** What tests of the progress have in common. */

import {
  emptyProgress,
  type ProgressState,
} from "../../../cli/export/progress_line.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** A state of which only what matters is given. */
export function state(given: Partial<ProgressState>): ProgressState {
  return { ...emptyProgress(), ...given };
}

/** A run that has everything to say. */
export const BUSY = state({
  series: 12_345,
  done: 2_345,
  failed: 17,
  points: 1_234_567,
  bytes: 45_678_901,
  files: 2_300,
  retries: 3,
});
