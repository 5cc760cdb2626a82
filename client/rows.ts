/**
 * Rows as the program prints them: their columns, and what all rows of a series
 * begin with.
 *
 * A cell is JSON text, exactly as the archive sent it: each format prints it in
 * its own way.
 *
 * @module
 */

import { encodeString, members, NULL } from "./json.ts";
import { layoutOf } from "./layouts.ts";
import type { DataPoint } from "./data_point.ts";
import type { JsonValue } from "./wire.ts";

/** A row of a table: a cell for each column, in JSON. */
export interface Row {
  /**
   * The first columns: one object for all rows of a series, so that an output
   * has to print it once only.
   */
  lead?: Lead;
  /** The names of the columns after the lead. */
  columns: readonly string[];
  /** The cells after the lead, in the order of the columns. */
  cells: readonly string[];
  /** Seconds since 1970 UTC; `NaN` or absent for a row without a time. */
  tsEpoch?: number;
  /** Whether text formats print a list as JSON, and not joined with commas. */
  keepsLists?: boolean;
}

/** The first columns, which all rows of a series share. */
export interface Lead {
  /** The names of its columns. */
  columns: readonly string[];
  /** Its cells, in the order of the columns. */
  cells: readonly string[];
}

/** What rows repeat of their test. */
export interface RowSubject {
  /** The address of the source. */
  source?: string;
  /** The address of the destination. */
  destination?: string;
  /** The tool, as JSON. */
  tool: string;
  /** The width of histogram buckets, as JSON. */
  bucket: string;
}

/** What rows repeat of their series. */
export interface RowSeries {
  /** The event type. */
  eventType: string;
  /** The kind of roll-up; base data if absent. */
  summaryType?: string;
  /** The window of the roll-up, in seconds; 0 for base data. */
  summaryWindow: number;
}

const LEAD_COLUMNS = [
  "source",
  "destination",
  "event_type",
  "tool",
  "summary_type",
  "summary_window",
];

/** The column of the time. */
export const TIME_COLUMN = "timestamp";

/** The first columns of every row of data. */
export const LEADING_COLUMNS: readonly string[] = [
  ...LEAD_COLUMNS,
  TIME_COLUMN,
];

/** The columns of the rows of a series: those of the original. */
export function rowColumns({ eventType, summaryType }: RowSeries): string[] {
  return [...LEADING_COLUMNS, ...layoutOf(eventType, summaryType).names];
}

/**
 * What all rows of a series begin with.
 *
 * @param series The series.
 * @param tool The tool of its test, as JSON.
 * @param hosts Source and destination as they are shown, as JSON.
 */
export function leadOf(
  { eventType, summaryType, summaryWindow }: RowSeries,
  tool: string,
  hosts: readonly [source: string, destination: string],
): Lead {
  return {
    columns: LEAD_COLUMNS,
    cells: [
      ...hosts,
      encodeString(eventType),
      tool,
      encodeString(summaryType ?? "base"),
      String(summaryWindow),
    ],
  };
}

/** The time of a point as a cell, in UTC. */
export function timeCell({ tsText }: DataPoint<unknown>): string {
  return tsText === "" ? NULL : `"${tsText}"`;
}

/** A test, as far as rows repeat it. */
interface DescribedTest {
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly text: string;
  get(name: string): JsonValue | undefined;
}

/**
 * What rows repeat of a test; it keeps nothing else of the test in memory.
 */
export function rowSubjectOf(test: DescribedTest): RowSubject {
  const { source, destination } = test;
  return {
    ...(source === undefined ? {} : { source }),
    ...(destination === undefined ? {} : { destination }),
    tool: fieldCell(test, "tool-name"),
    bucket: fieldCell(test, "sample-bucket-width"),
  };
}

/** A field of a test as a cell; digits that a number would lose stay. */
function fieldCell(test: DescribedTest, name: string): string {
  const value = test.get(name) ?? null;
  if (value === null || typeof value === "string") return textCell(value);
  const cell = members(test.text).get(name) ?? NULL;
  return JSON.parse(JSON.stringify(cell)); // a substring would keep the text
}

/** Text as a cell; JSON null if there is none. */
export function textCell(text: string | null | undefined): string {
  return text === null || text === undefined ? NULL : encodeString(text);
}
