/**
 * The pages of the list of tests, as the archive sends them.
 *
 * @module
 */

import { parseUrl } from "./address.ts";
import type { Connection } from "./connection.ts";
import { ArchiveHttpError, ArchiveResponseError } from "./errors.ts";
import type { HttpOptions } from "./http.ts";
import { PagesAhead } from "./list_ahead.ts";
import type { Parameters } from "./parameters.ts";
import { type PageFetcher, readAhead } from "./read_ahead.ts";
import { readList, requestReading } from "./reading.ts";
import { quoted } from "./text.ts";
import { type Dialect, dialectOf, type WireMetadata } from "./wire.ts";

/** One test of the list. */
export interface ListedTest {
  /** What the archive says of it. */
  entry: WireMetadata;
  /** The exact JSON text of that. */
  text: string;
}

/** One page of the list. */
export interface ListPage {
  tests: ListedTest[];
  /** Who sent it. */
  dialect: Dialect;
  /** How many tests there are in all, where the page says so. */
  total: number | undefined;
  /** How many tests of the whole list come before this page. */
  offset: number;
}

/** Which page of a list to ask for; the archive decides what is absent. */
export interface PageWanted {
  offset?: number;
  limit?: number;
}

/**
 * No list has more pages: with the pages that archives make, a million tests.
 */
export const MAX_PAGES = 1000;

/**
 * How many more tests may come than esmond said at first: some are added while
 * the list is read.
 */
const MAX_SURPLUS = 500;

/** A list of fewer tests is taken for whole where no total is said. */
const FEWEST = 10;

/** Reads lists, and remembers which tests have come. */
export class ListReader {
  /** How many tests the pages had so far, repeated ones included. */
  got = 0;
  /** How many different tests have come. */
  count = 0;
  /** How many there are in all, by the last page that said so. */
  total = 0;
  /**
   * Whether the total became smaller from one page to a later one: tests may
   * have been missed where the two meet. That is so where some vanished before
   * the later page was read, which moves others forward; and where some came
   * before the earlier one was, if that was read last.
   */
  isShrunk = false;
  readonly #archive: Connection;
  readonly #seen = new Set<string | number>();

  /** Begins with no test seen. */
  constructor(archive: Connection) {
    this.#archive = archive;
  }

