/**
 * Reading several archives side by side.
 *
 * @module
 */

import {
  ApiConnect,
  connectionOf,
  type GetMetadataOptions,
} from "./connect.ts";
import type { ApiConnectOptions } from "./connection.ts";
import { DEFAULT_REQUESTS } from "./defaults.ts";
import { mergeTests } from "./distinct.ts";
import { ArchiveError, FilterError } from "./errors.ts";
import { ApiFilters } from "./filters.ts";
import { requireIterable } from "./iterable.ts";
import { findTests, type Metadata } from "./metadata.ts";
import { withoutEnd } from "./parameters.ts";
import { Pool } from "./pool.ts";
import { onAbort } from "./signals.ts";

/**
 * How `connectAll` connects, and what it lists.
 *
 * @example Usage
 * ```ts
 * import { connectAll, type ConnectAllOptions } from "@esmond/client";
 *
 * const options: ConnectAllOptions = { distinct: true, requests: 12, timeout: 5 };
 * const tests = connectAll(["http://archive.example.net/"], undefined, options);
 * console.log((await Array.fromAsync(tests)).length);
 * ```
 */
export interface ConnectAllOptions
  extends Omit<ApiConnectOptions, "username" | "apiKey">, GetMetadataOptions {
  /**
   * API keys, each by the origin of its archive, such as
   * `https://ma.example.net`: none is sent to another one.
   *
   * @default {{}}
   */
  apiKeys?: Readonly<Record<string, string>>;
  /**
   * Most requests at a time to all archives together; `concurrency` is that of
   * each. An archive of which nothing has come for a second does not count
   * until something does: it gets no further request meanwhile, and in all there
   * are never more than ten times as many.
   *
   * @default {24}
   */
  requests?: number;
  /**
   * Whether a test that several archives hold comes once, from the one that is
   * named first: its parameters and event types are the same there.
   *
   * @default {false}
   */
  distinct?: boolean;
}

/**
 * An archive whose list of tests could not be read completely.
 *
 * @example Usage
 * ```ts
 * import { type ArchiveFailure, connectAll } from "@esmond/client";
 *
 * const urls = ["http://archive.example.net/", "http://127.0.0.1:9/"];
 * const tests = connectAll(urls, undefined, { retries: 0 });
 * await Array.fromAsync(tests);
 * const failures: readonly ArchiveFailure[] = tests.failures;
 * for (const { url, error } of failures) console.error(url, error.message);
 * ```
 */
export interface ArchiveFailure {
  /** The address of its list of tests. */
  url: string;
  /** Why. */
  error: ArchiveError;
}

/**
 * The tests of several archives. A loop over it reads all lists side by side,
 * and gives tests as they come; {@linkcode Metadata.archive} says where from.
 *
 * @example Usage
 * ```ts
 * import { connectAll, type MergedTests } from "@esmond/client";
 *
 * const tests: MergedTests = connectAll(["http://archive.example.net/"]);
 * for await (const md of tests) console.log(md.archive, `${md}`);
 * console.log(tests.failures.length);
 * ```
 */
export class MergedTests implements AsyncIterable<Metadata> {
  /** A connection to each archive, in the order of the addresses. */
  readonly connections: readonly ApiConnect[];
  readonly #options: ConnectAllOptions;
  readonly #pool: Pool;
  readonly #failures: ArchiveFailure[] = [];

