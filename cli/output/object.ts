/**
 * A row as a JSON object, for json and ndjson.
 *
 * @module
 */

import { dumps, encodeString } from "../../client/json.ts";
import type { Lead, Row } from "../../client/rows.ts";
import { isPlainNumber } from "../../client/cell.ts";
import { keepLast } from "../../client/last.ts";

/**
 * Makes a function that prints a row as an object, on one line.
 *
 * @param print Prints a cell, on one line.
 */
export function objectPrinter(print = dumps): (row: Row) => string {
  const keysOf = keepLast((columns: readonly string[]) =>
    columns.map((column) => `${encodeString(column)}: `)
  );
  const begin = keepLast((lead: Lead | undefined) =>
    lead
      ? lead.columns.map((column, index) =>
        `${encodeString(column)}: ${print(lead.cells[index]!)}, `
      ).join("")
      : ""
  );
  return ({ lead, columns, cells }) => {
    const keys = keysOf(columns);
    let text = `{${begin(lead)}`;
    for (let index = 0; index < keys.length; index++) {
      const cell = cells[index]!;
      const value = isPlainNumber(cell) ? cell : print(cell);
      text += (index > 0 ? ", " : "") + keys[index]! + value;
    }
    return `${text}}`;
  };
}
