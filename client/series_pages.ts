/**
 * One slice of a series, page by page. A page begins at the last second that
 * was read, so that nothing is lost or repeated while the archive forgets old
 * points or gets late ones.
 *
 * @module
 */

import type { Border } from "./border.ts";
import type { Connection } from "./connection.ts";
import { ArchiveResponseError } from "./errors.ts";
import type { Turn } from "./gate.ts";
import type { HttpAnswer, HttpOptions } from "./http.ts";
import {
  isTime,
  type Parameters,
  parametersOf,
  TIME_FILTERS,
  type TimeWindow,
  windowOf,
} from "./parameters.ts";
import { LEAST_CAP } from "./page_sizes.ts";
import { type Points, pointsOf } from "./points.ts";
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
  /**
   * The window of a roll-up, in seconds; absent for one value a point. Slices
   * end where windows do.
   */
  window?: number;
}

/** What the slices of a series share. */
export interface SeriesContext {
  archive: Connection;
  series: Series & { uri: string };
  /** Series of one kind have points of about the same size. */
  kind: string;
  /** How many points have arrived. */
  got: number;
  /**
   * How many more may come; pages with few points count too, or they could
   * continue for ever.
   */
  left: number;
  /** Whether nothing has come lately, though it was asked for twice. */
  isInGap: boolean;
  /** What was reported already. */
  doubts: Set<string>;
  /** Fired when nobody wants the rest. */
  stop: AbortController;
}

/** A window of a series that is read on its own. */
export interface Slice {
  /** The time filters that ask for it. */
  times: Record<string, number>;
  /** The same as a window, where both ends are known. */
  window: TimeWindow | undefined;
  /** Set if the slice begins in the middle of a second. */
  border: Border;
  /** How often the window was halved to get here. */
  halvings: number;
  /** How urgent it is. */
  turn: Turn;
  /** How many points were asked for last. */
  limit?: number;
}

/** One page. */
export interface SeriesPage {
  /** How many points the archive sent. */
  size: number;
  /** Those that had not come before. */
  points: Points;
  cursor: Cursor;
}

/** Where a page begins. */
interface Cursor {
  times: Record<string, number>;
  /** The second that it continues; `-Infinity` at the first point. */
  from: number;
  offset: number;
  limit: number;
  /** The size of the page before, if that was short and is not believed. */
  after?: number;
}

/** How the caller wants the pages. */
export interface PagingOptions {
  /** Whether the pages after this one are not wanted. */
  isEnough(page: SeriesPage): boolean;
  /** Whether the caller has a better way than to try again. */
  isFinal(status: number): boolean;
}

/** The pages of a slice, in order, the next one on its way. */
export function slicePages(
  context: SeriesContext,
  slice: Slice,
  options: PagingOptions,
): AsyncGenerator<SeriesPage, void, void> {
  const pager = new Pager(context, slice, options.isFinal);
  return readAhead<SeriesPage>(
    context.archive,
    (http) => pager.fetch(pager.first(), http),
    (page) => {
      const next = options.isEnough(page) ? undefined : pager.after(page);
      return next && ((http) => pager.fetch(next, http));
    },
    slice.turn,
    context.stop.signal,
  );
}

/**
 * So many results elmond pages through by offset, and no more: OpenSearch
 * refuses what lies beyond.
 */
const ELMOND_REACH = 10_000;

/** What elmond is asked for at a time where a page begins at an offset. */
const SMALL = 1000;

/**
 * A page that brings anything counts for as many points as were asked for, up
 * to this.
 */
const MAX_COUNTED = 1000;

/** So many pages of equal points of one second may follow each other. */
const MAX_REPEATS = 100;

/** Nobody caps pages at fewer points. */
const FEWEST = 10;

/** So much the clocks of an archive and of this machine may differ, in seconds. */
const CLOCKS = 600;

/** Points are late by less, most of them. */
const LATE = 3600;

