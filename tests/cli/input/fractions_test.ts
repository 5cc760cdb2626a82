import { assert, assertEquals } from "@std/assert";
import { countsOf } from "../../../cli/input/fractions.ts";
import { fc } from "../../packages/fast_check.ts";

Deno.test("countsOf() is the decimal fraction, and the simplest one where that is too long", () => {
  const cases: [rate: string, numerator: number, denominator: number][] = [
    ["0", 0, 1],
    ["0.0", 0, 1],
    ["1.0", 1, 1],
    ["0.005", 5, 1000],
    ["5e-3", 5, 1000],
    ["0.25", 25, 100],
    ["1e-10", 1, 10_000_000_000],
    ["0.3333333333333333", 1, 3],
    ["0.0016666666666666668", 1, 600],
    ["0.33666666666666667", 101, 300],
    ["0.8571428571428571", 6, 7],
  ];
  for (const [rate, numerator, denominator] of cases) {
    assertEquals(JSON.parse(countsOf(rate)!), { numerator, denominator }, rate);
  }
  for (const rate of ["-0.5", "1e30", "x"]) {
    assertEquals(countsOf(rate), undefined, rate);
  }
});

Deno.test("countsOf() gives counts whose rate is the same number, of any packets", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (sent, part) => {
        const rate = Math.round(sent * part) / sent;
        const { numerator, denominator } = JSON.parse(countsOf(`${rate}`)!);
        assertEquals(numerator / denominator, rate);
        assert(Number.isSafeInteger(numerator) && denominator > 0);
      },
    ),
  );
});
