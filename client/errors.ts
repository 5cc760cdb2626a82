/**
 * The errors that this library throws: one family, each with typed fields and a
 * message fit for a terminal.
 *
 * @module
 */

/**
 * Base class of all errors of this library.
 *
 * @example Usage
 * ```ts
 * import { ApiFilters, EsmondError } from "@esmond/client";
 *
 * try {
 *   new ApiFilters({ timeStart: NaN });
 * } catch (error) {
 *   if (!(error instanceof EsmondError)) throw error;
 *   console.log(error.name, error.message);
 * }
 * ```
 */
export class EsmondError extends Error {
  /** Name of the class, such as `ArchiveHttpError`. */
  override name = "EsmondError";
}

/**
 * A failed request.
 *
 * @example Usage
 * ```ts
 * import { ArchiveError, type FailedRequest } from "@esmond/client";
 *
 * const failed: FailedRequest = { url: "http://ma.example.net/", received: 2000 };
 * const error = new ArchiveError("the archive answered nonsense", failed);
 * console.assert(error.received === 2000);
 * ```
 */
export interface FailedRequest {
  /** The requested address; never contains credentials. */
  url: string;
  /**
   * Data points, or tests, that had arrived before the failure.
   *
   * @default {0}
   */
  received?: number;
  /** The error underneath, if there is one. */
  cause?: unknown;
}

/**
 * A request to an archive failed, so whatever was read is incomplete.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ArchiveError } from "@esmond/client";
 *
 * const conn = new ApiConnect("http://127.0.0.1:9", undefined, { retries: 0 });
 * try {
 *   for await (const md of conn.getMetadata()) console.log(`${md}`);
 * } catch (error) {
 *   if (!(error instanceof ArchiveError)) throw error;
 *   console.log(error.url, error.received);
 * }
 * ```
 */
export class ArchiveError extends EsmondError {
  /** The name of the class. */
  override name = "ArchiveError";
  /** The requested address. */
  readonly url: string;
  /** Data points, or tests, that had arrived before the failure. */
  readonly received: number;

  /**
   * Makes the error; its message is complete, in one line.
   *
   * @param message What happened.
   * @param request The request that failed.
   */
  constructor(message: string, request: FailedRequest) {
    super(
      message,
      request.cause === undefined ? {} : { cause: request.cause },
    );
    this.url = request.url;
    this.received = request.received ?? 0;
  }
}

/**
 * The archive answered with a status other than success.
 *
 * @example Usage
 * ```ts
 * import { ArchiveHttpError } from "@esmond/client";
 *
 * const error = new ArchiveHttpError(401, "Invalid token.", { url: "http://ma.example.net/" });
 * console.log(error.status, error.detail, error.message);
 * ```
 */
export class ArchiveHttpError extends ArchiveError {
  /** The name of the class. */
  override name = "ArchiveHttpError";
  /** The HTTP status code. */
  readonly status: number;
  /** What the archive said, in one line; empty if it said nothing. */
  readonly detail: string;

  /**
   * Makes the error.
   *
   * @param status The HTTP status code.
   * @param detail What the archive said, in one line.
   * @param request The request that failed.
   */
  constructor(status: number, detail: string, request: FailedRequest) {
    const said = detail
      ? `: ${detail}`
      : status === 404
      ? "; is this the archive's address?"
      : "";
    super(
      `the archive answered ${status}${said}${
        arrived(request)
      } (${request.url})`,
      request,
    );
    this.status = status;
    this.detail = detail;
  }
}

/**
 * The archive could not be reached: name service, connection, TLS, or a
 * redirect that is not followed.
 *
 * @example Usage
 * ```ts
 * import { ArchiveUnreachableError } from "@esmond/client";
 *
 * const error = new ArchiveUnreachableError("connection refused", { url: "http://ma.example.net/" });
 * console.log(error.reason);
 * ```
 */
