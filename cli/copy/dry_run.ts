/**
 * `copy --dry-run`: what would be copied, and what not exactly.
 *
 * @module
 */

import { eventTypeInfo } from "../../client/event_types.ts";
import { exact, noun } from "../export/amounts.ts";
import { exists } from "../export/aside.ts";
import type { Progress } from "../export/progress.ts";
import { emptyProgress } from "../export/progress_line.ts";
import type { Io } from "../io.ts";
import { type Plan, planCopy } from "./jobs.ts";
import { openFile } from "./run.ts";
import type { CopySettings } from "./settings.ts";

/** Lists everything that matches, and prints what would be copied of it. */
export async function dryRun(
  settings: CopySettings,
  progress: Progress,
  io: Io,
): Promise<void> {
  const { connection, to } = settings;
  using file = await exists(to) ? openFile(to) : undefined;
  progress.start(emptyProgress());
  const plan = await planCopy(settings);
  progress.stop();
  const there: There = { path: to, series: 0, points: 0 };
  for (const { key, jobs } of file ? plan.tests : []) {
    const test = file!.find(key);
    for (const { name } of test === undefined ? [] : jobs) {
      if (file!.state(test!, name) === undefined) continue;
      there.series++;
      there.points += file!.count(test!, name);
    }
  }
  for (const line of dryRunLines(plan, connection.url, there)) {
    await io.stdout.write(`${line}\n`);
  }
}

/** What is copied already. */
export interface There {
  /** The file. */
  path: string;
  /** How many of the series it has. */
  series: number;
  /** How many points they have. */
  points: number;
}

/** How many series of a kind there are, and what is not exact about them. */
interface Doubt {
  count: number;
  words: string;
}

/**
 * What a copy would be of.
 *
 * @param plan Everything that matches.
 * @param url The address of the source.
 * @param there What is copied already.
 */
export function dryRunLines(
  { dialect, tests, left }: Plan,
  url: string,
  { path, series, points }: There,
): string[] {
  const names = tests.flatMap(({ jobs }) => jobs.map(({ name }) => name));
  const base = names.filter(({ type }) => type === "base");
  const count = (number: number, what: string) =>
    `${exact(number)} ${noun(number, what)}`;
  const rollUps = names.length - base.length;
  const doubts: Doubt[] = [
    {
      count:
        base.filter(({ eventType }) =>
          eventTypeInfo(eventType)?.valueClass === "percentage"
        ).length,
      words: "of loss rates: fractions, whose counts no archive tells",
    },
    {
      count: base.filter(({ eventType }) => !eventTypeInfo(eventType)).length,
      words: "of event types that are not in the catalogue: any JSON",
    },
  ];
  return [
    `${count(tests.length, "test")}, ${exact(base.length)} series and ${
      count(rollUps, "roll-up")
    } of ${url} (${dialect})`,
    series === 0
      ? "how many points these have shows when they are read"
      : `${path} has ${
        exact(series)
      } of these series and roll-ups, at least in part: ${
        count(points, "point")
      }`,
    ...doubts.filter(({ count }) => count > 0)
      .map(({ count, words }) => `${exact(count)} series ${words}`),
    ...(rollUps > 0
      ? [
        `${
          count(rollUps, "roll-up")
        } as the archive gives them: they are not computed anew`,
      ]
      : []),
    ...(dialect === "elmond"
      ? [
        "elmond: whole numbers are written as 5.0; what it announces but does not serve is left out",
      ]
      : []),
    ...left.map((line) => `not copied: ${line}`),
  ];
}
