/**
 * Work on several things at once, with the results in order.
 *
 * @module
 */

/** Number of items under way at a time, unless it is given. */
const WIDTH = 64;

/**
 * The results of `work` in the order of the items, `width` of them at most under
 * way at a time.
 */
export async function* mapAhead<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  width = WIDTH,
): AsyncGenerator<R, void, void> {
  const ahead: Promise<R>[] = [];
  let failure: { error: unknown } | undefined;
  const source = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<T>;
      try {
        next = await source.next();
      } catch (error) {
        failure = { error }; // the results before it are not lost
        break;
      }
      if (next.done) break;
      const result = work(next.value);
      result.catch(() => {}); // thrown when its turn comes
      ahead.push(result);
      if (ahead.length >= width) yield await ahead.shift()!;
    }
    for (const result of ahead) yield await result;
  } finally {
    await source.return?.();
  }
  if (failure) throw failure.error;
}

/** Number of lists that are begun before their turn comes. */
const LISTS = 6;

/** The items of all lists, list by list, the first of the next on their way. */
export async function* concatAhead<T>(
  lists: readonly (() => AsyncGenerator<T, void, void>)[],
): AsyncGenerator<T, void, void> {
  const open: {
    items: AsyncGenerator<T, void, void>;
    first: Promise<IteratorResult<T, void>>;
  }[] = [];
  let next = 0;
  try {
    while (next < lists.length || open.length > 0) {
      while (next < lists.length && open.length < LISTS) {
        const items = lists[next++]!();
        const first = items.next();
        first.catch(() => {}); // thrown when its turn comes
        open.push({ items, first });
      }
      const { items, first } = open[0]!;
      for (
        let item = await first;
        !item.done;
        item = await items.next()
      ) yield item.value;
      open.shift();
    }
  } finally {
    await Promise.allSettled(open.map(({ items }) => items.return()));
  }
}
