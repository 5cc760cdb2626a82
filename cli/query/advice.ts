/**
 * What an archive has instead, when a question found no test.
 *
 * @module
 */

import { ArchiveHttpError } from "../../client/errors.ts";
import type { GetMetadataOptions, Metadata } from "../../mod.ts";
import type { Io } from "../io.ts";
import { findTests, idOf, searchTests } from "./find_tests.ts";
import { ANY_TIME } from "./selection.ts";
import { ADVICE_REQUESTS } from "./open_archives.ts";
import type { Settings } from "./settings.ts";

/**
 * The tests that match. When there are none, it is told what the archive has
 * instead: other roll-ups, tests the other way round, or by other tools.
 *
 * elmond fails with 500 where it does not know a roll-up; that is an empty
 * answer, too, if it turns out to be the reason.
 */
export async function* testsOrAdvice(
  settings: Settings,
  io: Pick<Io, "note">,
  options: GetMetadataOptions = {},
): AsyncGenerator<Metadata, void, void> {
  // Of many archives, most do not have what is asked for.
  if (settings.connection.isSeveral) return yield* findTests(settings, options);
  let isEmpty = true;
  try {
    for await (const test of findTests(settings, options)) {
      isEmpty = false;
      yield test;
    }
  } catch (error) {
    const mayBeRollUp = isEmpty && settings.summaryType !== undefined &&
      error instanceof ArchiveHttpError && error.status === 500;
    const rollUps = mayBeRollUp ? ROLL_UPS_ALONE : [];
    if (!await advise(settings, io, rollUps)) throw error;
    return;
  }
  if (isEmpty) await advise(settings, io, QUESTIONS);
}

/** Another question, and what to tell of the tests that it finds. */
interface Question {
  /** Whether it is worth asking when several lists are searched for. */
  isOfSeveral?: true;
  /** The filters to change, by wire name; none if it does not apply. */
  change(filters: Filters): Filters | undefined;
  /** What is told; nothing if the tests do not explain the empty answer. */
  tell(tests: readonly Metadata[], asked: Settings): string | undefined;
}

type Filters = Record<string, string | number | undefined>;

const ANY_ROLL_UP = { "summary-type": undefined, "summary-window": undefined };

const ROLL_UPS_ALONE: readonly Question[] = [{
  isOfSeveral: true,
  change: (filters) =>
    filters["summary-type"] === undefined ? undefined : ANY_ROLL_UP,
  tell: (tests, { eventTypes, summaryType, summaryWindow }) =>
    tests.some((test) =>
        eventTypesOf(test, eventTypes).some((each) =>
          each.getSummary(summaryType!, summaryWindow) !== undefined
        )
      )
      ? undefined
      : rollUpsOf(tests, eventTypes),
}];

const QUESTIONS: readonly Question[] = [
  ...ROLL_UPS_ALONE,
  {
    change: ({ source, destination }) =>
      source && destination
        ? { ...ANY_ROLL_UP, source: destination, destination: source }
        : undefined,
    tell: (tests, { connection }) => {
      const { source, destination } = connection.filters;
      return `there ${
        counted(tests)
      } the other way round, from ${destination} to ${source}`;
    },
  },
  {
    change: (filters) =>
      filters["tool-name"] || filters["dns-match-rule"]
        ? {
          ...ANY_ROLL_UP,
          "tool-name": undefined,
          "dns-match-rule": undefined,
        }
        : undefined,
    tell: (tests, { connection }) => {
      const tools = new Set(tests.flatMap(({ toolName }) => toolName ?? []));
      return connection.filters.toolName
        ? `there ${counted(tests)} by another tool: ${[...tools].join(", ")}`
        : `there ${counted(tests)} by another address family`;
    },
  },
];

/** Asks until there is something to tell; says whether there was. */
async function advise(
  settings: Settings,
  io: Pick<Io, "note">,
  questions: readonly Question[],
): Promise<boolean> {
  const { connection, searches } = settings;
  for (const { change, tell, isOfSeveral } of questions) {
    const changes = change(connection.filters.metadataFilters);
    if (changes === undefined) continue;
    if (searches.length > (isOfSeveral ? ADVICE_REQUESTS : 1)) continue;
    const tests = new Map<string, Metadata>();
    try {
      for (const search of searches) {
        const times = settings.isAnyTime ? ANY_TIME : {};
        const found = searchTests(
          settings,
          { ...search, ...times, ...changes },
          settings.listBy,
        );
        for await (const test of found) tests.set(idOf(test), test);
      }
    } catch {
      // Advice is not worth an error; what has come may be enough for it.
    }
    const line = tests.size === 0
      ? undefined
      : tell([...tests.values()], settings);
    if (line === undefined) continue;
    io.note(line);
    return true;
  }
  return false;
}

function eventTypesOf(test: Metadata, names: readonly string[]) {
  return [...test.getAllEventTypes()]
    .filter(({ eventType }) => names.length === 0 || names.includes(eventType));
}

function rollUpsOf(
  tests: readonly Metadata[],
  eventTypes: readonly string[],
): string {
  const windows = new Map<string, Set<number>>();
  for (const test of tests) {
    const found = eventTypesOf(test, eventTypes);
    for (const [type, window] of found.flatMap(({ summaries }) => summaries)) {
      windows.set(type, (windows.get(type) ?? new Set()).add(Number(window)));
    }
  }
  const kept = [...windows].sort().map(([type, each]) =>
    `${type} ${[...each].sort((one, other) => one - other).join(", ")}`
  );
  const those = eventTypes.length === 0
    ? ""
    : ` with ${eventTypes.join(" or ")}`;
  return `there ${counted(tests)}${those}; roll-ups kept: ${
    kept.join("; ") || "none"
  }`;
}

function counted({ length }: readonly unknown[]): string {
  return length === 1 ? "is 1 test" : `are ${length} tests`;
}
