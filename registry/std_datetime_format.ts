/**
 * `format` of `@std/datetime`, as far as this project uses it: numeric fields
 * of a UTC time.
 *
 * @module
 */

/**
 * Options of {@linkcode format}; without a zone the local one is meant, as in
 * `@std/datetime`.
 */
export interface FormatOptions {
  /** The zone to print in. */
  timeZone?: "UTC";
}

/**
 * Prints `date`; `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss` and `SSS` are fields,
 * everything else is literal.
 */
export function format(
  date: Date,
  formatString: string,
  options: FormatOptions = {},
): string {
  const shift = options.timeZone === "UTC" ? 0 : date.getTimezoneOffset();
  const at = new Date(date.getTime() - shift * 60_000);
  const fields: Record<string, number> = {
    yyyy: at.getUTCFullYear(),
    MM: at.getUTCMonth() + 1,
    dd: at.getUTCDate(),
    HH: at.getUTCHours(),
    mm: at.getUTCMinutes(),
    ss: at.getUTCSeconds(),
    SSS: at.getUTCMilliseconds(),
  };
  return formatString.replace(
    /yyyy|MM|dd|HH|mm|SSS|ss/g,
    (field) => String(fields[field]).padStart(field.length, "0"),
  );
}
