/**
 * What `coverage` says, as people read it: a row a test, what was found if that
 * is asked for, and one sentence.
 *
 * @module
 */

import { hostGaps } from "../../insight/host_gaps.ts";
import { formatAge, formatPercent, formatSpan } from "../../insight/units.ts";
import { formatTime } from "../options/time.ts";
import type { CoverageRow } from "./coverage_rows.ts";
import { coverageSentence, hostNames } from "./coverage_sentence.ts";
import { oneLine } from "../io.ts";
import { tableLines } from "./text_table.ts";

/** A test, and what is shown of it besides its row. */
export interface CoverageEntry {
  /** Its row. */
  row: CoverageRow;
  /** Its hosts, by one name for all of their addresses. */
  hosts: readonly string[];
  /** What tells it from others with the same names; empty if nothing has to. */
  told: string;
  /** Whether it could not be read. */
  isIncomplete: boolean;
}

/** How to show it. */
export interface ReportOptions {
  /** What time it is, in seconds since 1970 UTC. */
  now: number;
  /** Whether each gap and each failure is shown. */
  hasDetails: boolean;
  /** The width of the terminal, if it is for one. */
  width?: number | undefined;
}

/** The lines of a report; the entries are in the order of their rows. */
export function coverageReport(
  entries: readonly CoverageEntry[],
  { now, hasDetails, width }: ReportOptions,
): string[] {
  const isThere = ({ state }: CoverageRow) => state !== "absent";
  const shared = hostGaps(
    entries.filter(({ row }) => row.coverage !== null && isThere(row))
      .map(({ hosts, row }) => ({ hosts, gaps: row.gaps })),
  );
  const isShared = new Set(shared.flatMap(({ gaps }) => [...gaps]));
  const lines = entries.length === 0 ? [] : [...table(entries, now, width), ""];
  if (hasDetails) {
    for (const { hosts, from, to, gaps } of shared) {
      lines.push(
        `gap of ${hostNames(hosts)}: ${
          spanOf({ from, to })
        }, ${gaps.size} tests`,
      );
    }
    for (const { row, told } of entries) {
      const name = nameOf(row, told);
      const own = isThere(row)
        ? row.gaps.filter((each) => !isShared.has(each))
        : [];
      for (const gap of own) {
        lines.push(`gap of ${name}: ${spanOf(gap)}, ${gap.missing} missing`);
      }
      for (const { message, count, first, last } of row.failures) {
        lines.push(
          `failures of ${name}: ${count} from ${formatTime(first)} to ${
            formatTime(last)
          }: ${oneLine(message, LONGEST_MESSAGE) || "no message"}`,
        );
      }
    }
    if (lines.at(-1) !== "" && lines.length > 0) lines.push("");
  }
  return [...lines, coverageSentence(entries, shared, isShared)];
}

const LONGEST_MESSAGE = 200;

/** The columns that are shown only where one of their cells says something. */
const OPTIONAL = ["test", "task", "failed", "lost", "empty"];

/** The columns of numbers. */
const RIGHT = [
  ...["runs", "missing", "failed", "lost", "empty"],
  ...["coverage", "success"],
];

function table(
  entries: readonly CoverageEntry[],
  now: number,
  width: number | undefined,
): string[] {
  const rows = entries.map((entry) => cellsOf(entry, now));
  const columns = Object.keys(rows[0]!).filter((column) =>
    !OPTIONAL.includes(column) ||
    rows.some((row) => !["", "0", "?"].includes(row[column]!))
  );
  return tableLines({
    columns,
    right: RIGHT,
    rows: rows.map((row) => columns.map((column) => row[column]!)),
    width,
  });
}

function cellsOf(
  { row, told, isIncomplete }: CoverageEntry,
  now: number,
): Record<string, string> {
  const { interval, interval_from, last } = row;
  const count = (value: number | null) => value === null ? "?" : `${value}`;
  return {
    source: row.source ?? "",
    destination: row.destination ?? "",
    family: row.family === null ? "" : `IPv${row.family}`,
    tool: row.tool ?? "",
    test: told,
    task: row.task ?? "",
    interval: interval === null
      ? "?"
      : `${formatSpan(interval)} ${interval_from}`,
    runs: count(row.runs),
    missing: count(row.missing),
    failed: count(row.failed),
    lost: count(row.lost),
    empty: count(row.empty),
    coverage: formatPercent(row.coverage),
    success: formatPercent(row.success),
    "last run (UTC)": last === null ? "?" : formatTime(last),
    age: last === null ? "?" : formatAge(now - last),
    state: isIncomplete ? "unknown (incomplete)" : row.state,
  };
}

/** A test as it is named in a line. */
export function nameOf(row: CoverageRow, told = ""): string {
  const { source, destination, family, tool, task } = row;
  const link = [source ?? "?", ...destination === null ? [] : [destination]]
    .join(" → ");
  const of = [
    ...family === null ? [] : [`IPv${family}`],
    ...tool === null ? task ? [task] : [] : [tool],
    ...told === "" ? [] : [told],
  ];
  return oneLine(`${link} (${of.join(", ")})`, 300);
}

function spanOf({ from, to }: { from: number; to: number }): string {
  return `${formatTime(from)} to ${formatTime(to)} UTC, ${
    formatSpan(to - from)
  }`;
}
