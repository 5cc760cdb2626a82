/**
 * One run of `copy` to an archive: the tests are described to it, and it gets
 * the points; roll-ups it computes itself.
 *
 * @module
 */

import { ArchiveAddress } from "../../client/address.ts";
import { dialectOf } from "../../client/wire.ts";
import { ApiConnect, type Metadata } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import { exact, noun } from "../export/amounts.ts";
import type { Progress } from "../export/progress.ts";
import { emptyProgress } from "../export/progress_line.ts";
import type { FailedSeries } from "../export/report.ts";
import { Delivery } from "../input/delivery.ts";
import { Leftovers } from "../input/leftovers.ts";
import {
  openPosting,
  type Posting,
  type PostingOptions,
} from "../input/posting.ts";
import { type Io, oneLine } from "../io.ts";
import { readUrl, withUrl } from "../options/values.ts";
import { Failures } from "../query/failures.ts";
import { nameOfJob, planCopy } from "./jobs.ts";
import { postSeries } from "./post_series.ts";
import type { CopySettings } from "./settings.ts";
import { type Run, supervise, VERIFIED } from "./supervise.ts";
import {
  describeTests,
  rateLines,
  RefusedTest,
  type TestToPost,
} from "./tests_to_post.ts";
import { type PostedTest, verifyUrl } from "./verify_url.ts";

/**
 * Opens the archive to copy to.
 *
 * @throws {UsageError} for an address, and for options, that cannot be used.
 */
