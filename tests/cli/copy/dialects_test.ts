/** A copy of elmond is served in esmond's dialect, and in its own. */

import { assert, assertEquals } from "@std/assert";
import { startArchive } from "../../../archive/server.ts";
import { ApiConnect, ApiFilters } from "../../../mod.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { IS_LONG } from "../../helpers/long.ts";
import { assertAlike, copy, EVERYTHING, served } from "./reading.ts";

/**
 * Some hours after midnight, where windows of all roll-ups end; in full, noon,
 * so that the sample has everything.
 */
const now = () => Date.UTC(2026, 2, 10, IS_LONG ? 12 : 3);

/** A window that ends with windows of all roll-ups, and some event types. */
const SOME_OF_IT = [
  ...["--end-time", "2026-03-09T23:59:59"],
  ...["packet-loss-rate", "throughput", "histogram-owdelay", "packet-trace"]
    .flatMap((eventType) => ["-e", eventType]),
];

Deno.test("a copy of elmond has its tests, event types, times and values", async () => {
  const source = await startArchive({
    ...{ dialect: "elmond", sampleDays: IS_LONG ? 1 : 0.25, now },
  });
  try {
    await withDirectory(async (directory) => {
      const file = `${directory}/copy.db`;
      await copy(source.url, file, ...SOME_OF_IT, "--verify");
      await served(file, async (archive) => {
        const [one, other] = [
          await contentsOf(source.url),
          await contentsOf(archive.url),
        ];
        assert(Object.keys(one).length > 10);
        assertEquals(Object.keys(other).sort(), Object.keys(one).sort());
        for (const [name, text] of Object.entries(one)) {
          assert(other[name] === text, name);
        }
      }, now);
      if (!IS_LONG) return;
      const archive = await startArchive({
        ...{ db: file, dialect: "elmond", now },
      });
      try {
        const commands = EVERYTHING
          .filter(([name]) => name === "get-bulk")
          .map((command) => [...command, ...SOME_OF_IT]);
        await assertAlike(source.url, archive.url, commands);
      } finally {
        await archive.close();
      }
    });
  } finally {
    await source.close();
  }
});

/** Of each test its event types, and of each of these times and values. */
async function contentsOf(url: string): Promise<Record<string, string>> {
  const filters = new ApiFilters({
    ...{ timeStart: 0, timeEnd: Date.UTC(2026, 2, 10) / 1000 - 1 },
  });
  const contents: Record<string, string> = {};
  const tests = new ApiConnect(url, filters)
    .getMetadata({ stillRunning: true });
  for await (const test of tests) {
    for (const series of test.getAllEventTypes()) {
      if (!SOME_OF_IT.includes(series.eventType)) continue;
      const { data } = await series.getData();
      // What is announced without data need not be announced by the copy.
      if (data.length === 0) continue;
      contents[`${test.metadataKey} ${series.eventType}`] = JSON.stringify([
        test.source,
        test.toolName,
        data.map(({ tsEpoch, raw }) => [tsEpoch, raw]),
      ]);
    }
  }
  return contents;
}
