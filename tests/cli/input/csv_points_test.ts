import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import { pointsOf, problem, read, TS } from "./reading.ts";

async function placesOf(text: string): Promise<string[]> {
  return (await pointsOf(text, "csv")).map(({ place }) => place);
}

Deno.test("readPoints() takes an empty cell of the event type for none", async () => {
  assertEquals(await read(`ts,val,event_type\n${TS},5,\n`), [[TS, 5]]);
});

Deno.test("readPoints() reads cells that hold JSON, and all others as text", async () => {
  const table: [cell: string, value: unknown][] = [
    ["5", 5],
    ["-5.25", -5.25],
    ["null", null],
    ["true", true],
    [`"{""numerator"": 1, ""denominator"": 3}"`, {
      numerator: 1,
      denominator: 3,
    }],
    [`"[1, ""two"", null]"`, [1, "two", null]],
    ["https://psched.example/run/1", "https://psched.example/run/1"],
    [`"two\nlines"`, "two\nlines"],
    [`"""text"""`, "text"],
  ];
  for (const [cell, value] of table) {
    assertEquals(
      await read(`ts,event_type,val\n${TS},pscheduler-raw,${cell}\n`),
      [[TS, value, "pscheduler-raw"]],
      cell,
    );
  }
});

Deno.test("readPoints() reads timestamps with an offset, as --output-tz prints them", async () => {
  for (
    const time of [
      "2016-03-01 00:00:00",
      "2016-03-01T00:00:00Z",
      "2016-03-01 01:00:00+01:00",
      "2016-02-29 19:00:00-0500",
      String(TS),
      ` ${TS} `,
    ]
  ) assertEquals(await read(`timestamp,value\n${time},5\n`), [[TS, 5]], time);
});

Deno.test("readPoints() names the line of a mistake in CSV", async () => {
  const table: [text: string, message: RegExp][] = [
    ["ts;val\n1;2\n", /^line 1 has to name the columns.*commas, not by ;$/],
    ["ts\tval\n1\t2\n", /^line 1 has to name .*commas, not by tabs$/],
    ["ts,val\r1,2\r", /^line 1 has to name .*LF, not with CR alone$/],
    ["time;x,val\n1,2\n", /^line 1 has to name .*several$/],
    [`ts,val\n\r\n${TS},5\n  `, /^line 4 has 1 columns/],
    [`ts,val\n \t\n${TS},5\n`, /^line 2 has 1 columns/],
    ["1,2\n3,4\n", /^line 1 has to name the columns/],
    ["ts,event_type\n1,throughput\n", /^line 1 has to name the columns/],
    ["ts,val\n1,2\n3\n", /^line 3 has 1 columns, line 1 names 2$/],
    ["ts,val\n1,2\n3,4,5\n", /^line 3 has 3 columns, line 1 names 2$/],
    ["ts,val\n1,2\n,3\n", /^line 3: /],
    ["ts,val\n1,2\nnonsense,3\n", /^line 3: .*nonsense/],
    [`ts,val\n1,2\n3,"4\n`, /CSV.*line 3/],
    [`ts,val\n1,2\n3,{"a":1}\n`, /CSV.*line 3/],
  ];
  for (const [text, message] of table) {
    assertMatch(await problem(text), message, JSON.stringify(text));
  }
});

Deno.test("readPoints() counts the lines of a CSV file as an editor does, empty ones and those inside of cells too", async () => {
  assertEquals(
    await placesOf(`ts,val\n1,"a\nb"\n\n2,c\r\n3,d\n`),
    ["line 2", "line 5", "line 6"],
  );
  assertMatch(
    await problem(`ts,val\n1,2\n\n\n3\n`),
    /^line 5 has 1 columns/,
  );
});

Deno.test("readPoints() ignores spaces around the name of an event type", async () => {
  assertEquals(
    await read(`ts, val, event_type\n${TS}, 5, throughput\n`),
    [[TS, 5, "throughput"]],
  );
});

