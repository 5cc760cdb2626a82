/** Command lines that are run against an archive without tests. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { json, withServer } from "../../servers/serve.ts";
import type { Ended } from "../../helpers/process.ts";
import { runCli, type RunOptions } from "../../helpers/run.ts";

export const NOW = new Date("2016-03-15T12:34:56.789Z");
export const NOW_SECONDS = 1458045296;
export const DAY = 86_400;

/** An archive without tests, and what it was asked. */
export interface Asked extends Ended {
  requests: URL[];
  /** The parameters of the first request. */
  query: Record<string, string>;
}

/**
 * Runs a command line, in which `{URL}` stands for an archive without tests.
 */
export async function ask(
  argv: string[],
  options: RunOptions = {},
): Promise<Asked> {
  const requests: URL[] = [];
  const handler = (_request: Request, url: URL) => {
    requests.push(url);
    return json([]);
  };
  const result = await withServer(
    handler,
    (origin) =>
      runCli(argv.map((arg) => arg.replaceAll("{URL}", origin)), {
        ...options,
      }),
  );
  const query = Object.fromEntries(requests[0]?.searchParams ?? []);
  return { ...result, requests, query };
}

/** The one line that a command line is refused with. */
export async function refusal(
  argv: string[],
  options: RunOptions = {},
): Promise<string> {
  const { exit, stdout, stderr, requests } = await ask(argv, options);
  assertEquals(
    { exit, stdout, requests },
    { exit: 2, stdout: "", requests: [] },
    stderr,
  );
  assertMatch(stderr, /^[^\n]+\n$/);
  return stderr.trimEnd();
}

/** Runs a command line that has to be carried out. */
export async function carriedOut(
  argv: string[],
  options: RunOptions = {},
): Promise<Asked> {
  const asked = await ask(argv, options);
  assertEquals(asked.exit, 0, asked.stderr);
  assert(asked.requests.length > 0);
  return asked;
}

/** The address that a command line asks for tests, without asking there. */
export async function root(url: string): Promise<string | undefined> {
  const argv = ["get-endpoints", "-v", "--url", url];
  const { stderr } = await runCli(argv, { signal: AbortSignal.abort() });
  return /\[url: ([^?]*)\?/.exec(stderr)?.[1];
}

export const LIST = ["get-endpoints", "--url", "{URL}"];
export const GET = [
  "get",
  "-u",
  "{URL}",
  "-s",
  "192.0.2.10",
  "-d",
  "192.0.2.20",
];
export const THROUGHPUT = [...GET, "-e", "throughput"];
export const BULK = ["get-bulk", "--url", "{URL}", "-o", "csv"];
