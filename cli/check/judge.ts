/**
 * How a test is judged: by what it measured, or by why it did not.
 *
 * @module
 */

import { judge, representativeOf, type Verdict } from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import {
  type GivenSpacing,
  readRuns,
  type TestRuns,
} from "../query/read_runs.ts";
import { type Finding, lastText, sinceText } from "./finding.ts";
import type { Checking } from "./find.ts";
import { labelOf, measure } from "./measure.ts";
import { type LastRun, lastRun, Places } from "./silent.ts";
import { TRAITS } from "./traits.ts";

/** What every judgement needs to know. */
export interface Judging extends Checking {
  /** What time it is, in seconds since 1970 UTC. */
  now: number;
  /** The addresses of each host, by its name. */
  hosts: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A test with its runs. */
export interface Ran extends TestRuns {
  /** The test. */
  test: Metadata;
}

/** Judges one test that ran within the window. */
export type JudgeOne = (ran: Ran, judging: Judging) => Promise<Finding[]>;

/**
 * Judges tests, each alone. Those without a run in the window count only if no
 * other test of the same hosts, family and protocol ran.
 *
 * @throws {ArchiveError} (one of its kinds) when one cannot be read completely.
 */
export async function judgeEach(
  tests: readonly Metadata[],
  judging: Judging,
  judgeOne: JudgeOne,
): Promise<Finding[]> {
  const all = await Promise.all(tests.map((test) => runsOf(test, judging)));
  const alive = all.filter(({ coverage }) => coverage.runs > 0);
  const found = await Promise.all(alive.map((ran) => judgeOne(ran, judging)));
  const findings = found.flat();
  const own = findings.filter(({ isOfOthers }) => !isOfOthers);
  const silent = all.filter(({ coverage }) => coverage.runs === 0);
  const taken = new Places(alive.map(({ test }) => test));
  const alone = silent.filter(({ test }) => taken.of(test).length === 0);
  return [
    ...own.length > 0 ? own : findings,
    ...await missing(alone.map(({ test }) => test), alive.length > 0, judging),
  ];
}

/** What is said of a test without any run. */
export const NEVER_RAN =
  "no test ran, and none before, as far as the archive says";

/** The runs of a test in the window. */
export async function runsOf(test: Metadata, judging: Judging): Promise<Ran> {
  const { window, isOpen } = judging;
  const spacing = spacingFor(test, judging);
  const runs = await readRuns(test, { window, isOpen, spacing });
  return { test, ...runs };
}

/** What is known of the schedule of a test. */
function spacingFor(
  test: Metadata,
  { check, template }: Judging,
): GivenSpacing {
  return { ...check.spacing, schedule: template?.scheduleOf(test) };
}

/** When a test without a run in the window last ran. */
export async function lastRunOf(
  test: Metadata,
  judging: Judging,
): Promise<LastRun> {
  const { check: { history }, window } = judging;
  const spacing = spacingFor(test, judging);
  return await lastRun(test, window, { history, spacing });
}

/**
 * The latest of each place. Those that have been silent for longer than the
 * history, or never ran, count only if nothing else did.
 */
async function missing(
  tests: readonly Metadata[],
  hasOthers: boolean,
  judging: Judging,
): Promise<Finding[]> {
  const { check, window, now } = judging;
  const lasts = await Promise.all(tests.map(async (test) => ({
    test,
    ...await lastRunOf(test, judging),
  })));
  lasts.sort((one, other) => (other.last ?? 0) - (one.last ?? 0));
  const later = new Places();
  const latest = lasts.filter(({ test }) => {
    const isLatest = later.of(test).length === 0;
    later.add(test);
    return isLatest;
  });
  const hasRun = latest[0]?.last !== undefined;
  return latest
    .filter(({ last }) =>
      hasOthers
        ? last !== undefined && last >= window.start - check.history
        : last !== undefined || !hasRun
    )
    .map(({ test, last, spacing }) => ({
      ...nothing(test, check.missing, judging),
      badness: last === undefined ? Infinity : now - last,
      isSilent: true,
      text: last === undefined
        ? NEVER_RAN
        : `no test ran; last ${
          lastText(last, now, spacing?.interval, check.zone)
        }`,
    }));
}

/** A finding without a value. */
export function nothing(
  test: Metadata | undefined,
  state: Verdict,
  { check }: Judging,
): Omit<Finding, "text"> {
  return {
    test,
    state,
    judged: { label: labelOf(check), value: undefined },
    badness: Infinity,
    items: [],
    details: [],
  };
}

/** Judges what a test measured, or why it measured nothing. */
export const judgeMeasured: JudgeOne = async (ran, judging) => {
  const { check, window } = judging;
  const measured = await measure(ran.test, window, check);
  if (measured === undefined) return [withoutValue(ran, judging)];
  const { runs, failed, lost } = ran.coverage;
  const { isLowBad } = TRAITS[check.what];
  const notes = [
    ...failed > 0 ? [`${failed} of ${runs} runs failed`] : [],
    ...lost > 0 && !isOfLoss(check.what)
      ? [`${lost} of ${runs} runs lost all packets`]
      : [],
  ];
  return [{
    test: ran.test,
    state: judge(measured.value, check),
    judged: measured,
    badness: isLowBad ? -measured.value : measured.value,
    text: [measured.text, ...notes].join(", "),
    items: [["Count", measured.count], ["Failed", failed], ...measured.items],
    details: [...failuresOf(ran), ...measured.details, ...future(ran)],
  }];
};

function isOfLoss(what: string): boolean {
  return what === "loss" || what === "ping-loss";
}

/** Judges a test that ran, and measured nothing. */
export function withoutValue(ran: Ran, judging: Judging): Finding {
  const { check, window, now } = judging;
  const { runs, measured, failed, lost, empty } = ran.coverage;
  const found = (state: Verdict, text: string): Finding => ({
    ...nothing(ran.test, state, judging),
    text,
    items: [["Count", 0], ["Failed", failed]],
    details: [...failuresOf(ran), ...future(ran)],
  });
  const [group] = ran.failures;
  if (failed > 0 && failed + empty === runs) {
    const first = Math.min(...ran.failures.map((each) => each.first));
    const since = sinceText(
      Number.isFinite(first) ? first : window.start,
      now,
      check.zone,
    );
    const why = group?.lastText ? `: ${group.lastText}` : "";
    return found(
      check.failed,
      `${failed} of ${runs} runs failed since ${since}${why}`,
    );
  }
  if (lost > 0 && measured === 0) {
    return found(
      check.failed,
      `all packets were lost in ${lost} of ${runs} runs`,
    );
  }
  if (empty === runs) {
    return found(
      check.failed,
      `${empty} of ${runs} runs have neither a result nor a failure`,
    );
  }
  const { noun, eventTypes } = TRAITS[check.what];
  // Archives declare more than a test measures.
  const isOfOthers = eventTypes?.[0] !== representativeOf(ran.test.eventTypes);
  const unknown = found(
    "unknown",
    `${runs} runs, none with ${noun || "a value"}`,
  );
  return { ...unknown, isOfOthers };
}

/** Why runs failed, most frequent first. */
export function failuresOf({ failures }: Ran): string[] {
  return failures.slice(0, MOST_MESSAGES)
    .map(({ count, lastText }) =>
      `failed ${count} ×: ${lastText || "no message"}`
    );
}

/** The most messages that are shown. */
const MOST_MESSAGES = 5;

/** That runs are in the future. */
export function future({ coverage }: Ran): string[] {
  const count = coverage.future;
  const what = count === 1 ? "1 run in" : `${count} runs in`;
  return count > 0 ? [`not counted: ${what} the future; a clock is wrong`] : [];
}
