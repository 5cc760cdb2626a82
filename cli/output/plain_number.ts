/**
 * Numbers read from bytes.
 *
 * @module
 */

const MINUS = 45, DOT = 46, ZERO = 48, NINE = 57;

/** Up to so many digits come out of a double as they went in. */
const SAFE_DIGITS = 15;

const POWERS = Array.from({ length: SAFE_DIGITS + 1 }, (_, n) => 10 ** n);

/**
 * The number that bytes spell, as `Number()` reads it, if it is a decimal
 * number without an exponent that a double tells from all others.
 *
 * Both a whole number of 15 digits and a power of ten up to 10^22 are exact in
 * a double, so that their quotient is the double next to the number.
 *
 * @param bytes JSON text.
 * @param from Where it begins.
 * @param to Where it ends.
 * @returns The number, or NaN for anything else.
 */
export function plainNumber(
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  const begin = bytes[from] === MINUS ? from + 1 : from;
  let value = 0;
  let dot = to;
  for (let at = begin; at < to; at++) {
    const code = bytes[at]!;
    if (code >= ZERO && code <= NINE) value = 10 * value + code - ZERO;
    else if (code === DOT && dot === to) dot = at;
    else return NaN;
  }
  const decimals = dot < to ? to - dot - 1 : 0;
  const digits = to - begin - (dot < to ? 1 : 0);
  if (digits === 0 || digits > SAFE_DIGITS) return NaN;
  if (decimals > 0) value /= POWERS[decimals]!;
  return begin > from ? -value : value;
}
