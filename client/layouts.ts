/**
 * How the values of each event type become cells, in one table.
 *
 * @module
 */

import { eventTypeInfo, type FormatClass } from "./event_types.ts";
import {
  eachMember,
  elements,
  encodeString,
  isArray,
  isObject,
  members,
  NULL,
} from "./json.ts";

/**
 * What the columns of a row do not have of its value: members by their names,
 * or all of it as JSON.
 */
export type Rest = ReadonlyMap<string, string> | string;

/** A row that a value makes. */
export interface ValueRow {
  /** The cells after the leading ones. */
  cells: string[];
  /** What they do not have; absent if nothing is missing. */
  rest?: Rest;
  /** Whether only the rest stands in it, which the original leaves out. */
  isBare?: true;
}

/** How the values of an event type become cells. */
export interface Layout {
  /** The columns after the leading ones. */
  names: readonly string[];
  /** The rows of a value; `bucket` is the width of histogram buckets. */
  rows(value: string, bucket: string): ValueRow[];
  /** Whether lists stay JSON in text formats. */
  keepsLists: boolean;
}

/** A layout of one row a value. */
function one(
  names: readonly string[],
  row: (value: string, bucket: string) => ValueRow,
  keepsLists = false,
): Layout {
  const rows: Layout["rows"] = (value, bucket) => [row(value, bucket)];
  return { names, rows, keepsLists };
}

/** A layout of one row for each item of a list. */
function many(
  names: readonly string[],
  row: (item: string, at: number) => ValueRow | ValueRow[],
): Layout {
  const bare = names.map(() => NULL);
  return {
    names,
    rows: (value) => rowsOfItems(value, bare, row),
    keepsLists: false,
  };
}

/**
 * The rows of the items of a list; anything else is the only item. Without
 * items there is a bare row.
 */
function rowsOfItems(
  list: string,
  bare: string[],
  row: (item: string, at: number) => ValueRow | ValueRow[],
): ValueRow[] {
  const items = isArray(list) ? elements(list) : list === NULL ? [] : [list];
  return items.length > 0
    ? items.flatMap(row)
    : [{ cells: [...bare], rest: list, isBare: true }];
}

/** Column and wire name of each statistic. */
const STATISTICS = [
  ["min", "minimum"],
  ["median", "median"],
  ["max", "maximum"],
  ["mean", "mean"],
  ["mode", "mode"],
  ["standard_deviation", "standard-deviation"],
  ["variance", "variance"],
  ["percentile_25", "percentile-25"],
  ["percentile_75", "percentile-75"],
  ["percentile_95", "percentile-95"],
] as const;

const INTERVAL = ["start", "duration", "value"];

const HOP = ["ttl", "query", "success", "ip", "rtt", "mtu", "error_message"];

/** The layouts, by kind of value. */
export const LAYOUTS: Record<FormatClass | "statistics", Layout> = {
  numeric: one(["value"], whole),
  generic: one(["value"], whole, true),
  failures: one(
    ["msg"],
    (value) => isObject(value) ? fieldsRow(value, ["error"]) : whole(value),
  ),
  histogram: one(
    ["bucket", "value"],
    (value, bucket) => ({ cells: [bucket, value] }),
  ),
  statistics: one(
    STATISTICS.map(([column]) => column),
    (value) => fieldsRow(value, STATISTICS.map(([, name]) => name)),
  ),
  packet_trace: many(HOP, (hop) => fieldsRow(hop, HOP)),
  subintervals: many(INTERVAL, intervalRow),
  number_list: many(
    ["stream_num", "value"],
    (item, at) => ({ cells: [String(at), item] }),
  ),
  subinterval_list: many(
    ["stream_num", ...INTERVAL],
    (stream, at) =>
      rowsOfItems(stream, [NULL, NULL, NULL], intervalRow)
        .map((row) => ({ ...row, cells: [String(at), ...row.cells] })),
  ),
};

/** The layout of an event type, or of a roll-up of it. */
export function layoutOf(eventType: string, summaryType?: string): Layout {
  const formatClass = eventTypeInfo(eventType)?.formatClass ?? "generic";
  return formatClass === "histogram" && summaryType === "statistics"
    ? LAYOUTS.statistics
    : LAYOUTS[formatClass];
}

/** The index of the address in the cells of a hop. */
export const HOP_IP = 3;

function intervalRow(interval: string): ValueRow {
  return isObject(interval)
    ? fieldsRow(interval, ["start", "duration", "val"])
    : { cells: [NULL, NULL, interval] };
}

function whole(value: string): ValueRow {
  return { cells: [value] };
}

/** A cell for each of these members of an object; all else is the rest. */
function fieldsRow(value: string, names: readonly string[]): ValueRow {
  if (!isObject(value)) {
    const cells = names.map(() => NULL);
    return value === NULL ? { cells } : { cells, rest: value };
  }
  return plainRow(value, names) ?? anyRow(members(value), names);
}

/** The row of an object whose members are all to be shown, as most are. */
function plainRow(
  value: string,
  names: readonly string[],
): ValueRow | undefined {
  const cells = names.map(() => NULL);
  let isPlain = true;
  eachMember(value, (name, cell) => {
    const at = names.indexOf(name);
    if (at < 0 || cells[at] !== NULL) isPlain = false;
    else cells[at] = cell;
  });
  return isPlain ? { cells } : undefined;
}

function anyRow(
  fields: Map<string, string>,
  names: readonly string[],
): ValueRow {
  const cells = names.map((name) => {
    // esmond writes error_message, elmond error-message
    const spelled = fields.has(name) ? name : name.replaceAll("_", "-");
    const cell = fields.get(spelled) ?? NULL;
    fields.delete(spelled);
    return cell;
  });
  return fields.size === 0 ? { cells } : { cells, rest: fields };
}

/** The rest of a row as JSON. */
export function restCell(rest: Rest | undefined): string {
  if (rest === undefined || typeof rest === "string") return rest ?? NULL;
  const parts = Array.from(
    rest,
    ([name, value]) => `${encodeString(name)}: ${value}`,
  );
  return `{${parts.join(", ")}}`;
}
