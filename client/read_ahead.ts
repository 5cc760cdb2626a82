/**
 * Pages in order, the next one on its way while the caller looks at the last.
 *
 * @module
 */

import type { ArchiveAddress, HttpOptions } from "./http.ts";

/** What reading needs to know of an archive. */
export interface ReadableArchive {
  /** Where it is. */
  readonly address: ArchiveAddress;
  /** Data points asked for in one request. */
  readonly pageSize: number;
  /** How to ask; requests end when `stop` fires. */
  http(stop: AbortSignal): HttpOptions;
  /** Tells, a line each, what is done. */
  report(...lines: string[]): void;
}

/** Fetches one page. */
export type PageFetcher<P> = (http: HttpOptions) => Promise<P>;

/**
 * Yields pages; leaving the loop ends the request that is under way.
 *
 * @param archive Where to ask.
 * @param first Fetches the first page.
 * @param nextOf What fetches the page behind this one, or `undefined` at the end.
 */
export async function* readAhead<P>(
  archive: ReadableArchive,
  first: PageFetcher<P>,
  nextOf: (page: P) => PageFetcher<P> | undefined,
): AsyncGenerator<P, void, void> {
  const stop = new AbortController();
  const http = archive.http(stop.signal);
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
      next?.catch(() => {}); // thrown when its turn comes; never, if the caller has left
      yield page;
      if (next === undefined) return;
      pending = next;
    }
  } finally {
    stop.abort();
  }
}
