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
  /** The counts of those, if they are to be stored all the same. */
  otherwise?(rate: string): string | undefined;
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
  /** Why the number that is given is not that of a series. */
  readonly #misfits = new Map<string, string>();
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
    const counts = await this.#countsOf(points);
    if (isLast) this.#try(points, counts);
    const settled: AddressedPoint[] = [];
    for (const point of points) {
      const counted = counts.get(momentOf(point));
      if (!isRate(point)) settled.push(point);
      else if (counted === undefined && !isLast) this.#wait(point);
      else {
        const packets = counted ?? this.#givenFor(point);
        const val = lossOf(point.val, packets) ??
          this.#options.otherwise?.(point.val);
        if (val !== undefined) settled.push({ ...point, val });
        else this.#leave(point, packets);
      }
    }
    return settled;
  }

  /** The rates that have waited, in batches; all else has to be stored. */
  async *rest(): AsyncGenerator<AddressedPoint[], void, void> {
    for (const [id, waiting] of this.#waiting) {
      this.#waiting.delete(id);
      if (this.#options.sent !== undefined) {
        for (const batch of batchesOf(waiting)) {
          this.#try(batch, await this.#countsOf(batch));
        }
      }
      for (const batch of batchesOf(waiting)) {
        yield await this.settle(batch, true);
      }
    }
  }

  /** The number that is given, unless it is not that of the series. */
  #givenFor(point: AddressedPoint): number | undefined {
    return this.#misfits.has(seriesOf(point)) ? undefined : this.#options.sent;
  }

  /**
   * Tries the number that is given: of a series it fits all rates, or it is not
   * theirs, although a rate of 0 goes with any number.
   */
  #try(
    points: readonly AddressedPoint[],
    counts: ReadonlyMap<string, number>,
  ): void {
    const { sent } = this.#options;
    if (sent === undefined) return;
    for (const point of points) {
      if (!isRate(point) || counts.has(momentOf(point))) continue;
      if (lossOf(point.val, sent) !== undefined) continue;
      this.#misfits.set(seriesOf(point), misfit(point, sent));
    }
  }

  #leave(point: AddressedPoint, packets: number | undefined): void {
    const message = packets === undefined
      ? this.#misfits.get(seriesOf(point)) ?? NO_COUNT
      : misfit(point, packets);
    // What nobody has exported is a mistake.
    if (point.test === undefined) {
      throw new UsageError(`${point.place}: ${message}`);
    }
    const reason = packets === undefined ? message : "no fit";
    this.#options.leftovers.add(point, message, reason);
  }

  #wait({ place, ts, val, ...series }: AddressedPoint): void {
    const id = seriesOf(series);
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

  /** The numbers of packets that are known, by test and second. */
  async #countsOf(
    points: readonly AddressedPoint[],
  ): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const point of points) {
      if (point.eventType === SENT) {
        counts.set(momentOf(point), Number(point.val));
      }
    }
    const rates = points.filter((point) =>
      isRate(point) && !counts.has(momentOf(point))
    );
    for (const target of new Set(rates.map((rate) => rate.target))) {
      const seconds = rates.filter((rate) => rate.target === target)
        .map(({ ts }) => ts);
      const found = await this.#options.stored(target, SENT, seconds);
      for (const [ts, val] of found) {
        counts.set(momentOf({ target, ts }), Number(val));
      }
    }
    return counts;
  }
}

function momentOf(
  { target, ts }: Pick<AddressedPoint, "target" | "ts">,
): string {
  return `${target} ${ts}`;
}

function seriesOf(
  { target, eventType }: Pick<AddressedPoint, "target" | "eventType">,
): string {
  return `${target} ${eventType}`;
}

function misfit({ val }: AddressedPoint, packets: number): string {
  return `a loss rate of ${val} is not a number of lost packets out of ${packets}`;
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

function* batchesOf(
  { series, units, places, seconds, rates }: Waiting,
): Generator<AddressedPoint[]> {
  for (let from = 0; from < seconds.length; from += MOST_WAITING) {
    yield seconds.slice(from, from + MOST_WAITING).map((ts, index) => ({
      ...{ ...series, ts },
      place: `${units[from + index]!} ${places[from + index]!}`,
      val: String(rates[from + index]!),
    }));
  }
}

const NO_COUNT =
  `a loss rate is stored as { numerator, denominator }: add the points of ${SENT} to the input, or give --sent N, the number of packets of each`;

/** Whether it is a fraction, and not counts already. */
export function isRate(
  { eventType, val }: Pick<AddressedPoint, "eventType" | "val">,
): boolean {
  return eventTypeInfo(eventType)?.valueClass === "percentage" &&
    /^[-\d]/.test(val);
}

/** The counts as JSON, if there are any that give this rate. */
function lossOf(val: string, sent: number | undefined): string | undefined {
  if (sent === undefined) return undefined;
  const rate = Number(val);
  const lost = Math.round(rate * sent);
  const isExact = sent > 0 && lost >= 0 && Number.isSafeInteger(lost) &&
    lost / sent === rate;
  return isExact ? `{"numerator": ${lost}, "denominator": ${sent}}` : undefined;
}
