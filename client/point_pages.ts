/**
 * The points of a series, page by page: as bytes while nobody needs more, and
 * as objects where somebody does.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import {
  type DataPoint,
  expectValue,
  pointClass,
  pointOfText,
} from "./data_point.ts";
import { ArchiveHttpError } from "./errors.ts";
import { ApiFilters } from "./filters.ts";
import { keepLast } from "./last.ts";
import type { PointBytes, Points } from "./points.ts";
import { readSeries, type Series } from "./series.ts";
import type { Expected } from "./value_shapes.ts";
import type { JsonValue } from "./wire.ts";

/** Points that arrived together. */
export interface PointPage<V> {
  /** How many. */
  readonly length: number;
  /** All of them as bytes, if each is nothing but a time and a value. */
  readonly values: PointBytes | undefined;
  /** The same, if their values are numbers. */
  readonly numbers: PointBytes | undefined;
  /** Some of them, in a row, as objects. */
  points(from: number, to: number): DataPoint<V>[];
}

/** Whether the archive serves a series, as far as that is known. */
export interface Service {
  /** Unknown while absent. */
  isServed?: boolean;
}

/** Which points are read. */
interface StreamWindow {
  timeStart: number;
  timeEnd: number;
}

/** What is read, and as what. */
export interface PageRequest {
  /** Where to ask. */
  connection: Connection;
  /** What messages call it. */
  name: string;
  /** `histogram` or `unspecified`. */
  dataType: string;
  /** What its values are to be, if that is known. */
  expected: Expected | undefined;
  /** What to ask for. */
  series: Series;
  /** Which points, if not those within the time filters. */
  window: StreamWindow | undefined;
  /** Told whether the archive serves it. */
  service: Service;
}

/** The time filters of a window, which most series of an export share. */
const timesOf = keepLast((_key: string, window: StreamWindow) =>
  new ApiFilters({ ...window }).timeFilters
);

/**
 * The points of a series, page by page. A page must not be used once the next
 * one is asked for: its memory is.
 */
export async function* readPages<V>(
  request: PageRequest,
): AsyncGenerator<PointPage<V>, void, void> {
  const { connection, series, service, window } = request;
  const makePoint = pointMaker<V>(request);
  const times = window === undefined
    ? connection.filters.timeFilters
    : timesOf(`${window.timeStart} ${window.timeEnd}`, window);
  try {
    for await (const points of readSeries(connection, series, times)) {
      service.isServed = true;
      yield pageOf(points, makePoint);
      points.release();
    }
  } catch (error) {
    if (service.isServed || !isRefusal(error)) throw error;
    service.isServed = false;
  }
}

/**
 * How many points are converted at a time: objects are much larger than their
 * texts.
 */
export const READY = 200;

/** All points of pages as objects, some at a time. */
export async function* asPoints<V>(
  pages: AsyncIterable<PointPage<V>>,
): AsyncGenerator<DataPoint<V>[], void, void> {
  for await (const page of pages) {
    for (let from = 0; from < page.length; from += READY) {
      yield page.points(from, from + READY);
    }
  }
}

type SeriesPoint = ReturnType<Points["slice"]>[number];

function pageOf<V>(
  points: Points,
  makePoint: (point: SeriesPoint) => DataPoint<V>,
): PointPage<V> {
  return {
    length: points.length,
    values: points.values,
    numbers: points.numbers,
    points: (from, to) => points.slice(from, to).map(makePoint),
  };
}

/** Makes objects of points, with a check of their values. */
function pointMaker<V>(
  { connection, dataType, expected, name, series }: PageRequest,
): (point: SeriesPoint) => DataPoint<V> {
  const Point = pointClass<V>(dataType);
  const fits = expected && checkOf(expected, (words) =>
    connection.warn(
      `the archive sends values of ${name} that are not ${words}: ${series.uri}`,
    ));
  // Most series are numbers, which need no check of their own.
  const areUsual = expected?.fits(0) ?? false;
  return (found) => {
    const { text, isValue } = found;
    const made = isValue
      ? pointOfText(Point, found.second, text)
      : new Point(found.point, text);
    const isUsual = areUsual && isValue && isNumber(text);
    if (fits && !isUsual) expectValue(made, fits);
    return made;
  };
}

/** Whether JSON text is a number. */
function isNumber(text: string): boolean {
  const code = text.charCodeAt(0);
  return code === MINUS || code >= ZERO && code <= NINE;
}

const MINUS = 45, ZERO = 48, NINE = 57;

/** A check that tells of the first value that does not fit. */
function checkOf(
  { fits, words }: Expected,
  tell: (words: string) => void,
): (value: JsonValue) => boolean {
  let isTold = false;
  return (value) => {
    const isFit = fits(value);
    if (!isFit && !isTold) {
      isTold = true;
      tell(words);
    }
    return isFit;
  };
}

/** Whether the archive refuses an event type that it announces itself. */
function isRefusal(error: unknown): boolean {
  return error instanceof ArchiveHttpError && error.status === 400 &&
    /^(Unrecognized|Unsupported) event type/.test(error.detail);
}
