/**
 * From data points to flat rows, by one table of layouts.
 *
 * A cell is JSON text, exactly as the archive sent it: each format prints it in
 * its own way.
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
import type { Format } from "../names.ts";
import type { Hostnames } from "./hostnames.ts";
import { formatTime } from "../options/time.ts";

/** A row of a table: a cell for each column, in JSON. */
export interface Row {
  /**
   * The first columns: one object for all rows of a series, so that an output
   * has to print it once only.
   */
  lead?: Lead;
  /** The names of the columns after the lead. */
  columns: readonly string[];
  /** The cells after the lead, in the order of the columns. */
  cells: readonly string[];
  /** Seconds since 1970 UTC; `NaN` or absent for a row without a time. */
  tsEpoch?: number;
  /** Whether text formats print a list as JSON, and not joined with commas. */
  keepsLists?: boolean;
}

/** The first columns, which all rows of a series share. */
export interface Lead {
  /** The names of its columns. */
  columns: readonly string[];
  /** Its cells, in the order of the columns. */
  cells: readonly string[];
}

/** The type of a column, for formats that have types. */
export type CellType =
  | "text"
  | "time"
  | "integer"
  | "number"
  | "boolean"
  | "json";

/** Columns, in their order, and their types. */
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

/** What tells of which series a point is, in formats that leave nothing out. */
const IDENTITY = {
  archive: "text",
  metadata_key: "text",
  source: "text",
  destination: "text",
  measurement_agent: "text",
  tool: "text",
  event_type: "text",
  summary_type: "text",
  summary_window: "integer",
} as const satisfies ColumnTypes;

const IDENTITY_COLUMNS = Object.keys(IDENTITY);

const TIMESTAMP = { timestamp: "time" } as const satisfies ColumnTypes;

const TIME_COLUMNS = Object.keys(TIMESTAMP);

/** The first columns of every row of data. */
export const LEADING_COLUMNS: readonly string[] = [
  ...LEAD_COLUMNS,
  ...TIME_COLUMNS,
];

/** The data that rows are made of, and how much they tell. */
export interface RowRequest {
  /** The address of the archive; for ndjson alone. */
  archive?: string;
  /** The format; that of the original's columns if absent. */
  format?: Format;
  /** The event type. */
  eventType: string;
  /** The kind of roll-up; base data if absent. */
  summaryType?: string;
  /** The window of the roll-up, in seconds. */
  summaryWindow: number;
  /** The zone that timestamps are printed in; UTC if absent. */
  outputZone?: string;
}

/** How the values of an event type become cells. */
interface Layout {
  /** The columns after the leading ones. */
  types: ColumnTypes;
  /** Their names. */
  names: readonly string[];
  /** The same after that of the time. */
  columns: readonly string[];
  /**
   * The cells after the leading ones, for each row of a value; `bucket` is the
   * width of histogram buckets.
   */
  cells(value: string, bucket: string): string[][];
  /** Whether lists stay JSON in text formats. */
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

/** A point as it is: one row, with the exact text of its time and value. */
const POINT = layout({ ts: "number", value: "json" }, (value) => [[value]]);

/** The columns of the rows of an event type. */
export function columnsOf(request: RowRequest): readonly string[] {
  return Object.keys(typesOf(request));
}

/**
 * The types of these columns, which follow from the catalogue, not from the
 * values.
 */
export function typesOf(request: RowRequest): ColumnTypes {
  const lead = isWhole(request) ? IDENTITY : LEAD;
  return { ...lead, ...TIMESTAMP, ...layoutOf(request).types };
}

/** The series of a test that was asked for, if the test has it. */
export function seriesOf(
  metadata: Metadata,
  { eventType, summaryType, summaryWindow }: RowRequest,
): EventType | Summary | undefined {
  const found = metadata.getEventType(eventType);
  return summaryType !== undefined && rollsUp(eventType)
    ? found?.getSummary(summaryType, summaryWindow)
    : found;
}

/**
 * Whether there are roll-ups of an event type. Where there are none, base data
 * stands in, as in the original.
 */
function rollsUp(eventType: string): boolean {
  return (eventTypeInfo(eventType)?.summaries.length ?? 1) > 0;
}

/**
 * The points that a format shows. elmond's first window of a roll-up is asked
 * for from its beginning, so that it is whole; formats that keep to the time
 * asked for leave out a window that begins before it.
 */
export function shownPoints(
  points: DataPoint[],
  series: EventType | Summary,
  format: Format,
  start: number,
): DataPoint[] {
  const isMade = "summaryWindow" in series && series.summaryWindow > 0 &&
    typeof series.toJSON()["summary-window"] === "number";
  const isExact = format !== "ndjson" && format !== "parquet";
  return isMade && isExact
    ? points.filter(({ tsEpoch }) => !(tsEpoch < start))
    : points;
}

/**
 * The facts about a test that its rows repeat. It can be stored as JSON, and
 * keeps nothing else of the test in memory.
 */
export interface Subject {
  /** The address of the source. */
  source?: string;
  /** The address of the destination. */
  destination?: string;
  /** The key of the test, as JSON. */
  key: string;
  /** The measurement agent, as JSON. */
  agent: string;
  /** The tool, as JSON. */
  tool: string;
  /** The width of histogram buckets, as JSON. */
  bucket: string;
}

/** The facts about a test. */
export function subjectOf(metadata: Metadata): Subject {
  const { source, destination } = metadata;
  const fields = members(metadata.text);
  return detached({
    ...(source === undefined ? {} : { source }),
    ...(destination === undefined ? {} : { destination }),
    key: fields.get("metadata-key") ?? NULL,
    agent: fields.get("measurement-agent") ?? NULL,
    tool: fields.get("tool-name") ?? NULL,
    bucket: fields.get("sample-bucket-width") ?? NULL,
  });
}

/**
 * A copy: a substring keeps the whole text in memory, and some archives have
 * hundreds of thousands of tests.
 */
function detached(subject: Subject): Subject {
  return JSON.parse(JSON.stringify(subject));
}

/** Makes the rows of one series. */
export class SeriesRows {
  /** The first columns of all rows. */
  readonly lead: Lead;
  readonly #layout: Layout;
  readonly #bucket: string;
  readonly #zone: string;
  readonly #hostnames: Hostnames;
  readonly #splitsTraces: boolean;
  readonly #isWhole: boolean;
  /** The hops of the prepared points. */
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
    this.#isWhole = isWhole(request);
  }

