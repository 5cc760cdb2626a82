import { assertEquals, assertThrows } from "@std/assert";
import { lossRuns } from "../../insight/loss.ts";
import { compareLoss } from "../../insight/loss_history.ts";

const DAY = 86_400;

/** Runs of packets, one a day or as often as is said. */
function runsOf(
  counts: readonly (readonly [lost: number, sent: number])[],
  every = DAY,
) {
  return lossRuns({
    lost: counts.map(([val], index) => ({ ts: index * every, val })),
    sent: counts.map(([, val], index) => ({ ts: index * every, val })),
  });
}

const CLEAN = runsOf(Array.from({ length: 10 }, () => [0, 172_800]));

Deno.test("compareLoss() warns where the loss is surely above 0.0001, after days without any", () => {
  // The lower ends are 0.000102 and 0.000098.
  const sent = 1_000_000;
  assertEquals(compareLoss(runsOf([[124, sent]]), CLEAN).verdict, "warning");
  assertEquals(compareLoss(runsOf([[119, sent]]), CLEAN).verdict, "ok");
  const few = compareLoss(runsOf([[3, 600]]), CLEAN);
  assertEquals([few.verdict, few.limit, few.days], ["warning", 1e-4, 10]);
  assertEquals(compareLoss(runsOf([[1, 600]]), CLEAN).verdict, "warning");
  assertEquals(compareLoss(runsOf([[0, 600]]), CLEAN).verdict, "ok");
});

Deno.test("compareLoss() knows what is usual on a link that always loses", () => {
  const usual = runsOf(Array.from({ length: 20 }, () => [100, 10_000]));
  const found = compareLoss(runsOf([[110, 10_000]]), usual);
  assertEquals([found.verdict, found.limit], ["ok", 0.01]);
  assertEquals(compareLoss(runsOf([[150, 10_000]]), usual).verdict, "warning");
  assertEquals(found.window?.loss, 0.011);
});

Deno.test("compareLoss() pools the runs of a day, on the clocks of the zone", () => {
  // Ten runs from noon on, twelve hours apart; every other one loses.
  const counts = Array.from(
    { length: 10 },
    (_, index) => [index % 2 === 0 ? 100 : 0, 1000] as const,
  );
  const all = runsOf(counts, DAY / 2);
  const runs = all.runs.map((run) => ({ ...run, ts: run.ts + DAY / 2 }));
  const history = { ...all, runs };
  const utc = compareLoss(CLEAN, history);
  assertEquals([utc.days, utc.limit], [6, 0.1]);
  const auckland = compareLoss(CLEAN, history, "Pacific/Auckland");
  assertEquals([auckland.days, auckland.limit], [5, 0.05]);
  assertThrows(
    () => compareLoss(CLEAN, CLEAN, "Europe/Atlantis"),
    RangeError,
  );
});

Deno.test("compareLoss() does not judge with too little to go by", () => {
  const short = runsOf([[0, 600], [0, 600]]);
  const { verdict, reason, limit } = compareLoss(CLEAN, short);
  assertEquals([verdict, reason, limit], [
    "unknown",
    "history too short (2 of 8)",
    1e-4,
  ]);
  const none = compareLoss(lossRuns({}), CLEAN);
  assertEquals([none.verdict, none.reason], ["unknown", "nothing was sent"]);
  const rates = lossRuns({ rates: [{ ts: 0, val: 0.5 }] });
  const blind = compareLoss(rates, CLEAN);
  assertEquals(blind.verdict, "unknown");
  assertEquals(blind.reason, "it is not known how many packets were sent");
  assertEquals(compareLoss(CLEAN, lossRuns({})).limit, undefined);
});

Deno.test("compareLoss() needs eight runs, not eight days", () => {
  const day = runsOf(Array.from({ length: 8 }, () => [0, 600]), 3600);
  const found = compareLoss(runsOf([[60, 600]]), day);
  assertEquals([found.verdict, found.days], ["warning", 1]);
});
