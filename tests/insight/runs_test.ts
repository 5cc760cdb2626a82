import { assertEquals } from "@std/assert";
import {
  lostTimes,
  type Outcome,
  type RunRecords,
  runsOf,
} from "../../insight/runs.ts";

/** Runs as time and outcome. */
function pairs(records: RunRecords, interval?: number): [number, Outcome][] {
  return runsOf(records, interval).map(({ time, outcome }) => [time, outcome]);
}

Deno.test("each outcome is what the records of a run say", () => {
  const records = {
    hrefs: [0, 300, 600, 900],
    values: [0, 300],
    lost: [300],
    failures: [0, 600],
  };
  assertEquals(pairs(records, 300), [
    [0, "measured"],
    [300, "lost"],
    [600, "failed"],
    [900, "empty"],
  ]);
});

Deno.test("loss of all packets is a run, also where nothing else was written", () => {
  assertEquals(pairs({ lost: [300] }), [[300, "lost"]]);
});

Deno.test("times closer than half an interval are one run, at its first time", () => {
  const values = [0, 149, 150, 299, 450, 451];
  assertEquals(pairs({ values }, 300).map(([time]) => time), [0, 150, 450]);
  assertEquals(pairs({ values: [0, 100, 200, 300] }, 300), [
    [0, "measured"],
    [200, "measured"],
  ]);
});

Deno.test("without an interval only the same second is the same run", () => {
  assertEquals(pairs({ values: [5, 5, 6], failures: [6, 7] }), [
    [5, "measured"],
    [6, "measured"],
    [7, "failed"],
  ]);
});

Deno.test("where there are runs of pScheduler, values beside them are theirs", () => {
  const hrefs = [0, 300, 600, 900, 1200, 1500];
  const late = hrefs.map((time) => time + 5);
  const early = hrefs.map((time) => time - 5);
  for (const values of [late, early]) {
    assertEquals(
      pairs({ hrefs, values }, 300),
      hrefs.map((time) => [time, "measured"]),
    );
  }
});

Deno.test("a failure that no run of pScheduler is near to is a run of its own", () => {
  const hrefs = [0, 300, 600, 1200, 1500];
  assertEquals(
    pairs({ hrefs, values: hrefs, failures: [900] }, 300)[3],
    [900, "failed"],
  );
  // Of archives that keep these of good runs alone.
  assertEquals(pairs({ hrefs: [0], failures: [300] }, 300), [
    [0, "empty"],
    [300, "failed"],
  ]);
});

Deno.test("a record between two runs belongs to the one that it is nearer to", () => {
  const hrefs = [0, 300, 600];
  assertEquals(pairs({ hrefs, values: [140, 460] }, 300), [
    [0, "measured"],
    [300, "empty"],
    [600, "measured"],
  ]);
});

Deno.test("records in any order, as points, or without a time", () => {
  const values = [
    { ts: 600, val: 1 },
    { ts: new Date(0), val: 1 },
    { ts: "300", val: null },
    { ts: NaN, val: 1 },
    { ts: "", val: 1 },
  ];
  assertEquals(pairs({ values, failures: [Infinity, 900] }, 300), [
    [0, "measured"],
    [300, "measured"],
    [600, "measured"],
    [900, "failed"],
  ]);
});

Deno.test("nothing has no runs", () => {
  assertEquals(runsOf({}), []);
  assertEquals(runsOf({ values: [], hrefs: [NaN] }, 300), []);
});

Deno.test("all packets are lost where the loss is 1, or as many were lost as were sent", () => {
  assertEquals(
    lostTimes({
      rates: [
        { ts: 0, val: 0.999 },
        { ts: 60, val: 1 },
        { ts: 120, val: null },
        // which cannot be, but is sent
        { ts: 130, val: 1.5 },
      ],
      lost: [
        { ts: 180, val: 600 },
        { ts: 240, val: 599 },
        { ts: 300, val: 0 },
        { ts: 360, val: 5 },
      ],
      sent: [
        { ts: 180, val: 600 },
        { ts: 240, val: 600 },
        { ts: 300, val: 0 },
      ],
    }),
    [60, 180],
  );
  assertEquals(lostTimes({}), []);
  assertEquals(lostTimes({ lost: [{ ts: 0, val: 3 }] }), []);
});
