/**
 * Pages of esmond: how many entries, from where, and the addresses of the pages
 * before and after.
 *
 * @module
 */

import { Fault, Room } from "./answers.ts";
import type { Archive } from "./archive.ts";
import { parseInteger } from "./python.ts";
import { lastOf } from "./query.ts";
import type { RowSource } from "./rows.ts";
import type { Store } from "./store.ts";
import { pointText, type Show } from "./values.ts";

/** A part of a list. */
export interface Page {
  /** How many entries at most. */
  readonly limit: number;
  /** How many entries precede it. */
  readonly offset: number;
}

/**
 * The page that a request asks for; unusable numbers are ignored.
 */
export function pageOf(query: URLSearchParams, pageSize: number): Page {
  const limit = whole(lastOf(query, "limit"));
  const offset = whole(lastOf(query, "offset"));
  return {
    limit: limit !== undefined && limit > 0 ? limit : pageSize,
    offset: offset !== undefined && offset > 0 ? offset : 0,
  };
}

function whole(text: string | undefined): number | undefined {
  const value = text === undefined ? undefined : parseInteger(text);
  return value === undefined
    ? undefined
    : Math.min(Number(value), Number.MAX_SAFE_INTEGER);
}

/** The addresses of the pages around a page. */
export interface Neighbours {
  /** The page after it. */
  readonly next: string | null;
  /** The page before it. */
  readonly previous: string | null;
}

/**
 * The addresses of the pages around a page.
 *
 * @param url The address that was asked for.
 * @param page What it asked for.
 * @param count How many entries there are.
 */
export function neighboursOf(url: URL, page: Page, count: number): Neighbours {
  const { limit, offset } = page;
  const at = (other: number) => addressOf(url, limit, Math.max(0, other));
  return {
    next: offset + limit < count ? at(offset + limit) : null,
    previous: offset > 0 ? at(offset - limit) : null,
  };
}

/** Parameters in the order of their names; no offset for the first page. */
function addressOf(url: URL, limit: number, offset: number): string {
  const query = new Map<string, string[]>();
  for (const name of new Set(url.searchParams.keys())) {
    query.set(name, url.searchParams.getAll(name));
  }
  query.set("limit", [String(limit)]);
  query.delete("offset");
  if (offset > 0) query.set("offset", [String(offset)]);
  const pairs = [...query.keys()].sort().flatMap((name) =>
    query.get(name)!.map((value) => `${quotePlus(name)}=${quotePlus(value)}`)
  );
  return `${url.origin}${url.pathname}?${pairs.join("&")}`;
}

/** A name or value of a query as Python writes it (`quote_plus`). */
export function quotePlus(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(
      /[!'()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    )
    .replaceAll("%20", "+");
}

/** The header that names the pages around a page. */
export function linkHeader(
  { next, previous }: Neighbours,
): Record<string, string> | undefined {
  const links: string[] = [];
  if (next) links.push(`<${next}>; rel="next"`);
  if (previous) links.push(`<${previous}>; rel="prev"`);
  return links.length > 0 ? { link: links.join(", ") } : undefined;
}

/** Stored rows, and the form in which they are shown. */
export interface View {
  /** Which rows. */
  readonly source: RowSource;
  /** The form of their values. */
  readonly show: Show;
}

/** The points of a page, and the number of points as the original counts them. */
export interface PointPage {
  /** JSON texts of several points each, with commas between those. */
  readonly texts: string[];
  /** The count: with a limit, only what the original fetches. */
  readonly count: number;
}

/**
 * Reads a page as esmond does: with a limit it fetches limit + offset points *of
 * each calendar year*, and counts those.
 *
 * @param archive The archive.
 * @param view Which points, and how they are shown.
 * @param range From when to when, both included.
 * @param query The parameters of the request.
 * @param page The page that they ask for.
 * @throws {Refusal} if they are more than an answer may have.
 */
export function readPage(
  { store, limits }: Archive,
  { source, show }: View,
  range: { start: number; end: number },
  query: URLSearchParams,
  page: Page,
): PointPage {
  const fetched = fetchedOf(query);
  const { start, end } = range;
  const texts: string[] = [];
  const room = new Room(limits.answer);
  /** Reads some more points, and says how many there were. */
  const read = (from: number, to: number, limit: number, offset: number) => {
    let number = 0;
    for (const rows of store.pieces(source, from, to, limit, offset)) {
      if (rows.length === 0) break;
      const text = rows.map((row) => pointText(row.ts, show(row))).join(",");
      room.take(text.length);
      texts.push(text);
      number += rows.length;
    }
    return number;
  };
  if (fetched === undefined) {
    read(start, end, page.limit, page.offset);
    return { texts, count: store.count(source, start, end) };
  }
  let count = 0;
  let left = page.limit;
  for (const year of years(store, source, range)) {
    const skip = Math.max(0, page.offset - count);
    const size = Math.min(fetched - skip, left);
    const got = size > 0 ? read(year.start, year.end, size, skip) : 0;
    left -= got;
    // What was read tells how many there are, if it was the end of them.
    const isEnd = got > 0 && (got < size || skip + got === fetched);
    count += isEnd
      ? skip + got
      : store.count(source, year.start, year.end, fetched);
  }
  return { texts, count };
}

/**
 * How many rows of each year the original fetches: all without a limit; it
 * crashes on some limits.
 */
function fetchedOf(query: URLSearchParams): number | undefined {
  const limit = lastOf(query, "limit");
  if (limit === undefined) return undefined;
  const offset = lastOf(query, "offset") ?? "0";
  const sum = (whole(limit) ?? NaN) + (whole(offset) ?? NaN);
  if (!(sum > 0)) {
    throw new Fault(`limit=${limit} and offset=${offset} ask for no points`);
  }
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}

function* years(
  store: Store,
  source: RowSource,
  range: { start: number; end: number },
): Generator<{ start: number; end: number }> {
  let start = store.firstTime(source, range.start);
  while (start !== undefined && start <= range.end) {
    const end = Math.min(range.end, lastSecondOfYear(start));
    yield { start, end };
    if (end === range.end) return;
    start = store.firstTime(source, end + 1);
  }
}

function lastSecondOfYear(ts: number): number {
  const next = new Date(0);
  next.setUTCFullYear(new Date(ts * 1000).getUTCFullYear() + 1, 0, 1);
  return next.getTime() / 1000 - 1;
}
