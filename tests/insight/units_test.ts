import { assertEquals } from "@std/assert";
import {
  formatAge,
  formatDelay,
  formatNumber,
  formatPercent,
  formatRate,
  formatSpan,
} from "../../insight/units.ts";

/** Holds what is shown of each number against what is expected. */
function assertShown(
  format: (value: number) => string,
  cases: Record<string, number[]>,
): void {
  for (const [shown, values] of Object.entries(cases)) {
    for (const value of values) assertEquals(format(value), shown, `${value}`);
  }
}

Deno.test("what is not known is never shown as a number", () => {
  const formats = [
    ...[formatAge, formatDelay, formatNumber],
    ...[formatPercent, formatRate, formatSpan],
  ];
  for (const format of formats) {
    for (const value of [undefined, null, NaN, Infinity, -Infinity]) {
      assertEquals(format(value), "?");
    }
  }
});

Deno.test("formatNumber() shows the digits that count, without an exponent", () => {
  assertShown(formatNumber, {
    "0": [0, -0, 1e-15, -1e-15],
    "0.00367": [0.0036652],
    "-0.5": [-0.5],
    "12.3": [12.345],
    "10": [9.999, 10],
    "1235": [1234.6],
    "1000000": [1e6],
    "0.0000001": [1e-7],
  });
});

Deno.test("formatRate() takes the unit that fits", () => {
  assertShown(formatRate, {
    "9.41 Gbit/s": [9_412_345_000],
    "917 Mbit/s": [917e6],
    "1 Gbit/s": [999_900_000, 1e9],
    "0 bit/s": [0],
    "12 bit/s": [12],
    "64 kbit/s": [64_000],
    "1.2 Tbit/s": [1.2e12],
    "-1.5 Mbit/s": [-1.5e6],
  });
});

Deno.test("formatPercent() says neither 0 % of something nor 100 % of less than all", () => {
  assertShown(formatPercent, {
    "0 %": [0],
    "100 %": [1],
    "0.367 %": [0.00366515],
    "1.7 %": [0.017],
    "98.2 %": [0.982134],
    "99.996 %": [0.99996],
    "99.99999 %": [0.9999999],
    "0.00001 %": [1e-7],
    "4.76 %": [60 / 1260],
  });
});

Deno.test("formatDelay() shows tenths of long delays, and the sign of differences", () => {
  assertShown(formatDelay, {
    "24.6 ms": [24.6],
    "124.6 ms": [124.63],
    "0.05 ms": [0.05],
    "-3.1 ms": [-3.1],
    "0 ms": [0],
  });
  assertEquals(formatDelay(6.3, { isSigned: true }), "+6.3 ms");
  assertEquals(formatDelay(-6.3, { isSigned: true }), "-6.3 ms");
  assertEquals(formatDelay(0, { isSigned: true }), "0 ms");
});

Deno.test("formatSpan() takes the largest unit of which there are two, or exactly one", () => {
  assertShown(formatSpan, {
    "0 s": [0],
    "250 ms": [0.25],
    "45 s": [45, 45.4],
    "90 s": [90],
    "1 min": [60],
    "5 min": [300],
    "90 min": [5400],
    "1 h": [3600],
    "2 h": [7200, 7230],
    "2.5 h": [9000],
    "29 h": [29 * 3600 + 500],
    "1 d": [86_400],
    "3 d": [3 * 86_400],
    "28 d": [28 * 86_400],
    "-5 min": [-300],
  });
});

Deno.test("formatAge() tells the past from the future", () => {
  assertShown(formatAge, {
    "29 h ago": [29 * 3600],
    "now": [0, 0.5, -0.5],
    "in 5 min": [-300],
  });
});
