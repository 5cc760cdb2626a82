/**
 * Points on their way into an archive: each is stored once, or reported.
 *
 * When an answer gets lost, the points of the request may or may not be stored.
 * The archive is then asked, and only what is missing is sent again.
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
import { type KnownTest, requireTest } from "./post_target.ts";
import { TIME_FILTERS } from "./parameters.ts";
import { authorize, type PostOptions } from "./post_options.ts";
import { readSeries } from "./series.ts";
import { isSameValue } from "./values.ts";

/** A request with points. */
export interface Batch {
  /** Its points. */
  points: readonly PostedPoint[];
  /** `POST` for one, `PUT` for many. */
  method: "POST" | "PUT";
  /** The address. */
  url: URL;
  /** The JSON. */
  body: string;
}

/** How to write points. */
export interface OutboxOptions {
  /** The connection to the archive. */
  connection: Connection;
  /** The key of the test. */
  key: string;
  /** The options of the post. */
  options: PostOptions;
  /** Divides points into requests. */
  cut(points: readonly PostedPoint[], known: KnownTest | undefined): Batch[];
}

type State = "missing" | "stored" | "unknown";

/** Points and their states. */
export class Outbox {
  readonly #points = new Map<string, PostedPoint>();
  readonly #states = new Map<PostedPoint, State>();
  /** Points of failed requests that the archive may yet store by itself. */
  readonly #doubtful = new Set<PostedPoint>();
  readonly #options: OutboxOptions;
  #known: KnownTest | undefined;

  /** Starts without points. */
  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /**
   * Adds a point.
   *
   * @throws {PostError} for a second one of the same event type and second: an
   * archive would add them.
   */
  add(point: PostedPoint): void {
    const id = `${point.eventType} ${point.ts}`;
    if (this.#points.has(id)) throw secondPoint(point);
    this.#points.set(id, point);
    this.#states.set(point, "missing");
  }

  /** All points, in the order in which they were added. */
  get points(): PostedPoint[] {
    return [...this.#points.values()];
  }

  /**
   * Writes the points that the archive does not have.
   *
   * @throws {PostDataError} when that stops early: it lists the states of the
   * points.
   * @throws {PostError} when the test, or one of its event types, does not
   * exist: nothing was sent.
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
      // A batch is refused as a whole if one of its points exists, so look first.
      if (verify && missing.length > 1) await this.#resolve(missing);
      const unsent = this.#of("missing");
      for (const batch of cut(unsent, this.#known)) await this.#send(batch);
      if (readBack) await this.#doubt(unsent);
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
   * Sends a batch, and again what is missing of it, as long as another attempt
   * may help.
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
        // The archive may have stored them in the meantime.
        await this.#lookAfter(left, error);
        left = this.#lacking(left);
      }
      // They fitted into one request before.
      [batch] = cut(left, this.#known);
    }
    const sentAgain = first.points.filter((each) => this.#doubtful.has(each));
    if (sentAgain.length > 0) await this.#doubt(sentAgain);
  }

  /** Reads points back that were acknowledged; until then they are unknown. */
  async #doubt(points: readonly PostedPoint[]): Promise<void> {
    this.#mark(points, "unknown");
    await this.#resolve(points);
  }

  #lacking(points: readonly PostedPoint[]): PostedPoint[] {
    return points.filter((point) => this.#states.get(point) !== "stored");
  }

  /**
   * Looks for the points of a failed request; if that fails too, the first
   * error is thrown.
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
   * Reads points back, and marks them as stored or missing.
   *
   * @throws {PostError} for a point that is stored with another value.
   */
  async #resolve(points: readonly PostedPoint[]): Promise<void> {
    const { connection, key } = this.#options;
    for (const eventType of new Set(points.map((point) => point.eventType))) {
      const wanted = points.filter((point) => point.eventType === eventType);
      const found = await storedValues(
        connection,
        key,
        eventType,
        wanted.map(({ ts }) => ts),
      );
      const others: PostedPoint[] = [];
      for (const point of wanted) {
        const value = found.get(point.ts);
        const isStored = value !== undefined &&
          isSameValue(eventType, point.val, value);
        this.#mark([point], isStored ? "stored" : "missing");
        if (value !== undefined && !isStored && isKept(eventType)) {
          others.push(point);
        }
      }
      const [first] = others;
      if (first !== undefined) {
        throw new PostError(
          "val",
          `the archive has ${
            found.get(first.ts)
          } for ${eventType} at ${first.ts}, and keeps it: ${first.val} cannot be stored there`,
          others,
        );
      }
    }
  }
}

/**
 * Whether the archive refused the request before it stored anything: its points
 * are certainly missing.
 */
function isRefusal({ error, status = 0 }: Failure): boolean {
  if (error instanceof ArchiveUnreachableError) return !error.mayHaveArrived;
  return [400, 401, 403, 404, 405, 413, 415, 429].includes(status);
}

/**
 * Whether the archive may still be working on the request, so that a missing
 * point may appear.
 */
function isUnderWay({ error, status = 0 }: Failure): boolean {
  return error instanceof ArchiveTimeoutError || [202, 504].includes(status);
}

/**
 * Whether esmond may have stopped between the points: it holds back those
 * before the one on which it failed, and stores them with the next write of its
 * process. Nobody can read them until then, and points that are sent again may
 * be added to them.
 */
function isTornApart({ status = 0 }: Failure): boolean {
  return [400, 409, 500].includes(status);
}

/** A second point of one event type and second, which is refused. */
export function secondPoint(
  { eventType, ts }: Pick<PostedPoint, "eventType" | "ts">,
): PostError {
  return new PostError(
    "ts",
    `there is a point of ${eventType} at ${ts} already: an archive keeps one a second`,
  );
}

/**
 * Whether an archive keeps the first value; it replaces histograms and JSON.
 */
export function isKept(eventType: string): boolean {
  const valueClass = eventTypeInfo(eventType)?.valueClass ?? "json";
  return ["integer", "float", "percentage"].includes(valueClass);
}

/**
 * The stored values of an event type at these seconds: JSON texts by second.
 */
export async function storedValues(
  connection: Connection,
  key: string,
  eventType: string,
  seconds: readonly number[],
): Promise<Map<number, string>> {
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
    for (let index = 0; index < page.length; index++) {
      const second = page.second(index);
      if (wanted.has(second)) found.set(second, page.value(index));
    }
  }
  return found;
}

/** The least of many numbers; `Math.min` fails on too many arguments. */
function least(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one < other ? one : other);
}
