/**
 * What to look for in an archive.
 *
 * @module
 */

import { DEFAULT_TIMEOUT } from "./defaults.ts";
import { FilterError } from "./errors.ts";
import type { EventTypeName, SummaryType } from "./event_types.ts";
import {
  LAST_SECOND,
  METADATA_FILTERS,
  secondsOf,
  TIME_FILTERS,
} from "./parameters.ts";
import { suggestion } from "./nearest.ts";
import { shown } from "./text.ts";

/** The filters that are never numbers. */
const TEXTS = new Set<string>(
  Object.values(METADATA_FILTERS).filter((name) => name !== "summary-window"),
);

/** What a constructor of filters takes, as far as names can be misspelt. */
const PROPERTIES = [
  ...Object.keys(METADATA_FILTERS),
  ...Object.keys(TIME_FILTERS),
];

/**
 * Initial values of `ApiFilters`: any of its properties.
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
  eventType?: EventTypeName | (string & Record<never, never>);
  /** `point-to-point` or `network-element`. */
  subjectType?: string;
  /** `aggregation`, `average` or `statistics`. */
  summaryType?: SummaryType | (string & Record<never, never>);
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
   * `verbose` of the connection, unless that is given.
   *
   * @default {false}
   */
  verbose?: boolean;
  /**
   * `timeout` of the connection, in seconds, unless that is given.
   *
   * @default {20}
   */
  timeout?: number;
  /**
   * `sslVerify` of the connection, unless that is given.
   *
   * @default {true}
   */
  sslVerify?: boolean;
  /** `username` of the connection, unless that is given. */
  authUsername?: string;
  /** `apiKey` of the connection, unless that is given. */
  authApikey?: string;
}

