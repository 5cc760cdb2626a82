/**
 * Stores the points of a POST or PUT, one by one, as if each were posted alone,
 * but in one transaction: a request is stored whole or not at all.
 *
 * @module
 */

import { eventTypeInfo, type SummaryType } from "../client/event_types.ts";
import { elements, members } from "../client/json.ts";
import { Fault, Refusal } from "./answers.ts";
import type { Body } from "./body.ts";
import { contains, kindOf, str, toFloat, toInteger } from "./python.ts";
import type { Series, Store } from "./store.ts";
import {
  checkTime,
  checkValue,
  isExact,
  storedNumber,
  type StoredValue,
} from "./validate.ts";

/** The types of roll-ups, by their names in addresses. */
export const SUMMARY_PATHS: ReadonlyMap<string, string> = new Map([
  ["base", "base"],
  ["aggregations", "aggregation"],
  ["averages", "average"],
  ["statistics", "statistics"],
]);

/** The name of a type of roll-up in addresses. */
export function pathOf(type: SummaryType): string {
  for (const [path, name] of SUMMARY_PATHS) if (name === type) return path;
  throw new Error(`${type} is not in any address`);
}

/** The address that a point is posted to. */
export interface PointAddress {
  /** The key of the test. */
  readonly key: string;
  /** The event type. */
  readonly eventType: string;
  /** The rest of the path. */
  readonly summaries: string;
}

/**
 * Stores the point of a POST.
 *
 * @param store The store.
 * @param address The address.
 * @param body The JSON text.
 * @param now Seconds since 1970 UTC.
 */
export function postPoint(
  store: Store,
  { key, eventType, summaries }: PointAddress,
  body: string,
  now: number,
): void {
  if (!contains(body, "ts")) {
    throw new Refusal("Required field ts not provided in request");
  }
  const fields = members(body); // empty if it is not an object
  const ts = postedTime(fields.get("ts"));
  if (!contains(body, "val")) {
    throw new Refusal("Required field val not provided in request");
  }
  if (!SUMMARY_PATHS.has(summaries)) {
    throw new Refusal(`Invalid summary type ${summaries}`);
  }
  if (summaries !== "base") {
    throw new Refusal(
      `Only base summary-type allowed for writing. Cannot use ${summaries}`,
    );
  }
  if (!eventTypeInfo(eventType)) {
    throw new Refusal(`Invalid event type ${eventType}`);
  }
  store.transaction(() => {
    new Writer(store, key, now).write(eventType, ts, fields.get("val")!);
  });
}

