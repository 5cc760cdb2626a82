/**
 * `esmond-ps get-bulk`: everything that matches, to files.
 *
 * @module
 */

import { format as formatDate } from "@std/datetime/format";
import { join, resolve } from "@std/path";
import {
  ArchiveHttpError,
  type EventType,
  type Metadata,
  type Summary,
} from "../../mod.ts";
import { EXIT, PartialError } from "../errors.ts";
import { fileNames, partialName, safePart, type WantedName } from "../files.ts";
import { BufferedSink, type Io } from "../io.ts";
import { createOutput } from "../output/output.ts";
import { columnsOf, type RowRequest, rowsOf, seriesOf } from "../rows.ts";
import type { Settings } from "../settings.ts";
import type { Command } from "./command.ts";
import { concernsOneSeries } from "./get.ts";

/** One series of one test, and the file that it goes to. */
interface Job {
  metadata: Metadata;
  series: EventType | Summary;
  request: RowRequest;
  /** The name of its file, without what tells it from others of that name. */
  stem: string;
}

/** Writes a file for each test and event type that has data, and prints its path. */
export const run: Command = async (settings, io) => {
  let written = 0;
  let failed = 0;
  for (const jobs of await plan(settings)) {
    const drafts: Draft[] = [];
    try {
      // Who keeps the plain name shows only when all that would share it are read: those without data do not count.
      for (const job of jobs) {
        const draft = await writeDraft(job, settings, io);
        if (draft === "failed") failed++;
        else if (draft !== "empty") drafts.push(draft);
      }
      for (const path of await publish(drafts, settings)) {
        await io.stdout.write(`${path}\n`);
        written++;
      }
      await io.stdout.flush();
    } finally {
      for (const { path } of drafts) await Deno.remove(path).catch(() => {});
    }
  }
  if (failed > 0) {
    io.note(
      `${failed} series could not be read whole; ${written} files written`,
    );
    throw new PartialError(written > 0 ? EXIT.partial : EXIT.failed);
  }
};

/** What is to be read, in the archive's order, together what would share a file name. */
async function plan(settings: Settings): Promise<Iterable<Job[]>> {
  const { connection, eventType, window, hostnames } = settings;
  const days = [window.start, window.end].map((seconds) =>
    formatDate(new Date(seconds * 1000), "yyyy-MM-dd", { timeZone: "UTC" })
  );
  const groups = new Map<string, Job[]>();
  for await (const metadata of connection.getMetadata({ stillRunning: true })) {
    const hosts = await Promise.all(
      [metadata.source, metadata.destination]
        .filter((address) => address !== undefined)
        .map((address) => hostnames.show(address)),
    );
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

/** A file that is complete but for its name. */
interface Draft {
  job: Job;
  path: string;
}

/** Gives complete files their names, and drops what an earlier run may have left unfinished. */
async function publish(
  drafts: Draft[],
  settings: Settings,
): Promise<string[]> {
  const names = fileNames(
    drafts.map(({ job }) => wantedName(job)),
    settings.format,
  );
  const paths = names.map((name) => resolve(settings.directory, name));
  for (const [index, { job, path }] of drafts.entries()) {
    await Deno.rename(path, paths[index]!);
    await Deno.remove(partialPath(job, settings)).catch(() => {});
  }
  return paths;
}

/** Reads a series into a file beside its final place. */
async function writeDraft(
  job: Job,
  settings: Settings,
  io: Io,
): Promise<Draft | "empty" | "failed"> {
  const { metadata, request } = job;
  const path = join(
    settings.directory,
    `.esmond-ps-${crypto.randomUUID()}.part`,
  );
  const progress = { rows: 0 };
  try {
    await writeRows(job, settings, path, progress);
  } catch (error) {
    const kept = progress.rows > 0 ? partialPath(job, settings) : undefined;
    await (kept ? Deno.rename(path, kept) : Deno.remove(path)).catch(() => {});
    if (!concernsOneSeries(error)) throw error;
    if (isUnserved(error)) {
      io.note(
        `skipped: ${metadata} announces ${request.eventType}, but the archive does not serve it`,
      );
      return "empty";
    }
    const what = kept ? `what had arrived is in ${kept}` : "no file";
    io.note(
      `incomplete, ${what}: ${request.eventType} of ${metadata}: ${error.message}`,
    );
    return "failed";
  }
  if (progress.rows > 0) return { job, path };
  await Deno.remove(path);
  return "empty";
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
  return { stem, key: metadata.metadataKey ?? "" };
}

/** Whether elmond refuses an event type that it announces itself: there is nothing to be had, ever. */
function isUnserved(error: Error): boolean {
  return error instanceof ArchiveHttpError && error.status === 400 &&
    /^(Unrecognized|Unsupported) event type/.test(error.detail);
}
