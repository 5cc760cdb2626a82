/**
 * What the commands that write share: their options, and their input.
 *
 * @module
 */

import type { PostOptions } from "../../mod.ts";
import { readApiKey } from "./credentials.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { ParsedOptions, PostName } from "../names.ts";
import { warnOfPlainHttp } from "../secrecy.ts";
import { readSeconds } from "../options/amounts.ts";
import type { OptionsOf } from "../options/table.ts";
import { isStandardInput } from "../options/target.ts";
import {
  type ArchivePlace,
  readInteger,
  readMaxResponse,
  readUrl,
} from "../options/values.ts";
import type { ConnectionOptions } from "../tls/common.ts";
import { openTransport } from "../tls/transport.ts";
import type { Input } from "./text.ts";

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
  const { url, scriptAlias, file } = readUrl(options);
  if (file !== undefined) {
    throw new UsageError(
      `--url: ${file} is a file: serve it with esmond-ps serve --db, and give the address of that`,
    );
  }
  const place = {
    url,
    scriptAlias: options.text("script-alias") ?? scriptAlias,
  };
  const { access, close } = await openPosting(options, place, io);
  return {
    url,
    access: { ...access, readBack: options.flag("verify") },
    close,
  };
}

/** The options that say how to write to an archive, wherever it is. */
export type PostingOptions =
  & ConnectionOptions
  & Pick<
    ParsedOptions<
      "timeout" | "retry" | "max-response" | "key" | "key-file",
      never,
      "verbose"
    >,
    "text" | "flag"
  >;

/**
 * How to write to an archive.
 *
 * @throws {UsageError} for options that cannot be used.
 */
export async function openPosting(
  options: PostingOptions,
  { url, scriptAlias }: ArchivePlace,
  io: Io,
): Promise<Posting> {
  const isVerbose = options.flag("verbose");
  const numbers = {
    timeout: readSeconds(options, "timeout"),
    retries: readInteger(options, "retry"),
    ...readMaxResponse(options),
  };
  const { fetch, close } = await openTransport(options, url, io);
  const readKey = async () => {
    warnOfPlainHttp(url, io);
    const key = await readApiKey(options, io);
    io.hide?.(key);
    return key;
  };
  let key: Promise<string> | undefined; // asked for once
  return {
    url,
    access: {
      scriptAlias,
      ...numbers,
      apiKey: () => key ??= readKey(),
      verbose: isVerbose,
      log: (line) => isVerbose && line ? io.note(line) : undefined,
      signal: io.signal,
      ...(fetch ? { fetch } : {}),
    },
    close,
  };
}

/**
 * The FILEs that are named, or standard input.
 *
 * @throws {UsageError} where there is nothing to read; reading them throws it,
 * too.
 */
export function openInputs(options: OptionsOf<PostName>, io: Io): Input[] {
  const paths = options.words.length > 0 ? options.words : ["-"];
  return paths.map((path) => {
    if (!isStandardInput(path)) {
      return { chunks: chunksOf(path, io.signal), name: path };
    }
    const chunks = io.input();
    if (chunks !== undefined) return { chunks, name: "standard input" };
    throw new UsageError("nothing to read: name a FILE, or pipe it in");
  });
}

async function* chunksOf(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    using file = await Deno.open(path);
    const buffer = new Uint8Array(1 << 16);
    for (;;) {
      signal.throwIfAborted();
      const size = await file.read(buffer);
      if (size === null) return;
      yield buffer.slice(0, size);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
  }
}
