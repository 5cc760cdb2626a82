/** What the reading commands print of a source, and of its copy. */

import { assertEquals } from "@std/assert";
import { type RunningArchive, startArchive } from "../../../archive/server.ts";
import { CHECKS } from "../../../cli/options/choices.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { type Ended, runCli } from "../../helpers/run.ts";

/** Copies, and gives what was told; nothing may have failed. */
export async function copy(
  url: string,
  file: string,
  ...more: string[]
): Promise<Ended> {
  const ended = await runCli(["copy", "--url", url, "--to", file, ...more]);
  assertEquals([ended.exit, ended.stdout], [0, ""], ended.stderr);
  return ended;
}

/** Runs `use` with a file that is served as an archive. */
export async function served(
  db: string,
  use: (archive: RunningArchive) => Promise<unknown>,
  now?: () => number,
): Promise<void> {
  const archive = await startArchive({ db, now });
  try {
    await use(archive);
  } finally {
    await archive.close();
  }
}

/**
 * Runs `use` with a copy of an archive, served, and the path of its file.
 *
 * @param chosen Options that choose a part of it.
 */
export async function withCopy(
  url: string,
  chosen: readonly string[],
  use: (copy: RunningArchive, file: string) => Promise<unknown>,
  now?: () => number,
): Promise<void> {
  await withDirectory(async (directory) => {
    const file = `${directory}/copy.db`;
    await copy(url, file, ...chosen);
    await served(file, (archive) => use(archive, file), now);
  });
}

/** The roll-ups that archives have, as options. */
const ROLL_UPS = ["average", "aggregation", "statistics"].flatMap((type) =>
  [0, 300, 3600, 86400].map((window) => ["-T", type, "-W", `${window}`])
);

const BULK = ["get-bulk", "-S", "any", "-o", "ndjson", "-D", "-"];

/** Command lines that print all that an archive has. */
export const EVERYTHING: readonly (readonly string[])[] = [
  ["get-endpoints", "-S", "any"],
  ["get-metadata", "-S", "any", "-o", "ndjson"],
  BULK,
  ...ROLL_UPS.map((rollUp) => [...BULK, ...rollUp]),
];

/** Some of them, one of each kind. */
export const SOME: readonly (readonly string[])[] = [
  ...EVERYTHING.slice(0, 3),
  [...BULK, "-T", "average", "-W", "86400"],
  [...BULK, "-T", "statistics", "-W", "3600"],
];

/** Two hosts of the sample, and two between which it has pings. */
export const PAIR = ["-s", "192.0.2.10", "-d", "198.51.100.20"] as const;
const PINGED = ["-s", "2001:db8:a::10", "-d", "2001:db8:b::20"];

/** Command lines that say what is in the sample. */
export const ANSWERS: readonly (readonly string[])[] = [
  ["get-endpoints", "-o", "json"],
  ["get-metadata", "-M", "-o", "json", "-S", "-2h"],
  ["get-metadata", "-e", "throughput", "-o", "csv"],
  ["coverage", "--details"],
  ["latest"],
  ["latest", "-o", "openmetrics"],
  ["routes", "-o", "ndjson"],
  ["mesh", "-o", "json"],
  ["get", "-e", "throughput", ...PAIR],
  ["get", "-e", "histogram-owdelay", "-T", "statistics", "-W", "3600", ...PAIR],
  ...CHECKS.map((what) => [
    ...["check", what],
    ...(["ping-loss", "rtt"].includes(what) ? PINGED : [...PAIR, "--both"]),
  ]),
  ...["human", "svg", "html", "json", "csv"]
    .map((format) => ["plot", "-o", format, "--both", ...PAIR]),
];

/**
 * Holds what the commands print of two archives against each other.
 *
 * @returns What each printed.
 */
export async function assertAlike(
  source: string,
  copy: string,
  commands: readonly (readonly string[])[],
  now?: Date,
): Promise<Ended[]> {
  const ended: Ended[] = [];
  for (const command of commands) {
    const [one, other] = [
      await printed(command, source, now),
      await printed(command, copy, now),
    ];
    // A difference of long texts is sought only where there is one.
    if (one.exit !== other.exit || one.stdout !== other.stdout) {
      assertEquals(
        [other.exit, other.stdout],
        [one.exit, one.stdout],
        command.join(" "),
      );
    }
    ended.push(one);
  }
  return ended;
}

/** Holds that nothing was refused, and that the checks had what they need. */
export function assertAnswered(
  ended: readonly Ended[],
  commands: readonly (readonly string[])[],
): void {
  const without = commands.filter((_, at) =>
    /^(?:PS_CHECK\w* UNKNOWN|$)/.test(ended[at]!.stdout)
  );
  assertEquals(without, []);
}

async function printed(
  command: readonly string[],
  url: string,
  now: Date | undefined,
): Promise<Ended> {
  const ended = await runCli(
    [...command, "--url", url],
    now ? { now } : {},
  );
  const address = new RegExp(`${url.replace(/\W/g, "\\$&")}(?!\\d)`, "g");
  return { ...ended, stdout: ended.stdout.replace(address, "ARCHIVE") };
}
