/**
 * `esmond-ps coverage`: where measurements are missing, stale or failing.
 *
 * @module
 */

import { dialectOf, type WireMetadata } from "../../client/wire.ts";
import { ArchiveError } from "../../client/errors.ts";
import type { Metadata } from "../../mod.ts";
import { EXIT, PartialError } from "../errors.ts";
import { type Io, oneLine } from "../io.ts";
import { readBucketWidth, readGap, readInterval } from "../options/amounts.ts";
import {
  type CoverageEntry,
  coverageReport,
  nameOf,
} from "../output/coverage_report.ts";
import {
  absentRow,
  COVERAGE_COLUMNS,
  coverageRow,
  emptyRow,
  GAP_COLUMNS,
  gapRows,
  worstFirst,
} from "../output/coverage_rows.ts";
import { counted } from "../output/coverage_sentence.ts";
import { printRecords } from "../output/records.ts";
import {
  columnsOfAnswers,
  hostsOfTest,
  namesOfTest,
} from "../query/answer_tests.ts";
import { Attempts } from "../query/attempts.ts";
import { declaredTests, isNeverWritten, upToNow } from "../query/declared.ts";
import { type GivenSpacing, readRuns } from "../query/read_runs.ts";
import { readPace } from "../query/series_settings.ts";
import {
  type AnswerSettings,
  type Settings,
  settleAnswer,
} from "../query/settings.ts";
import { notHeld } from "../query/not_held.ts";
import { readStopped, stoppedTests } from "../query/stopped.ts";
import { tellApart, traitsOf } from "../query/told_apart.ts";
import type { TimeWindow } from "../query/window.ts";
import { type ExpectedTest, familyOfExpected } from "../template/expected.ts";
import type { Command } from "./command.ts";

const DAY = 86_400;

/** Prints what is known of each test, and ends with what was found. */
export const run: Command<"coverage"> = async (options, io) => {
  using settings = await settleAnswer("coverage", options, io, {
    span: 7 * DAY,
    format: options.text("output-format"),
    escapesFormulas: options.flag("escape-formulas"),
    own: () => {
      readBucketWidth(options); // no delay is read here
      const [interval, gapFactor] = [readInterval(options), readGap(options)];
      return { spacing: { interval, gapFactor } };
    },
    connection: () => ({ ...readPace(options), signal: io.signal }),
  });
  const { found, error } = await readTests(settings, io);
  if (error !== undefined && found.length === 0) throw error;
  found.sort((one, other) => worstFirst(one.row, other.row));
  tellFuture(found, io);
  const told = tellApart(
    found.map(({ row, archive, traits }) => ({
      names: { ...row, archive },
      traits,
    })),
  );
  const entries = found.map((each, at) => ({ ...each, told: told[at]! }));
  await print(entries, settings, options.flag("details"), io);
  if (error !== undefined) throw error;
  settings.connection.conclude();
  if (entries.some(({ isIncomplete }) => isIncomplete)) {
    throw new PartialError(EXIT.failed);
  }
  const isFound = entries.some(({ row }) =>
    // Of what a template does not have, nothing is expected.
    !QUIET.includes(row.state) && row.task !== null
  );
  if (isFound && options.flag("exit-code")) throw new PartialError(EXIT.found);
};

/** What is not found by anybody who looks for faults. */
const QUIET: readonly string[] = ["ok", "unknown"];

type CoverageSettings = Settings & AnswerSettings & { spacing: GivenSpacing };

/** What is known of a test. */
interface Found extends Omit<CoverageEntry, "told"> {
  /** The address of its archive. */
  archive: string;
  /** What may tell it apart from others. */
  traits: WireMetadata;
  /** How many of its runs are in the future. */
  future: number;
}

/**
 * Reads the tests side by side. Those that cannot be read are marked; when the
 * archive is away, or refuses, no more are tried, and `error` says why.
 */
