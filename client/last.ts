/**
 * A cache of one: what consecutive rows have in common is computed once.
 *
 * @module
 */

/**
 * A function that repeats its last result while its first argument stays the
 * same.
 */
export function keepLast<K, A extends unknown[], V>(
  make: (key: K, ...others: A) => V,
): (key: K, ...others: A) => V {
  let last: { key: K; value: V } | undefined;
  return (key, ...others) => {
    if (last?.key !== key || last === undefined) {
      last = { key, value: make(key, ...others) };
    }
    return last.value;
  };
}
