/** A copy answers what its source answered. */

import { assertEquals } from "@std/assert";
import { resolve } from "@std/path";
import { startArchive } from "../../../archive/server.ts";
import { readConversation, replay, TOKEN } from "../../archive/conformance.ts";
import { withArchive } from "../../helpers/archive.ts";
import { needs } from "../../helpers/binary.ts";
import { IS_LONG } from "../../helpers/long.ts";
import { testUnless } from "../../helpers/skipping.ts";
import {
  ANSWERS,
  assertAlike,
  assertAnswered,
  EVERYTHING,
  SOME,
  withCopy,
} from "./reading.ts";

/** Noon, so that the sample has everything. */
const NOON = Date.UTC(2026, 2, 10, 12);

needs(
  "clock",
  "the reading commands print the same of a copy as of its source",
  async () => {
    const now = () => NOON;
    const options = { sampleDays: IS_LONG ? 7 : 1, now };
    await withArchive(options, async ({ url }) => {
      await withCopy(url, async (copy) => {
        const clock = new Date(NOON);
        await assertAlike(url, copy.url, EVERYTHING, clock);
        const ended = await assertAlike(url, copy.url, ANSWERS, clock);
        if (IS_LONG) assertAnswered(ended, ANSWERS);
      }, now);
    });
  },
);

const GOLDEN = resolve(
  Deno.env.get("GOLDEN_DIR") ?? "../shared/golden",
  "archive",
);
const isThere = await Deno.stat(GOLDEN).then(() => true, () => false);

testUnless(
  isThere ? undefined : `${GOLDEN} does not exist`,
  "so they do of what each conversation leaves in an archive",
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
