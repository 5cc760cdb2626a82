/**
 * The API key: from a file, the environment, or a person, or with a warning
 * from the command line.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { ParsedOptions } from "../names.ts";
import { readSecretFile } from "../secrecy.ts";

/**
 * Reads the API key.
 *
 * @throws {UsageError} if there is none, or it cannot be sent.
 */
export async function readApiKey(
  options: Pick<ParsedOptions<"key" | "key-file">, "text">,
  io: Io,
): Promise<string> {
  const typed = options.text("key");
  if (typed !== undefined) {
    io.note(
      "--key: every user of this machine can see the key in the list of processes; --key-file or ESMOND_API_KEY keep it secret",
    );
  }
  const path = options.text("key-file");
  if (path !== undefined) {
    return await readSecretFile(
      "--key-file",
      path,
      io,
      (text) => checked("--key-file", text),
    );
  }
  if (typed !== undefined) return checked("--key", typed);
  const variable = io.env("ESMOND_API_KEY");
  if (variable) return checked("ESMOND_API_KEY", variable);
  const answer = await io.ask("API key: ");
  if (answer) return checked("what was typed", answer);
  throw new UsageError(
    "writing needs an API key: give --key-file FILE, or set ESMOND_API_KEY",
  );
}

/** Whether a text can be sent as an API key. */
export function isKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function checked(source: string, text: string): string {
  const key = text.trim();
  if (isKey(key)) return key;
  throw new UsageError(
    `${source} holds no API key: one word of printable characters`,
  );
}
