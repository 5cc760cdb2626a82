import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import {
  failureOf,
  originOf,
  readTime,
  refuseParts,
  ROW_COLUMNS,
  saidTwice,
} from "../../../cli/input/fields.ts";

Deno.test("readTime reads seconds, and timestamps in UTC or with an offset", () => {
  const table: [text: string, seconds: number][] = [
    ["1456826400", 1456826400],
    ["-5", -5],
    ["1456826400.25", 1456826400.25],
    ["2016-03-01 10:00:00", 1456826400],
    ["2016-03-01T10:00", 1456826400],
    ["2016-03-01T10:00:00Z", 1456826400],
    ["2016-03-01 10:00:00 +0200", 1456819200],
    ["2016-03-01T10:00:00-02:30", 1456835400],
  ];
  for (const [text, seconds] of table) {
    assertEquals(readTime(text, "line 2"), seconds, text);
  }
});

Deno.test("readTime refuses what would mean another time tomorrow, and what is no time, and says where it stands", () => {
  const table = [
    "",
    "now",
    "-1h",
    "10:00",
    "2016-03-01",
    "2016-02-30 10:00:00",
  ];
  for (const text of [...table, "1e9", "0x5", " 5", "5.", "+5"]) {
    const { message } = assertThrows(
      () => readTime(text, "line 2"),
      UsageError,
    );
    assertEquals(
      message.startsWith(`line 2: ${JSON.stringify(text)} is not a time: `),
      true,
      message,
    );
  }
});

Deno.test("refuseParts refuses each column that is a part of a value, and takes all others", () => {
  refuseParts("line 1", ["ts", "value", "event_type", ...ROW_COLUMNS]);
  for (const part of ["stream_num", "start", "duration", "ttl"]) {
    assertThrows(
      () => refuseParts("line 1", ["ts", part]),
      UsageError,
      `line 1: rows with the column ${part} are`,
    );
  }
});

Deno.test("saidTwice names both columns, or the one that is there twice", () => {
  assertEquals(
    saidTwice("line 1", ["ts", "timestamp"]).message,
    "line 1 has ts and timestamp, which mean the same: leave one out",
  );
  assertEquals(
    saidTwice("line 1", ["ts", "ts"]).message,
    "line 1 has ts twice: leave one out",
  );
});

/** What a row says of its test. */
function origin(row: Record<string, string>) {
  return originOf((name) => row[name]);
}

Deno.test("originOf tells rows of the reading commands from other points", () => {
  assertEquals(origin({ ts: "1", value: "5", event_type: "throughput" }), {});
  for (const name of ROW_COLUMNS) {
    assertEquals(origin({ [name]: "base" }).test === undefined, false, name);
  }
});

Deno.test("originOf tells tests apart by every column that does, and finds the key", () => {
  const own = {
    ...{ archive: "a", metadata_key: "a", source: "a", destination: "a" },
    ...{ measurement_agent: "a", tool: "a" },
  };
  assertEquals(ROW_COLUMNS, ["summary_type", ...Object.keys(own)]);
  const { test, key } = origin(own);
  assertEquals([key, origin({ ...own, value: "1" }).test], ["a", test]);
  for (const name of Object.keys(own) as (keyof typeof own)[]) {
    const { [name]: _, ...without } = own;
    assertNotEquals(origin({ ...own, [name]: "b" }).test, test, name);
    assertNotEquals(origin(without).test, test, name);
  }
  assertEquals("key" in origin({ ...own, metadata_key: "" }), false);
});

Deno.test("failureOf puts a message and what is printed besides it together", () => {
  assertEquals(failureOf('"e"', "null"), '{"error": "e"}');
  assertEquals(failureOf("null", "{}"), '{"error": null}');
  assertEquals(
    failureOf('"e"', '{"diags": "x", "10": 1.0, "2": []}'),
    '{"error": "e", "diags": "x", "10": 1.0, "2": []}',
  );
});

Deno.test("originOf says why roll-ups cannot be stored", () => {
  assertEquals(origin({ summary_type: "base" }).problem, undefined);
  assertMatch(
    origin({ summary_type: "average" }).problem!,
    /^it is a roll-up \(average\), which the archive computes itself/,
  );
});
