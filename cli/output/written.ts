/**
 * Results that go to a file or to standard output, whole or not at all.
 *
 * @module
 */

import { MissingPermissionError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { replaceFile } from "../replace.ts";

/**
 * Writes text: to standard output, or to a file, beside it first, so that there
 * never is half a file.
 *
 * @param output The file; standard output if absent.
 * @throws {UsageError} when it cannot be written; a file that was there stays.
 */
export async function writeResult(
  output: string | undefined,
  text: string,
  io: Pick<Io, "stdout">,
): Promise<void> {
  if (output === undefined) {
    await io.stdout.write(text);
    return await io.stdout.flush();
  }
  const part = `${output}.part`;
  try {
    await Deno.writeTextFile(part, text);
    await replaceFile(part, output);
  } catch (error) {
    await Deno.remove(part).catch(() => {}); // it may never have been there
    if (error instanceof MissingPermissionError) throw error;
    throw new UsageError(
      `--output: cannot write ${output}: ${(error as Error).message}`,
    );
  }
}
