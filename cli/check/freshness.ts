/**
 * Whether tests still write, and how many of their runs fail.
 *
 * @module
 */

import {
  formatPercent,
  type Freshness,
  freshnessOf,
  judge,
  type Verdict,
  worst,
} from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import { pointsOf } from "../query/read_points.ts";
import { labelOf } from "./measure.ts";
import { type Finding, lastText } from "./finding.ts";
import {
  failuresOf,
  future,
  type JudgeOne,
  type Judging,
  lastRunOf,
  NEVER_RAN,
  nothing,
  runsOf,
} from "./judge.ts";
import { Places } from "./silent.ts";

/** What each is, if there are no thresholds. */
const STATES: Record<Freshness, Verdict> = {
  ok: "ok",
  late: "warning",
  stale: "critical",
  unknown: "unknown",
};

/**
 * Judges when tests last ran. One whose place another has taken is left out: it
 * stopped before the other began. So is one that never ran, if others did.
 *
 * @throws {ArchiveError} (one of its kinds) when one cannot be read completely.
 */
export async function judgeFreshness(
  tests: readonly Metadata[],
  judging: Judging,
): Promise<Finding[]> {
  const ages = await Promise.all(tests.map((test) => ageOf(test, judging)));
  const known = ages.filter(({ last }) => last !== undefined);
  const fresh = new Places(
    known.flatMap(({ test, freshness }) => freshness === "ok" ? test : []),
  );
  const isReplaced = async ({ test, last }: Age) => {
    if (last === undefined) return known.length > 0;
    const others = fresh.of(test).filter((other) =>
      other !== test && other.toolName === test.toolName
    );
    const ranBefore = await Promise.all(
      others.map((other) => ranAt(other, last)),
    );
    return ranBefore.includes(false);
  };
  const counted = await Promise.all(
    ages.map(async (age) =>
      age.freshness !== "ok" && await isReplaced(age) ? [] : [age]
    ),
  );
  return counted.flat().map((age) => judgeAge(age, judging));
}

interface Age {
  test: Metadata;
  last: number | undefined;
  interval: number | undefined;
  freshness: Freshness;
  details: string[];
}

async function ageOf(test: Metadata, judging: Judging): Promise<Age> {
  const { now } = judging;
  const ran = await runsOf(test, judging);
  const isThere = ran.coverage.last !== undefined;
  const { last, spacing } = isThere
    ? ran.coverage
    : await lastRunOf(test, judging);
  return {
    test,
    last,
    interval: spacing?.interval,
    freshness: spacing ? freshnessOf(last, now, spacing) : "unknown",
    details: future(ran),
  };
}

/** How far around a time another test is looked for, in seconds. */
const AROUND = 86_400;

/** Whether a test ran in the day before a time. */
async function ranAt(test: Metadata, time: number): Promise<boolean> {
  const window = { start: time - AROUND, end: time };
  const points = await Promise.all(
    test.eventTypes.map((name) => pointsOf(test, name, window)),
  );
  return points.some(({ length }) => length > 0);
}

function judgeAge(age: Age, judging: Judging): Finding {
  const { check, now } = judging;
  const { test, last, interval, freshness, details } = age;
  if (last === undefined) {
    return {
      ...nothing(test, check.missing, judging),
      isSilent: true,
      text: NEVER_RAN,
      details,
    };
  }
  const seconds = Math.max(0, now - last);
  const hasThresholds = check.warning !== undefined ||
    check.critical !== undefined;
  const word = freshness === "late" || freshness === "stale"
    ? `${freshness}: `
    : "";
  return {
    test,
    state: hasThresholds ? judge(seconds, check) : STATES[freshness],
    judged: { label: labelOf(check), value: seconds },
    badness: interval === undefined ? Infinity : seconds / interval,
    text: `${word}last run ${lastText(last, now, interval, check.zone)}${
      interval === undefined ? ", interval unknown" : ""
    }`,
    items: [["Interval", interval]],
    details,
  };
}

/** Judges how many runs failed. */
export const judgeFailures: JudgeOne = (ran, { check }) => {
  const { runs, failed, lost, empty } = ran.coverage;
  const share = failed / runs;
  const hasThresholds = check.warning !== undefined ||
    check.critical !== undefined;
  const bare: Verdict = failed > 0 ? "warning" : "ok";
  const [group] = ran.failures;
  const why = group?.lastText ? `: ${group.lastText}` : "";
  const judged = hasThresholds ? judge(100 * share, check) : bare;
  return Promise.resolve([{
    test: ran.test,
    state: failed === runs ? worst([judged, check.failed]) : judged,
    judged: { label: labelOf(check), value: 100 * share },
    badness: share,
    text: failed === 0
      ? `none of ${runs} runs failed`
      : `${failed} of ${runs} runs failed (${formatPercent(share)})${why}`,
    items: [["Count", runs], ["FailedRuns", failed], ["Lost", lost], [
      "Empty",
      empty,
    ]],
    details: [...failuresOf(ran), ...future(ran)],
  }]);
};
