/**
 * From data points to flat rows: one table, by how an event type is laid out.
 *
 * A cell is JSON text, exactly as the archive sent it, so that every output format can print it in its own way.
 *
 * @module
 */

import { eventTypeInfo, type FormatClass } from "../client/event_types.ts";
import {
  elements,
  encodeString,
  isArray,
  isObject,
  member,
  members,
  NULL,
} from "../client/json.ts";
import type { DataPoint, EventType, Metadata, Summary } from "../mod.ts";
import type { Hostnames } from "./hostnames.ts";
import { formatTime } from "./time.ts";

/** One line of a table: a cell for each column, in JSON. */
export interface Row {
  /** The names of the columns. */
  columns: readonly string[];
  /** The cells, in the order of the columns. */
  cells: readonly string[];
  /** Whether a list is printed as JSON in text formats too, and not joined with commas. */
  keepsLists?: boolean;
}

/** The columns that every row of data begins with. */
export const LEADING_COLUMNS = [
  "source",
  "destination",
  "event_type",
  "tool",
  "summary_type",
  "summary_window",
  "timestamp",
] as const;

/** What rows are to be made of. */
export interface RowRequest {
  /** The event type. */
  eventType: string;
  /** The kind of roll-up asked for. */
  summaryType?: string;
  /** Its window, in seconds. */
  summaryWindow: number;
  /** The zone that timestamps are printed in; UTC if absent. */
  outputZone?: string;
}

