/**
 * The data of one event type or roll-up: every point, once, in order of time,
 * whatever the archive makes of its pages.
 *
 * Short series are read page by page. A long one is cut into slices of time
 * that are read side by side, and what an archive cannot answer in time is
 * asked for in halves.
 *
 * @module
 */

import { Border } from "./border.ts";
import type { Connection } from "./connection.ts";
import {
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveSizeError,
  ArchiveTimeoutError,
} from "./errors.ts";
import { Turn } from "./gate.ts";
import {
  isTime,
  TIME_FILTERS,
  type TimeWindow,
  windowOf,
} from "./parameters.ts";
import type { Points } from "./points.ts";
import {
  type Series,
  type SeriesContext,
  type SeriesPage,
  type Slice,
  slicePages,
} from "./series_pages.ts";

export type { Series } from "./series_pages.ts";

/**
 * How many points a series may have besides those that its seconds account for.
 */
const MAX_SURPLUS = 200_000;

/** The highest sustained number of points per second. */
const MAX_DENSITY = 4;

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
  const { uri, dialect } = series;
  // An empty one would be that of the list of tests.
  if (typeof uri !== "string" || uri.trim() === "") {
    throw new ArchiveResponseError("a test without the address of its data", {
      url: archive.address.root.href,
    });
  }
  archive.report(` * looping query for: ${uri}`);
  const context: SeriesContext = {
    archive,
    series: { ...series, uri },
    kind: uri.replace(/^.*\/archive\/[^/]*/, ""),
    got: 0,
    left: MAX_SURPLUS + MAX_DENSITY * secondsIn(times),
    isInGap: false,
    doubts: new Set(),
    stop: new AbortController(),
  };
  const asked = isMade(series) ? alignedTimes(times, series.window!) : times;
  const { start, end } = windowOf(asked);
  const isKnown = start !== undefined && end !== undefined;
  let last = NaN;
  const slice = {
    times: asked,
    window: isKnown ? { start, end } : undefined,
    border: new Border(dialect),
    halvings: 0,
    turn: new Turn(),
  };
  for await (const points of readSlice(context, slice)) {
    if (points.length > 0) last = points.second(points.length - 1);
    yield points;
  }
  archive.report(`  *** finished with ${context.got} results`);
  if (!isMade(series)) return;
  const until = Math.min(end ?? Infinity, Math.floor(Date.now() / 1000));
  if (last + series.window! - 1 <= until) return;
  if (!isTime(last)) return; // the archive may send any
  const begin = new Date(last * 1000).toISOString().replace(".000Z", "Z");
  archive.warn(
    `the last window, from ${begin} on, is not whole: the time asked for ends in it: ${uri}`,
  );
}

/**
 * Whether the archive makes a roll-up when it is asked for it, and counts in
 * its windows only what is in the time asked for.
 */
function isMade({ dialect, isRollUp, window }: Series): boolean {
  return dialect === "elmond" && isRollUp && window !== undefined;
}

/** The time filters with a start where a window of a roll-up begins. */
function alignedTimes(
  times: Record<string, number>,
  window: number,
): Record<string, number> {
  const { end } = windowOf(times);
  const range = times[TIME_FILTERS.timeRange];
  const start = windowOf(times).start ??
    (end === undefined && range !== undefined
      ? Math.floor(Date.now() / 1000) - range
      : undefined);
  if (start === undefined) return times;
  return {
    [TIME_FILTERS.timeStart]: Math.floor(start / window) * window,
    ...(end === undefined ? {} : { [TIME_FILTERS.timeEnd]: end }),
  };
}

/** How many seconds the archive can have points of. */
function secondsIn(times: Record<string, number>): number {
  const tomorrow = Date.now() / 1000 + 86_400;
  const { start = 0, end = tomorrow } = windowOf(times);
  return Math.max(0, Math.min(end, tomorrow) - Math.max(start, 0));
}

/**
 * The points of a slice: page by page, then in smaller slices if it is long; in
 * halves if that is too much for the archive.
 */
