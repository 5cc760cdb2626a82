/**
 * Pages in order, the next one on its way while the caller looks at the last.
 *
 * @module
 */

import type { Gate, Turn } from "./gate.ts";
import type { ArchiveAddress, HttpOptions } from "./http.ts";
import type { PageSizes } from "./page_sizes.ts";

/** What reading needs to know of an archive. */
export interface ReadableArchive {
  /** Where it is. */
  readonly address: ArchiveAddress;
  /** How many data points to ask for in one request. */
  readonly pageSizes: PageSizes;
  /** What lets requests through. */
  readonly gate: Gate;
  /** Further tries of a request that failed in a way that may pass. */
  readonly retries: number;
  /** How to ask; requests end when `stop` fires. */
  http(stop: AbortSignal, turn?: Turn): HttpOptions;
  /** Tells, a line each, what is done. */
  report(...lines: string[]): void;
  /** Tells what is doubtful about data that is given all the same. */
  warn(line: string): void;
}

/** Fetches one page. */
export type PageFetcher<P> = (http: HttpOptions) => Promise<P>;

/**
 * Yields pages; leaving the loop ends the request that is under way.
 *
 * @param archive Where to ask.
 * @param first Fetches the first page.
 * @param nextOf What fetches the page behind this one, or `undefined` at the
 * end.
 * @param turn How urgent the requests are.
 * @param signal Ends the request that is under way when it fires.
 */
export async function* readAhead<P>(
  archive: ReadableArchive,
  first: PageFetcher<P>,
  nextOf: (page: P) => PageFetcher<P> | undefined,
  turn?: Turn,
  signal?: AbortSignal,
): AsyncGenerator<P, void, void> {
  const stop = new AbortController();
  const http = archive.http(
    signal ? AbortSignal.any([stop.signal, signal]) : stop.signal,
    turn,
  );
  try {
    let pending = first(http);
    for (;;) {
      const page = await pending;
      let next: Promise<P> | undefined;
      try {
        next = nextOf(page)?.(http);
      } catch (error) {
        next = Promise.reject(error);
      }
      // thrown when its turn comes; never, if the caller has left
      next?.catch(() => {});
      yield page;
      if (next === undefined) return;
      pending = next;
    }
  } finally {
    stop.abort();
  }
}