/** How the values of an event type become cells. */
interface Layout {
  /** The columns behind the leading ones. */
  columns: readonly string[];
  /** The cells behind the leading ones, for each row that a value makes; `bucket` is the width of histogram buckets. */
  cells(value: string, bucket: string): string[][];
  /** Whether a list stays one. */
  keepsLists?: boolean;
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

const LAYOUTS: Record<FormatClass | "statistics", Layout> = {
  numeric: { columns: ["value"], cells: (value) => [[value]] },
  generic: {
    columns: ["value"],
    cells: (value) => [[value]],
    keepsLists: true,
  },
  failures: {
    columns: ["msg"],
    cells: (value) => [[isObject(value) ? part(value, "error") : value]],
  },
  histogram: {
    columns: ["bucket", "value"],
    cells: (value, bucket) => [[bucket, value]],
  },
  statistics: {
    columns: STATISTICS.map(([column]) => column),
    cells: (value) => [STATISTICS.map(([, name]) => part(value, name))],
  },
  packet_trace: {
    columns: ["ttl", "query", "success", "ip", "rtt", "mtu", "error_message"],
    cells: (value) => items(value).map(hopCells),
  },
  subintervals: {
    columns: INTERVAL,
    cells: (value) => items(value).map(intervalCells),
  },
  number_list: {
    columns: ["stream_num", "value"],
    cells: (value) => items(value).map((item, at) => [String(at), item]),
  },
  subinterval_list: {
    columns: ["stream_num", ...INTERVAL],
    cells: (value) =>
      items(value).flatMap((stream, at) =>
        items(stream).map((
          interval,
        ) => [String(at), ...intervalCells(interval)])
      ),
  },
};

/** The columns of the rows of an event type. */
export function columnsOf(request: RowRequest): readonly string[] {
  return [...LEADING_COLUMNS, ...layoutOf(request).columns];
}

/** What a test has of what is asked for, if anything. */
export function seriesOf(
  metadata: Metadata,
  { eventType, summaryType, summaryWindow }: RowRequest,
): EventType | Summary | undefined {
  const found = metadata.getEventType(eventType);
  // Values that have no roll-ups are given raw, as the original does.
  const rollsUp = (eventTypeInfo(eventType)?.summaries.length ?? 1) > 0;
  return summaryType !== undefined && rollsUp
    ? found?.getSummary(summaryType, summaryWindow)
    : found;
}

/**
 * The rows of a series.
 *
 * @param metadata The test that it belongs to.
 * @param series Its data.
 * @param request What was asked for.
 * @param hostnames Names for addresses.
 * @param splitsTraces Whether a trace is a row of its own in front of its hops, as people read it.
 */
export async function* rowsOf(
  metadata: Metadata,
  series: EventType | Summary,
  request: RowRequest,
  hostnames: Hostnames,
  splitsTraces = false,
): AsyncGenerator<Row, void, void> {
  const layout = layoutOf(request);
  const isTrace = layout === LAYOUTS.packet_trace;
  const columns = columnsOf(request);
  const leading = await leadingCells(metadata, request, hostnames);
  const bucket = part(metadata.text, "sample-bucket-width");
  for await (const point of series.streamData()) {
    const lead = [...leading, timeCell(point, request.outputZone)];
    const rows = layout.cells(point.text, bucket);
    if (isTrace) await nameHops(rows, hostnames);
    const isSplit = isTrace && splitsTraces;
    if (isSplit) yield { columns: LEADING_COLUMNS, cells: lead };
    for (const cells of rows) {
      yield isSplit
        ? { columns: layout.columns, cells }
        : layout.keepsLists
        ? { columns, cells: [...lead, ...cells], keepsLists: true }
        : { columns, cells: [...lead, ...cells] };
    }
  }
}

function timeCell({ tsText, tsEpoch }: DataPoint, zone = "UTC"): string {
  if (tsText === "") return NULL;
  if (zone === "UTC") return encodeString(tsText);
  try {
    return encodeString(formatTime(tsEpoch, zone));
  } catch {
    return encodeString(tsText); // close to the ends of the calendar there is none in that zone
  }
}

/** An address as a cell that shows its name; JSON null if there is none. */
export async function nameCell(
  address: string | undefined,
  hostnames: Hostnames,
): Promise<string> {
  return address === undefined
    ? NULL
    : encodeString(await hostnames.show(address));
}

function layoutOf({ eventType, summaryType }: RowRequest): Layout {
  const formatClass = eventTypeInfo(eventType)?.formatClass ?? "generic";
  return formatClass === "histogram" && summaryType === "statistics"
    ? LAYOUTS.statistics
    : LAYOUTS[formatClass];
}

async function leadingCells(
  metadata: Metadata,
  { eventType, summaryType, summaryWindow }: RowRequest,
  hostnames: Hostnames,
): Promise<string[]> {
  const [source, destination] = await Promise.all([
    nameCell(metadata.source, hostnames),
    nameCell(metadata.destination, hostnames),
  ]);
  return [
    source!,
    destination!,
    encodeString(eventType),
    part(metadata.text, "tool-name"),
    encodeString(summaryType ?? "base"),
    String(summaryWindow),
  ];
}

function part(text: string, key: string): string {
  return isObject(text) ? member(text, key) ?? NULL : NULL;
}

/** The items of a list; nothing for null; what is neither is taken for the one item. */
function items(value: string): string[] {
  if (isArray(value)) return elements(value);
  return value === NULL ? [] : [value];
}

function intervalCells(interval: string): string[] {
  if (!isObject(interval)) return [NULL, NULL, interval];
  return ["start", "duration", "val"].map((key) => part(interval, key));
}

const HOP_IP = 3;

function hopCells(hop: string): string[] {
  const fields = isObject(hop) ? members(hop) : new Map<string, string>();
  return [
    ...["ttl", "query", "success", "ip", "rtt", "mtu"]
      .map((key) => fields.get(key) ?? NULL),
    // esmond writes the name with an underscore, elmond with a dash
    fields.get("error_message") ?? fields.get("error-message") ?? NULL,
  ];
}

async function nameHops(rows: string[][], hostnames: Hostnames): Promise<void> {
  await Promise.all(rows.map(async (cells) => {
    const ip = cells[HOP_IP]!;
    if (!ip.startsWith('"')) return;
    const address = JSON.parse(ip) as string;
    const name = await hostnames.show(address);
    if (name !== address) cells[HOP_IP] = encodeString(name);
  }));
}