class Pager {
  readonly #context: SeriesContext;
  readonly #slice: Slice;
  readonly #isFinal: (status: number) => boolean;
  #previous = "";
  #repeats = 0;

  constructor(
    context: SeriesContext,
    slice: Slice,
    isFinal: (status: number) => boolean,
  ) {
    this.#context = context;
    this.#slice = slice;
    this.#isFinal = isFinal;
  }

  /** Where the slice begins. */
  first(): Cursor {
    const { times, border: { second } } = this.#slice;
    const from = Number.isNaN(second) ? -Infinity : second;
    return { times, from, offset: 0, limit: this.#size() };
  }

  /** Where the page after this one begins; `undefined` after the last. */
  after(page: SeriesPage): Cursor | undefined {
    if (this.#isLast(page)) return undefined;
    const { border } = this.#slice;
    const { size, points, cursor } = page;
    if (border.second > cursor.from && isTime(border.second)) {
      return this.#atBorder(page);
    }
    const { times, from, offset, limit } = cursor;
    if (this.#isEmptySlice(page)) return { ...cursor, after: 0 };
    if (points.length === 0 && size < limit) {
      // Results may have been dropped: as long a page as elmond gives shows it.
      const isAtBorder = from === border.second;
      if (isAtBorder) border.again();
      const again = isAtBorder ? 0 : offset;
      return { times, from, offset: again, limit: ELMOND_REACH - again };
    }
    const next = offset + (this.#isElmond ? Math.max(size, limit) : size);
    // Small pages lead further before elmond refuses.
    const room = this.#isElmond
      ? Math.min(SMALL, Math.max(ELMOND_REACH - next, 1))
      : Infinity;
    return {
      times,
      from,
      offset: next,
      limit: Math.min(this.#size(), room),
    };
  }

  /** The last second that was read, from its first point on. */
  #atBorder({ size, cursor }: SeriesPage): Cursor {
    const { border, times } = this.#slice;
    const from = border.again();
    const { end } = windowOf(times);
    // After a short page of elmond, which may be the last, one as long as it
    // gives shows whether it is.
    const limit = this.#isElmond && size < 0.9 * cursor.limit
      ? ELMOND_REACH
      : Math.max(this.#size(), border.known + 1);
    return {
      times: {
        [TIME_FILTERS.timeStart]: from,
        ...(end === undefined ? {} : { [TIME_FILTERS.timeEnd]: end }),
      },
      from,
      offset: 0,
      limit: this.#isElmond ? Math.min(limit, ELMOND_REACH) : limit,
      ...(size < cursor.limit ? { after: size } : {}),
    };
  }

  /** Fetches the page that begins there. */
  async fetch(cursor: Cursor, http: HttpOptions): Promise<SeriesPage> {
    const { archive, series, kind, got } = this.#context;
    const { offset, limit } = cursor;
    const paging: Parameters = [["limit", String(limit)]];
    if (offset > 0) paging.push(["offset", String(offset)]);
    const url = archive.address.resolve(series.uri, [
      ...parametersOf(cursor.times),
      ...paging,
    ]);
    archive.report(`[url: ${url.href}]`);
    this.#slice.limit = limit;
    const { value, doubt } = await requestReading(
      { url, received: got },
      { isFinal: this.#isFinal, ...http },
      (answer) => this.#checked(answer, cursor),
    );
    const { points, answer, mark, isTimeless } = value;
    if (doubt !== undefined) this.#warnOnce(`${doubt}, which is kept`);
    if (points.hasNonFinite) {
      this.#warnOnce("NaN or Infinity, which are null where JSON is printed");
    }
    if (isTimeless) this.#warnOnce("points without a time that can be read");
    const size = points.length;
    this.#context.isInGap = size === 0 &&
      (cursor.after === 0 || this.#context.isInGap);
    archive.report(`  ** got ${size} results`);
    const isRepeated = mark === this.#previous && mark !== "";
    this.#repeats = isRepeated ? this.#repeats + 1 : 0;
    this.#previous = mark;
    const bytes = answer.body.bytes.length;
    archive.pageSizes.learn(kind, {
      limit,
      points: size,
      bytes,
      ms: answer.ms,
    });
    const fresh = this.#slice.border.pass(points);
    if (fresh.length > 0) {
      this.#count(
        fresh.length,
        Math.max(size, Math.min(limit, MAX_COUNTED)),
        url,
      );
    }
    return { size, points: fresh, cursor };
  }

  get #isElmond(): boolean {
    return this.#context.series.dialect === "elmond";
  }

  /** How many points the archive is asked for at a time. */
  #size(): number {
    const { archive, series, kind } = this.#context;
    return archive.pageSizes.next(kind, series.dialect);
  }

  #isLast(page: SeriesPage): boolean {
    const { size, points, cursor } = page;
    const { archive: { pageSizes }, series } = this.#context;
    // elmond does not page the roll-ups that it makes.
    if (this.#isElmond && series.isRollUp && series.window !== undefined) {
      return true;
    }
    if (size >= cursor.limit) return false;
    if (this.#isElmond) {
      // It drops results after it has cut a page: one that is short, or empty,
      // need not be the last.
      const { from, offset, limit } = cursor;
      const isNothing = points.length === 0 ||
        !(this.#slice.border.second > from) && size < limit / 2;
      return isNothing && offset + limit >= ELMOND_REACH;
    }
    const { after } = cursor;
    if (this.#isEmptySlice(page)) return false;
    if (points.length === 0) {
      if (after !== undefined) pageSizes.ended(after);
      return true;
    }
    if (size === after) pageSizes.capped(size);
    return pageSizes.isWhole(size) && !this.#mayBeCut(page);
  }

  /**
   * Whether nothing came in the middle of a series of esmond: there may be a
   * gap, or the archive failed in passing, which the same request tells.
   */
  #isEmptySlice({ size, cursor }: SeriesPage): boolean {
    return !this.#isElmond && size === 0 && this.#context.got > 0 &&
      cursor.from === -Infinity && cursor.after === undefined &&
      !this.#context.isInGap;
  }

  /**
   * Whether a gateway may have cut a short page, although longer ones came
   * before: a busy one begins to cap pages in the middle of a series.
   */
  #mayBeCut({ points, cursor: { from } }: SeriesPage): boolean {
    const size = points.length;
    const { second } = this.#slice.border;
    const { end = Infinity } = windowOf(this.#slice.times);
    const now = (this.#context.archive.gate.date ?? Date.now()) / 1000;
    const isOnly = this.#context.got === size;
    if (isOnly && size < FEWEST) return false;
    // Caps are round numbers.
    if (size >= LEAST_CAP && isOnly && isRound(size)) return true;
    // The time asked for says how far a page should reach. Where points are
    // still to come, a few of them may do so at any moment.
    const isSmall = isOnly || size < LEAST_CAP;
    if (isSmall && end === Infinity) return false;
    const rest = Math.min(end, now) - second;
    if (isSmall && end > now + CLOCKS && rest < LATE) return false;
    const spacing = from === -Infinity
      ? (second - points.second(0)) / (size - 1)
      : (second - from) / size;
    return rest > 2 * spacing;
  }

  #warnOnce(doubt: string): void {
    const { archive, doubts, series } = this.#context;
    if (doubts.has(doubt)) return;
    doubts.add(doubt);
    archive.warn(`the archive sends ${doubt}: ${series.uri}`);
  }

  #count(points: number, weight: number, url: URL): void {
    const context = this.#context;
    context.got += points;
    context.left -= weight;
    if (context.left >= 0) return;
    throw new ArchiveResponseError(
      "data that does not end: more points than the time asked for can have",
      { url: url.href, received: context.got },
    );
  }

  /**
   * Reads a page and looks at its points.
   *
   * @returns The points, with what is doubtful about them.
   * @throws {ArchiveResponseError} for a page that cannot be what was asked
   * for.
   */
  #checked(
    answer: HttpAnswer,
    cursor: Cursor,
  ): Reading<Checked> {
    const { series, got } = this.#context;
    const { window, border } = this.#slice;
    const wrong = (problem: string) =>
      new ArchiveResponseError(problem, { url: answer.url, received: got });
    const points = pointsOf(answer, got);
    const mark = markOf(points, answer);
    if (
      mark === this.#previous && mark !== "" &&
      (!isOneSecond(points) || this.#repeats === MAX_REPEATS)
    ) {
      const isAll = cursor.after !== undefined && points.length < LEAST_CAP;
      if (!isAll) throw wrong("the same page twice");
      // An archive that does not look at the time has sent all that it has.
      const none = points.without(new Set(Array(points.length).keys()));
      return { value: { points: none, answer, mark: "", isTimeless: false } };
    }
    // A window of a roll-up may begin before the time asked for.
    const step = series.isRollUp ? series.window ?? 0 : 0;
    const start = Math.max(window?.start ?? -Infinity, cursor.from) - step;
    const end = window?.end ?? Infinity;
    let last = border.second;
    let isTwice = false;
    const isFit = isWithin(points, start, end) && !(points.second(0) < last);
    let isTimeless = isFit && !(isTime(points.second(0)) &&
      isTime(points.second(points.length - 1)));
    const toCheck = isFit ? 0 : points.length;
    for (let index = 0; index < toCheck; index++) {
      const ts = points.second(index);
      if (ts < last) throw wrong("its points are not in order of time");
      if ((ts < start || ts > end) && isTime(ts)) {
        throw wrong("points from outside of the time asked for");
      }
      if (
        ts === last && index > 0 &&
        points.value(index) === points.value(index - 1)
      ) isTwice = true;
      if (!isTime(ts)) isTimeless = true;
      if (!Number.isNaN(ts)) last = ts;
    }
    const value = { points, answer, mark, isTimeless };
    if (border.misses(points)) {
      // After a full page there are at least the points of its last second.
      if (points.length === 0 && cursor.after === undefined) {
        throw wrong("nothing, where it had sent points before");
      }
      return { value, doubt: "less than it had sent before" };
    }
    // esmond keeps one point a second; elmond may have several that are alike.
    return isTwice && series.dialect === "esmond"
      ? { value, doubt: "a point twice" }
      : { value };
  }
}

/** A page that may be what was asked for. */
interface Checked {
  points: Points;
  answer: HttpAnswer;
  /** What tells it from the page before. */
  mark: string;
  /** Whether some points have no time, or none that a calendar knows. */
  isTimeless: boolean;
}

/** Whether somebody may have chosen this number. */
function isRound(size: number): boolean {
  return size % 50 === 0 || (size & (size - 1)) === 0;
}

/** Whether that can be told from the first and the last of the points. */
function isWithin(points: Points, start: number, end: number): boolean {
  return points.isAscending && points.second(0) >= start &&
    points.second(points.length - 1) <= end;
}

/** What tells a page from the one before; empty for one without points. */
function markOf(points: Points, answer: HttpAnswer): string {
  if (points.length === 0) return "";
  const [first, last] = [points.second(0), points.second(points.length - 1)];
  // Pages of one second, or without times, differ in nothing but their text.
  const isOne = points.length === 1 && points.numbers !== undefined;
  const text = first < last ? "" : isOne ? points.value(0) : answer.text;
  return `${points.length} ${first} ${last} ${text}`;
}

/** Equal points of one second fill pages that are alike, and rightly so. */
function isOneSecond(points: Points): boolean {
  return points.second(0) === points.second(points.length - 1);
}
