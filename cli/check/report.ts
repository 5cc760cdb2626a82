/**
 * What a check prints of its findings: the worst in the first line, each on a
 * further one.
 *
 * @module
 */

import { type Verdict, worst } from "../../insight.ts";
import type { ArchiveFailure } from "../../mod.ts";
import {
  detailLine,
  type PerformanceItem,
  stateLine,
} from "../output/state_line.ts";
import { type Finding, namesOf, worstFirst } from "./finding.ts";
import type { CheckSettings } from "./settings.ts";

/** What is printed, and what it comes to. */
export interface Report {
  /** The state of the whole check. */
  state: Verdict;
  /** The lines. */
  lines: string[];
}

/**
 * The most findings that have a line, and numbers, of their own: Nagios reads 8
 * KiB.
 */
const MOST = 30;

/** What is said of archives, of several, that could not be read. */
export function failedArchives(
  failures: readonly ArchiveFailure[],
): { text: string[]; lines: string[] } {
  const { length } = failures;
  return {
    text: length === 0
      ? []
      : [length === 1 ? "1 archive not read" : `${length} archives not read`],
    lines: failures.slice(0, MOST).map(({ url, error }) =>
      detailLine(`UNKNOWN ${url}: ${error.message}`)
    ),
  };
}

/** Reports findings, of which there is at least one. */
export function report(
  findings: readonly Finding[],
  check: Pick<CheckSettings, "what" | "warning" | "critical">,
  keepsAddresses: boolean,
  failures: readonly ArchiveFailure[] = [],
): Report {
  const more = failedArchives(failures);
  const state = worst([
    ...findings.map((each) => each.state),
    ...more.lines.map(() => "unknown" as const),
  ]);
  const sorted = findings.toSorted(worstFirst);
  const [first, ...others] = sorted as [Finding, ...Finding[]];
  const names = namesOf(
    [...new Set(sorted.flatMap(({ test }) => test ?? []))],
    keepsAddresses,
  );
  const nameOf = (each: Finding) => each.name ?? names.get(each.test!)!;
  const count = findings.length;
  const found = count === 1
    ? first.text
    : `${first.text}, ${nameOf(first)}, the worst of ${count}`;
  const text = [found, ...more.text].join(", ");
  const shown = sorted.slice(0, MOST);
  const left = count - shown.length;
  return {
    state,
    lines: [
      stateLine(check.what, state, text, itemsOf(first, others, check, nameOf)),
      ...shown.flatMap((each) => [
        detailLine(
          `${each.state.toUpperCase()} ${nameOf(each)}: ${each.text}`,
        ),
        ...each.details.map((line) => `  ${detailLine(line)}`),
      ]),
      ...left > 0 ? [`and ${left} more`] : [],
      ...more.lines,
    ],
  };
}

function itemsOf(
  first: Finding,
  others: readonly Finding[],
  { warning, critical }: Pick<CheckSettings, "warning" | "critical">,
  nameOf: (each: Finding) => string,
): PerformanceItem[] {
  const thresholds = { warning: warning?.text, critical: critical?.text };
  const items: PerformanceItem[] = [
    { ...first.judged, ...thresholds },
    ...first.items.map(([label, value]) => ({ label, value })),
    // In the order of their names: which is the worst changes.
    ...others.length === 0 ? [] : [first, ...others].slice(0, MOST)
      .map((each) => ({
        label: `${each.judged.label} ${nameOf(each)}`,
        value: each.judged.value,
        ...thresholds,
      }))
      .sort((one, other) => one.label < other.label ? -1 : 1),
  ];
  const seen = new Set<string>();
  return items.filter(({ label }) => {
    const isNew = !seen.has(label);
    seen.add(label);
    return isNew;
  });
}
