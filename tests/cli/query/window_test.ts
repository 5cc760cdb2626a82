import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { needs } from "../../helpers/binary.ts";
import { carriedOut, DAY, LIST, NOW, NOW_SECONDS, refusal } from "./asking.ts";

needs(
  "clock",
  "the window is the last 24 hours, in whole seconds, when no times are given",
  async () => {
    const { query } = await carriedOut(LIST, { now: NOW });
    assertEquals(query, {
      "time-start": String(NOW_SECONDS - DAY),
      "time-end": String(NOW_SECONDS),
    });
  },
);

Deno.test("a window can be a single second", async () => {
  const { query } = await carriedOut([
    ...LIST,
    "-S@1456790400",
    "-E@1456790400",
  ]);
  assertEquals(query["time-start"], "1456790400");
  assertEquals(query["time-end"], "1456790400");
});

Deno.test("times without a zone are in UTC, or in the zone of --tz", async () => {
  const argv = [...LIST, "-S", "2016-03-01", "-E", "2016-03-02T00:00+05:00"];
  const { query } = await carriedOut(argv);
  assertEquals(query["time-start"], "1456790400");
  const berlin = await carriedOut([...argv, "--tz", "Europe/Berlin"]);
  assertEquals(berlin.query["time-start"], "1456786800");
  assertEquals(berlin.query["time-end"], query["time-end"]);
});

Deno.test("nobody is told to exchange times of which only one was given", async () => {
  const end = await refusal([...LIST, "-E", "2016-03-01"]);
  assertStringIncludes(end, "--start-time");
  assert(!end.includes("exchange"), end);
  const start = await refusal([...LIST, "-S", "2036-03-01"]);
  assert(!start.includes("exchange"), start);
});

Deno.test("a time that most people read otherwise is told once, by its option, and read all the same", async () => {
  const { query, stderr } = await carriedOut(
    [...LIST, "-S", "01/11/2016", "-E", "2016-04-25"],
  );
  assertEquals(query["time-start"], "1452470400");
  assertEquals(query["time-end"], "1461542400");
  assertEquals(stderr.trimEnd().split("\n"), [
    '--start-time: "01/11/2016" means 2016-01-11, the month first: write 2016-11-01 if you mean that day',
    '--end-time: "2016-04-25" means the first second of that day: write 2016-04-25T23:59:59 if you mean all of it',
  ]);
});

Deno.test("a time of several words without quotes is refused, and shown in quotes", async () => {
  const table: [argv: string[], whole: string][] = [
    [["-S", "January", "1"], '--start-time: .*"January 1"'],
    [["-S", "2016-03-01", "10:00"], '--start-time: .*"2016-03-01 10:00"'],
    [["-S", "2", "hours", "ago"], '--start-time: .*"2 hours ago"'],
    [["-S", "Jan", "1", "-E", "March", "3", "2036"], '--start-time: .*"Jan 1"'],
    [["-S@1", "-EMarch", "3", "2016", "x"], '--end-time: .*"March 3 2016"'],
  ];
  for (const [argv, whole] of table) {
    assertMatch(await refusal([...LIST, ...argv]), new RegExp(whole));
  }
});

Deno.test("words that make no time, or stand elsewhere, are ignored with a notice", async () => {
  for (
    const argv of [
      ["-S", "2016-03-01", "word"],
      ["-S", "January 1", "-I", "1"],
      ["1", "-S", "January 1"],
    ]
  ) {
    const { stderr } = await carriedOut([...LIST, ...argv]);
    assertMatch(stderr, /belongs to no option and is ignored/);
  }
});
