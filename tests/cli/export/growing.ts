/** An archive that gets more and more to keep, and a mirror of it. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { gunzipSync } from "node:zlib";
import { parquetReadObjects } from "../../packages/hyparquet.ts";
import { MANIFEST } from "../../../cli/export/manifest.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { NOT_IN_SHORT } from "../../helpers/long.ts";
import { type Ended, runCli } from "../../helpers/run.ts";
import { json, withServer } from "../../servers/serve.ts";
import { ROOT } from "../../helpers/archive.ts";
import { test } from "../../helpers/listed.ts";

export const HOUR = 3600;
export const DAY = 24 * HOUR;
/** The first second of all exports here. */
export const FROM = 1456790400;
/** The stem of the files of a test, unless it says otherwise. */
export const STEM = "192.0.2.11_192.0.2.21_throughput";

/** An archive that gets more and more to keep. */
export class Archive {
  /** Points by test, each by its second. */
  readonly tests = new Map<string, Map<number, number>>();
  /** The same of the roll-ups of a test, by window. */
  readonly summaries = new Map<string, Map<number, Map<number, number>>>();
  /** Its clock, in seconds since 1970 UTC; that of this machine if absent. */
  clock: number | undefined;
  /** What was asked for data since it was last looked at. */
  asked: URL[] = [];
  /** Answers in the place of the archive, if anything. */
  misbehave: (url: URL) => Response | undefined | Promise<undefined> = () =>
    undefined;

  /** Keeps points, a value a second, up to but without `to`. */
  add(key: string, from: number, to: number, step = 600): void {
    const points = this.tests.get(key) ?? new Map<number, number>();
    for (let ts = from; ts < to; ts += step) points.set(ts, ts % 1000);
    this.tests.set(key, points);
  }

  /** Forgets all points before a second. */
  forget(before: number): void {
    for (const points of this.tests.values()) {
      for (const ts of points.keys()) if (ts < before) points.delete(ts);
    }
  }

  readonly answer = async (_: Request, url: URL): Promise<Response> => {
    const response = await this.#answer(url);
    if (this.clock !== undefined) {
      response.headers.set("date", new Date(this.clock * 1000).toUTCString());
    }
    return response;
  };

  async #answer(url: URL): Promise<Response> {
    if (url.pathname === ROOT) return json(this.#list());
    this.asked.push(url);
    const bad = await this.misbehave(url);
    if (bad !== undefined) return bad;
    const [, key, window] = /([^/]+)\/throughput\/(?:base|averages\/(\d+))$/
      .exec(url.pathname)!;
    const points = window === undefined
      ? this.tests.get(key!)!
      : this.summaries.get(key!)!.get(Number(window))!;
    const read = (name: string) => Number(url.searchParams.get(name));
    const [start, end] = [read("time-start"), read("time-end")];
    const offset = read("offset");
    return json(
      [...points].filter(([ts]) => ts >= start && ts <= end)
        .sort(([one], [other]) => one - other)
        .slice(offset, offset + read("limit"))
        .map(([ts, val]) => ({ ts, val })),
    );
  }

  #list(): unknown[] {
    return [...this.tests.keys()].map((key) => {
      const made = test(key, ["throughput"], { "tool-name": "made up" });
      const uri = `${ROOT}${key}/throughput`;
      made["event-types"] = [{
        "event-type": "throughput",
        "base-uri": `${uri}/base`,
        summaries: [...this.summaries.get(key)?.keys() ?? []].map((window) => ({
          "summary-type": "average",
          "summary-window": `${window}`,
          uri: `${uri}/averages/${window}`,
        })) as never[],
      }];
      return made;
    });
  }
}

/** An export of an archive, run after run. */
export interface Growing {
  archive: Archive;
  directory: string;
  /** The address of the archive. */
  origin: string;
  /** Runs get-bulk --sync at that second. */
  sync(now: number, argv?: string[], signal?: AbortSignal): Promise<Ended>;
  /**
   * The same, and it has to go well; gives the times that data was asked for
   * from, by test.
   */
  grow(now: number, argv?: string[]): Promise<Record<string, number[]>>;
}