  /**
   * Begins a series.
   *
   * @param subject The test.
   * @param request The data.
   * @param hostnames Names for addresses.
   * @param splitsTraces Whether a trace has a row of its own before its hops.
   */
  static async create(
    subject: Subject,
    request: RowRequest,
    hostnames: Hostnames,
    splitsTraces = false,
  ): Promise<SeriesRows> {
    const lead = isWhole(request)
      ? { columns: IDENTITY_COLUMNS, cells: identityCells(subject, request) }
      : {
        columns: LEAD_COLUMNS,
        cells: await leadingCells(subject, request, hostnames),
      };
    return new SeriesRows(
      lead,
      subject.bucket,
      request,
      hostnames,
      splitsTraces,
    );
  }

  /** The names of the columns after the lead. */
  get columns(): readonly string[] {
    return this.#layout.columns;
  }

  /**
   * Looks up the names of all hops of these points at once. To be called before
   * {@linkcode SeriesRows.rowsOf}, which shows hops by their addresses where it
   * does not know a name yet.
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

  /** The rows of a point. */
  rowsOf(point: DataPoint): readonly Row[] {
    const { lead } = this;
    const { names, columns, keepsLists } = this.#layout;
    const { tsEpoch } = point;
    const time = timeCell(point, this.#zone);
    if (this.#isWhole) {
      const cells = [time, point.epochText, point.text];
      return [{ lead, columns, cells, tsEpoch }];
    }
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
    // close to the ends of the calendar, that zone has no such time
    return encodeString(text);
  }
}

/** The name of an address as a cell; JSON null without an address. */
export async function nameCell(
  address: string | undefined,
  hostnames: Hostnames,
): Promise<string> {
  return address === undefined
    ? NULL
    : encodeString(await hostnames.show(address));
}

/** Whether rows are points as they are, told apart by all that identifies them. */
function isWhole({ format }: RowRequest): boolean {
  return format === "ndjson";
}

function layoutOf(request: RowRequest): Layout {
  if (isWhole(request)) return POINT;
  const { eventType, summaryType } = request;
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

/** Nothing here is looked up: these are the archive's own words. */
function identityCells(
  { source, destination, key, agent, tool }: Subject,
  { archive, eventType, summaryType, summaryWindow }: RowRequest,
): string[] {
  const isRollUp = summaryType !== undefined && rollsUp(eventType);
  return [
    textCell(archive),
    key,
    textCell(source),
    textCell(destination),
    agent,
    tool,
    encodeString(eventType),
    encodeString(isRollUp ? summaryType : "base"),
    String(isRollUp ? summaryWindow : 0),
  ];
}

function textCell(text: string | undefined): string {
  return text === undefined ? NULL : encodeString(text);
}

function part(text: string, key: string): string {
  return isObject(text) ? member(text, key) ?? NULL : NULL;
}

/** The items of a list, none for null; anything else is the only item. */
function items(value: string): string[] {
  if (isArray(value)) return elements(value);
  return value === NULL ? [] : [value];
}

function intervalCells(interval: string): string[] {
  if (!isObject(interval)) return [NULL, NULL, interval];
  return ["start", "duration", "val"].map((key) => part(interval, key));
}

const NO_FIELDS: ReadonlyMap<string, string> = new Map();

/** The index of the address in the cells of a hop. */
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
