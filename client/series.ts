/**
 * The data of one event type or roll-up: every point, once, in order of time, whatever the archive makes of its pages.
 *
 * @module
 */

import { ArchiveHttpError, ArchiveResponseError } from "./errors.ts";
import { type HttpOptions, requestList } from "./http.ts";
import { elements } from "./json.ts";
import {
  type Parameters,
  parametersOf,
  secondsOf,
  TIME_FILTERS,
  windowOf,
} from "./parameters.ts";
import { type ReadableArchive, readAhead } from "./read_ahead.ts";
import type { Dialect, JsonValue, WirePoint } from "./wire.ts";

/** Where data is, and how it is paged. */
export interface Series {
  /** The `base-uri` of an event type, or the `uri` of a roll-up. */
  uri: string | undefined;
  /** Who keeps it. */
  dialect: Dialect;
  /** Whether it is a roll-up. */
  isRollUp: boolean;
}

/** One point of a series. */
export interface SeriesPoint {
  /** Time and value; the time is NaN if the archive sent none that can be read. */
  point: WirePoint;
  /** The exact JSON text of the point. */
  text: string;
}

/** How far OpenSearch pages by offset: elmond answers what goes beyond with an error. */
const OPENSEARCH_WINDOW = 10_000;

/** Going on from the last second, a page leaves room for more behind it. */
const ANCHORED_PAGE = 1000;

/** Where a page begins. */
interface Cursor {
  times: Parameters;
  offset: number;
  limit: number;
}

interface DataPage {
  /** How many points the archive sent. */
  size: number;
  /** Those that had not come before. */
  points: SeriesPoint[];
  cursor: Cursor;
}

/**
 * The points of a series, page by page.
 *
 * @param archive Where to ask.
 * @param series What to ask for.
 * @param times The time filters, by wire name, in seconds.
 */
export async function* readSeries(
  archive: ReadableArchive,
  series: Series,
  times: Record<string, number>,
): AsyncGenerator<SeriesPoint[], void, void> {
  const uri = series.uri;
  if (typeof uri !== "string") {
    throw new ArchiveResponseError("a test without the address of its data", {
      url: archive.address.root.href,
    });
  }
  archive.report(` * looping query for: ${uri}`);
  let count = 0;
  for await (const page of dataPages(archive, { ...series, uri }, times)) {
    count += page.points.length;
    yield page.points;
  }
  archive.report(`  *** finished with ${count} results`);
}

function dataPages(
  archive: ReadableArchive,
  series: Series & { uri: string },
  times: Record<string, number>,
): AsyncGenerator<DataPage, void, void> {
  const limit = series.dialect === "elmond"
    ? Math.min(archive.pageSize, OPENSEARCH_WINDOW)
    : archive.pageSize;
  const border = new Border();
  let got = 0;
  let previous = "";
  let repeats = 0;
  const fetchPage = async (cursor: Cursor, http: HttpOptions) => {
    const { offset, limit } = cursor;
    const url = archive.address.resolve(series.uri, [
      ...cursor.times,
      ["limit", String(limit)],
      ...(offset > 0 ? [["offset", String(offset)]] as Parameters : []),
    ]);
    archive.report(`[url: ${url.href}]`);
    const { values, text } = await requestList({ url, received: got }, http);
    archive.report(`  ** got ${values.length} results`);
    repeats = values.length > 0 && text === previous ? repeats + 1 : 0;
    if (repeats > 0 && !isOneSecond(values) || repeats > MAX_REPEATS) {
      throw new ArchiveResponseError("the same page twice", {
        url: url.href,
        received: got,
      });
    }
    previous = text;
    const texts = elements(text);
    const points = border.pass(
      values.map((value, index) => readPoint(value, texts[index]!)),
    );
    got += points.length;
    return { size: values.length, points, cursor };
  };
  /** Asks beyond what OpenSearch pages by offset: if that is refused, goes on from the last second by time. */
  const fetchBeyond = async (cursor: Cursor, http: HttpOptions) => {
    try {
      return await fetchPage(cursor, { ...http, serverErrorsAreFinal: true });
    } catch (error) {
      const isRefused = error instanceof ArchiveHttpError &&
        (error.status === 400 || error.status >= 500);
      const anchored = isRefused ? anchor() : undefined;
      if (anchored === undefined) throw error;
      return await fetchPage(anchored, http);
    }
  };
  /** Goes on from the last second. */
  const anchor = (): Cursor | undefined => {
    const from = border.rewind();
    if (from === undefined) return undefined;
    const { end } = windowOf(times);
    previous = "";
    return {
      times: parametersOf({
        [TIME_FILTERS.timeStart]: from,
        ...(end === undefined ? {} : { [TIME_FILTERS.timeEnd]: end }),
      }),
      offset: 0,
      limit: Math.min(limit, ANCHORED_PAGE),
    };
  };
  // Such a window moves on with the clock, and an offset into it would move too.
  const isMoving = Object.keys(times).join() === TIME_FILTERS.timeRange;
  const start: Cursor = { times: parametersOf(times), offset: 0, limit };
  return readAhead(archive, (http) => fetchPage(start, http), (page) => {
    if (isLastPage(series, page.size, page.cursor.limit)) return undefined;
    const cursor = {
      times: page.cursor.times,
      offset: page.cursor.offset + page.cursor.limit,
      limit: page.cursor.limit,
    };
    if (isMoving && page.cursor === start) {
      return (http) => fetchPage(anchor() ?? cursor, http);
    }
    const isBeyond = series.dialect === "elmond" &&
      cursor.offset + cursor.limit > OPENSEARCH_WINDOW;
    return (http) => (isBeyond ? fetchBeyond : fetchPage)(cursor, http);
  });
}

/** How many pages of equal points of one second may follow each other. */
const MAX_REPEATS = 100;

/** Whether a page can rightly come again: equal points of one second fill pages that are alike. */
function isOneSecond(values: unknown[]): boolean {
  const [first, last] = [values[0], values.at(-1)]
    .map((value) => (value as WirePoint | null)?.ts);
  return first !== undefined && first === last;
}

/** elmond does not page roll-ups, and drops points after it has cut a page: a short one need not be the last. */
function isLastPage(series: Series, size: number, limit: number): boolean {
  if (series.dialect === "esmond") return size < limit;
  return series.isRollUp || size === 0;
}

/** The last second that was read: going on from it, its points come once more. */
class Border {
  #second = NaN;
  #points = 0;
  #toSkip = 0;
  #rewound = NaN;

  /** The points that had not come before. */
  pass(points: SeriesPoint[]): SeriesPoint[] {
    const fresh: SeriesPoint[] = [];
    for (const point of points) {
      const second = Number(point.point.ts);
      if (!Number.isNaN(second) && second !== this.#second) {
        this.#second = second;
        this.#points = this.#toSkip = 0;
      } else if (this.#toSkip > 0) {
        this.#toSkip--;
        continue;
      }
      this.#points++;
      fresh.push(point);
    }
    return fresh;
  }

  /** The last second; its points are expected once more. */
  rewind(): number | undefined {
    if (Number.isNaN(this.#second) || this.#second === this.#rewound) {
      return undefined;
    }
    this.#rewound = this.#second;
    this.#toSkip = this.#points;
    return this.#second;
  }
}

/** A point, whatever the archive made of it: what is no object is a value without a time. */
function readPoint(value: unknown, text: string): SeriesPoint {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { point: { ts: NaN, val: value as JsonValue }, text };
  }
  const point = value as WirePoint;
  return typeof point.ts === "number"
    ? { point, text }
    : { point: { ...point, ts: secondsOf(point.ts) }, text };
}
