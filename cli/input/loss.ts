/**
 * Loss rates: archives take them as counts of packets, and give them as
 * fractions.
 *
 * @module
 */

import { eventTypeInfo } from "../../client/event_types.ts";
import { UsageError } from "../errors.ts";
import type { InputPoint } from "./fields.ts";

/** The event type that counts the packets of a loss rate. */
const SENT = "packet-count-sent";

/** What is known of points that do not say it themselves. */
export interface Known {
  /** The event type of points that name none. */
  eventType?: string | undefined;
  /** The number of packets of each loss rate without a count. */
  sent?: number | undefined;
}

/**
 * Makes counts of loss rates that are fractions, as the reading commands print
 * them. The number of packets is that of the same second in the input, else the
 * one that is given.
 *
 * @throws {UsageError} for a rate without a number of packets, or one that no
 * number of lost packets gives.
 */
export function withCounts(
  points: readonly InputPoint[],
  { eventType, sent }: Known,
): InputPoint[] {
  const typeOf = (point: InputPoint) => point.eventType ?? eventType ?? "";
  const counts = new Map(
    points.filter((point) => typeOf(point) === SENT)
      .map(({ ts, val }) => [ts, Number(val)]),
  );
  return points.map((point) => {
    const info = eventTypeInfo(typeOf(point));
    if (info?.valueClass !== "percentage") return point;
    if (!/^[-\d]/.test(point.val)) return point; // counts already
    const val = countsOf(point, counts.get(point.ts) ?? sent);
    return { ...point, val };
  });
}

function countsOf(
  { place, val }: InputPoint,
  sent: number | undefined,
): string {
  if (sent === undefined) {
    throw new UsageError(
      `${place}: a loss rate is stored as { numerator, denominator }: add the points of ${SENT} to the input, or give --sent N, the number of packets of each`,
    );
  }
  const rate = Number(val);
  const lost = Math.round(rate * sent);
  if (sent > 0 && Number.isSafeInteger(lost) && lost / sent === rate) {
    return `{"numerator": ${lost}, "denominator": ${sent}}`;
  }
  throw new UsageError(
    `${place}: a loss rate of ${val} is not a number of lost packets out of ${sent}`,
  );
}
