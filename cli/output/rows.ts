/**
 * From data points to flat rows: with the names of hosts, and what a format or
 * `--with` adds.
 *
 * @module
 */

import { eventTypeInfo } from "../../client/event_types.ts";
import {
  decodeString,
  dumps,
  encodeString,
  members,
  NULL,
} from "../../client/json.ts";
import {
  HOP_IP,
  type Layout,
  layoutOf,
  LAYOUTS,
  restCell,
  type ValueRow,
} from "../../client/layouts.ts";
import {
  type Lead,
  leadOf,
  type Row,
  rowColumns,
  type RowSeries,
  type RowSubject,
  textCell,
  TIME_COLUMN,
  timeCell,
} from "../../client/rows.ts";
import type { DataPoint, EventType, Metadata, Summary } from "../../mod.ts";
import type { Format } from "../names.ts";
import type { Hostnames } from "./hostnames.ts";
import { formatTime } from "../options/time.ts";
import { ADDRESSES, ARCHIVE, cellOf, columnOf, EXTRA } from "./added.ts";
import type { Unshown } from "./unshown.ts";

/** What tells of which series a point is, in formats that leave nothing out. */
export const IDENTITY_COLUMNS: readonly string[] = [
  "archive",
  "metadata_key",
  "source",
  "destination",
  "measurement_agent",
  "tool",
  "event_type",
  "summary_type",
  "summary_window",
];

/** What a point has in formats that leave nothing out: the exact text of it. */
const POINT_COLUMNS = [TIME_COLUMN, "ts", "value"];

/** The same where the time is not a cell, as in Parquet. */
const VALUE_COLUMNS = ["value"];

/** The data that rows are made of, and how much they tell. */
export interface RowRequest extends RowSeries {
  /** The address of the archive, for formats that leave nothing out. */
  archive?: string;
  /** The format; that of the original's columns if absent. */
  format?: Format;
  /** The zone that timestamps are printed in; UTC if absent. */
  outputZone?: string;
  /**
   * What is added to the original's columns: parameters of the test by their
   * wire names, and {@linkcode EXTRA}.
   *
   * @default {[]}
   */
  added?: readonly string[];
}

/** The columns of the rows of what was asked for. */
export function columnsFor(request: RowRequest): readonly string[] {
  if (isWhole(request)) {
    const isParquet = request.format === "parquet";
    const own = isParquet ? VALUE_COLUMNS : POINT_COLUMNS;
    return [...IDENTITY_COLUMNS, ...own];
  }
  const columns = [...rowColumns(request), ...parameterColumns(request)];
  return request.added?.includes(EXTRA) ? [...columns, EXTRA] : columns;
}

