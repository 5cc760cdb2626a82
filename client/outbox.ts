/**
 * Points on their way into an archive: each is stored once, or it is said what
 * became of it.
 *
 * An answer that gets lost leaves open whether the archive has stored what it
 * was sent. It is then asked, and only what it has not is sent again.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import {
  ArchiveError,
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveTimeoutError,
  ArchiveUnreachableError,
  PostDataError,
  type PostedPoint,
  PostError,
} from "./errors.ts";
import { eventTypeInfo } from "./event_types.ts";
import { type HttpAnswer, request } from "./http.ts";
import { isObject, member, NULL } from "./json.ts";
import { secondsOf, TIME_FILTERS } from "./parameters.ts";
import { readObject } from "./reading.ts";
import { delayAfter, sleep } from "./retry.ts";
import { readSeries } from "./series.ts";
import { isSameValue } from "./values.ts";
import { listOf, type WireMetadata } from "./wire.ts";

/** A request that carries points. */
export interface Batch {
  /** The points that it carries. */
  points: readonly PostedPoint[];
  /** `POST` for one, `PUT` for many. */
  method: "POST" | "PUT";
  /** Where to. */
  url: URL;
  /** The JSON. */
  body: string;
}

/** What the points are to be written with. */
export interface Delivery {
  /** The archive. */
  connection: Connection;
  /** The key of the test. */
  key: string;
  /**
   * Whether to make sure first that the test exists and has the event types.
   */
  verify: boolean;
  /** Cuts points into requests. */
  cut(points: readonly PostedPoint[], known: KnownTest | undefined): Batch[];
}

/**
 * What the archive says of the test that is written to: the windows of its
 * roll-ups, by event type.
 */
export type KnownTest = ReadonlyMap<string, readonly number[]>;

type State = "missing" | "stored" | "unknown";

/** Points, and what has become of them. */
export class Outbox {
  readonly #points = new Map<string, PostedPoint>();
  readonly #states = new Map<PostedPoint, State>();
  /**
   * Points whose request failed so that the archive may yet store them by
   * itself.
   */
  readonly #doubtful = new Set<PostedPoint>();
  #known: KnownTest | undefined;

  /**
   * Takes a point.
   *
   * @throws {PostError} for a second one of the same event type and second: an
   * archive would add them up.
   */
  add(point: PostedPoint): void {
    const id = `${point.eventType} ${point.ts}`;
    if (this.#points.has(id)) {
      throw new PostError(
        "ts",
        `there is a point of ${point.eventType} at ${point.ts} already: an archive keeps one a second`,
      );
    }
    this.#points.set(id, point);
    this.#states.set(point, "missing");
  }

