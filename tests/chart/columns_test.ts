import { assert, assertEquals } from "@std/assert";
import { Columns, columnsOf } from "../../chart/columns.ts";
import { mergeHistograms, percentile, poolLoss } from "../../insight.ts";
import { delayTest, START, throughputTest, WEEK } from "./measured.ts";

const HOUR = 3600;

Deno.test("Columns begin at whole seconds, and every second is in one", () => {
  for (const [seconds, count] of [[1, 9], [10, 3], [1000, 920], [7, 7]]) {
    const window = { start: START, end: START + seconds! - 1 };
    const columns = new Columns(window, count!);
    assertEquals(columns.from(0), START);
    assertEquals(columns.from(columns.count), window.end + 1);
    for (let time = START; time <= window.end; time++) {
      const column = columns.of(time);
      assert(columns.from(column) <= time && time < columns.from(column + 1));
    }
  }
});

Deno.test("columnsOf() merges histograms and pools loss, as over the whole window", () => {
  const test = delayTest({
    loss: (time) => (time / 300) % 10 === 0 ? 0.1 : 0,
    delay: (time) => 12 + (time / 300) % 5,
  });
  for (const count of [7, 42, 230]) {
    const columns = new Columns(WEEK, count);
    const loss = columnsOf(test, "loss", columns, WEEK);
    const sum = (name: "lost" | "sent" | "n") =>
      loss.reduce((sum, each) => sum + each[name]!, 0);
    const all = poolLoss(test.loss!)!;
    assertEquals([sum("lost"), sum("sent")], [all.lost, all.sent]);
    assertEquals(sum("n"), 2016);
    for (
      const { from, to, p50, min, max } of columnsOf(
        test,
        "delay",
        columns,
        WEEK,
      )
    ) {
      const within = test.delay!.values.filter((_, at) => {
        const time = test.delay!.times[at]!;
        return from <= time && time < to;
      });
      const merged = mergeHistograms(within);
      assertEquals(
        [p50, min, max],
        [percentile(merged, 50), merged.minimum, merged.maximum],
      );
    }
  }
});

Deno.test("columnsOf() tells how runs ended, and leaves out what is between two", () => {
  const at = (hour: number) => START + hour * HOUR;
  const columns = new Columns(WEEK, 7 * 24);
  const test = delayTest({
    lost: (time) => time >= at(10) && time < at(11),
    failed: (time) => time >= at(20) && time < at(21),
    missing: (time) => time >= at(30) && time < at(31),
  });
  const outcomes = columnsOf(test, "delay", columns, WEEK)
    .map(({ outcome, n }) => `${outcome} ${n}`);
  assertEquals(
    [9, 10, 20, 30].map((hour) => outcomes[hour]),
    ["measured 12", "lost 0", "failed 0", "missing 0"],
  );
  const loss = columnsOf(test, "loss", columns, WEEK);
  assertEquals([loss[10]!.loss, loss[10]!.outcome], [1, "lost"]);
  assertEquals([loss[20]!.loss, loss[20]!.n], [undefined, 0]);
  // Runs two hours apart are in every second column.
  const rates = columnsOf(throughputTest(), "throughput", columns, WEEK);
  assertEquals(rates.length, 84);
});
