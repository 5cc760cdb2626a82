/**
 * The data of one event type or roll-up: every point, once, in order of time,
 * whatever the archive makes of its pages.
 *
 * Short series are read page by page. What turns out to be long is cut into
 * slices of time that are read side by side, and what an archive cannot answer
 * in time is asked for in halves.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import {
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveSizeError,
  ArchiveTimeoutError,
} from "./errors.ts";
import { Turn } from "./gate.ts";
import type { HttpAnswer, HttpOptions } from "./http.ts";
import {
  FIRST_SECOND,
  LAST_SECOND,
  type Parameters,
  parametersOf,
  TIME_FILTERS,
  windowOf,
} from "./parameters.ts";
import { type Points, readPoints } from "./points.ts";
import { readAhead } from "./read_ahead.ts";
import { type Reading, requestReading } from "./reading.ts";
import type { Dialect } from "./wire.ts";

/** Where data is, and how it is paged. */
export interface Series {
  /** The `base-uri` of an event type, or the `uri` of a roll-up. */
  uri: string | undefined;
  /** Who keeps it. */
  dialect: Dialect;
  /** Whether it is a roll-up. */
  isRollUp: boolean;
  /** The window of a roll-up, in seconds: it is not cut elsewhere. */
  window?: number;
}

/**
 * How far OpenSearch pages by offset: elmond answers what goes beyond with an
 * error.
 */
const OPENSEARCH_WINDOW = 10_000;

/** Going on from the last second, a page leaves room for more behind it. */
const ANCHORED_PAGE = 1000;

/** So many points have to have come before a series is taken for a long one. */
const LONG = 5000;

/**
 * A slice is to have this part of the points that fit a page: then one page is
 * all of it.
 */
const FILLING = 0.7;

/** From slice to slice the width changes by no more than this factor. */
const MAX_CHANGE = 4;

/**
 * How many points a series may have, besides those that its seconds account
 * for.
 */
const MAX_SURPLUS = 200_000;

/**
 * How many points archives have of a second, at the most, for longer than a
 * moment.
 */
const MAX_DENSITY = 4;

/**
 * A page counts for so many points as were asked for, but for no more than
 * this.
 */
const MAX_COUNTED = 10_000;

/** What reading one series has to remember. */
interface Context {
  archive: Connection;
  series: Series & { uri: string };
  /** What its pages have in common in size with those of other series. */
  kind: string;
  /** How many points have arrived. */
  got: number;
  /**
   * How many more there can be: pages with few points count as well, or they
   * could go on for ever.
   */
  left: number;
  /** What was told already. */
  doubts: Set<string>;
  /** Fired when nobody wants the rest. */
  stop: AbortController;
}

/** A window of time, in seconds since 1970 UTC, both ends included. */
interface Window {
  start: number;
  end: number;
}

/** A part of a series that is read on its own. */
interface Part {
  /** What it is asked for by. */
  times: Record<string, number>;
  /** The same as a window, where both ends are known. */
  window: Window | undefined;
  /** What had come before of its first second. */
  border: Border;
  /** How often the window was halved to get here. */
  halvings: number;
  /** How urgent it is. */
  turn: Turn;
  /** How many points were asked for last. */
  limit?: number;
}

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
  points: Points;
  cursor: Cursor;
  /**
   * How many seconds are to be asked for at a time from here on, if the series
   * is long.
   */
  width?: number;
}

/**
 * The points of a series, page by page.
 *
 * @param archive Where to ask.
 * @param series What to ask for.
 * @param times The time filters, by wire name, in seconds.
 */
export async function* readSeries(
  archive: Connection,
  series: Series,
  times: Record<string, number>,
): AsyncGenerator<Points, void, void> {
  const uri = series.uri;
  if (typeof uri !== "string") {
    throw new ArchiveResponseError("a test without the address of its data", {
      url: archive.address.root.href,
    });
  }
  archive.report(` * looping query for: ${uri}`);
  const context: Context = {
    archive,
    series: { ...series, uri },
    kind: uri.replace(/^.*\/archive\/[^/]*/, ""),
    got: 0,
    left: MAX_SURPLUS + MAX_DENSITY * secondsIn(times),
    doubts: new Set(),
    stop: new AbortController(),
  };
  let count = 0;
  const { start, end } = windowOf(times);
  const whole: Part = {
    times,
    window: start === undefined || end === undefined
      ? undefined
      : { start, end },
    border: new Border(),
    halvings: 0,
    turn: new Turn(),
  };
  for await (const points of readPart(context, whole)) {
    count += points.length;
    yield points;
  }
  archive.report(`  *** finished with ${count} results`);
}

