/**
 * Work on several things at once, with the results in order.
 *
 * @module
 */

/** Number of items under way at a time. */
const WIDTH = 64;

/** The results of `work` in the order of the items, some of them ahead. */
export async function* mapAhead<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
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
      if (ahead.length >= WIDTH) yield await ahead.shift()!;
    }
    for (const result of ahead) yield await result;
  } finally {
    await source.return?.();
  }
  if (failure) throw failure.error;
}
