import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { INPUT_FORMATS } from "../../../cli/options/choices.ts";
import { UsageError } from "../../../cli/errors.ts";
import { type InputPoint, readPoints } from "../../../cli/input/points.ts";
import type { InputFormat } from "../../../cli/names.ts";

const TS = 1456790400; // 2016-03-01 00:00:00 UTC

/** Time, value and event type, as far as it is named. */
async function read(
  text: string,
  format?: InputFormat,
): Promise<unknown[][]> {
  const points = await readPoints(text, format);
  return points.map(({ ts, val, eventType }) => {
    const value: unknown = JSON.parse(val);
    return eventType === undefined ? [ts, value] : [ts, value, eventType];
  });
}

async function places(text: string, format?: InputFormat): Promise<string[]> {
  return (await readPoints(text, format)).map((point: InputPoint) =>
    point.place
  );
}

async function problem(text: string, format?: InputFormat): Promise<string> {
  const error = await assertRejects(() => readPoints(text, format), UsageError);
  return error.message;
}

Deno.test("readPoints() takes a list, an object, a bulk payload, lines of objects and CSV for what they are", async () => {
  const one = `{"ts": ${TS}, "val": 5}`;
  const two = `{"ts": ${TS + 1}, "val": 6}`;
  const expected = [[TS, 5], [TS + 1, 6]];
  for (
    const text of [
      `[${one}, ${two}]`,
      ` \n[${one},\n ${two}\n]\n`,
      `{"data": [${one}, ${two}]}`,
      `{\n  "data": [\n    ${one},\n    ${two}\n  ]\n}\n`,
      `${one}\n${two}`,
      `${one}\n${two}\n`,
      `\n${one}\r\n\r\n${two}\r\n`,
      `ts,val\n${TS},5\n${TS + 1},6\n`,
      `ts,val\r\n${TS},5\r\n${TS + 1},6`,
      `timestamp,value\n2016-03-01 00:00:00,5\n2016-03-01 00:00:01,6.0\n`,
      `val , ts\n5,${TS}\n6,${TS + 1}\n`,
      `"ts","val"\n"${TS}","5"\n"${TS + 1}","6"\n\n`,
    ]
  ) assertEquals(await read(text), expected, text);
  for (const text of [one, `${one}\n`, `{\n"ts": ${TS},\n"val": 5\n}\n`]) {
    assertEquals(await read(text), [[TS, 5]], text);
  }
});

Deno.test("readPoints() reads the points of one second in a bulk payload, a list and lines", async () => {
  const second =
    `{"ts": ${TS}, "val": [{"event-type": "throughput", "val": 5}, {"event-type": "failures", "val": {"error": "e"}}]}`;
  const expected = [
    [TS, 5, "throughput"],
    [TS, { error: "e" }, "failures"],
  ];
  assertEquals(await read(`{"data": [${second}]}`), expected);
  assertEquals(await read(`[${second}]`), expected);
  assertEquals(await read(second, "ndjson"), expected);
});

Deno.test("readPoints() takes a list for a value where it is one", async () => {
  for (const val of ["[]", "[1, 2]", `[{"start": 0, "val": 1}]`, "[null]"]) {
    assertEquals(
      await read(`{"ts": ${TS}, "val": ${val}, "event-type": "mpstat"}`),
      [[TS, JSON.parse(val), "mpstat"]],
    );
  }
});

Deno.test("readPoints() takes both spellings of the name of the event type", async () => {
  for (const name of ["event-type", "event_type"]) {
    const json = `{"ts": ${TS}, "val": 5, "${name}": "throughput"}`;
    assertEquals(await read(json), [[TS, 5, "throughput"]]);
    const csv = `ts,val,${name}\n${TS},5,throughput\n`;
    assertEquals(await read(csv), [[TS, 5, "throughput"]]);
  }
});

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

Deno.test("readPoints() does what it is told where the format is named", async () => {
  assertEquals(INPUT_FORMATS, ["json", "ndjson", "csv"]);
  const object = `{"ts": ${TS}, "val": 5}`;
  assertEquals(await read(object, "json"), [[TS, 5]]);
  assertEquals(await read(object, "ndjson"), [[TS, 5]]);
  assertMatch(await problem(object, "csv"), /CSV.*line 1|^line 1 /);
  assertMatch(await problem(`${object}\n${object}`, "json"), /no JSON.*line 2/);
  assertMatch(await problem("ts,val\n1,2\n", "json"), /no JSON/);
  assertMatch(await problem("ts,val\n1,2\n", "ndjson"), /^line 1 is no JSON/);
  assertMatch(await problem("[\n]", "ndjson"), /^line 1 is no JSON/);
});

Deno.test("readPoints() finds no points where there are none", async () => {
  for (const text of ["[]", `{"data": []}`, "ts,val\n", "ts,val"]) {
    assertEquals(await read(text), [], text);
  }
  assertEquals(await read("\n\n", "ndjson"), []);
});

