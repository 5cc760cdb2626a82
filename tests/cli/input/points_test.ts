import { assertEquals, assertMatch } from "@std/assert";
import { INPUT_FORMATS } from "../../../cli/options/choices.ts";
import { problem, read, TS } from "./reading.ts";

Deno.test("readPoints() detects a list, an object, a bulk payload, lines of objects, and CSV", async () => {
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
      `ts,val\r\n${TS},5\r\n${TS + 1},6\r\n`,
      `timestamp,value\n2016-03-01 00:00:00,5\n2016-03-01 00:00:01,6.0\n`,
      `val , ts\n5,${TS}\n6,${TS + 1}\n`,
      `"ts","val"\n"${TS}","5"\n"${TS + 1}","6"\n\n`,
    ]
  ) assertEquals(await read(text), expected, text);
  for (const text of [one, `${one}\n`, `{\n"ts": ${TS},\n"val": 5\n}\n`]) {
    assertEquals(await read(text), [[TS, 5]], text);
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

Deno.test("readPoints() reads the format that is named", async () => {
  assertEquals(INPUT_FORMATS, ["json", "ndjson", "csv"]);
  const object = `{"ts": ${TS}, "val": 5}`;
  assertEquals(await read(object, "json"), [[TS, 5]]);
  assertEquals(await read(object, "ndjson"), [[TS, 5]]);
  assertMatch(await problem(object, "csv"), /CSV.*line 1|^line 1 /);
  assertMatch(
    await problem(`${object}\n${object}`, "json"),
    /^line 2 is not JSON/,
  );
  assertMatch(await problem("ts,val\n1,2\n", "json"), /not JSON/);
  assertMatch(await problem("ts,val\n1,2\n", "ndjson"), /^line 1 is not JSON/);
  assertMatch(await problem("[\n]", "ndjson"), /^line 1 is not JSON/);
});

Deno.test("readPoints() finds no points where there are none", async () => {
  for (const text of ["[]", `{"data": []}`, "ts,val\n", "ts,val"]) {
    assertEquals(await read(text), [], text);
  }
  for (const text of ["", "\n\n"]) {
    assertEquals(await read(text, "ndjson"), []);
    assertMatch(await problem(text), /^there is nothing in the input: /);
  }
});

Deno.test("readPoints() ignores a byte order mark in every format", async () => {
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
