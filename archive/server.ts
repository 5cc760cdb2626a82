/**
 * The embedded archive: the REST interface of a perfSONAR measurement archive on one SQLite file, for demos, tests, CI and
 * first steps.
 *
 * @module
 */

import { digestTokens } from "./access.ts";
import { type Resolve, resolveBySystem } from "./addresses.ts";
import {
  type Answer,
  detailAnswer,
  Fault,
  pageAnswer,
  toResponse,
} from "./answers.ts";
import type { Archive } from "./archive.ts";
import { isDatabaseError, storeError } from "./database.ts";
import { answerElmond } from "./elmond.ts";
import { answerEsmond } from "./esmond.ts";
import { fillSample } from "./sample.ts";
import { Store } from "./store.ts";

export { ArchiveStoreError } from "./database.ts";

/** Which server an archive answers like. */
export type Dialect = "esmond" | "elmond";

/** How an archive is started. */
export interface ArchiveOptions {
  /**
   * The file, made if it is not there, or `:memory:`.
   *
   * @default {":memory:"}
   */
  readonly db?: string | undefined;
  /**
   * The address to listen on.
   *
   * @default {"127.0.0.1"}
   */
  readonly host?: string | undefined;
  /**
   * The port to listen on; 0 takes a free one.
   *
   * @default {0}
   */
  readonly port?: number | undefined;
  /**
   * The keys that may write. Without any nobody may; reading is open.
   *
   * @default {[]}
   */
  readonly tokens?: readonly string[] | undefined;
  /**
   * Which server to answer like; `elmond` is a read-only view of the same file.
   *
   * @default {"esmond"}
   */
  readonly dialect?: Dialect | undefined;
  /** Entries on a page if a request does not say: 1500 (esmond) or 1000 (elmond). */
  readonly pageSize?: number | undefined;
  /** Fills the archive with that many days of made-up measurements up to now. */
  readonly sampleDays?: number | undefined;
  /** The clock, in milliseconds since 1970 UTC. */
  readonly now?: (() => number) | undefined;
  /** Finds the addresses of a name in a search; the system's name service if it is not given. */
  readonly resolve?: Resolve | undefined;
  /** Stops the archive. */
  readonly signal?: AbortSignal | undefined;
  /** Takes a line for each problem. */
  readonly log?: ((line: string) => void) | undefined;
  /** Takes a line for each request: method, path, status. */
  readonly logRequest?: ((line: string) => void) | undefined;
}

/** An archive that answers requests. */
export interface RunningArchive {
  /** Scheme, address and port; no closing slash. */
  readonly url: string;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops it: requests under way are answered, if they are there within two seconds, then the file is closed. */
  close(): Promise<void>;
}

/** How long a request may still take when the archive stops, in milliseconds: some clients never send the rest. */
const GRACE = 2000;

const PAGE_SIZES: Record<Dialect, number> = { esmond: 1500, elmond: 1000 };

const DIALECTS: Record<
  Dialect,
  (archive: Archive, request: Request) => Promise<Answer>
> = { esmond: answerEsmond, elmond: answerElmond };

/**
 * Starts an archive.
 *
 * @param options How.
 * @returns The archive, once it answers.
 * @throws {ArchiveStoreError} if its file cannot be used.
 * @throws {Deno.errors.AddrInUse} if its port is taken.
 */
// deno-lint-ignore require-await
export async function startArchive(
  options: ArchiveOptions = {},
): Promise<RunningArchive> {
  const { dialect = "esmond", now = Date.now } = options;
  const store = new Store(options.db ?? ":memory:");
  const archive: Archive = {
    store,
    tokens: digestTokens(options.tokens ?? []),
    pageSize: options.pageSize ?? PAGE_SIZES[dialect],
    resolve: options.resolve ?? resolveBySystem,
    seconds: () => Math.floor(now() / 1000),
  };
  let running: RunningArchive | undefined;
  try {
    // The port first: without it nothing is made up. No request is answered before this function has come to its end.
    running = serve(archive, dialect, options);
    if (options.sampleDays) {
      fillSample(store, options.sampleDays, archive.seconds());
    }
    return running;
  } catch (error) {
    if (running) void running.close();
    else store.close();
    throw error;
  }
}

function serve(
  archive: Archive,
  dialect: Dialect,
  options: ArchiveOptions,
): RunningArchive {
  const { host = "127.0.0.1", port = 0, signal } = options;
  const { log = () => {}, logRequest = () => {} } = options;
  const { promise: cut, resolve: giveUp } = Promise.withResolvers<Answer>();
  const server = Deno.serve(
    { hostname: host, port, onListen: () => {} },
    async (request) => {
      const answered = safely(archive, dialect, request, log);
      const answer = await Promise.race([answered, cut]);
      logRequest(`${request.method} ${pathOf(request)} ${answer.status}`);
      return toResponse(answer);
    },
  );
  // A connection on which nothing more comes would keep the server from its end.
  const finished = Promise.race([server.finished, cut]).then(() =>
    archive.store.close()
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const close = () => {
    if (timer === undefined) {
      const stopped = detailAnswer("The archive has been stopped.", 503);
      timer = setTimeout(() => giveUp(stopped), GRACE);
      void server.shutdown();
    }
    return finished.finally(() => clearTimeout(timer));
  };
  const stop = () => void close();
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  void finished.then(() => signal?.removeEventListener("abort", stop));
  const name = host.includes(":") ? `[${host}]` : host;
  return { url: `http://${name}:${server.addr.port}`, finished, close };
}

function pathOf(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return pathname + search;
}

/** An answer whatever happens: the archive outlives every request. */
async function safely(
  archive: Archive,
  dialect: Dialect,
  request: Request,
  log: (line: string) => void,
): Promise<Answer> {
  try {
    return await DIALECTS[dialect](archive, request);
  } catch (error) {
    const answer = failure(error, archive, dialect, log);
    return request.method === "HEAD" ? { ...answer, body: "" } : answer;
  }
}

/** What elmond's framework says of a failure. */
const ELMOND_FAILURE =
  "The server encountered an internal error and was unable to complete your " +
  "request. Either the server is overloaded or there is an error in the " +
  "application.";

function failure(
  error: unknown,
  { store }: Archive,
  dialect: Dialect,
  log: (line: string) => void,
): Answer {
  if (isDatabaseError(error)) {
    // Nothing of the request is stored; the line says what to do about it.
    const { message } = storeError(error, store.path);
    log(message);
    return detailAnswer(message, /full/.test(message) ? 507 : 503);
  }
  const isKnown = error instanceof Fault;
  if (!isKnown) log(error instanceof Error ? `${error.stack}` : `${error}`);
  return pageAnswer(
    500,
    dialect === "elmond"
      ? ELMOND_FAILURE
      : isKnown
      ? error.message
      : "The archive failed; its log says why.",
  );
}
