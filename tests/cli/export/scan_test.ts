import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { gzipSync } from "node:zlib";
import { type Scanned, scanPrinted } from "../../../cli/export/scan.ts";
import { withDirectory } from "../../helpers/directory.ts";

/** What a file of these lines holds. */
async function scanned(
  lines: string[],
  { isGzipped = false, lead }: { isGzipped?: boolean; lead?: string } = {},
): Promise<{ found: Scanned | undefined; content: Uint8Array }> {
  const text = lines.map((line) => `${line}\n`).join("");
  const content = isGzipped ? gzipSync(text) : new TextEncoder().encode(text);
  let found: Scanned | undefined;
  await withDirectory(async (directory) => {
    const path = join(directory, "a.ndjson");
    await Deno.writeFile(path, content);
    const file = { path, isGzipped, format: "ndjson", columns: [] } as const;
    found = await scanPrinted(file, lead);
  });
  return { found, content };
}

Deno.test("scanPrinted counts rows, and points by their times, and hashes the bytes of the file", async () => {
  const lines = [1, 1, null, 2, 4, 4].map((ts) => `{"a": 0, "ts": ${ts}}`);
  for (const isGzipped of [false, true]) {
    const { found, content } = await scanned(lines, { isGzipped });
    assertEquals(found, {
      ...{ rows: 6, points: 3, last: 4, bytes: content.length },
      sha256: createHash("sha256").update(content).digest("hex"),
    });
  }
});

Deno.test("scanPrinted knows no last time where no row has one", async () => {
  const { found } = await scanned(['{"a": 0}', '{"a": 1}']);
  assertEquals([found?.rows, found?.points, found?.last], [2, 0, NaN]);
});

Deno.test("scanPrinted refuses rows that are not in the order of time, also over one without a time", async () => {
  const at = (ts: number | null) => `{"ts": ${ts}}`;
  assertEquals((await scanned([at(2), at(1)])).found, undefined);
  assertEquals((await scanned([at(2), at(null), at(1)])).found, undefined);
});

Deno.test("scanPrinted refuses a row that is of another series, and one that is not whole", async () => {
  const lead = '{"source": "a"';
  const own = `${lead}, "ts": 1}`;
  assertEquals((await scanned([own, own], { lead })).found?.rows, 2);
  const other = own.replace('"a"', '"b"');
  assertEquals((await scanned([own, other], { lead })).found, undefined);
  assertEquals((await scanned([own, own.slice(0, -1)])).found, undefined);
});
