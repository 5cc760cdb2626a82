/**
 * The embedded archive: the REST interface of a perfSONAR measurement archive
 * on one SQLite file, for demos, tests, CI and first steps.
 *
 * @module
 */

import { isLoopback } from "../client/loopback.ts";
import { digestTokens } from "./access.ts";
import { inTime, type Resolve, resolveBySystem } from "./addresses.ts";
import {
  answerSafely,
  dated,
  type Dialect,
  oneLine,
  PAGE_SIZES,
} from "./answering.ts";
import { type Answer, detailAnswer } from "./answers.ts";
import type { Archive } from "./archive.ts";
import { checkFile } from "./integrity.ts";
import { LIMITS, type Limits } from "./limits.ts";
import { Live, type Pace, paceOf } from "./live.ts";
import { listen } from "./listener.ts";
import { fillSample } from "./sample.ts";
import { Store } from "./store.ts";

export type { Dialect } from "./answering.ts";
export { ArchiveStoreError } from "./database.ts";

/** The options of an archive. */
export interface ArchiveOptions {
  /**
   * The file, created if missing, or `:memory:`.
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
   * The API keys that may write. Without keys nobody may; reading is open.
   *
   * @default {[]}
   */
  readonly tokens?: readonly string[] | undefined;
  /**
   * Whether everybody may write without a key; only on a loopback address.
   *
   * @default {false}
   */
  readonly openWrites?: boolean | undefined;
  /**
   * Further names by which clients may call an archive on a loopback address,
   * such as that of a web server in front.
   *
   * @default {[]}
   */
  readonly serverNames?: readonly string[] | undefined;
  /** The origin whose web pages may read, or `*`; none by default. */
  readonly allowOrigin?: string | undefined;
  /** Bounds that differ from {@linkcode LIMITS}. */
  readonly limits?: Partial<Limits> | undefined;
  /**
   * The server to answer like; `elmond` is a read-only view of the same file.
   *
   * @default {"esmond"}
   */
  readonly dialect?: Dialect | undefined;
  /**
   * Entries per page where a request sets no limit: 1500 (esmond) or 1000
   * (elmond) by default.
   */
  readonly pageSize?: number | undefined;
  /**
   * Fills the archive with made-up measurements of this many days up to now.
   */
  readonly sampleDays?: number | undefined;
  /**
   * Lets results arrive between requests, as in an archive at work, for tests
   * of clients: at first the last quarter of what is stored is missing. Tests
   * whose latest result failed are left out, and totals are estimated. For
   * elmond alone.
   *
   * @default {false}
   */
  readonly live?: boolean | Pace | undefined;
  /**
   * When to look for damage in the file: before the first request is answered,
   * or aside, where damage stops the archive. In memory there is none.
   */
  readonly check?: "first" | "aside" | undefined;
  /** The clock, in milliseconds since 1970 UTC. */
  readonly now?: (() => number) | undefined;
  /**
   * Finds the addresses of a name in a search; the system's name service by
   * default.
   */
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
  /**
   * Resolves when it has stopped.
   *
   * @throws {ArchiveStoreError} if it was stopped by damage in its file.
   */
  readonly finished: Promise<void>;
  /**
   * Stops it: requests that have arrived within two seconds are answered, then
   * the file is closed.
   */
  close(): Promise<void>;
}

/**
 * Milliseconds that requests under way may take when the archive stops: some
 * clients never send the rest.
 */
const GRACE = 2000;

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Starts an archive.
 *
 * @param options The options.
 * @returns The archive, once it answers.
 * @throws {ArchiveStoreError} if its file cannot be used.
 * @throws {Deno.errors.AddrInUse} if its port is taken.
 * @throws {RangeError} if everybody may write and other machines reach it, or
 * if an archive other than elmond is to be live.
 */
export async function startArchive(
  options: ArchiveOptions = {},
): Promise<RunningArchive> {
  const { dialect = "esmond", now = Date.now } = options;
  if (options.live && dialect !== "elmond") {
    throw new RangeError("live is for elmond only");
  }
  if (options.openWrites && !isLoopback(options.host ?? "127.0.0.1")) {
    throw new RangeError("openWrites is for loopback addresses only");
  }
  const limits = { ...LIMITS, ...options.limits };
  const { db = ":memory:", log = () => {} } = options;
  const store = new Store(db);
  const archive: Archive & { live: Live | undefined } = {
    store,
    live: undefined,
    access: {
      tokens: digestTokens(options.tokens ?? []),
      isOpen: options.openWrites ?? false,
    },
    limits,
    pageSize: options.pageSize ?? PAGE_SIZES[dialect],
    resolve: inTime(options.resolve ?? resolveBySystem, limits.lookupMs),
    seconds: () => Math.floor(now() / 1000),
  };
  let running: RunningArchive | undefined;
  try {
    if (options.check === "first") await checkFile(db, log).finished;
    // The port first: if it is taken, no sample is written.
    running = await serve(archive, dialect, options);
    if (options.sampleDays) {
      fillSample(store, options.sampleDays, archive.seconds(), dialect);
    }
    store.waitBriefly();
    if (options.live) {
      const pace = options.live === true ? paceOf(store) : options.live;
      archive.live = new Live(pace);
    }
    return running;
  } catch (error) {
    if (running) void running.close();
    else store.close();
    throw error;
  }
}

async function serve(
  archive: Archive,
  dialect: Dialect,
  options: ArchiveOptions,
): Promise<RunningArchive> {
  const { host = "127.0.0.1", port = 0, signal } = options;
  const { log = () => {}, logRequest = () => {} } = options;
  // A race against one shared promise would keep all answers in memory.
  const underWay = new Set<(answer: Answer) => void>();
  const listener = await listen({
    host,
    port,
    names: (options.serverNames ?? []).map((name) => name.toLowerCase()),
    allowOrigin: options.allowOrigin,
    limits: archive.limits,
    answer: async (request) => {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      underWay.add(resolve);
      void answerSafely(archive, dialect, request, log).then(resolve);
      const answer = await promise.finally(() => underWay.delete(resolve));
      return options.now ? dated(answer, options.now()) : answer;
    },
    onAnswer: (method, target, { status, reason }) => {
      const request = oneLine(`${method} ${target}`);
      logRequest(`${request} ${status}`);
      // Some writers ignore the answer: this line is all that shows the loss.
      if (reason !== undefined && status >= 400 && !READING.has(method)) {
        log(oneLine(`refused: ${request} ${status}: ${reason}`));
      }
    },
  });
  const timers: ReturnType<typeof setTimeout>[] = [];
  let damage: unknown;
  const finished = listener.finished.then(async () => {
    timers.forEach(clearTimeout);
    await check?.stop();
    archive.store.close();
    if (damage !== undefined) throw damage;
  });
  finished.catch(() => {}); // not everybody waits for it
  const close = () => {
    if (timers.length === 0) {
      const stopped = detailAnswer("The archive has been stopped.", 503);
      const giveUp = () => underWay.forEach((resolve) => resolve(stopped));
      timers.push(setTimeout(giveUp, GRACE));
      // A connection without traffic would keep the archive from stopping.
      timers.push(setTimeout(() => listener.cut(), GRACE + 200));
      listener.close();
    }
    return finished;
  };
  const check = options.check === "aside"
    ? checkFile(archive.store.path, log)
    : undefined;
  check?.finished.catch((error) => {
    damage = error;
    void close();
  });
  const stop = () => void close();
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  void listener.finished.then(() => signal?.removeEventListener("abort", stop));
  const name = host.includes(":") ? `[${host}]` : host;
  return { url: `http://${name}:${listener.port}`, finished, close };
}
