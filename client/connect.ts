/**
 * Reading an archive: its tests, and many series side by side.
 *
 * @module
 */

import { type ApiConnectOptions, Connection } from "./connection.ts";
import { FilterError } from "./errors.ts";
import { ApiFilters } from "./filters.ts";
import { requireIterable } from "./iterable.ts";
import { findTests, type Metadata } from "./metadata.ts";
import { withoutEnd } from "./parameters.ts";
import { sideBySide } from "./side_by_side.ts";
import { shown } from "./text.ts";
import { watch, type WatchedPoint, type WatchOptions } from "./watch.ts";

/**
 * How `getMetadata()` applies the filters.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, type GetMetadataOptions } from "@esmond/client";
 *
 * const options: GetMetadataOptions = { stillRunning: true, filters: { source: "192.0.2.11" } };
 * const tests = new ApiConnect("http://archive.example.net/").getMetadata(options);
 * console.log((await tests.next()).value?.toString());
 * ```
 */
export interface GetMetadataOptions {
  /**
   * Also find tests that were written to after the window. An archive compares
   * the time filters with the last write to a test, so a window in the past
   * does not find a test that is still running, although it has data there.
   * With this option only the start of the window is sent; some of the tests
   * found may have no data in the window.
   *
   * @default {false}
   */
  stillRunning?: boolean;
  /**
   * Filters of this list alone, by wire name, times included: they take the
   * place of the connection's; `undefined` is for any.
   *
   * @default {{}}
   */
  filters?: Readonly<Record<string, string | number | undefined>>;
}

/**
 * The requests of a connection so far.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, type ConnectionStatistics } from "@esmond/client";
 *
 * const conn = new ApiConnect("http://archive.example.net/");
 * await Array.fromAsync(conn.getMetadata());
 * const statistics: ConnectionStatistics = conn.statistics;
 * console.log(statistics.requests, statistics.retries);
 * ```
 */
export interface ConnectionStatistics {
  /** Requests sent, repeated ones included. */
  requests: number;
  /** Those that repeated a failed one. */
  retries: number;
}

/** What a connection is to other files of this library. */
export let connectionOf: (conn: ApiConnect) => Connection;

/**
 * An archive, and what to look for in it.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters } from "@esmond/client";
 *
 * const filters = new ApiFilters({ eventType: "packet-loss-rate" });
 * const conn = new ApiConnect("http://archive.example.net/", filters);
 * for await (const md of conn.getMetadata()) {
 *   const payload = await md.getEventType("packet-loss-rate")?.getData();
 *   console.log(`${md}`, `${payload}`);
 * }
 * ```
 */
export class ApiConnect {
  /** What to look for; can be changed between calls. */
  readonly filters: ApiFilters;
  readonly #connection: Connection;

  static {
    connectionOf = (conn) => conn.#connection;
  }

  /**
   * Sends nothing yet.
   *
   * @param apiUrl Scheme, host and port of the archive, such as
   * `https://ma.example.net`; closing slashes do not matter.
   * @param filters What to look for; everything if absent. Never modified.
   * @param options Credentials, and how to connect to the archive.
   * @throws {FilterError} for an invalid address, and for options out of range.
   */
  constructor(
    apiUrl: string | URL,
    filters?: ApiFilters,
    options?: ApiConnectOptions,
  ) {
    this.filters = filters ?? new ApiFilters();
    this.#connection = new Connection(apiUrl, this.filters, options);
  }

  /**
   * The address of the list of tests; everything in the archive is below it.
   */
  get url(): string {
    return this.#connection.address.root.href;
  }

  /** The requests so far. */
  get statistics(): ConnectionStatistics {
    const { requests, retries } = this.#connection.gate;
    return { requests, retries };
  }

  /**
   * The archive's clock when it last answered; `undefined` before, and where it
   * sends no `Date`.
   */
  get archiveTime(): Date | undefined {
    const { date } = this.#connection.gate;
    return date === undefined ? undefined : new Date(date);
  }

