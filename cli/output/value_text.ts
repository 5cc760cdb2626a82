/**
 * A measured value in the words and units of people.
 *
 * @module
 */

import { eventTypeInfo } from "../../client/event_types.ts";
import {
  formatDelay,
  formatNumber,
  formatPercent,
  formatRate,
} from "../../insight.ts";
import { oneLine } from "../io.ts";

/** How many characters of a value without a form of its own are shown. */
const MOST = 60;

/** A number of an event type, with its unit. */
function numberText(eventType: string, value: number): string {
  const unit = eventTypeInfo(eventType)?.unit ?? "";
  if (unit === "bits/s") return formatRate(value);
  if (unit === "fraction") return formatPercent(value);
  if (unit === "ms") return formatDelay(value);
  const digits = Number.isInteger(value) ? 15 : 4;
  const isName = unit === "bit field" || unit === "stratum";
  return `${formatNumber(value, digits)} ${isName ? "" : unit}`.trimEnd();
}

/**
 * The value of an event type.
 *
 * @param eventType The name of the event type.
 * @param value Its value; percentiles by their name, such as `p50`, in place of
 * a histogram.
 */
export function valueText(eventType: string, value: unknown): string {
  if (typeof value === "number") return numberText(eventType, value);
  const shape = eventTypeInfo(eventType)?.shape;
  if (shape === "histogram" || eventType.startsWith("histogram-")) {
    return percentilesText(eventType, value);
  }
  if (shape === "packet_trace" && Array.isArray(value)) {
    return traceText(value);
  }
  if (shape === "failures") return messageText(value);
  return oneLine(textOf(value), MOST);
}

function percentilesText(eventType: string, value: unknown): string {
  const all = Object.entries(value ?? {});
  const known = all.filter((each): each is [string, number] =>
    typeof each[1] === "number"
  );
  const unit = eventTypeInfo(eventType)?.unit ?? "";
  return known.length === 0
    ? "no samples"
    : known.map(([name, number]) => `${name} ${formatNumber(number, 4)}`).join(
      ", ",
    ) + ` ${unit}`.trimEnd();
}

function traceText(hops: readonly unknown[]): string {
  const numbers = hops.map((hop) => {
    const { ttl } = Object(hop) as { ttl?: unknown };
    return Number(ttl);
  }).filter(Number.isFinite);
  const last = Math.max(0, ...numbers);
  return last === 1 ? "1 hop" : `${last} hops`;
}

function messageText(value: unknown): string {
  const { error } = Object(value) as { error?: unknown };
  return oneLine(textOf(error ?? value), MOST);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}
