/**
 * The ways in which a command ends early, other than by an error of the
 * library.
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
  interrupted: 130,
} as const;

const MEANINGS: Record<keyof typeof EXIT, string> = {
  done: "done, also when nothing was found",
  failed: "the request failed",
  usage: "wrong usage",
  partial: "part of a bulk run failed, the rest is on disk",
  refused: "the archive refused the credentials",
  interrupted: "interrupted",
};

/** The exit codes and what they mean, for the help and the man page. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] =
  Object.entries(EXIT).map(([name, code]) =>
    [code, MEANINGS[name as keyof typeof EXIT]] as const
  );

/**
 * The command line cannot be carried out; the message names the option and the
 * remedy.
 */
export class UsageError extends Error {
  /** The name of the class. */
  override name = "UsageError";
}

/** Deno does not permit what the command needs. */
export class MissingPermissionError extends Error {
  /** The name of the class. */
  override name = "MissingPermissionError";

  /**
   * Makes the error.
   *
   * @param flags What Deno has to be given, such as
   * `--allow-net=ma.example.net:443`.
   */
  constructor(flags: readonly string[]) {
    super(
      `Deno does not permit it: run it with ${
        flags.join(" ")
      }, before the name of the program`,
    );
  }
}

/**
 * Some of what was asked for could not be had; everything has been said on
 * stderr already.
 */
export class PartialError extends Error {
  /** The name of the class. */
  override name = "PartialError";

  /**
   * Makes the error.
   *
   * @param exitCode What the program exits with.
   */
  constructor(readonly exitCode: number) {
    super("part of the request failed");
  }
}

/**
 * Whoever read standard output has closed it: there is no point in going on.
 */
export class OutputClosedError extends Error {
  /** The name of the class. */
  override name = "OutputClosedError";
}
