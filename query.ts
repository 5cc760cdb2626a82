/**
 * Reading a perfSONAR measurement archive: find tests, and read what they
 * measured.
 *
 * {@linkcode ApiFilters} says what to look for, {@linkcode ApiConnect} finds
 * the tests ({@linkcode Metadata}) that match; each has event types ({@linkcode
 * EventType}) and those have roll-ups ({@linkcode Summary}); both of them give
 * data. Works with esmond and with elmond, its successor, and imports nothing
 * but web standards.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters } from "@esmond/client";
 *
 * const filters = new ApiFilters({ source: "192.0.2.11", toolName: "bwctl/iperf3" });
 * filters.timeStart = new Date("2016-03-01");
 * filters.timeEnd = new Date("2016-03-03");
 * const conn = new ApiConnect("http://archive.example.net/", filters);
 *
 * for await (const md of conn.getMetadata()) {
 *   console.log(`${md}`, md.destination);
 *   const throughput = md.getEventType("throughput");
 *   if (throughput === undefined) continue;
 *   for await (const dp of throughput.streamData()) {
 *     console.log(dp.ts.toISOString(), dp.val, "bits/s");
 *   }
 * }
 * ```
 *
 * @module
 */

import { Archive } from "./client/access.ts";
import { FilterError } from "./client/errors.ts";
import { ArchiveAddress } from "./client/http.ts";
import { display, isObject, member } from "./client/json.ts";
import { listTests, sameWindow } from "./client/list.ts";
import {
  FIRST_SECOND,
  METADATA_FILTERS,
  secondsOf,
  TIME_FILTERS,
  withoutEnd,
} from "./client/parameters.ts";
import { readSeries, type Series } from "./client/series.ts";
import { sideBySide } from "./client/side_by_side.ts";
import {
  type Dialect,
  dialectOf,
  type JsonValue,
  listOf,
  type WireEventType,
  type WireMetadata,
  type WirePoint,
  type WireSummary,
} from "./client/wire.ts";

export type {
  JsonValue,
  WireEventType,
  WireMetadata,
  WirePoint,
  WireSummary,
} from "./client/wire.ts";

/**
 * What {@linkcode ApiFilters} can begin with: any of its properties.
 *
 * @example Usage
 * ```ts
 * import { ApiFilters, type ApiFiltersOptions } from "@esmond/client";
 *
 * const options: ApiFiltersOptions = { source: "192.0.2.10", timeRange: 3600 };
 * console.log(new ApiFilters(options).timeFilters); // { "time-range": 3600 }
 * ```
 */
export interface ApiFiltersOptions {
  /** The key of one test. */
  metadataKey?: string;
  /** Address or host name of the far end. */
  destination?: string;
  /** The far end as the tester wrote it. */
  inputDestination?: string;
  /** The near end as the tester wrote it. */
  inputSource?: string;
  /** Address or host name of the host that started the test. */
  measurementAgent?: string;
  /** Address or host name of the near end. */
  source?: string;
  /** The tool, such as `bwctl/iperf3`. */
  toolName?: string;
  /** Only tests that measure this, such as `throughput`. */
  eventType?: string;
  /** `point-to-point` or `network-element`. */
  subjectType?: string;
  /** `aggregation`, `average` or `statistics`. */
  summaryType?: string;
  /** The window of a roll-up, in seconds. */
  summaryWindow?: string | number;
  /** Exactly this second: a `Date`, or seconds since 1970 UTC. */
  time?: Date | number | string;
  /** From this second on, inclusive. */
  timeStart?: Date | number | string;
  /** Up to this second, inclusive. */
  timeEnd?: Date | number | string;
  /** This many seconds, from the start, before the end, or before now. */
  timeRange?: number | string;
  /**
   * Report every request to `log`.
   *
   * @default {false}
   */
  verbose?: boolean;
  /**
   * Seconds without a byte after which a request is given up, as is one that
   * brings less than 50 bytes a second for three times as long; 0 for no limit.
   *
   * @default {20}
   */
  timeout?: number;
  /**
   * Whether certificates are verified; `false` needs a `fetch` that does not
   * (see {@linkcode ApiConnectOptions}).
   *
   * @default {true}
   */
  sslVerify?: boolean;
  /** The user that the key belongs to; it is not sent. */
  authUsername?: string;
  /** The API key; sent only to the archive named. */
  authApikey?: string;
}

