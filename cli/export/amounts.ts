/**
 * Numbers, sizes and times as people read them.
 *
 * @module
 */

/**
 * A number for people, in at most five figures and letters: `999`, `1.2 M`,
 * `350 k`.
 */
export function shortCount(value: number): string {
  return scaled(value, ["", " k", " M", " G", " T"]);
}

/** A number of bytes for people: `999 B`, `1.2 MB`. */
export function shortBytes(bytes: number): string {
  return scaled(bytes, [" B", " kB", " MB", " GB", " TB"]);
}

function scaled(value: number, units: readonly string[]): string {
  let unit = 0;
  // From here on three figures would be rounded to four.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const isWhole = unit === 0 && (Number.isInteger(value) || value >= 9.95);
  return value.toFixed(isWhole || value >= 99.95 ? 0 : 1) + units[unit];
}

/**
 * A time for people, from ms: `3.4 s`, `3 min 20 s`, `2 h 5 min`, `1 d 4 h`.
 */
export function shortTime(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return inTwo(whole, 60, "min", "s");
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return inTwo(minutes, 60, "h", "min");
  return inTwo(Math.round(minutes / 60), 24, "d", "h");
}

function inTwo(
  value: number,
  size: number,
  large: string,
  small: string,
): string {
  const rest = value % size;
  const whole = `${Math.floor(value / size)} ${large}`;
  return rest > 0 ? `${whole} ${rest} ${small}` : whole;
}

/** A time in whole seconds, rounded down. */
export function wholeTime(ms: number): string {
  return shortTime(Math.floor(ms / 1000) * 1000);
}

/**
 * A count, digit for digit, with its thousands set apart. `toLocaleString()`
 * does that too, but takes 20 ms to begin with.
 */
export function exact(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A noun, in the plural unless there is one. */
export function noun(count: number, singular: string): string {
  return count === 1 ? singular : `${singular}s`;
}

/** How many requests were repeated; empty if none. */
export function retriesText(retries: number): string {
  if (retries === 0) return "";
  return `${exact(retries)} ${retries === 1 ? "retry" : "retries"}`;
}

/** Text in red, where there are colors. */
export function red(text: string, colors: boolean): string {
  return colors ? `\x1b[31m${text}\x1b[39m` : text;
}

/** The first text that fits, or the beginning of the last. */
export function fitting(width: number, ...texts: string[]): string {
  return texts.find((text) => text.length <= width) ??
    texts.at(-1)!.slice(0, Math.max(0, width));
}
