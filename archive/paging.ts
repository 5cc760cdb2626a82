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
import type { Row, RowSource, Store } from "./store.ts";

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

/**
 * The rows of a page, and the number of rows as the original counts them.
 */
export interface RowPage {
  /** The rows. */
  readonly rows: Row[];
  /** The count: with a limit, only what the original fetches. */
  readonly count: number;
}

/**
 * Reads a page as esmond does: with a limit it fetches limit + offset rows *of
 * each calendar year*, and counts those.
 *
 * @param archive The archive.
 * @param source Which rows.
 * @param range From when to when, both included.
 * @param query The parameters of the request.
 * @param page The page that they ask for.
 */
export function readPage(
  { store, limits }: Archive,
  source: RowSource,
  range: { start: number; end: number },
  query: URLSearchParams,
  page: Page,
): RowPage {
  const fetched = fetchedOf(query);
  const { start, end } = range;
  const rows: Row[] = [];
  const room = new Room(limits.answer);
  /** Reads some more rows, and says how many there were. */
  const read = (from: number, to: number, limit: number, offset: number) => {
    const before = rows.length;
    for (const piece of store.pieces(source, from, to, limit, offset)) {
      for (const row of piece) {
        room.take(sizeOf(row));
        rows.push(row);
      }
    }
    return rows.length - before;
  };
  if (fetched === undefined) {
    read(start, end, page.limit, page.offset);
    return { rows, count: store.count(source, start, end) };
  }
  let count = 0;
  for (const year of years(store, source, range)) {
    const skip = Math.max(0, page.offset - count);
    const size = Math.min(fetched - skip, page.limit - rows.length);
    const got = size > 0 ? read(year.start, year.end, size, skip) : 0;
    // What was read tells how many there are, if it was the end of them.
    const isEnd = got > 0 && (got < size || skip + got === fetched);
    count += isEnd
      ? skip + got
      : store.count(source, year.start, year.end, fetched);
  }
  return { rows, count };
}

/** About how many characters a row has in an answer. */
function sizeOf({ json }: Row): number {
  return 30 + (json?.length ?? 0);
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
    start = store.firstTime(source, end + 1);
  }
}

function lastSecondOfYear(ts: number): number {
  const next = new Date(0);
  next.setUTCFullYear(new Date(ts * 1000).getUTCFullYear() + 1, 0, 1);
  return next.getTime() / 1000 - 1;
}
