/**
 * Compares an archive with the one that it was copied from.
 *
 * @module
 */

import type { ApiConnect, Metadata } from "../../mod.ts";
import { keyOf, type Plan } from "./jobs.ts";
import { sieve } from "./post_series.ts";
import type { CopySettings } from "./settings.ts";
import type { Run } from "./supervise.ts";
import type { TestToPost } from "./tests_to_post.ts";
import { verifySeries } from "./verify.ts";

/** What became of a test in the archive that it was copied to. */
export interface PostedTest {
  /** Its key there. */
  readonly key: string;
  /** The last second that was copied of each event type. */
  readonly lasts: Map<string, number>;
}

/**
 * Compares all series, but for what the archive cannot have.
 *
 * @param tests What was copied.
 * @param posted What became of it, by the keys of the source.
 * @param target The archive that it was copied to.
 * @param plan What there was to copy.
 * @param settings What was asked for.
 * @param run Counts what is done, and gets what differs.
 */
export async function verifyUrl(
  tests: readonly TestToPost[],
  posted: ReadonlyMap<string, PostedTest>,
  target: ApiConnect,
  { dialect }: Plan,
  { connection, window }: CopySettings,
  { state, failed }: Run,
): Promise<void> {
  const there = new Map<string, Metadata>();
  for await (const test of target.getMetadata()) {
    there.set(keyOf(test) ?? "", test);
  }
  const jobs = tests.flatMap(({ key, jobs }) =>
    jobs.map((job) => ({ key, job }))
  );
  state.series = jobs.length;
  await verifySeries(jobs, {
    ...{ connection: connection.only("copy"), dialect, window, failed },
    find: (key) => there.get(posted.get(key)?.key ?? ""),
    lastOf: (key, { name }) => posted.get(key)?.lasts.get(name.eventType),
    progress: state,
    sieve: ({ name }) => {
      const fateOf = sieve(name.eventType);
      return (point) => fateOf(point) === "taken";
    },
  });
}
