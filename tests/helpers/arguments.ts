/** Command lines that tests put together. */

import { optionsOf } from "../../cli/options/table.ts";
import type { CommandName } from "../../cli/names.ts";

/**
 * A command line in which later options take the place of earlier ones, as
 * tests put it together; the program refuses an option with two values.
 */
export function lastOf(
  [command = "", ...words]: readonly string[],
  /** Those that may be repeated, but are not. */
  others: readonly string[] = ["url"],
): string[] {
  const specs = optionsOf(command as CommandName)
    .filter(({ long, value, isRepeatable }) =>
      value !== undefined && (!isRepeatable || others.includes(long))
    );
  const kept: { long?: string; words: string[] }[] = [];
  while (words.length > 0) {
    const word = words.shift()!;
    if (word === "--") {
      kept.push({ words: [word, ...words.splice(0)] });
      break;
    }
    const spec = specs.find(({ long, short = "" }) =>
      word === `--${long}` || word.startsWith(`--${long}=`) ||
      (short !== "" && word.startsWith(`-${short}`))
    );
    if (spec === undefined) {
      kept.push({ words: [word] });
      continue;
    }
    const { long, short } = spec;
    const isApart = word === `--${long}` || word === `-${short}`;
    const before = kept.findIndex((each) => each.long === long);
    if (before >= 0) kept.splice(before, 1);
    kept.push({ long, words: [word, ...words.splice(0, isApart ? 1 : 0)] });
  }
  return [command, ...kept.flatMap((each) => each.words)];
}