/** The parameters that are added, but for those that are there anyway. */
function parameterColumns(request: RowRequest): string[] {
  const columns = rowColumns(request);
  return (request.added ?? []).map(columnOf)
    .filter((column) => column !== EXTRA && !columns.includes(column));
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
 * The facts about a test that its rows repeat. It can be stored as JSON, and
 * keeps nothing else of the test in memory.
 */
export interface Subject extends RowSubject {
  /** The key of the test, as JSON. */
  key: string;
  /** What tells a test without a key from others: its address. */
  address?: string;
  /** The measurement agent, as JSON. */
  agent: string;
  /** The parameters that are added to the columns, as JSON by their columns. */
  added?: Record<string, string>;
}

/**
 * The facts about a test.
 *
 * @param metadata The test.
 * @param added The parameters that are added to the columns, by wire name.
 */
export function subjectOf(
  metadata: Metadata,
  added: readonly string[] = [],
): Subject {
  const { source, destination, metadataKey, uri } = metadata;
  const fields = members(metadata.text);
  if (added.includes(ARCHIVE)) {
    fields.set(ARCHIVE, encodeString(metadata.archive));
  }
  return detached({
    ...(source === undefined ? {} : { source }),
    ...(destination === undefined ? {} : { destination }),
    key: fields.get("metadata-key") ?? NULL,
    ...(metadataKey === undefined && uri !== undefined ? { address: uri } : {}),
    agent: fields.get("measurement-agent") ?? NULL,
    tool: fields.get("tool-name") ?? NULL,
    bucket: fields.get("sample-bucket-width") ?? NULL,
    ...(added.length === 0 ? {} : {
      added: Object.fromEntries(
        added.map((name) => [columnOf(name), cellOf(fields, name) ?? NULL]),
      ),
    }),
  });
}

/**
 * A copy of JSON values: a substring keeps the whole text in memory, and some
 * archives have hundreds of thousands of tests.
 */
export function detached<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

/** Settings of {@linkcode SeriesRows.create}. */
export interface SeriesRowsOptions {
  /**
   * Whether a trace has a row of its own before its hops.
   *
   * @default {false}
   */
  splitsTraces?: boolean;
  /** Told of what the rows do not show. */
  unshown?: Unshown;
}

/** Makes the rows of one series. */
export class SeriesRows {
  /** The first columns of all rows. */
  readonly lead: Lead;
  /** The names of the columns after the lead. */
  readonly columns: readonly string[];
  /** What was asked for. */
  readonly request: RowRequest;
  readonly #layout: Layout;
  readonly #bucket: string;
  readonly #zone: string;
  readonly #hostnames: Hostnames;
  readonly #splitsTraces: boolean;
  readonly #isWhole: boolean;
  readonly #hasExtra: boolean;
  readonly #unshown: Unshown | undefined;
  /** The parameters of the test that are added to the columns. */
  readonly #parameters: Lead;
  readonly #traceColumns: readonly string[];
  readonly #hopColumns: readonly string[];
  /** The hops of the prepared points. */
  readonly #hops = new Map<DataPoint, ValueRow[]>();

  private constructor(
    lead: Lead,
    parameters: Lead,
    bucket: string,
    request: RowRequest,
    hostnames: Hostnames,
    { splitsTraces = false, unshown }: SeriesRowsOptions,
  ) {
    this.lead = lead;
    this.request = request;
    this.#layout = layoutOf(request.eventType, request.summaryType);
    this.#bucket = bucket;
    this.#zone = request.outputZone ?? "UTC";
    this.#hostnames = hostnames;
    this.#isWhole = isWhole(request);
    this.#splitsTraces = splitsTraces && this.#hasHops;
    this.#hasExtra = request.added?.includes(EXTRA) ?? false;
    this.#unshown = unshown;
    this.#parameters = parameters;
    this.columns = columnsFor(request).slice(lead.columns.length);
    this.#traceColumns = [TIME_COLUMN, ...parameters.columns];
    this.#hopColumns = [
      ...this.#layout.names,
      ...(this.#hasExtra ? [EXTRA] : []),
    ];
  }

  /**
   * Begins a series.
   *
   * @param subject The test.
   * @param request The data.
   * @param hostnames Names for addresses.
   * @param options How rows are made.
   */
  static async create(
    subject: Subject,
    request: RowRequest,
    hostnames: Hostnames,
    options: SeriesRowsOptions = {},
  ): Promise<SeriesRows> {
    const lead = isWhole(request)
      ? { columns: IDENTITY_COLUMNS, cells: identityCells(subject, request) }
      : leadOf(
        request,
        subject.tool,
        await Promise.all([
          nameCell(subject.source, hostnames),
          nameCell(subject.destination, hostnames),
        ]),
      );
    return new SeriesRows(
      lead,
      await parametersOf(subject, request, hostnames),
      subject.bucket,
      request,
      hostnames,
      options,
    );
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
      const hops = this.#layout.rows(point.text, this.#bucket);
      this.#hops.set(point, hops);
      for (const { cells } of hops) {
        const address = addressOf(cells);
        const name = address && this.#hostnames.show(address);
        if (name instanceof Promise) unknown.add(name);
      }
    }
    if (unknown.size > 0) return Promise.all(unknown).then(() => {});
  }

  /** The rows of a point. */
  rowsOf(point: DataPoint): readonly Row[] {
    const { columns, lead } = this;
    const { keepsLists } = this.#layout;
    const { tsEpoch } = point;
    if (this.request.format === "parquet") {
      return [{ lead, columns, cells: [point.text], tsEpoch }];
    }
    const time = this.#timeCell(point);
    if (this.#isWhole) {
      const cells = [time, point.epochText, point.text];
      return [{ lead, columns, cells, tsEpoch }];
    }
    const values = this.#valuesOf(point);
    const parameters = this.#parameters.cells;
    return this.#splitsTraces
      ? [
        {
          ...{ lead, columns: this.#traceColumns, tsEpoch, keepsLists },
          cells: [time, ...parameters],
        },
        ...values.map((row) => ({
          columns: this.#hopColumns,
          cells: this.#hasExtra
            ? [...row.cells, this.#extraOf(row)]
            : row.cells,
        })),
      ]
      : values.map((row) => {
        const cells = [time, ...row.cells];
        if (parameters.length > 0) cells.push(...parameters);
        if (this.#hasExtra) cells.push(this.#extraOf(row));
        return { lead, columns, cells, tsEpoch, keepsLists };
      });
  }

  /**
   * The row of a number; `undefined` unless it has one, which shows nothing
   * else of the point than its time in UTC and its value.
   */
  rowOfNumber(point: DataPoint): Row | undefined {
    if (this.#zone !== "UTC" || this.#splitsTraces) return undefined;
    const isShown = this.#isWhole ||
      !this.#layout.rows(point.text, this.#bucket).some(hasRest);
    const rows = isShown ? this.rowsOf(point) : [];
    return rows.length === 1 ? rows[0] : undefined;
  }

  /** What all rows have of their test. */
  get facts(): string {
    return [...this.lead.cells, ...this.#parameters.cells].join();
  }

  get #hasHops(): boolean {
    return this.#layout === LAYOUTS.packet_trace && !this.#isWhole;
  }

  #timeCell(point: DataPoint): string {
    const cell = timeCell(point);
    if (this.#zone === "UTC" || cell === NULL) return cell;
    try {
      return encodeString(formatTime(point.tsEpoch, this.#zone));
    } catch {
      return cell; // close to the ends of the calendar, that zone has no such time
    }
  }

  #valuesOf(point: DataPoint): ValueRow[] {
    const isTrace = this.#hasHops;
    const values = isTrace && this.#hops.get(point) ||
      this.#layout.rows(point.text, this.#bucket);
    if (isTrace) { for (const { cells } of values) this.#nameHop(cells); }
    return values.some(hasRest)
      ? values.filter((row) => this.#isShown(row))
      : values;
  }

  /** Whether there is such a row; tells of what it does not show. */
  #isShown(row: ValueRow): boolean {
    if (row.isBare && this.#splitsTraces) return false; // the trace has one
    if (row.rest === undefined || this.#hasExtra) return true;
    this.#unshown?.take(this.request.eventType, row);
    return !row.isBare;
  }

  #extraOf({ rest }: ValueRow): string {
    const cell = restCell(rest);
    const isText = rest !== undefined && this.request.format !== "json";
    return isText ? encodeString(dumps(cell)) : cell;
  }

  #nameHop(cells: string[]): void {
    const address = addressOf(cells);
    const name = address && this.#hostnames.show(address);
    if (typeof name === "string" && name !== address) {
      cells[HOP_IP] = encodeString(name);
    }
  }
}

function hasRest({ rest }: ValueRow): boolean {
  return rest !== undefined;
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
export function isWhole({ format }: Pick<RowRequest, "format">): boolean {
  return format === "ndjson" || format === "parquet";
}

async function parametersOf(
  { added = {} }: Subject,
  request: RowRequest,
  hostnames: Hostnames,
): Promise<Lead> {
  const columns = parameterColumns(request);
  const cells = columns.map((column) => shownCell(column, added, hostnames));
  return { columns, cells: await Promise.all(cells) };
}

/** The cell of a column: an address is shown by its name. */
async function shownCell(
  column: string,
  cells: Readonly<Record<string, string>>,
  hostnames: Hostnames,
): Promise<string> {
  const cell = cells[column] ?? NULL;
  const isAddress = ADDRESSES.includes(column) && cell.startsWith('"');
  return isAddress ? await nameCell(decodeString(cell), hostnames) : cell;
}

/** Nothing here is looked up: these are the archive's own words. */
function identityCells(
  { source, destination, key, address, agent, tool }: Subject,
  { archive, format, eventType, summaryType, summaryWindow }: RowRequest,
): string[] {
  const isRollUp = summaryType !== undefined && rollsUp(eventType);
  return [
    textCell(archive),
    // In one table, rows of different tests must not be the same.
    key === NULL && format === "parquet" ? textCell(address) : key,
    textCell(source),
    textCell(destination),
    agent,
    tool,
    encodeString(eventType),
    encodeString(isRollUp ? summaryType : "base"),
    String(isRollUp ? summaryWindow : 0),
  ];
}

function addressOf(hop: string[]): string | undefined {
  const ip = hop[HOP_IP]!;
  return ip.startsWith('"') ? decodeString(ip) : undefined;
}
