import { assert, assertEquals, assertStringIncludes } from "@std/assert";
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
