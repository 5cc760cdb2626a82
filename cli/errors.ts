/**
 * The ways in which a command ends early, other than by an error of the library.
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

/** The command line cannot be carried out; the message names the option and the remedy. */
export class UsageError extends Error {
  /** The name of the class. */
  override name = "UsageError";
}

/** Some of what was asked for could not be had; everything has been said on stderr already. */
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

/** Whoever read standard output has closed it: there is no point in going on. */
export class OutputClosedError extends Error {
  /** The name of the class. */
  override name = "OutputClosedError";
}
