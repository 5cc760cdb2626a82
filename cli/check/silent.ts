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

/**
 * Tests by their place, which one may take from another: it is between the same
 * hosts, over the same family and, where that is known, protocol.
 */
export class Places {
  readonly #tests = new Map<string, Metadata[]>();

  /** Takes tests. */
  constructor(tests: Iterable<Metadata> = []) {
    for (const test of tests) this.add(test);
  }

  /** Takes one more. */
  add(test: Metadata): void {
    const place = placeOf(test);
    const known = this.#tests.get(place);
    if (known === undefined) this.#tests.set(place, [test]);
    else known.push(test);
  }

  /** Those whose place is that of a test, which may be one of them. */
  of(test: Metadata): Metadata[] {
    const protocol = test.ipTransportProtocol;
    return (this.#tests.get(placeOf(test)) ?? []).filter((each) =>
      [undefined, protocol].includes(each.ipTransportProtocol) ||
      protocol === undefined
    );
  }
}

function placeOf(test: Metadata): string {
  const link = linkOf(test.toJSON());
  return link === undefined
    ? `${test.source}`
    : JSON.stringify([link.source, link.destination, link.family]);
}
