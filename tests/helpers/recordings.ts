/**
 * The recordings: those in `tests/golden`, and a larger collection where the
 * machine has one.
 */

import { resolve } from "@std/path";
import { IS_LONG } from "./long.ts";
import type { Names } from "./run.ts";
import type { RecordedText, Recording } from "../servers/replay.ts";

/** A collection of recordings. */
export interface Collection {
  name: string;
  directory: string;
  /** Why it is not played, if it is not. */
  why: string | undefined;
}

/**
 * `tests/golden`, and `../shared/golden` or what `GOLDEN_DIR` names, which holds
 * much the same.
 */
export const COLLECTIONS: Collection[] = [
  collection("tests/golden", true),
  collection(
    Deno.env.get("GOLDEN_DIR") ?? "../shared/golden",
    IS_LONG || Deno.env.has("GOLDEN_DIR"),
  ),
];

function collection(name: string, isPlayed: boolean): Collection {
  const directory = resolve(import.meta.dirname!, "../..", name);
  return { name, directory, why: whyNot(directory, isPlayed) };
}

function whyNot(directory: string, isPlayed: boolean): string | undefined {
  try {
    Deno.statSync(`${directory}/hosts.json`);
  } catch {
    return "these recordings are not on this machine";
  }
  return isPlayed ? undefined : "task test-long plays these recordings, too";
}

/** Every recording has these. */
export interface Case extends Recording {
  id: string;
  origin: "ours" | "upstream";
  server: string | null;
  expect: "same" | "better";
  defects?: string[];
  note?: string;
}

/** What came of a command line. */
export interface Outcome {
  exit: number;
  stdout: RecordedText;
  files: { name: string; content: RecordedText }[];
}

/** A recorded command line. */
export interface CliCase extends Case, Outcome {
  program: string;
  argv: string[];
  mkdirs?: string[];
  stdout_without_notices?: RecordedText;
  ideal?: Outcome;
}

/** The cases of a kind, in the order of their names. */
export function casesOf<T extends Case>(
  { directory, why }: Collection,
  kind: "cli" | "lib",
): T[] {
  if (why !== undefined) return [];
  return [...Deno.readDirSync(`${directory}/${kind}`)]
    .map((entry) => entry.name).filter((name) => name.endsWith(".json")).sort()
    .map((name) =>
      JSON.parse(Deno.readTextFileSync(`${directory}/${kind}/${name}`))
    );
}

/** The name service that the recordings were made with. */
export function recordedNames(directory: string): Names {
  return JSON.parse(Deno.readTextFileSync(`${directory}/hosts.json`));
}