  /** @internal */
  constructor(
    connections: readonly ApiConnect[],
    options: ConnectAllOptions,
  ) {
    this.connections = connections;
    this.#options = options;
    this.#pool = new Pool(options.requests ?? DEFAULT_REQUESTS);
    for (const each of connections) connectionOf(each).gate.join(this.#pool);
  }

  /**
   * The archives whose lists could not be read completely in the last loop; the
   * tests that had come from them by then were given.
   */
  get failures(): readonly ArchiveFailure[] {
    return this.#failures;
  }

  /**
   * Reads the lists; leaving the loop ends pending requests.
   *
   * @throws {ArchiveError} that of the first archive, when no list at all could
   * be read.
   * @throws {FilterError} for a filter that cannot be set.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Metadata, void, void> {
    const { distinct = false, signal } = this.#options;
    const stop = new AbortController();
    const end = onAbort(signal ? [signal] : [], (why) => stop.abort(why));
    const failures = new Map<number, ArchiveError>();
    this.#failures.length = 0;
    try {
      const lists = this.connections.map((each) =>
        this.#list(each, stop.signal)
      );
      yield* mergeTests(lists, distinct, (at, error) => {
        if (signal?.aborted || !(error instanceof ArchiveError)) throw error;
        failures.set(at, error);
        this.#failures.push({ url: this.connections[at]!.url, error });
      }, this.#pool.silent((at) => connectionOf(this.connections[at]!).gate));
    } finally {
      end();
      stop.abort();
    }
    if (failures.size === this.connections.length) throw failures.get(0);
  }

  #list(
    conn: ApiConnect,
    stop: AbortSignal,
  ): AsyncGenerator<Metadata, void, void> {
    const { filters = {}, stillRunning } = this.#options;
    const { metadataFilters, timeFilters } = conn.filters.with(filters);
    return findTests(
      connectionOf(conn),
      metadataFilters,
      stillRunning ? withoutEnd(timeFilters) : timeFilters,
      stop,
    );
  }
}

/**
 * Connects to several archives. Each is asked as if it were the only one, with
 * its own page sizes and limit of requests; all are asked side by side. One that
 * fails does not stop the others. An address that is there twice counts once.
 *
 * @param urls The addresses, as for {@linkcode ApiConnect}.
 * @param filters What to look for; everything if absent. Never modified.
 * @param options How to connect to each, and what to list.
 * @returns The tests of all; nothing is sent before they are looped over.
 * @throws {FilterError} for an invalid address or none, for options out of
 * range, and for a key in the filters, which would go to all.
 *
 * @example Usage
 * ```ts
 * import { ApiFilters, connectAll } from "@esmond/client";
 *
 * const filters = new ApiFilters({ eventType: "throughput", timeRange: 86400 });
 * const urls = ["http://archive.example.net/", "http://127.0.0.1:9/"]; // nobody answers there
 * const tests = connectAll(urls, filters, { stillRunning: true, retries: 0 });
 * for await (const md of tests) {
 *   const payload = await md.getEventType("throughput")?.getData();
 *   console.log(md.archive, md.source, md.destination, payload?.data.length);
 * }
 * for (const { url, error } of tests.failures) console.error(url, error.message);
 * ```
 */
export function connectAll(
  urls: Iterable<string | URL>,
  filters: ApiFilters = new ApiFilters(),
  options: ConnectAllOptions = {},
): MergedTests {
  requireIterable("urls", "connectAll() needs addresses of archives", urls);
  const { requests } = options;
  if (
    requests !== undefined && !(Number.isSafeInteger(requests) && requests > 0)
  ) {
    throw new FilterError(
      "requests",
      `requests is ${requests}: give a whole number, 1 or more`,
    );
  }
  const connections = new Map<string, ApiConnect>();
  for (const url of urls) {
    const conn = new ApiConnect(url, filters, accessOf(url, options));
    if (!connections.has(conn.url)) connections.set(conn.url, conn);
  }
  if (connections.size === 0) {
    throw new FilterError("urls", "connectAll() needs an address at least");
  }
  if (filters.authApikey !== "") {
    throw new FilterError(
      "authApikey",
      "the filters have an API key, which would go to every archive: give apiKeys, by origin",
    );
  }
  return new MergedTests([...connections.values()], { ...options });
}

/** How to connect to one of the archives: with its own key alone. */
function accessOf(
  url: string | URL,
  { apiKeys = {}, ...options }: ConnectAllOptions,
): ApiConnectOptions {
  const key = Object.entries(apiKeys).find(([origin]) => isOrigin(origin, url));
  return key === undefined ? options : { ...options, apiKey: key[1] };
}

function isOrigin(origin: string, url: string | URL): boolean {
  try {
    return new URL(origin).origin === new URL(url).origin;
  } catch {
    return false; // a bad address is told of elsewhere
  }
}