/** How many seconds the archive can have points of. */
function secondsIn(times: Record<string, number>): number {
  const tomorrow = Date.now() / 1000 + 86_400;
  const { start = 0, end = tomorrow } = windowOf(times);
  return Math.max(0, Math.min(end, tomorrow) - Math.max(start, 0));
}

/**
 * The points of a part: page by page, then in slices if it is long; in halves
 * if that is too much for the archive.
 */
async function* readPart(
  context: Context,
  part: Part,
): AsyncGenerator<Points, void, void> {
  let width: number | undefined;
  try {
    for await (const page of dataPages(context, part)) {
      width = page.width;
      yield page.points;
    }
  } catch (error) {
    const halves = isTooMuch(error) ? halvesOf(context, part) : [];
    if (halves.length === 0) throw error;
    context.archive.pageSizes.shrink(context.kind, part.limit ?? 0);
    context.archive.report(
      `asking for half as much: ${(error as Error).message}`,
    );
    for (const half of halves) yield* readPart(context, half);
    return;
  }
  if (width !== undefined) yield* readSlices(context, part, width);
}

/**
 * What is left of a part, in two windows; in one, if it cannot be cut any
 * further; none if it was cut often enough.
 */
function halvesOf({ archive, series }: Context, part: Part): Part[] {
  const { window, border } = part;
  if (!canHalve(archive, part) || window === undefined) return [];
  const start = border.hasPassed ? border.again() : window.start;
  const middle = endOf(start, (window.end - start + 1) / 2, series);
  if (middle >= window.end) {
    const rest = { start, end: window.end };
    return [within(rest, { ...part, halvings: Infinity })];
  }
  const halvings = part.halvings + 1;
  return [
    within({ start, end: middle }, { ...part, halvings }),
    within({ start: middle + 1, end: window.end }, {
      ...part,
      halvings,
      border: new Border(),
    }),
  ];
}

function canHalve(archive: Connection, { window, halvings }: Part) {
  return window !== undefined && window.end > window.start &&
    halvings < 2 * archive.retries;
}

/** The part that is within a window. */
function within(window: Window, part: Omit<Part, "times" | "window">): Part {
  return {
    ...part,
    window,
    times: {
      [TIME_FILTERS.timeStart]: window.start,
      [TIME_FILTERS.timeEnd]: window.end,
    },
  };
}

/**
 * The last second of a window about so wide; that of a roll-up ends with one of
 * its own windows.
 */
function endOf(start: number, width: number, { window = 1 }: Series): number {
  const step = Math.max(1, window);
  const end = start + Math.max(1, Math.round(width));
  return Math.ceil(end / step) * step - 1;
}

/** A slice that is being read. */
interface Slice {
  window: Window;
  turn: Turn;
  pages: AsyncGenerator<Points, void, void>;
  /** The first page, on its way. */
  first: Promise<IteratorResult<Points, void>>;
}

/**
 * The rest of a part, in slices of about so many seconds, the next ones on
 * their way while the first is read.
 */
async function* readSlices(
  context: Context,
  part: Part,
  width: number,
): AsyncGenerator<Points, void, void> {
  const { archive, series, kind } = context;
  const { gate, pageSizes } = archive;
  const { border, halvings } = part;
  const { end } = part.window!;
  let at: number | undefined = border.again();
  const ahead: Slice[] = [];
  const open = (isAhead: boolean) => {
    const window = {
      start: at!,
      end: Math.min(end, endOf(at!, width, series)),
    };
    const turn = new Turn(part.turn, isAhead);
    const pages = readPart(
      context,
      within(window, {
        border: window.start === border.second ? border : new Border(),
        halvings,
        turn,
      }),
    );
    const first = pages.next();
    first.catch(() => {}); // thrown when its turn comes
    ahead.push({ window, turn, pages, first });
    at = window.end < end ? window.end + 1 : undefined;
  };
  const openMore = () => {
    while (at !== undefined && gate.takeAhead()) open(true);
  };
  let slice: Slice | undefined;
  let isAll = false;
  try {
    while (at !== undefined || ahead.length > 0) {
      slice = ahead.shift();
      if (slice === undefined) {
        open(false);
        slice = ahead.shift()!;
      } else {
        slice.turn.come();
        gate.giveAhead();
      }
      let count = 0;
      let page = await slice.first;
      while (!page.done) {
        openMore();
        count += page.value.length;
        yield page.value;
        page = await slice.pages.next();
      }
      const wanted = FILLING * pageSizes.next(kind, series.dialect);
      const { window } = slice;
      width = (window.end - window.start + 1) *
        Math.min(MAX_CHANGE, Math.max(1 / MAX_CHANGE, wanted / count));
      openMore();
    }
    isAll = true;
  } finally {
    for (const _ of ahead) gate.giveAhead();
    if (!isAll) {
      context.stop.abort();
      await slice?.pages.return();
    }
  }
}

