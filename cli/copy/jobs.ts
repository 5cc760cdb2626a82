/**
 * What is to be copied: every test that matches, and its series.
 *
 * @module
 */

import type { CopiedName } from "../../archive/copies.ts";
import { SUMMARY_TYPES } from "../../client/event_types.ts";
import { type Dialect, dialectOf } from "../../client/wire.ts";
import type { EventType, Metadata, Summary } from "../../mod.ts";
import { oneLine } from "../io.ts";
import { findTests } from "../query/find_tests.ts";
import type { CopySettings } from "./settings.ts";

/** A series to copy, or a roll-up. */
export interface CopyJob {
  /** Its data. */
  series: EventType | Summary;
  /** What it is stored as. */
  name: CopiedName;
  /**
   * When it was last written to, in seconds; null if never, and `undefined`
   * where the archive does not say.
   */
  timeUpdated: number | null | undefined;
  /** The test, in messages. */
  test: string;
}

/** A test to copy. */
export interface TestToCopy {
  /** Its key. */
  key: string;
  /** Its JSON in the list. */
  entry: string;
  /** Its series. */
  jobs: CopyJob[];
}

/** Everything that matches. */
export interface Plan {
  /** Which server the archive is. */
  dialect: Dialect;
  /** The tests, in the order of the archive. */
  tests: TestToCopy[];
  /** What cannot be copied, a line each. */
  left: string[];
}

/** Lists what to copy. */
export async function planCopy(settings: CopySettings): Promise<Plan> {
  const plan: Plan = { dialect: "esmond", tests: [], left: [] };
  // Tests that were never written to are copied, too: nobody needs to be told.
  const search = { ...settings, unwritten: undefined };
  for await (const test of findTests(search, { stillRunning: true })) {
    if (plan.tests.length === 0) plan.dialect = dialectOf(test.toJSON());
    const key = keyOf(test);
    if (key === undefined) {
      plan.left.push(`${oneLine(`${test}`, 300)} has no key`);
      continue;
    }
    plan.tests.push({
      key,
      entry: test.text,
      jobs: [...jobsOf(test, settings, plan.left)],
    });
  }
  return plan;
}

/**
 * The key of a test, which some archives give in its address alone, or in that
 * of its data.
 */
export function keyOf(test: Metadata): string | undefined {
  const key = test.metadataKey ??
    /\/archive\/([^/]+)\/?$/.exec(test.uri ?? "")?.[1] ??
    keyOfData(test);
  return key !== undefined && /^[\w-]+$/.test(key) ? key : undefined;
}

function keyOfData(test: Metadata): string | undefined {
  const [series] = test.getAllEventTypes();
  return /\/archive\/([^/]+)\/[^/]+\/base\/?$/
    .exec(series?.baseUri ?? "")?.[1];
}

/** The series of a test, each once. */
function* jobsOf(
  test: Metadata,
  { eventTypes, summaryType, summaryWindow }: CopySettings,
  left: string[],
): Generator<CopyJob, void, void> {
  const seen = new Set<string>();
  for (const series of test.getAllEventTypes()) {
    const { eventType } = series;
    const isTimed = "time-updated" in series.toJSON();
    const timeUpdated = isTimed ? series.timeUpdated ?? null : undefined;
    if (eventTypes.length > 0 && !eventTypes.includes(eventType)) continue;
    const called = oneLine(`${test}`, 300);
    if (!/^[\w.-]+$/.test(eventType)) {
      left.push(`${oneLine(eventType, 300)} of ${called} is not a name`);
      continue;
    }
    const all = summaryType === undefined
      ? [series, ...series.getAllSummaries()]
      : series.getAllSummaries();
    for (const each of all) {
      const name = nameOf(eventType, each);
      const id = name && `${eventType}/${name.type}/${name.seconds}`;
      if (id === undefined) {
        left.push(`${each} of ${called} is not a roll-up that can be served`);
        continue;
      }
      if (seen.has(id) || !isAsked(name!, summaryType, summaryWindow)) continue;
      seen.add(id);
      yield { series: each, name: name!, timeUpdated, test: called };
    }
  }
}

function nameOf(
  eventType: string,
  series: EventType | Summary,
): CopiedName | undefined {
  if (!("summaryType" in series)) {
    return { eventType, type: "base", seconds: 0 };
  }
  const type = SUMMARY_TYPES.find((each) => each === series.summaryType);
  const seconds = series.summaryWindow;
  return type && Number.isSafeInteger(seconds)
    ? { eventType, type, seconds }
    : undefined;
}

function isAsked(
  { type, seconds }: CopiedName,
  summaryType: string | undefined,
  summaryWindow: number,
): boolean {
  if (summaryType === undefined) return true;
  return type === summaryType &&
    (summaryWindow === 0 || seconds === summaryWindow);
}

/** What a series is called in messages. */
export function nameOfJob({ name, test }: CopyJob): string {
  const { eventType, type, seconds } = name;
  const what = type === "base"
    ? eventType
    : `${type} ${seconds} of ${eventType}`;
  return `${what} of ${test}`;
}
