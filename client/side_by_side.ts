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

/** An item, and the pages of it that are on their way. */
export interface Opened<T, P> {
  item: T;
  pages: AsyncIterable<P>;
}

/**
 * Gives items in order with their pages, those of the next ones on their way
 * already. Leaving the loop ends them.
 *
 * @param items The items.
 * @param width How many are open at a time.
 * @param open Begins to read one.
 */
export async function* openAhead<T, P>(
  items: Iterable<T>,
  width: number,
  open: (item: T) => AsyncGenerator<P, void, void>,
): AsyncGenerator<Opened<T, P>, void, void> {
  const ahead: (Opened<T, P> & { source: AsyncGenerator<P, void, void> })[] =
    [];
  const begin = (item: T) => {
    const source = open(item);
    const first = source.next();
    first.catch(() => {}); // thrown when its turn comes
    ahead.push({ item, source, pages: resumed(first, source) });
  };
  try {
    for (const item of items) {
      begin(item);
      if (ahead.length >= width) yield ahead.shift()!;
    }
    while (ahead.length > 0) yield ahead.shift()!;
  } finally {
    for (const { source } of ahead) source.return().catch(() => {});
  }
}

async function* resumed<P>(
  first: Promise<IteratorResult<P, void>>,
  source: AsyncGenerator<P, void, void>,
): AsyncGenerator<P, void, void> {
  try {
    for (let page = await first; !page.done; page = await source.next()) {
      yield page.value;
    }
  } finally {
    await source.return();
  }
}
