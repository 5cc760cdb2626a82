/**
 * The data of a test: event types and their roll-ups.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import { DataHistogram, DataPayload, DataPoint } from "./data_point.ts";
import { ApiFilters } from "./filters.ts";
import { inspectsAsText } from "./inspect.ts";
import { sameWindow } from "./list.ts";
import { readSeries, type Series } from "./series.ts";
import {
  type Dialect,
  listOf,
  type WireEventType,
  type WireSummary,
} from "./wire.ts";

/**
 * Which points to read, if not those within the time filters.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters, type StreamOptions } from "@esmond/client";
 *
 * const options: StreamOptions = { timeStart: 1456790400, timeEnd: 1456876799 };
 * const conn = new ApiConnect("http://archive.example.net/", new ApiFilters({ eventType: "throughput" }));
 * for await (const md of conn.getMetadata()) {
 *   for await (const page of md.getEventType("throughput")!.streamPages(options)) console.log(page.length);
 * }
 * ```
 */
export interface StreamOptions {
  /** From this second on, inclusive: seconds since 1970 UTC. */
  timeStart: number;
  /** Up to this second, inclusive: seconds since 1970 UTC. */
  timeEnd: number;
}

/**
 * One kind of measurement of a test, such as `throughput`, with its data and
 * roll-ups.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters } from "@esmond/client";
 *
 * const filters = new ApiFilters({ eventType: "histogram-owdelay" });
 * for await (const md of new ApiConnect("http://archive.example.net/", filters).getMetadata()) {
 *   const et = md.getEventType("histogram-owdelay");
 *   console.log(et?.dataType, et?.summaries); // "histogram" [ [ "aggregation", "3600" ], … ]
 * }
 * ```
 */
export class EventType {
  readonly #entry: WireEventType;
  readonly #dialect: Dialect;
  readonly #connection: Connection;

  static {
    inspectsAsText(this);
  }

  /** @internal */
  constructor(entry: WireEventType, dialect: Dialect, connection: Connection) {
    this.#entry = entry;
    this.#dialect = dialect;
    this.#connection = connection;
  }

