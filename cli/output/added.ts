/**
 * The columns of `--with`: what is added to those of the original.
 *
 * @module
 */

/** What a value has besides the columns, as JSON. */
export const EXTRA = "extra";

/** The address of the archive that has the test. */
export const ARCHIVE = "archive";

/** The columns of a test that are addresses, and shown by name. */
export const ADDRESSES: readonly string[] = [
  "source",
  "destination",
  "measurement_agent",
];

/** The column of a parameter: its wire name, with underscores. */
export function columnOf(name: string): string {
  return name.replaceAll("-", "_");
}

/**
 * The parameter of a test, as JSON.
 *
 * @param fields The fields of the test, by wire name.
 * @param name Its wire name, or that of its column.
 */
export function cellOf(
  fields: ReadonlyMap<string, string>,
  name: string,
): string | undefined {
  const cell = fields.get(name);
  if (cell !== undefined) return cell;
  const column = columnOf(name);
  return [...fields].find(([wire]) => columnOf(wire) === column)?.[1];
}
