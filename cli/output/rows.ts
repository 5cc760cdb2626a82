/**
 * From data points to flat rows: one table, by how an event type is laid out.
 *
 * A cell is JSON text, exactly as the archive sent it, so that every output
 * format can print it in its own way.
 *
 * @module
 */

import { eventTypeInfo, type FormatClass } from "../../client/event_types.ts";
import {
  decodeString,
  elements,
  encodeString,
  isArray,
  isObject,
  member,
  members,
  NULL,
} from "../../client/json.ts";
import type { DataPoint, EventType, Metadata, Summary } from "../../mod.ts";
import type { Hostnames } from "./hostnames.ts";
import { formatTime } from "../options/time.ts";

/** One line of a table: a cell for each column, in JSON. */
export interface Row {
  /**
   * What it begins with: one object for all rows of a series, so that an output
   * need print it but once.
   */
  lead?: Lead;
  /** The names of the columns behind the lead. */
  columns: readonly string[];
  /** The cells behind the lead, in the order of the columns. */
  cells: readonly string[];
  /** When: seconds since 1970 UTC; `NaN` or absent for a row without a time. */
  tsEpoch?: number;
  /**
   * Whether a list is printed as JSON in text formats too, and not joined with
   * commas.
   */
  keepsLists?: boolean;
}

/** What the rows of a series have in common. */
export interface Lead {
  /** The names of its columns. */
  columns: readonly string[];
  /** Its cells, in the order of the columns. */
  cells: readonly string[];
}

/** What is in a column, for formats whose columns have a type. */
export type CellType =
  | "text"
  | "time"
  | "integer"
  | "number"
  | "boolean"
  | "json";

/** The names of columns, in their order, and what is in each. */
export type ColumnTypes = Readonly<Record<string, CellType>>;

const LEAD = {
  source: "text",
  destination: "text",
  event_type: "text",
  tool: "text",
  summary_type: "text",
  summary_window: "integer",
} as const satisfies ColumnTypes;

const LEAD_COLUMNS = Object.keys(LEAD);

const TIMESTAMP = { timestamp: "time" } as const satisfies ColumnTypes;

const TIME_COLUMNS = Object.keys(TIMESTAMP);

/** The columns that every row of data begins with. */
export const LEADING_COLUMNS: readonly string[] = [
  ...LEAD_COLUMNS,
  ...TIME_COLUMNS,
];

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
  types: ColumnTypes;
  /** Their names. */
  names: readonly string[];
  /** Their names behind that of the time. */
  columns: readonly string[];
  /**
   * The cells behind the leading ones, for each row that a value makes;
   * `bucket` is the width of histogram buckets.
   */
  cells(value: string, bucket: string): string[][];
  /** Whether a list stays one. */
  keepsLists: boolean;
}