  /** Address of the base data: an absolute path without a host. */
  get baseUri(): string | undefined {
    return textOf(this.#entry["base-uri"]);
  }
  /** Its name. */
  get eventType(): string {
    return this.#entry["event-type"]!;
  }
  /** `histogram` if the name starts with it, else `unspecified`. */
  get dataType(): string {
    return this.eventType.startsWith("histogram-")
      ? "histogram"
      : "unspecified";
  }
  /**
   * Time of the last write (esmond), or when the task was added (elmond):
   * seconds since 1970 UTC.
   */
  get timeUpdated(): number | undefined {
    const seconds = this.#entry["time-updated"];
    return typeof seconds === "number" ? seconds : undefined;
  }
  /**
   * Type and window of each roll-up; the window is seconds, as text (esmond) or
   * a number (elmond).
   */
  get summaries(): [type: string, window: string | number][] {
    return [...this.getAllSummaries()]
      .map((summary) => [summary.summaryType, summary.summaryWindow]);
  }

  /** The roll-ups, in the archive's order. */
  *getAllSummaries(): Generator<Summary, void, void> {
    for (const entry of listOf(this.#entry.summaries)) {
      if (typeof entry?.["summary-type"] !== "string") continue;
      yield new Summary(entry, this.dataType, this.#dialect, this.#connection);
    }
  }

  /**
   * One roll-up.
   *
   * @param type `aggregation`, `average` or `statistics`.
   * @param window Its window in seconds, as a number or as text.
   * @returns The roll-up, or `undefined` if the archive has none like it.
   */
  getSummary(type: string, window: string | number): Summary | undefined {
    for (const summary of this.getAllSummaries()) {
      if (
        summary.summaryType === type &&
        sameWindow(summary.summaryWindow, window)
      ) return summary;
    }
    return undefined;
  }

  /**
   * All base data within the time filters, ordered by time.
   *
   * @returns The points.
   * @throws {ArchiveError} (one of its kinds) when they cannot be read
   * completely; it says how many had arrived.
   */
  async getData(): Promise<DataPayload> {
    return await collect(this.streamPages(), this.dataType);
  }

  /**
   * The base data within the time filters, ordered by time, page by page in
   * constant memory.
   *
   * @returns An iterator; leaving its loop ends the pending request.
   * @throws {ArchiveError} (one of its kinds) when the data cannot be read
   * completely.
   */
  async *streamData(): AsyncGenerator<DataPoint, void, void> {
    for await (const page of this.streamPages()) yield* page;
  }

  /**
   * The base data ordered by time, as from {@linkcode EventType.streamData},
   * but many points at a time, which is much faster. Long series are read in
   * slices of time side by side.
   *
   * @param window Which points; default: those within the time filters.
   * @returns An iterator; leaving its loop ends the pending requests.
   * @throws {FilterError} for an invalid time.
   * @throws {ArchiveError} (one of its kinds) when the data cannot be read
   * completely.
   */
  streamPages(window?: StreamOptions): AsyncGenerator<DataPoint[], void, void> {
    return readPages(
      this.#connection,
      { uri: this.baseUri, dialect: this.#dialect, isRollUp: false },
      this.dataType,
      window,
    );
  }

  /** The event type as indented JSON, for debugging. */
  get dump(): string {
    return JSON.stringify(this.#entry, null, 4);
  }

  /** The event type as the archive sent it. */
  toJSON(): WireEventType {
    return this.#entry;
  }

  /** `<EventType/NAME: uri:BASE-URI>`. */
  toString(): string {
    return `<EventType/${this.eventType}: uri:${this.baseUri ?? "None"}>`;
  }
}

/**
 * A roll-up of an event type over windows of time.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters } from "@esmond/client";
 *
 * const filters = new ApiFilters({ eventType: "packet-loss-rate" });
 * for await (const md of new ApiConnect("http://archive.example.net/", filters).getMetadata()) {
 *   const hourly = md.getEventType("packet-loss-rate")?.getSummary("aggregation", 3600);
 *   const payload = await hourly?.getData();
 *   for (const dp of payload?.data ?? []) console.log(dp.tsEpoch, dp.val); // a fraction from 0 to 1
 * }
 * ```
 */
export class Summary {
  readonly #entry: WireSummary;
  readonly #dataType: string;
  readonly #dialect: Dialect;
  readonly #connection: Connection;

  static {
    inspectsAsText(this);
  }

  /** @internal */
  constructor(
    entry: WireSummary,
    dataType: string,
    dialect: Dialect,
    connection: Connection,
  ) {
    this.#entry = entry;
    this.#dataType = dataType;
    this.#dialect = dialect;
    this.#connection = connection;
  }

  /** `aggregation`, `average` or `statistics`. */
  get summaryType(): string {
    return this.#entry["summary-type"]!;
  }
  /**
   * Seconds, as text (esmond) or a number (elmond); 0 is one value for each
   * point.
   */
  get summaryWindow(): string | number {
    const window: unknown = this.#entry["summary-window"];
    return typeof window === "number" ? window : textOf(window) ?? 0;
  }
  /** Address of the data: an absolute path without a host. */
  get uri(): string | undefined {
    return textOf(this.#entry.uri);
  }
  /**
   * The data type of its event type, also for statistics: `histogram` or
   * `unspecified`.
   */
  get dataType(): string {
    return this.#dataType;
  }

  /**
   * All its data within the time filters, ordered by time.
   *
   * @returns The points; each has the time at which its window starts.
   * @throws {ArchiveError} (one of its kinds) when they cannot be read
   * completely.
   */
  async getData(): Promise<DataPayload> {
    return await collect(this.streamPages(), this.dataType);
  }

  /**
   * Its data within the time filters, ordered by time, page by page in constant
   * memory.
   *
   * @returns An iterator; leaving its loop ends the pending request.
   * @throws {ArchiveError} (one of its kinds) when the data cannot be read
   * completely.
   */
  async *streamData(): AsyncGenerator<DataPoint, void, void> {
    for await (const page of this.streamPages()) yield* page;
  }

  /**
   * Its data ordered by time, as from {@linkcode Summary.streamData}, but many
   * points at a time, which is much faster. Long series are read in slices of
   * time side by side.
   *
   * @param window Which points; default: those within the time filters.
   * @returns An iterator; leaving its loop ends the pending requests.
   * @throws {FilterError} for an invalid time.
   * @throws {ArchiveError} (one of its kinds) when the data cannot be read
   * completely.
   */
  streamPages(window?: StreamOptions): AsyncGenerator<DataPoint[], void, void> {
    const seconds = Number(this.summaryWindow);
    return readPages(
      this.#connection,
      {
        uri: this.uri,
        dialect: this.#dialect,
        isRollUp: true,
        ...(seconds > 0 ? { window: seconds } : {}),
      },
      this.dataType,
      window,
    );
  }

  /** The roll-up as indented JSON, for debugging. */
  get dump(): string {
    return JSON.stringify(this.#entry, null, 4);
  }

  /** The roll-up as the archive sent it. */
  toJSON(): WireSummary {
    return this.#entry;
  }

  /** `<Summary/TYPE: window:WINDOW>`. */
  toString(): string {
    return `<Summary/${this.summaryType}: window:${this.summaryWindow}>`;
  }
}

/** The value if it is a string: an archive may send anything instead. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The points of a series, page by page. */
async function* readPages(
  connection: Connection,
  series: Series,
  dataType: string,
  window: StreamOptions | undefined,
): AsyncGenerator<DataPoint[], void, void> {
  const Point = dataType === "histogram" ? DataHistogram : DataPoint;
  const times = window === undefined
    ? connection.filters.timeFilters
    : new ApiFilters({ ...window }).timeFilters;
  for await (const page of readSeries(connection, series, times)) {
    for (let from = 0; from < page.length; from += READY) {
      yield page.slice(from, from + READY)
        .map(({ point, text }) => new Point(point, text));
    }
    page.release();
  }
}

/**
 * How many points are converted at a time: objects are much larger than their
 * texts.
 */
const READY = 200;

async function collect(
  pages: AsyncIterable<DataPoint[]>,
  dataType: string,
): Promise<DataPayload> {
  const data: DataPoint[] = [];
  for await (const page of pages) for (const point of page) data.push(point);
  return new DataPayload(data, dataType);
}
