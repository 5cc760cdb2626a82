/**
 * The data of a test: event types and their roll-ups.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import { DataPayload, type DataPoint } from "./data_point.ts";
import { FilterError } from "./errors.ts";
import {
  eventTypeInfo,
  type EventTypeValue,
  type SummaryType,
  type SummaryValue,
} from "./event_types.ts";
import { inspectsAsText } from "./inspect.ts";
import { sameWindow } from "./list.ts";
import { secondsOf } from "./parameters.ts";
import {
  asPoints,
  type PageRequest,
  type PointPage,
  readPages,
  type Service,
} from "./point_pages.ts";
import type { RowSeries, RowSubject } from "./rows.ts";
import { shown } from "./text.ts";
import { expectedOf } from "./value_shapes.ts";
import {
  type Dialect,
  type JsonValue,
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

/** What rows repeat of a series, and of its test. */
export interface SeriesFacts extends RowSeries {
  /** The test. */
  subject: RowSubject;
}

let eventTypeFacts: (given: object) => SeriesFacts | undefined;
let summaryFacts: (given: object) => SeriesFacts | undefined;

/** What rows repeat of a series; `undefined` if it is none. */
export function factsOf(given: unknown): SeriesFacts | undefined {
  return typeof given === "object" && given !== null
    ? eventTypeFacts(given) ?? summaryFacts(given)
    : undefined;
}

let eventTypePages: <Name extends string, V>(
  series: EventType<Name, V>,
  window?: StreamOptions,
) => AsyncGenerator<PointPage<V>, void, void>;
let summaryPages: <V>(
  series: Summary<V>,
  window?: StreamOptions,
) => AsyncGenerator<PointPage<V>, void, void>;

/**
 * The data of a series as from `streamPages()`, but as the archive sent it:
 * whoever does not need objects takes the bytes. A page must not be used once
 * the next one is asked for.
 */
export function pagesOf<V>(
  series: EventType<string, V> | Summary<V>,
  window?: StreamOptions,
): AsyncGenerator<PointPage<V>, void, void> {
  return series instanceof Summary
    ? summaryPages(series, window)
    : eventTypePages(series, window);
}

/** Makes an event type: only what was read from an archive is one. */
export let makeEventType: <Name extends string, V>(
  entry: WireEventType,
  dialect: Dialect,
  connection: Connection,
  subject: RowSubject,
) => EventType<Name, V>;

