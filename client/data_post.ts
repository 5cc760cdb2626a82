/**
 * Posting measured data.
 *
 * @module
 */

import { type PostedPoint, PostError } from "./errors.ts";
import { eventTypeInfo, type EventTypeName } from "./event_types.ts";
import { indent } from "./json.ts";
import type { KnownTest } from "./post_target.ts";
import { type Batch, Outbox } from "./outbox.ts";
import { LAST_SECOND } from "./parameters.ts";
import {
  connectToWrite,
  encodeArgument,
  type PostOptions,
  requireEventType,
} from "./post_options.ts";
import { shown } from "./text.ts";
import {
  encodeValue,
  type EventTypePostValue,
  type PostValue,
  problemWith,
} from "./values.ts";

/**
 * Test and event type to post to, for `EventTypePost`.
 *
 * @example Usage
 * ```ts
 * import { EventTypePost, type EventTypePostOptions } from "@esmond/client";
 *
 * const options: EventTypePostOptions = {
 *   apiKey: "secret",
 *   metadataKey: "0123456789abcdef0123456789abcdef",
 *   eventType: "throughput",
 * };
 * console.log(new EventTypePost("http://archive.example.net/", options).jsonPayload()); // []
 * ```
 */
export interface EventTypePostOptions<
  Name extends EventTypeName | (string & Record<never, never>) = string,
> extends PostOptions {
  /** The key of the test. */
  metadataKey: string;
  /** The event type that the data belongs to. */
  eventType: Name;
}

/**
 * Posts data of one event type, a request for each point.
 *
 * @example Usage
 * ```ts
 * import { EventTypePost } from "@esmond/client";
 *
 * const post = new EventTypePost("http://archive.example.net/", {
 *   apiKey: "secret",
 *   metadataKey: "0123456789abcdef0123456789abcdef",
 *   eventType: "histogram-ttl",
 * });
 * post.addDataPoint(1397075053, { 28: 33 });
 * post.addDataPoint(1397075113, new Map([[28, 30], [9, 3]])); // a Map keeps its order
 * console.log(post.jsonPayload()); // await post.postData() sends it
 * ```
 */
export class EventTypePost<
  Name extends EventTypeName | (string & Record<never, never>) = string,
> {
  readonly #eventType: string;
  readonly #outbox: Outbox;

  /**
   * Sends nothing yet.
   *
   * @param apiUrl Scheme, host and port of the archive.
   * @param options Where to post, and how.
   * @throws {PostError} when the key is missing, or the event type is unknown.
   * @throws {FilterError} for an invalid address, and for options out of range.
   */
  constructor(apiUrl: string | URL, options: EventTypePostOptions<Name>) {
    const connection = connectToWrite(apiUrl, options);
    const key = requireKey(options.metadataKey);
    this.#eventType = requireEventType(options.eventType).name;
    const url = connection.address.data(key, this.#eventType);
    this.#outbox = new Outbox({
      connection,
      key,
      options: { ...options },
      cut: (points) =>
        points.map((point): Batch => ({
          points: [point],
          method: "POST",
          url,
          body: pointBody(point),
        })),
    });
  }

  /**
   * Adds a point.
   *
   * @param ts The time: whole seconds since 1970 UTC.
   * @param val The value: its shape and unit are those of the event type.
   * @throws {PostError} for an invalid time or value, and for a second point of
   * the same second.
   */
  addDataPoint(ts: number, val: EventTypePostValue<Name>): void {
    this.#outbox.add(makePoint(this.#eventType, ts, val as PostValue));
  }

  /**
   * All points, in JSON.
   *
   * @param pretty Indent by 4.
   * @returns A list of `{"ts", "val"}`.
   */
  jsonPayload(pretty?: boolean): string {
    const body = `[${this.#outbox.points.map(pointBody).join(", ")}]`;
    return pretty ? indent(body) : body;
  }

  /**
   * Sends the points that the archive does not have, in the order in which they
   * were added.
   *
   * @throws {PostDataError} when that stops early: it lists which points are
   * stored, missing and unknown. Another call continues from there.
   * @throws {PostError} when the test or its event type does not exist, or the
   * archive has another value for a point.
   */
  async postData(): Promise<void> {
    await this.#outbox.deliver();
  }
}

/**
 * Test to post to, for `EventTypeBulkPost`.
 *
 * @example Usage
 * ```ts
 * import { EventTypeBulkPost, type EventTypeBulkPostOptions } from "@esmond/client";
 *
 * const options: EventTypeBulkPostOptions = { metadataKey: "0123456789abcdef0123456789abcdef" };
 * console.log(new EventTypeBulkPost("http://archive.example.net/", options).jsonPayload());
 * ```
 */
export interface EventTypeBulkPostOptions extends PostOptions {
  /** The key of the test. */
  metadataKey: string;
}

/**
 * Posts data of several event types of one test, many points a request.
 *
 * @example Usage
 * ```ts
 * import { EventTypeBulkPost } from "@esmond/client";
 *
 * const post = new EventTypeBulkPost("http://archive.example.net/", {
 *   apiKey: "secret",
 *   metadataKey: "0123456789abcdef0123456789abcdef",
 * });
 * post.addDataPoint("time-error-estimates", 1397075053, 23);
 * post.addDataPoint("packet-loss-rate", 1397075053, { numerator: 11, denominator: 33 });
 * console.log(post.jsonPayload()); // await post.postData() sends it
 * ```
 */
export class EventTypeBulkPost {
  readonly #outbox: Outbox;