function dataPages(
  context: Context,
  part: Part,
): AsyncGenerator<DataPage, void, void> {
  const { archive, series, kind } = context;
  const { times, border } = part;
  const isFinal = canHalve(archive, part)
    ? (status: number) => TOO_MUCH.has(status)
    : () => false;
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
    const what = { url, received: context.got };
    part.limit = limit;
    const { value: { read, answer }, doubt } = await requestReading(
      what,
      { isFinal, ...http },
      (answer) => {
        const read = readPoints(answer, context.got);
        const isRepeated = read.length > 0 && markOf(read, answer) === previous;
        if (isRepeated && (!isOneSecond(read) || repeats === MAX_REPEATS)) {
          throw new ArchiveResponseError("the same page twice", {
            url: url.href,
            received: context.got,
          });
        }
        return checked(read, answer, context, part);
      },
    );
    if (doubt !== undefined && !context.doubts.has(doubt)) {
      context.doubts.add(doubt);
      archive.warn(`the archive sends ${doubt}, which is kept: ${series.uri}`);
    }
    archive.report(`  ** got ${read.length} results`);
    const mark = markOf(read, answer);
    repeats = mark === previous && mark !== "" ? repeats + 1 : 0;
    previous = mark;
    const bytes = answer.body.bytes.length;
    const report = { limit, points: read.length, bytes, ms: answer.ms };
    archive.pageSizes.learn(kind, report);
    const points = read.behind(border.pass(read));
    context.got += points.length;
    context.left -= Math.max(Math.min(limit, MAX_COUNTED), read.length);
    if (context.left < 0) {
      throw new ArchiveResponseError(
        "data that does not end: more points than the time asked for can have",
        { url: url.href, received: context.got },
      );
    }
    return { size: read.length, points, cursor };
  };
  /**
   * Asks beyond what OpenSearch pages by offset: if that is refused, goes on
   * from the last second by time.
   */
  const fetchBeyond = async (cursor: Cursor, http: HttpOptions) => {
    try {
      return await fetchPage(cursor, {
        ...http,
        isFinal: (status) => status === 500,
      });
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
      limit: Math.min(
        archive.pageSizes.next(kind, series.dialect),
        ANCHORED_PAGE,
      ),
    };
  };
  // Such a window moves on with the clock, and an offset into it would move
  // too.
  const isMoving = Object.keys(times).join() === TIME_FILTERS.timeRange;
  const start: Cursor = {
    times: parametersOf(times),
    offset: 0,
    limit: archive.pageSizes.next(kind, series.dialect),
  };
  const nextOf = (page: DataPage) => {
    const { times, offset, limit } = page.cursor;
    if (isLastPage(series, page.size, limit)) return undefined;
    const width = sliceWidth(context, part, page);
    if (width !== undefined) {
      page.width = width;
      return undefined;
    }
    const cursor: Cursor = {
      times,
      // An archive may send more than it was asked for.
      offset: offset + Math.max(limit, page.size),
      limit: Math.min(
        archive.pageSizes.next(kind, series.dialect),
        // Where an archive may refuse what is far behind, small steps lead
        // further.
        series.dialect === "elmond" ? limit : Infinity,
      ),
    };
    if (isMoving && page.cursor === start) {
      return (http: HttpOptions) => fetchPage(anchor() ?? cursor, http);
    }
    const isBeyond = series.dialect === "elmond" &&
      cursor.offset + cursor.limit > OPENSEARCH_WINDOW;
    return (http: HttpOptions) =>
      (isBeyond ? fetchBeyond : fetchPage)(cursor, http);
  };
  return readAhead<DataPage>(
    archive,
    (http) => fetchPage(start, http),
    nextOf,
    part.turn,
    context.stop.signal,
  );
}

/**
 * The statuses by which an archive, or what stands before it, says that it was
 * asked for too much.
 */
const TOO_MUCH = new Set([408, 413, 504]);

function isTooMuch(error: unknown): boolean {
  return error instanceof ArchiveTimeoutError ||
    error instanceof ArchiveSizeError ||
    (error instanceof ArchiveHttpError && TOO_MUCH.has(error.status));
}

/**
 * How many seconds make a good slice, if so much is left that slices are better
 * than pages.
 */
