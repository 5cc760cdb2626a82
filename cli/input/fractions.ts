/**
 * Loss rates of which nobody knows how many packets they are of, as the counts
 * that archives take.
 *
 * @module
 */

/** The most decimals that a count of packets can have. */
const MOST_DECIMALS = 15;

/**
 * The counts of a rate: those of its decimal fraction, 5 of 1000 for 0.005, or,
 * if that has too many digits, those of the simplest fraction that is the same
 * number.
 *
 * @param rate The rate, as JSON text.
 * @returns The counts as JSON; `undefined` if there are none.
 */
export function countsOf(rate: string): string | undefined {
  const value = Number(rate);
  if (!(value >= 0) || value > Number.MAX_SAFE_INTEGER) return undefined;
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const denominator = 10 ** decimals;
    const numerator = Math.round(value * denominator);
    if (numerator > Number.MAX_SAFE_INTEGER) break;
    if (numerator / denominator === value) return json(numerator, denominator);
  }
  return simplest(value);
}

/** By continued fraction: each step is the best one with so few packets. */
function simplest(value: number): string | undefined {
  let [numerator, denominator] = [1, 0];
  let [lastNumerator, lastDenominator] = [0, 1];
  let rest = value;
  for (;;) {
    const whole = Math.floor(rest);
    [numerator, lastNumerator] = [whole * numerator + lastNumerator, numerator];
    [denominator, lastDenominator] = [
      whole * denominator + lastDenominator,
      denominator,
    ];
    if (!Number.isSafeInteger(denominator)) return undefined;
    if (numerator / denominator === value) return json(numerator, denominator);
    if (rest === whole) return undefined;
    rest = 1 / (rest - whole);
  }
}

function json(numerator: number, denominator: number): string {
  return `{"numerator": ${numerator}, "denominator": ${denominator}}`;
}
