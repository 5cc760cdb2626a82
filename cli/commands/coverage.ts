/**
 * `esmond-ps coverage`: where measurements are missing, stale or failing.
 *
 * @module
 */

import { EXIT, PartialError } from "../errors.ts";
import { type Io, oneLine } from "../io.ts";
import { readBucketWidth, readGap, readInterval } from "../options/amounts.ts";
import {
  type CoverageEntry,
  coverageReport,
  nameOf,
} from "../output/coverage_report.ts";
import {
  COVERAGE_COLUMNS,
  GAP_COLUMNS,
  gapRows,
  worstFirst,
} from "../output/coverage_rows.ts";
import { counted } from "../output/coverage_sentence.ts";
import { printRecords } from "../output/records.ts";
import { terminalWidth } from "../output/terminal.ts";
import { columnsOfAnswers } from "../query/answer_tests.ts";
import {
  type CoverageSettings,
  type FoundTest,
  readTests,
} from "../query/coverage_tests.ts";
import { readPace } from "../query/series_settings.ts";
import { settleAnswer } from "../query/settings.ts";
import { tellApart } from "../query/told_apart.ts";
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

/** Tells of runs in the future: they say nothing of whether a test is stale. */
function tellFuture(found: readonly FoundTest[], io: Io): void {
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
        { now, hasDetails, width: terminalWidth(io) },
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
