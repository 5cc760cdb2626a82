/** Archives of tests and points that a test makes itself, in either dialect. */

import { join } from "@std/path";
import { describe } from "../../archive/describe.ts";
import {
  type Dialect,
  type RunningArchive,
  startArchive,
} from "../../archive/server.ts";
import { Store } from "../../archive/store.ts";
import { checkValue } from "../../archive/validate.ts";
import { description } from "./archive.ts";
import { withDirectory } from "./directory.ts";

/** Points of an event type; none if it is declared and was never written to. */
export type MadePoints = readonly (readonly [ts: number, val: unknown])[];

/** A test with all that the archive has of it. */
export interface MadeTest {
  /** The name of its source, without `.example`. */
  source: string;
  /** The name of its destination; absent for a test of one host. */
  destination?: string;
  /** The family of its addresses; 4 if absent. */
  family?: 4 | 6;
  /** Its tool. */
  tool: string;
  /** Parameters, and whatever is to be described otherwise. */
  parameters?: Record<string, unknown>;
  /** Its event types, each with its points. */
  data: Record<string, MadePoints>;
  /** The roll-ups of an event type. */
  summaries?: Record<string, [type: string, window: number][]>;
  /** When it was last written to; its last point that is not in the future. */
  updated?: number;
}

/**
 * The address of a host, the same for the same name. An archive knows the host
 * as `NAME.example`, too.
 */
export function addressOf(name: string, family: 4 | 6 = 4): string {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + char.charCodeAt(0)) % 65_521;
  return family === 4
    ? `198.18.${hash >> 8}.${hash & 255}`
    : `2001:db8::${(hash + 1).toString(16)}`;
}

/** Times so many seconds apart, from the first to the last that fits. */
export function timesBetween(from: number, to: number, every: number) {
  const count = Math.max(0, Math.floor((to - from) / every) + 1);
  return Array.from({ length: count }, (_, at) => from + at * every);
}

/** Runs `use` with an archive that has these tests. */
export async function withMadeArchive(
  tests: readonly MadeTest[],
  { dialect = "esmond", now }: { dialect?: Dialect; now: number },
  use: (archive: RunningArchive) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const db = join(directory, "made.db");
    writeArchive(db, tests, now);
    const archive = await startArchive({ db, dialect });
    try {
      await use(archive);
    } finally {
      await archive.close();
    }
  });
}

/** Makes the file of an archive that has these tests. */
export function writeArchive(
  db: string,
  tests: readonly MadeTest[],
  now: number,
): void {
  const store = new Store(db);
  store.transaction(() => tests.forEach((test) => write(store, test, now)));
  store.close();
}

function write(store: Store, made: MadeTest, now: number): void {
  const { test } = store.findOrAdd(
    describe(JSON.stringify(described(made))).test,
    now,
  );
  for (const series of test.series) {
    const { name, valueClass } = series.info;
    const points = made.data[name] ?? [];
    for (const [ts, val] of points) {
      store.write(series, ts, checkValue(valueClass, JSON.stringify(val)));
    }
    if (points.length === 0) continue;
    const last = Math.max(...points.map(([ts]) => ts));
    store.touch(series, made.updated ?? Math.min(last, now));
  }
}

function described(made: MadeTest): Record<string, unknown> {
  const { source, destination, family, tool, parameters, data } = made;
  const eventTypes = Object.keys(data).map((name) =>
    [name, made.summaries?.[name] ?? []] as const
  );
  const { destination: _, "input-destination": __, ...alone } = description(
    Object.fromEntries(eventTypes),
    {
      "source": addressOf(source, family),
      "measurement-agent": addressOf(source, family),
      "tool-name": tool,
      "input-source": `${source}.example`,
    },
  );
  return {
    ...alone,
    ...destination === undefined ? { "subject-type": "network-element" } : {
      "destination": addressOf(destination, family),
      "input-destination": `${destination}.example`,
    },
    ...parameters,
  };
}
