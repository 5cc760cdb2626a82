/**
 * Tests without a run in the window: since when, and whether another one has
 * taken their place.
 *
 * @module
 */

import { dialectOf } from "../../client/wire.ts";
import { linkOf, type Spacing } from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import { readRuns } from "../query/read_runs.ts";
import type { TimeWindow } from "../query/window.ts";
import type { CheckSettings } from "./settings.ts";

/** When a test last ran. */
export interface LastRun {
  /** Its last run up to the end of the window; `undefined` if none is known. */
  last: number | undefined;
  /** How far apart its runs were. */
  spacing: Spacing | undefined;
}

/**
 * Looks before a window for the last run of a test: as far back as esmond says
 * that it wrote, elsewhere as far as the history goes.
 *
 * @throws {ArchiveError} (one of its kinds) when it cannot be read completely.
 */
export async function lastRun(
  test: Metadata,
  { start, end }: TimeWindow,
  { history, spacing }: Pick<CheckSettings, "history" | "spacing">,
): Promise<LastRun> {
  const isEsmond = dialectOf(test.toJSON()) === "esmond";
  const written = [...test.getAllEventTypes()]
    .flatMap(({ timeUpdated }) => timeUpdated ?? []);
  if (isEsmond && written.length === 0) {
    return { last: undefined, spacing: undefined };
  }
  const updated = isEsmond ? Math.max(...written) : end;
  const last = Math.min(updated, start - 1);
  const { coverage } = await readRuns(test, {
    window: { start: last - Math.round(history), end: last },
    isOpen: false,
    spacing,
  });
  return { last: coverage.last, spacing: coverage.spacing };
}

/** What tests have in common of which one may take the place of another. */
export function placeOf(test: Metadata): string {
  const { source, destination, ipTransportProtocol } = test;
  const link = linkOf(test.toJSON());
  return JSON.stringify([
    link?.source ?? source,
    link?.destination ?? destination,
    link?.family,
    ipTransportProtocol,
  ]);
}
