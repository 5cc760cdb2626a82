/**
 * `esmond-ps get-metadata`: tests and their parameters.
 *
 * @module
 */

import { encodeString, members, NULL } from "../../client/json.ts";
import { PAGING_FIELDS } from "../../client/wire.ts";
import type { Metadata } from "../../mod.ts";
import type { Format } from "../names.ts";
import type { Row } from "../../client/rows.ts";
import { ARCHIVE } from "../output/added.ts";
import { nameCell } from "../output/rows.ts";
import { printTests } from "../query/print_tests.ts";
import { settle } from "../query/settings.ts";
import type { Command } from "./command.ts";

const COLUMNS = [
  "source",
  "destination",
  "measurement_agent",
  "input_source",
  "input_destination",
  "tool_name",
];

/** The columns with addresses, which are shown by name. */
const ADDRESSES = ["source", "destination", "measurement_agent"];

/** What the archive tells of a test besides its parameters. */
const HIDDEN = new Set([
  "event-types",
  "metadata-key",
  "uri",
  ...PAGING_FIELDS,
]);

/** Prints a row for each test. */
export const run: Command<"get-metadata"> = async (options, io) => {
  using settings = await settle("get-metadata", options, io);
  const { connection, format, hostnames } = settings;
  const isExtended = options.flag("metadata-extended");
  const rowOf = async (md: Metadata): Promise<Row> => {
    if (format === "ndjson") return asListed(md, connection.isSeveral);
    const fields = parametersOf(md);
    for (const column of ADDRESSES) {
      const cell = fields.get(column);
      if (!cell?.startsWith('"')) continue;
      fields.set(column, await nameCell(JSON.parse(cell), hostnames));
    }
    const columns = isExtended ? allColumns(fields, format) : COLUMNS;
    return {
      columns,
      cells: columns.map((column) => fields.get(column) ?? NULL),
    };
  };
  await printTests(settings, { columns: COLUMNS, rowOf }, io);
};

/** The test as the archive lists it; of several, with the archive. */
function asListed(md: Metadata, hasArchive: boolean): Row {
  const listed = members(md.text);
  if (hasArchive) listed.set(ARCHIVE, encodeString(md.archive));
  const fields = [...listed].filter(([name]) => !PAGING_FIELDS.includes(name));
  return {
    columns: fields.map(([name]) => name),
    cells: fields.map(([, text]) => text),
  };
}

/** The parameters of a test by the name of their column. */
function parametersOf(md: Metadata): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of members(md.text)) {
    if (!HIDDEN.has(name)) fields.set(name.replaceAll("-", "_"), value);
  }
  return fields;
}

/** All columns, sorted; for people, those that every test has come first. */
function allColumns(fields: Map<string, string>, format: Format): string[] {
  const names = [...fields.keys()].sort();
  return format === "human"
    ? [...COLUMNS, ...names.filter((name) => !COLUMNS.includes(name))]
    : names;
}