// A time that depends on the clock is none for a point: the same file posted
// again would be stored a second time.
Deno.test("readPoints() refuses a time in CSV that depends on when it is read", async () => {
  for (
    const time of ["-24h", "now", "yesterday", "today", "10:36", "Mar", "Mar 1"]
  ) {
    await assertRejects(
      () => pointsOf(`ts,val\n${time},5\n`),
      UsageError,
      "line 2",
      `${time} was taken`,
    );
  }
});

// JSON and epoch seconds with a fraction are refused; a written-out time loses
// it without a word.
Deno.test("readPoints() does not silently cut the fraction of a written-out time", async () => {
  const text = `ts,val\n2016-03-01 00:00:00.7,5\n`;
  const points = await pointsOf(text).catch((error) => {
    assertStringIncludes(error.message, "line 2");
    return [];
  });
  for (const point of points) {
    assert(!Number.isInteger(point.ts), `${point.ts} was made of 00:00:00.7`);
  }
});

// `12` may be what a full disk or a broken pipe has left of `12345`.
Deno.test("readPoints() refuses CSV whose last line may be cut off", async () => {
  const rows = [
    `ts,val\n${TS},5\n${TS + 1},12`,
    `ts,val\r\n${TS},5\r\n${TS + 1},12`,
    `val,ts\n5,${TS}\n12,${TS + 1}`,
    `ts,val,event_type\n${TS},5,throughput\n${TS},5,throughput`,
    `ts,val\n${TS},5\n${TS + 1},"12"`,
    `ts,val\n${TS},5\n${TS + 1},"say ""hi"`,
    `ts,val\n${TS},5\n${TS + 1},"{""a"`,
    `ts,val\n${TS},5\n${TS + 1},"{""a"": 1, ""b"`,
    `ts,val\n${TS},5\n${TS + 1}, `,
  ];
  for (const text of rows) {
    assertMatch(
      await problem(text, "csv"),
      /^line 3 is the last and has no line end, so it may be cut off: .*add a line end$/,
      text,
    );
    assertEquals((await read(`${text}\n`, "csv")).length, 2, text);
    assertEquals((await read(`${text}\r\n`, "csv")).length, 2, text);
  }
});

Deno.test("readPoints() takes a last line without a line end that cannot be longer", async () => {
  for (const value of ['{""a"": 1}', "[1, 2]", "[]"]) {
    const points = await read(`ts,val\n${TS},"${value}"`, "csv");
    assertEquals(points, [[TS, JSON.parse(value.replaceAll('""', '"'))]]);
  }
  assertEquals(await read("ts,val", "csv"), []);
});

Deno.test("readPoints() refuses two columns of one meaning", async () => {
  const table: [header: string, message: RegExp][] = [
    ["ts,timestamp,val", /^line 1 has ts and timestamp, which mean the same/],
    ["val,ts,val", /^line 1 has val twice: leave one out$/],
    ["ts, value ,val", /^line 1 has value and val, which mean the same/],
    ["ts,val,event_type,event-type", /event_type and event-type/],
    ["ts,val,source,source", /source twice/],
    ["ts,val,summary_type,summary_type", /summary_type twice/],
    ["ts,val,msg,msg", /msg twice/],
  ];
  for (const [header, message] of table) {
    const cells = header.split(",").map(() => String(TS)).join();
    for (const text of [`${header}\n${cells}\n`, `${header}\n`]) {
      assertMatch(await problem(text, "csv"), message);
    }
  }
  // columns that mean nothing to it may be there, however often
  assertEquals(await read(`x,ts,x,val\n1,${TS},2,5\n`, "csv"), [[TS, 5]]);
});

Deno.test("readPoints() reads failures as get prints them", async () => {
  assertEquals(
    await read(
      `source,event_type,timestamp,msg\na,failures,2016-03-01 00:00:00,"no ""route"", 5"\n`,
    ),
    [[TS, { error: 'no "route", 5' }, "failures"]],
  );
  assertEquals(
    await read(
      `event_type,timestamp,msg,extra\nfailures,2016-03-01 00:00:00,a,"{""n"": 1}"\nfailures,2016-03-01 00:00:01,,\n`,
    ),
    [
      [TS, { error: "a", n: 1 }, "failures"],
      [TS + 1, { error: null }, "failures"],
    ],
  );
});