Deno.test("readPoints() names the line of a broken object a line", async () => {
  const good = `{"ts": ${TS}, "val": 5}`;
  const table: [line: string, message: RegExp][] = [
    [`{"ts": ${TS}, "val": }`, /^line 3 is no JSON/],
    [`{"ts": ${TS}, "val": 5`, /^line 3 is no JSON/],
    [`${good} ${good}`, /^line 3 is no JSON/],
    [`{"ts": ${TS}, "val": NaN}`, /^line 3 is no JSON/],
    [`{"ts": ${TS}}`, /^line 3 is no point: it needs ts and val$/],
    [`{"val": 5}`, /^line 3 is no point/],
    ["5", /^line 3 is no point/],
    ["null", /^line 3 is no point/],
    ["[]", /^line 3 is no point/],
    [`{"ts": "${TS}", "val": 5}`, /^line 3: ts .*not "1456790400"$/],
    [`{"ts": null, "val": 5}`, /^line 3: ts .*not null$/],
    [`{"ts": [${TS}], "val": 5}`, /^line 3: ts /],
  ];
  for (const [line, message] of table) {
    assertMatch(await problem(`${good}\n\n${line}\n${good}\n`), message, line);
  }
});

// A cut-off or mistyped file is the commonest bad input; what JSON.parse says
// of an unexpected token names no position.
Deno.test("readPoints() names the line of a mistake in JSON", async () => {
  const head = `[\n  {"ts": ${TS}, "val": 5},\n`;
  for (
    const third of [
      `  {"ts": a}\n]`,
      `  {"ts": 1, "val": 2\n`,
      `  {"ts": 1 "val": 2}]`,
      `  {"ts": 1, "val": NaN}\n]`,
      `  {'ts': 1}\n]`,
      `  ,\n]`,
      `]]`,
      `  {"ts": 1, "val": 2},]`,
    ]
  ) {
    assertMatch(await problem(head + third, "json"), /\bline [34]\b/, third);
  }
});

Deno.test("readPoints() names the point of a list that is none", async () => {
  assertMatch(
    await problem(`[{"ts": 1, "val": 2}, {"ts": 1}]`),
    /^point 2 is no point/,
  );
  assertMatch(
    await problem(`{"data": [{"ts": 1, "val": 2}, 7]}`),
    /^point 2 is no point/,
  );
  for (const text of ["{}", `{"data": {}}`]) {
    assertMatch(await problem(text), /^point 1 is no point/);
  }
});

Deno.test("readPoints() names the line of a mistake in CSV", async () => {
  const table: [text: string, message: RegExp][] = [
    ["", /^line 1 has to name the columns/],
    ["ts;val\n1;2\n", /^line 1 has to name the columns/],
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
    await places(`ts,val\n1,"a\nb"\n\n2,c\r\n3,d\n`),
    ["line 2", "line 5", "line 6"],
  );
  assertMatch(
    await problem(`ts,val\n1,2\n\n\n3\n`),
    /^line 5 has 1 columns/,
  );
});

Deno.test("readPoints() passes over a byte order mark, whatever the format", async () => {
  const object = `{"ts": ${TS}, "val": 5}`;
  for (
    const [format, text] of [
      ["csv", `ts,val\n${TS},5\n`],
      ["json", `[${object}]`],
      ["ndjson", `${object}\n`],
    ] as const
  ) {
    assertEquals(await read(`\ufeff${text}`), [[TS, 5]], format);
    assertEquals(await read(`\ufeff${text}`, format), [[TS, 5]], format);
  }
});

Deno.test("readPoints() passes over spaces round the name of an event type", async () => {
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
      () => readPoints(`ts,val\n${time},5\n`),
      UsageError,
      "line 2",
      `${time} was taken`,
    );
  }
});

// JSON and epoch seconds with a fraction are refused; a written-out time loses
// it without a word.
Deno.test("readPoints() does not cut the fraction of a written-out time without a word", async () => {
  const text = `ts,val\n2016-03-01 00:00:00.7,5\n`;
  const points = await readPoints(text).catch((error) => {
    assertStringIncludes(error.message, "line 2");
    return [];
  });
  for (const point of points) {
    assert(!Number.isInteger(point.ts), `${point.ts} was made of 00:00:00.7`);
  }
});

Deno.test("readPoints() takes names that every object has for what they are", async () => {
  for (const name of ["__proto__", "constructor", "toString"]) {
    assertEquals(
      await read(`{"ts": ${TS}, "val": 5, "event-type": "${name}"}`),
      [[TS, 5, name]],
    );
  }
  assertMatch(
    await problem(`{"__proto__": {"ts": 1, "val": 2}}`),
    /is no point/,
  );
});
