/**
 * Work on several things at a time.
 *
 * @module
 */

/**
 * Does some work for each item, on so many at a time; the next item is taken
 * when there is room for it.
 *
 * @throws What is thrown first, when the work that had been begun is done; no
 * more is begun then.
 */
export async function sideBySide<T>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
  };
  try {
    for await (const item of items) {
      if (failure !== undefined) break;
      const doing = work(item).catch(fail)
        .finally(() => underWay.delete(doing));
      underWay.add(doing);
      if (underWay.size >= width) await Promise.race(underWay);
      if (failure !== undefined) break;
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure.error;
}
