/**
 * Running the programs that make executables.
 *
 * @module
 */

import { join } from "@std/path";
import { BuildProblem } from "./problem.ts";

/** The root of the repository. */
export const ROOT: string = join(import.meta.dirname!, "../..");

/**
 * Runs a program to its end, in the repository.
 *
 * @throws {BuildProblem} where it does not start.
 */
export async function run(
  program: string,
  args: string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args,
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    return {
      code,
      stdout: decoder.decode(stdout),
      stderr: decoder.decode(stderr),
    };
  } catch (error) {
    throw new BuildProblem(
      `cannot run ${program}: ${(error as Error).message}`,
    );
  }
}

/** The version of a Deno; empty if it does not print one. */
export async function versionOf(deno: string): Promise<string> {
  const { stdout } = await run(deno, ["--version"]);
  return /^deno (\S+)/.exec(stdout)?.[1] ?? "";
}

/** The line of Deno's errors that says most: the cause, not its context. */
export function reason(stderr: string): string {
  const lines = stderr.split("\n").map((line) =>
    line.trim().replace(/^(error|\d+): /, "")
  );
  return lines.find((line) => /request|find|os error/i.test(line)) ??
    lines.find((line) => line !== "") ?? "no reason given";
}
