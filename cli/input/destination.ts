/**
 * Where the points of an input go: to one test, or each to its own.
 *
 * @module
 */

import { eventTypeInfo } from "../../client/event_types.ts";
import { UsageError } from "../errors.ts";
import type { OptionsOf } from "../options/table.ts";
import { checkEventType } from "../options/values.ts";
import type { InputPoint } from "./fields.ts";
import { type Keys, readKeys } from "./keys.ts";
import type { Leftovers } from "./leftovers.ts";

/** A point that knows where it goes. */
export interface AddressedPoint extends InputPoint {
  /** The key of its test in the archive that is written to. */
  target: string;
  /** The event type. */
  eventType: string;
}

/** Finds the test and the event type of each point. */
export class Destination {
  readonly #key: string | undefined;
  readonly #keys: Keys | undefined;
  readonly #eventType: string | undefined;
  #first: InputPoint | undefined;

  private constructor(
    key: string | undefined,
    keys: Keys | undefined,
    eventType: string | undefined,
  ) {
    this.#key = key;
    this.#keys = keys;
    this.#eventType = eventType;
  }

  /**
   * Reads the options.
   *
   * @throws {UsageError} for options that cannot be used.
   */
  static async fromOptions(options: OptionsOf<"post">): Promise<Destination> {
    const key = options.text("metadata-key");
    const path = options.text("keys");
    const eventType = options.text("event-type");
    if (key === "") throw keyRequired("it is empty");
    if (key !== undefined && path !== undefined) {
      throw new UsageError(
        "--metadata-key and --keys both say where points go: give one of them",
      );
    }
    if (eventType !== undefined) checkEventType(eventType, "--event-type");
    const keys = path === undefined ? undefined : await readKeys(path);
    return new Destination(key, keys, eventType);
  }

  /** Whether each point goes to its own test. */
  get isEach(): boolean {
    return this.#key === undefined;
  }

  /**
   * The points that can be sent.
   *
   * @param points Points as they were written down.
   * @param leftovers Gets those that cannot be stored.
   * @throws {UsageError} for a point that does not say where it goes, or says
   * something else than the options.
   */
  address(
    points: readonly InputPoint[],
    leftovers: Leftovers,
  ): AddressedPoint[] {
    const addressed: AddressedPoint[] = [];
    for (const point of points) {
      const { problem } = point;
      const eventType = this.#eventTypeOf(point);
      const key = this.#key ?? this.#ownKey(point);
      const target = this.#keys === undefined ? key : this.#keys.get(key);
      const lost = { ...point, eventType };
      if (problem !== undefined) leftovers.add(lost, problem);
      else if (eventTypeInfo(eventType) === undefined) {
        leftovers.add(lost, `archives have no event type ${eventType}`);
      } else if (target === undefined) {
        leftovers.add(lost, "its test is not in the file of --keys");
      } else addressed.push({ ...lost, target });
    }
    return addressed;
  }

  #ownKey({ place, key }: InputPoint): string {
    if (key !== undefined) return key;
    throw keyRequired(`${place} does not name its test`);
  }

  #eventTypeOf(point: InputPoint): string {
    const { place, eventType: own } = point;
    const given = this.#eventType;
    const eventType = own ?? given;
    if (!eventType) {
      throw new UsageError(
        `${place} names no event type: give --event-type for all, or name it with each point`,
      );
    }
    // A row says what it is; elsewhere the option is for points that do not.
    if (point.test !== undefined && given !== undefined && own !== given) {
      throw new UsageError(
        `${place} is of ${eventType}, and --event-type is ${given}: leave the option out to post each point as what it is`,
      );
    }
    if (own !== undefined && !this.isEach) checkEventType(own, place);
    if (!this.isEach) this.#requireSameTest(point);
    return eventType;
  }

  #requireSameTest(point: InputPoint): void {
    const first = this.#first ??= point;
    if (point.test === first.test) return;
    throw new UsageError(
      `${point.place} is of another test than ${first.place}: leave --metadata-key out to post each point to its own test`,
    );
  }
}

function keyRequired(why: string): UsageError {
  return new UsageError(
    `--metadata-key is required, the key of the test, as post-metadata prints it: ${why}`,
  );
}
