/**
 * Items of several sources, merged as they come.
 *
 * @module
 */

import type { SilentOnes } from "./pool.ts";

/**
 * Sources that are open at a time, but for silent ones: each has what it read
 * ahead in memory.
 */
const MOST_OPEN = 48;

/** What a source has come to. */
export type Arrival<T> =
  | { at: number; item: T }
  | { at: number; isEnd: true }
  | { at: number; error: unknown };

/**
 * What the sources have, as it comes: of each, one item is on its way at a
 * time, so that none is read faster than it is used, and none keeps the others
 * waiting. An end comes for each, or its error.
 *
 * @param sources The sources; `at` of an arrival is the place of one of them.
 * @param silent Those that keep no others from being opened, by their place.
 */
export async function* merge<T>(
  sources: readonly AsyncGenerator<T, void, void>[],
  silent?: SilentOnes<number>,
): AsyncGenerator<Arrival<T>, void, void> {
  const arrived: Arrival<T>[] = [];
  let wake = () => {};
  const open = new Set<number>();
  let begun = 0;
  const ask = async (at: number) => {
    arrived.push(
      await sources[at]!.next().then(
        ({ done, value }): Arrival<T> =>
          done ? { at, isEnd: true } : { at, item: value as T },
        (error: unknown) => ({ at, error }),
      ),
    );
    wake();
  };
  const heard = () =>
    silent ? [...open].filter((at) => !silent.has(at)).length : open.size;
  const end = silent?.watch(() => wake());
  try {
    for (;;) {
      while (begun < sources.length && heard() < MOST_OPEN) {
        open.add(begun);
        ask(begun++);
      }
      if (open.size === 0) return;
      if (arrived.length === 0) {
        await new Promise<void>((resolve) => wake = resolve);
        continue;
      }
      const next = arrived.shift()!;
      const isOpen = "item" in next;
      if (!isOpen) open.delete(next.at);
      yield next;
      if (isOpen) ask(next.at);
    }
  } finally {
    end?.();
    // One that still waits for an answer ends with that.
    for (const at of open) sources[at]!.return().catch(() => {});
  }
}
