/**
 * What the terminal shows: how wide it is, whether it knows more than ASCII,
 * whether it has colours.
 *
 * @module
 */

import type { Io } from "../io.ts";

/** What text can be drawn with. */
export interface TerminalTraits {
  /** Its columns; 80 where that is not known. */
  width: number;
  /** Whether it shows ASCII alone. */
  isAscii: boolean;
  /** Whether it shows colours. */
  hasColors: boolean;
}

/** The columns of the terminal that results are for, if that is known. */
export function terminalWidth(
  io: Pick<Io, "isTerminal" | "columns">,
): number | undefined {
  return io.isTerminal ? io.columns?.() : undefined;
}

/**
 * Tells what standard output shows; a file shows the same, without colours.
 *
 * @param io What `--color` says, and the environment: `TERM`, `LC_ALL`,
 * `LC_CTYPE`, `LANG` and `NO_COLOR` count.
 */
export function terminalTraits(
  io: Pick<Io, "env" | "isTerminal" | "columns" | "colors">,
): TerminalTraits {
  const isDumb = io.env("TERM") === "dumb";
  const locale = io.env("LC_ALL") || io.env("LC_CTYPE") || io.env("LANG");
  // Where nothing is said, what reads the output is mostly no terminal.
  const isUtf8 = !locale || /utf-?8/i.test(locale);
  return {
    width: terminalWidth(io) ?? 80,
    isAscii: isDumb || !isUtf8,
    hasColors: io.colors === undefined
      ? io.isTerminal && !isDumb && !io.env("NO_COLOR")
      : io.colors === "always",
  };
}
