/**
 * What the commands that write have in common.
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

/** Where to write, and how. */
export interface Posting {
  /** The address of the archive. */
  url: string;
  /** How it is written to. */
  access: PostOptions;
  /** To be called when all is written. */
  close(): void;
}

/**
 * Checks the options that all writing needs; the key is asked for when
 * something is first sent.
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

/** The text of the FILE that was named, or of standard input. */
export async function readText(
  options: OptionsOf<PostName>,
  io: Io,
): Promise<string> {
  const [path, ...surplus] = options.words;
  noteWords(surplus, io);
  if (path !== undefined && path !== "-") {
    try {
      return await Deno.readTextFile(path);
    } catch (error) {
      throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
    }
  }
  const text = await io.input();
  if (text !== undefined) return text;
  throw new UsageError("nothing to read: name a FILE, or pipe it in");
}
