/**
 * What a run makes of the directory that it writes to: a new export, or the
 * continuation of what is there.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { exists } from "./aside.ts";
import {
  differences,
  type ExportQuery,
  hasOtherLayout,
  queryOf,
} from "./export_query.ts";
import {
  DamagedManifestError,
  MANIFEST,
  type ManifestContent,
  readManifest,
} from "./manifest.ts";
import { rename } from "./part.ts";
import type { ExportSettings } from "./settings.ts";

/** The export that a run carries out. */
export interface OpenedDirectory {
  /** What is known of it. */
  content: ManifestContent;
  /**
   * Whether the archive has to be compared with a file first: it may be another
   * one.
   */
  isRebased: boolean;
}

/**
 * Decides what a run makes of its directory.
 *
 * @throws {UsageError} when it would destroy something, or continue something
 * else.
 */
export async function openDirectory(
  settings: ExportSettings,
  io: Pick<Io, "note">,
): Promise<OpenedDirectory> {
  const { directory, isAdopting, isForced, isResumed, isSynced, window } =
    settings;
  const query = queryOf(settings);
  const anew = { content: { query, window, series: [] }, isRebased: false };
  if (!isResumed && !isSynced) {
    if (!isForced) await refuseOther(directory, query);
    return anew;
  }
  const before = await readManifest(directory).catch(async (error) => {
    if (!(error instanceof DamagedManifestError) || !isSynced) throw error;
    if (!isAdopting) {
      throw new UsageError(
        `${error.path} is damaged: give --adopt too to make another from the files, or choose another --output-directory`,
      );
    }
    await replaceManifest(directory, io);
    return undefined;
  });
  if (before === undefined) {
    if (isResumed && !isSynced) {
      io.note(`there is no ${MANIFEST} in ${directory}: this is a new export`);
    }
    return anew;
  }
  if (hasOtherLayout(query, before.query)) throw otherLayout(directory, query);
  const other = differences(query, before.query);
  if (other.length === 0) {
    return { content: { ...before, query }, isRebased: false };
  }
  if (settings.isRebased && isRebase(query, before, settings)) {
    return { content: rebased(before, settings, query), isRebased: true };
  }
  if (isAdopting) {
    await replaceManifest(directory, io);
    return anew;
  }
  throw new UsageError(
    `${resolve(directory, MANIFEST)} is of another export: it differs in ${
      other.join("; ")
    }. Give the same options again, or another --output-directory${
      adviceFor(query, before.query)
    }`,
  );
}

/**
 * A plain export does not take the place of a mirror by itself, nor does it put
 * files beside others of its format that have other rows.
 */
async function refuseOther(
  directory: string,
  query: ExportQuery,
): Promise<void> {
  const path = resolve(directory, MANIFEST);
  // Its head is enough, should the rest be damaged.
  const text = await Deno.readTextFile(path).catch(() => "");
  const before = queryIn(text);
  if (hasOtherLayout(query, before)) throw otherLayout(directory, query);
  if (/^\{[^[]*"query":\{.*"sync":true/.test(text)) {
    throw new UsageError(
      `${path} is of a mirror, which this export would end: give --sync to continue it, --force to begin a new export all the same, or choose another --output-directory`,
    );
  }
  if (query.partition && before.partition) {
    const other = differences(query, { ...query, ...before });
    if (other.length === 0) return;
    throw new UsageError(
      `${path} is of another export, whose files would be mixed with those of this one: it differs in ${
        other.join("; ")
      }. Choose another --output-directory, or give --force`,
    );
  }
}

/** The question of a manifest, should the rest be damaged. */
function queryIn(text: string): Partial<ExportQuery> {
  try {
    const head = text.slice(0, text.indexOf(`,"series":[`));
    return JSON.parse(`${head}}`).query ?? {};
  } catch {
    return {};
  }
}

function otherLayout(
  directory: string,
  { format }: ExportQuery,
): UsageError {
  return new UsageError(
    `${
      resolve(directory)
    } has ${format} files of an older layout, which does not mix with that of this version: choose another --output-directory`,
  );
}

/** Keeps a manifest that another takes the place of. */
async function replaceManifest(
  directory: string,
  io: Pick<Io, "note">,
): Promise<void> {
  let other = `${MANIFEST}.replaced`;
  for (let count = 2; await exists(join(directory, other)); count++) {
    other = `${MANIFEST}.replaced-${count}`;
  }
  await rename(join(directory, MANIFEST), join(directory, other));
  io.note(`${MANIFEST} is kept as ${other}; another is made from the files`);
}

/**
 * Whether two questions differ in no more than the address of the archive, and
 * in an earlier start.
 */
function isRebase(
  query: ExportQuery,
  { query: before, window }: ManifestContent,
  settings: ExportSettings,
): boolean {
  const start = before.times.start;
  const same = {
    ...query,
    archive: before.archive,
    times: { ...query.times, start },
  };
  if (differences(same, before).length > 0) return false;
  if (query.times.start === start || settings.window.start <= window.start) {
    return true;
  }
  throw new UsageError(
    "--rebase: the mirror begins before this --start-time, and what it has stays: give the same, or an earlier one",
  );
}

function rebased(
  { query: before, window, series }: ManifestContent,
  settings: ExportSettings,
  query: ExportQuery,
): ManifestContent {
  const isEarlier = query.times.start !== before.times.start;
  const start = isEarlier ? settings.window.start : window.start;
  if (start < window.start) {
    for (const record of series) {
      record.start ??= window.start;
      // what it has is read again, and more
      if (record.part?.whole === undefined) delete record.part;
    }
  }
  return { query, window: { start, end: window.end }, series };
}

/** What else might help. */
function adviceFor(query: ExportQuery, before: ExportQuery): string {
  if (!query.sync) return "";
  if (!before.sync) {
    return "; --adopt begins a mirror beside its files all the same";
  }
  const isOther = query.archive !== before.archive ||
    query.times.start !== before.times.start;
  return isOther
    ? "; for another address of the same archive, or an earlier start, there is --rebase"
    : "";
}
