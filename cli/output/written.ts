/**
 * Results that go to a file or to standard output, whole or not at all.
 *
 * @module
 */

import { MissingPermissionError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { TextName } from "../options/table.ts";
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
  if (output !== undefined) return await writeWhole("output", output, text);
  await io.stdout.write(text);
  await io.stdout.flush();
}

/**
 * Writes a file, beside it first.
 *
 * @param option The option that names it.
 * @param output The file.
 * @throws {UsageError} when it cannot be written; a file that was there stays.
 */
export async function writeWhole(
  option: TextName,
  output: string,
  text: string,
): Promise<void> {
  const part = `${output}.part`;
  try {
    await Deno.writeTextFile(part, text);
    await replaceFile(part, output);
  } catch (error) {
    await Deno.remove(part).catch(() => {}); // it may never have been there
    if (error instanceof MissingPermissionError) throw error;
    throw new UsageError(
      `--${option}: cannot write ${output}: ${(error as Error).message}`,
    );
  }
}
