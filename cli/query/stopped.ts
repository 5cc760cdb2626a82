/**
 * Tests that should be there and wrote nothing in the window: those that did so
 * before.
 *
 * @module
 */

import { dialectOf } from "../../client/wire.ts";
import { coverageOf } from "../../insight/coverage.ts";
import type { Metadata } from "../../mod.ts";
import type { ExpectedTest } from "../template/expected.ts";
import type { MeshTemplate } from "../template/mesh_template.ts";
import { familyOf } from "./answer_tests.ts";
import { findTests } from "./find_tests.ts";
import { type GivenSpacing, readRuns, type TestRuns } from "./read_runs.ts";
import type { AnswerSettings, Settings } from "./settings.ts";
import type { TimeWindow } from "./window.ts";

/**
 * Of each test that should be there and is not held, the one that was written to
 * last, if there ever was one; these are held then.
 */
export async function stoppedTests(
  settings: Settings & Pick<AnswerSettings, "family"> & {
    template: MeshTemplate;
  },
  held: Set<ExpectedTest>,
): Promise<Metadata[]> {
  const { template, family } = settings;
  const wanted = new Set(template.without(held));
  if (wanted.size === 0) return [];
  const latest = new Map<ExpectedTest, Metadata>();
  const quiet = { ...settings, isAnyTime: true, unwritten: undefined };
  for await (const test of findTests(quiet)) {
    if (family !== undefined && familyOf(test) !== family) continue;
    await template.learn(test);
    for (const each of template.find(test)) {
      const known = latest.get(each);
      if (!wanted.has(each)) continue;
      if (known && lastWrite(known) >= lastWrite(test)) continue;
      latest.set(each, test);
    }
  }
  for (const each of latest.keys()) held.add(each);
  return [...new Set(latest.values())];
}

/** When a test was last written to, in seconds since 1970; 0 if never known. */
function lastWrite(test: Metadata): number {
  const times = [...test.getAllEventTypes()]
    .flatMap(({ timeUpdated }) => timeUpdated ?? []);
  return Math.max(0, ...times);
}

/** How far before its last write the runs of such a test are looked for. */
const HISTORY = 28 * 86_400;

/** The runs of a test that stopped before a window. */
export async function readStopped(
  test: Metadata,
  { window, isOpen, spacing }: {
    window: TimeWindow;
    isOpen: boolean;
    spacing: GivenSpacing;
  },
): Promise<TestRuns> {
  // elmond's time is that at which the task was added.
  const updated = dialectOf(test.toJSON()) === "esmond" ? lastWrite(test) : 0;
  const before = window.start - 1;
  const end = updated > 0 ? Math.min(updated, before) : before;
  const { records } = await readRuns(test, {
    window: { start: Math.max(0, end - HISTORY), end },
    isOpen: false,
    spacing,
  });
  const coverage = coverageOf(records, {
    ...spacing,
    timeInterval: test.timeInterval,
    ...window,
    ...isOpen ? { now: window.end } : {},
  });
  return { coverage, failures: [], records };
}
