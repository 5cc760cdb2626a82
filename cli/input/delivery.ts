/**
 * Points on their way into an archive: of several tests, batch by batch.
 *
 * @module
 */

import { isKept, secondPoint, storedValues } from "../../client/outbox.ts";
import { connectToWrite } from "../../client/post_options.ts";
import {
  ArchiveHttpError,
  EventTypeBulkPost,
  JsonText,
  PostDataError,
  type PostedPoint,
  PostError,
} from "../../mod.ts";
import { eventTypeInfo } from "../../client/event_types.ts";
import { UsageError } from "../errors.ts";
import { withUrl } from "../options/values.ts";
import type { AddressedPoint } from "./destination.ts";
import { keptText, partKept } from "./floats.ts";
import type { Leftovers } from "./leftovers.ts";
import type { Posting } from "./posting.ts";

/** How to deliver. */
export interface DeliveryOptions {
  /** The archive. */
  posting: Pick<Posting, "url" | "access">;
  /**
   * Gets the points that cannot be stored; if absent, the first one is an
   * error.
   */
  leftovers: Leftovers | undefined;
  /** Whether no second of a series comes twice, so that none is remembered. */
  isSieved?: boolean;
  /** What to do about a test that the archive does not have. */
  hint?: string | undefined;
}

/** Posts points, and counts them. */
export class Delivery {
  readonly #options: DeliveryOptions;
  #stored = 0;
  #refusal: PostDataError | undefined;
  /** By series, the seconds of values that an archive would replace. */
  readonly #replaceable = new Map<string, Set<number>>();
  #cut = 0;
  #firstCut = "";

  /** Sends nothing yet. */
  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** How many points are stored. */
  get stored(): number {
    return this.#stored;
  }

  /** What to tell of numbers with more decimals than archives keep. */
  get cutLine(): string | undefined {
    if (this.#cut === 0) return undefined;
    const others = this.#cut === 1 ? "" : `; the same of ${this.#cut - 1} more`;
    return `${this.#firstCut}: archives keep four decimals${others}`;
  }

  /** What the archive said of the points that it last refused. */
  get refusal(): PostDataError | undefined {
    return this.#refusal;
  }

  /**
   * The stored values of an event type at these seconds: JSON texts by second.
   * There are none if the test does not have it.
   */
  async storedValues(
    key: string,
    eventType: string,
    seconds: readonly number[],
  ): Promise<ReadonlyMap<number, string>> {
    const { url, access } = this.#options.posting;
    const connection = connectToWrite(url, access);
    try {
      return await storedValues(connection, key, eventType, seconds);
    } catch (error) {
      const isMissing = error instanceof ArchiveHttpError &&
        error.status === 404;
      if (isMissing) return new Map();
      throw error;
    }
  }

  /**
   * Checks all points of a batch, and then posts them.
   *
   * @throws {UsageError} for a point that is wrong; nothing of the batch was
   * sent.
   */
  async post(points: readonly AddressedPoint[]): Promise<void> {
    const parcels = new Map<string, Parcel>();
    for (const point of points) {
      if (this.#isSecond(point)) {
        this.#refuse(point, secondPoint(point));
        continue;
      }
      const parcel = parcels.get(point.target) ?? this.#parcel(point.target);
      parcels.set(point.target, parcel);
      this.#add(parcel, point);
      this.#noteCut(point);
    }
    for (const parcel of parcels.values()) await this.#send(parcel);
  }

  #parcel(key: string): Parcel {
    const { url, access } = this.#options.posting;
    const post = withUrl(() =>
      new EventTypeBulkPost(url, { ...access, metadataKey: key })
    );
    return { key, post, points: new Map() };
  }

  #add({ post, points }: Parcel, point: AddressedPoint): void {
    const { eventType, ts, val } = point;
    try {
      post.addDataPoint(
        eventType,
        ts,
        new JsonText(isFloat(eventType) ? keptText(val) : val),
      );
      points.set(idOf(point), point);
    } catch (error) {
      this.#refuse(point, problemOf(error));
    }
  }

  #refuse(
    point: AddressedPoint,
    { message, argument }: { message: string; argument: string },
  ): void {
    const { leftovers } = this.#options;
    if (leftovers !== undefined) return leftovers.add(point, message, argument);
    throw new UsageError(`${point.place}: ${message}`);
  }

  /**
   * Whether a point would replace an earlier one of the input: the archive says
   * nothing of that, and the earlier one may be in another batch.
   */
  #isSecond({ target, eventType, ts }: AddressedPoint): boolean {
    if (this.#options.isSieved || isKept(eventType)) return false;
    const series = `${target} ${eventType}`;
    const seconds = this.#replaceable.get(series) ?? new Set();
    this.#replaceable.set(series, seconds);
    return seconds.size === seconds.add(ts).size;
  }

  #noteCut({ place, eventType, ts, val }: AddressedPoint): void {
    const kept = isFloat(eventType) ? partKept(val) : undefined;
    if (kept === undefined) return;
    this.#cut++;
    const where = place || `at ${ts}`;
    this.#firstCut ||= `${where}: ${eventType} ${val} is kept as ${kept}`;
  }

  /** Sends a parcel, without what the archive cannot store. */
  async #send(parcel: Parcel): Promise<void> {
    const { leftovers } = this.#options;
    const { points } = parcel;
    if (points.size === 0) return;
    try {
      await parcel.post.postData();
      this.#stored += points.size;
    } catch (error) {
      if (leftovers === undefined) throw error;
      if (error instanceof PostError && error.points.length > 0) {
        const { argument, message } = error;
        const hint = argument === "metadataKey"
          ? this.#options.hint
          : undefined;
        this.#leave(
          parcel,
          error.points,
          hint === undefined ? message : `${message}; ${hint}`,
          argument,
        );
        const next = this.#parcel(parcel.key);
        for (const point of points.values()) this.#add(next, point);
        return await this.#send(next);
      }
      if (!isRefused(error)) throw error;
      this.#refusal = error;
      this.#stored += error.stored.length;
      this.#leave(
        parcel,
        [...error.missing, ...error.unknown],
        error.message,
        "refused",
      );
    }
  }

  #leave(
    { key, points }: Parcel,
    some: readonly PostedPoint[],
    message: string,
    reason: string,
  ): void {
    for (const each of some) {
      const point = points.get(idOf(each));
      if (point === undefined) continue;
      this.#options.leftovers?.add(point, message, `${reason} ${key}`);
      points.delete(idOf(each));
    }
  }
}

function isFloat(eventType: string): boolean {
  return eventTypeInfo(eventType)?.valueClass === "float";
}

/** What is wrong with a point; NaN is not JSON, although archives send it. */
function problemOf(error: unknown): { message: string; argument: string } {
  if (error instanceof PostError) return error;
  if (!(error instanceof SyntaxError)) throw error;
  return { message: "its value is not JSON", argument: "val" };
}

/** The points of one test. */
interface Parcel {
  key: string;
  post: EventTypeBulkPost;
  /** By event type and second. */
  points: Map<string, AddressedPoint>;
}

function idOf({ eventType, ts }: { eventType: string; ts: number }): string {
  return `${eventType} ${ts}`;
}

/** Whether the archive answered that it does not take these points. */
function isRefused(error: unknown): error is PostDataError {
  return error instanceof PostDataError &&
    error.cause instanceof ArchiveHttpError &&
    [400, 409, 413, 500].includes(error.cause.status);
}
