/**
 * Points read from an archive.
 *
 * @module
 */

import { inspectsAsText } from "./inspect.ts";
import { display, isObject, member, NULL, parse } from "./json.ts";
import { FIRST_SECOND, secondsOf } from "./parameters.ts";
import type { JsonValue, WirePoint } from "./wire.ts";

/**
 * Data of one event type or roll-up.
 *
 * @example Usage
 * ```ts
 * import { DataPayload } from "@esmond/client";
 *
 * const payload = new DataPayload([{ ts: 1397075053, val: 23 }], "unspecified");
 * console.log(`${payload}`); // <DataPayload: len:1 type:unspecified>
 * ```
 */
export class DataPayload<V = JsonValue> {
  /** `histogram` or `unspecified`. */
  readonly dataType: string | undefined;
  /**
   * The points, ordered by time; of the class `DataHistogram` if `dataType` is
   * `histogram`.
   */
  readonly data: DataPoint<V>[];
  /**
   * `false` if the archive announces this data and then refuses it, as elmond
   * does for `histogram-ttl-reverse`: then there are no points.
   */
  readonly isServed: boolean;

  static {
    inspectsAsText(this);
  }

  /**
   * Wraps points as the archive sends them, or finished ones.
   *
   * @param data The points.
   * @param dataType `histogram` or `unspecified`.
   * @param isServed Whether the archive serves such data.
   */
  constructor(
    data?: readonly (WirePoint | DataPoint<V>)[],
    dataType?: string,
    isServed?: boolean,
  ) {
    this.dataType = dataType;
    this.isServed = isServed ?? true;
    const Point = pointClass<V>(dataType);
    this.data = (data ?? []).map((point) =>
      point instanceof DataPoint ? point : new Point(point)
    );
  }

  /** The points as indented JSON, for debugging. */
  get dump(): string {
    return JSON.stringify(this.data, null, 4);
  }

  /** `<DataPayload: len:N type:TYPE>`. */
  toString(): string {
    return `<DataPayload: len:${this.data.length} type:${
      this.dataType ?? "None"
    }>`;
  }
}

/**
 * Has `val` of a point be a value that fits, or `undefined`. A value is checked
 * when it is read, and only then: most readers take the text.
 */
export let expectValue: (
  point: DataPoint<unknown>,
  fits: (value: JsonValue) => boolean,
) => void;

/**
 * Makes a point of its time and the JSON text of its value, of which nothing is
 * made before somebody wants it.
 */
export let pointOfText: <V>(
  Point: PointClass<V>,
  second: number,
  text: string,
) => DataPoint<V>;

/**
 * One measured value.
 *
 * All but `tsEpoch` are getters: the value is made of its text when it is first
 * asked for, which most readers of long series never do. `{ ...dp }` and
 * `structuredClone(dp)` do not copy them: {@linkcode DataPoint.toJSON} gives a
 * plain object for that.
 *
 * @example Usage
 * ```ts
 * import { DataPoint } from "@esmond/client";
 *
 * const dp = new DataPoint({ ts: 1397075053, val: 23 });
 * console.log(dp.ts.toISOString(), dp.tsEpoch, dp.val, dp.text);
 * console.log({ ...dp.toJSON(), host: "a" }); // { ts: 1397075053, val: 23, host: "a" }
 * ```
 */
export class DataPoint<V = JsonValue> {
  /**
   * The time in whole seconds since 1970 UTC; `NaN` if the archive sent none.
   */
  readonly tsEpoch: number;
  readonly #seconds: number;
  readonly #text: string | undefined;
  /** The JSON text of the value, if nothing was made of it at first. */
  #value: string | undefined;
  /** What is made of the value; absent until somebody wants it. */
  #raw: JsonValue | undefined;
  /** Whether the value is of the type that is expected: a check until it is read. */
  #fits: boolean | ((value: JsonValue) => boolean) = true;

  static {
    inspectsAsText(this);
    expectValue = (point, fits) => {
      point.#fits = fits;
    };
    pointOfText = (Point, second, text) => {
      const made = new Point({ ts: second, val: null });
      made.#value = text;
      made.#raw = undefined;
      return made;
    };
  }

  /**
   * Reads a point as the archive sends it.
   *
   * @param point Time and value.
   * @param text The JSON text of the point, from which {@linkcode
   * DataPoint.text} is taken.
   * @throws {TypeError} when `ts` is neither a number nor the text of one.
   */
  constructor(point: WirePoint, text?: string) {
    const ts = point?.ts;
    const seconds = typeof ts === "number" ? Math.trunc(ts) : secondsOf(ts);
    if (Number.isNaN(seconds) && !Number.isNaN(ts)) {
      throw new TypeError(
        `a point needs ts, in seconds since 1970 UTC, not ${
          JSON.stringify(ts)
        }`,
      );
    }
    this.#seconds = seconds;
    this.tsEpoch = this.#isLate ? LATEST_SHOWN : seconds;
    this.#raw = point.val ?? null;
    this.#text = text;
  }

  /**
   * The value as the archive sent it, whatever that is; `null` if it sent none.
   */
  get raw(): JsonValue {
    if (this.#raw === undefined) {
      this.#raw = parse(this.#value!) as JsonValue;
    }
    return this.#raw;
  }

