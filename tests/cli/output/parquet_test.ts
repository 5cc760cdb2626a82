import { assert, assertEquals, assertRejects } from "@std/assert";
import { fc } from "../../packages/fast_check.ts";
import {
  parquetMetadata,
  parquetReadObjects,
} from "../../packages/hyparquet.ts";
import { EVENT_TYPES } from "../../../client/event_types.ts";
import { ParquetOutput } from "../../../cli/output/parquet.ts";
import {
  type ColumnTypes,
  type Row,
  typesOf,
} from "../../../cli/output/rows.ts";
import { Bytes } from "./sinks.ts";

const TS = 1456790400;

/** A file of rows that have one value each, besides a time. */
async function written(
  type: ColumnTypes[string],
  cells: string[],
): Promise<Uint8Array<ArrayBuffer>> {
  const columns = ["timestamp", "value"];
  const rows = cells.map((cell) => ({
    columns,
    cells: ['"2016-03-01 00:00:00"', cell],
    tsEpoch: TS,
  }));
  return await file({ timestamp: "time", value: type }, rows);
}

async function file(
  types: ColumnTypes,
  rows: Iterable<Row>,
  bytes = new Bytes(),
): Promise<Uint8Array<ArrayBuffer>> {
  const output = new ParquetOutput(bytes, types);
  for (const row of rows) await output.write(row);
  await output.end();
  return bytes.bytes;
}

/** The rows of a file; JSON as its text. */
async function read(bytes: Uint8Array<ArrayBuffer>) {
  const decoder = new TextDecoder();
  return await parquetReadObjects({
    file: bytes.buffer,
    parsers: { jsonFromBytes: (bytes: Uint8Array) => decoder.decode(bytes) },
  });
}

/**
 * What becomes of cells: what is in their column, and of those that do not fit,
 * what is left.
 */
async function kept(type: ColumnTypes[string], cells: string[]) {
  const rows = await read(await written(type, cells));
  return rows.map(({ value, unparsed }) => {
    if (unparsed === null) return value;
    assertEquals(value, null);
    return { left: JSON.parse(unparsed)["value"] };
  });
}

/** Name, types and number of the columns, as a reader finds them. */
function schema(bytes: Uint8Array<ArrayBuffer>): string[] {
  return parquetMetadata(bytes.buffer).schema.slice(1).map((element) =>
    [
      element.name,
      element.repetition_type,
      element.type,
      element.converted_type,
      element.logical_type && JSON.stringify(element.logical_type),
    ].join(" ").trim()
  );
}

const left = (text: string) => ({ left: text });

Deno.test("ParquetOutput writes numbers that a double holds, sent as text too", async () => {
  assertEquals(
    await kept("number", [
      "7016320000.0",
      "0",
      "-0",
      "-0.0",
      "1e-07",
      '"12.5"',
      '"7"',
      "9007199254740991",
      "1e300",
      "null",
    ]),
    [7016320000, 0, 0, -0, 1e-7, 12.5, 7, 9007199254740991, 1e300, null],
  );
});

Deno.test("ParquetOutput puts into a column of its own what a double does not hold, and what is not a number", async () => {
  const cells = [
    "9007199254740993",
    "-9007199254740993",
    "1e400",
    '"1e400"',
    '"text"',
    '""',
    '" 7"',
    '"0x10"',
    '"Infinity"',
    "true",
    "[1, 2]",
    '{"a": "}"}',
  ];
  assertEquals(await kept("number", cells), cells.map(left));
});

Deno.test("ParquetOutput writes whole numbers of 32 bits", async () => {
  assertEquals(
    await kept("integer", ["2147483647", "-2147483648", '"3"', "1500.0", "-0"]),
    [2147483647, -2147483648, 3, 1500, 0],
  );
  const cells = ["2147483648", "-2147483649", "1.5", '"x"', "[1]", "true"];
  assertEquals(await kept("integer", cells), cells.map(left));
});

Deno.test("ParquetOutput writes truth as JSON has it, and as the 1 and 0 of esmond", async () => {
  assertEquals(
    await kept("boolean", ["true", "false", "1", "0", '"1"', '"0"', "null"]),
    [true, false, true, false, true, false, null],
  );
  const cells = ["2", '"yes"', "[]"];
  assertEquals(await kept("boolean", cells), cells.map(left));
});

Deno.test("ParquetOutput writes text, and leaves everything else aside", async () => {
  assertEquals(
    await kept("text", ['"é\\n\\ud83d\\ude00"', '""', "null", '"a\\"b"']),
    ["é\n😀", "", null, 'a"b'],
  );
  const cells = ["7", '{"code": 7}', '["x"]', '"\\ud800"'];
  assertEquals(await kept("text", cells), cells.map(left));
});

