import { assertEquals } from "@std/assert";
import { ApiFilters } from "../../../mod.ts";
import { archiveOf } from "../../helpers/one_archive.ts";
import type { Io } from "../../../cli/io.ts";
import { printTests } from "../../../cli/query/print_tests.ts";
import type { Settings } from "../../../cli/query/settings.ts";
import { test } from "../../helpers/listed.ts";
import { json, withServer } from "../../servers/serve.ts";
import { Pieces } from "../output/sinks.ts";

/** What is printed of an archive's tests, their key and an odd text. */
async function printed(
  format: Settings["format"],
  more: Partial<Settings> = {},
): Promise<string> {
  const tests = ["k1", "k2", "k3"].map((key) => test(key, ["throughput"]));
  const stdout = new Pieces();
  await withServer(() => json(tests), async (origin) => {
    const connection = archiveOf(origin, new ApiFilters());
    await printTests(
      {
        ...{ connection, format, searches: [{}], added: [] },
        ...more,
      } as unknown as Settings,
      {
        columns: ["key", "text"],
        rowOf: async ({ metadataKey }) => {
          // the later ones are ready first
          for (let n = Number(metadataKey!.slice(1)); n < 9; n++) {
            await Promise.resolve();
          }
          return {
            columns: ["key", "text"],
            cells: [JSON.stringify(metadataKey), '"=1"'],
          };
        },
      },
      { stdout, isTerminal: false, note: () => {} } as unknown as Io,
    );
  });
  return stdout.text;
}

Deno.test("printTests prints a row for each test, in the archive's order, and ends as the format does", async () => {
  assertEquals(
    await printed("csv"),
    "key,text\r\nk1,=1\r\nk2,=1\r\nk3,=1\r\n\n",
  );
  assertEquals(
    await printed("json"),
    `[${
      ["k1", "k2", "k3"].map((key) => `{"key": "${key}", "text": "=1"}`)
        .join(", ")
    }]\n`,
  );
});

Deno.test("printTests prints no formulas in csv where these are to be escaped", async () => {
  assertEquals(
    await printed("csv", { escapesFormulas: true }),
    "key,text\r\nk1,'=1\r\nk2,'=1\r\nk3,'=1\r\n\n",
  );
});