function sliceWidth(
  { archive, series, kind, got }: Context,
  { window, border }: Part,
  { points }: DataPage,
): number | undefined {
  if (points.length === 0) return undefined;
  const [first, last] = [points.second(0), points.second(points.length - 1)];
  const span = last - first + 1;
  const isKnown = window !== undefined && span > 1 && border.second === last;
  const isWhole = series.dialect === "elmond" && series.isRollUp;
  if (!isKnown || isWhole || got < LONG) return undefined;
  const limit = archive.pageSizes.next(kind, series.dialect);
  const width = FILLING * limit * span / points.length;
  return window.end - last > 2 * width ? width : undefined;
}

/**
 * Looks at the points of a page.
 *
 * @returns The points, with what is doubtful about them.
 * @throws {ArchiveResponseError} for a page that cannot be what was asked for.
 */
function checked(
  read: Points,
  answer: HttpAnswer,
  { series, got }: Context,
  { window, border }: Part,
): Reading<{ read: Points; answer: HttpAnswer }> {
  const wrong = (problem: string) =>
    new ArchiveResponseError(problem, { url: answer.url, received: got });
  // A window of a roll-up may begin before what was asked for.
  const step = series.isRollUp ? series.window ?? 0 : 0;
  const start = (window?.start ?? -Infinity) - step;
  const end = window?.end ?? Infinity;
  let last = border.second;
  let isOutside = false;
  let isTwice = false;
  for (let index = 0; index < read.length; index++) {
    const ts = read.second(index);
    if (ts < last) throw wrong("its points are not in order of time");
    if ((ts < start || ts > end) && isTime(ts)) isOutside = true;
    if (ts === last && index > 0 && read.text(index) === read.text(index - 1)) {
      isTwice = true;
    }
    if (!Number.isNaN(ts)) last = ts;
  }
  const value = { read, answer };
  if (isOutside) throw wrong("points from outside of the time asked for");
  if (border.misses(read)) {
    return { value, doubt: "less than it had sent before" };
  }
  // esmond keeps one point a second; elmond may have several that are alike.
  return isTwice && series.dialect === "esmond"
    ? { value, doubt: "a point twice" }
    : { value };
}

/** Whether a calendar knows it: an archive may keep a time that none does. */
function isTime(second: number): boolean {
  return second >= FIRST_SECOND && second <= LAST_SECOND;
}

/** How many pages of equal points of one second may follow each other. */
const MAX_REPEATS = 100;

/** What tells a page from the one before; empty for one without points. */
function markOf(points: Points, answer: HttpAnswer): string {
  if (points.length === 0) return "";
  const [first, last] = [points.second(0), points.second(points.length - 1)];
  // Pages of one second, or without times, differ in nothing but their text.
  const text = first < last ? "" : answer.text;
  return `${points.length} ${first} ${last} ${text}`;
}

/**
 * Whether a page can rightly come again: equal points of one second fill pages
 * that are alike.
 */
function isOneSecond(points: Points): boolean {
  return points.second(0) === points.second(points.length - 1);
}

/**
 * elmond does not page roll-ups, and drops points after it has cut a page: a
 * short one need not be the last.
 */
function isLastPage(series: Series, size: number, limit: number): boolean {
  if (series.dialect === "esmond") return size < limit;
  return series.isRollUp || size === 0;
}

/**
 * The last second that was read: going on from it, its points come once more.
 */
class Border {
  #second = NaN;
  #points = 0;
  #toSkip = 0;
  #rewound = NaN;

  /** The last second; NaN if there was none. */
  get second(): number {
    return this.#second;
  }

  /** Whether any points were read. */
  get hasPassed(): boolean {
    return !Number.isNaN(this.#second);
  }

  /** Whether points lack those that are expected once more. */
  misses(points: Points): boolean {
    if (this.#toSkip === 0) return false;
    for (
      let index = 0;
      index < Math.min(points.length, this.#toSkip);
      index++
    ) {
      if (points.second(index) > this.#second) return true;
    }
    return points.length === 0;
  }

  /** Takes points; says how many of the first ones had come before. */
  pass(points: Points): number {
    let known = 0;
    for (let index = 0; index < points.length; index++) {
      const second = points.second(index);
      if (!Number.isNaN(second) && second !== this.#second) {
        this.#second = second;
        this.#points = this.#toSkip = 0;
      } else if (this.#toSkip > 0) {
        this.#toSkip--;
        known++;
        continue;
      }
      this.#points++;
    }
    return known;
  }

  /** The last second; its points are expected once more. */
  rewind(): number | undefined {
    if (Number.isNaN(this.#second) || this.#second === this.#rewound) {
      return undefined;
    }
    this.#rewound = this.#second;
    return this.again();
  }

  /**
   * The last second; its points are expected once more, even if it is for the
   * second time.
   */
  again(): number {
    this.#toSkip = this.#points;
    return this.#second;
  }
}