/** Runs `use` with an archive, and a directory to export it to. */
export async function withArchive(
  options: string[],
  use: (growing: Growing) => Promise<void>,
): Promise<void> {
  const archive = new Archive();
  await withDirectory((directory) =>
    withServer(archive.answer, async (origin) => {
      const sync = async (
        now: number,
        argv: string[] = [],
        signal?: AbortSignal,
      ) => {
        archive.asked = [];
        return await runCli([
          ...["get-bulk", "-u", origin, "-S", "2016-03-01", "-D", directory],
          ...["--ip", "--sync", "--quiet", "--retry", "0", ...options, ...argv],
        ], { now: new Date(now * 1000), ...(signal ? { signal } : {}) });
      };
      const grow = async (now: number, argv: string[] = []) => {
        const { exit, stderr } = await sync(now, argv);
        assertEquals([exit, stderr], [0, ""]);
        const from: Record<string, number[]> = {};
        for (const { pathname, searchParams } of archive.asked) {
          const key = pathname.slice(ROOT.length).replace(/\/.*/, "");
          (from[key] ??= []).push(Number(searchParams.get("time-start")));
        }
        return from;
      };
      await use({ archive, directory, origin, sync, grow });
    })
  );
}

/** The formats that more can be added to. */
export const FORMATS = [
  ["-o", "csv"],
  ["-o", "json"],
  ["-o", "ndjson"],
  ["-o", "csv", "--gzip"],
  ["-o", "json", "--gzip"],
];

/** The one of which whole files are written again. */
export const PARQUET = ["-o", "parquet", "--partition", "day"];

/** Those that stand for all in short. */
const SHORT = ["-o csv", "-o json --gzip", PARQUET.join(" ")];

/** Why a test of a format is left to `test-long`, if it is. */
export function notInShort(format: string[]): string | undefined {
  return SHORT.includes(format.join(" ")) ? undefined : NOT_IN_SHORT;
}

/** Those of some formats that are tried here. */
export function triedOf(formats: string[][]): string[][] {
  return formats.filter((format) => notInShort(format) === undefined);
}

/** How a file ends. */
export function extensionOf([, format, gzip]: string[]): string {
  return gzip ? `${format}.gz` : format!;
}

/** The text of a file, whatever the port of the archive that it names. */
export function textOf(directory: string, name: string): string {
  const bytes = Deno.readFileSync(join(directory, name));
  return new TextDecoder().decode(
    name.endsWith(".gz") ? gunzipSync(bytes) : bytes,
  ).replaceAll(/("archive": "http:\/\/127\.0\.0\.1):\d+/g, "$1");
}

/** The seconds of the points of a file, in its order. */
export function secondsOf(directory: string, name: string): number[] {
  const times = textOf(directory, name)
    .matchAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g);
  return Array.from(
    times,
    ([time]) => Date.parse(`${time.replace(" ", "T")}Z`) / 1000,
  );
}

/** The points of an archive up to a second, in order. */
export function pointsOf(
  archive: Archive,
  key: string,
  now = Infinity,
): number[] {
  return [...archive.tests.get(key)!.keys()].filter((ts) => ts <= now)
    .sort((one, other) => one - other);
}

/** The files but the manifest, as paths in the directory. */
export function names(directory: string, below = ""): string[] {
  return [...Deno.readDirSync(join(directory, below))].flatMap((entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory) return names(directory, path);
    return path === MANIFEST ? [] : [path];
  }).sort();
}

/** What tells whether a file was written again. */
export function identityOf(directory: string, name: string) {
  const { ino, mtime, size } = Deno.statSync(join(directory, name));
  return { ino, mtime: mtime?.getTime(), size };
}

/** The seconds in Parquet files, by path. */
export async function parquetSeconds(
  directory: string,
): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = {};
  for (const name of names(directory)) {
    const rows = await parquetReadObjects({
      file: Deno.readFileSync(join(directory, name)).buffer,
    });
    found[name] = rows.map((row) => Number(row["timestamp"]) / 1000);
  }
  return found;
}
