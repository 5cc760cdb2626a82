/** What the checks of the recipes have in common. */

import { assert } from "@std/assert";
import { gunzipSync } from "node:zlib";
import type { ArchiveView } from "../archives.ts";
import type { Ran, Shell } from "../shell.ts";

/** A recipe that has been run. */
export interface Cooked {
  /** Where it was run. */
  directory: string;
  /** Its commands, block by block. */
  commands: string[];
  /** What came of each block of commands. */
  ran: Ran[];
  /** What came of the last. */
  last: Ran;
  shell: Shell;
  old: ArchiveView;
  fresh: ArchiveView;
}

/** How a recipe is checked. */
export interface Check {
  /** What is typed, where a command waits for it. */
  input?: string;
  check(cooked: Cooked): Promise<void> | void;
}

/** Seconds. */
export const DAY = 86_400;

/** The hosts of the sample data. */
export const ALPHA = "192.0.2.10";
export const BETA = "198.51.100.20";
export const GAMMA = "203.0.113.30";

/** The lines of a text, but empty ones. */
export function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** The second of a timestamp, in UTC unless it has an offset. */
export function instant(text: string): number {
  const [, day, time, offset = ""] =
    /^(\S+) (\d\d:\d\d:\d\d)(?:\.\d+)? ?([-+]\d\d:?(?:\d\d)?)?$/.exec(text)!;
  const full = offset.replace(
    /^(...):?(..)?$/,
    (_, hours, minutes = "00") => `${hours}:${minutes}`,
  );
  return Date.parse(`${day}T${time}${full || "Z"}`) / 1000;
}

/** That a number is another, give or take. */
export function assertNear(
  actual: number,
  expected: number,
  most: number,
): void {
  assert(Math.abs(actual - expected) <= most, `${actual}, not ${expected}`);
}

/** The text of a compressed file. */
export function unzipped(path: string): string {
  return new TextDecoder().decode(gunzipSync(Deno.readFileSync(path)));
}

/** The sample's throughput from alpha. */
export async function iperf3(archive: ArchiveView, destination: string) {
  return await archive.pointsOf(
    { source: ALPHA, destination, "tool-name": "pscheduler/iperf3" },
    "throughput",
  );
}
