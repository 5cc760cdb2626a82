/**
 * Work on several things at once, with the results in order.
 *
 * @module
 */

/** How many items are under way at a time. */
const WIDTH = 64;

/** What `work` makes of each item, in the order of the items; some of them are worked on ahead. */
export async function* mapAhead<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, void> {
  const ahead: Promise<R>[] = [];
  for await (const item of items) {
    ahead.push(work(item));
    if (ahead.length >= WIDTH) yield await ahead.shift()!;
  }
  for (const result of ahead) yield await result;
}
