/**
 * A check, from the list of tests to what is printed.
 *
 * @module
 */

import { addressesOf } from "../../insight.ts";
import { stateLine } from "../output/state_line.ts";
import { judgeBaseline } from "./baseline.ts";
import { type Checking, testsToCheck, whatInstead } from "./find.ts";
import type { Finding } from "./finding.ts";
import { judgeFailures, judgeFreshness } from "./freshness.ts";
import { judgeEach, judgeMeasured, type Judging } from "./judge.ts";
import { judgeRoutes } from "./routes.ts";
import { type Report, report } from "./report.ts";
import type { Metadata } from "../../mod.ts";

/**
 * Carries out a check.
 *
 * @throws {ArchiveError} (one of its kinds) when something cannot be read.
 */
export async function checkTests(settings: Checking): Promise<Report> {
  const { check, hostnames, clock, isOpen } = settings;
  const { meant, ...found } = await testsToCheck(settings);
  if (meant.length === 0) {
    const text = await whatInstead(settings, found);
    return unknown(check.what, text);
  }
  const window = clock.window(settings.window, isOpen);
  const now = isOpen ? clock.now() : window.end;
  const hosts = addressesOf(meant.map((test) => test.toJSON()));
  const judging = { ...settings, window, now, hosts };
  const findings = await judgeAll(meant, judging);
  return findings.length === 0
    ? unknown(check.what, "no test ran in the time that counts")
    : report(findings, check, hostnames.keepsAddresses);
}

function unknown(what: string, text: string): Report {
  return { state: "unknown", lines: [stateLine(what, "unknown", text)] };
}

async function judgeAll(
  tests: readonly Metadata[],
  judging: Judging,
): Promise<Finding[]> {
  switch (judging.check.what) {
    case "fresh":
      return await judgeFreshness(tests, judging);
    case "failures":
      return await judgeEach(tests, judging, judgeFailures);
    case "traceroute":
      return await judgeEach(tests, judging, judgeRoutes);
    case "baseline":
      return await judgeEach(tests, judging, judgeBaseline);
    default:
      return await judgeEach(tests, judging, judgeMeasured);
  }
}
