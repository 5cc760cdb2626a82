/**
 * `esmond-ps get-bulk`: everything that matches, to files.
 *
 * @module
 */

import { format as formatDate } from "@std/datetime/format";
import { join, resolve } from "@std/path";
import {
  ArchiveError,
  ArchiveHttpError,
  type EventType,
  type Metadata,
  type Summary,
} from "../../mod.ts";
import { mapAhead } from "../concurrent.ts";
import { EXIT, OutputClosedError, PartialError } from "../errors.ts";
import { Failures } from "../failures.ts";
import { fileNames, partialName, safePart, type WantedName } from "../files.ts";
import type { Hostnames } from "../hostnames.ts";
import { BufferedSink, type Io } from "../io.ts";
import { createOutput } from "../output/output.ts";
import { columnsOf, type RowRequest, rowsOf, seriesOf } from "../rows.ts";
import type { Settings } from "../settings.ts";
import type { Query } from "./command.ts";

/** One series of one test, and the file that it goes to. */
interface Job {
  metadata: Metadata;
  series: EventType | Summary;
  request: RowRequest;
  /** The name of its file, without what tells it from others of that name. */
  stem: string;
}

/** Writes a file for each test and event type that has data, and prints its path. */
export const run: Query = async (settings, io) => {
  const failures = new Failures();
  let written = 0;
  try {
    for (const jobs of await plan(settings)) {
      const paths = await writeGroup(jobs, settings, failures, io);
      for (const path of paths) await printPath(path, io);
      written += paths.length;
    }
  } catch (error) {
    if (written === 0 || !(error instanceof ArchiveError)) throw error;
    io.note(`given up: ${error.message}`); // but what has been written is there
  }
  if (failures.count > 0) {
    io.note(
      `${failures.count} series could not be read whole; ${written} files written`,
    );
    throw new PartialError(written > 0 ? EXIT.partial : EXIT.failed);
  }
};

/** Nobody has to read the paths for the files to be written. */
async function printPath(path: string, io: Io): Promise<void> {
  try {
    await io.stdout.write(`${path}\n`);
    await io.stdout.flush();
  } catch (error) {
    if (!(error instanceof OutputClosedError)) throw error;
  }
}

/** Writes the series that would share a name; who keeps it shows only when all are read: those without data do not count. */
async function writeGroup(
  jobs: readonly Job[],
  settings: Settings,
  failures: Failures,
  io: Io,
): Promise<string[]> {
  const named: Draft[] = [];
  try {
    for (const job of jobs) {
      const draft = await writeDraft(job, settings, failures, io);
      if (draft !== undefined) named.push(draft);
    }
    return await publish(named, settings);
  } finally {
    for (const { path } of named) {
      if (path !== undefined) await Deno.remove(path).catch(() => {});
    }
  }
}

/** What is to be read, in the archive's order, together what would share a file name. */
async function plan(settings: Settings): Promise<Iterable<Job[]>> {
  const { connection, eventType, window, hostnames } = settings;
  const days = [window.start, window.end].map((seconds) =>
    formatDate(new Date(seconds * 1000), "yyyy-MM-dd", { timeZone: "UTC" })
  );
  const groups = new Map<string, Job[]>();
  const tests = mapAhead(
    connection.getMetadata({ stillRunning: true }),
    async (metadata) => ({
      metadata,
      hosts: await hostsOf(metadata, hostnames),
    }),
  );
  for await (const { metadata, hosts } of tests) {
    const names = eventType ? [eventType] : new Set(metadata.eventTypes);
    for (const name of names) {
      const request = { ...settings, eventType: name };
      const series = seriesOf(metadata, request);
      if (series === undefined) continue;
      const stem = [...hosts, name, ...days].map(safePart).join("_");
      const job = { metadata, series, request, stem };
      const shared = stem.toLowerCase(); // as some file systems see it
      groups.set(shared, [...groups.get(shared) ?? [], job]);
    }
  }
  return groups.values();
}

/** The ends of a test as they are shown; a network element has but one. */
async function hostsOf(
  { source, destination }: Metadata,
  hostnames: Hostnames,
): Promise<string[]> {
  return await Promise.all(
    [source, destination].filter((address) => address !== undefined)
      .map((address) => hostnames.show(address)),
  );
}

/** A series that has data. */
interface Draft {
  job: Job;
  /** The file that it is in, complete but for its name; absent if it could not be read whole. */
  path?: string;
}

/** Gives complete files their names, and drops what an earlier run may have left unfinished. */
async function publish(
  drafts: readonly Draft[],
  settings: Settings,
): Promise<string[]> {
  const names = fileNames(
    drafts.map(({ job }) => wantedName(job)),
    settings.format,
  );
  const paths: string[] = [];
  for (const [index, { job, path }] of drafts.entries()) {
    if (path === undefined) continue;
    const final = resolve(settings.directory, names[index]!);
    await Deno.rename(path, final);
    await Deno.remove(partialPath(job, settings)).catch(() => {});
    paths.push(final);
  }
  return paths;
}

/** Reads a series into a file beside its final place; nothing comes of one without data. */
async function writeDraft(
  job: Job,
  settings: Settings,
  failures: Failures,
  io: Io,
): Promise<Draft | undefined> {
  const { metadata, request } = job;
  const path = join(
    settings.directory,
    `.esmond-ps-${crypto.randomUUID()}.part`,
  );
  const progress = { rows: 0 };
  try {
    await writeRows(job, settings, path, progress);
    failures.none();
  } catch (error) {
    const kept = progress.rows > 0 ? partialPath(job, settings) : undefined;
    await (kept ? Deno.rename(path, kept) : Deno.remove(path)).catch(() => {});
    if (isUnserved(error)) {
      io.note(
        `skipped: ${metadata} announces ${request.eventType}, but the archive does not serve it`,
      );
      return undefined;
    }
    const what = kept ? `what had arrived is in ${kept}` : "no file";
    const which = `${request.eventType} of ${metadata}`;
    try {
      failures.take(error);
    } catch (final) {
      if (kept) io.note(`incomplete, ${what}: ${which}`);
      throw final;
    }
    io.note(`incomplete, ${what}: ${which}: ${(error as Error).message}`);
    return { job };
  }
  if (progress.rows > 0) return { job, path };
  await Deno.remove(path);
  return undefined;
}

async function writeRows(
  { metadata, series, request }: Job,
  { format, hostnames }: Settings,
  path: string,
  progress: { rows: number },
): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  const sink = new BufferedSink(file);
  const output = createOutput(format, {
    sink,
    columns: columnsOf(request),
    closing: "",
    isTerminal: false,
  });
  try {
    for await (const row of rowsOf(metadata, series, request, hostnames)) {
      await output.write(row);
      progress.rows++;
    }
    if (progress.rows > 0) await output.end();
  } finally {
    await sink.flush();
  }
  await file.sync();
}

/** Where what had arrived of a series is kept when it breaks off. */
function partialPath(job: Job, settings: Settings): string {
  const name = partialName(wantedName(job), settings.format);
  return resolve(settings.directory, name);
}

function wantedName({ stem, metadata }: Job): WantedName {
  return { stem, key: metadata.metadataKey ?? metadata.uri ?? "" };
}

/** Whether elmond refuses an event type that it announces itself: there is nothing to be had, ever. */
function isUnserved(error: unknown): boolean {
  return error instanceof ArchiveHttpError && error.status === 400 &&
    /^(Unrecognized|Unsupported) event type/.test(error.detail);
}
