/**
 * Judges tests by what is to be checked.
 *
 * @module
 */

import { addressesOf } from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import { judgeBaseline } from "./baseline.ts";
import type { Checking } from "./find.ts";
import type { Finding } from "./finding.ts";
import { judgeFailures, judgeFreshness } from "./freshness.ts";
import { judgeEach, judgeMeasured, type Judging } from "./judge.ts";
import { judgeRoutes } from "./routes.ts";

/** What judging needs to know besides, once the tests are listed. */
export function judgingOf<S extends Checking>(
  tests: readonly Metadata[],
  settings: S,
): S & Judging {
  const { clock, isOpen } = settings;
  const window = clock.window(settings.window, isOpen);
  const now = isOpen ? clock.now() : window.end;
  const hosts = addressesOf(tests.map((test) => test.toJSON()));
  return { ...settings, window, now, hosts };
}

/**
 * Judges tests, each alone.
 *
 * @throws {ArchiveError} (one of its kinds) when one cannot be read completely.
 */
export async function judgeAll(
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
