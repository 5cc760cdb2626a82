/**
 * The whole list of elmond. It lists the test with the latest result first, so
 * tests change their places while its pages are read, and it leaves out of a
 * page what it cannot describe: only one request shows the list of one moment.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import type { HttpOptions } from "./http.ts";
import { type ListPage, type ListReader, MAX_PAGES } from "./list_pages.ts";
import { METADATA_FILTERS, type Parameters } from "./parameters.ts";

/** elmond gives so many tests at a time, and no more. */
const [USUAL, LONGEST] = [1000, 10_000];

/** Its total is an estimate; near the border of a page it decides nothing. */
const [SURELY_FIRST, SURELY_LONGEST] = [900, 9000];

/**
 * So often a list is read before it is an error that it always has new tests.
 */
const MAX_PASSES = 5;

const TEST_TYPE = "pscheduler-test-type";
const SUBJECT_TYPE = METADATA_FILTERS.subjectType;

/** Searches that have all tests together, each test once. */
const PARTS: Parameters = [
  ...["latencybg", "latency", "rtt", "throughput", "trace"]
    .map((type): [string, string] => [TEST_TYPE, type]),
  [SUBJECT_TYPE, "network-element"],
];

/**
 * What follows the first page, as few requests as there can be.
 *
 * @param first The first page; absent if nothing was asked for yet.
 */
export async function* restOfElmond(
  archive: Connection,
  reader: ListReader,
  parameters: Parameters,
  first: ListPage | undefined,
): AsyncGenerator<ListPage, void, void> {
  if (first !== undefined && isAll(reader, first, SURELY_FIRST)) return;
  const stop = new AbortController();
  const http = archive.http(stop.signal);
  try {
    const wanted = { limit: LONGEST };
    const whole = reader.take(await reader.fetch(parameters, wanted, http));
    yield whole;
    if (whole.tests.length === 0) {
      // A gateway may have made the page shorter.
      return yield* readPart(reader, parameters, http, USUAL);
    }
    if (isCapped(whole, first)) {
      const step = whole.tests.length;
      return yield* readPart(reader, parameters, http, step, step);
    }
    if (isAll(reader, whole, SURELY_LONGEST)) return;
    const parts = totalOf(whole) < SURELY_LONGEST ? [[]] : partsOf(parameters);
    for (const part of parts) {
      yield* readPart(reader, [...parameters, ...part], http);
    }
  } finally {
    stop.abort();
  }
}

/**
 * Whether nothing follows a page, and its total is far from where it was cut.
 */
function isAll(reader: ListReader, page: ListPage, surely: number): boolean {
  return page.tests.length > 0 && totalOf(page) < surely &&
    reader.linked(page) === undefined;
}

/**
 * Whether a gateway may have made the longest page shorter: it has no more
 * tests than the first page, or a round number of them.
 */
function isCapped(whole: ListPage, first: ListPage | undefined): boolean {
  const { length } = whole.tests;
  const total = totalOf(whole);
  return total > length && (length === first?.tests.length ||
    length % 1000 === 0 && total < SURELY_LONGEST);
}

function totalOf({ tests, total }: ListPage): number {
  return Math.max(tests.length, total ?? 0);
}

/** How to ask for the tests in parts; only once where the user names a part. */
function partsOf(parameters: Parameters): Parameters[] {
  const given = new Map(parameters);
  const subject = given.get(SUBJECT_TYPE);
  if (given.has(TEST_TYPE) || subject === "network-element") return [[]];
  return PARTS.filter(([name]) => subject === undefined || name === TEST_TYPE)
    .map((part) => [part]);
}

/** A part, in passes through its pages if there are several. */
async function* readPart(
  reader: ListReader,
  parameters: Parameters,
  http: HttpOptions,
  begin = 0,
  step = LONGEST,
): AsyncGenerator<ListPage, void, void> {
  for (let pass = 1;; pass++) {
    const before = reader.count;
    let total = 0;
    let offset = pass === 1 ? begin : 0;
    for (let pages = 1;; pages++) {
      const wanted = { offset, limit: LONGEST };
      const page = reader.take(await reader.fetch(parameters, wanted, http));
      total = Math.max(total, totalOf(page));
      yield page;
      if (
        pages === 1 && step === LONGEST && isAll(reader, page, SURELY_LONGEST)
      ) return;
      const next = reader.linked(page);
      offset = next ?? offset + step;
      if (next === undefined && offset > 1.05 * total) break;
      if (pages === MAX_PAGES) {
        throw reader.wrong("a list of tests that does not end");
      }
    }
    if (reader.count === before) return;
    if (pass === MAX_PASSES) {
      throw reader.wrong("a list that changes faster than it can be read");
    }
  }
}
