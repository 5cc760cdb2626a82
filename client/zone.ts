/**
 * What clocks show in a time zone.
 *
 * @module
 */

const DAY = 86_400;

/**
 * The proper name of a zone.
 *
 * @param zone An IANA name in any case, an offset such as `+02:00`, `"UTC"`, or
 * `"local"` for the system's zone.
 * @returns The name as the system spells it; `"UTC"` for all names of UTC.
 * @throws {RangeError} when the zone does not exist.
 */
export function zoneName(zone: string): string {
  return zone === "UTC" ? zone : formatter(zone).resolvedOptions().timeZone;
}

/**
 * Seconds that clocks in a zone are ahead of UTC at a moment.
 *
 * @param instant Seconds since 1970 UTC.
 * @param zone As for {@linkcode zoneName}.
 * @throws {RangeError} when the zone does not exist.
 */
export function offsetAt(instant: number, zone: string): number {
  if (zone === "UTC") return 0;
  const shown = formatter(zone).format(instant * 1000);
  const [, sign, h, m, s = 0] =
    /GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(shown) ?? [];
  if (sign === undefined) return 0;
  const size = Number(h) * 3600 + Number(m) * 60 + Number(s);
  return sign === "-" ? -size : size;
}

/**
 * {@linkcode offsetAt} for many moments of one zone. It asks the system twice a
 * day, and for every moment only on days on which clocks change.
 */
export function offsetsIn(zone: string): (instant: number) => number {
  zoneName(zone);
  const starts = new Map<number, number>();
  const atStart = (day: number) => {
    const known = starts.get(day) ?? offsetAt(day * DAY, zone);
    starts.set(day, known);
    return known;
  };
  return (instant) => {
    const day = Math.floor(instant / DAY);
    const offset = atStart(day);
    return offset === atStart(day + 1) ? offset : offsetAt(instant, zone);
  };
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  // Undefined where TZ names no zone, which must not pass for UTC.
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone === "local" ? local : zone,
    timeZoneName: "longOffset",
  });
  formatters.set(zone, made);
  return made;
}
