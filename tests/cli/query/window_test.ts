import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { ROOT } from "../../helpers/archive.ts";
import { needs } from "../../helpers/binary.ts";
import { test } from "../../helpers/listed.ts";
import { runCli } from "../../helpers/run.ts";
import { json, withServer } from "../../servers/serve.ts";
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

needs(
  "clock",
  "-S any has no window in the list, and points from 1970 on, with -E up to there",
  async () => {
    const types = [{
      "event-type": "throughput",
      "base-uri": `${ROOT}k1/throughput/base`,
      "time-updated": null,
    }];
    const argv = ["-e", "throughput", "-S", "Any", "-o", "csv"];
    for (
      const [more, window] of [
        [[], ["0", `${NOW_SECONDS}`]],
        [["-E", "@1456790400"], ["0", "1456790400"]],
        [["-E", "@-5"], ["-62135596800", "-5"]],
        [["-F", "time-end:7"], ["0", "7"]],
        [["-F", "time-range:5"], ["0", `${NOW_SECONDS}`]],
      ] as const
    ) {
      const asked: URL[] = [];
      await withServer((_, url) => {
        asked.push(url);
        return json(
          url.pathname === ROOT
            ? [test("k1", [], { "event-types": types })]
            : [],
        );
      }, async (origin) => {
        const { exit, stderr } = await runCli(
          [
            ...["get", "-u", origin, "-s1.1.1.1", "-d2.2.2.2"],
            ...argv,
            ...more,
          ],
          { now: NOW },
        );
        assertEquals(exit, 0, stderr);
        assertMatch(stderr, /^never written to: 1 of 1 tests, 1 of 1 series$/m);
      });
      const [list, data] = asked.map(({ searchParams }) => searchParams);
      assertEquals([...list!.keys()], ["source", "destination", "event-type"]);
      assertEquals(
        [data!.get("time-start"), data!.get("time-end")],
        [...window],
        more.join(),
      );
    }
  },
);

Deno.test("a start among the filters takes the place of -S any", async () => {
  const { query } = await carriedOut([...LIST, "-S", "any", "-F", "time:5"]);
  assertEquals(query["time"], "5");
});

Deno.test("-S any lists every test, and -E has no effect on that, which is told", async () => {
  const all = [...LIST.slice(1), "-S", "any", "-E", "2016-03-01T00:00"];
  for (const command of ["get-endpoints", "get-metadata"]) {
    const { query, stderr } = await carriedOut([command, ...all]);
    assertEquals(query, {});
    assertMatch(stderr, /^--end-time has no effect beside -S any/m);
  }
});
