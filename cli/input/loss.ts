/**
 * Loss rates: archives take them as counts of packets, and give them as
 * fractions.
 *
 * @module
 */

import { eventTypeInfo } from "../../client/event_types.ts";
import { UsageError } from "../errors.ts";
import type { AddressedPoint } from "./destination.ts";
import type { Leftovers } from "./leftovers.ts";

/** The event type that counts the packets of a loss rate. */
const SENT = "packet-count-sent";

/** Where the numbers of packets are. */
export interface LossOptions {
  /** The number of packets of each loss rate without a count. */
  sent?: number | undefined;
  /**
   * The values of {@linkcode SENT} that the archive has of a test, by second,
   * as JSON.
   */
  stored(
    key: string,
    eventType: string,
    seconds: readonly number[],
  ): Promise<ReadonlyMap<number, string>>;
  /** Gets the rates that no number of lost packets gives. */
  leftovers: Leftovers;
}

/** Points of one batch. */
const MOST_WAITING = 10_000;

/**
 * Makes counts of loss rates that are fractions, as the reading commands print
 * them. The number of packets is that of the same test and second in the input;
 * else the one that the archive has, as what came earlier in the input is
 * stored by then; else the one that is given.
 *
 * Rates whose counts may come later in the input wait for its end.
 */
export class LossRates {
  readonly #options: LossOptions;
  readonly #waiting = new Map<string, Waiting>();
  /** What places count, such as `line`: one text for all of them. */
  readonly #units = new Map<string, string>();

  /** Begins an input. */
  constructor(options: LossOptions) {
    this.#options = options;
  }

  /**
   * Makes counts of the rates in a batch.
   *
   * @param points The batch.
   * @param isLast Whether nothing comes after it: no rate has to wait.
   * @returns The points that can be stored.
   * @throws {UsageError} for a rate that is a mistake.
   */
  async settle(
    points: readonly AddressedPoint[],
    isLast: boolean,
  ): Promise<AddressedPoint[]> {
    const { sent } = this.#options;
    const counts = new Map<string, number>();
    for (const { target, eventType, ts, val } of points) {
      if (eventType === SENT) counts.set(`${target} ${ts}`, Number(val));
    }
    await this.#lookUp(
      points.filter((point) =>
        isRate(point) && !counts.has(`${point.target} ${point.ts}`)
      ),
      counts,
    );
    const settled: AddressedPoint[] = [];
    for (const point of points) {
      const counted = counts.get(`${point.target} ${point.ts}`);
      if (!isRate(point)) settled.push(point);
      else if (counted === undefined && !isLast) this.#wait(point);
      else {
        const val = countsOf(point.val, counted ?? sent);
        if (val !== undefined) settled.push({ ...point, val });
        else this.#refuse(point, counted);
      }
    }
    return settled;
  }

  /**
   * Leaves a rate out. A `--sent` that does not fit one of them fits none, and
   * what nobody has exported is a mistake.
   */
  #refuse(point: AddressedPoint, counted: number | undefined): void {
    const { leftovers, sent } = this.#options;
    const packets = counted ?? sent;
    const message = packets === undefined
      ? NO_COUNT
      : `a loss rate of ${point.val} is not a number of lost packets out of ${packets}`;
    const isOwn = point.test === undefined;
    if (isOwn || counted === undefined && sent !== undefined) {
      throw new UsageError(`${point.place}: ${message}`);
    }
    leftovers.add(
      point,
      message,
      packets === undefined ? "no count" : "no fit",
    );
  }

  /** The rates that have waited, in batches; all else has to be stored. */
  async *rest(): AsyncGenerator<AddressedPoint[], void, void> {
    for (const waiting of this.#all()) {
      const { series, units, places, seconds, rates } = waiting;
      for (let from = 0; from < seconds.length; from += MOST_WAITING) {
        const some = seconds.slice(from, from + MOST_WAITING).map((
          ts,
          index,
        ): AddressedPoint => ({
          ...{ ...series, ts },
          place: `${units[from + index]!} ${places[from + index]!}`,
          val: String(rates[from + index]!),
        }));
        yield await this.settle(some, true);
      }
    }
  }

  *#all(): Generator<Waiting> {
    for (const [id, waiting] of this.#waiting) {
      this.#waiting.delete(id);
      yield waiting;
    }
  }

  #wait({ place, ts, val, ...series }: AddressedPoint): void {
    const id = `${series.target} ${series.eventType}`;
    const waiting = this.#waiting.get(id) ??
      { series, units: [], places: [], seconds: [], rates: [] };
    this.#waiting.set(id, waiting);
    const space = place.lastIndexOf(" ");
    const unit = place.slice(0, space);
    const known = this.#units.get(unit) ?? unit;
    this.#units.set(known, known);
    waiting.units.push(known);
    waiting.places.push(Number(place.slice(space + 1)));
    waiting.seconds.push(ts);
    waiting.rates.push(Number(val));
  }

  /** Adds the counts that the archive has. */
  async #lookUp(
    rates: readonly AddressedPoint[],
    counts: Map<string, number>,
  ): Promise<void> {
    for (const target of new Set(rates.map((rate) => rate.target))) {
      const seconds = rates.filter((rate) => rate.target === target)
        .map(({ ts }) => ts);
      const found = await this.#options.stored(target, SENT, seconds);
      for (const [ts, val] of found) counts.set(`${target} ${ts}`, Number(val));
    }
  }
}

/** Rates of one series, in little memory. */
interface Waiting {
  /** What they have in common. */
  series: Omit<AddressedPoint, "place" | "ts" | "val">;
  /** What their places count. */
  units: string[];
  /** The numbers of their places. */
  places: number[];
  seconds: number[];
  rates: number[];
}

const NO_COUNT =
  `a loss rate is stored as { numerator, denominator }: add the points of ${SENT} to the input, or give --sent N, the number of packets of each`;

/** Whether it is a fraction, and not counts already. */
function isRate({ eventType, val }: AddressedPoint): boolean {
  return eventTypeInfo(eventType)?.valueClass === "percentage" &&
    /^[-\d]/.test(val);
}

/** The counts as JSON, if there are any that give this rate. */
function countsOf(val: string, sent: number | undefined): string | undefined {
  if (sent === undefined) return undefined;
  const rate = Number(val);
  const lost = Math.round(rate * sent);
  const isExact = sent > 0 && lost >= 0 && Number.isSafeInteger(lost) &&
    lost / sent === rate;
  return isExact ? `{"numerator": ${lost}, "denominator": ${sent}}` : undefined;
}
