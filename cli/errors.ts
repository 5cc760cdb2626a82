/**
 * The exit codes, and the errors that are not the library's.
 *
 * @module
 */

/** The exit codes, as the help shows them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  partial: 3,
  refused: 4,
  found: 5,
  interrupted: 130,
} as const;

/** What an exit code stands for. */
export type ExitName = keyof typeof EXIT;

/** The exit codes of `check`, as Nagios plugins have them. */
export const STATE_EXIT = {
  ok: 0,
  warning: 1,
  critical: 2,
  unknown: 3,
} as const;

/** The exit codes of `check` in words, for the help and the man page. */
export const STATE_CODES: string =
  Object.entries(STATE_EXIT).map(([state, code]) =>
    `${code} ${state.toUpperCase()}`
  ).join("; ") +
  ", and all else that ends it: usage, an archive that is away, a signal";

const MEANINGS: Record<ExitName, string> = {
  done: "done",
  failed: "the request failed",
  usage: "wrong usage",
  partial: "a part failed, the rest is done",
  refused: "the archive refused the credentials",
  found: "something was found, with --exit-code",
  interrupted: "interrupted",
};

/** The exit codes and what they mean, for the help and the man page. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] =
  Object.entries(EXIT).map(([name, code]) =>
    [code, MEANINGS[name as ExitName]] as const
  );

/**
 * Wrong usage: the message names the option, what is wrong with it, and what to
 * do.
 */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Deno does not grant what the command needs. */
export class MissingPermissionError extends Error {
  override name = "MissingPermissionError";

  /**
   * Makes the error.
   *
   * @param flags The missing flags, such as `--allow-net=ma.example.net:443`.
   */
  constructor(flags: readonly string[]) {
    super(
      `Deno does not permit it: run it with ${
        flags.join(" ")
      }, before the name of the program`,
    );
  }
}

/** A person has pressed Ctrl-C where that is no signal. */
export class InterruptedError extends Error {
  override name = "InterruptedError";
}

/** Part of a request failed, and stderr has said so already. */
export class PartialError extends Error {
  override name = "PartialError";

  /**
   * Makes the error.
   *
   * @param exitCode The exit code of the program.
   */
  constructor(readonly exitCode: number) {
    super("part of the request failed");
  }
}

/** The reader of standard output has closed it: the program ends quietly. */
export class OutputClosedError extends Error {
  override name = "OutputClosedError";
}