export class ArchiveUnreachableError extends ArchiveError {
  /** The name of the class. */
  override name = "ArchiveUnreachableError";
  /** The cause in words. */
  readonly reason: string;
  /**
   * Whether the request may have reached the archive nevertheless; a write may
   * then have been stored.
   */
  readonly mayHaveArrived: boolean;

  /**
   * Makes the error.
   *
   * @param reason The cause in words.
   * @param request The request that failed.
   * @param mayHaveArrived Whether the request may have reached the archive.
   */
  constructor(
    reason: string,
    request: FailedRequest,
    mayHaveArrived?: boolean,
  ) {
    super(
      `the archive cannot be reached: ${reason}${
        arrived(request)
      } (${request.url})`,
      request,
    );
    this.reason = reason;
    this.mayHaveArrived = mayHaveArrived ?? true;
  }
}

/**
 * The archive sent nothing for too long, or too little.
 *
 * @example Usage
 * ```ts
 * import { ArchiveTimeoutError } from "@esmond/client";
 *
 * const error = new ArchiveTimeoutError(20, { url: "http://ma.example.net/" });
 * console.log(error.timeout); // seconds
 * ```
 */
export class ArchiveTimeoutError extends ArchiveError {
  /** The name of the class. */
  override name = "ArchiveTimeoutError";
  /** How long nothing arrived, or too little, in seconds. */
  readonly timeout: number;

  /**
   * Makes the error.
   *
   * @param timeout How long nothing arrived, or too little, in seconds.
   * @param request The request that failed.
   * @param bytes How much arrived in that time, in bytes.
   */
  constructor(timeout: number, request: FailedRequest, bytes?: number) {
    super(
      `the archive sent ${
        (bytes ?? 0) === 0 ? "nothing" : `no more than ${bytes} bytes`
      } for ${timeout} s${arrived(request)} (${request.url})`,
      request,
    );
    this.timeout = timeout;
  }
}

/**
 * The answer is not what an archive sends: not JSON, or not of the documented
 * shape.
 *
 * @example Usage
 * ```ts
 * import { ArchiveResponseError } from "@esmond/client";
 *
 * const error = new ArchiveResponseError("text/html, not JSON", { url: "http://ma.example.net/" });
 * console.log(error.problem);
 * ```
 */
export class ArchiveResponseError extends ArchiveError {
  /** The name of the class. */
  override name = "ArchiveResponseError";
  /** What is wrong with the answer. */
  readonly problem: string;

  /**
   * Makes the error.
   *
   * @param problem What is wrong with the answer.
   * @param request The request that failed.
   */
  constructor(problem: string, request: FailedRequest) {
    super(
      `the answer is not a measurement archive's: ${problem}${
        arrived(request)
      } (${request.url})`,
      request,
    );
    this.problem = problem;
  }
}

/**
 * The answer is larger than allowed; it was not read to its end.
 *
 * @example Usage
 * ```ts
 * import { ArchiveSizeError } from "@esmond/client";
 *
 * const error = new ArchiveSizeError(1 << 20, { url: "http://ma.example.net/" });
 * console.log(error.limit); // bytes
 * ```
 */
export class ArchiveSizeError extends ArchiveResponseError {
  /** The name of the class. */
  override name = "ArchiveSizeError";
  /** How large an answer may be, in bytes. */
  readonly limit: number;

  /**
   * Makes the error.
   *
   * @param limit How large an answer may be, in bytes.
   * @param request The request that failed.
   */
  constructor(limit: number, request: FailedRequest) {
    super(
      `it is larger than ${
        sizeText(limit)
      }; ask for a shorter window of time, or smaller pages`,
      request,
    );
    this.limit = limit;
  }
}

/**
 * A filter, or an argument of {@linkcode ApiConnect}, is invalid. Nothing was
 * sent.
 *
 * @example Usage
 * ```ts
 * import { ApiFilters, FilterError } from "@esmond/client";
 *
 * try {
 *   new ApiFilters({ timeStart: NaN });
 * } catch (error) {
 *   if (!(error instanceof FilterError)) throw error;
 *   console.log(error.field); // "timeStart"
 * }
 * ```
 */