/**
 * One kind of measurement of a test, such as `throughput`, with its data and
 * roll-ups. Its values have the type of its name: see `EventTypeValue`.
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
export class EventType<
  out Name extends string = string,
  out V = EventTypeValue<Name>,
> {
  readonly #entry: WireEventType;
  readonly #dialect: Dialect;
  readonly #connection: Connection;
  readonly #subject: RowSubject;
  readonly #service: Service = {};

  static {
    inspectsAsText(this);
    makeEventType = (...given) => new EventType(...given);
    eventTypeFacts = (given) =>
      #subject in given
        ? {
          subject: given.#subject,
          eventType: given.eventType,
          summaryWindow: 0,
        }
        : undefined;
    eventTypePages = (series, window) => readPages(series.#request(window));
  }

  private constructor(
    entry: WireEventType,
    dialect: Dialect,
    connection: Connection,
    subject: RowSubject,
  ) {
    this.#entry = entry;
    this.#dialect = dialect;
    this.#connection = connection;
    this.#subject = subject;
  }

  /** Address of the base data: an absolute path without a host. */
  get baseUri(): string | undefined {
    return textOf(this.#entry["base-uri"]);
  }
  /** Its name. */
  get eventType(): Name {
    return this.#entry["event-type"] as Name;
  }
  /** `histogram` if the name starts with it, else `unspecified`. */
  get dataType(): string {
    return dataTypeOf(this.eventType);
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
   * `false` once the archive has refused data that it announces: then there are
   * no points. elmond does so for `histogram-ttl-reverse`.
   */
  get isServed(): boolean {
    return this.#service.isServed ?? true;
  }
  /** Type and window, in seconds, of each roll-up. */
  get summaries(): [type: string, window: number][] {
    return [...this.getAllSummaries()]
      .map((summary) => [summary.summaryType, summary.summaryWindow]);
  }

  /** The roll-ups, in the archive's order. */
  *getAllSummaries(): Generator<Summary, void, void> {
    for (const entry of listOf(this.#entry.summaries)) {
      if (typeof entry?.["summary-type"] !== "string") continue;
      yield makeSummary(
        entry,
        this.eventType,
        this.#dialect,
        this.#connection,
        this.#subject,
      );
    }
  }

  /**
   * One roll-up.
   *
   * @param type `aggregation`, `average` or `statistics`.
   * @param window Its window in seconds, as a number or as text.
   * @returns The roll-up, or `undefined` if the archive has none like it.
   * @throws {FilterError} when `type` is not text.
   */
  getSummary<Type extends SummaryType | (string & Record<never, never>)>(
    type: Type,
    window: string | number,
  ): Summary<SummaryValue<V, Type>> | undefined {
    requireName("getSummary", type);
    for (const summary of this.getAllSummaries()) {
      if (
        summary.summaryType === type &&
        sameWindow(summary.summaryWindow, window)
      ) return summary as Summary<SummaryValue<V, Type>>;
    }
    return undefined;
  }

  /**
   * All base data within the time filters, ordered by time.
   *
   * @returns The points; none, and `isServed` is `false`, if the archive
   * refuses what it announces.
   * @throws {ArchiveError} (one of its kinds) when they cannot be read
   * completely; it says how many had arrived.
   */
  async getData(): Promise<DataPayload<V>> {
    return await collect(this);
  }

  /**
   * The base data within the time filters, ordered by time, page by page in
   * constant memory.
   *
   * @returns An iterator; leaving its loop ends the pending request.
   * @throws {ArchiveError} (one of its kinds) when the data cannot be read
   * completely.
   */
  async *streamData(): AsyncGenerator<DataPoint<V>, void, void> {
    for await (const page of this.streamPages()) yield* page;
  }

  /**
   * The base data ordered by time, as from `streamData()`, but many points at a
   * time, which is much faster. Long series are read in slices of time side by
   * side.
   *
   * @param window Which points; default: those within the time filters.
   * @returns An iterator; leaving its loop ends the pending requests.
   * @throws {FilterError} for an invalid time.
   * @throws {ArchiveError} (one of its kinds) when the data cannot be read
   * completely.
   */
  streamPages(
    window?: StreamOptions,
  ): AsyncGenerator<DataPoint<V>[], void, void> {
    return asPoints(readPages(this.#request(window)));
  }

  #request(window?: StreamOptions): PageRequest {
    return {
      connection: this.#connection,
      name: this.eventType,
      dataType: this.dataType,
      expected: expectedOf(eventTypeInfo(this.eventType)?.shape),
      series: { uri: this.baseUri, dialect: this.#dialect, isRollUp: false },
      window,
      service: this.#service,
    };
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

/** Makes a roll-up: only what was read from an archive is one. */
export let makeSummary: <V>(
  entry: WireSummary,
  eventType: string,
  dialect: Dialect,
  connection: Connection,
  subject: RowSubject,
) => Summary<V>;

/**
 * A roll-up of an event type over windows of time. Its values have the type of
 * the event type and the kind of roll-up: see `SummaryValue`.
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
export class Summary<out V = JsonValue> {
  readonly #entry: WireSummary;
  readonly #eventType: string;
  readonly #dialect: Dialect;
  readonly #connection: Connection;
  readonly #subject: RowSubject;
  readonly #service: Service = {};

  static {
    inspectsAsText(this);
    makeSummary = (...given) => new Summary(...given);
    summaryFacts = (given) =>
      #subject in given
        ? {
          subject: given.#subject,
          eventType: given.#eventType,
          summaryType: given.summaryType,
          summaryWindow: given.summaryWindow,
        }
        : undefined;
    summaryPages = (series, window) => readPages(series.#request(window));
  }

  private constructor(
    entry: WireSummary,
    eventType: string,
    dialect: Dialect,
    connection: Connection,
    subject: RowSubject,
  ) {
    this.#entry = entry;
    this.#eventType = eventType;
    this.#dialect = dialect;
    this.#connection = connection;
    this.#subject = subject;
  }

  /** `aggregation`, `average` or `statistics`. */
  get summaryType(): string {
    return this.#entry["summary-type"]!;
  }
  /**
   * Its window in seconds; 0 is one value for each point, and `NaN` a window
   * that the archive sent no number for.
   */
  get summaryWindow(): number {
    return secondsOf(this.#entry["summary-window"]);
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
    return dataTypeOf(this.#eventType);
  }
  /**
   * `false` once the archive has refused data that it announces: then there are
   * no points.
   */
  get isServed(): boolean {
    return this.#service.isServed ?? true;
  }

  /**
   * All its data within the time filters, ordered by time.
   *
   * @returns The points; each has the time at which its window starts. None,
   * and `isServed` is `false`, if the archive refuses what it announces.
   * @throws {ArchiveError} (one of its kinds) when they cannot be read
   * completely.
   */
  async getData(): Promise<DataPayload<V>> {
    return await collect(this);
  }

  /**
   * Its data within the time filters, ordered by time, page by page in constant
   * memory.
   *
   * @returns An iterator; leaving its loop ends the pending request.
   * @throws {ArchiveError} (one of its kinds) when the data cannot be read
   * completely.
   */
  async *streamData(): AsyncGenerator<DataPoint<V>, void, void> {
    for await (const page of this.streamPages()) yield* page;
  }

  /**
   * Its data ordered by time, as from `streamData()`, but many points at a
   * time, which is much faster. Long series are read in slices of time side by
   * side.
   *
   * @param window Which points; default: those within the time filters.
   * @returns An iterator; leaving its loop ends the pending requests.
   * @throws {FilterError} for an invalid time.
   * @throws {ArchiveError} (one of its kinds) when the data cannot be read
   * completely.
   */
  streamPages(
    window?: StreamOptions,
  ): AsyncGenerator<DataPoint<V>[], void, void> {
    return asPoints(readPages(this.#request(window)));
  }

  #request(window?: StreamOptions): PageRequest {
    const seconds = this.summaryWindow;
    return {
      connection: this.#connection,
      name: `${this.summaryType} of ${this.#eventType}`,
      dataType: this.dataType,
      expected: expectedOf(
        this.summaryType === "statistics"
          ? "statistics"
          : eventTypeInfo(this.#eventType)?.shape,
      ),
      series: {
        uri: this.uri,
        dialect: this.#dialect,
        isRollUp: true,
        ...(seconds > 0 ? { window: seconds } : {}),
      },
      window,
      service: this.#service,
    };
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

/** `histogram` if the name of an event type starts with it. */
function dataTypeOf(eventType: string): string {
  return eventType.startsWith("histogram-") ? "histogram" : "unspecified";
}

/**
 * Refuses what cannot be a name, from code without types.
 *
 * @throws {FilterError} for anything but text.
 */
export function requireName(method: string, name: unknown): void {
  if (typeof name === "string") return;
  throw new FilterError(
    "name",
    `${method}() needs a name, as text, not ${shown(name)}`,
  );
}

async function collect<V>(
  series: Pick<Summary<V>, "dataType" | "isServed" | "streamPages">,
): Promise<DataPayload<V>> {
  const data: DataPoint<V>[] = [];
  for await (const page of series.streamPages()) data.push(...page);
  return new DataPayload(data, series.dataType, series.isServed);
}
