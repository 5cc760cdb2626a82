/**
 * How an archive is spoken to: what all objects of one connection share.
 *
 * @module
 */

import { ArchiveAddress } from "./address.ts";
import { DEFAULT_CONCURRENCY } from "./defaults.ts";
import { FilterError } from "./errors.ts";
import type { ApiFilters } from "./filters.ts";
import { Gate, type Turn } from "./gate.ts";
import type { HttpOptions } from "./http.ts";
import { PageSizes } from "./page_sizes.ts";
import { DEFAULT_POLICY } from "./retry.ts";
import { withoutKey } from "./secrets.ts";
import { plain } from "./text.ts";

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
 * An answer is held in memory as one text, of which platforms take hardly more
 * than this, in bytes.
 */
export const MAX_RESPONSE: number = 511 << 20;

/** An archive, and how it is spoken to. */
export class Connection {
  /** Where the archive is. */
  readonly address: ArchiveAddress;
  /** How many data points to ask for in one request. */
  readonly pageSizes: PageSizes;
  /** What lets requests through. */
  readonly gate: Gate;
  readonly #options: ApiConnectOptions;

  /**
   * Checks address and options; nothing is sent.
   *
   * @param apiUrl Scheme, host and port of the archive.
   * @param filters What to look for, and settings that may change while the
   * connection is in use.
   * @param options What is settled now: the object itself may be changed later.
   * @throws {FilterError} for a bad address, and for options out of range.
   */
  constructor(
    apiUrl: string | URL,
    readonly filters: ApiFilters,
    options: ApiConnectOptions = {},
  ) {
    const { scriptAlias = "esmond", drain } = options;
    this.address = new ArchiveAddress(apiUrl, scriptAlias);
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

  /** How many requests may be under way at a time. */
  get concurrency(): number {
    return this.#options.concurrency ?? DEFAULT_CONCURRENCY;
  }

  /** Further tries of a request that failed in a way that may pass. */
  get retries(): number {
    return this.#options.retries ?? DEFAULT_POLICY.retries;
  }

  /** Ends every request when it fires. */
  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  /** How to ask; requests end when `stop` fires, too. */
  http(stop?: AbortSignal, turn?: Turn): HttpOptions {
    const { fetch, log, signal, maxResponse } = this.#options;
    const stops = [signal, stop].filter((each) => each !== undefined);
    const { sslVerify, timeout } = this.filters;
    if (!sslVerify && fetch === undefined) {
      throw new FilterError(
        "sslVerify",
        "sslVerify is false, but the platform's fetch always verifies certificates: pass a fetch that does not",
      );
    }
    if (!(timeout >= 0)) {
      throw new FilterError(
        "timeout",
        `timeout is ${timeout}: give seconds, or 0 for no limit`,
      );
    }
    return {
      apiKey: this.#apiKey,
      timeout,
      retries: this.retries,
      gate: this.gate,
      ...(maxResponse === undefined ? {} : { maxResponse }),
      ...(stops.length > 0 ? { signal: AbortSignal.any(stops) } : {}),
      ...(turn ? { turn } : {}),
      ...(fetch ? { fetch } : {}),
      ...(log ? { log } : {}),
    };
  }

  /** Tells what is doubtful about data that is given all the same. */
  warn(line: string): void {
    (this.#options.warn ?? this.#options.log)?.(this.#shown(line));
  }

  /** Tells what is done, if the settings are `verbose`. */
  report(...lines: string[]): void {
    if (!this.filters.verbose) return;
    for (const line of lines) this.#options.log?.(this.#shown(line));
  }

  get #apiKey(): string {
    return this.#options.apiKey || this.filters.authApikey;
  }

  #shown(line: string): string {
    return plain(withoutKey(line, this.#apiKey));
  }
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
    `${field} is ${value}: give a whole number, ${range}`,
  );
}
