/**
 * The tests of a template: those that archives have, and those that none has.
 *
 * @module
 */

import { type NotHeld, notHeld } from "../query/not_held.ts";
import { stoppedTests } from "../query/stopped.ts";
import type { ExpectedTest } from "../template/expected.ts";
import type { MeshTemplate } from "../template/mesh_template.ts";
import { type Checking, type FoundTests, testsToCheck } from "./find.ts";
import type { Finding } from "./finding.ts";
import { type Judging, nothing } from "./judge.ts";
import { TRAITS } from "./traits.ts";

/** The tests that a template has, of what is checked. */
export interface TemplateTests extends FoundTests, NotHeld {
  /** How many tests archives have of it that the template does not. */
  extra: number;
}

/** Lists the tests that a template has, and finds what is absent. */
export async function testsOfTemplate(
  settings: Checking & { template: MeshTemplate },
): Promise<TemplateTests> {
  const { template, check: { what } } = settings;
  const { meant, others, refusal } = await testsToCheck(settings);
  await Promise.all(
    [...meant, ...others].map((test) => template.learn(test)),
  );
  const held = new Set<ExpectedTest>();
  const isOfTemplate = new Set(
    [...meant, ...others].filter((test) => {
      const expected = template.find(test);
      for (const each of expected) held.add(each);
      return expected.length > 0;
    }),
  );
  const { types } = TRAITS[what];
  const isWanted = ({ type }: ExpectedTest) => types?.includes(type) ?? true;
  // Without such times, tests are listed whenever they were written to.
  const stopped = settings.times === undefined
    ? []
    : await stoppedTests(settings, held);
  const { absent, unread } = notHeld(settings, held);
  const ours = meant.filter((test) => isOfTemplate.has(test));
  return {
    meant: [
      ...ours,
      ...stopped.filter((test) => template.find(test).some(isWanted)),
    ],
    extra: meant.length - ours.length,
    others: others.filter((test) => isOfTemplate.has(test)),
    refusal,
    absent: absent.filter(isWanted),
    unread: unread.filter(isWanted),
  };
}

/** That a template has no test of what is checked. */
export function noneOfTemplate({ check: { what } }: Checking): string {
  const { noun } = TRAITS[what];
  return `the template has no ${noun && `${noun} `}test of what is asked for`;
}

/** What is found of a test that no archive has. */
export function absentFinding(
  expected: ExpectedTest,
  judging: Judging,
): Finding {
  return {
    ...nothing(undefined, judging.check.missing, judging),
    name: nameOf(expected),
    isAbsent: true,
    text: "absent: no archive has it",
  };
}

/** What is found of a test whose archive could not be read. */
export function unreadFinding(
  expected: ExpectedTest,
  judging: Judging,
): Finding {
  return {
    ...nothing(undefined, "unknown", judging),
    badness: -Infinity,
    name: nameOf(expected),
    text: "its archive was not read",
  };
}

function nameOf({ source, destination, type, task }: ExpectedTest): string {
  const to = destination === undefined ? "" : ` to ${destination.address}`;
  return `${source.address}${to} (${type}, task ${task})`;
}
