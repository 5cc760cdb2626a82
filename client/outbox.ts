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
  ArchiveResponseError,
  ArchiveTimeoutError,
  ArchiveUnreachableError,
  PostDataError,
  type PostedPoint,
  PostError,
} from "./errors.ts";
import { eventTypeInfo } from "./event_types.ts";
import { type Failure, pauseBeforeRetry, tryOnce } from "./http.ts";
import { isObject, member, NULL } from "./json.ts";
import { type KnownTest, requireTest } from "./post_target.ts";
import { TIME_FILTERS } from "./parameters.ts";
import { authorize, type PostOptions } from "./post_options.ts";
import { readSeries } from "./series.ts";
import { isSameValue } from "./values.ts";

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

/** How points are written. */
export interface OutboxOptions {
  /** The way to the archive. */
  connection: Connection;
  /** The key of the test. */
  key: string;
  /** What the caller of the post wants. */
  options: PostOptions;
  /** Cuts points into requests. */
  cut(points: readonly PostedPoint[], known: KnownTest | undefined): Batch[];
}

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
  readonly #options: OutboxOptions;
  #known: KnownTest | undefined;

  /** Nothing is in it yet. */
  constructor(options: OutboxOptions) {
    this.#options = options;
  }

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
  async deliver(): Promise<void> {
    const { connection, key, options, cut } = this.#options;
    const { verify = true, readBack = false } = options;
    await authorize(connection, options);
    try {
      if (verify) {
        this.#known ??= await requireTest(connection, key, this.points);
      }
      await this.#resolve(this.#of("unknown"));
      const missing = this.#of("missing");
      // A batch of many is refused as a whole where one of its points exists:
      // better to know before.
      if (verify && missing.length > 1) await this.#resolve(missing);
      const unsent = this.#of("missing");
      for (const batch of cut(unsent, this.#known)) await this.#send(batch);
      if (readBack) await this.#resolve(unsent);
      if (this.#lacking(this.points).length > 0) {
        throw new ArchiveResponseError(
          "points that it acknowledged cannot be read back",
          { url: connection.address.test(key).href },
        );
      }
    } catch (error) {
      const isAborted = connection.signal?.aborted;
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

  /**
   * Sends a batch, and what the archive has not of it again, as long as another
   * try may help.
   */
  async #send(first: Batch): Promise<void> {
    const { connection, cut } = this.#options;
    const http = connection.http();
    let batch: Batch | undefined = first;
    for (let tries = 1; batch !== undefined; tries++) {
      const { points } = batch;
      this.#mark(points, "unknown");
      connection.report(`[url: ${batch.url.href}]`);
      const outcome = await tryOnce(batch, http);
      if (outcome.answer !== undefined) {
        this.#mark(points, "stored");
        break;
      }
      const { error } = outcome;
      const isTorn = points.length > 1 && isTornApart(outcome);
      const isCertain = isRefusal(outcome) && !isTorn;
      if (isCertain) this.#mark(points, "missing");
      else await this.#lookAfter(points, error);
      let left = this.#lacking(points);
      if (left.length === 0) return;
      if (!isCertain) {
        for (const point of left) this.#doubtful.add(point);
      }
      if (isTorn || isUnderWay(outcome)) this.#mark(left, "unknown");
      if (isTorn) throw error;
      await pauseBeforeRetry(tries, outcome, http);
      if (!isCertain) {
        // The archive may have been at it still.
        await this.#lookAfter(left, error);
        left = this.#lacking(left);
      }
      // What fitted into one request still does.
      [batch] = cut(left, this.#known);
    }
    const sentAgain = first.points.filter((each) => this.#doubtful.has(each));
    if (sentAgain.length > 0) await this.#resolve(sentAgain);
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
    failure: ArchiveError,
  ): Promise<void> {
    try {
      await this.#resolve(points);
    } catch (error) {
      throw error instanceof ArchiveError ? failure : error;
    }
  }

  /**
   * Asks the archive for points, and marks what it has and what it has not.
   *
   * @throws {PostError} for a point that it has with another value.
   */
  async #resolve(points: readonly PostedPoint[]): Promise<void> {
    const { connection, key } = this.#options;
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
function isRefusal({ error, status = 0 }: Failure): boolean {
  if (error instanceof ArchiveUnreachableError) return !error.mayHaveArrived;
  return [400, 401, 403, 404, 405, 413, 415, 429].includes(status);
}

/**
 * Whether the archive may still be at it, so that a point which it has not may
 * come yet.
 */
function isUnderWay({ error, status = 0 }: Failure): boolean {
  return error instanceof ArchiveTimeoutError || [202, 504].includes(status);
}

/**
 * Whether esmond may have stopped in the midst of the points: it holds back
 * those before the one that it failed on, which nobody can read until its
 * process stores them with its next write. What is sent again may then be added
 * to them.
 */
function isTornApart({ status = 0 }: Failure): boolean {
  return [400, 409, 500].includes(status);
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
