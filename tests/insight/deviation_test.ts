import { assertEquals } from "@std/assert";
import { deviation } from "../../insight/deviation.ts";
import { assertClose } from "../helpers/close.ts";

const HISTORY = [9.1, 9.3, 9.2, 9.4, 9.0, 9.2, 2.0];

Deno.test("deviation() is not blinded by an outlier in the history", () => {
  for (const [value, z] of [[8.7, -2.7174], [8, -6.5217], [9.6, 2.1739]]) {
    const found = deviation(value!, HISTORY);
    assertEquals(found?.usual, 9.2);
    assertClose(found?.scale, 0.184);
    assertClose(found?.z, z!, 5e-5);
  }
  // What mean and standard deviation say of 8.0.
  const mean = HISTORY.reduce((sum, value) => sum + value) / 7;
  const squares = HISTORY.map((value) => (value - mean) ** 2);
  const deviates = Math.sqrt(squares.reduce((sum, each) => sum + each) / 6);
  assertClose(mean, 8.1714, 5e-5);
  assertClose(deviates, 2.7244, 5e-5);
  assertClose((8 - mean) / deviates, -0.063, 5e-4);
});

Deno.test("deviation() has a scale where the values are all alike", () => {
  assertClose(deviation(5, [5, 5, 5, 5, 9])?.scale, 0.1);
  assertEquals(deviation(5.3, [5, 5, 5, 5, 9], 0.15)?.scale, 0.15);
  assertEquals(deviation(3, [0, 0, 0], 1)?.z, 3);
});

Deno.test("deviation() takes the spread of the values where that is the greatest", () => {
  const { usual, scale } = deviation(10, [8, 9, 10, 11, 12], 0.1)!;
  assertEquals([usual, scale], [10, 1.4826]);
});

Deno.test("deviation() is finite and negative delays are what they are", () => {
  const none = deviation(0, [0, 0, 0]);
  assertEquals([none?.usual, none?.z], [0, 0]);
  assertEquals(Number.isFinite(deviation(7, [0, 0, 0])?.z), true);
  const clock = deviation(-3, [-5, -5, -5]);
  assertEquals([clock?.usual, clock?.scale, clock?.z], [-5, 0.1, 20]);
});

Deno.test("deviation() needs a history, and leaves out what is not finite", () => {
  assertEquals(deviation(5, []), undefined);
  assertEquals(deviation(5, [NaN, Infinity]), undefined);
  assertEquals(deviation(5, [5, NaN, 5, Infinity])?.usual, 5);
  assertEquals(deviation(7, [5])?.z, 20);
});
