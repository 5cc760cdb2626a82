/**
 * An archive to read, and the tests that it has.
 *
 * @module
 */

import { type ApiConnectOptions, Connection } from "./connection.ts";
import { ApiFilters } from "./filters.ts";
import { listTests } from "./list.ts";
import { Metadata } from "./metadata.ts";
import { withoutEnd } from "./parameters.ts";
import { sideBySide } from "./side_by_side.ts";

/**
 * How {@linkcode ApiConnect.getMetadata} reads the time filters.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, type GetMetadataOptions } from "@esmond/client";
 *
 * const options: GetMetadataOptions = { stillRunning: true };
 * const tests = new ApiConnect("http://archive.example.net/").getMetadata(options);
 * console.log((await tests.next()).value?.toString());
 * ```
 */
export interface GetMetadataOptions {
  /**
   * Find tests that were written to after the window as well. An archive
   * matches the time filters with the moment a test was last written to, so a
   * test that is still running is not found by a window in the past, though it
   * has data there. With this, only the start of the window is asked for; tests
   * without data in it can be among those found.
   *
   * @default {false}
   */
  stillRunning?: boolean;
}

/**
 * What a connection has asked for so far.
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
  /** Those that repeated one that had failed. */
  retries: number;
}

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
  /** What to look for; may be changed between calls. */
  readonly filters: ApiFilters;
  readonly #connection: Connection;

  /**
   * Nothing is sent yet.
   *
   * @param apiUrl Scheme, host and port of the archive, such as
   * `https://ma.example.net`; closing slashes do not matter.
   * @param filters What to look for; everything if absent. It is not changed.
   * @param options Credentials, and how to talk to the archive.
   * @throws {FilterError} for an address that is none, and for options out of
   * range.
   */
  constructor(
    apiUrl: string | URL,
    filters: ApiFilters = new ApiFilters(),
    options: ApiConnectOptions = {},
  ) {
    this.filters = filters;
    this.#connection = new Connection(apiUrl, filters, options);
  }

  /** The list of tests: everything the archive says is below this address. */
  get url(): string {
    return this.#connection.address.root.href;
  }

  /** What has been asked for so far. */
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
   * Reads many series side by side, as far as the concurrency of this
   * connection goes: one long series does not keep the others waiting, and when
   * it is the last one, all requests are for it.
   *
   * @param series The event types and roll-ups, or whatever stands for them;
   * the next is taken when there is room for it.
   * @param work Reads one of them, with {@linkcode EventType.streamPages} for
   * instance.
   * @throws What `work` or `series` throws first, when those that had been
   * begun are done.
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
    await sideBySide(series, this.#connection.concurrency, work);
  }

  /**
   * The tests that match, in the archive's order, each once. Tests of a page
   * come while the next page is loading; nothing is sent before the first is
   * asked for.
   *
   * @param options How the time filters are read.
   * @returns An iterator; leaving its loop ends the request that is under way.
   * @throws {ArchiveError} (one of its kinds) when the list cannot be read to
   * its end.
   */
  getMetadata(
    options: GetMetadataOptions = {},
  ): AsyncGenerator<Metadata, void, void> {
    return findTests(this.#connection, options.stillRunning ?? false);
  }
}

/** The tests that match, from the pages of the list. */
async function* findTests(
  connection: Connection,
  isStillRunning: boolean,
): AsyncGenerator<Metadata, void, void> {
  const times = connection.filters.timeFilters;
  const pages = listTests(
    connection,
    connection.filters.metadataFilters,
    isStillRunning ? withoutEnd(times) : times,
  );
  for await (const page of pages) {
    for (const { entry, text } of page) {
      yield new Metadata(entry, text, connection);
    }
  }
}
