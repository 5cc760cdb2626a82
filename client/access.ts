/**
 * How an archive is spoken to: what all objects of one connection share.
 *
 * @module
 */

import { FilterError } from "./errors.ts";
import { Gate, type Turn } from "./gate.ts";
import { type ArchiveAddress, type HttpOptions, plain } from "./http.ts";
import { PageSizes } from "./page_sizes.ts";
import type { ReadableArchive } from "./read_ahead.ts";
import { DEFAULT_POLICY } from "./retry.ts";

/** What may change while the connection is in use. */
export interface AccessSettings {
  /** Report every request. */
  verbose: boolean;
  /**
   * Seconds without a byte after which a request is given up; 0 for no limit.
   */
  timeout: number;
  /** Whether certificates are verified. */
  sslVerify: boolean;
  /** The API key; empty for none. */
  authApikey: string;
}

/** What is settled when the connection is made. */
export interface AccessOptions {
  /** The API key; goes before that of the settings. */
  apiKey?: string;
  /** Further tries of a request that failed in a way that may pass. */
  retries?: number;
  /** How large an answer may be, in bytes, when it is decompressed. */
  maxResponse?: number;
  /**
   * Data points asked for in one request; grows with what the archive can do if
   * absent.
   */
  pageSize?: number;
  /** How many requests may be under way at a time. */
  concurrency?: number;
  /** Lets no new request begin when it fires; those under way are finished. */
  drain?: AbortSignal;
  /** What to fetch with instead of the platform's `fetch`. */
  fetch?: typeof fetch;
  /**
   * Told, a line each, of retries, and of every request if the settings are
   * `verbose`.
   */
  log?: (line: string) => void;
  /** Told what is doubtful about data that is given all the same. */
  warn?: (line: string) => void;
  /** Ends every request when it fires. */
  signal?: AbortSignal;
}

/** How many requests are under way at a time where the caller does not say. */
const DEFAULT_CONCURRENCY = 6;

/**
 * An answer is held in memory as one text, of which platforms take hardly more
 * than this, in bytes.
 */
export const MAX_RESPONSE: number = 511 << 20;

/** An archive, and how it is spoken to. */
export class Archive<S extends AccessSettings = AccessSettings>
  implements ReadableArchive {
  /** How many data points to ask for in one request. */
  readonly pageSizes: PageSizes;
  /** What lets requests through. */
  readonly gate: Gate;
  /**
   * What was settled when the connection was made; the caller may use the
   * object for the next one.
   */
  readonly options: AccessOptions;

  /**
   * Checks the options; nothing is sent.
   *
   * @throws {FilterError} for options out of range.
   */
  constructor(
    readonly address: ArchiveAddress,
    readonly settings: S,
    options: AccessOptions,
  ) {
    this.options = { ...options };
    requireWhole("pageSize", options.pageSize, 1);
    requireWhole("retries", options.retries, 0);
    requireWhole("concurrency", options.concurrency, 1);
    requireWhole("maxResponse", options.maxResponse, 1, MAX_RESPONSE);
    this.pageSizes = new PageSizes(options.pageSize);
    const gate = new Gate(this.concurrency);
    this.gate = gate;
    const { drain } = options;
    if (drain?.aborted) gate.close(drain.reason);
    else drain?.addEventListener("abort", () => gate.close(drain.reason));
  }

  /** How many requests may be under way at a time. */
  get concurrency(): number {
    return this.options.concurrency ?? DEFAULT_CONCURRENCY;
  }

  /** Further tries of a request that failed in a way that may pass. */
  get retries(): number {
    return this.options.retries ?? DEFAULT_POLICY.retries;
  }

  /** How to ask; requests end when `stop` fires. */
  http(stop: AbortSignal, turn?: Turn): HttpOptions {
    const { fetch, log, signal, apiKey, maxResponse } = this.options;
    const { authApikey, sslVerify, timeout } = this.settings;
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
      apiKey: apiKey || authApikey,
      timeout,
      retries: this.retries,
      gate: this.gate,
      ...(maxResponse === undefined ? {} : { maxResponse }),
      signal: signal ? AbortSignal.any([signal, stop]) : stop,
      ...(turn ? { turn } : {}),
      ...(fetch ? { fetch } : {}),
      ...(log ? { log } : {}),
    };
  }

  /** Tells what is doubtful about data that is given all the same. */
  warn(line: string): void {
    (this.options.warn ?? this.options.log)?.(plain(line));
  }

  /** Tells what is done, if the settings are `verbose`. */
  report(...lines: string[]): void {
    if (!this.settings.verbose) return;
    for (const line of lines) this.options.log?.(plain(line));
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
