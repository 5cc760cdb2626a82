/**
 * The list of tests: every test that matches, once, whatever the archive makes
 * of its pages.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import { ArchiveHttpError, ArchiveResponseError } from "./errors.ts";
import type { HttpOptions } from "./http.ts";
import {
  METADATA_FILTERS,
  type Parameters,
  parametersOf,
} from "./parameters.ts";
import { readAhead } from "./read_ahead.ts";
import { type ArchiveList, requestList } from "./reading.ts";
import { quoted } from "./text.ts";
import { dialectOf, listOf, type WireMetadata } from "./wire.ts";

/** One test of the list. */
export interface ListedTest {
  /** What the archive says of it. */
  entry: WireMetadata;
  /** The exact JSON text of that. */
  text: string;
}

/**
 * How many tests a page of elmond stands for; esmond says itself where the next
 * page begins.
 */
const ELMOND_PAGE = 1000;

/**
 * No list has more pages: with the pages that archives make, that is a million
 * tests.
 */
const MAX_PAGES = 1000;

/**
 * How many more tests may come than esmond said at first: some are added while
 * the list is read.
 */
const MAX_SURPLUS = 500;

interface ListPage extends ArchiveList {
  /** How many tests of the whole list stand before this page. */
  offset: number;
}

/**
 * The tests that match, page by page.
 *
 * @param archive Where to ask.
 * @param wanted What the tests have to be, by wire name.
 * @param times The time filters, by wire name, in seconds.
 */
export async function* listTests(
  archive: Connection,
  wanted: Record<string, string | number>,
  times: Record<string, number>,
): AsyncGenerator<ListedTest[], void, void> {
  const seen = new Set<string | number>();
  let found = 0;
  for await (
    const page of listPages(archive, parametersOf({ ...wanted, ...times }))
  ) {
    const { values, texts } = page;
    const tests: ListedTest[] = [];
    const wrong = (problem: string) =>
      new ArchiveResponseError(problem, {
        url: archive.address.root.href,
        received: found,
      });
    let isNew = values.length === 0;
    for (const [index, entry] of values.entries()) {
      if (!isTest(entry)) throw wrong("a list of something else than tests");
      const key: unknown = entry["metadata-key"];
      if (typeof key === "string" || typeof key === "number") {
        if (seen.has(key)) continue;
        seen.add(key);
      }
      isNew = true;
      if (matches(entry, wanted)) tests.push({ entry, text: texts[index]! });
    }
    if (!isNew) throw wrong("a page of tests that had all come before");
    found += tests.length;
    yield tests;
  }
  archive.report(`final result count: ${found}`, "");
}

/**
 * Whether two windows are the same, be they text (esmond) or numbers (elmond).
 */
export function sameWindow(
  one: string | number | undefined,
  other: string | number,
): boolean {
  return isWindow(one) && isWindow(other) &&
    (String(one) === String(other) || Number(one) === Number(other));
}

function isWindow(window: unknown): boolean {
  return typeof window === "number" ||
    (typeof window === "string" && window.trim() !== "");
}