  /**
   * The value; its type and unit are those of the event type.
   *
   * An archive may send something else against all rules, `null` for a number
   * for instance. It is not hidden: `raw` and `text` have it, `warn` of the
   * connection tells of it once a series, and `val` is `undefined`. The type
   * leaves that out, or every script would have to ask for it: one that must
   * not stumble over a broken archive asks `val === undefined`, which compiles.
   */
  get val(): V {
    if (typeof this.#fits === "function") this.#fits = this.#fits(this.raw);
    return (this.#fits ? this.raw : undefined) as V;
  }

  /** The time as a `Date`; an invalid one if the archive sent none. */
  get ts(): Date {
    return new Date(this.tsEpoch * 1000 + (this.#isLate ? 999 : 0));
  }

  /**
   * The time as `YYYY-MM-DD HH:MM:SS`, UTC; empty if the archive sent none, or
   * one before the year 1.
   */
  get tsText(): string {
    if (!(this.tsEpoch >= FIRST_SECOND)) return "";
    const text = secondText(this.tsEpoch);
    return this.#isLate ? `${text}.999999` : text;
  }

  /**
   * The exact JSON text of the time, in seconds since 1970 UTC, also where the
   * archive sent it as text; `null` if it sent none.
   */
  get epochText(): string {
    const seconds = this.#seconds;
    if (this.#text === undefined || !isObject(this.#text)) {
      return Number.isNaN(seconds) ? NULL : String(seconds);
    }
    const first = TIME_FIRST.exec(this.#text)?.[1];
    // a later member of that name would count
    if (Math.trunc(Number(first)) === seconds) return first!;
    const sent = member(this.#text, "ts") ?? NULL;
    if (/^[-\d]/.test(sent)) return sent;
    return Number.isNaN(seconds) ? NULL : String(seconds);
  }

  /**
   * The exact JSON text of the value: `7016320000.0` stays so, and integers
   * beyond 2^53 keep their digits.
   */
  get text(): string {
    if (this.#value !== undefined) return this.#value;
    const sent = this.#text === undefined || !isObject(this.#text)
      ? this.#text
      : plainValue(this.#text) ?? member(this.#text, "val");
    return sent ??
      (Object.is(this.raw, -0) ? "-0.0" : JSON.stringify(this.raw));
  }

  /** The point as indented JSON, for debugging. */
  get dump(): string {
    return JSON.stringify(this, null, 4);
  }

  /** Time and value as the archive sends them, as a plain object. */
  toJSON(): WirePoint {
    return { ts: this.tsEpoch, val: this.raw };
  }

  /** `<DataPoint: ts:TS val:VAL>`. */
  toString(): string {
    return `<DataPoint: ts:${this.tsText} val:${display(this.text)}>`;
  }

  get #isLate(): boolean {
    return this.#seconds > LATEST_SHOWN;
  }
}

/**
 * Latest time that the original client can hold; later ones are shown as the
 * end of that second.
 */
export const LATEST_SHOWN = 253402127999;

const DAY = 86_400;

const TWO_DIGITS = Array.from(
  { length: 60 },
  (_, number) => String(number).padStart(2, "0"),
);

/** The last day that was printed: points come in order of time. */
let day = NaN;
let dayText = "";

/** A second of the years 1 to 9999, as `YYYY-MM-DD HH:MM:SS`. */
function secondText(seconds: number): string {
  const its = Math.floor(seconds / DAY);
  if (its !== day) {
    day = its;
    dayText = new Date(its * DAY * 1000).toISOString().slice(0, 10);
  }
  const rest = seconds - its * DAY;
  const hour = TWO_DIGITS[Math.floor(rest / 3600)];
  const minute = TWO_DIGITS[Math.floor(rest / 60) % 60];
  return `${dayText} ${hour}:${minute}:${TWO_DIGITS[rest % 60]}`;
}

/** The time of a point that begins with it, as nearly all do. */
const TIME_FIRST =
  /^\{[ \t\r\n]*"ts"[ \t\r\n]*:[ \t\r\n]*(-?\d[-+.\deE]*)[ \t\r\n]*[,}]/;

/**
 * What nearly every point looks like: a time, then a value that is not a list,
 * an object or text.
 */
const PLAIN_POINT =
  /^\{[ \t\r\n]*"ts"[ \t\r\n]*:[ \t\r\n]*[-+.\w]+[ \t\r\n]*,[ \t\r\n]*"val"[ \t\r\n]*:[ \t\r\n]*([-+.\w]+)[ \t\r\n]*\}$/;

/** The JSON text of the value, if the point is that plain. */
function plainValue(text: string): string | undefined {
  return PLAIN_POINT.exec(text)?.[1];
}

/**
 * One histogram: how often each value was seen.
 *
 * @example Usage
 * ```ts
 * import { DataHistogram } from "@esmond/client";
 *
 * const histogram = new DataHistogram({ ts: 1397075053, val: { "12.5": 599, "12.6": 1 } });
 * console.log(`${histogram}`); // <DataHistogram: ts:2014-04-09 20:24:13 len:2>
 * ```
 */
export class DataHistogram<V = Record<string, number>> extends DataPoint<V> {
  /**
   * Reads a histogram as the archive sends it.
   *
   * @param point Time, and counts by bucket; without a value, an empty
   * histogram.
   * @param text The JSON text of the point.
   * @throws {TypeError} when `ts` is neither a number nor the text of one.
   */
  constructor(point: WirePoint, text?: string) {
    super(point.val === undefined ? { ...point, val: {} } : point, text);
  }

  /** `<DataHistogram: ts:TS len:BUCKETS>`. */
  override toString(): string {
    return `<DataHistogram: ts:${this.tsText} len:${
      Object.keys(this.raw ?? {}).length
    }>`;
  }
}

type PointClass<V> = new (point: WirePoint, text?: string) => DataPoint<V>;

/** The class of the points of a payload. */
export function pointClass<V>(dataType: string | undefined): PointClass<V> {
  return dataType === "histogram" ? DataHistogram<V> : DataPoint<V>;
}
