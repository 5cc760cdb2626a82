/**
 * `--follow`: what arrives in an archive, as it arrives.
 *
 * @module
 */

import { look, type LookedAt, type News } from "../../client/looks.ts";
import { sleep } from "../../client/retry.ts";
import { MAX_EVERY } from "../../client/watch.ts";
import { ArchiveHttpError } from "../../client/errors.ts";
import type { Metadata } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Format } from "../names.ts";
import { readSeconds } from "../options/amounts.ts";
import type { OptionsOf } from "../options/table.ts";
import { readInteger } from "../options/values.ts";
import { testsOrAdvice } from "./advice.ts";
import { findTests } from "./find_tests.ts";
import type { Settings } from "./settings.ts";
import { withKnown } from "./with.ts";

/** How an archive is followed. */
export interface Following {
  /** Whether the past from the start of the window on comes first. */
  hasStart: boolean;
  /** How late points may arrive, in seconds. */
  overlap: number;
  /** Seconds between two looks. */
  every: number;
  /** How many series are read at a time. */
  concurrency: number;
}

/**
 * Refuses an end: whoever follows has none.
 *
 * @throws {UsageError} naming the option.
 */
export function refuseEnd(options: OptionsOf<"get">): void {
  if (!options.flag("follow")) return;
  const filter = options.texts("filter")
    .find((each) => /^time([-_]end)?:/.test(each));
  const option = options.text("end-time") !== undefined
    ? "--end-time"
    : filter && `--filter ${filter}`;
  if (option === undefined) return;
  throw new UsageError(
    `${option}: --follow has no end but Ctrl-C; leave out one of them`,
  );
}

/**
 * How to follow, if that is asked for.
 *
 * @throws {UsageError} for what does not go with it.
 */
export function readFollowing(
  options: OptionsOf<"get">,
  format: Format,
): Following | undefined {
  if (!options.flag("follow")) {
    for (const option of ["every", "overlap"] as const) {
      if (options.text(option) === undefined) continue;
      throw new UsageError(`--${option} is for --follow: give that too`);
    }
    return undefined;
  }
  if (format !== "csv" && format !== "ndjson") {
    throw new UsageError(
      "--follow prints a line when it arrives: choose --output-format csv or ndjson",
    );
  }
  if (options.flag("gzip")) {
    throw new UsageError(
      "--follow prints a line when it arrives, and --gzip gathers many: leave it out",
    );
  }
  const every = readSeconds(options, "every");
  if (every < 1 || every > MAX_EVERY) {
    throw new UsageError(
      `--every is ${every}: give seconds, from 1 to ${MAX_EVERY}`,
    );
  }
  const hasStart = options.text("start-time") !== undefined ||
    options.texts("filter").some((each) =>
      /^time[-_](start|range):/.test(each)
    );
  return {
    hasStart,
    overlap: readSeconds(options, "overlap"),
    every,
    concurrency: readInteger(options, "concurrency"),
  };
}

/**
 * Follows an archive until the program is stopped, which is no error.
 *
 * @param seriesOf What is followed of a test.
 * @param print Takes what is new of one of these series.
 */
export async function follow<T extends LookedAt>(
  settings: Settings & { following: Following },
  io: Io,
  seriesOf: (test: Metadata) => Iterable<T>,
  print: (news: News<T>) => Promise<void>,
): Promise<void> {
  const { following, summaryType, summaryWindow } = settings;
  const connection = settings.connection.only("--follow");
  const { hasStart, ...pace } = following;
  const wait = io.wait ?? sleep;
  const later = { ...settings, isAnyTime: false, unwritten: undefined };
  let isFirst = true;
  let isKnown = false;
  const news = look({
    async *listTests(since) {
      connection.filters.timeRange = connection.filters.timeEnd = undefined;
      connection.filters.timeStart = since;
      const tests = isFirst ? firstTests(settings, io) : findTests(later);
      isFirst = false;
      for await (
        const test of withKnown(tests, isKnown ? [] : settings.added)
      ) {
        isKnown = true;
        yield test;
      }
    },
    seriesOf,
    window: summaryType === undefined ? 0 : summaryWindow,
    ...(hasStart ? { since: settings.window.start } : {}),
    ...pace,
    clocks: () => ({ archive: connection.archiveTime, own: io.now() }),
    wait: (ms) => wait(ms, io.signal),
    isEnded: () => io.signal.aborted,
    warn: io.note,
  });
  for await (const each of news) await print(each);
}

/**
 * The tests that match; when there are none, it is told what there is instead.
 */
async function* firstTests(
  settings: Settings,
  io: Io,
): AsyncGenerator<Metadata, void, void> {
  const { filters } = settings.connection;
  let isEmpty = true;
  try {
    for await (const test of findTests(settings)) {
      isEmpty = false;
      yield test;
    }
  } catch (error) {
    // elmond fails so where it does not know a roll-up
    const isUnknown = error instanceof ArchiveHttpError &&
      error.status === 500 && settings.summaryType !== undefined;
    if (isEmpty && isUnknown) {
      for await (const _ of testsOrAdvice(settings, io));
    }
    throw error;
  }
  if (!isEmpty) return;
  filters.timeStart = undefined; // a test may rest
  for await (const _ of testsOrAdvice(settings, io)) return;
  io.note("no test matches yet: waiting for one");
}
