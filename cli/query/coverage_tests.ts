/**
 * What `coverage` says of each test: those that archives have, and those that a
 * template has besides.
 *
 * @module
 */

import { ArchiveError } from "../../client/errors.ts";
import { dialectOf, type WireMetadata } from "../../client/wire.ts";
import type { Metadata } from "../../mod.ts";
import type { Io } from "../io.ts";
import type { CoverageEntry } from "../output/coverage_report.ts";
import {
  type CoverageRow,
  coverageRow,
  emptyRow,
} from "../output/coverage_rows.ts";
import type { ExpectedTest } from "../template/expected.ts";
import { hostsOfTest, namesOfTest } from "./answer_tests.ts";
import { Attempts } from "./attempts.ts";
import { declaredTests, isNeverWritten, upToNow } from "./declared.ts";
import { endsOf, expectedRow, tasksOf } from "./expected_rows.ts";
import { notHeld } from "./not_held.ts";
import { type GivenSpacing, readRuns } from "./read_runs.ts";
import type { AnswerSettings, Settings } from "./settings.ts";
import { readStopped, stoppedTests } from "./stopped.ts";
import { traitsOf } from "./told_apart.ts";

/** What reading goes by. */
export type CoverageSettings = Settings & AnswerSettings & {
  spacing: GivenSpacing;
};

/** What is known of a test. */
export interface FoundTest extends Omit<CoverageEntry, "told"> {
  /** The address of its archive. */
  archive: string;
  /** What may tell it apart from others. */
  traits: WireMetadata;
  /** How many of its runs are in the future. */
  future: number;
}

/** Shows addresses as they are. */
const AS_THEY_ARE = { show: (address: string) => address };

/**
 * Reads the tests side by side. Those that cannot be read are marked; when the
 * archive is away, or refuses, no more are tried, and `error` says why.
 */
export async function readTests(
  settings: CoverageSettings,
  io: Io,
): Promise<{ found: FoundTest[]; error: unknown }> {
  const { connection, hostnames, template } = settings;
  const attempts = new Attempts(io, connection);
  const found: Promise<FoundTest>[] = [];
  const held = new Set<ExpectedTest>();
  const spans = new Map<string, ReturnType<typeof upToNow>>();
  const read = async (
    test: Metadata,
    spacing: GivenSpacing,
    readOne: typeof readTest,
  ) => {
    if (isNeverWritten(test)) return "never";
    // The same for all of an archive, whose first answer has told its time.
    const window = spans.get(test.archive) ?? upToNow(settings, test.archive);
    spans.set(test.archive, window);
    const { value } = await attempts.read(
      () => readOne(test, { ...settings, spacing }, window),
      "incomplete" as const,
      test.archive,
    );
    return value;
  };
  const readEach = (readOne: typeof readTest) => async (test: Metadata) => {
    await template?.learn(test);
    const expected = template?.find(test) ?? [];
    // The template's names need no name service.
    const isNamed = expected.length > 0 && !hostnames.keepsAddresses;
    const names = namesOfTest(test, isNamed ? AS_THEY_ARE : hostnames);
    const hosts = hostsOfTest(test);
    const traits = traitsOf(test);
    for (const each of expected) held.add(each);
    const schedule = template?.scheduleOf(test);
    const spacing = { ...settings.spacing, schedule };
    const task = template && { task: tasksOf(expected) };
    const runs = await read(test, spacing, readOne);
    // Names take their time, and are not needed before the end.
    found.push(names.then((name) => {
      const each = {
        ...name,
        ...isNamed ? endsOf(expected[0]!) : {},
        ...task,
      };
      return {
        archive: test.archive,
        hosts,
        traits,
        row: typeof runs === "object"
          ? coverageRow(each, runs)
          : emptyRow(each, runs === "never" ? "never" : "unknown"),
        isIncomplete: runs === "incomplete",
        future: typeof runs === "object" ? runs.coverage.future : 0,
      };
    }));
  };
  try {
    const tests = declaredTests(settings, io);
    await connection.forEachSeries(tests, readEach(readTest));
    if (template !== undefined) {
      const stopped = await stoppedTests({ ...settings, template }, held);
      await connection.forEachSeries(stopped, readEach(readStoppedTest));
      const { absent, unread } = notHeld({ ...settings, template }, held);
      const { window } = settings.isAnyTime
        ? { window: undefined }
        : upToNow(settings);
      const rows = [
        ...absent.map((each) => expectedRow(each, window)),
        ...unread.map((each) => expectedRow(each, "unread")),
      ];
      for (const row of rows) found.push(Promise.resolve(notFound(row)));
    }
  } catch (error) {
    if (io.signal.aborted || !(error instanceof ArchiveError)) throw error;
    attempts.end(error);
  }
  const { over } = attempts;
  const all = await Promise.all(found);
  if (over !== undefined && all.length > 0) {
    const count = all.filter(({ isIncomplete }) => isIncomplete).length;
    io.note(
      `incomplete: ${count} of ${all.length} tests could not be read, and there may be more`,
    );
  }
  return { found: all, error: over?.error };
}

async function readTest(
  test: Metadata,
  { isAnyTime, spacing }: CoverageSettings,
  { window, isOpen }: ReturnType<typeof upToNow>,
) {
  const runs = await readRuns(test, { window, isOpen, spacing });
  const { last, future } = runs.coverage;
  // Where everything was read, what is not there was never written, unless the
  // archive has deleted it.
  const isNever = isAnyTime && isOpen && last === undefined && future === 0 &&
    !hasTimes(test);
  return { ...runs, wasWritten: !isNever };
}

/** The same of a test that stopped before the window. */
async function readStoppedTest(
  test: Metadata,
  { spacing }: CoverageSettings,
  { window, isOpen }: ReturnType<typeof upToNow>,
) {
  const runs = await readStopped(test, { window, isOpen, spacing });
  return { ...runs, wasWritten: true };
}

/** Whether the archive says when a test was written to; elmond does not. */
function hasTimes(test: Metadata): boolean {
  return dialectOf(test.toJSON()) === "esmond" &&
    [...test.getAllEventTypes()].some((each) => each.timeUpdated !== undefined);
}

/** A test of which there is nothing but its row. */
function notFound(row: CoverageRow): FoundTest {
  return {
    archive: "",
    hosts: [],
    traits: {},
    row,
    isIncomplete: row.state === "unknown",
    future: 0,
  };
}
