import { assertEquals } from "@std/assert";
import { Leftovers } from "../../../cli/input/leftovers.ts";

const at = (line: number, more: Record<string, unknown> = {}) => ({
  eventType: "failures",
  place: `a.csv: line ${line}`,
  ts: 1456790400 + line,
  val: "5",
  ...more,
});

Deno.test("Leftovers has a line for each reason and series, with some of the points", () => {
  const leftovers = new Leftovers();
  assertEquals([leftovers.count, leftovers.lines()], [0, []]);
  leftovers.add(at(1), "odd");
  leftovers.add(at(2), "even");
  leftovers.add(at(3, { eventType: "throughput" }), "odd");
  for (let line = 5; line < 25; line += 2) leftovers.add(at(line), "odd");
  leftovers.add(at(25), "even as well", "even");
  leftovers.add(at(26, { key: "0f", ts: 1e13 }), "even");
  assertEquals(leftovers.count, 15);
  assertEquals(leftovers.lines(), [
    "a.csv: line 1: failures at 2016-03-01 00:00:01: odd; the same of " +
    "line 5 at 2016-03-01 00:00:05, line 7 at 2016-03-01 00:00:07, " +
    "line 9 at 2016-03-01 00:00:09, line 11 at 2016-03-01 00:00:11, " +
    "line 13 at 2016-03-01 00:00:13, " +
    "5 more up to line 23 at 2016-03-01 00:00:23",
    "a.csv: line 2: failures at 2016-03-01 00:00:02: even; the same of " +
    "line 25 at 2016-03-01 00:00:25",
    "a.csv: line 3: throughput at 2016-03-01 00:00:03: odd",
    "a.csv: line 26: failures of 0f at 10000000000000: even",
  ]);
});

Deno.test("Leftovers counts the groups that are too many to be listed", () => {
  const leftovers = new Leftovers();
  for (let line = 1; line < 50; line++) leftovers.add(at(line), `${line >> 1}`);
  const lines = leftovers.lines();
  assertEquals(lines.length, 21);
  assertEquals(lines.at(-1), "10 points of 5 other series");
});
