/**
 * Work for several archives side by side: one that is slow keeps no other
 * waiting.
 *
 * @module
 */

import type { SilentOnes } from "../../client/pool.ts";

/** How work is shared out. */
export interface LaneOptions<T> {
  /** Which lane an item is in: the archive that it needs. */
  laneOf(item: T): string;
  /** How many items of a lane are under way at a time. */
  width: number;
  /**
   * How many items are under way at a time, in all lanes but the silent ones.
   *
   * @default {96}
   */
  most?: number;
  /** The lanes that keep no others waiting, and get no more items meanwhile. */
  silent?: SilentOnes<string>;
}

/** How many items are under way at a time, unless it is given. */
const MOST_UNDER_WAY = 96;

/** How many wait for room in their lanes, before no more are taken. */
const MOST_WAITING = 300;

/** How many wait in all, where lanes are silent. */
const MOST_WAITING_IN_ALL = 3000;

/** The items of one lane. */
interface Lane<T> {
  waiting: T[];
  underWay: number;
}

/**
 * Works on items, so many of each lane at a time.
 *
 * @throws The first error of `work` or `items`, once all work that was started
 * has ended; no more is started then.
 */
export async function inLanes<T>(
  items: Iterable<T> | AsyncIterable<T>,
  { laneOf, width, most = MOST_UNDER_WAY, silent }: LaneOptions<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const lanes = new Map<string, Lane<T>>();
  let [waiting, underWay] = [0, 0];
  let failure: { error: unknown } | undefined;
  let changed = () => {};
  const isSilent = (name: string) => silent?.has(name) ?? false;
  /** How many of something there are in the lanes that are not silent. */
  const counted = (all: number, of: (lane: Lane<T>) => number) => {
    for (const [name, lane] of lanes) if (isSilent(name)) all -= of(lane);
    return all;
  };
  const fail = (error: unknown) => {
    failure ??= { error };
  };
  const start = () => {
    let room = most - counted(underWay, (lane) => lane.underWay);
    for (const [name, lane] of lanes) {
      const many = isSilent(name) ? 1 : width;
      while (lane.waiting.length > 0 && lane.underWay < many) {
        if (room <= 0 || failure !== undefined) return;
        const item = lane.waiting.shift()!;
        room--;
        waiting--;
        underWay++;
        lane.underWay++;
        work(item).catch(fail).then(() => {
          underWay--;
          lane.underWay--;
          // Behind the others, whose turn it is now.
          lanes.delete(name);
          if (lane.waiting.length + lane.underWay > 0) lanes.set(name, lane);
          start();
          changed();
        });
      }
    }
  };
  const nextChange = () => new Promise<void>((resolve) => changed = resolve);
  const isFull = () =>
    counted(waiting, (lane) => lane.waiting.length) >= MOST_WAITING ||
    waiting >= MOST_WAITING_IN_ALL;
  const end = silent?.watch(() => {
    start();
    changed();
  });
  try {
    for await (const item of items) {
      if (failure !== undefined) break;
      const name = laneOf(item);
      const lane = lanes.get(name) ?? { waiting: [], underWay: 0 };
      lanes.set(name, lane);
      lane.waiting.push(item);
      waiting++;
      start();
      while (isFull() && failure === undefined) await nextChange();
    }
  } catch (error) {
    fail(error);
  }
  while (underWay > 0) await nextChange();
  end?.();
  if (failure !== undefined) throw failure.error;
}

/** The results of work in lanes, as they come. */
export async function* mapInLanes<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  options: LaneOptions<T>,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, void> {
  const done: R[] = [];
  let wake = () => {};
  let isOver = false;
  const all = inLanes(items, options, async (item) => {
    if (isOver) return;
    done.push(await work(item));
    wake();
  });
  let isDone = false;
  all.catch(() => {}).then(() => {
    isDone = true;
    wake();
  });
  try {
    while (done.length > 0 || !isDone) {
      if (done.length === 0) {
        await new Promise<void>((resolve) => wake = resolve);
        continue;
      }
      yield done.shift()!;
    }
    await all;
  } finally {
    isOver = true;
  }
}

/** Work that is done one after the other, whoever asks for it. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does it when all that was asked for before is done. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