/**
 * What to look for in an archive.
 *
 * Properties that are `undefined` are not sent. Times are whole seconds since
 * 1970 UTC; a `Date` or text that is a number is taken as well, fractions are
 * cut off. Any other parameter that the archive knows can be set by its wire
 * name with {@linkcode ApiFilters.set}.
 *
 * @example Usage
 * ```ts
 * import { ApiFilters } from "@esmond/client";
 *
 * const filters = new ApiFilters({ source: "192.0.2.10", eventType: "throughput" });
 * filters.timeStart = Date.now() / 1000 - 3600;
 * filters.set("bw-parallel-streams", 4);
 * filters.set("dns-match-rule", "only-v6");
 * console.log(filters.metadataFilters);
 * ```
 */
export class ApiFilters {
  /** The key of one test. */
  declare metadataKey: string | undefined;
  /** Address or host name of the far end. */
  declare destination: string | undefined;
  /** The far end as the tester wrote it. */
  declare inputDestination: string | undefined;
  /** The near end as the tester wrote it. */
  declare inputSource: string | undefined;
  /** Address or host name of the host that started the test. */
  declare measurementAgent: string | undefined;
  /** Address or host name of the near end. */
  declare source: string | undefined;
  /** The tool, such as `bwctl/iperf3`. */
  declare toolName: string | undefined;
  /** Only tests that measure this, such as `throughput`. */
  declare eventType: string | undefined;
  /** `point-to-point` or `network-element`. */
  declare subjectType: string | undefined;
  /** `aggregation`, `average` or `statistics`. */
  declare summaryType: string | undefined;
  /** The window of a roll-up, in seconds. */
  declare summaryWindow: string | number | undefined;

  /** Report every request to `log`. */
  verbose = false;
  /**
   * Seconds without a byte after which a request is given up; 0 for no limit.
   */
  timeout = 20;
  /** Whether certificates are verified. */
  sslVerify = true;
  /** The user that the key belongs to; it is not sent. */
  authUsername = "";
  /** The API key; sent only to the archive named. */
  authApikey = "";

  readonly #metadata = new Map<string, string | number>();
  readonly #times = new Map<string, number>();

  static {
    for (const [property, name] of Object.entries(METADATA_FILTERS)) {
      Object.defineProperty(this.prototype, property, {
        get(this: ApiFilters): string | number | undefined {
          return this.#metadata.get(name);
        },
        set(this: ApiFilters, value: string | number | undefined): void {
          this.set(name, value);
        },
        configurable: true,
      });
    }
  }

  /**
   * Begins with the properties given.
   *
   * @param options Any of the properties.
   * @throws {FilterError} for a time that is none, or a property that does not
   * exist.
   */
  constructor(options: ApiFiltersOptions = {}) {
    for (const [property, value] of Object.entries(options)) {
      if (!(property in this)) {
        throw new FilterError(
          property,
          `${property} is no property of ApiFilters; parameters of the archive are set by name, with set()`,
        );
      }
      if (value !== undefined) Object.assign(this, { [property]: value });
    }
  }

  /**
   * Exactly this second. Set to a `Date`, seconds since 1970 UTC, or text that
   * is a number.
   */
  get time(): number | undefined {
    return this.#times.get(TIME_FILTERS.time);
  }
  set time(value: Date | number | string | undefined) {
    this.#setTime("time", value);
  }

  /**
   * From this second on, inclusive. Set to a `Date`, seconds since 1970 UTC, or
   * text that is a number.
   */
  get timeStart(): number | undefined {
    return this.#times.get(TIME_FILTERS.timeStart);
  }
  set timeStart(value: Date | number | string | undefined) {
    this.#setTime("timeStart", value);
  }

  /**
   * Up to this second, inclusive. Set to a `Date`, seconds since 1970 UTC, or
   * text that is a number.
   */
  get timeEnd(): number | undefined {
    return this.#times.get(TIME_FILTERS.timeEnd);
  }
  set timeEnd(value: Date | number | string | undefined) {
    this.#setTime("timeEnd", value);
  }

  /** This many seconds: from the start, before the end, or before now. */
  get timeRange(): number | undefined {
    return this.#times.get(TIME_FILTERS.timeRange);
  }
  set timeRange(value: number | string | undefined) {
    this.#setTime("timeRange", value);
  }

