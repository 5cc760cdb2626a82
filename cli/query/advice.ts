/**
 * What an archive has instead, when a question found no test.
 *
 * @module
 */

import {
  ArchiveHttpError,
  type GetMetadataOptions,
  type Metadata,
} from "../../mod.ts";
import type { Io } from "../io.ts";
import { findTests } from "./find_tests.ts";
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
  /** The filters to change, by wire name; none if it does not apply. */
  change(filters: Filters): Filters | undefined;
  /** What is told; nothing if the tests do not explain the empty answer. */
  tell(tests: readonly Metadata[], asked: Settings): string | undefined;
}

type Filters = Record<string, string | number | undefined>;

const ANY_ROLL_UP = { "summary-type": undefined, "summary-window": undefined };

const ROLL_UPS_ALONE: readonly Question[] = [{
  change: (filters) =>
    filters["summary-type"] === undefined ? undefined : ANY_ROLL_UP,
  tell: (tests, { eventType, summaryType, summaryWindow }) =>
    tests.some((test) =>
        eventTypesOf(test, eventType).some((each) =>
          each.getSummary(summaryType!, summaryWindow) !== undefined
        )
      )
      ? undefined
      : rollUpsOf(tests, eventType),
}];

/** As many as there may be requests. */
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
  for (const { change, tell } of questions) {
    const changes = change(settings.connection.filters.metadataFilters);
    if (changes === undefined) continue;
    const tests: Metadata[] = [];
    try {
      for await (const test of settings.listBy(changes)) tests.push(test);
    } catch {
      // Advice is not worth an error; what has come may be enough for it.
    }
    const line = tests.length === 0 ? undefined : tell(tests, settings);
    if (line === undefined) continue;
    io.note(line);
    return true;
  }
  return false;
}

function eventTypesOf(test: Metadata, name: string | undefined) {
  return [...test.getAllEventTypes()]
    .filter(({ eventType }) => name === undefined || eventType === name);
}

function rollUpsOf(
  tests: readonly Metadata[],
  eventType: string | undefined,
): string {
  const windows = new Map<string, Set<number>>();
  for (const test of tests) {
    const found = eventTypesOf(test, eventType);
    for (const [type, window] of found.flatMap(({ summaries }) => summaries)) {
      windows.set(type, (windows.get(type) ?? new Set()).add(Number(window)));
    }
  }
  const kept = [...windows].sort().map(([type, each]) =>
    `${type} ${[...each].sort((one, other) => one - other).join(", ")}`
  );
  const those = eventType === undefined ? "" : ` with ${eventType}`;
  return `there ${counted(tests)}${those}; roll-ups kept: ${
    kept.join("; ") || "none"
  }`;
}

function counted({ length }: readonly unknown[]): string {
  return length === 1 ? "is 1 test" : `are ${length} tests`;
}
