/**
 * Concurrent work.
 *
 * @module
 */

/**
 * Works on so many items at a time; the next one is taken when there is room
 * for it.
 *
 * @throws The first error, once all work that was started has ended; no more is
 * started then.
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
