/**
 * Why nothing is built.
 *
 * @module
 */

/** One line for the person who builds: the problem, and what to do. */
export class BuildProblem extends Error {
  /** The name of the class. */
  override name = "BuildProblem";

  /**
   * Makes the problem.
   *
   * @param message What is wrong, and what to do.
   * @param exitCode 2 for a command line that cannot be carried out, else 1.
   */
  constructor(message: string, readonly exitCode: 1 | 2 = 1) {
    super(message);
  }
}