  /** What is sent of all but the times, by wire name: a copy. */
  get metadataFilters(): Record<string, string | number> {
    return Object.fromEntries(this.#metadata);
  }

  /** What is sent of the times, by wire name, in seconds: a copy. */
  get timeFilters(): Record<string, number> {
    return Object.fromEntries(this.#times);
  }

  /**
   * Sets any parameter of the archive by its wire name; the names of the times
   * are taken too.
   *
   * @param name The name as the archive spells it, such as
   * `ip-transport-protocol` or `dns-match-rule`.
   * @param value What it has to be; `undefined` for anything.
   * @throws {FilterError} for a time that is none, and for names that are not
   * filters (`limit`, `offset`, `format`).
   */
  set(name: string, value: string | number | undefined): void {
    const time = Object.entries(TIME_FILTERS).find(([, wire]) => wire === name);
    if (time !== undefined) {
      this.#setTime(time[0] as keyof typeof TIME_FILTERS, value);
      return;
    }
    if (!name || ["limit", "offset", "format"].includes(name)) {
      throw new FilterError(
        name,
        `${
          JSON.stringify(name)
        } is no filter: paging and format are the client's business`,
      );
    }
    // Without types, a null gets here too: it is what None was, and not a text
    // to be searched for.
    if (value === undefined || value === null) this.#metadata.delete(name);
    else this.#metadata.set(name, value);
  }

  /**
   * What a parameter is set to.
   *
   * @param name Its wire name.
   * @returns The value, or `undefined` if it is not set.
   */
  get(name: string): string | number | undefined {
    return this.#metadata.get(name) ?? this.#times.get(name);
  }

  /**
   * Forgets a parameter.
   *
   * @param name Its wire name.
   * @returns Whether it was set.
   */
  delete(name: string): boolean {
    return this.#metadata.delete(name) || this.#times.delete(name);
  }

  #setTime(
    property: keyof typeof TIME_FILTERS,
    value: Date | number | string | undefined,
  ): void {
    const name = TIME_FILTERS[property];
    if (value === undefined) {
      this.#times.delete(name);
      return;
    }
    const seconds = secondsOf(value);
    if (Number.isNaN(seconds)) {
      const shown = value instanceof Date ? "an invalid Date" : `"${value}"`;
      throw new FilterError(
        property,
        `${property} cannot be ${shown}: give a Date or seconds since 1970 UTC`,
      );
    }
    this.#times.set(name, seconds);
  }
}

/**
 * How {@linkcode ApiConnect} talks to the archive.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, type ApiConnectOptions } from "@esmond/client";
 *
 * const options: ApiConnectOptions = { retries: 5, log: (line) => console.error(line) };
 * const conn = new ApiConnect("http://archive.example.net/", undefined, options);
 * console.log(conn.filters.timeout);
 * ```
 */
export interface ApiConnectOptions {
  /** The user that the key belongs to; it is not sent. */
  username?: string;
  /**
   * The API key; sent only to the archive named. Goes before that of the
   * filters.
   */
  apiKey?: string;
  /**
   * Where the web server mounts the archive; `null` or empty for nowhere.
   *
   * @default {"esmond"}
   */
  scriptAlias?: string | null;
  /**
   * Further tries of a request that failed in a way that may pass.
   *
   * @default {3}
   */
  retries?: number;
  /**
   * How large an answer may be, in bytes, when it is decompressed: what is
   * larger is an `ArchiveSizeError`, and is not read to its end. Less than 512
   * MiB.
   *
   * @default {134217728}
   */
  maxResponse?: number;
  /**
   * Data points asked for in one request. If absent, 1000 at first, and more as
   * far as the archive is quick: up to 10,000 (esmond) or 5,000 (elmond).
   */
  pageSize?: number;
  /**
   * How many requests may be under way at a time, whatever is read side by
   * side. Fewer are while the archive says that it has too much to do (429,
   * 503), or answers ever slower.
   *
   * @default {6}
   */
  concurrency?: number;
  /**
   * Lets no new request begin when it fires: those under way are finished, what
   * needs another one throws its reason.
   */
  drain?: AbortSignal;
  /**
   * What to fetch with instead of the platform's `fetch`: for a proxy, or a
   * certificate authority of one's own.
   */
  fetch?: typeof fetch;
  /**
   * Told, a line each, of retries, and of every request if the filters are
   * `verbose`.
   */
  log?: (line: string) => void;
  /**
   * Told, a line each, what is doubtful about data that is given all the same;
   * `log` is if this is absent.
   */
  warn?: (line: string) => void;
  /** Ends every request when it fires; its reason is thrown. */
  signal?: AbortSignal;
}

/**
 * How {@linkcode ApiConnect.getMetadata} reads the time filters.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, type GetMetadataOptions } from "@esmond/client";
 *
 * const options: GetMetadataOptions = { stillRunning: true };
 * const tests = new ApiConnect("http://archive.example.net/").getMetadata(options);
 * console.log((await tests.next()).value?.toString());
 * ```
 */
export interface GetMetadataOptions {
  /**
   * Find tests that were written to after the window as well. An archive
   * matches the time filters with the moment a test was last written to, so a
   * test that is still running is not found by a window in the past, though it
   * has data there. With this, only the start of the window is asked for; tests
   * without data in it can be among those found.
   *
   * @default {false}
   */
  stillRunning?: boolean;
}

/**
 * Which points are read, where it is not what the filters say.
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
 * What a connection has asked for so far.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, type ConnectionStatistics } from "@esmond/client";
 *
 * const conn = new ApiConnect("http://archive.example.net/");
 * await Array.fromAsync(conn.getMetadata());
 * const statistics: ConnectionStatistics = conn.statistics;
 * console.log(statistics.requests, statistics.retries);
 * ```
 */
export interface ConnectionStatistics {
  /** Requests sent, repeated ones included. */
  requests: number;
  /** Those that repeated one that had failed. */
  retries: number;
}

/** What the objects of one connection share. */
type Connection = Archive<ApiFilters>;

/**
 * An archive, and what to look for in it.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters } from "@esmond/client";
 *
 * const filters = new ApiFilters({ eventType: "packet-loss-rate" });
 * const conn = new ApiConnect("http://archive.example.net/", filters);
 * for await (const md of conn.getMetadata()) {
 *   const payload = await md.getEventType("packet-loss-rate")?.getData();
 *   console.log(`${md}`, `${payload}`);
 * }
 * ```
 */
export class ApiConnect {
  /** What to look for; may be changed between calls. */
  readonly filters: ApiFilters;
  readonly #archive: Connection;