export class FilterError extends EsmondError {
  /** The name of the class. */
  override name = "FilterError";
  /** The property or argument that was refused, such as `timeStart`. */
  readonly field: string;

  /**
   * Makes the error.
   *
   * @param field The property or argument that was refused.
   * @param message What is wrong, and what to do.
   */
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/**
 * An argument of a post is invalid; thrown before anything is sent.
 *
 * @example Usage
 * ```ts
 * import { PostError } from "@esmond/client";
 *
 * const error = new PostError("metadataKey", "metadataKey is required");
 * console.log(error.argument);
 * ```
 */
export class PostError extends EsmondError {
  /** The name of the class. */
  override name = "PostError";
  /** The argument that was refused, such as `metadataKey`. */
  readonly argument: string;
  /**
   * The added points that cannot be stored because of it, as far as it was
   * found when they were to be sent; empty for an argument that was refused at
   * once.
   */
  readonly points: readonly PostedPoint[];

  /**
   * Makes the error.
   *
   * @param argument The argument that was refused.
   * @param message What is wrong, and what to do.
   * @param points The points that cannot be stored because of it.
   */
  constructor(
    argument: string,
    message: string,
    points: readonly PostedPoint[] = [],
  ) {
    super(message);
    this.argument = argument;
    this.points = points;
  }
}

/**
 * A data point of a post.
 *
 * @example Usage
 * ```ts
 * import type { PostedPoint } from "@esmond/client";
 *
 * const point: PostedPoint = { eventType: "throughput", ts: 1397075053, val: "23" };
 * console.log(point.eventType, point.ts);
 * ```
 */
export interface PostedPoint {
  /** The event type. */
  readonly eventType: string;
  /** The time: whole seconds since 1970 UTC. */
  readonly ts: number;
  /** The value as JSON text. */
  readonly val: string;
}

/**
 * Writing stopped early. Lists which points are in the archive, which are not,
 * and which are unknown. Another call of `postData()` checks the unknown ones
 * and sends only what is missing.
 *
 * @example Usage
 * ```ts
 * import { PostDataError } from "@esmond/client";
 *
 * const error = new PostDataError("the archive cannot be reached", {
 *   stored: [],
 *   missing: [{ eventType: "throughput", ts: 1397075053, val: "23" }],
 *   unknown: [],
 * });
 * console.log(error.message, error.missing.length);
 * ```
 */
export class PostDataError extends EsmondError {
  /** The name of the class. */
  override name = "PostDataError";
  /** Points in the archive. */
  readonly stored: readonly PostedPoint[];
  /** Points that are not in the archive. */
  readonly missing: readonly PostedPoint[];
  /**
   * Points that may or may not be in the archive: the answer to their request
   * got lost, and so did the check.
   */
  readonly unknown: readonly PostedPoint[];

  /**
   * Makes the error.
   *
   * @param message Why writing stopped.
   * @param points The state of the points.
   * @param cause The error underneath, if there is one.
   */
  constructor(
    message: string,
    points: {
      stored: readonly PostedPoint[];
      missing: readonly PostedPoint[];
      unknown: readonly PostedPoint[];
    },
    cause?: unknown,
  ) {
    const { stored, missing, unknown } = points;
    super(
      `${message}; ${stored.length} points are stored, ${missing.length} are not, ${unknown.length} are unknown`,
      cause === undefined ? {} : { cause },
    );
    this.stored = stored;
    this.missing = missing;
    this.unknown = unknown;
  }
}

/** A number of bytes as people read it. */
function sizeText(bytes: number): string {
  for (const [power, unit] of [[20, "MiB"], [10, "KiB"]] as const) {
    if (bytes % 2 ** power === 0) return `${bytes / 2 ** power} ${unit}`;
  }
  return `${bytes} bytes`;
}

/** The part of a message that says how much had come before. */
function arrived(request: FailedRequest): string {
  return request.received ? `, after ${request.received} had arrived` : "";
}