Deno.test("ParquetOutput writes JSON as the other formats do", async () => {
  assertEquals(
    await kept("json", [
      '{"10":1,"9":27.0}',
      "[1,null]",
      '"é"',
      "9007199254740993",
      "null",
      '"\\ud83d\\ude00 \\\\ud800"',
    ]),
    [
      '{"10": 1, "9": 27.0}',
      "[1, null]",
      '"\\u00e9"',
      "9007199254740993",
      null,
      '"\\ud83d\\ude00 \\\\ud800"',
    ],
  );
});

Deno.test("ParquetOutput leaves aside JSON with half a character, for which readers refuse the whole file", async () => {
  const cells = [
    '"\\ud800"',
    '["\\udcff"]',
    '{"\\ud83d": 1}',
    '"\\\\\\ud800 \\ud83d\\ude00"',
    '"\\ud83d\\ud83d\\ude00"',
  ];
  assertEquals(await kept("json", cells), cells.map(left));
  // The text that is left has no half a character itself.
  const [row] = await read(await written("json", cells.slice(0, 1)));
  assertEquals(row!["unparsed"], '{"value": "\\"\\\\ud800\\""}');
});

Deno.test("ParquetOutput writes times as instants, whatever the text says", async () => {
  const times = [TS, 0, -1, -62135596800, 253402127999];
  const rows = times.map((tsEpoch) => ({
    columns: ["timestamp"],
    cells: ['"2016-03-01 01:00:00 +0100"'],
    tsEpoch,
  }));
  const found = await read(await file({ timestamp: "time" }, rows));
  assertEquals(
    found.map(({ timestamp }) => timestamp.getTime()),
    times.map((seconds) => seconds * 1000),
  );
});

Deno.test("ParquetOutput leaves the time of points without one empty, and keeps times that no calendar has", async () => {
  const times = [NaN, undefined, -62135596801, -1e300];
  const rows = times.map((tsEpoch) => ({
    columns: ["timestamp"],
    cells: ["null"],
    ...(tsEpoch === undefined ? {} : { tsEpoch }),
  }));
  assertEquals(await read(await file({ timestamp: "time" }, rows)), [
    { timestamp: null, unparsed: null },
    { timestamp: null, unparsed: null },
    { timestamp: null, unparsed: '{"timestamp": "-62135596801"}' },
    { timestamp: null, unparsed: '{"timestamp": "-1e+300"}' },
  ]);
});

Deno.test("ParquetOutput keeps all that does not fit in a row by the names of the columns", async () => {
  const row = { columns: ["a", "b", "c"], cells: ["[1.50]", "1", '"x"'] };
  const types = { a: "number", b: "text", c: "text" } as const;
  assertEquals(await read(await file(types, [row])), [{
    a: null,
    b: null,
    c: "x",
    unparsed: '{"a": "[1.5]", "b": "1"}',
  }]);
});

Deno.test("ParquetOutput has the columns of the catalogue, by type", async () => {
  const request = { eventType: "packet-trace", summaryWindow: 0 };
  const text = 'OPTIONAL BYTE_ARRAY UTF8 {"type":"STRING"}';
  assertEquals(schema(await file(typesOf(request), [])), [
    `source ${text}`,
    `destination ${text}`,
    `event_type ${text}`,
    `tool ${text}`,
    `summary_type ${text}`,
    "summary_window OPTIONAL INT32",
    "timestamp OPTIONAL INT64 TIMESTAMP_MILLIS " +
    '{"type":"TIMESTAMP","isAdjustedToUTC":true,"unit":"MILLIS"}',
    "ttl OPTIONAL INT32",
    "query OPTIONAL INT32",
    "success OPTIONAL BOOLEAN",
    `ip ${text}`,
    "rtt OPTIONAL DOUBLE",
    "mtu OPTIONAL INT32",
    `error_message ${text}`,
    'unparsed OPTIONAL BYTE_ARRAY JSON {"type":"JSON"}',
  ]);
});

Deno.test("ParquetOutput has the same schema whatever comes, for every event type", async () => {
  for (
    const { name, summaries } of [...EVENT_TYPES, {
      name: "unheard-of",
      summaries: [],
    }]
  ) {
    for (const summaryType of [undefined, ...summaries]) {
      const types = typesOf({
        eventType: name,
        summaryWindow: 0,
        ...(summaryType ? { summaryType } : {}),
      });
      const columns = Object.keys(types);
      const empty = schema(await file(types, []));
      for (const cell of ["null", "1.5", '"text"', "[1]"]) {
        const row = { columns, cells: columns.map(() => cell), tsEpoch: TS };
        assertEquals(schema(await file(types, [row])), empty, name);
      }
    }
  }
});

Deno.test("ParquetOutput of no rows is a file with a schema", async () => {
  const bytes = await file({ timestamp: "time", value: "number" }, []);
  assertEquals(parquetMetadata(bytes.buffer).num_rows, 0n);
  assertEquals(await read(bytes), []);
});

