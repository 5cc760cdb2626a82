/**
 * From values to places along an axis, and the values that the axis names.
 *
 * @module
 */

/** A value that an axis names. */
export interface Tick {
  /** The value. */
  readonly value: number;
  /** Its text. */
  readonly text: string;
}

/** Where values are along an axis. */
export interface Scale {
  /** The place of a value; of one that the axis does not reach, its end. */
  place(value: number): number;
  /** The values to name, ascending. */
  readonly ticks: readonly Tick[];
}

/** Where an axis begins and ends, and how much there is room for. */
export interface Axis {
  /** The place of its least value. */
  from: number;
  /** The place of its greatest value. */
  to: number;
  /** How many values it has room to name. */
  count: number;
}

/**
 * A linear axis from one round number to another around the values.
 *
 * @param low The least value.
 * @param high The greatest value.
 */
export function linearScale(low: number, high: number, axis: Axis): Scale {
  const [least, most] = low < high ? [low, high] : around(low);
  const step = roundStep((most - least) / Math.max(1, axis.count - 1));
  const first = Math.floor(least / step + TINY);
  const last = Math.ceil(most / step - TINY);
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => {
    const value = rounded((first + at) * step);
    return { value, text: shortNumber(value) };
  });
  return { place: between(first * step, last * step, axis), ticks };
}

/** What a quotient of round numbers may miss a whole number by. */
const TINY = 1e-9;

/** A range about a value that is alone. */
function around(value: number): [number, number] {
  const half = value === 0 ? 0.5 : Math.abs(value) * 0.05;
  return [value - half, value + half];
}

/** The least of 1, 2, 2.5 or 5 times a power of ten that is not below a step. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 2.5, 5].find((each) =>
    each * power >= step * (1 - TINY)
  );
  return (factor ?? 10) * power;
}

/** Without the last digits, in which 3 × 0.1 is not 0.3. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function shortNumber(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e7 || size < 1e-6)
    ? value.toExponential()
    : String(value);
}

function between(
  least: number,
  most: number,
  { from, to }: Axis,
): (value: number) => number {
  return (value) => {
    const share = (value - least) / (most - least);
    return from + Math.min(1, Math.max(0, share)) * (to - from);
  };
}

/**
 * A logarithmic axis.
 *
 * @param low The least value, above 0.
 * @param high The greatest value.
 */
export function logScale(low: number, high: number, axis: Axis): Scale {
  const [least, most] = low < high ? [low, high] : [low / 2, low * 2];
  const [from, to] = [Math.log10(least), Math.log10(most)];
  const place = between(from, to, axis);
  return {
    place: (value) => place(value > 0 ? Math.log10(value) : -Infinity),
    ticks: logTicks(least, most, axis.count),
  };
}

/** Powers of ten, fewer or more of them where there is room. */
function logTicks(least: number, most: number, count: number): Tick[] {
  const [first, last] = [Math.log10(least), Math.log10(most)].map(Math.floor);
  const within = (factors: readonly number[], every: number) => {
    const ticks: Tick[] = [];
    for (let power = first!; power <= last!; power++) {
      if (power % every !== 0) continue;
      for (const factor of factors) {
        const value = rounded(factor * 10 ** power);
        if (value < least * (1 - TINY) || value > most * (1 + TINY)) continue;
        ticks.push({ value, text: shortNumber(value) });
      }
    }
    return ticks;
  };
  const choices = [
    ...[[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]].map((factors) =>
      within(factors, 1)
    ),
    ...[2, 3, 5, 10, 50].map((every) => within([1], every)),
  ].filter(({ length }) => length > 0);
  const fitting = choices.find(({ length }) => length <= Math.max(2, count)) ??
    choices.at(-1);
  // Between two powers of ten there may be nothing that is round.
  return fitting ?? linearScale(least, most, { from: 0, to: 1, count }).ticks
    .filter(({ value }) => value >= least && value <= most);
}

/** The least loss that has a height of its own; less is drawn as this. */
export const LEAST_LOSS = 1e-5;

/** The shares of loss that an axis names, above none. */
const LOSSES = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

/** The part of the axis that is below the least loss. */
const ZERO_PART = 0.12;

/**
 * The axis of loss: logarithmic from 0.001 % to 100 %, and 0 below that. It is
 * the same for every picture, so that pictures can be compared.
 */
export function lossScale({ from, to, count }: Axis): Scale {
  const least = from + ZERO_PART * (to - from);
  const place = between(Math.log10(LEAST_LOSS), 0, { from: least, to, count });
  const every = count >= LOSSES.length / 2 ? 1 : 2;
  const named = LOSSES.filter((_, at) =>
    (LOSSES.length - 1 - at) % every === 0
  );
  return {
    place: (value) => value > 0 ? place(Math.log10(value)) : from,
    ticks: [0, ...named].map((value) => ({
      value,
      text: value === 0 ? "0" : `${shortNumber(rounded(100 * value))} %`,
    })),
  };
}
