/**
 * The links of a matrix, each judged as `check` judges it.
 *
 * @module
 */

import { hostOf } from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import { absentFinding, unreadFinding } from "../check/absent.ts";
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
import type { NotHeld } from "../query/not_held.ts";
import type { Family } from "../query/settings.ts";
import {
  type ExpectedTest,
  familyOfExpected,
  type Place,
} from "../template/expected.ts";
import type { MeshSettings } from "./settings.ts";

/** A direction between two hosts, over one family. */
export interface JudgedLink {
  /** The host that sends: its name, or its address. */
  source: string;
  /** The host that it sends to. */
  destination: string;
  /** The family of its addresses. */
  family: Family | undefined;
  /** The groups of a template that have tests of it. */
  groups: readonly string[];
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
 * @param notHeld Those that a template has, and no archive that was read.
 * @param settings How they are judged.
 * @param attempts What notes that one cannot be read, and when to give up.
 * @param state How far that is.
 * @returns The links; those that could not be read are marked.
 */
export async function judgeLinks(
  tests: readonly Metadata[],
  notHeld: NotHeld,
  settings: LinkSettings,
  attempts: Attempts,
  state: ProgressState,
): Promise<JudgedLink[]> {
  const judging = judgingOf(tests, settings);
  const links = linksNotHeld(notHeld, tests, judging);
  const groups = linksOf(tests, judging);
  state.series = groups.length;
  await settings.connection.forEachSeries(
    groups,
    async ({ tests, ...ends }) => {
      const { value: findings, isWhole } = await attempts.read(
        () => judgeLink(tests, judging),
        [],
        ends.archive,
      );
      state.done++;
      if (!isWhole) state.failed++;
      // Tests that stopped long ago are no link.
      if (findings.length === 0 && isWhole) return;
      links.push({ ...ends, findings, isIncomplete: !isWhole });
    },
  );
  return together(links).sort(inOrder);
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
  /** The archive of the first of them. */
  archive: string;
  source: string;
  destination: string;
  family: Family | undefined;
  groups: string[];
  tests: Metadata[];
}

/** Tests by their links; those of one host alone are of none. */
function linksOf(
  tests: readonly Metadata[],
  { hosts, hostnames: { keepsAddresses }, template }: Judging,
): LinkTests[] {
  const links = new Map<string, LinkTests>();
  const namer = namerOf(hosts);
  const nameOf = (input: string | undefined, address: string | undefined) => {
    const host = hostOf(keepsAddresses ? undefined : input, address);
    return host === undefined || keepsAddresses ? host : namer(host);
  };
  for (const test of tests) {
    const all = template?.find(test) ?? [];
    const [expected] = all;
    const { source, destination } = expected
      ? shownEnds(expected, keepsAddresses)
      : {
        source: nameOf(test.inputSource, test.source),
        destination: nameOf(test.inputDestination, test.destination),
      };
    if (source === undefined || destination === undefined) continue;
    const family = familyOf(test);
    const key = JSON.stringify([source, destination, family]);
    const link = links.get(key) ?? {
      ...{ archive: test.archive, source, destination, family },
      ...{ groups: [], tests: [] },
    };
    link.tests.push(test);
    link.groups.push(...all.map(({ group }) => group));
    links.set(key, link);
  }
  return [...links.values()];
}

/** What the hosts of a template's test are called. */
function shownEnds(
  { source, destination }: ExpectedTest,
  keepsAddresses: boolean,
) {
  const shown = (place: Place) => keepsAddresses ? place.address : place.name;
  return {
    source: shown(source),
    destination: destination && shown(destination),
  };
}

/** Links of tests that no archive has, as far as they could be read. */
function linksNotHeld(
  { absent, unread }: NotHeld,
  tests: readonly Metadata[],
  judging: Judging,
): JudgedLink[] {
  const families = familiesOf(tests, judging);
  const { keepsAddresses } = judging.hostnames;
  const isUnread = new Set(unread);
  return [...absent, ...unread].flatMap((each) => {
    const { source, destination } = shownEnds(each, keepsAddresses);
    if (destination === undefined) return [];
    return [{
      ...{ source, destination },
      family: familyOfExpected(each) ?? families.get(each.task),
      groups: [each.group],
      findings: [
        isUnread.has(each)
          ? unreadFinding(each, judging)
          : absentFinding(each, judging),
      ],
      isIncomplete: isUnread.has(each),
    }];
  });
}

/**
 * Over which family most tests of a task are, for those of which the template
 * does not say.
 */
function familiesOf(
  tests: readonly Metadata[],
  { template }: Judging,
): Map<string, Family | undefined> {
  const all = tests.flatMap((test) =>
    (template?.find(test) ?? [])
      .map(({ task }) => ({ task, family: familyOf(test) }))
  );
  const tasks = Map.groupBy(all, ({ task }) => task);
  return new Map(
    [...tasks].map(([task, of]) => {
      const groups = Map.groupBy(of, ({ family }) => family);
      const [most] = [...groups]
        .sort(([, one], [, other]) => other.length - one.length);
      return [task, most?.[0]];
    }),
  );
}

/** Links with the same ends and family as one. */
function together(links: readonly JudgedLink[]): JudgedLink[] {
  const groups = Map.groupBy(
    links,
    ({ source, destination, family }) =>
      JSON.stringify([source, destination, family]),
  );
  return [...groups.values()].map((group) => ({
    ...group[0]!,
    groups: [...new Set(group.flatMap(({ groups }) => groups))],
    findings: group.flatMap(({ findings }) => findings),
    isIncomplete: group.some(({ isIncomplete }) => isIncomplete),
  }));
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