  /** All points, in the order in which they were added. */
  get points(): PostedPoint[] {
    return [...this.#points.values()];
  }

  /**
   * Writes what the archive has not.
   *
   * @throws {PostDataError} when that breaks off: it lists what became of the
   * points.
   * @throws {PostError} when nothing was sent because the test, or one of its
   * event types, does not exist.
   */
  async deliver(delivery: Delivery): Promise<void> {
    try {
      if (delivery.verify && this.#known === undefined) {
        this.#known = await verify(delivery, this.points);
      }
      await this.#resolve(this.#of("unknown"), delivery);
      const missing = this.#of("missing");
      // A batch of many is refused as a whole where one of its points exists:
      // better to know before.
      if (delivery.verify && missing.length > 1) {
        await this.#resolve(missing, delivery);
      }
      for (const batch of delivery.cut(this.#of("missing"), this.#known)) {
        await this.#send(batch, delivery);
      }
      if (this.#lacking(this.points).length > 0) {
        throw new ArchiveResponseError(
          "points that it acknowledged cannot be read back",
          { url: delivery.connection.address.test(delivery.key).href },
        );
      }
    } catch (error) {
      const isAborted = delivery.connection.signal?.aborted;
      if (!isAborted && !(error instanceof ArchiveError)) throw error;
      throw new PostDataError((error as Error).message, {
        stored: this.#of("stored"),
        missing: this.#of("missing"),
        unknown: this.#of("unknown"),
      }, error);
    }
  }

  #of(state: State): PostedPoint[] {
    return this.points.filter((point) => this.#states.get(point) === state);
  }

  #mark(points: readonly PostedPoint[], state: State): void {
    for (const point of points) this.#states.set(point, state);
  }

  async #send(first: Batch, delivery: Delivery): Promise<void> {
    const { connection } = delivery;
    let batch: Batch | undefined = first;
    for (let tries = 1; batch !== undefined; tries++) {
      const { points } = batch;
      this.#mark(points, "unknown");
      connection.report(`[url: ${batch.url.href}]`);
      try {
        await request(batch, connection.http());
        this.#mark(points, "stored");
        break;
      } catch (error) {
        if (!(error instanceof ArchiveError)) throw error;
        const isTorn = points.length > 1 && isTornApart(error);
        const isCertain = isRefusal(error) && !isTorn;
        if (isCertain) this.#mark(points, "missing");
        else await this.#lookAfter(points, delivery, error);
        let left = this.#lacking(points);
        if (left.length === 0) return;
        if (!isCertain) {
          for (const point of left) this.#doubtful.add(point);
        }
        if (isTorn || isTimeout(error)) this.#mark(left, "unknown");
        const delay = delayAfter(error, tries, connection.retries);
        if (delay === undefined || isTorn) throw error;
        await sleep(delay, connection.signal);
        if (!isCertain) {
          // the archive may have been at it still
          await this.#lookAfter(left, delivery, error);
          left = this.#lacking(left);
        }
        // what fitted into one request still does
        [batch] = delivery.cut(left, this.#known);
      }
    }
    const sentAgain = first.points.filter((each) => this.#doubtful.has(each));
    if (sentAgain.length > 0) await this.#resolve(sentAgain, delivery);
  }

  #lacking(points: readonly PostedPoint[]): PostedPoint[] {
    return points.filter((point) => this.#states.get(point) !== "stored");
  }

  /**
   * Asks what became of points whose request failed; if asking fails too, the
   * first error is the one to tell.
   */
  async #lookAfter(
    points: readonly PostedPoint[],
    delivery: Delivery,
    failure: ArchiveError,
  ): Promise<void> {
    try {
      await this.#resolve(points, delivery);
    } catch (error) {
      throw error instanceof ArchiveError ? failure : error;
    }
  }

  /**
   * Asks the archive for points, and marks what it has and what it has not.
   *
   * @throws {PostError} for a point that it has with another value.
   */
  async #resolve(
    points: readonly PostedPoint[],
    { connection, key }: Delivery,
  ): Promise<void> {
    for (const eventType of new Set(points.map((point) => point.eventType))) {
      const wanted = points.filter((point) => point.eventType === eventType);
      const found = await readBack(connection, key, eventType, wanted);
      for (const point of wanted) {
        const value = found.get(point.ts);
        const isStored = value !== undefined &&
          isSameValue(eventType, point.val, value);
        this.#mark([point], isStored ? "stored" : "missing");
        if (value !== undefined && !isStored && isKept(eventType)) {
          throw new PostError(
            "val",
            `the archive has ${value} for ${eventType} at ${point.ts}, and keeps it: ${point.val} cannot be stored there`,
          );
        }
      }
    }
  }
}

/**
 * Whether the archive has refused the request before it could store anything:
 * what it was sent is certainly missing.
 */
function isRefusal(error: ArchiveError): boolean {
  if (error instanceof ArchiveUnreachableError) return !error.mayHaveArrived;
  return error instanceof ArchiveHttpError &&
    [400, 401, 403, 404, 405, 413, 415, 429].includes(error.status);
}

/**
 * Whether the archive may still be at it, so that a point which it has not may
 * come yet.
 */
