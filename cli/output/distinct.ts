/**
 * The distinct numbers of a column, as a dictionary and an index for each row.
 *
 * @module
 */

/** Numbers, each once, and which of them each row has. */
export interface Distinct {
  /** The numbers, in the order of their first rows. */
  values: Float64Array;
  /** For each row, the place of its number among them. */
  indexes: Uint32Array;
}

/** A sample of so many rows tells whether it is worth counting. */
const SAMPLE = 1000;

/** Columns whose sample has more distinct numbers than this are not counted. */
const MOST_IN_SAMPLE = 0.9;

/**
 * Finds the distinct numbers of a column, if a dictionary and its indexes take
 * half the room of the numbers at the most. The sign of a zero counts.
 *
 * @param numbers The column.
 * @param count How many of it.
 */
export function distinctIn(
  numbers: Float64Array,
  count: number,
): Distinct | undefined {
  const size = Math.min(count, SAMPLE);
  const sample = new Set<number>();
  for (let n = 0; n < size; n++) {
    const row = size === 1 ? 0 : Math.floor(n * (count - 1) / (size - 1));
    sample.add(numbers[row]!);
  }
  if (sample.size / size > MOST_IN_SAMPLE) return undefined;
  const indexes = new Uint32Array(count);
  const most = count >> 1; // with more, the dictionary alone is too large
  const values = new Float64Array(most);
  const found = findAll(numbers, indexes, values);
  if (found === undefined) return undefined;
  const bits = Math.ceil(Math.log2(found));
  const room = 8 * found + Math.ceil(count * bits / 8);
  return 2 * room > 8 * count
    ? undefined
    : { values: values.subarray(0, found), indexes };
}

/**
 * Fills in the values and the indexes; says how many values there are, unless
 * there is no room for all.
 */
function findAll(
  numbers: Float64Array,
  indexes: Uint32Array,
  values: Float64Array,
): number | undefined {
  const { buffer, byteOffset } = numbers;
  const halves = new Uint32Array(buffer, byteOffset, 2 * indexes.length);
  const bits = new Uint32Array(values.buffer);
  // Twice as many places as values, so that most are found at once.
  const width = 33 - Math.clz32(values.length);
  const places = new Uint32Array(1 << width);
  let found = 0;
  for (let row = 0; row < indexes.length; row++) {
    const low = halves[2 * row]!, high = halves[2 * row + 1]!;
    let place = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b) >>>
      (32 - width);
    for (;;) {
      const known = places[place]!;
      if (known === 0) {
        if (found === values.length) return undefined;
        values[found] = numbers[row]!;
        indexes[row] = found;
        places[place] = ++found;
        break;
      }
      if (bits[2 * known - 2] === low && bits[2 * known - 1] === high) {
        indexes[row] = known - 1;
        break;
      }
      place = place + 1 & places.length - 1;
    }
  }
  return found;
}