  /**
   * Sends nothing yet.
   *
   * @param apiUrl Scheme, host and port of the archive.
   * @param options Where to post, and how.
   * @throws {PostError} when the key is missing.
   * @throws {FilterError} for an invalid address, and for options out of range.
   */
  constructor(apiUrl: string | URL, options: EventTypeBulkPostOptions) {
    const connection = connectToWrite(apiUrl, options);
    const key = requireKey(options.metadataKey);
    const url = connection.address.test(key);
    this.#outbox = new Outbox({
      connection,
      key,
      options: { ...options },
      cut: (points, known) =>
        cutBulk(points, known).map((part): Batch => ({
          points: part,
          method: "PUT",
          url,
          body: bulkBody(part),
        })),
    });
  }

  /**
   * Adds a point.
   *
   * @param eventType The event type.
   * @param ts The time: whole seconds since 1970 UTC.
   * @param val The value: its shape and unit are those of the event type.
   * @throws {PostError} for an invalid argument, and for a second point of the
   * same event type and second.
   */
  addDataPoint<Name extends EventTypeName | (string & Record<never, never>)>(
    eventType: Name,
    ts: number,
    val: EventTypePostValue<Name>,
  ): void {
    this.#outbox.add(
      makePoint(requireEventType(eventType).name, ts, val as PostValue),
    );
  }

  /**
   * All points, in JSON: those of one second together.
   *
   * @param pretty Indent by 4.
   * @returns `{"data": [{"ts", "val": [{"event-type", "val"}, …]}, …]}`.
   */
  jsonPayload(pretty?: boolean): string {
    const body = bulkBody(this.#outbox.points);
    return pretty ? indent(body) : body;
  }

  /**
   * Sends the points that the archive does not have, in requests of bounded
   * size.
   *
   * @throws {PostDataError} when that stops early: it lists which points are
   * stored, missing and unknown. Another call continues from there.
   * @throws {PostError} when the test or an event type does not exist, or the
   * archive has another value for a point.
   */
  async postData(): Promise<void> {
    await this.#outbox.deliver();
  }
}

function requireKey(key: string): string {
  if (typeof key === "string" && key !== "") return key;
  throw new PostError(
    "metadataKey",
    "Must set metadataKey: the key of the test, as postMetadata() gives it",
  );
}

const FINER_UNITS = [
  ["milliseconds", 1e3],
  ["microseconds", 1e6],
  ["nanoseconds", 1e9],
] as const;

function makePoint(
  eventType: string,
  ts: number,
  val: PostValue,
): PostedPoint {
  if (typeof ts !== "number" || !Number.isInteger(ts)) {
    throw new PostError(
      "ts",
      `ts arg must be an integer, not ${
        shown(ts)
      }: whole seconds since 1970 UTC`,
    );
  }
  // Milliseconds of today are far beyond it.
  if (Math.abs(ts) > LAST_SECOND) {
    const [unit, factor] = FINER_UNITS.find(([, factor]) =>
      Math.abs(ts) / factor <= LAST_SECOND
    ) ?? [];
    const meant = factor === undefined
      ? ""
      : `; as ${unit} it is ${Math.floor(ts / factor)}`;
    throw new PostError(
      "ts",
      `${ts} is not a time in seconds since 1970 UTC${meant}`,
    );
  }
  const text = encodeArgument("val", val);
  const problem = problemWith(eventType, text);
  if (problem === undefined) return { eventType, ts, val: text };
  throw new PostError(
    "val",
    `${text.slice(0, 100)} is not a value of ${eventType}: ${problem}`,
  );
}

function pointBody({ ts, val }: PostedPoint): string {
  return `{"ts": ${ts}, "val": ${val}}`;
}

function bulkBody(points: readonly PostedPoint[]): string {
  const seconds = new Map<number, string[]>();
  for (const { eventType, ts, val } of points) {
    const values = seconds.get(ts) ?? [];
    values.push(`{"event-type": ${encodeValue(eventType)}, "val": ${val}}`);
    seconds.set(ts, values);
  }
  const data = [...seconds].map(([ts, values]) =>
    `{"ts": ${ts}, "val": [${values.join(", ")}]}`
  );
  return `{"data": [${data.join(", ")}]}`;
}

/** The most that one request carries: points, and characters. */
const MAX_POINTS = 1000;
const MAX_LENGTH = 1 << 20;

/**
 * Divides points into requests. esmond computes wrong roll-ups of floats and
 * histograms from two points of one window in a request: such points go into
 * separate requests.
 */
function cutBulk(
  points: readonly PostedPoint[],
  known: KnownTest | undefined,
): PostedPoint[][] {
  const parts: { points: PostedPoint[]; length: number; bins: Set<string> }[] =
    [];
  let open = 0; // parts before this one are full
  for (const point of points) {
    const bins = binsOf(point, known);
    let at = open;
    while (
      at < parts.length && (isFull(parts[at]!) ||
        bins.some((bin) => parts[at]!.bins.has(bin)))
    ) {
      if (at === open && isFull(parts[at]!)) open++;
      at++;
    }
    const part = parts[at] ??= { points: [], length: 0, bins: new Set() };
    part.points.push(point);
    part.length += point.val.length + 64;
    for (const bin of bins) part.bins.add(bin);
  }
  return parts.map((part) => part.points);
}

function isFull(part: { points: unknown[]; length: number }): boolean {
  return part.points.length >= MAX_POINTS || part.length >= MAX_LENGTH;
}

/** The windows of roll-ups in which a point must be alone in its request. */
function binsOf(
  { eventType, ts }: PostedPoint,
  known: KnownTest | undefined,
): string[] {
  const { valueClass } = eventTypeInfo(eventType)!;
  if (valueClass !== "float" && valueClass !== "histogram") return [];
  return (known?.get(eventType) ?? []).filter((window) => window > 0)
    .map((window) => `${eventType} ${window} ${Math.floor(ts / window)}`);
}
