/**
 * The links of a matrix, each judged as `check` judges it.
 *
 * @module
 */

import { hostOf } from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import { judgeBaseline } from "../check/baseline.ts";
import type { Checking } from "../check/find.ts";
import type { Finding } from "../check/finding.ts";
import {
  judgeEach,
  judgeMeasured,
  type JudgeOne,
  type Judging,
} from "../check/judge.ts";
import { judgeAll, judgingOf } from "../check/judge_all.ts";
import { TRAITS } from "../check/traits.ts";
import type { ProgressState } from "../export/progress_line.ts";
import { familyOf } from "../query/answer_tests.ts";
import type { Attempts } from "../query/attempts.ts";
import { namerOf } from "../query/links.ts";
import type { Family } from "../query/settings.ts";
import type { MeshSettings } from "./settings.ts";

/** A direction between two hosts, over one family. */
export interface JudgedLink {
  /** The host that sends: its name, or its address. */
  source: string;
  /** The host that it sends to. */
  destination: string;
  /** The family of its addresses. */
  family: Family | undefined;
  /** What was found of each test that counts. */
  findings: readonly Finding[];
  /** Whether its tests could not be read. */
  isIncomplete: boolean;
}

/** What judging the links is given. */
export interface LinkSettings extends Checking {
  /** What the matrix shows. */
  mesh: MeshSettings;
}

/**
 * Judges the links of tests, some at a time.
 *
 * @param tests The tests, whose links these are.
 * @param settings How they are judged.
 * @param attempts What notes that one cannot be read, and when to give up.
 * @param state How far that is.
 * @returns The links; those that could not be read are marked.
 */
export async function judgeLinks(
  tests: readonly Metadata[],
  settings: LinkSettings,
  attempts: Attempts,
  state: ProgressState,
): Promise<JudgedLink[]> {
  const judging = judgingOf(tests, settings);
  const links: JudgedLink[] = [];
  const groups = linksOf(tests, judging);
  state.series = groups.length;
  await settings.connection.forEachSeries(
    groups,
    async ({ tests, ...ends }) => {
      const { value: findings, isWhole } = await attempts.read(
        () => judgeLink(tests, judging),
        [],
      );
      state.done++;
      if (!isWhole) state.failed++;
      // Tests that stopped long ago are no link.
      if (findings.length === 0 && isWhole) return;
      links.push({ ...ends, findings, isIncomplete: !isWhole });
    },
  );
  return links.sort(inOrder);
}

/** The same archive, the same order, however the tests are listed. */
function inOrder(one: JudgedLink, other: JudgedLink): number {
  const [first, second] = [one, other].map((link) =>
    JSON.stringify([link.source, link.destination, link.family ?? 0])
  ) as [string, string];
  return first < second ? -1 : 1;
}

/** A link with its tests. */
interface LinkTests {
  source: string;
  destination: string;
  family: Family | undefined;
  tests: Metadata[];
}

/** Tests by their links; those of one host alone are of none. */
function linksOf(
  tests: readonly Metadata[],
  { hosts, hostnames: { keepsAddresses } }: Judging,
): LinkTests[] {
  const links = new Map<string, LinkTests>();
  const namer = namerOf(hosts);
  const nameOf = (input: string | undefined, address: string | undefined) => {
    const host = hostOf(keepsAddresses ? undefined : input, address);
    return host === undefined || keepsAddresses ? host : namer(host);
  };
  for (const test of tests) {
    const source = nameOf(test.inputSource, test.source);
    const destination = nameOf(test.inputDestination, test.destination);
    if (source === undefined || destination === undefined) continue;
    const family = familyOf(test);
    const key = JSON.stringify([source, destination, family]);
    const link = links.get(key) ?? { source, destination, family, tests: [] };
    link.tests.push(test);
    links.set(key, link);
  }
  return [...links.values()];
}

async function judgeLink(
  tests: readonly Metadata[],
  judging: LinkSettings & Judging,
): Promise<Finding[]> {
  return judging.mesh.judged === "history"
    ? await judgeEach(tests, judging, judgeByHistory)
    : await judgeAll(tests, judging);
}

/** What was measured, judged by the history of the same values. */
const judgeByHistory: JudgeOne = async (ran, judging) => {
  const eventTypes = TRAITS[judging.check.what].eventTypes ?? [];
  const [[measured], [compared]] = await Promise.all([
    judgeMeasured(ran, judging),
    // The first is of the values themselves, another of their jitter.
    judgeBaseline(ran, { ...judging, eventTypes }),
  ]);
  if (measured === undefined) return [];
  if (measured.judged.value === undefined || compared === undefined) {
    return [measured];
  }
  return [{
    ...measured,
    state: compared.state,
    badness: compared.badness,
    text: `${measured.text}; ${compared.text}`,
  }];
};
