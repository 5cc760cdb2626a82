import { assertEquals } from "@std/assert";
import { Leftovers } from "../../../cli/input/leftovers.ts";

const at = (line: number, eventType = "failures") => ({
  eventType,
  place: `line ${line}`,
});

Deno.test("Leftovers has a line for each reason and event type, with some of the places", () => {
  const leftovers = new Leftovers();
  assertEquals([leftovers.count, leftovers.lines()], [0, []]);
  leftovers.add(at(1), "odd");
  leftovers.add(at(2), "even");
  leftovers.add(at(3, "throughput"), "odd");
  for (let line = 5; line < 25; line += 2) leftovers.add(at(line), "odd");
  leftovers.add(at(25), "even as well", "even");
  assertEquals(leftovers.count, 14);
  assertEquals(leftovers.lines(), [
    "line 1: odd (the same of line 5, line 7, line 9, line 11, line 13, 5 more up to line 23)",
    "line 2: even (the same of line 25)",
    "line 3: odd",
  ]);
});

Deno.test("Leftovers counts the groups that are too many to be listed", () => {
  const leftovers = new Leftovers();
  for (let line = 1; line < 50; line++) leftovers.add(at(line), `${line >> 1}`);
  const lines = leftovers.lines();
  assertEquals(lines.length, 21);
  assertEquals(lines.at(-1), "10 points for 5 other reasons");
});
