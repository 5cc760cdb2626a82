/**
 * What an export is made of: every series that matches, and what its files are
 * called.
 *
 * @module
 */

import { format as formatDate } from "@std/datetime/format";
import { offsetAt } from "../options/time.ts";
import type { EventType, Metadata, Summary } from "../../mod.ts";
import { mapAhead } from "../query/concurrent.ts";
import { findTests } from "../query/find_tests.ts";
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
  /** The key of the test, or where it is if it has none. */
  key: string;
  /** What rows say of the test. */
  subject: Subject;
  /** Its data. */
  series: EventType | Summary;
  /** What was asked for. */
  request: RowRequest;
  /** The name of its file, without what tells it from others of that name. */
  stem: string;
  /** What the test is called in messages. */
  test: string;
}

/**
 * What is to be read, in the archive's order, together what would share a file
 * name.
 *
 * @param settings What was asked for.
 * @param window The window of time, whose days are part of the names; absent if
 * names are to stay the same as it grows.
 */
export async function plan(
  settings: ExportSettings,
  window: ExportWindow | undefined,
): Promise<Job[][]> {
  const { eventType, hostnames } = settings;
  const dayOf = (seconds: number) => {
    const shown = seconds + offsetAt(seconds, settings.outputZone);
    return formatDate(new Date(shown * 1000), "yyyy-MM-dd", {
      timeZone: "UTC",
    });
  };
  const days = window === undefined
    ? []
    : [dayOf(window.start), dayOf(window.end)];
  const groups = new Map<string, Job[]>();
  const requests = new Map<string, RowRequest>();
  const tests = mapAhead(
    findTests(settings, { stillRunning: true }),
    async (metadata) => ({
      metadata,
      hosts: await hostsOf(metadata, hostnames),
    }),
  );
  for await (const { metadata, hosts } of tests) {
    const names = eventType ? [eventType] : new Set(metadata.eventTypes);
    const subject = subjectOf(metadata);
    for (const name of names) {
      const request = requests.get(name) ?? rowRequest(settings, name);
      requests.set(name, request);
      const series = seriesOf(metadata, request);
      if (series === undefined) continue;
      const key = metadata.metadataKey ?? metadata.uri ?? addressOf(series);
      const stem = [...hosts, name, ...days].map(safePart).join("_");
      const job = { key, subject, series, request, stem, test: `${metadata}` };
      const shared = stem.toLowerCase(); // as some file systems see it
      const group = groups.get(shared);
      if (group) group.push(job);
      else groups.set(shared, [job]);
    }
  }
  return [...groups.values()];
}

function rowRequest(settings: ExportSettings, eventType: string): RowRequest {
  const { summaryType, summaryWindow, outputZone } = settings;
  return {
    eventType,
    summaryWindow,
    outputZone,
    ...(summaryType === undefined ? {} : { summaryType }),
  };
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

/** Where a series is. */
function addressOf(series: EventType | Summary): string {
  return ("baseUri" in series ? series.baseUri : series.uri) ?? "";
}