function layout(
  types: ColumnTypes,
  cells: Layout["cells"],
  keepsLists = false,
): Layout {
  const names = Object.keys(types);
  const columns = [...TIME_COLUMNS, ...names];
  return { types, names, columns, cells, keepsLists };
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

const INTERVAL = {
  start: "number",
  duration: "number",
  value: "number",
} as const;

const LAYOUTS: Record<FormatClass | "statistics", Layout> = {
  numeric: layout({ value: "number" }, (value) => [[value]]),
  generic: layout({ value: "json" }, (value) => [[value]], true),
  failures: layout(
    { msg: "text" },
    (value) => [[isObject(value) ? part(value, "error") : value]],
  ),
  histogram: layout(
    { bucket: "number", value: "json" },
    (value, bucket) => [[bucket, value]],
  ),
  statistics: layout(
    {
      ...Object.fromEntries(
        STATISTICS.map(([column]) => [column, "number"] as const),
      ),
      mode: "json", // there can be several
    },
    (value) => {
      const fields = isObject(value) ? members(value) : NO_FIELDS;
      return [STATISTICS.map(([, name]) => fields.get(name) ?? NULL)];
    },
  ),
  packet_trace: layout(
    {
      ttl: "integer",
      query: "integer",
      success: "boolean",
      ip: "text",
      rtt: "number",
      mtu: "integer",
      error_message: "text",
    },
    (value) => items(value).map(hopCells),
  ),
  subintervals: layout(INTERVAL, (value) => items(value).map(intervalCells)),
  number_list: layout(
    { stream_num: "integer", value: "number" },
    (value) => items(value).map((item, at) => [String(at), item]),
  ),
  subinterval_list: layout(
    { stream_num: "integer", ...INTERVAL },
    (value) =>
      items(value).flatMap((stream, at) =>
        items(stream).map((
          interval,
        ) => [String(at), ...intervalCells(interval)])
      ),
  ),
};

/** The columns of the rows of an event type. */
export function columnsOf(request: RowRequest): readonly string[] {
  return Object.keys(typesOf(request));
}

/**
 * What is in each column of the rows of an event type: that is settled by the
 * catalogue, whatever the values are.
 */
export function typesOf(request: RowRequest): ColumnTypes {
  return { ...LEAD, ...TIMESTAMP, ...layoutOf(request).types };
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
 * What rows say of the test that they belong to. Holds on to nothing else, and
 * can be written down as JSON.
 */
export interface Subject {
  /** Address of the near end. */
  source?: string;
  /** Address of the far end. */
  destination?: string;
  /** The tool, as JSON. */
  tool: string;
  /** The width of histogram buckets, as JSON. */
  bucket: string;
}

/** What rows say of a test. */
export function subjectOf(metadata: Metadata): Subject {
  const { source, destination } = metadata;
  const fields = members(metadata.text);
  return detached({
    ...(source === undefined ? {} : { source }),
    ...(destination === undefined ? {} : { destination }),
    tool: fields.get("tool-name") ?? NULL,
    bucket: fields.get("sample-bucket-width") ?? NULL,
  });
}

/**
 * A copy. A part of a text keeps all of it in memory, and of some archives
 * hundreds of thousands of tests are read.
 */
function detached(subject: Subject): Subject {
  return JSON.parse(JSON.stringify(subject));
}

/** Makes the rows of one series. */
export class SeriesRows {
  /** What all rows begin with. */
  readonly lead: Lead;
  readonly #layout: Layout;
  readonly #bucket: string;
  readonly #zone: string;
  readonly #hostnames: Hostnames;
  readonly #splitsTraces: boolean;
  /** The hops of the points that were prepared for. */
  readonly #hops = new Map<DataPoint, string[][]>();

  private constructor(
    lead: Lead,
    bucket: string,
    request: RowRequest,
    hostnames: Hostnames,
    splitsTraces: boolean,
  ) {
    this.lead = lead;
    this.#layout = layoutOf(request);
    this.#bucket = bucket;
    this.#zone = request.outputZone ?? "UTC";
    this.#hostnames = hostnames;
    this.#splitsTraces = splitsTraces && this.#hasHops;
  }

  /**
   * Begins a series.
   *
   * @param subject The test that it belongs to.
   * @param request What was asked for.
   * @param hostnames Names for addresses.
   * @param splitsTraces Whether a trace is a row of its own in front of its
   * hops, as people read it.
   */
  static async create(
    subject: Subject,
    request: RowRequest,
    hostnames: Hostnames,
    splitsTraces = false,
  ): Promise<SeriesRows> {
    const cells = await leadingCells(subject, request, hostnames);
    return new SeriesRows(
      { columns: LEAD_COLUMNS, cells },
      subject.bucket,
      request,
      hostnames,
      splitsTraces,
    );
  }

  /** The names of the columns behind the lead. */
  get columns(): readonly string[] {
    return this.#layout.columns;
  }

  /**
   * Finds the names that the rows of these points need, all at once. To be
   * called before {@linkcode SeriesRows.rowsOf}: hops whose names are not known
   * by then are shown by their addresses.
   */
  prepare(points: readonly DataPoint[]): Promise<void> | void {
    if (!this.#hasHops) return;
    this.#hops.clear();
    const unknown = new Set<Promise<string>>();
    for (const point of points) {
      const hops = this.#layout.cells(point.text, this.#bucket);
      this.#hops.set(point, hops);
      for (const cells of hops) {
        const address = addressOf(cells);
        const name = address && this.#hostnames.show(address);
        if (name instanceof Promise) unknown.add(name);
      }
    }
    if (unknown.size > 0) return Promise.all(unknown).then(() => {});
  }

  /** The rows that a point makes. */
  rowsOf(point: DataPoint): readonly Row[] {
    const { lead } = this;
    const { names, columns, keepsLists } = this.#layout;
    const { tsEpoch } = point;
    const time = timeCell(point, this.#zone);
    const values = this.#valuesOf(point);
    return this.#splitsTraces
      ? [
        { lead, columns: TIME_COLUMNS, cells: [time], tsEpoch, keepsLists },
        ...values.map((cells) => ({ columns: names, cells })),
      ]
      : values.map((cells) => ({
        lead,
        columns,
        cells: [time, ...cells],
        tsEpoch,
        keepsLists,
      }));
  }

  get #hasHops(): boolean {
    return this.#layout === LAYOUTS.packet_trace;
  }

  #valuesOf(point: DataPoint): string[][] {
    const values = this.#hops.get(point) ??
      this.#layout.cells(point.text, this.#bucket);
    if (this.#hasHops) { for (const cells of values) this.#nameHop(cells); }
    return values;
  }

  #nameHop(cells: string[]): void {
    const address = addressOf(cells);
    const name = address && this.#hostnames.show(address);
    if (typeof name === "string" && name !== address) {
      cells[HOP_IP] = encodeString(name);
    }
  }
}

function timeCell(point: DataPoint, zone: string): string {
  const text = point.tsText;
  if (text === "") return NULL;
  if (zone === "UTC") return `"${text}"`;
  try {
    return encodeString(formatTime(point.tsEpoch, zone));
  } catch {
    // close to the ends of the calendar there is none in that zone
    return encodeString(text);
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
  { source, destination, tool }: Subject,
  { eventType, summaryType, summaryWindow }: RowRequest,
  hostnames: Hostnames,
): Promise<string[]> {
  const [from, to] = await Promise.all([
    nameCell(source, hostnames),
    nameCell(destination, hostnames),
  ]);
  return [
    from,
    to,
    encodeString(eventType),
    tool,
    encodeString(summaryType ?? "base"),
    String(summaryWindow),
  ];
}

function part(text: string, key: string): string {
  return isObject(text) ? member(text, key) ?? NULL : NULL;
}

/**
 * The items of a list; nothing for null; what is neither is taken for the one
 * item.
 */
function items(value: string): string[] {
  if (isArray(value)) return elements(value);
  return value === NULL ? [] : [value];
}

function intervalCells(interval: string): string[] {
  if (!isObject(interval)) return [NULL, NULL, interval];
  return ["start", "duration", "val"].map((key) => part(interval, key));
}

const NO_FIELDS: ReadonlyMap<string, string> = new Map();

/** Where the address is among the cells of a hop. */
const HOP_IP = 3;

function hopCells(hop: string): string[] {
  const fields = isObject(hop) ? members(hop) : NO_FIELDS;
  return [
    ...["ttl", "query", "success", "ip", "rtt", "mtu"]
      .map((key) => fields.get(key) ?? NULL),
    // esmond writes the name with an underscore, elmond with a dash
    fields.get("error_message") ?? fields.get("error-message") ?? NULL,
  ];
}

function addressOf(hop: string[]): string | undefined {
  const ip = hop[HOP_IP]!;
  return ip.startsWith('"') ? decodeString(ip) : undefined;
}