function isTimeout(error: ArchiveError): boolean {
  return error instanceof ArchiveTimeoutError ||
    (error instanceof ArchiveHttpError && error.status === 504);
}

/**
 * Whether esmond may have broken off in the midst of the points: it holds back
 * those before the one that it failed on, which nobody can read until its
 * process stores them with its next write. What is sent again may then be added
 * to them.
 */
function isTornApart(error: ArchiveError): boolean {
  return error instanceof ArchiveHttpError &&
    [400, 409, 500].includes(error.status);
}

/**
 * Whether an archive keeps the value that was written first; histograms and
 * JSON it replaces.
 */
function isKept(eventType: string): boolean {
  const valueClass = eventTypeInfo(eventType)?.valueClass ?? "json";
  return ["integer", "float", "percentage"].includes(valueClass);
}

/**
 * What the archive has of an event type at the seconds of these points: value
 * texts by second.
 */
async function readBack(
  connection: Connection,
  key: string,
  eventType: string,
  points: readonly PostedPoint[],
): Promise<Map<number, string>> {
  const seconds = points.map((point) => point.ts);
  const wanted = new Set(seconds);
  const found = new Map<number, string>();
  const pages = readSeries(connection, {
    uri: connection.address.data(key, eventType).href,
    dialect: "esmond",
    isRollUp: false,
  }, {
    [TIME_FILTERS.timeStart]: least(seconds),
    [TIME_FILTERS.timeEnd]: -least(seconds.map((second) => -second)),
  });
  for await (const page of pages) {
    for (const { point, text } of page) {
      const second = Number(point.ts);
      if (wanted.has(second)) {
        found.set(second, isObject(text) ? member(text, "val") ?? NULL : text);
      }
    }
  }
  return found;
}

/** The least of many numbers; `Math.min` takes only so many arguments. */
function least(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one < other ? one : other);
}

/**
 * Makes sure that the test exists and has the event types: an archive answers
 * 201 all the same, and stores nothing.
 */
async function verify(
  { connection, key }: Delivery,
  points: readonly PostedPoint[],
): Promise<KnownTest> {
  const url = connection.address.test(key);
  const entry = await describe(url, connection);
  if (entry === undefined) {
    // elmond knows tests by their address without the closing slash, and can
    // only be read.
    url.pathname = url.pathname.replace(/\/$/, "");
    const isElmond = await describe(url, connection) !== undefined;
    throw new PostError(
      "metadataKey",
      isElmond
        ? "this archive (elmond) can only be read: post to the one behind it"
        : `there is no test with the key ${key} in the archive: post its metadata first`,
    );
  }
  const known = new Map(
    listOf(entry["event-types"]).map((each) => [
      each?.["event-type"] ?? "",
      listOf(each?.summaries).map((summary) =>
        secondsOf(summary?.["summary-window"])
      ),
    ]),
  );
  for (const { eventType } of points) {
    if (known.has(eventType)) continue;
    throw new PostError(
      "eventType",
      `the test ${key} was not created with the event type ${eventType}: the archive would not store its data`,
    );
  }
  return known;
}

/** What the archive says of a test; `undefined` if there is none. */
async function describe(
  url: URL,
  connection: Connection,
): Promise<WireMetadata | undefined> {
  connection.report(`[url: ${url.href}]`);
  try {
    const answer = await request({ url }, connection.http());
    const entry = readObject(answer);
    if (entry !== undefined) return entry as WireMetadata;
    // Some keys lead to data in the place of a test.
    if (isEmptyList(answer)) return undefined;
  } catch (error) {
    if (error instanceof ArchiveHttpError && error.status === 404) {
      return undefined;
    }
    throw error;
  }
  throw new ArchiveResponseError("no description of the test", {
    url: url.href,
  });
}

function isEmptyList({ body: { bytes } }: HttpAnswer): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 100)).trim() === "[]";
}
