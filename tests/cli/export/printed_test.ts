import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { gzipSync } from "node:zlib";
import {
  NotWholeError,
  type PrintedFile,
  printedLead,
  type PrintedRow,
  printedRows,
} from "../../../cli/export/printed.ts";
import { withDirectory } from "../../helpers/directory.ts";

type Told = Partial<PrintedFile> & Pick<PrintedFile, "format">;

/** The rows of a file of these bytes. */
async function rowsOf(
  content: string | Uint8Array,
  told: Told,
): Promise<PrintedRow[]> {
  const rows: PrintedRow[] = [];
  await withDirectory(async (directory) => {
    const path = join(directory, "file");
    await Deno.writeFile(
      path,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
    const columns = ["source", "timestamp", "value"];
    const file = { path, isGzipped: false, columns, ...told };
    for await (const row of printedRows(file)) rows.push(row);
  });
  return rows;
}

async function assertRefused(content: string | Uint8Array, told: Told) {
  await assertRejects(() => rowsOf(content, told), NotWholeError);
}

const CSV = { format: "csv" } as const;
const JSON_LIST = { format: "json" } as const;
const LINES = { format: "ndjson" } as const;

const HEADER = "source,timestamp,value\r\n";
const TIME = "2016-03-01 00:00:01";
const SECOND = Date.parse("2016-03-01T00:00:01Z") / 1000;

Deno.test("printedRows reads rows of csv as they stand, also those with commas, quotes and line ends in quotes", async () => {
  const rows = [
    `a,${TIME},1`,
    `"a,b",${TIME},"say ""x"""`,
    `a,${TIME},"two\r\nlines, ""and""\r\nmore"`,
    `a,,`,
  ];
  assertEquals(
    await rowsOf(HEADER + rows.map((row) => `${row}\r\n`).join(""), CSV),
    rows.map((text, n) => ({ text, second: n === 3 ? NaN : SECOND })),
  );
});

Deno.test("printedRows passes over the row of csv that says that there is no data", async () => {
  assertEquals(await rowsOf(`${HEADER}No data,No data,No data\r\n`, CSV), []);
});

Deno.test("printedRows refuses csv with other columns, and with a row that is cut off anywhere", async () => {
  await assertRefused(`source,value\r\na,1\r\n`, CSV);
  await assertRefused(`${HEADER}a,1\r\n`, CSV);
  const whole = `${HEADER}a,${TIME},"x\r\ny"\r\n`;
  for (let end = HEADER.length + 1; end < whole.length; end++) {
    await assertRefused(whole.slice(0, end), CSV);
  }
});

Deno.test("printedRows reads the second of a time in any zone, with a fraction or without", async () => {
  const table: [time: string, second: number][] = [
    [TIME, SECOND],
    [`${TIME}.25`, SECOND],
    [`${TIME} +0000`, SECOND],
    [`${TIME} +0130`, SECOND - 5400],
    [`${TIME} -0130`, SECOND + 5400],
    [`${TIME} +003020`, SECOND - 1820],
    ["yesterday", NaN],
  ];
  for (const [time, second] of table) {
    const [row] = await rowsOf(`${HEADER}a,${time},1\r\n`, CSV);
    assertEquals(row!.second, second, time);
  }
});

Deno.test("printedRows reads the objects of a list, whatever their strings look like", async () => {
  const rows = [
    `{"timestamp": "${TIME}", "value": {"a": {"b": "}]"}}}`,
    `{"ts": 5, "value": "\\"{, {"}`,
    `{"value": 1}`,
  ];
  assertEquals(
    await rowsOf(`[${rows.join(", ")}]`, JSON_LIST),
    [SECOND, 5, NaN].map((second, n) => ({ text: rows[n]!, second })),
  );
  assertEquals(
    await rowsOf('[{"msg": "No data found."}]', JSON_LIST),
    [],
  );
});

Deno.test("printedRows refuses a list that is cut off anywhere, or goes on after its end", async () => {
  const whole = `[{"ts": 1, "value": "a\\"b"}, {"ts": 2}]`;
  assertEquals((await rowsOf(whole, JSON_LIST)).length, 2);
  for (let end = 0; end < whole.length; end++) {
    await assertRefused(whole.slice(0, end), JSON_LIST);
  }
  await assertRefused(`${whole}]`, JSON_LIST);
  await assertRefused(`[{"ts": 1},{"ts": 2}]`, JSON_LIST);
});

Deno.test("printedRows reads lines of JSON, and refuses one that is cut off or no object", async () => {
  const whole = `{"ts": 1}\n{"ts": 2}\n`;
  assertEquals(await rowsOf(whole, LINES), [
    { text: '{"ts": 1}', second: 1 },
    { text: '{"ts": 2}', second: 2 },
  ]);
  assertEquals(await rowsOf("", LINES), []);
  for (const damaged of [whole.slice(0, -1), `[1]\n`, `{"ts": 1\n`, "\n"]) {
    await assertRefused(damaged, LINES);
  }
});

Deno.test("printedRows begins after the text to skip, compressed or not, and refuses a file that is shorter", async () => {
  const table: [Told, before: string, after: string, text: string][] = [
    [CSV, `${HEADER}a,,1\r\n`, "b,,2\r\n", "b,,2"],
    [LINES, '{"ts": 1}\n', '{"ts": 2}\n', '{"ts": 2}'],
    [JSON_LIST, '[{"ts": 1}', ', {"ts": 2}]', '{"ts": 2}'],
  ];
  for (const [told, before, after, text] of table) {
    const skip = before.length;
    for (const isGzipped of [false, true]) {
      const file = { ...told, skip, isGzipped };
      const whole = before + after;
      const content = isGzipped ? gzipSync(whole) : whole;
      const rows = await rowsOf(content, file);
      assertEquals(rows.map((row) => row.text), [text], told.format);
    }
    const short = { ...told, isGzipped: true, skip: skip + 100 };
    await assertRefused(gzipSync(before + after), short);
  }
});

Deno.test("printedRows refuses damaged compression, and bytes that are no UTF-8", async () => {
  const whole = gzipSync('{"ts": 1}\n');
  const gzip = { ...LINES, isGzipped: true };
  assertEquals((await rowsOf(whole, gzip)).length, 1);
  await assertRefused(whole.subarray(0, -9), gzip);
  const other = Uint8Array.from(whole);
  other[other.length - 6]! ^= 1; // its checksum
  await assertRefused(other, gzip);
  const bytes = new TextEncoder().encode('{"ts": 1, "value": "ü"}\n');
  assertEquals((await rowsOf(bytes, LINES)).length, 1);
  await assertRefused(bytes.filter((byte) => byte !== 0xbc), LINES);
});

Deno.test("printedRows tells of every byte of the file, before it is decompressed", async () => {
  const whole = gzipSync('{"ts": 1}\n');
  const seen: number[] = [];
  await rowsOf(whole, {
    ...{ ...LINES, isGzipped: true },
    seen: (bytes) => void seen.push(...bytes),
  });
  assertEquals(seen, [...whole]);
});

Deno.test("printedLead is what the rows of a series begin with, in each format", () => {
  const lead = { columns: ["source", "tool"], cells: ['"a,b"', '"x"'] };
  assertEquals(printedLead("csv", lead), '"a,b",x,');
  assertEquals(printedLead("json", lead), '{"source": "a,b", "tool": "x", ');
  assertEquals(printedLead("ndjson", lead), '{"source": "a,b", "tool": "x", ');
  const of = { columns: ["archive", "tool"], cells: ['"http://a"', '"x"'] };
  assertEquals(printedLead("ndjson", of), '{"tool": "x", ');
});
