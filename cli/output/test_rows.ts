/**
 * The columns that are added to rows of tests.
 *
 * @module
 */

import {
  decodeString,
  dumps,
  encodeString,
  members,
  NULL,
} from "../../client/json.ts";
import { PAGING_FIELDS } from "../../client/wire.ts";
import type { Metadata } from "../../mod.ts";
import type { Format } from "../names.ts";
import { ADDRESSES, ARCHIVE, cellOf, columnOf, EXTRA } from "./added.ts";
import type { Hostnames } from "./hostnames.ts";
import { restCell } from "../../client/layouts.ts";
import { nameCell } from "./rows.ts";

/** The field that lists the event types of a test. */
const EVENT_TYPES = "event-types";

/** What the added columns depend on. */
export interface AddedOptions {
  /** What is added: wire names, and {@linkcode EXTRA}. */
  added: readonly string[];
  /** The format of the rows. */
  format: Format;
  /** Names for addresses. */
  hostnames: Hostnames;
}

/** The names of the columns that are added to these, the extra last. */
export function addedColumns(
  columns: readonly string[],
  added: readonly string[],
): string[] {
  const names = added.filter((name) => name !== EXTRA).map(columnOf)
    .filter((column) => !columns.includes(column));
  return added.includes(EXTRA) ? [...names, EXTRA] : names;
}

/**
 * The cells of a test in the columns that are added.
 *
 * @param test The test.
 * @param columns The columns that its row has anyway.
 * @param options What is added, and how it is shown.
 */
export async function addedCells(
  test: Metadata,
  columns: readonly string[],
  { added, format, hostnames }: AddedOptions,
): Promise<string[]> {
  const fields = fieldsOf(test);
  if (added.includes(ARCHIVE)) fields.set(ARCHIVE, encodeString(test.archive));
  const names = addedColumns(columns, added);
  return await Promise.all(names.map((column) => {
    const cell = cellOf(fields, column) ?? NULL;
    if (column === EXTRA) {
      return extraCell(fields, [...columns, ...names], format);
    }
    if (column === columnOf(EVENT_TYPES)) return eventTypesCell(test, format);
    return ADDRESSES.includes(column) && cell.startsWith('"')
      ? nameCell(decodeString(cell), hostnames)
      : cell;
  }));
}

/** What a list tells of a test, by wire name. */
function fieldsOf(test: Metadata): Map<string, string> {
  const fields = members(test.text);
  for (const name of PAGING_FIELDS) fields.delete(name);
  return fields;
}

/** All of a test but for its event types that is in no column. */
function extraCell(
  fields: ReadonlyMap<string, string>,
  columns: readonly string[],
  format: Format,
): string {
  const rest = [...fields].filter(([name]) =>
    name !== EVENT_TYPES && !columns.includes(columnOf(name))
  );
  const cell = restCell(new Map(rest));
  return isObjects(format) ? cell : encodeString(dumps(cell));
}

/** The event types with their roll-ups: as they are sent, or as text. */
function eventTypesCell(test: Metadata, format: Format): string {
  if (isObjects(format)) return fieldsOf(test).get(EVENT_TYPES) ?? NULL;
  const shown = [...test.getAllEventTypes()].map(({ eventType, summaries }) => {
    const windows = new Map<string, (string | number)[]>();
    for (const [type, window] of summaries) {
      windows.set(type, [...windows.get(type) ?? [], window]);
    }
    const kept = Array.from(
      windows,
      ([type, all]) => `${type} ${all.join(", ")}`,
    );
    return kept.length === 0 ? eventType : `${eventType} (${kept.join("; ")})`;
  });
  return encodeString(shown.join(", "));
}

function isObjects(format: Format): boolean {
  return format === "json" || format === "ndjson";
}
