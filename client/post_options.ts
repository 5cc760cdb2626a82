/**
 * How an archive is written to: what all posts have in common.
 *
 * @module
 */

import { Connection } from "./connection.ts";
import { PostError } from "./errors.ts";
import {
  EVENT_TYPES,
  type EventTypeInfo,
  eventTypeInfo,
} from "./event_types.ts";
import { ApiFilters } from "./filters.ts";
import { encodeValue, type PostValue } from "./values.ts";

/**
 * How an archive is written to.
 *
 * @example Usage
 * ```ts
 * import { EventTypeBulkPost, type PostOptions } from "@esmond/client";
 *
 * const access: PostOptions = { apiKey: "secret", timeout: 60 };
 * const metadataKey = "0123456789abcdef0123456789abcdef";
 * const post = new EventTypeBulkPost("http://archive.example.net/", { ...access, metadataKey });
 * console.log(post.jsonPayload());
 * ```
 */
export interface PostOptions {
  /** The user that the key belongs to; it is not sent. */
  username?: string;
  /**
   * The API key, or what gives it when something is first sent; it goes only to
   * the archive named.
   */
  apiKey?: string | (() => string | Promise<string>);
  /**
   * Where the web server mounts the archive; `null`, empty or `/` for nowhere.
   *
   * @default {"esmond"}
   */
  scriptAlias?: string | null;
  /**
   * Seconds without a byte after which a request is given up; 0 for no limit.
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
   * Further tries of a request that failed in a way that may pass; a write is
   * repeated only where it cannot be stored twice.
   *
   * @default {3}
   */
  retries?: number;
  /**
   * How large an answer may be, in bytes, when it is decompressed: what is
   * larger is an error, and is not read to its end. Less than 512 MiB.
   *
   * @default {134217728}
   */
  maxResponse?: number;
  /**
   * Make sure, before data is sent, that the test exists and was created with
   * its event types, and which of the points it has: an archive answers success
   * all the same, and stores nothing.
   *
   * @default {true}
   */
  verify?: boolean;
  /**
   * Read back what the archive acknowledged, and fail where it has not got it:
   * for archives, or what stands in front of them, that cannot be trusted.
   *
   * @default {false}
   */
  readBack?: boolean;
  /** What to fetch with instead of the platform's `fetch`. */
  fetch?: typeof fetch;
  /**
   * Report every request to `log`.
   *
   * @default {false}
   */
  verbose?: boolean;
  /**
   * Told, a line each, of warnings and retries, and of every request if
   * `verbose`.
   */
  log?: (line: string) => void;
  /** Ends every request when it fires; its reason is thrown. */
  signal?: AbortSignal;
}

/** A connection to write through; warns where no key is set. */
export function connectToWrite(
  apiUrl: string | URL,
  options: PostOptions,
): Connection {
  const filters = new ApiFilters();
  const {
    verbose = filters.verbose,
    timeout = filters.timeout,
    sslVerify = filters.sslVerify,
    apiKey,
    ...rest
  } = options;
  Object.assign(filters, { verbose, timeout, sslVerify });
  if (typeof apiKey === "string") filters.authApikey = apiKey;
  const connection = new Connection(apiUrl, filters, rest);
  if (!apiKey) connection.warn("no API key is set");
  return connection;
}

/** Asks for the API key where there is one that is not known yet. */
export async function authorize(
  { filters }: Connection,
  { apiKey }: PostOptions,
): Promise<void> {
  if (typeof apiKey === "function") filters.authApikey ||= await apiKey();
}

/**
 * What is known of an event type.
 *
 * @throws {PostError} for a name that archives do not know.
 */
export function requireEventType(name: string): EventTypeInfo {
  const info = eventTypeInfo(name);
  if (info !== undefined) return info;
  throw new PostError(
    "eventType",
    name
      ? `${name} is no event type that archives know; EVENT_TYPES lists ${EVENT_TYPES.length}`
      : "Must set eventType",
  );
}

/**
 * The JSON text of an argument.
 *
 * @throws {PostError} for what JSON cannot carry.
 */
export function encodeArgument(argument: string, value: PostValue): string {
  try {
    return encodeValue(value);
  } catch (error) {
    throw new PostError(argument, (error as Error).message);
  }
}
