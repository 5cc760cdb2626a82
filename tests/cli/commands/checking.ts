/** Checks that are run as monitoring systems run them. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Dialect } from "../../../archive/server.ts";
import { type MadeTest, withMadeArchive } from "../../helpers/made_archive.ts";
import { runCli, type RunOptions } from "../../helpers/run.ts";

/** What a check printed, taken apart. */
export interface Checked {
  /** The exit code. */
  exit: number;
  /** The first line, without performance data. */
  line: string;
  /** Performance data by label, each with its five fields. */
  items: Record<string, string[]>;
  /** The labels in their order. */
  labels: string[];
  /** The further lines. */
  details: string[];
  /** What was told on standard error. */
  stderr: string;
}

const STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];

/** A range of the guidelines of Nagios plugins, of numbers without a unit. */
const RANGE = String.raw`@?(?:(?:~|-?\d+(?:\.\d+)?):)?(?:-?\d+(?:\.\d+)?)?`;

/** An item of performance data: all four semicolons are there. */
const ITEM = new RegExp(
  String.raw`('[^'=|]+'|[^'=|\s]+)=(U|-?\d+(?:\.\d+)?);(${RANGE});(${RANGE});;`,
  "y",
);

/**
 * Runs a check, in which `{URL}` is the archive, and takes apart what it
 * printed: by the guidelines of Nagios plugins and as MaDDash does it.
 */
export async function check(
  argv: readonly string[],
  url = "",
  options: RunOptions = {},
): Promise<Checked> {
  const { exit, stdout, stderr } = await runCli(
    ["check", ...argv].map((arg) => arg.replaceAll("{URL}", url)),
    options,
  );
  return { exit, stderr, ...parsed(stdout, exit) };
}

function parsed(stdout: string, exit: number) {
  assertMatch(stdout, /\n$/);
  const [first = "", ...details] = stdout.slice(0, -1).split("\n");
  const [line = "", data = "", ...more] = first.split(" | ");
  assertEquals(more, [], first);
  assertMatch(line, /^PS_CHECK(_[A-Z]+)* [A-Z]+ - \S/);
  assertEquals(line.split(" ")[1], STATES[exit], line);
  // The text after what MaDDash takes off.
  assertEquals(
    first.replace(/^\w+ \w+ -/, ""),
    first.slice(first.indexOf(" - ") + 2),
  );
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(stdout), stdout);
  assert(!details.some((detail) => detail.includes("|")), stdout);
  const items: Record<string, string[]> = {};
  const labels: string[] = [];
  for (let at = 0; at < data.length;) {
    ITEM.lastIndex = at;
    const [whole, quoted, ...fields] = ITEM.exec(data) ?? [];
    assert(whole !== undefined, `not performance data: ${data.slice(at)}`);
    const label = quoted!.replace(/^'(.*)'$/, "$1");
    assert(!(label in items), `${label} is there twice`);
    labels.push(label);
    items[label] = fields as string[];
    at += whole.length;
    if (at < data.length) assertEquals(data[at++], " ");
  }
  if (data !== "") {
    // MaDDash splits at semicolons: the first piece is what was judged.
    assertEquals(
      data.split(/;+/)[0]!.split("=")[1],
      items[labels[0]!]![0],
    );
  }
  return { line, items, labels, details };
}

/** Seconds since 1970, now. */
export function thisSecond(): number {
  return Math.floor(Date.now() / 1000);
}

/** Runs `use` with an archive of these tests. */
export async function withTests(
  tests: readonly MadeTest[],
  use: (url: string) => Promise<void>,
  dialect: Dialect = "esmond",
): Promise<void> {
  await withMadeArchive(
    tests,
    { dialect, now: thisSecond() },
    ({ url }) => use(url),
  );
}

/** The options that choose a link of made tests. */
export function link(source: string, destination: string): string[] {
  return [
    "-u",
    "{URL}",
    "-s",
    `${source}.example`,
    "-d",
    `${destination}.example`,
  ];
}

/** That a number is another, but for rounding. */
export function assertNear(
  actual: number,
  expected: number,
  most: number,
): void {
  assert(Math.abs(actual - expected) <= most, `${actual}, not ${expected}`);
}
