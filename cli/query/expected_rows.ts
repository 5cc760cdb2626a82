/**
 * What `coverage` says of tests as their template has them.
 *
 * @module
 */

import {
  absentRow,
  type CoverageRow,
  emptyRow,
} from "../output/coverage_rows.ts";
import { type ExpectedTest, familyOfExpected } from "../template/expected.ts";
import type { TimeWindow } from "./window.ts";

/** The ends of a test as its template has them. */
export function endsOf(
  { source, destination }: ExpectedTest,
): { source: string; destination: string | null } {
  return {
    source: source.address,
    destination: destination?.address ?? null,
  };
}

/** The tasks of a template that a test is of; null if it is of none. */
export function tasksOf(expected: readonly ExpectedTest[]): string | null {
  return [...new Set(expected.map(({ task }) => task))].join(", ") || null;
}

/**
 * The row of a test that was not found.
 *
 * @param window When it should have run, if that is known; or that its archive
 * was not read.
 */
export function expectedRow(
  expected: ExpectedTest,
  window: TimeWindow | undefined | "unread",
): CoverageRow {
  const { tools, task, schedule } = expected;
  const names = {
    ...endsOf(expected),
    family: familyOfExpected(expected) ?? null,
    tool: tools.length === 1 ? tools[0]! : null,
    metadata_key: null,
    archive: null,
    task,
  };
  return window === "unread"
    ? emptyRow(names, "unknown")
    : absentRow(names, schedule, window);
}