/** Rows of a series, numbered; some have no value. */
function* numbered(count: number): Generator<Row> {
  const lead = { columns: ["source"], cells: ['"192.0.2.10"'] };
  for (let n = 0; n < count; n++) {
    const value = n % 3 === 0 ? "null" : `${n}.5`;
    const cells = ['"2016-03-01 00:00:00"', value];
    yield { lead, columns: ["timestamp", "value"], cells, tsEpoch: TS + n };
  }
}

const TYPES = { source: "text", timestamp: "time", value: "number" } as const;

Deno.test("ParquetOutput writes groups of 100,000 rows, and all rows are there", async () => {
  const bytes = await file(TYPES, numbered(200_001));
  const groups = parquetMetadata(bytes.buffer).row_groups;
  assertEquals(groups.map((group) => group.num_rows), [100_000n, 100_000n, 1n]);
  const rows = await read(bytes);
  assertEquals(rows.length, 200_001);
  for (const [n, row] of rows.entries()) {
    if (n % 997 !== 0 && n < 199_990) continue;
    assertEquals(row, {
      source: "192.0.2.10",
      timestamp: new Date((TS + n) * 1000),
      value: n % 3 === 0 ? null : n + 0.5,
      unparsed: null,
    });
  }
});

Deno.test("ParquetOutput writes a group once there is much text, so that memory stays small", async () => {
  const bytes = new Bytes();
  const output = new ParquetOutput(bytes, { value: "json" });
  const text = "x".repeat(1 << 20);
  for (let n = 0; n < 40; n++) {
    const cells = [JSON.stringify([n, text])];
    const wait = output.write({ columns: ["value"], cells });
    assertEquals(wait instanceof Promise, n % 16 === 15, `${n}`);
    await wait;
    assert(bytes.length > 0 || n < 16);
  }
  await output.end();
  const groups = parquetMetadata(bytes.bytes.buffer).row_groups;
  assertEquals(groups.map((group) => group.num_rows), [16n, 16n, 8n]);
  const rows = await read(bytes.bytes);
  assertEquals(rows.at(-1), { value: `[39, "${text}"]`, unparsed: null });
});

Deno.test("ParquetOutput counts text that repeats in each row once", () => {
  const output = new ParquetOutput(new Bytes(), { value: "text" });
  const cells = [JSON.stringify("x".repeat(1 << 20))];
  for (let n = 0; n < 40; n++) {
    assertEquals(output.write({ columns: ["value"], cells }), undefined);
  }
});

Deno.test("ParquetOutput gives the same bytes whatever the pace, and for rows read back from JSON", async () => {
  const rows = [...numbered(100_500)];
  const bytes = await file(TYPES, rows);
  const slow = new Bytes(4999);
  const output = new ParquetOutput(slow, TYPES);
  for (const row of rows) output.write(row); // not waited for
  await output.end();
  assertEquals(slow.bytes, bytes);
  const again = rows.map(({ lead, columns, cells, tsEpoch }) =>
    JSON.parse(JSON.stringify({
      columns: [...lead!.columns, ...columns],
      cells: [...lead!.cells, ...cells],
      tsEpoch,
    }))
  );
  assertEquals(await file(TYPES, again), bytes);
});

Deno.test("ParquetOutput without its end cannot be read", async () => {
  const bytes = new Bytes();
  const output = new ParquetOutput(bytes, TYPES);
  for (const row of numbered(100_000)) await output.write(row);
  assert(bytes.length > 1000);
  let error: unknown;
  try {
    parquetMetadata(bytes.bytes.buffer);
  } catch (caught) {
    error = caught;
  }
  assert(error instanceof Error, "a reader took it for a file");
});

Deno.test("ParquetOutput throws when writing fails", async () => {
  const full = { write: () => Promise.reject(new Error("no space left")) };
  const output = new ParquetOutput(full, TYPES);
  for (const row of numbered(10)) output.write(row);
  await assertRejects(() => output.end(), Error, "no space left");
});

Deno.test("ParquetOutput loses nothing, whatever comes for whatever type", async () => {
  const cell = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: "binary" }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ).map((value) => JSON.stringify(value));
  for (
    const type of ["text", "integer", "number", "boolean", "json"] as const
  ) {
    const [cells = []] = fc.sample(
      fc.array(cell, { minLength: 500, maxLength: 500 }),
      { numRuns: 1, seed: 2016 },
    );
    const rows = await kept(type, cells);
    assertEquals(rows.length, cells.length);
    for (const [index, found] of rows.entries()) {
      const sent = JSON.parse(cells[index]!);
      const got = typeof found === "object" && found !== null && "left" in found
        ? JSON.parse(found.left)
        : type === "json" && found !== null
        ? JSON.parse(found)
        : type === "boolean" && typeof sent !== "boolean" && found !== null
        ? Number(found)
        : found;
      const want = typeof sent === "string" && typeof got === "number"
        ? Number(sent)
        : sent;
      assertEquals(got, want, `${type} ${cells[index]}`);
    }
  }
});
