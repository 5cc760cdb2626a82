/**
 * Durations as templates write them (ISO 8601).
 *
 * @module
 */

/** Weeks, days, and after a T hours, minutes and seconds; each may be absent. */
const DURATION =
  /^P(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/;

/** Seconds of each. */
const UNITS = [7 * 86_400, 86_400, 3600, 60, 1];

/**
 * The seconds of a duration such as `PT1H30M` or `P1D`. Years and months, whose
 * length varies, are not of them.
 *
 * @returns `undefined` for what is not a duration.
 */
export function secondsOf(duration: unknown): number | undefined {
  if (typeof duration !== "string") return undefined;
  const parts = DURATION.exec(duration.trim())?.slice(1);
  if (parts?.every((part) => part === undefined) ?? true) return undefined;
  const seconds = parts!.reduce(
    (sum, part, at) => sum + Number(part ?? 0) * UNITS[at]!,
    0,
  );
  return Number.isFinite(seconds) ? seconds : undefined;
}