  /**
   * Reads many series side by side, within the concurrency of this connection.
   * A long series does not keep the others waiting; once it is the last one, it
   * gets all requests.
   *
   * @param series The event types and roll-ups, or objects that stand for them;
   * the next one is taken when there is room for it.
   * @param work Reads one of them, for instance with {@linkcode
   * EventType.streamPages}.
   * @throws {FilterError} for what cannot be looped over, and for work that is
   * not a function.
   * @throws The first error of `work` or `series`, once all work that was
   * started has ended.
   *
   * @example Usage
   * ```ts
   * import { ApiConnect, ApiFilters, type EventType } from "@esmond/client";
   *
   * const conn = new ApiConnect("http://archive.example.net/", new ApiFilters({ timeRange: 86400 }));
   * const series: EventType[] = [];
   * for await (const md of conn.getMetadata()) series.push(...md.getAllEventTypes());
   * const counts = new Map<EventType, number>();
   * await conn.forEachSeries(series, async (each) => {
   *   for await (const page of each.streamPages()) counts.set(each, (counts.get(each) ?? 0) + page.length);
   * });
   * console.log(counts);
   * ```
   */
  async forEachSeries<S>(
    series: Iterable<S> | AsyncIterable<S>,
    work: (each: S) => Promise<void>,
  ): Promise<void> {
    requireIterable(
      "series",
      "forEachSeries() needs event types and roll-ups, such as an array of them",
      series,
    );
    if (typeof work !== "function") {
      throw new FilterError(
        "work",
        `forEachSeries() needs a function that reads a series, not ${
          shown(work)
        }`,
      );
    }
    await sideBySide(series, this.#connection.concurrency, work);
  }

  /**
   * The matching tests, in the archive's order, each once. They arrive while
   * the next page is loading; nothing is sent before the first is requested.
   *
   * @param options How the filters are applied.
   * @returns An iterator; leaving its loop ends the pending request.
   * @throws {FilterError} for a filter that cannot be set.
   * @throws {ArchiveError} (one of its kinds) when the list cannot be read
   * completely.
   */
  getMetadata(
    options?: GetMetadataOptions,
  ): AsyncGenerator<Metadata, void, void> {
    const { metadataFilters, timeFilters } = this.filters.with(
      options?.filters ?? {},
    );
    return findTests(
      this.#connection,
      metadataFilters,
      options?.stillRunning ? withoutEnd(timeFilters) : timeFilters,
    );
  }

  /**
   * What is new in the archive from now on, for ever: points of the matching
   * tests in order of arrival, each once. Tests that appear meanwhile are
   * found. With a `timeStart`, what is there since then comes first.
   *
   * The event type of the filters is watched, or all if there is none; with a
   * summary type or window in the filters, these roll-ups. A point of base data
   * comes once, with the value that it has when it is seen; elmond tells points
   * of one second apart by their values. A window of a roll-up comes once, when
   * it ended more than `overlap` seconds ago: before that it may change.
   *
   * An archive that is away is waited for: `warn` of the connection is called
   * with a line when it goes away, and when it is back. After its first answer
   * that holds for every failure but refused credentials and answers that are
   * too large. Memory holds what came within the overlap.
   *
   * @param options How often to look, how late points may be, and when to end.
   * @returns An iterator; leaving its loop ends pending requests, and so does
   * the `signal` of the options, which ends the loop without an error.
   * @throws {FilterError} for options out of range, and for filters with an end.
   * @throws {ArchiveHttpError} when the archive refuses the credentials (401,
   * 403).
   * @throws {ArchiveError} (one of its kinds) when the archive cannot be read
   * to begin with, other than for a moment: its name does not resolve, or it is
   * not an archive.
   *
   * @example Usage
   * ```ts
   * import { ApiConnect, ApiFilters } from "@esmond/client";
   *
   * const filters = new ApiFilters({ eventType: "throughput", timeStart: new Date("2016-03-01") });
   * const conn = new ApiConnect("http://archive.example.net/", filters, { warn: console.error });
   * for await (const { test, point } of conn.watch({ every: 10 })) {
   *   console.log(test.source, test.destination, point.ts, point.val); // Date; bits/s
   *   break; // or it goes on for ever
   * }
   * ```
   */
  watch(
    options?: WatchOptions,
  ): AsyncGenerator<WatchedPoint, void, void> {
    return watch(this.#connection, options ?? {});
  }
}