async function readTests(
  settings: CoverageSettings,
  io: Io,
): Promise<{ found: Found[]; error: unknown }> {
  const { connection, hostnames, template } = settings;
  const attempts = new Attempts(io, connection);
  const found: Promise<Found>[] = [];
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
    const names = namesOfTest(test, hostnames);
    const hosts = hostsOfTest(test);
    const traits = traitsOf(test);
    const expected = template?.find(test) ?? [];
    for (const each of expected) held.add(each);
    const schedule = template?.scheduleOf(test);
    const spacing = { ...settings.spacing, schedule };
    const task = template && { task: tasksOf(expected) };
    const runs = await read(test, spacing, readOne);
    // Names take their time, and are not needed before the end.
    found.push(names.then((name) => {
      const each = {
        ...name,
        ...hostnames.keepsAddresses ? {} : endsOf(expected),
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
      for (const each of absent) {
        found.push(Promise.resolve(expectedTest(each, window)));
      }
      for (const each of unread) {
        found.push(Promise.resolve(expectedTest(each, "unread")));
      }
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

/** The ends of a test as its template has them. */
function endsOf([expected]: readonly ExpectedTest[]) {
  return expected && {
    source: expected.source.address,
    destination: expected.destination?.address ?? null,
  };
}

/** The tasks of a template that a test is of; null if it is of none. */
function tasksOf(expected: readonly ExpectedTest[]): string | null {
  return [...new Set(expected.map(({ task }) => task))].join(", ") || null;
}

/**
 * What is said of a test that is not held.
 *
 * @param window When it should have run, if that is known; or that its archive
 * was not read.
 */
function expectedTest(
  expected: ExpectedTest,
  window: TimeWindow | undefined | "unread",
): Found {
  const { tools, task, schedule } = expected;
  const names = {
    ...endsOf([expected])!,
    family: familyOfExpected(expected) ?? null,
    tool: tools.length === 1 ? tools[0]! : null,
    metadata_key: null,
    archive: null,
    task,
  };
  const isUnread = window === "unread";
  return {
    archive: "", // it has none
    hosts: [],
    traits: {},
    row: isUnread
      ? emptyRow(names, "unknown")
      : absentRow(names, schedule, window),
    isIncomplete: isUnread,
    future: 0,
  };
}

/** Whether the archive says when a test was written to; elmond does not. */
function hasTimes(test: Metadata): boolean {
  return dialectOf(test.toJSON()) === "esmond" &&
    [...test.getAllEventTypes()].some((each) => each.timeUpdated !== undefined);
}

/** Tells of runs in the future: they say nothing of whether a test is stale. */
function tellFuture(found: readonly Found[], io: Io): void {
  const ahead = found.filter(({ future }) => future > 0);
  const [first] = ahead;
  if (first === undefined) return;
  const runs = ahead.reduce((sum, { future }) => sum + future, 0);
  io.note(
    `more than 60 s in the future, which does not count: ${
      counted(runs, "run")
    } of ${counted(ahead.length, "test")}, such as ${
      nameOf(first.row)
    }; a clock is wrong`,
  );
}

/** What stands above tests that a template does not have. */
const OTHERS = "Not in the template:";

async function print(
  entries: readonly CoverageEntry[],
  { clock, connection, format, escapesFormulas, template }: CoverageSettings,
  hasDetails: boolean,
  io: Io,
): Promise<void> {
  if (format === "human") {
    const now = clock.now();
    const report = (isOfTemplate: boolean) =>
      coverageReport(
        entries.filter(({ row }) => (row.task !== null) === isOfTemplate),
        { now, hasDetails },
      );
    const hasOthers = entries.some(({ row }) => row.task === null);
    const lines = [
      ...report(true),
      ...hasOthers ? ["", OTHERS, "", ...report(false)] : [],
    ];
    const text = lines.map((line) => `${oneLine(line)}\n`).join("");
    await io.stdout.write(text);
    return await io.stdout.flush();
  }
  const isCsv = format === "csv";
  // Marked only where something is missing.
  const isPartial = entries.some(({ isIncomplete }) => isIncomplete);
  const mark = isPartial && !isCsv ? ["incomplete"] : [];
  const task = template === undefined ? [] : ["task"];
  await printRecords(
    format,
    [
      ...columnsOfAnswers(isCsv ? GAP_COLUMNS : COVERAGE_COLUMNS, connection),
      ...task,
      ...mark,
    ],
    isCsv
      ? entries.flatMap(({ row }) => gapRows(row))
      : entries.map(({ row, isIncomplete }) => ({
        ...row,
        incomplete: isIncomplete,
      })),
    {
      sink: io.stdout,
      isTerminal: io.isTerminal,
      escapesFormulas,
    },
  );
  await io.stdout.flush();
}
