import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { startArchive } from "../../archive/server.ts";
import { TOKEN } from "../helpers/archive.ts";
import { withDirectory } from "../helpers/directory.ts";
import { NOT_IN_SHORT } from "../helpers/long.ts";
import { testUnless } from "../helpers/skipping.ts";
import { type Block, blocks } from "./blocks.ts";
import { checkTypes, moduleOf, runBlock, withArchive } from "./examples.ts";

const DOCUMENT = join(import.meta.dirname!, "../../docs/library.md");
/** `examples_test.ts` runs the first two. */
const ELSEWHERE = ["Reading", "Writing"];

const SCRIPTS = blocks(DOCUMENT).filter(({ language, heading }) =>
  language === "ts" && !ELSEWHERE.includes(heading)
);

/** What each script prints where there is data, by its heading. */
const PRINTED: Record<string, RegExp> = {
  "Loss between all hosts":
    /^[\d.:a-f]+ → [\d.:a-f]+ \S+ \d+\.\d{3} % (counts|rate×sent)\n/,
  "The 95th percentile of the delay": /^[\d.:a-f]+ → [\d.:a-f]+ \d+\.\d\d ms\n/,
  "Export":
    /^source,destination,event_type,.*,value\r\n([\d.:a-f]+,[\d.:a-f]+,throughput,.*,\d[\d.]*\r\n)+$/,
  "Rows of a trace": /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 1 [\d.:a-f]+ \d[\d.]*\n/,
  "The file of an archive": /^([\d.:a-f]+ → [\d.:a-f]+ \d+\n)+$/,
  "Watch what arrives":
    /^[\d.:a-f]+ [\d.:a-f]+ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \d[\d.]*\n$/,
  "Many archives at once":
    /^([\d.:a-f]+ [\d.:a-f]+ \d{4}-\d\d-\d\dT\S+Z \d[\d.]*\n)+$/,
  "Compare two archives": /^$/, // the same one twice
};

const WRITING = "Own measurements, with roll-ups";

testUnless(
  NOT_IN_SHORT,
  "the scripts of docs/library.md type-check, without a cast",
  async () => {
    assertEquals(
      SCRIPTS.map(({ heading }) => heading).sort(),
      [...Object.keys(PRINTED), WRITING].sort(),
    );
    for (const { text } of SCRIPTS) assert(!/ as |@ts-/.test(text));
    const modules = Object.fromEntries(
      SCRIPTS.map((block) => [`line-${block.line}.ts`, moduleOf(block)]),
    );
    await withDirectory(async (directory) => {
      assertEquals(await checkTypes(modules, directory), "");
    });
  },
);

for (const dialect of ["esmond", "elmond"] as const) {
  Deno.test(`the scripts of docs/library.md that read run on ${dialect}`, async () => {
    const archive = await startArchive({ dialect, sampleDays: 0.2 });
    try {
      for (const block of SCRIPTS) {
        const wanted = PRINTED[block.heading];
        if (wanted === undefined) continue;
        assertMatch(await printed(block, archive.url), wanted, block.heading);
      }
    } finally {
      await archive.close();
    }
  });
}

Deno.test("the script of docs/library.md that writes prints the roll-up that the archive made", async () => {
  const block = SCRIPTS.find(({ heading }) => heading === WRITING)!;
  await withArchive(async (origin) => {
    assertEquals(
      await printed(block, origin, { ESMOND_API_KEY: TOKEN }),
      "2016-03-01T00:00:00.000Z 0.0025\n",
    );
  });
});

async function printed(
  block: Block,
  origin: string,
  env: Record<string, string> = {},
): Promise<string> {
  const other = "https://new-ma.example.net/";
  const text = block.text.replaceAll(other, `${origin}/`);
  let stdout = "";
  await withDirectory(async (directory) => {
    if (text.includes("archive.db")) {
      const db = join(directory, "archive.db");
      await (await startArchive({ db, sampleDays: 0.2 })).close();
    }
    const run = await runBlock({ ...block, text }, origin, directory, env);
    assertEquals([run.code, run.stderr], [0, ""]);
    stdout = run.stdout;
  });
  return stdout;
}
