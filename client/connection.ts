/**
 * A connection to an archive: what all its objects share.
 *
 * @module
 */

import { ArchiveAddress } from "./address.ts";
import { DEFAULT_CONCURRENCY } from "./defaults.ts";
import { FilterError } from "./errors.ts";
import { ApiFilters } from "./filters.ts";
import { Gate, type Turn } from "./gate.ts";
import type { HttpOptions } from "./http.ts";
import { PageSizes } from "./page_sizes.ts";
import { DEFAULT_POLICY } from "./retry.ts";
import { withoutKey } from "./secrets.ts";
import { plain, shown } from "./text.ts";

/**
 * How `ApiConnect` connects to the archive.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, type ApiConnectOptions } from "@esmond/client";
 *
 * const options: ApiConnectOptions = { timeout: 60, retries: 5, log: (line) => console.error(line) };
 * const conn = new ApiConnect("http://archive.example.net/", undefined, options);
 * console.log(conn.url);
 * ```
 */
export interface ApiConnectOptions {
  /**
   * Seconds without a byte after which a request fails; so does one that brings
   * less than 50 bytes a second for three times as long. 0 for no limit.
   *
   * @default {20}
   */
  timeout?: number;
  /**
   * Whether certificates are verified; `false` needs a `fetch` that does not.
   *
   * @default {true}
   */
  sslVerify?: boolean;
  /**
   * Report every request to `log`.
   *
   * @default {false}
   */
  verbose?: boolean;
  /** The user who owns the key; not sent. */
  username?: string;
  /**
   * The API key; sent only to this archive. Takes precedence over that of the
   * filters.
   */
  apiKey?: string;
  /**
   * The path where the web server mounts the archive; `null` or empty for the
   * root.
   *
   * @default {"esmond"}
   */
  scriptAlias?: string | null;
  /**
   * Further attempts after a failure that may be temporary.
   *
   * @default {3}
   */
  retries?: number;
  /**
   * Largest decompressed size of an answer, in bytes; a larger one is not read
   * to its end and throws an `ArchiveSizeError`. Below 512 MiB.
   *
   * @default {134217728}
   */
  maxResponse?: number;
  /**
   * Data points per request. If absent, 1000 at first, then more as long as the
   * archive answers quickly: up to 10,000 (esmond) or 5,000 (elmond).
   */
  pageSize?: number;
  /**
   * Most requests at a time, however much is read side by side. There are fewer
   * while the archive says that it is overloaded (429, 503), or slows down.
   *
   * @default {6}
   */
  concurrency?: number;
  /**
   * Stops new requests when it fires: pending ones are completed, and whatever
   * needs another one throws its reason.
   */
  drain?: AbortSignal;
  /**
   * Replaces the platform's `fetch`: for a proxy, or your own certificate
   * authority.
   */
  fetch?: typeof fetch;
  /** Called with a line for each retry, and for every request if `verbose`. */
  log?: (line: string) => void;
  /**
   * Called with a line for each doubt about data that is delivered all the
   * same; `log` is called if this is absent.
   */
  warn?: (line: string) => void;
  /** Aborts all requests when it fires; its reason is thrown. */
  signal?: AbortSignal;
}

/**
 * An answer is held in memory as one string, and platforms hardly allow longer
 * ones, in bytes.
 */
export const MAX_RESPONSE: number = 511 << 20;

/** An archive, and how to reach it. */
export class Connection {
  /** Where the archive is. */
  readonly address: ArchiveAddress;
  /** Number of data points per request. */
  readonly pageSizes: PageSizes;
  /** Limits the requests. */
  readonly gate: Gate;
  readonly #options: ApiConnectOptions;
  readonly #told = new Set<string>();