  /**
   * Fetches one page.
   *
   * @param received How many tests come before it, for errors.
   */
  async fetch(
    parameters: Parameters,
    { offset = 0, limit }: PageWanted,
    http: HttpOptions,
    received = this.got,
  ): Promise<ListPage> {
    const archive = this.#archive;
    const paging: Parameters = [];
    if (limit !== undefined) paging.push(["limit", String(limit)]);
    if (offset > 0) paging.push(["offset", String(offset)]);
    if (offset > 0) archive.report(`issuing request with offset: ${offset}`);
    const { list, headers } = await this.#ask(
      [...paging, ...parameters],
      http,
      received,
    );
    if (offset > 0) archive.report(`got ${list.values.length} results`, "");
    const tests = list.values.map((entry, index): ListedTest => {
      if (isTest(entry)) return { entry, text: list.texts[index]! };
      throw this.wrong("a list of something else than tests", received);
    });
    const total = totalOf(tests[0]);
    return { tests, dialect: listDialect(tests, headers), total, offset };
  }

  /** Sends a request, a second time without the closing slash if that is it. */
  async #ask(parameters: Parameters, http: HttpOptions, received: number) {
    const archive = this.#archive;
    const { address } = archive;
    const ask = async (isBare: boolean) => {
      const url = address.list(parameters, isBare);
      archive.report(`[url: ${url.href}]`);
      const what = { url, received };
      const { value } = await requestReading(what, http, (answer) => ({
        value: { list: readList(answer, received), headers: answer.headers },
      }));
      address.isBare = isBare;
      return value;
    };
    const { isBare } = address;
    try {
      return await ask(isBare ?? false);
    } catch (error) {
      const isMissing = error instanceof ArchiveHttpError &&
        error.status === 404;
      if (isBare !== undefined || !isMissing) throw error;
      return await ask(true).catch(() => {
        throw error;
      });
    }
  }

  /** Counts a page, in its turn. */
  take(page: ListPage): ListPage {
    const { tests, total } = page;
    this.got += tests.length;
    if (total !== undefined) this.total = total;
    return page;
  }

  /**
   * The list from its beginning, page by page: all of it from esmond, of elmond
   * the first page. The next page is on its way, and as the total says how many
   * there are, those after it are, too.
   *
   * @param first How to fetch the first page.
   */
  async *pass(
    parameters: () => Parameters,
    first: (http: HttpOptions) => Promise<ListPage>,
  ): AsyncGenerator<ListPage, void, void> {
    const ahead = new PagesAhead(
      this.#archive.gate,
      (offset, http, between) =>
        this.fetch(parameters(), { offset }, http, this.got + between),
    );
    try {
      yield* readAhead(this.#archive, first, this.#follow(ahead));
    } finally {
      ahead.end();
    }
  }

  /** What fetches the page after each page of a pass. */
  #follow(
    ahead: PagesAhead<ListPage>,
  ): (page: ListPage) => PageFetcher<ListPage> | undefined {
    let pages = 0;
    let most = Infinity;
    let before = "";
    let last = 0;
    this.isShrunk = false;
    const begin = this.got;
    return (page) => {
      const { tests, total } = this.take(page);
      const got = this.got - begin;
      this.isShrunk ||= total !== undefined && total < last;
      last = total ?? last;
      const offset = page.dialect === "elmond"
        ? undefined
        : this.#nextOffset(page);
      if (offset === undefined) return undefined;
      if (++pages === 1 && total !== undefined) most = 2 * total + MAX_SURPLUS;
      if (pages === MAX_PAGES || got > most) {
        throw this.wrong("a list of tests that does not end");
      }
      const keys = JSON.stringify(tests.map(keyOf));
      if (keys === before && tests.every((test) => keyOf(test) !== undefined)) {
        // An archive that does not page sends its whole list again.
        const isLinked = this.linked(page) !== undefined;
        if (!isLinked && !isTotalSure(page)) return undefined;
        throw this.wrong("a page of tests that had all come before");
      }
      before = keys;
      this.#archive.report(
        `pagination - metadata_count_total: ${total ?? "?"} got: ${got}`,
        "",
        `current total results: ${got}`,
      );
      // A page that is not followed by the test after it is not cut by number.
      const isRegular = offset === page.offset + tests.length;
      const cut = isRegular && total !== undefined && total > offset
        ? { step: tests.length, total }
        : undefined;
      return (http) => ahead.page(offset, cut, http);
    };
  }

  /** The tests of a page that have not come before. */
  fresh({ tests }: ListPage): ListedTest[] {
    const fresh = tests.filter((test) => {
      const key = keyOf(test);
      if (key === undefined) return true;
      return !this.#seen.has(key) && this.#seen.add(key);
    });
    this.count += fresh.length;
    return fresh;
  }

  /** An error about the list. */
  wrong(problem: string, received = this.got): ArchiveResponseError {
    const url = this.#archive.address.root.href;
    return new ArchiveResponseError(problem, { url, received });
  }

  /** Where the next page begins, if this one names it. */
  linked({ tests, offset }: ListPage): number | undefined {
    const link = tests[0]?.entry["metadata-next-page"];
    if (typeof link !== "string") return undefined;
    const query = parseUrl(link, this.#archive.address.root)?.searchParams;
    const next = Number(query?.get("offset") ?? NaN);
    if (Number.isSafeInteger(next) && next > offset) return next;
    throw this.wrong(
      `its next page is ${quoted(link)}, which does not lead on`,
    );
  }

  /** Where esmond's next page begins; `undefined` after the last. */
  #nextOffset(page: ListPage): number | undefined {
    const { tests, total, offset } = page;
    if (tests.length === 0) return undefined;
    const end = offset + tests.length;
    const mayFollow = isTotalSure(page)
      ? total! > end
      : total !== undefined || tests.length >= FEWEST;
    return this.linked(page) ?? (mayFollow ? end : undefined);
  }
}

/**
 * Whether a page says how many tests there are, and has not more itself: else
 * only the page after it shows whether it is the last.
 */
function isTotalSure({ tests, total, offset }: ListPage): boolean {
  return total !== undefined && total >= offset + tests.length;
}

/** How many tests there are in all; some archives send numbers as text. */
function totalOf(first: ListedTest | undefined): number | undefined {
  const said: unknown = first?.entry["metadata-count-total"];
  const total = typeof said === "string" && said !== "" ? Number(said) : said;
  return typeof total === "number" && total >= 0 ? total : undefined;
}

/**
 * Who sent a page: an empty one tells by its headers, where esmond's framework
 * names the methods that are allowed.
 */
function listDialect(tests: ListedTest[], headers: Headers): Dialect {
  if (headers.has("allow")) return "esmond";
  if (tests.length === 0) return "elmond";
  return tests.some(({ entry }) => dialectOf(entry) === "elmond")
    ? "elmond"
    : "esmond";
}

function keyOf({ entry }: ListedTest): string | number | undefined {
  const key: unknown = entry["metadata-key"];
  return typeof key === "string" || typeof key === "number" ? key : undefined;
}

function isTest(entry: unknown): entry is WireMetadata {
  return typeof entry === "object" && entry !== null && !Array.isArray(entry);
}
