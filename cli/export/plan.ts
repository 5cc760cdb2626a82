/**
 * Plans an export: every series that matches, and the names of its files.
 *
 * @module
 */

import { format as formatDate } from "@std/datetime/format";
import { offsetAt } from "../../client/zone.ts";
import { oneLine } from "../io.ts";
import type { EventType, Metadata, Summary } from "../../mod.ts";
import { mapAhead } from "../query/concurrent.ts";
import { findTests } from "../query/find_tests.ts";
import { rowRequest } from "../query/series_settings.ts";
import { withKnown } from "../query/with.ts";
import { safePart } from "./names.ts";
import type { Hostnames } from "../output/hostnames.ts";
import {
  type RowRequest,
  seriesOf,
  type Subject,
  subjectOf,
} from "../output/rows.ts";
import type { ExportSettings } from "./settings.ts";
import type { ExportWindow } from "./manifest.ts";

/** One series of one test. */
export interface Job {
  /** The address of the archive. */
  archive: string;
  /** The key of the test, or its address if it has none. */
  key: string;
  /** The test, as its rows describe it. */
  subject: Subject;
  /** Its data. */
  series: EventType | Summary;
  /** What was asked for. */
  request: RowRequest;
  /** The name of its file, without a suffix and an ending. */
  stem: string;
  /** The test, in messages. */
  test: string;
  /** The test itself, where its rows are to be told from those of others. */
  metadata?: Metadata;
}

/** What a series is called in messages; names from an archive may be long. */
export function nameOf({ request, test }: Job): string {
  return `${oneLine(request.eventType, 300)} of ${oneLine(test, 300)}`;
}

/**
 * Lists what to read, in the archive's order; series that would share a file
 * name, or files, are together.
 *
 * @param settings What was asked for.
 * @param window The window whose days are part of the names; absent for a
 * mirror, whose names stay the same.
 */
export async function plan(
  settings: ExportSettings,
  window: ExportWindow | undefined,
): Promise<Job[][]> {
  const { eventTypes, hostnames, isQuiet } = settings;
  const days = daysOf(settings, window).map(safePart);
  const tellsApart = settings.isStreamed && settings.format === "csv";
  const groups = new Map<string, Job[]>();
  const requests = new Map<string, RowRequest>();
  const tests = mapAhead(
    withKnown(
      findTests(
        { ...settings, unwritten: isQuiet ? undefined : settings.unwritten },
        { stillRunning: true },
      ),
      settings.added,
    ),
    async (metadata) => ({
      metadata,
      hosts: (await hostsOf(metadata, hostnames)).map(safePart),
    }),
  );
  for await (const { metadata, hosts } of tests) {
    const names = eventTypes.length > 0
      ? eventTypes
      : new Set(metadata.eventTypes);
    const subject = subjectOf(metadata, settings.added);
    for (const name of names) {
      const request = requests.get(name) ?? rowRequest(settings, name);
      requests.set(name, request);
      const series = seriesOf(metadata, request);
      if (series === undefined) continue;
      const key = metadata.metadataKey ?? metadata.uri ?? addressOf(series);
      const stem = [...hosts, safePart(name), ...days].join("_");
      const job: Job = {
        ...{ archive: metadata.archive, key, series, request, stem },
        test: `${metadata}`,
        // A test that has neither a key nor an address has one for each series.
        subject: key === "" || metadata.metadataKey || subject.address
          ? subject
          : { ...subject, address: key },
        ...(tellsApart ? { metadata } : {}),
      };
      const shared = settings.isStreamed
        ? `${groups.size}`
        : settings.partition
        ? name
        // Names of files are the same where case does not count.
        : stem.toLowerCase();
      const group = groups.get(shared);
      if (group) group.push(job);
      else groups.set(shared, [job]);
    }
  }
  return [...groups.values()];
}

/** The days of a window that are part of the names of files, if any. */
export function daysOf(
  { isAnyTime, outputZone }: ExportSettings,
  window: ExportWindow | undefined,
): string[] {
  const dayOf = (second: number) => {
    const shown = second + offsetAt(second, outputZone);
    return formatDate(new Date(shown * 1000), "yyyy-MM-dd", {
      timeZone: "UTC",
    });
  };
  if (window === undefined) return [];
  return [isAnyTime ? "any" : dayOf(window.start), dayOf(window.end)];
}

/** The ends of a test as they are shown; a network element has one. */
async function hostsOf(
  { source, destination }: Metadata,
  hostnames: Hostnames,
): Promise<string[]> {
  return await Promise.all(
    [source, destination].filter((address) => address !== undefined)
      .map((address) => hostnames.show(address)),
  );
}

/** The address of a series. */
function addressOf(series: EventType | Summary): string {
  return ("baseUri" in series ? series.baseUri : series.uri) ?? "";
}