  /**
   * Checks address and options; sends nothing.
   *
   * @param apiUrl Scheme, host and port of the archive; or a connection, whose
   * address and limits are shared.
   * @param filters What to look for; its settings stand in for those that the
   * options leave out, and may change while the connection is used.
   * @param options Settings that are fixed now: the object is copied.
   * @throws {FilterError} for a bad address, and for options out of range.
   */
  constructor(
    apiUrl: string | URL | Connection,
    readonly filters: ApiFilters,
    options: ApiConnectOptions = {},
  ) {
    if (apiUrl instanceof Connection) {
      this.address = apiUrl.address;
      this.pageSizes = apiUrl.pageSizes;
      this.gate = apiUrl.gate;
      this.#options = { ...options };
      return;
    }
    const { scriptAlias = "esmond", drain } = options;
    this.address = new ArchiveAddress(apiUrl, scriptAlias);
    if (this.address.root.protocol === "file:" && !options.fetch) {
      throw new FilterError(
        "apiUrl",
        `${
          shown(String(apiUrl))
        } is a file: pass a fetch that reads it, such as that of openArchiveFile()`,
      );
    }
    if (!(filters instanceof ApiFilters)) {
      throw new FilterError(
        "filters",
        "filters have to be of the class ApiFilters: new ApiFilters({ … })",
      );
    }
    if (options.timeout !== undefined) requireTimeout(options.timeout);
    requireWhole("pageSize", options.pageSize, 1);
    requireWhole("retries", options.retries, 0);
    requireWhole("concurrency", options.concurrency, 1);
    requireWhole("maxResponse", options.maxResponse, 1, MAX_RESPONSE);
    this.#options = { ...options };
    this.pageSizes = new PageSizes(options.pageSize);
    const gate = new Gate(this.concurrency);
    this.gate = gate;
    if (drain?.aborted) gate.close(drain.reason);
    else drain?.addEventListener("abort", () => gate.close(drain.reason));
  }

  /** Most requests at a time. */
  get concurrency(): number {
    return this.#options.concurrency ?? DEFAULT_CONCURRENCY;
  }

  /** Further attempts after a failure that may be temporary. */
  get retries(): number {
    return this.#options.retries ?? DEFAULT_POLICY.retries;
  }

  /** Aborts all requests when it fires. */
  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  /** The same connection, which is ended by another signal and warns another. */
  with(options: Pick<ApiConnectOptions, "signal" | "warn">): Connection {
    return new Connection(this, this.filters, { ...this.#options, ...options });
  }

  /** Options for a request; `stop` aborts it, too. */
  http(stop?: AbortSignal, turn?: Turn): HttpOptions {
    const { filters } = this;
    const {
      fetch,
      log,
      signal,
      maxResponse,
      sslVerify = filters.sslVerify,
      timeout = filters.timeout,
    } = this.#options;
    const signals = [signal, stop].filter((each) => each !== undefined);
    if (fetch === undefined && typeof globalThis.fetch !== "function") {
      throw new FilterError(
        "fetch",
        "this runtime has no fetch: give one as the option fetch",
      );
    }
    if (!sslVerify && fetch === undefined) {
      throw new FilterError(
        "sslVerify",
        "sslVerify is false, but the platform's fetch always verifies certificates: pass a fetch that does not",
      );
    }
    requireTimeout(timeout);
    return {
      apiKey: this.#apiKey,
      timeout,
      retries: this.retries,
      gate: this.gate,
      ...(maxResponse === undefined ? {} : { maxResponse }),
      signals,
      ...(turn ? { turn } : {}),
      ...(fetch ? { fetch } : {}),
      ...(log ? { log } : {}),
    };
  }

  /** Reports a doubt about data that is delivered all the same. */
  warn(line: string): void {
    (this.#options.warn ?? this.#options.log)?.(this.#shown(line));
  }

  /** Reports a doubt about something once; no line, no doubt. */
  warnOnce(about: string, line: () => string | undefined): void {
    if (this.#told.has(about)) return;
    this.#told.add(about);
    const told = line();
    if (told !== undefined) this.warn(told);
  }

  /** Reports progress, if that is wanted. */
  report(...lines: string[]): void {
    if (!(this.#options.verbose ?? this.filters.verbose)) return;
    for (const line of lines) this.#options.log?.(this.#shown(line));
  }

  get #apiKey(): string {
    return this.#options.apiKey || this.filters.authApikey;
  }

  #shown(line: string): string {
    return plain(withoutKey(line, this.#apiKey));
  }
}

function requireTimeout(timeout: number): void {
  if (typeof timeout === "number" && timeout >= 0) return;
  throw new FilterError(
    "timeout",
    `timeout is ${shown(timeout)}: give seconds, or 0 for no limit`,
  );
}

function requireWhole(
  field: string,
  value: number | undefined,
  least: number,
  most = Infinity,
): void {
  if (value === undefined) return;
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Infinity
    ? `${least} or more`
    : `from ${least} to ${most}`;
  throw new FilterError(
    field,
    `${field} is ${shown(value)}: give a whole number, ${range}`,
  );
}