/**
 * What to look for in an archive.
 *
 * Properties that are `undefined` are not sent. Times are whole seconds since
 * 1970 UTC; a `Date` and numeric text are accepted as well, fractions are cut
 * off. {@linkcode ApiFilters.set} sets any other parameter of the archive by
 * its wire name.
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
  declare eventType:
    | EventTypeName
    | (string & Record<never, never>)
    | undefined;
  /** `point-to-point` or `network-element`. */
  declare subjectType: string | undefined;
  /** `aggregation`, `average` or `statistics`. */
  declare summaryType:
    | SummaryType
    | (string & Record<never, never>)
    | undefined;
  /** The window of a roll-up, in seconds. */
  declare summaryWindow: string | number | undefined;

  /** `verbose` of the connection, unless that is given. */
  verbose = false;
  /** `timeout` of the connection, in seconds, unless that is given. */
  timeout: number = DEFAULT_TIMEOUT;
  /** `sslVerify` of the connection, unless that is given. */
  sslVerify = true;
  /** `username` of the connection, unless that is given. */
  authUsername = "";
  /** `apiKey` of the connection, unless that is given. */
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
   * Starts with the given properties.
   *
   * @param options Any of the properties.
   * @throws {FilterError} for an invalid time, or a property that does not
   * exist.
   */
  constructor(options?: ApiFiltersOptions) {
    for (const [property, value] of Object.entries(options ?? {})) {
      if (!(property in this)) {
        throw new FilterError(
          property,
          `${shown(property)} is not a property of ApiFilters${
            suggestion(property, PROPERTIES)
          }; parameters of the archive are set by name, with set()`,
        );
      }
      if (value !== undefined) Object.assign(this, { [property]: value });
    }
  }

  /**
   * Exactly this second. Accepts a `Date`, seconds since 1970 UTC, or numeric
   * text.
   */
  get time(): number | undefined {
    return this.#times.get(TIME_FILTERS.time);
  }
  set time(value: Date | number | string | undefined) {
    this.#setTime("time", value);
  }

  /**
   * From this second on, inclusive. Accepts a `Date`, seconds since 1970 UTC,
   * or numeric text.
   */
  get timeStart(): number | undefined {
    return this.#times.get(TIME_FILTERS.timeStart);
  }
  set timeStart(value: Date | number | string | undefined) {
    this.#setTime("timeStart", value);
  }

  /**
   * Up to this second, inclusive. Accepts a `Date`, seconds since 1970 UTC, or
   * numeric text.
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

  /** The filters that are sent, except the times, by wire name: a copy. */
  get metadataFilters(): Record<string, string | number> {
    return Object.fromEntries(this.#metadata);
  }

  /** The times that are sent, by wire name, in seconds: a copy. */
  get timeFilters(): Record<string, number> {
    return Object.fromEntries(this.#times);
  }

  /**
   * Sets any parameter of the archive by its wire name, times included.
   *
   * @param name The name as the archive spells it, such as
   * `ip-transport-protocol` or `dns-match-rule`.
   * @param value The value to match; `undefined` for any.
   * @throws {FilterError} for an invalid time, for a value that is neither text
   * nor a number, and for names that are not filters (`limit`, `offset`,
   * `format`).
   */
  set(name: string, value: string | number | undefined): void {
    const time = Object.entries(TIME_FILTERS).find(([, wire]) => wire === name);
    if (time !== undefined) {
      this.#setTime(time[0] as keyof typeof TIME_FILTERS, value);
      return;
    }
    if (typeof name !== "string") {
      throw new FilterError(
        "name",
        `a filter needs a name, as text, not ${shown(name)}`,
      );
    }
    if (!name || ["limit", "offset", "format"].includes(name)) {
      throw new FilterError(
        name,
        `${shown(name)} is not a filter: the client handles paging and format`,
      );
    }
    // Code without types may pass null, as Python passes None: it is not a text to search for.
    if (value === undefined || value === null) this.#metadata.delete(name);
    else if (
      typeof value === "string" || Number.isFinite(value) && !TEXTS.has(name)
    ) this.#metadata.set(name, value);
    else {
      throw new FilterError(
        name,
        `${name} cannot be ${shown(value)}: give text${
          TEXTS.has(name) ? "" : " or a number"
        }`,
      );
    }
  }

  /**
   * The value of a parameter.
   *
   * @param name Its wire name.
   * @returns The value, or `undefined` if it is not set.
   */
  get(name: string): string | number | undefined {
    return this.#metadata.get(name) ?? this.#times.get(name);
  }

  /**
   * Removes a parameter.
   *
   * @param name Its wire name.
   * @returns Whether it was set.
   */
  delete(name: string): boolean {
    return this.#metadata.delete(name) || this.#times.delete(name);
  }

  /**
   * A copy with other filters.
   *
   * @param changes What to {@linkcode ApiFilters.set} in the copy, by wire name.
   * @returns The copy; this object stays what it is.
   * @throws {FilterError} for what cannot be set.
   *
   * @example Usage
   * ```ts
   * import { ApiFilters } from "@esmond/client";
   *
   * const filters = new ApiFilters({ source: "192.0.2.10", timeRange: 3600 });
   * const reverse = filters.with({ source: undefined, destination: "192.0.2.10" });
   * console.log(reverse.metadataFilters); // { destination: "192.0.2.10" }
   * ```
   */
  with(
    changes: Readonly<Record<string, string | number | undefined>>,
  ): ApiFilters {
    const { verbose, timeout, sslVerify, authUsername, authApikey } = this;
    const copy = new ApiFilters({
      ...{ verbose, timeout, sslVerify, authUsername, authApikey },
    });
    const all = { ...this.metadataFilters, ...this.timeFilters, ...changes };
    for (const [name, value] of Object.entries(all)) copy.set(name, value);
    return copy;
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
    // Milliseconds, most likely: no archive has such times.
    if (Number.isNaN(seconds) || seconds > LAST_SECOND) {
      throw new FilterError(
        property,
        `${property} cannot be ${
          shown(value)
        }: give a Date or seconds since 1970 UTC`,
      );
    }
    this.#times.set(name, seconds);
  }
}
