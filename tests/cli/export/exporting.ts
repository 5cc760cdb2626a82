/** Exports in this process, for tests that need not kill it. */

import { assert, assertEquals } from "@std/assert";
import { archiveOf, type Series, WINDOW } from "../../servers/generated.ts";
import { type RawHandler, withRawServer } from "../../servers/raw.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { type Ended, runCli } from "../../helpers/run.ts";
import { complete, type Files, readFiles } from "./files.ts";

/** What came of an export. */
export interface Exported extends Ended {
  /** All that is in the directory. */
  files: Files;
  /** What was asked for. */
  requests: { url: URL; at: number }[];
  /** The most requests that were under way at one time. */
  most: number;
}

/**
 * For archives that keep silent: how long an export waits. Others have all the
 * time that they need.
 */
export const IMPATIENT = ["--timeout", "2"];

/** The arguments of an export to CSV. */
export function exportArguments(origin: string, directory: string): string[] {
  return [
    ...["get-bulk", "-u", origin, ...WINDOW, "--ip", "-D", directory],
    ...["-o", "csv", "--timeout", "120"],
  ];
}

/** Exports all that an archive has. */
export async function exportFrom(
  handler: RawHandler,
  argv: string[] = [],
): Promise<Exported> {
  let exported: Exported | undefined;
  await withDirectory((directory) =>
    withRawServer(handler, async (server) => {
      const result = await runCli(
        [...exportArguments(server.origin, directory), ...argv],
      );
      exported = {
        ...result,
        files: readFiles(directory),
        requests: server.requests,
        most: server.most,
      };
    })
  );
  return exported!;
}

/** The files of an export that nothing disturbs. */
export async function wholeOf(
  series: readonly Series[],
  argv: string[] = [],
): Promise<Files> {
  const { exit, stderr, files } = await exportFrom(archiveOf(series), argv);
  assertEquals(exit, 0, stderr);
  return complete(files);
}

/** The lines of stderr; fails if there is a stack trace among them. */
export function linesOf({ stderr }: { stderr: string }): string[] {
  assert(!/^\s+at |Uncaught/m.test(stderr), stderr);
  return stderr.split("\n").filter((line) => line !== "");
}

/**
 * Does the same for several things, some of them at once, and fails with what
 * went wrong with each.
 */
export async function forEach<T>(
  items: readonly T[],
  use: (item: T) => Promise<void>,
): Promise<void> {
  const failures: string[] = [];
  const left = [...items];
  const lanes = Array.from({ length: LANES }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await use(item).catch((error) => {
        failures.push(String(error?.message ?? error));
      });
    }
  });
  await Promise.all(lanes);
  assertEquals(failures, []);
}

const LANES = 4;
