/**
 * A check, from the list of tests to what is printed.
 *
 * @module
 */

import { hostOf, linkOf } from "../../insight.ts";
import { stateLine } from "../output/state_line.ts";
import {
  absentFinding,
  noneOfTemplate,
  testsOfTemplate,
  unreadFinding,
} from "./absent.ts";
import { type Checking, testsToCheck, whatInstead } from "./find.ts";
import { type Finding, shownHost } from "./finding.ts";
import { type Judging, nothing } from "./judge.ts";
import { judgeAll, judgingOf } from "./judge_all.ts";
import { failedArchives, type Report, report } from "./report.ts";
import { TRAITS } from "./traits.ts";
import type { ArchiveError, Metadata } from "../../mod.ts";

/**
 * Carries out a check.
 *
 * @throws {ArchiveError} (one of its kinds) when something cannot be read.
 */
export async function checkTests(settings: Checking): Promise<Report> {
  const { check, hostnames, template } = settings;
  const { meant, absent, unread, ...found } = template === undefined
    ? { ...await testsToCheck(settings), absent: [], unread: [] }
    : await testsOfTemplate({ ...settings, template });
  if (meant.length + absent.length + unread.length === 0) {
    const text = template === undefined
      ? await whatInstead(settings, found)
      : noneOfTemplate(settings);
    return unknown(text, settings);
  }
  const judging = judgingOf(meant, settings);
  const findings = [
    ...await judgeLeft(meant, judging),
    ...check.isBoth ? otherDirection(meant, judging) : [],
    ...absent.map((each) => absentFinding(each, judging)),
    ...unread.map((each) => unreadFinding(each, judging)),
  ];
  return findings.length === 0
    ? unknown("no test ran in the time that counts", settings)
    : report(
      findings,
      check,
      hostnames.keepsAddresses,
      settings.connection.failures,
    );
}

/** Judges the tests of the archives that can be read. */
async function judgeLeft(
  tests: readonly Metadata[],
  judging: Judging & Checking,
): Promise<Finding[]> {
  const { connection } = judging;
  const left = tests.filter(({ archive }) => !connection.isFailed(archive));
  try {
    return await judgeAll(left, judging);
  } catch (error) {
    const archive = connection.archiveOf(error);
    if (archive === undefined) throw error;
    connection.fail(archive, error as ArchiveError);
    return await judgeLeft(tests, judging);
  }
}

function unknown(
  text: string,
  { check: { what }, connection: { failures } }: Checking,
): Report {
  const more = failedArchives(failures);
  return {
    state: "unknown",
    lines: [
      stateLine(what, "unknown", [text, ...more.text].join(", ")),
      ...more.lines,
    ],
  };
}

/** That both directions are to be judged, and there are tests in one alone. */
function otherDirection(
  tests: readonly Metadata[],
  judging: Judging,
): Finding[] {
  const [first] = tests;
  const [sources, destinations] = (["source", "destination"] as const)
    .map((end) => new Set(tests.flatMap((test) => namesAt(test, end))));
  const hasBoth = !sources!.isDisjointFrom(destinations!);
  // Without a source or a destination, there may be any number of links.
  const links = new Set(tests.map((test) => {
    const { source, destination } = linkOf(test.toJSON()) ?? {};
    return JSON.stringify([source, destination]);
  }));
  if (hasBoth || links.size > 1 || !first?.destination) return [];
  const { check, hostnames: { keepsAddresses } } = judging;
  const { source, inputSource, destination, inputDestination } = first;
  const from = shownHost(inputDestination, destination, keepsAddresses);
  const to = shownHost(inputSource, source, keepsAddresses);
  const { noun } = TRAITS[check.what];
  return [{
    ...nothing(first, check.missing, judging),
    badness: -Infinity,
    name: `${from} to ${to}`,
    text: `there is no ${noun && `${noun} `}test`,
  }];
}

/** What a host is called at one end of a test: by name and by address. */
function namesAt(test: Metadata, end: "source" | "destination"): string[] {
  const entry = test.toJSON();
  const input = entry[`input-${end}`];
  return [hostOf(input, entry[end]), hostOf(undefined, entry[end])]
    .filter((name) => name !== undefined);
}
