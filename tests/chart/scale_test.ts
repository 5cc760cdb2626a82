import { assert, assertEquals } from "@std/assert";
import { linearScale, logScale, lossScale } from "../../chart/scale.ts";

const AXIS = { from: 100, to: 0, count: 5 };

function texts(scale: { ticks: readonly { text: string }[] }): string[] {
  return scale.ticks.map(({ text }) => text);
}

Deno.test("linearScale() names round values around the data", () => {
  for (
    const [low, high, named] of [
      [0, 9.4, ["0", "2.5", "5", "7.5", "10"]],
      [30.1, 30.7, ["30", "30.2", "30.4", "30.6", "30.8"]],
      [-3, 28, ["-10", "0", "10", "20", "30"]],
      [5, 5, ["4.6", "4.8", "5", "5.2", "5.4"]],
      [0, 1e300, ["0", "2.5e+299", "5e+299", "7.5e+299", "1e+300"]],
    ] as const
  ) assertEquals(texts(linearScale(low, high, AXIS)), [...named]);
});

Deno.test("linearScale() places values between its ends, and nothing outside", () => {
  const { place } = linearScale(0, 10, AXIS);
  assertEquals([-5, 0, 2.5, 10, 99].map(place), [100, 100, 75, 0, 0]);
});

Deno.test("logScale() names powers of ten, more or fewer where there is room", () => {
  for (
    const [low, high, named] of [
      [1, 9.4, ["1", "2", "5"]],
      [1e-3, 1e9, ["0.001", "1", "1000", "1000000", "1e+9"]],
      [30.1, 30.7, ["30.2", "30.4", "30.6"]],
    ] as const
  ) assertEquals(texts(logScale(low, high, AXIS)), [...named]);
  assertEquals(logScale(1, 100, AXIS).place(10), 50);
});

Deno.test("lossScale() has a zero, which is apart from the least loss", () => {
  const { place, ticks } = lossScale({ ...AXIS, count: 8 });
  assertEquals(ticks.map(({ text }) => text), [
    "0",
    ...["0.001 %", "0.01 %", "0.1 %", "1 %", "10 %", "100 %"],
  ]);
  assertEquals(place(0), 100);
  assertEquals(place(1), 0);
  // What is less than the least is not nothing.
  assertEquals(place(1e-9), place(1e-5));
  assert(place(0) - place(1e-5) > 5);
  const steps = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1].map((loss) =>
    Math.round(place(loss) - place(10 * loss))
  );
  assertEquals(new Set(steps).size, 1);
});
