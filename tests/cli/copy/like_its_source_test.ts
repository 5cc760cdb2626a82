/** A copy answers what its source answered. */

import { assertEquals } from "@std/assert";
import { resolve } from "@std/path";
import { startArchive } from "../../../archive/server.ts";
import { readConversation, replay, TOKEN } from "../../archive/conformance.ts";
import { withArchive } from "../../helpers/archive.ts";
import { needs } from "../../helpers/binary.ts";
import { IS_LONG, NOT_IN_SHORT } from "../../helpers/long.ts";
import { testUnless } from "../../helpers/skipping.ts";
import {
  ANSWERS,
  assertAlike,
  assertAnswered,
  EVERYTHING,
  PAIR,
  SOME,
  withCopy,
} from "./reading.ts";

/** Noon, so that the sample has everything. */
const NOON = Date.UTC(2026, 2, 10, 12);

needs(
  "clock",
  "all that the reading commands print of a copy is what they print of its source",
  async () => {
    const now = () => NOON;
    await withArchive({ sampleDays: 7, now }, async ({ url }) => {
      await withCopy(url, [], async (copy) => {
        const clock = new Date(NOON);
        await assertAlike(url, copy.url, EVERYTHING, clock);
        const ended = await assertAlike(url, copy.url, ANSWERS, clock);
        assertAnswered(ended, ANSWERS);
      }, now);
    });
  },
  NOT_IN_SHORT,
);

/** Some of these of two hosts, and of a few hours. */
const FEW = [
  ...SOME,
  ["coverage", "--details"],
  ["latest"],
  ["routes", "-o", "ndjson"],
  ["check", "loss"],
  ["check", "failures"],
  ["plot", "-o", "json"],
].map((command) => [...command, ...PAIR]);

needs("clock", "so is some of it, of a part of the source", async () => {
  const now = () => NOON;
  await withArchive({ sampleDays: 0.25, now }, async ({ url }) => {
    await withCopy(url, PAIR, async (copy) => {
      const ended = await assertAlike(url, copy.url, FEW, new Date(NOON));
      assertAnswered(ended, FEW);
    }, now);
  });
});

const GOLDEN = resolve(
  Deno.env.get("GOLDEN_DIR") ?? "../shared/golden",
  "archive",
);
const isThere = await Deno.stat(GOLDEN).then(() => true, () => false);

testUnless(
  isThere ? undefined : `${GOLDEN} does not exist`,
  "so is all that they print of what each conversation leaves in an archive",
  async () => {
    const names = [...Deno.readDirSync(GOLDEN)].map(({ name }) => name)
      .filter((name) => /\.json(\.gz)?$/.test(name)).sort();
    const wrong: string[] = [];
    // A conversation in sixteen, in short.
    for (const [index, name] of names.entries()) {
      if (!IS_LONG && index % 16 !== 0) continue;
      const source = await startArchive({ tokens: [TOKEN] });
      try {
        await replay(await readConversation(`${GOLDEN}/${name}`), source.url);
        await withCopy(
          source.url,
          [],
          (copy) =>
            assertAlike(source.url, copy.url, IS_LONG ? EVERYTHING : SOME),
        );
      } catch (error) {
        wrong.push(`${name}: ${(error as Error).message}`);
      } finally {
        await source.close();
      }
    }
    assertEquals(wrong, []);
  },
);