  /**
   * Nothing is sent yet.
   *
   * @param apiUrl Scheme, host and port of the archive, such as
   * `https://ma.example.net`; closing slashes do not matter.
   * @param filters What to look for; everything if absent. It is not changed.
   * @param options Credentials, and how to talk to the archive.
   * @throws {FilterError} for an address that is none, and for options out of
   * range.
   */
  constructor(
    apiUrl: string | URL,
    filters: ApiFilters = new ApiFilters(),
    options: ApiConnectOptions = {},
  ) {
    this.filters = filters;
    const scriptAlias = options.scriptAlias === undefined
      ? "esmond"
      : options.scriptAlias;
    this.#archive = new Archive(
      new ArchiveAddress(apiUrl, scriptAlias),
      filters,
      options,
    );
  }

  /** The list of tests: everything the archive says is below this address. */
  get url(): string {
    return this.#archive.address.root.href;
  }

  /** What has been asked for so far. */
  get statistics(): ConnectionStatistics {
    const { requests, retries } = this.#archive.gate;
    return { requests, retries };
  }

  /**
   * Reads many series side by side, as far as the concurrency of this
   * connection goes: one long series does not keep the others waiting, and when
   * it is the last one, all requests are for it.
   *
   * @param series The event types and roll-ups, or whatever stands for them;
   * the next is taken when there is room for it.
   * @param work Reads one of them, with {@linkcode EventType.streamPages} for
   * instance.
   * @throws What `work` or `series` throws first, when those that had been
   * begun are done.
   *
   * @example Usage
   * ```ts
   * import { ApiConnect, ApiFilters, type EventType } from "@esmond/client";
   *
   * const conn = new ApiConnect("http://archive.example.net/", new ApiFilters({ timeRange: 86400 }));
   * const series: EventType[] = [];
   * for await (const md of conn.getMetadata()) series.push(...md.getAllEventTypes());
   * const counts = new Map<EventType, number>();
   * await conn.forEachSeries(series, async (each) => {
   *   for await (const page of each.streamPages()) counts.set(each, (counts.get(each) ?? 0) + page.length);
   * });
   * console.log(counts);
   * ```
   */
  async forEachSeries<S>(
    series: Iterable<S> | AsyncIterable<S>,
    work: (each: S) => Promise<void>,
  ): Promise<void> {
    await sideBySide(series, this.#archive.concurrency, work);
  }

  /**
   * The tests that match, in the archive's order, each once. Tests of a page
   * come while the next page is loading; nothing is sent before the first is
   * asked for.
   *
   * @param options How the time filters are read.
   * @returns An iterator; leaving its loop ends the request that is under way.
   * @throws {ArchiveError} (one of its kinds) when the list cannot be read to
   * its end.
   */
  getMetadata(
    options: GetMetadataOptions = {},
  ): AsyncGenerator<Metadata, void, void> {
    return findTests(this.#archive, options.stillRunning ?? false);
  }
}

/**
 * One test: who measured what, between whom, with which parameters.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters } from "@esmond/client";
 *
 * const filters = new ApiFilters({ source: "192.0.2.11" });
 * for await (const md of new ApiConnect("http://archive.example.net/", filters).getMetadata()) {
 *   console.log(`${md}`, md.destination, md.ipPacketInterval, md.get("bw-parallel-streams"));
 *   for (const et of md.getAllEventTypes()) console.log(et.eventType);
 * }
 * ```
 */
export class Metadata {
  readonly #entry: WireMetadata;
  readonly #text: string;
  readonly #archive: Connection;

  static {
    inspectsAsText(this);
  }

  /** @internal */
  constructor(entry: WireMetadata, text: string, archive: Connection) {
    this.#entry = entry;
    this.#text = text;
    this.#archive = archive;
  }

  /** Address of the far end; `undefined` for a network element. */
  get destination(): string | undefined {
    return this.#string("destination");
  }
  /** The far end as the tester wrote it. */
  get inputDestination(): string | undefined {
    return this.#string("input-destination");
  }
  /** The near end as the tester wrote it. */
  get inputSource(): string | undefined {
    return this.#string("input-source");
  }
  /** Seconds between packets. */
  get ipPacketInterval(): JsonValue | undefined {
    return this.#value("ip-packet-interval");
  }
  /** `tcp`, `udp` or `icmp`. */
  get ipTransportProtocol(): string | undefined {
    return this.#string("ip-transport-protocol");
  }
  /** Address of the host that started the test. */
  get measurementAgent(): string | undefined {
    return this.#string("measurement-agent");
  }
  /**
   * How many tests there were in all; only the first of a page knows, and
   * elmond's count is approximate.
   */
  get metadataCountTotal(): number | undefined {
    const total = this.#entry["metadata-count-total"];
    return typeof total === "number" ? total : undefined;
  }
  /** The key of the test: 32 hex digits (esmond), 64 (elmond). */
  get metadataKey(): string | undefined {
    return this.#string("metadata-key");
  }
  /** The width of a histogram's buckets, in seconds. */
  get sampleBucketWidth(): JsonValue | undefined {
    return this.#value("sample-bucket-width");
  }
  /** Address of the near end. */
  get source(): string | undefined {
    return this.#string("source");
  }
  /** `point-to-point` or `network-element`. */
  get subjectType(): string | undefined {
    return this.#string("subject-type");
  }
  /**
   * How long one test runs: seconds (esmond, as text), or an ISO 8601 duration
   * (elmond).
   */
  get timeDuration(): JsonValue | undefined {
    return this.#value("time-duration");
  }
  /** Seconds from test to test. */
  get timeInterval(): JsonValue | undefined {
    return this.#value("time-interval");
  }
  /** By how much the interval varies. */
  get timeIntervalRandomization(): JsonValue | undefined {
    return this.#value("time-interval-randomization");
  }
  /** The tool, such as `bwctl/iperf3`. */
  get toolName(): string | undefined {
    return this.#string("tool-name");
  }
  /** Where the test is in the archive: an absolute path without a host. */
  get uri(): string | undefined {
    return this.#string("uri");
  }
  /** The names of the event types, in the archive's order. */
  get eventTypes(): string[] {
    return listOf(this.#entry["event-types"])
      .map((entry) => entry?.["event-type"])
      .filter((name) => typeof name === "string");
  }
  /** The exact JSON text that the archive sent. */
  get text(): string {
    return this.#text;
  }
  /** The test as indented JSON, for a look during development. */
  get dump(): string {
    return JSON.stringify(this.#entry, null, 4);
  }

  /** The event types of the test, in the archive's order. */
  *getAllEventTypes(): Generator<EventType, void, void> {
    const dialect = dialectOf(this.#entry);
    for (const entry of listOf(this.#entry["event-types"])) {
      if (typeof entry?.["event-type"] !== "string") continue;
      yield new EventType(entry, dialect, this.#archive);
    }
  }

  /**
   * One event type of the test.
   *
   * @param name Its name, such as `histogram-owdelay`.
   * @returns The event type, or `undefined` if the test has none of that name.
   */
  getEventType(name: string): EventType | undefined {
    for (const et of this.getAllEventTypes()) {
      if (et.eventType === name) return et;
    }
    return undefined;
  }

  /**
   * A parameter of the test that has no property of its own.
   *
   * @param key Its wire name, such as `bw-parallel-streams`.
   * @returns The value as the archive sent it, or `undefined` if there is none.
   */
  getFreeformKeyValue(key: string): JsonValue | undefined {
    return this.get(key);
  }

  /**
   * Anything that the archive said of the test.
   *
   * @param key Its wire name.
   * @returns The value as the archive sent it, or `undefined` if there is none.
   */
  get(key: string): JsonValue | undefined {
    return Object.hasOwn(this.#entry, key)
      ? this.#entry[key] as JsonValue
      : undefined;
  }

  /** The test as the archive sent it. */
  toJSON(): WireMetadata {
    return this.#entry;
  }

  /** `<Metadata/KEY: uri:URI>`. */
  toString(): string {
    return `<Metadata/${this.metadataKey ?? "None"}: uri:${
      this.uri ?? "None"
    }>`;
  }

  #value(key: string): JsonValue | undefined {
    return this.get(key) ?? undefined;
  }

  #string(key: string): string | undefined {
    const value = this.#value(key);
    return typeof value === "string" || value === undefined
      ? value
      : JSON.stringify(value);
  }
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
  readonly #archive: Connection;

  static {
    inspectsAsText(this);
  }

  /** @internal */
  constructor(entry: WireEventType, dialect: Dialect, archive: Connection) {
    this.#entry = entry;
    this.#dialect = dialect;
    this.#archive = archive;
  }

  /** Where the base data is in the archive: an absolute path without a host. */
  get baseUri(): string | undefined {
    return textOf(this.#entry["base-uri"]);
  }
  /** Its name. */
  get eventType(): string {
    return this.#entry["event-type"]!;
  }
  /** `histogram` if the name begins so, else `unspecified`. */
  get dataType(): string {
    return this.eventType.startsWith("histogram-")
      ? "histogram"
      : "unspecified";
  }
  /**
   * When it was last written to (esmond), or when the task was added (elmond):
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
      yield new Summary(entry, this.dataType, this.#dialect, this.#archive);
    }
  }

  /**
   * One roll-up.
   *
   * @param type `aggregation`, `average` or `statistics`.
   * @param window Its window in seconds, as a number or as text.
   * @returns The roll-up, or `undefined` if there is none such.
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
   * All base data within the time filters, in order of time.
   *
   * @returns The points.
   * @throws {ArchiveError} (one of its kinds) when they cannot be read to their
   * end; it tells how many had arrived.
   */
  async getData(): Promise<DataPayload> {
    return await collect(this.streamPages(), this.dataType);
  }

  /**
   * The base data within the time filters, in order of time, page by page in
   * constant memory.
   *
   * @returns An iterator; leaving its loop ends the request that is under way.
   * @throws {ArchiveError} (one of its kinds) when the data cannot be read to
   * its end.
   */
  async *streamData(): AsyncGenerator<DataPoint, void, void> {
    for await (const page of this.streamPages()) yield* page;
  }

  /**
   * The base data in order of time, as {@linkcode EventType.streamData} gives
   * it, but many at a time: much the faster way through many points. Long
   * series are read in slices of time side by side.
   *
   * @param window Which points; those within the time filters if absent.
   * @returns An iterator; leaving its loop ends the requests that are under
   * way.
   * @throws {FilterError} for a time that is none.
   * @throws {ArchiveError} (one of its kinds) when the data cannot be read to
   * its end.
   */
  streamPages(window?: StreamOptions): AsyncGenerator<DataPoint[], void, void> {
    return readPages(
      this.#archive,
      { uri: this.baseUri, dialect: this.#dialect, isRollUp: false },
      this.dataType,
      window,
    );
  }

  /** The event type as indented JSON, for a look during development. */
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
  readonly #archive: Connection;

  static {
    inspectsAsText(this);
  }

  /** @internal */
  constructor(
    entry: WireSummary,
    dataType: string,
    dialect: Dialect,
    archive: Connection,
  ) {
    this.#entry = entry;
    this.#dataType = dataType;
    this.#dialect = dialect;
    this.#archive = archive;
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
  /** Where the data is in the archive: an absolute path without a host. */
  get uri(): string | undefined {
    return textOf(this.#entry.uri);
  }
  /**
   * That of its event type, for statistics too: `histogram` or `unspecified`.
   */
  get dataType(): string {
    return this.#dataType;
  }

  /**
   * All of its data within the time filters, in order of time.
   *
   * @returns The points; the time of each is the beginning of its window.
   * @throws {ArchiveError} (one of its kinds) when they cannot be read to their
   * end.
   */
  async getData(): Promise<DataPayload> {
    return await collect(this.streamPages(), this.dataType);
  }

  /**
   * Its data within the time filters, in order of time, page by page in
   * constant memory.
   *
   * @returns An iterator; leaving its loop ends the request that is under way.
   * @throws {ArchiveError} (one of its kinds) when the data cannot be read to
   * its end.
   */
  async *streamData(): AsyncGenerator<DataPoint, void, void> {
    for await (const page of this.streamPages()) yield* page;
  }

  /**
   * Its data in order of time, as {@linkcode Summary.streamData} gives it, but
   * many at a time: much the faster way through many points. Long series are
   * read in slices of time side by side.
   *
   * @param window Which points; those within the time filters if absent.
   * @returns An iterator; leaving its loop ends the requests that are under
   * way.
   * @throws {FilterError} for a time that is none.
   * @throws {ArchiveError} (one of its kinds) when the data cannot be read to
   * its end.
   */
  streamPages(window?: StreamOptions): AsyncGenerator<DataPoint[], void, void> {
    const seconds = Number(this.summaryWindow);
    return readPages(
      this.#archive,
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

  /** The roll-up as indented JSON, for a look during development. */
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

/**
 * Data of one event type or roll-up.
 *
 * @example Usage
 * ```ts
 * import { DataPayload } from "@esmond/client";
 *
 * const payload = new DataPayload([{ ts: 1397075053, val: 23 }], "unspecified");
 * console.log(`${payload}`); // <DataPayload: len:1 type:unspecified>
 * ```
 */
export class DataPayload {
  /** `histogram` or `unspecified`. */
  readonly dataType: string | undefined;
  /**
   * The points, in order of time; {@linkcode DataHistogram} if `dataType` is
   * `histogram`.
   */
  readonly data: DataPoint[];

  static {
    inspectsAsText(this);
  }

  /**
   * Wraps points as the archive sends them, or ready ones.
   *
   * @param data The points.
   * @param dataType `histogram` or `unspecified`.
   */
  constructor(
    data: readonly (WirePoint | DataPoint)[] = [],
    dataType?: string,
  ) {
    this.dataType = dataType;
    const Point = dataType === "histogram" ? DataHistogram : DataPoint;
    this.data = data.map((point) =>
      point instanceof DataPoint ? point : new Point(point)
    );
  }

  /** The points as indented JSON, for a look during development. */
  get dump(): string {
    return JSON.stringify(this.data, null, 4);
  }

  /** `<DataPayload: len:N type:TYPE>`. */
  toString(): string {
    return `<DataPayload: len:${this.data.length} type:${
      this.dataType ?? "None"
    }>`;
  }
}

/**
 * What the original client can hold as a time at most; later times are shown as
 * the end of that second.
 */
const LAST_SECOND = 253402127999;

/**
 * One measured value.
 *
 * @example Usage
 * ```ts
 * import { DataPoint } from "@esmond/client";
 *
 * const dp = new DataPoint({ ts: 1397075053, val: 23 });
 * console.log(dp.ts.toISOString(), dp.tsEpoch, dp.val, dp.text);
 * ```
 */
export class DataPoint {
  /** When: whole seconds since 1970 UTC; `NaN` if the archive sent no time. */
  readonly tsEpoch: number;
  /**
   * What: its shape and unit depend on the event type; `null` if the archive
   * sent none.
   */
  readonly val: JsonValue;
  readonly #isLate: boolean;
  readonly #text: string | undefined;

  static {
    inspectsAsText(this);
  }

  /**
   * Reads a point as the archive sends it.
   *
   * @param point Time and value.
   * @param text The JSON text of the point, from which {@linkcode
   * DataPoint.text} is taken.
   * @throws {TypeError} when `ts` is neither a number nor the text of one.
   */
  constructor(point: WirePoint, text?: string) {
    const { ts } = point;
    const seconds = typeof ts === "number" ? Math.trunc(ts) : secondsOf(ts);
    if (Number.isNaN(seconds) && !Number.isNaN(ts)) {
      throw new TypeError(
        `a point needs ts, in seconds since 1970 UTC, not ${
          JSON.stringify(ts)
        }`,
      );
    }
    this.#isLate = seconds > LAST_SECOND;
    this.tsEpoch = this.#isLate ? LAST_SECOND : seconds;
    this.val = point.val ?? null;
    this.#text = text;
  }

  /** When, as a `Date`; an invalid one if the archive sent no time. */
  get ts(): Date {
    return new Date(this.tsEpoch * 1000 + (this.#isLate ? 999 : 0));
  }

  /**
   * The time as `YYYY-MM-DD HH:MM:SS`, UTC; empty if the archive sent none, or
   * one before the year 1.
   */
  get tsText(): string {
    if (!(this.tsEpoch >= FIRST_SECOND)) return "";
    const text = secondText(this.tsEpoch);
    return this.#isLate ? `${text}.999999` : text;
  }

  /**
   * The exact JSON text of the value: `7016320000.0` stays so, and integers
   * beyond 2^53 keep their digits.
   */
  get text(): string {
    const sent = this.#text === undefined || !isObject(this.#text)
      ? this.#text
      : plainValue(this.#text) ?? member(this.#text, "val");
    return sent ?? JSON.stringify(this.val);
  }

  /** The point as indented JSON, for a look during development. */
  get dump(): string {
    return JSON.stringify(this, null, 4);
  }

  /** Time and value as the archive sends them. */
  toJSON(): WirePoint {
    return { ts: this.tsEpoch, val: this.val };
  }

  /** `<DataPoint: ts:TS val:VAL>`. */
  toString(): string {
    return `<DataPoint: ts:${this.tsText} val:${display(this.text)}>`;
  }
}

const DAY = 86_400;

const TWO_DIGITS = Array.from(
  { length: 60 },
  (_, number) => String(number).padStart(2, "0"),
);

/** The day whose name was last needed: points come in the order of time. */
let day = NaN;
let dayText = "";

/** A second of the years 1 to 9999, as `YYYY-MM-DD HH:MM:SS`. */
function secondText(seconds: number): string {
  const its = Math.floor(seconds / DAY);
  if (its !== day) {
    day = its;
    dayText = new Date(its * DAY * 1000).toISOString().slice(0, 10);
  }
  const rest = seconds - its * DAY;
  const hour = TWO_DIGITS[Math.floor(rest / 3600)];
  const minute = TWO_DIGITS[Math.floor(rest / 60) % 60];
  return `${dayText} ${hour}:${minute}:${TWO_DIGITS[rest % 60]}`;
}

/**
 * What nearly every point is: a time, and behind it a value that is neither a
 * list, an object nor text.
 */
const PLAIN_POINT =
  /^\{[ \t\r\n]*"ts"[ \t\r\n]*:[ \t\r\n]*[-+.\w]+[ \t\r\n]*,[ \t\r\n]*"val"[ \t\r\n]*:[ \t\r\n]*([-+.\w]+)[ \t\r\n]*\}$/;

/** The JSON text of the value, if the text of the point is as plain as that. */
function plainValue(text: string): string | undefined {
  return PLAIN_POINT.exec(text)?.[1];
}

/**
 * One histogram: how often which value was seen.
 *
 * @example Usage
 * ```ts
 * import { DataHistogram } from "@esmond/client";
 *
 * const histogram = new DataHistogram({ ts: 1397075053, val: { "12.5": 599, "12.6": 1 } });
 * console.log(`${histogram}`); // <DataHistogram: ts:2014-04-09 20:24:13 len:2>
 * ```
 */
export class DataHistogram extends DataPoint {
  /**
   * Reads a histogram as the archive sends it.
   *
   * @param point Time, and counts by bucket; no value is an empty histogram.
   * @param text The JSON text of the point.
   * @throws {TypeError} when `ts` is neither a number nor the text of one.
   */
  constructor(point: WirePoint, text?: string) {
    super(point.val === undefined ? { ...point, val: {} } : point, text);
  }

  /** `<DataHistogram: ts:TS len:BUCKETS>`. */
  override toString(): string {
    return `<DataHistogram: ts:${this.tsText} len:${
      Object.keys(this.val ?? {}).length
    }>`;
  }
}

/** The text, if it is one: an archive may send anything in its place. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Makes `console.log` show what `toString` says, in Deno and in Node. */
function inspectsAsText(type: { prototype: object }): void {
  for (const name of ["Deno.customInspect", "nodejs.util.inspect.custom"]) {
    Object.defineProperty(type.prototype, Symbol.for(name), {
      value(this: object): string {
        return this.toString();
      },
      configurable: true,
    });
  }
}

/** The tests that match, from the pages of the list. */
async function* findTests(
  archive: Connection,
  stillRunning: boolean,
): AsyncGenerator<Metadata, void, void> {
  const times = archive.settings.timeFilters;
  const pages = listTests(
    archive,
    archive.settings.metadataFilters,
    stillRunning ? withoutEnd(times) : times,
  );
  for await (const page of pages) {
    for (const { entry, text } of page) {
      yield new Metadata(entry, text, archive);
    }
  }
}

/** The points of a series, page by page. */
async function* readPages(
  archive: Connection,
  series: Series,
  dataType: string,
  window: StreamOptions | undefined,
): AsyncGenerator<DataPoint[], void, void> {
  const Point = dataType === "histogram" ? DataHistogram : DataPoint;
  const times = window === undefined
    ? archive.settings.timeFilters
    : new ApiFilters({ ...window }).timeFilters;
  for await (const page of readSeries(archive, series, times)) {
    for (let from = 0; from < page.length; from += READY) {
      yield page.slice(from, from + READY)
        .map(({ point, text }) => new Point(point, text));
    }
    page.release();
  }
}

/**
 * How many points are made ready at a time: they are much larger than their
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
