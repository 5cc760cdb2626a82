/**
 * What rows that follow each other have in common is made once.
 *
 * @module
 */

/**
 * A function that gives its last result again as long as its first argument is
 * the same.
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
