/**
 * What the commands that write share: their options, and their input.
 *
 * @module
 */

import type { PostOptions } from "../../mod.ts";
import { readApiKey } from "./credentials.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { PostName } from "../names.ts";
import { warnOfPlainHttp } from "../secrecy.ts";
import type { OptionsOf } from "../options/table.ts";
import {
  noteWords,
  readInteger,
  readMaxResponse,
  readUrl,
} from "../options/values.ts";
import { openTransport } from "../tls/transport.ts";
import { decodeInput } from "./text.ts";

/** An archive to write to. */
export interface Posting {
  /** The address of the archive. */
  url: string;
  /** How to write to it. */
  access: PostOptions;
  /** Closes the connections; to be called when all is written. */
  close(): void;
}

/**
 * Reads the options that all writing needs; asks for the key when something is
 * first sent.
 *
 * @throws {UsageError} for options that cannot be used.
 */
export async function readPosting(
  options: OptionsOf<PostName>,
  io: Io,
): Promise<Posting> {
  const { url, scriptAlias } = readUrl(options, io);
  const isVerbose = options.flag("verbose");
  const numbers = {
    timeout: readInteger(options, "timeout"),
    retries: readInteger(options, "retry"),
    ...readMaxResponse(options),
  };
  const { fetch, close } = await openTransport(options, url, io);
  return {
    url,
    access: {
      scriptAlias: options.text("script-alias") ?? scriptAlias,
      ...numbers,
      apiKey: async () => {
        warnOfPlainHttp(url, io);
        const key = await readApiKey(options, io);
        io.hide?.(key);
        return key;
      },
      readBack: options.flag("verify"),
      verbose: isVerbose,
      log: (line) => isVerbose && line ? io.note(line) : undefined,
      signal: io.signal,
      ...(fetch ? { fetch } : {}),
    },
    close,
  };
}

/**
 * The text of the FILE that is named, or of standard input.
 *
 * @throws {UsageError} where there is nothing to read, or it is not UTF-8.
 */
export async function readText(
  options: OptionsOf<PostName>,
  io: Io,
): Promise<string> {
  const [path, ...surplus] = options.words;
  noteWords(surplus, io);
  if (path !== undefined && path !== "-") {
    const bytes = await Deno.readFile(path).catch((error: Error) => {
      throw new UsageError(`cannot read ${path}: ${error.message}`);
    });
    return decodeInput(bytes, path);
  }
  const bytes = await io.input();
  if (bytes !== undefined) return decodeInput(bytes, "standard input");
  throw new UsageError("nothing to read: name a FILE, or pipe it in");
}