export async function openTarget(
  settings: CopySettings,
  options: PostingOptions,
  io: Io,
): Promise<Posting> {
  refuseRollUps(settings);
  const { to } = settings;
  try {
    const place = readUrl({ text: () => to });
    withUrl(() => new ArchiveAddress(place.url, place.scriptAlias));
    return await openPosting(options, place, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(error.message.replace(/^--url/, "--to"));
  }
}

/** Copies everything that matches to an archive, and reports it. */
export async function copyToUrl(
  settings: CopySettings,
  posting: Posting,
  progress: Progress,
  colors: boolean,
  io: Io,
): Promise<void> {
  const target = await openToRead(settings, posting);
  if (settings.isDryRun) return await dryRun(settings, posting, progress, io);
  const leftovers = new Leftovers();
  let tests: readonly TestToPost[] = [];
  const posted = new Map<string, PostedTest>();
  const plan = await supervise(
    async (run) => {
      const plan = await planCopy(settings);
      const { failed, state } = run;
      const described = describeTests(plan.tests, posting, failed);
      const left = [...plan.left, ...described.left];
      tests = described.tests;
      for (const line of left) io.note(`not copied: ${line}`);
      for (const line of rateLines(tests)) io.note(line);
      run.left += left.length;
      state.series = failed.length +
        tests.reduce((sum, { jobs }) => sum + jobs.length, 0);
      state.done = state.failed = failed.length;
      const options = { settings, posting, leftovers, posted, run, io };
      const empty = await postTests(tests, options);
      for (const line of leftovers.lines()) io.note(`not stored: ${line}`);
      if (empty > 0) io.note(emptyLine(empty));
      run.left += leftovers.count;
      return plan;
    },
    progress,
    colors,
    io,
  );
  if (!settings.isVerified) return;
  await supervise(
    async (run) => {
      await verifyUrl(tests, posted, target, plan, settings, run);
      if (run.failed.length === 0) progress.note(VERIFIED);
      return plan;
    },
    progress,
    colors,
    io,
  );
}

/** Says what would be copied. */
async function dryRun(
  settings: CopySettings,
  posting: Posting,
  progress: Progress,
  io: Io,
): Promise<void> {
  progress.start(emptyProgress());
  const plan = await planCopy(settings);
  progress.stop();
  const failed: FailedSeries[] = [];
  const { tests, left } = describeTests(plan.tests, posting, failed);
  const series = tests.reduce((sum, { jobs }) => sum + jobs.length, 0);
  const lines = [
    `${exact(tests.length)} ${noun(tests.length, "test")}, ${
      exact(series)
    } series of ${settings.connection.url} (${plan.dialect})`,
    "roll-ups are computed by the archive that is copied to",
    ...rateLines(tests),
    ...[
      ...plan.left,
      ...left,
      ...failed.map(({ which, why }) => `${which}: ${why}`),
    ].map((line) => `not copied: ${line}`),
  ];
  for (const line of lines) await io.stdout.write(`${oneLine(line)}\n`);
}

function emptyLine(count: number): string {
  return `left out, because esmond refuses them: ${
    count === 1 ? "1 point" : `${count} points`
  } with [] as subintervals, or with null`;
}

function refuseRollUps({ summaryType, isSynced }: CopySettings): void {
  if (summaryType !== undefined) {
    throw new UsageError(
      "--summary-type: an archive computes its roll-ups itself: leave it out, or copy to a file",
    );
  }
  if (isSynced) {
    throw new UsageError(
      "--sync is for files: a copy to an archive adds what is new in any case",
    );
  }
}

/** Refuses what cannot be copied to, before anything is read of the source. */
async function openToRead(
  { connection }: CopySettings,
  { url, access }: Posting,
): Promise<ApiConnect> {
  const { scriptAlias, timeout, retries, fetch, signal } = access;
  const target = new ApiConnect(url, undefined, {
    ...(scriptAlias === undefined ? {} : { scriptAlias }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(retries === undefined ? {} : { retries }),
    ...(fetch === undefined ? {} : { fetch }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (target.url === connection.url) {
    throw new UsageError("--to is the archive that --url names");
  }
  let first: Metadata | undefined;
  for await (first of target.getMetadata()) break;
  if (first && dialectOf(first.toJSON()) === "elmond") {
    throw new UsageError(
      "--to: elmond (perfSONAR 5) can only be read: copy to a file, or to an esmond",
    );
  }
  return target;
}

/** What posting tests needs. */
interface PostingTests {
  settings: CopySettings;
  posting: Posting;
  /** Gets the points that the archive cannot have. */
  leftovers: Leftovers;
  /** Gets what becomes of each test, by its key. */
  posted: Map<string, PostedTest>;
  run: Run;
  io: Io;
}

/**
 * Copies several tests at a time. A series that cannot be read, or a test that
 * the target refuses, does not keep the others from being copied; a target that
 * cannot be written to does.
 *
 * @returns How many points have no value.
 */
async function postTests(
  tests: readonly TestToPost[],
  { settings, posting, leftovers, posted, run, io }: PostingTests,
): Promise<number> {
  const { state, failed } = run;
  let empty = 0;
  const delivery = new Delivery({ posting, leftovers, isSieved: true });
  const failures = new Failures();
  const target = new Target();
  const fail = (which: string, error: unknown) => {
    state.failed++;
    const why = (error as Error).message;
    failed.push({ which, why: oneLine(why) });
    io.note(`incomplete: ${which}: ${why}`);
  };
  const postOne = async (test: TestToPost) => {
    const key = await target.reach(() => test.describe());
    const rates = test.rates(delivery, leftovers);
    const lasts = new Map<string, number>();
    posted.set(test.key, { key, lasts });
    for (const job of test.jobs) {
      state.active = (state.active ?? 0) + 1;
      try {
        const last = await postSeries(job, test.key, key, {
          ...{ settings, leftovers, state, empty: () => empty++ },
          send: (points) =>
            target.reach(async () =>
              await delivery.post(await rates.settle(points, true))
            ),
        });
        failures.none();
        if (last !== undefined) lasts.set(job.name.eventType, last);
      } catch (error) {
        if (target.isBroken || io.signal.aborted) throw error;
        failures.take(error);
        fail(nameOfJob(job), error);
      } finally {
        state.active--;
        state.retries = settings.connection.statistics.retries;
      }
      state.done++;
    }
  };
  const source = settings.connection.only("copy");
  await source.forEachSeries(tests, async (test) => {
    try {
      await postOne(test);
    } catch (error) {
      if (!(error instanceof RefusedTest)) throw error;
      state.done += test.jobs.length;
      state.failed += test.jobs.length - 1;
      fail(`the test ${test.key}`, error);
    }
  });
  if (delivery.cutLine !== undefined) io.note(delivery.cutLine);
  return empty;
}

/** The archive that is copied to: once it cannot be reached, it is left alone. */
class Target {
  #error: unknown;

  /** Whether nothing can be written to it any more. */
  get isBroken(): boolean {
    return this.#error !== undefined;
  }

  /** What `work` gives, unless something has failed before. */
  async reach<T>(work: () => Promise<T>): Promise<T> {
    if (this.isBroken) throw this.#error;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RefusedTest)) this.#error ??= error;
      throw error;
    }
  }
}
