/**
 * The rows of a series, as the program prints them.
 *
 * @module
 */

import { type EventType, factsOf, type Summary } from "./data.ts";
import type { DataPoint } from "./data_point.ts";
import { FilterError } from "./errors.ts";
import { parse } from "./json.ts";
import { layoutOf } from "./layouts.ts";
import {
  type Lead,
  leadOf,
  type Row,
  rowColumns,
  textCell,
  timeCell,
} from "./rows.ts";
import { shown } from "./text.ts";
import type { JsonValue } from "./wire.ts";

/**
 * The columns of a series, as `esmond-ps get -o csv` names them: seven that
 * every series has, then those of its event type.
 *
 * @param series The event type or roll-up.
 * @returns `source`, `destination`, `event_type`, `tool`, `summary_type`,
 * `summary_window`, `timestamp`, and for most event types `value`.
 * @throws {FilterError} for anything but an event type or a roll-up.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters, columnsOf } from "@esmond/client";
 *
 * const filters = new ApiFilters({ eventType: "packet-trace" });
 * for await (const md of new ApiConnect("http://archive.example.net/", filters).getMetadata()) {
 *   const trace = md.getEventType("packet-trace");
 *   if (trace) console.log(columnsOf(trace).slice(7)); // [ "ttl", "query", … ]
 * }
 * ```
 */
export function columnsOf(
  series: EventType<string, unknown> | Summary<unknown>,
): string[] {
  return [...tableOf("columnsOf", series).columns];
}

/**
 * The rows of a point, as `esmond-ps get -o json --ip` prints them: one for
 * most event types; one for each hop of a trace, each part of a run, each
 * stream. A trace or list without items has none.
 *
 * A value is what it is in JSON: numbers, text, `null`; counts by bucket and
 * other nested values are objects and lists, as in `raw` of the point. The time
 * is text, UTC. A whole number that a JavaScript number would round is the text
 * of its digits.
 *
 * @param series The event type or roll-up that the point is of.
 * @param point The point.
 * @returns Objects whose keys are those of {@linkcode columnsOf}, in order.
 * @throws {FilterError} for what is not a series, or not a point.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters, rowsOf } from "@esmond/client";
 *
 * const filters = new ApiFilters({ eventType: "throughput", timeRange: 86400 });
 * for await (const md of new ApiConnect("http://archive.example.net/", filters).getMetadata()) {
 *   const throughput = md.getEventType("throughput");
 *   if (throughput === undefined) continue;
 *   for await (const point of throughput.streamData()) console.table(rowsOf(throughput, point));
 * }
 * ```
 */
export function rowsOf(
  series: EventType<string, unknown> | Summary<unknown>,
  point: DataPoint<unknown>,
): Record<string, JsonValue>[] {
  const table = tableOf("rowsOf", series);
  return table.rows(point).map(({ columns, cells }) => {
    const row = { ...table.leadValues };
    columns.forEach((column, at) => row[column] = valueOf(cells[at]!));
    return row;
  });
}

/** How the points of a series become rows. */
export class SeriesTable {
  /** The names of all columns. */
  readonly columns: readonly string[];
  /** What all rows begin with, as values. */
  readonly leadValues: Readonly<Record<string, JsonValue>>;
  /** The rows of a point. */
  readonly rows: (point: DataPoint<unknown>) => Row[];

  /** Prepares for the points of a series. */
  constructor(facts: NonNullable<ReturnType<typeof factsOf>>) {
    const { subject } = facts;
    const lead: Lead = leadOf(facts, subject.tool, [
      textCell(subject.source),
      textCell(subject.destination),
    ]);
    const layout = layoutOf(facts.eventType, facts.summaryType);
    const { keepsLists } = layout;
    this.columns = rowColumns(facts);
    const columns = this.columns.slice(lead.columns.length);
    this.leadValues = Object.fromEntries(
      lead.columns.map((column, at) => [column, valueOf(lead.cells[at]!)]),
    );
    this.rows = (point) => {
      requirePoint(point);
      return layout.rows(point.text, subject.bucket)
        .filter(({ isBare }) => !isBare)
        .map((row) => ({
          ...{ lead, columns, keepsLists, tsEpoch: point.tsEpoch },
          cells: [timeCell(point), ...row.cells],
        }));
    };
  }
}

/** The tables of the series that rows were made of. */
const tables = new WeakMap<object, SeriesTable>();

/**
 * The table of a series.
 *
 * @param method What the series was given to.
 * @throws {FilterError} for what is not a series.
 */
export function tableOf(method: string, series: object): SeriesTable {
  const known = tables.get(series);
  if (known !== undefined) return known;
  const facts = factsOf(series);
  if (facts === undefined) {
    throw new FilterError(
      "series",
      `${method}() needs an event type or a roll-up, not ${shown(series)}`,
    );
  }
  const made = new SeriesTable(facts);
  tables.set(series, made);
  return made;
}

/** Refuses what cannot be a point, from code without types. */
function requirePoint(point: unknown): void {
  if (typeof (point as DataPoint | undefined)?.text === "string") return;
  throw new FilterError(
    "point",
    `rows are made of the points of a series, not of ${shown(point)}`,
  );
}

/** The value of a cell; as text if a number would lose digits. */
function valueOf(cell: string): JsonValue {
  const value = parse(cell) as JsonValue;
  return typeof value === "number" && /^-?\d{16,}$/.test(cell) &&
      BigInt(cell) !== BigInt(value)
    ? cell
    : value;
}
