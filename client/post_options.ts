/**
 * Options that all posts have in common.
 *
 * @module
 */

import { Connection } from "./connection.ts";
import { PostError } from "./errors.ts";
import {
  EVENT_TYPES,
  type EventTypeInfo,
  eventTypeInfo,
  nearestEventType,
} from "./event_types.ts";
import { ApiFilters } from "./filters.ts";
import { oneLine, shown } from "./text.ts";
import { encodeValue, type PostValue } from "./values.ts";

/**
 * How to write to an archive.
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
  /** The user who owns the key; not sent. */
  username?: string;
  /**
   * The API key, or a function that returns it when something is first sent.
   * The key is sent only to this archive.
   */
  apiKey?: string | (() => string | Promise<string>);
  /**
   * The path where the web server mounts the archive; `null`, empty or `/` for
   * the root.
   *
   * @default {"esmond"}
   */
  scriptAlias?: string | null;
  /**
   * Seconds without a byte after which a request fails; 0 for no limit.
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
   * Further attempts after a failure that may be temporary; a write is repeated
   * only if it cannot be stored twice.
   *
   * @default {3}
   */
  retries?: number;
  /**
   * Largest decompressed size of an answer, in bytes; a larger one is an error,
   * and is not read to its end. Below 512 MiB.
   *
   * @default {134217728}
   */
  maxResponse?: number;
  /**
   * Check, before data is sent, that the test exists and has the event types,
   * and which of the points are stored: an archive reports success for a
   * missing test, and stores nothing.
   *
   * @default {true}
   */
  verify?: boolean;
  /**
   * Read back what the archive acknowledged, and fail if it is missing.
   *
   * @default {false}
   */
  readBack?: boolean;
  /** Replaces the platform's `fetch`. */
  fetch?: typeof fetch;
  /**
   * Report every request to `log`.
   *
   * @default {false}
   */
  verbose?: boolean;
  /**
   * Called with a line for each warning and retry, and for every request if
   * `verbose`.
   */
  log?: (line: string) => void;
  /** Aborts all requests when it fires; its reason is thrown. */
  signal?: AbortSignal;
}

/** A connection for writing; warns if no key is set. */
export function connectToWrite(
  apiUrl: string | URL,
  options: PostOptions,
): Connection {
  if (typeof options !== "object" || options === null) {
    throw new PostError(
      "options",
      `the options have to be an object, not ${shown(options)}`,
    );
  }
  const { apiKey, ...rest } = options;
  const connection = new Connection(apiUrl, new ApiFilters(), {
    ...rest,
    ...(typeof apiKey === "string" ? { apiKey } : {}),
  });
  if (!apiKey) connection.warn("no API key is set");
  return connection;
}

/** Gets the API key, if it comes from a function. */
export async function authorize(
  { filters }: Connection,
  { apiKey }: PostOptions,
): Promise<void> {
  if (typeof apiKey === "function") filters.authApikey ||= await apiKey();
}

/**
 * Looks up an event type.
 *
 * @throws {PostError} for an unknown name.
 */
export function requireEventType(name: string): EventTypeInfo {
  const info = eventTypeInfo(name);
  if (info !== undefined) return info;
  throw new PostError(
    "eventType",
    name
      ? `${oneLine(String(name))} is not a known event type${
        nearestEventType(name)
      }; EVENT_TYPES lists all ${EVENT_TYPES.length}`
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
