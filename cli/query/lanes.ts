/**
 * Work for several archives side by side: one that is slow keeps no other
 * waiting.
 *
 * @module
 */

/** How work is shared out. */
export interface LaneOptions<T> {
  /** Which lane an item is in: the archive that it needs. */
  laneOf(item: T): string;
  /** How many items of a lane are under way at a time. */
  width: number;
}

/** How many items are under way at a time, in all lanes. */
const MOST_UNDER_WAY = 96;

/** How many wait for room in their lanes, before no more are taken. */
const MOST_WAITING = 300;

/**
 * Works on items, so many of each lane at a time.
 *
 * @throws The first error of `work` or `items`, once all work that was started
 * has ended; no more is started then.
 */
export async function inLanes<T>(
  items: Iterable<T> | AsyncIterable<T>,
  { laneOf, width }: LaneOptions<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const lanes = new Map<string, { waiting: T[]; underWay: number }>();
  let [waiting, underWay] = [0, 0];
  let failure: { error: unknown } | undefined;
  let ended = () => {};
  const fail = (error: unknown) => {
    failure ??= { error };
  };
  const start = () => {
    for (const [name, lane] of lanes) {
      while (lane.waiting.length > 0 && lane.underWay < width) {
        if (underWay >= MOST_UNDER_WAY || failure !== undefined) return;
        const item = lane.waiting.shift()!;
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
          ended();
        });
      }
    }
  };
  const nextEnd = () => new Promise<void>((resolve) => ended = resolve);
  try {
    for await (const item of items) {
      if (failure !== undefined) break;
      const name = laneOf(item);
      const lane = lanes.get(name) ?? { waiting: [], underWay: 0 };
      lanes.set(name, lane);
      lane.waiting.push(item);
      waiting++;
      start();
      while (waiting >= MOST_WAITING && failure === undefined) await nextEnd();
    }
  } catch (error) {
    fail(error);
  }
  while (underWay > 0) await nextEnd();
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
