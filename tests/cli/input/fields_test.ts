import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import {
  readTime,
  refuseParts,
  ROW_COLUMNS,
  RowCheck,
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

/** Checks rows, one after the other. */
function check(rows: Record<string, string>[]): void {
  const all = new RowCheck();
  for (const [n, row] of rows.entries()) {
    all.check(`line ${n + 2}`, (name) => row[name]);
  }
}

Deno.test("RowCheck refuses roll-ups, and takes base data that says so or says nothing", () => {
  check([{}, { summary_type: "base" }]);
  assertThrows(
    () => check([{}, { summary_type: "average" }]),
    UsageError,
    "line 3 is a roll-up (average), ",
  );
});

Deno.test("RowCheck refuses a row that differs from the first one in any column that tells tests apart", () => {
  const own = {
    ...{ archive: "a", metadata_key: "a", source: "a", destination: "a" },
    ...{ measurement_agent: "a", tool: "a" },
  };
  assertEquals(ROW_COLUMNS, ["summary_type", ...Object.keys(own)]);
  check([own, { ...own, value: "1" }, own]);
  for (const name of Object.keys(own) as (keyof typeof own)[]) {
    const { [name]: _, ...without } = own;
    for (const other of [{ ...own, [name]: "b" }, without]) {
      assertThrows(
        () => check([own, own, other]),
        UsageError,
        "line 4 is of another test than line 2: ",
      );
    }
  }
});