function postedTime(text: string | undefined): number | bigint {
  try {
    const ts = text === undefined ? undefined : toInteger(text);
    if (ts !== undefined) return ts;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
  throw new Refusal("Time must be a unix timestamp");
}

/**
 * Stores the points of a PUT.
 *
 * @param store The store.
 * @param key The key of the test.
 * @param body The JSON.
 * @param now Seconds since 1970 UTC.
 * @param limit The most values.
 */
export function putPoints(
  store: Store,
  key: string,
  body: Body,
  now: number,
  limit: number,
): void {
  const items = itemsOf(body);
  let texts: string[] | undefined;
  store.together(() => {
    const writer = new Writer(store, key, now, limit);
    items.forEach((item, index) => {
      if (putNumbers(writer, item)) return;
      texts ??= elements(members(body.text).get("data")!);
      putItem(writer, texts[index]!, index + 1);
    });
  });
}

function itemsOf({ text, value }: Body): unknown[] {
  const { data } = (value ?? {}) as Fields;
  if (Array.isArray(data)) return data;
  fieldsOf(text, ["data"], (name) => `Request must contain '${name}' element`);
  throw new Refusal("The 'data' element must be an array");
}

/** The fields of an object; anything else has none of these names. */
type Fields = Readonly<Record<string, unknown>>;

/**
 * Stores an item that has numbers alone, without a look at its text; `false` if
 * it has anything else.
 */
function putNumbers(writer: Writer, item: unknown): boolean {
  const { ts, val } = (item ?? {}) as Fields;
  if (!isExact(ts) || !Array.isArray(val)) return false;
  const points: NumberPoint[] = [];
  for (const value of val) {
    const point = numberOf(value);
    if (!point) return false;
    points.push(point);
  }
  for (const point of points) writer.putNumber(ts, point);
  return true;
}

/** A number of an item. */
interface NumberPoint {
  readonly eventType: string;
  readonly stored: StoredValue;
}

function numberOf(value: unknown): NumberPoint | undefined {
  const { "event-type": eventType, val } = (value ?? {}) as Fields;
  if (typeof eventType !== "string") return undefined;
  const info = eventTypeInfo(eventType);
  const stored = info && storedNumber(info.valueClass, val);
  return stored && { eventType, stored };
}

function putItem(writer: Writer, item: string, position: number): void {
  const fields = fieldsOf(
    item,
    ["ts", "val"],
    (name) =>
      `Missing ${name} field in provided data list at position ${position}`,
  );
  const values = fields.get("val")!;
  if (kindOf(values) !== "array") {
    throw new Refusal(
      `'val' field must be an array in provided data list at position ${position}`,
    );
  }
  elements(values).forEach((value, index) => {
    const point = fieldsOf(
      value,
      ["event-type", "val"],
      (name) =>
        `Missing ${name} field at data item ${position} in value ${index + 1} `,
    );
    const eventType = str(point.get("event-type")!);
    if (!eventTypeInfo(eventType)) {
      throw new Fault(`There is no event type ${eventType}`);
    }
    writer.put(eventType, fields.get("ts")!, point.get("val")!);
  });
}

/**
 * The fields of an object. In anything else the original looks for the names,
 * and then crashes.
 */
function fieldsOf(
  text: string,
  names: string[],
  missing: (name: string) => string,
): Map<string, string> {
  const isObject = kindOf(text) === "object";
  const fields = members(text); // empty if it is not an object
  for (const name of names) {
    if (isObject ? !fields.has(name) : !contains(text, name)) {
      throw new Refusal(missing(name));
    }
  }
  if (!isObject) throw new Fault(`${text} is not an object`);
  return fields;
}

/**
 * Writes the points of one request. Event types that the test does not have are
 * skipped unchecked, as in the original.
 */
class Writer {
  readonly #series = new Map<string, Series | undefined>();
  #values = 0;

  constructor(
    readonly store: Store,
    readonly key: string,
    readonly now: number,
    readonly limit = 1,
  ) {}

  write(eventType: string, ts: number | bigint, value: string): void {
    const series = this.#seriesOf(eventType);
    if (!series) return;
    const stored = checkValue(series.info.valueClass, value);
    this.store.write(series, storedTime(ts), stored);
  }

  /**
   * A PUT accepts more times for JSON values than a POST, and crashes where a
   * POST refuses.
   */
  put(eventType: string, time: string, value: string): void {
    this.#count();
    const valueClass = this.#seriesOf(eventType)?.info.valueClass;
    if (!valueClass) return;
    const isNumber = ["integer", "float", "percentage"].includes(valueClass);
    const ts = isNumber ? toInteger(time) : cut(toFloat(time));
    if (ts === undefined) throw new Fault(`${time} is not a time`);
    this.write(eventType, ts, value);
  }

  putNumber(ts: number, { eventType, stored }: NumberPoint): void {
    this.#count();
    const series = this.#seriesOf(eventType);
    if (series) this.store.write(series, storedTime(ts), stored);
  }

  #count(): void {
    if (++this.#values > this.limit) {
      throw new Refusal(
        `A request must not have more than ${this.limit} values.`,
        413,
      );
    }
  }

  #seriesOf(eventType: string): Series | undefined {
    if (this.#series.has(eventType)) return this.#series.get(eventType);
    const series = this.store.series(this.key, eventType);
    this.#series.set(eventType, series);
    if (series) this.store.touch(series, this.now);
    return series;
  }
}

function cut(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? Math.trunc(value!) + 0 : undefined;
}

function storedTime(ts: number | bigint): number {
  checkTime(ts);
  return Number(ts) + 0; // zero has no sign
}
