/**
 * Pages in order, the next one fetched while the caller uses the last.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import type { Turn } from "./gate.ts";
import type { HttpOptions } from "./http.ts";
import { onAbort } from "./signals.ts";

/** Fetches one page. */
export type PageFetcher<P> = (http: HttpOptions) => Promise<P>;

/**
 * Yields pages; leaving the loop aborts the request that is under way.
 *
 * @param archive Where to ask.
 * @param first Fetches the first page.
 * @param nextOf What fetches the page after this one; `undefined` at the end.
 * @param turn How urgent the requests are.
 * @param signal Aborts the request that is under way when it fires.
 */
export async function* readAhead<P>(
  archive: Connection,
  first: PageFetcher<P>,
  nextOf: (page: P) => PageFetcher<P> | undefined,
  turn?: Turn,
  signal?: AbortSignal,
): AsyncGenerator<P, void, void> {
  const stop = new AbortController();
  const end = onAbort(signal ? [signal] : [], (reason) => stop.abort(reason));
  const http = archive.http(stop.signal, turn);
  let isUnderWay = true;
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
      isUnderWay = next !== undefined;
      yield page;
      if (next === undefined) return;
      pending = next;
    }
  } finally {
    end();
    if (isUnderWay) stop.abort();
  }
}
