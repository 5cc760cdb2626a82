/**
 * The list of tests: every test that matches, once, whatever the archive makes
 * of its pages, and also while the list changes.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import { ArchiveHttpError } from "./errors.ts";
import type { HttpOptions } from "./http.ts";
import { restOfElmond } from "./list_elmond.ts";
import { type ListedTest, type ListPage, ListReader } from "./list_pages.ts";
import {
  METADATA_FILTERS,
  type Parameters,
  parametersOf,
} from "./parameters.ts";
import { listOf, type WireMetadata } from "./wire.ts";

export type { ListedTest } from "./list_pages.ts";

type Filters = Record<string, string | number>;

/**
 * The tests that match, page by page.
 *
 * @param archive Where to ask.
 * @param wanted What the tests have to be, by wire name.
 * @param times The time filters, by wire name, in seconds.
 */
export async function* listTests(
  archive: Connection,
  wanted: Filters,
  times: Record<string, number>,
): AsyncGenerator<ListedTest[], void, void> {
  let found = 0;
  for await (const tests of allTests(archive, wanted, times)) {
    found += tests.length;
    yield tests;
  }
  archive.report(`final result count: ${found}`, "");
}

async function* allTests(
  archive: Connection,
  wanted: Filters,
  times: Record<string, number>,
): AsyncGenerator<ListedTest[], void, void> {
  const reader = new ListReader(archive);
  let asked = wanted;
  let begin: ListPage | undefined;
  const parameters = () => parametersOf({ ...asked, ...times });
  let found = 0;
  const chosen = (page: ListPage) => {
    const tests = reader.fresh(page).filter(({ entry }) =>
      matches(entry, wanted) &&
      (page.dialect === "esmond" || matchesElmond(entry, wanted, asked))
    );
    found += tests.length;
    return tests;
  };
  const first = async (http: HttpOptions) => {
    const fetch = (http: HttpOptions) => reader.fetch(parameters(), {}, http);
    const relaxed = withoutEventType(wanted);
    if (relaxed === undefined) return await fetch(http);
    try {
      return await fetch({ ...http, isFinal: (status) => status === 500 });
    } catch (error) {
      if (!(error instanceof ArchiveHttpError) || error.status !== 500) {
        throw error;
      }
      // elmond answers 500 for event types that it keeps but cannot search for.
      asked = relaxed;
      return await fetch(http).catch((other) => {
        throw other instanceof ArchiveHttpError ? error : other;
      });
    }
  };
  for await (const page of reader.pass(parameters, first)) {
    begin ??= page;
    yield chosen(page);
  }
  if (begin?.dialect !== "elmond") {
    yield* map(passesOfEsmond(reader, parameters()), chosen);
    return;
  }
  const relaxed = relaxedForElmond(asked, begin);
  if (relaxed !== asked) begin = undefined;
  asked = relaxed;
  yield* map(restOfElmond(archive, reader, parameters(), begin), chosen);
  const alone = hostAlone(asked);
  if (found > 0 || alone === undefined) return;
  asked = alone;
  yield* map(
    restOfElmond(archive, reader, parameters(), undefined),
    (page) =>
      chosen(page).filter(({ entry }) => entry[source] === entry[agent]),
  );
}

/**
 * More passes through a list of esmond, where fewer tests came than its exact
 * total says, or the total became smaller: what is missing has changed its place
 * meanwhile.
 */
async function* passesOfEsmond(
  reader: ListReader,
  parameters: Parameters,
): AsyncGenerator<ListPage, void, void> {
  let isNew = false;
  for (
    let pass = 1;
    isNew || reader.isShrunk || reader.count < reader.total;
    pass++
  ) {
    if (pass === MAX_PASSES) {
      throw reader.wrong(
        `a list that changes while it is read: ${reader.count} tests came of ${reader.total}`,
      );
    }
    const before = reader.count;
    const first = (http: HttpOptions) => reader.fetch(parameters, {}, http);
    yield* reader.pass(() => parameters, first);
    isNew = reader.count > before;
  }
}

async function* map<T, U>(
  items: AsyncIterable<T>,
  of: (item: T) => U,
): AsyncGenerator<U, void, void> {
  for await (const item of items) yield of(item);
}

/** So often a list of esmond is read from the start before that is an error. */
const MAX_PASSES = 5;

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

const { eventType, summaryType, summaryWindow, toolName } = METADATA_FILTERS;
const { destination, measurementAgent: agent, source } = METADATA_FILTERS;
const { subjectType } = METADATA_FILTERS;

/** What elmond searches for word by word, and so does not find. */
const ANALYSED: readonly string[] = [
  METADATA_FILTERS.inputSource,
  METADATA_FILTERS.inputDestination,
];

/**
 * The search without its event type, where that alone may be what the archive
 * cannot search for.
 */
function withoutEventType(wanted: Filters): Filters | undefined {
  const isAlone = eventType in wanted && !(summaryType in wanted) &&
    !(summaryWindow in wanted);
  return isAlone ? without(wanted, [eventType]) : undefined;
}

/**
 * The search without what elmond finds nothing by, though there is something:
 * tools with a hyphen always; where it found nothing, also the ends as the
 * tester wrote them, and event types, which it does not find in tests of kinds
 * such as disk-to-disk. The same object if it has no such filter.
 */
function relaxedForElmond(wanted: Filters, { tests }: ListPage): Filters {
  const unfit = String(wanted[toolName] ?? "").includes("-") ? [toolName] : [];
  if (tests.length === 0) {
    unfit.push(...ANALYSED.filter((name) => name in wanted) as typeof unfit);
    if (withoutEventType(wanted)) unfit.push(eventType as typeof toolName);
  }
  return unfit.length === 0 ? wanted : without(wanted, unfit);
}

/**
 * The search for tests of one host by their agent: elmond shows it as their
 * source, but does not find them by it. None if a search cannot be for such
 * tests.
 */
function hostAlone(asked: Filters): Filters | undefined {
  const host = asked[source] ?? "";
  const others = [destination, agent, subjectType];
  return host === "" || others.some((name) => name in asked) ? undefined : {
    ...without(asked, [source]),
    [agent]: host,
    [subjectType]: "network-element",
  };
}

function without(wanted: Filters, names: readonly string[]): Filters {
  const rest = Object.entries(wanted).filter(([name]) => !names.includes(name));
  return Object.fromEntries(rest);
}

/** What elmond was not asked for, or takes for more than was meant. */
function matchesElmond(
  entry: WireMetadata,
  wanted: Filters,
  asked: Filters,
): boolean {
  const tool = wanted[toolName] ?? "";
  const bare = (name: unknown) => String(name).replace(/^pscheduler\//, "");
  return (tool === "" || bare(entry[toolName]) === bare(tool)) &&
    ANALYSED.every((name) =>
      !(name in wanted) || name in asked || entry[name] === wanted[name]
    );
}

/**
 * The filters that elmond reads more widely than they are meant, applied once
 * more.
 */
function matches(entry: WireMetadata, wanted: Filters): boolean {
  const name = wanted[eventType] ?? "";
  const type = wanted[summaryType] ?? "";
  const window = wanted[summaryWindow] ?? "";
  if (name === "" && type === "" && window === "") return true;
  return listOf(entry["event-types"]).some((each) => {
    if (name !== "" && each?.["event-type"] !== name) return false;
    if (type === "" && window === "") return true;
    return listOf(each?.summaries).some((summary) =>
      (type === "" || summary?.["summary-type"] === type) &&
      (window === "" || sameWindow(summary?.["summary-window"], window))
    );
  });
}
