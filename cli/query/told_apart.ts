/**
 * Tests of one pair and tool, told apart by the parameters in which they differ.
 *
 * @module
 */

import type { WireMetadata } from "../../client/wire.ts";
import { distinctions } from "../../insight/hosts.ts";
import { formatRate } from "../../insight/units.ts";
import type { Metadata } from "../../mod.ts";
import type { TestNames } from "./answer_tests.ts";

/** A test that has to be told apart. */
export interface Told {
  /** Its names. */
  names: Pick<
    TestNames,
    "source" | "destination" | "tool" | "metadata_key" | "archive"
  >;
  /** Its parameters that may tell it apart. */
  traits: WireMetadata;
}

/** The parameters that may tell tests of one pair and tool apart. */
const TRAITS = [
  "ip-transport-protocol",
  "bw-parallel-streams",
  "bw-target-bandwidth",
];

/** The parameters of a test that may tell it apart, without the rest of it. */
export function traitsOf(test: Metadata): WireMetadata {
  return Object.fromEntries(TRAITS.map((name) => [name, test.get(name)]));
}

/**
 * What each test has to be told by, besides its names: protocol, streams and
 * bandwidth where tests with the same names differ in them, else their archives,
 * or the beginning of its key where they do not; empty where its names are its own.
 */
export function tellApart(tests: readonly Told[]): string[] {
  const groups = Map.groupBy(
    tests,
    ({ names: { source, destination, tool } }) =>
      JSON.stringify([source, destination, tool]),
  );
  const told = new Map<Told, string>();
  for (const group of groups.values()) {
    if (group.length === 1) continue;
    const texts = distinctions(group.map(({ traits }) => traits)).map(textOf);
    const areTold = (names: readonly string[]) =>
      new Set(names).size === group.length;
    const archives = group.map(({ names }) => shownArchive(names.archive));
    group.forEach((test, at) =>
      told.set(
        test,
        areTold(texts)
          ? texts[at]!
          : areTold(archives)
          ? archives[at]!
          : keyOf(test, group),
      )
    );
  }
  return tests.map((test) => told.get(test) ?? "");
}

/** What differs, as people say it. */
function textOf(
  { protocol, streams, bandwidth }: Record<string, string>,
): string {
  const words = [
    ...protocol === undefined ? [] : [protocol],
    ...streams === undefined
      ? []
      : [`${streams} stream${streams === "1" ? "" : "s"}`],
    ...bandwidth === undefined ? [] : [formatRate(Number(bandwidth))],
  ];
  return words.join(", ") || "default";
}

/** An archive as people call it: by its host, or the name of its file. */
export function shownArchive(archive: string): string {
  const { host, pathname } = new URL(archive);
  const path = pathname.replace(/\/esmond\/perfsonar\/archive\/$/, "");
  return host || path.slice(path.lastIndexOf("/") + 1);
}

/** The fewest characters of a key that are shown. */
const FEWEST_OF_KEY = 8;

function keyOf({ names }: Told, group: readonly Told[]): string {
  const keys = group.map((each) => each.names.metadata_key ?? "");
  const key = names.metadata_key ?? "";
  let length = FEWEST_OF_KEY;
  const isShared = () =>
    keys.filter((each) => each.startsWith(key.slice(0, length))).length > 1;
  while (length < key.length && isShared()) length++;
  return key.slice(0, length);
}
