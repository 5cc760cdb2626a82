/**
 * Reads the file of an archive without a server: requests are answered within
 * the process.
 *
 * @module
 */

import { pathToFileURL } from "node:url";
import { inTime, resolveBySystem } from "./addresses.ts";
import { answerSafely, dated, type Dialect, PAGE_SIZES } from "./answering.ts";
import { type Answer, detailAnswer } from "./answers.ts";
import type { Archive } from "./archive.ts";
import { LIMITS } from "./limits.ts";
import { openReadOnly } from "./read_only.ts";
import { Store } from "./store.ts";

export type { Dialect } from "./answering.ts";
export { ArchiveStoreError } from "./database.ts";

/**
 * How the file of an archive is read.
 *
 * @example Usage
 * ```ts ignore
 * import { type ArchiveFileOptions, openArchiveFile } from "@esmond/client/archive";
 *
 * const options: ArchiveFileOptions = { dialect: "elmond", log: console.error };
 * using file = openArchiveFile("archive.db", options);
 * console.log(file.url);
 * ```
 */
export interface ArchiveFileOptions {
  /**
   * The server to answer like.
   *
   * @default {"esmond"}
   */
  readonly dialect?: Dialect;
  /** The clock, in milliseconds since 1970 UTC; the system's if absent. */
  readonly now?: () => number;
  /**
   * Finds the addresses of a name in a search; the system's name service if
   * absent.
   */
  readonly resolve?: (name: string) => Promise<string[]>;
  /** Takes a line for each problem that an answer does not explain. */
  readonly log?: (line: string) => void;
}

/**
 * An open file of an archive.
 *
 * @example Usage
 * ```ts ignore
 * import { ApiConnect } from "@esmond/client";
 * import { type ArchiveFile, openArchiveFile } from "@esmond/client/archive";
 *
 * const file: ArchiveFile = openArchiveFile("archive.db");
 * const conn = new ApiConnect(file.url, undefined, { fetch: file.fetch });
 * console.log((await conn.getMetadata().next()).value?.toString());
 * file.close();
 * ```
 */
export interface ArchiveFile extends Disposable {
  /** The address of the file: a `file:` URL. */
  readonly url: string;
  /** Answers requests for what is below {@linkcode ArchiveFile.url}. */
  readonly fetch: typeof fetch;
  /** Closes the file. */
  close(): void;
}

/**
 * Opens the file of an archive, as `serve --db` and `copy` of the program make
 * it, to be read without a server: no port is opened, and nothing is written.
 * Others may read and write the file meanwhile.
 *
 * @param path The file.
 * @param options How it is read.
 * @returns The open file; `close()` or `using` closes it.
 * @throws {ArchiveStoreError} if it is not an archive, or cannot be read.
 *
 * @example Usage
 * ```ts ignore
 * import { ApiConnect } from "@esmond/client";
 * import { openArchiveFile } from "@esmond/client/archive";
 *
 * using file = openArchiveFile("archive.db");
 * const conn = new ApiConnect(file.url, undefined, { fetch: file.fetch });
 * for await (const md of conn.getMetadata()) console.log(`${md}`);
 * ```
 */
export function openArchiveFile(
  path: string,
  options: ArchiveFileOptions = {},
): ArchiveFile {
  const { dialect = "esmond", now = Date.now, log = () => {} } = options;
  const store = new Store(path, openReadOnly(path));
  const archive: Archive = {
    store,
    live: undefined,
    access: { tokens: [], isOpen: true },
    limits: LIMITS,
    pageSize: PAGE_SIZES[dialect],
    resolve: inTime(options.resolve ?? resolveBySystem, LIMITS.lookupMs),
    seconds: () => Math.floor(now() / 1000),
  };
  const url = addressOf(path);
  const close = () => store.close();
  return {
    url: url.href,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      await turn();
      init?.signal?.throwIfAborted();
      const answer = await answerTo(request, url, archive, dialect, log);
      return responseOf(dated(answer, now()), url);
    },
    close,
    [Symbol.dispose]: close,
  };
}

/** What an archive in a file is called in its own answers. */
const ORIGIN = "http://localhost";

async function answerTo(
  { method, url, headers }: Request,
  file: URL,
  archive: Archive,
  dialect: Dialect,
  log: (line: string) => void,
): Promise<Answer> {
  if (!["GET", "HEAD"].includes(method)) {
    return detailAnswer("The file of an archive is only read here.", 405);
  }
  const { pathname, search } = new URL(url);
  if (!url.startsWith(`${file.href}/`)) {
    return detailAnswer(`This is not within ${file.href}.`, 404);
  }
  return await answerSafely(archive, dialect, {
    method,
    url: new URL(ORIGIN + pathname.slice(file.pathname.length) + search),
    header: (name) => headers.get(name) ?? undefined,
    read: () => Promise.resolve(new Uint8Array()),
  }, log);
}

function responseOf(answer: Answer, file: URL): Response {
  const { status, body, type, headers = {} } = answer;
  const { location } = headers;
  return new Response(body, {
    status,
    headers: {
      "content-type": type,
      ...headers,
      ...location === undefined
        ? {}
        : { location: file.href + location.replace(ORIGIN, "") },
    },
  });
}

/** Lets timers and signals have their turn, which answers would keep out. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function addressOf(path: string): URL {
  // Where the working directory may not be read, Deno would ask for it.
  const { state } = Deno.permissions.querySync({ name: "read", path: "." });
  return state === "granted"
    ? pathToFileURL(path)
    : new URL(`file:///${path.replace(/[?#%]/g, encodeURIComponent)}`);
}