function listPages(
  archive: Connection,
  parameters: Parameters,
): AsyncGenerator<ListPage, void, void> {
  let asked = parameters;
  let got = 0;
  let pages = 0;
  let most = Infinity;
  const fetchPage = async (offset: number, http: HttpOptions) => {
    const paging: Parameters = offset > 0 ? [["offset", String(offset)]] : [];
    const url = archive.address.list([...paging, ...asked]);
    if (offset > 0) archive.report(`issuing request with offset: ${offset}`);
    archive.report(`[url: ${url.href}]`);
    const list = await requestList({ url, received: got }, http);
    got += list.values.length;
    if (offset > 0) archive.report(`got ${list.values.length} results`, "");
    return { ...list, offset };
  };
  const fetchFirst = async (http: HttpOptions) => {
    const relaxed = withoutEventType(parameters);
    if (relaxed === undefined) return await fetchPage(0, http);
    try {
      return await fetchPage(0, {
        ...http,
        isFinal: (status) => status === 500,
      });
    } catch (error) {
      if (!(error instanceof ArchiveHttpError) || error.status !== 500) {
        throw error;
      }
      // elmond answers 500 for event types that it keeps but cannot search for:
      // it lists the rest, `matches` chooses.
      asked = relaxed;
      return await fetchPage(0, http).catch((other) =>
        Promise.reject(other instanceof ArchiveHttpError ? error : other)
      );
    }
  };
  return readAhead(archive, fetchFirst, (page) => {
    const offset = nextOffset(archive, page, got);
    if (offset === undefined) return undefined;
    const first = firstOf(page);
    const total = first["metadata-count-total"];
    if (
      ++pages === 1 && dialectOf(first) === "esmond" &&
      typeof total === "number"
    ) most = 2 * total + MAX_SURPLUS;
    if (pages === MAX_PAGES || got > most) {
      throw new ArchiveResponseError("a list of tests that does not end", {
        url: archive.address.root.href,
        received: got,
      });
    }
    archive.report(
      `pagination - metadata_count_total: ${
        typeof total === "number" ? total : "?"
      } got: ${got}`,
      "",
      `current total results: ${got}`,
    );
    return (http) => fetchPage(offset, http);
  });
}

/** Where the next page begins, or `undefined` at the end of the list. */
function nextOffset(
  archive: Connection,
  page: ListPage,
  got: number,
): number | undefined {
  if (page.values.length === 0) return undefined;
  const first = firstOf(page);
  const total = first["metadata-count-total"];
  const link = first["metadata-next-page"];
  if (typeof link === "string") {
    const query = URL.parse(link, archive.address.root.href)?.searchParams;
    const offset = Number(query?.get("offset") ?? NaN);
    if (Number.isSafeInteger(offset) && offset > page.offset) return offset;
    throw new ArchiveResponseError(
      `its next page is ${quoted(link)}, which does not lead on`,
      { url: archive.address.root.href, received: got },
    );
  }
  if (dialectOf(first) === "esmond") {
    const end = page.offset + page.values.length;
    return typeof total === "number" && total > end ? end : undefined;
  }
  // elmond's total is an estimate, and its pages lack the tests that it cannot
  // describe: close to a border, look behind it.
  const border = page.offset + ELMOND_PAGE;
  const isClose = page.values.length >= ELMOND_PAGE ||
    (typeof total === "number" && total >= border * 0.99);
  return isClose ? border : undefined;
}

function firstOf(page: ListPage): WireMetadata {
  return isTest(page.values[0]) ? page.values[0] : {};
}

function isTest(entry: unknown): entry is WireMetadata {
  return typeof entry === "object" && entry !== null && !Array.isArray(entry);
}

/**
 * The search without its event type, where that alone may be what the archive
 * cannot search for.
 */
function withoutEventType(parameters: Parameters): Parameters | undefined {
  const names = new Set(parameters.map(([name]) => name));
  const isAlone = names.has(METADATA_FILTERS.eventType) &&
    !names.has(METADATA_FILTERS.summaryType) &&
    !names.has(METADATA_FILTERS.summaryWindow);
  return isAlone
    ? parameters.filter(([name]) => name !== METADATA_FILTERS.eventType)
    : undefined;
}

/**
 * The filters that elmond reads more widely than they are meant, applied once
 * more.
 */
function matches(
  entry: WireMetadata,
  wanted: Record<string, string | number>,
): boolean {
  const name = wanted[METADATA_FILTERS.eventType] ?? "";
  const type = wanted[METADATA_FILTERS.summaryType] ?? "";
  const window = wanted[METADATA_FILTERS.summaryWindow] ?? "";
  if (name === "" && type === "" && window === "") return true;
  return listOf(entry["event-types"]).some((eventType) => {
    if (name !== "" && eventType?.["event-type"] !== name) return false;
    if (type === "" && window === "") return true;
    return listOf(eventType?.summaries).some((summary) =>
      (type === "" || summary?.["summary-type"] === type) &&
      (window === "" || sameWindow(summary?.["summary-window"], window))
    );
  });
}