async function* readSlice(
  context: SeriesContext,
  slice: Slice,
): AsyncGenerator<Points, void, void> {
  const { archive, kind } = context;
  let width: number | undefined;
  const pages = slicePages(context, slice, {
    isEnough: (page) => {
      width = sliceWidth(context, slice, page);
      return width !== undefined;
    },
    isFinal: (status) => TOO_MUCH.has(status) && canHalve(archive, slice),
  });
  try {
    for await (const { points } of pages) yield points;
  } catch (error) {
    const halves = isTooMuch(error) ? halvesOf(context, slice) : [];
    if (halves.length === 0) throw error;
    archive.pageSizes.shrink(kind, slice.limit ?? 0);
    archive.report(`asking for half as much: ${(error as Error).message}`);
    for (const half of halves) yield* readSlice(context, half);
    return;
  }
  if (width !== undefined) yield* readSlices(context, slice, width);
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
 * The rest of a slice, in two windows; in one if it cannot be cut any further;
 * none if it was cut often enough.
 */
function halvesOf({ archive, series }: SeriesContext, slice: Slice): Slice[] {
  const { window, border } = slice;
  if (!canHalve(archive, slice) || window === undefined) return [];
  const start = Number.isNaN(border.second) ? window.start : border.again();
  const middle = endOf(start, (window.end - start + 1) / 2, series);
  if (middle >= window.end) {
    const rest = { start, end: window.end };
    return [within(rest, { ...slice, halvings: Infinity })];
  }
  const halvings = slice.halvings + 1;
  return [
    within({ start, end: middle }, { ...slice, halvings }),
    within({ start: middle + 1, end: window.end }, {
      ...slice,
      halvings,
      border: new Border(series.dialect),
    }),
  ];
}

function canHalve(archive: Connection, { window, halvings }: Slice): boolean {
  return window !== undefined && window.end > window.start &&
    halvings < 2 * archive.retries;
}

/** The slice within a window. */
function within(
  window: TimeWindow,
  slice: Omit<Slice, "times" | "window">,
): Slice {
  return {
    ...slice,
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
  const end = start + Math.max(1, Math.round(width));
  return Math.ceil(end / window) * window - 1;
}

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
 * How many seconds make a good slice, if so much is left that slices are better
 * than pages.
 */
function sliceWidth(
  { archive, series, kind, got }: SeriesContext,
  { window, border }: Slice,
  { size, points, cursor }: SeriesPage,
): number | undefined {
  if (points.length === 0) return undefined;
  // A short page of esmond is most likely the last, however long the window.
  if (series.dialect === "esmond" && size < cursor.limit) return undefined;
  const [first, last] = [points.second(0), points.second(points.length - 1)];
  const span = last - first + 1;
  const isKnown = window !== undefined && span > 1 && border.second === last;
  if (!isKnown || isMade(series) || got < LONG) return undefined;
  // Slices end at whole seconds: what is between two of them would be lost.
  if (!isOfWholeSeconds(points)) return undefined;
  const limit = archive.pageSizes.next(kind, series.dialect);
  const width = FILLING * limit * span / points.length;
  return window.end - last > 2 * width ? width : undefined;
}

/** Whether all times are whole seconds, as archives usually have them. */
function isOfWholeSeconds(points: Points): boolean {
  for (let index = 0; index < points.length; index++) {
    if (!Number.isInteger(points.second(index))) return false;
  }
  return true;
}

/** A slice that is being read. */
interface OpenSlice {
  window: TimeWindow;
  turn: Turn;
  pages: AsyncGenerator<Points, void, void>;
  /** The first page, on its way. */
  first: Promise<IteratorResult<Points, void>>;
}

/**
 * The rest of a slice, in slices of about so many seconds, the next ones on
 * their way while the first is read.
 */
async function* readSlices(
  context: SeriesContext,
  whole: Slice,
  width: number,
): AsyncGenerator<Points, void, void> {
  const { archive, series, kind } = context;
  const { gate, pageSizes } = archive;
  const { border, halvings } = whole;
  const { end } = whole.window!;
  let at: number | undefined = border.again();
  const ahead: OpenSlice[] = [];
  const open = (isAhead: boolean) => {
    const window = {
      start: at!,
      end: Math.min(end, endOf(at!, width, series)),
    };
    const turn = new Turn(whole.turn, isAhead);
    const pages = readSlice(
      context,
      within(window, {
        border: window.start === border.second
          ? border
          : new Border(series.dialect),
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
  let slice: OpenSlice | undefined;
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
