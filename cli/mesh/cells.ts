/**
 * Links as cells of a matrix, for people and for programs.
 *
 * @module
 */

import type { GridCell } from "../../chart/grid.ts";
import { formatNumber, formatSpan, type Verdict } from "../../insight.ts";
import { type Finding, worstFirst } from "../check/finding.ts";
import type { What } from "../check/settings.ts";
import { TRAITS } from "../check/traits.ts";
import { oneLine } from "../io.ts";
import type { JudgedLink } from "./judge.ts";
import { isLoss, LOSS_STEPS } from "./settings.ts";

/** A cell as programs read it; what is unknown is null. */
export type CellRow = {
  source: string;
  destination: string;
  family: number | null;
  /** Of the worst test, in the unit. */
  value: number | null;
  unit: string | null;
  state: Verdict;
  /** How many tests were judged. */
  tests: number;
  /** The key of the worst. */
  metadata_key: string | null;
  /** The archive of that. */
  archive: string | null;
};

/** The columns of json and csv. */
export const CELL_COLUMNS: readonly (keyof CellRow)[] = [
  ...["source", "destination", "family", "value", "unit"] as const,
  ...["state", "tests", "metadata_key"] as const,
];

/** The row of a link. */
export function cellRow(
  { source, destination, family, findings }: JudgedLink,
  what: What,
): CellRow {
  const { unit, shown } = TRAITS[what];
  const worst = worstOf(findings);
  return {
    source,
    destination,
    family: family ?? null,
    value: worst?.judged.value ?? null,
    unit: (unit || shown.trim()) || null,
    state: worst?.state ?? "unknown",
    tests: testsOf(findings),
    metadata_key: worst?.test?.metadataKey ?? null,
    archive: worst?.test?.archive ?? null,
  };
}

function worstOf(findings: readonly Finding[]): Finding | undefined {
  return findings.toSorted(worstFirst)[0];
}

/** Of one test, several things may have been found. */
function testsOf(findings: readonly Finding[]): number {
  return new Set(findings.flatMap(({ test }) => test ?? [])).size;
}

/** The longest name of a host, and the longest text. */
const LONGEST = { name: 100, text: 300, group: 40 };

/** The name of a group, as it stands above its matrix. */
export function shownGroup(name: string): string {
  return oneLine(name, LONGEST.group);
}

/** The cell of a link in a picture. */
export function gridCell(
  { source, destination, family, groups, findings, isIncomplete }: JudgedLink,
  what: What,
  href?: string,
): GridCell {
  const worst = worstOf(findings);
  const value = worst?.judged.value;
  return {
    source: oneLine(source, LONGEST.name),
    destination: oneLine(destination, LONGEST.name),
    family,
    groups: groups.map(shownGroup),
    state: worst?.state ?? "unknown",
    number: value === undefined ? "" : numberOf(value, what),
    lack: worst?.isAbsent
      ? "absent"
      : worst?.isSilent
      ? "silent"
      : worst?.state === "critical"
      ? "failed"
      : undefined,
    level: value !== undefined && isLoss(what) ? levelOf(value) : undefined,
    text: oneLine(
      worst?.text ?? (isIncomplete ? "not read" : "nothing is known"),
      LONGEST.text,
    ),
    tests: testsOf(findings),
    href,
  };
}

/** A value without its unit, as short as tells it. */
function numberOf(value: number, what: What): string {
  if (what === "fresh") return formatSpan(value);
  if (what === "baseline") return formatNumber(value, 2);
  return formatNumber(value, isLoss(what) || what === "failures" ? 2 : 3);
}

/** The step of the scale of loss. */
function levelOf(percent: number): number {
  return LOSS_STEPS.filter((step) => percent > step).length;
}
