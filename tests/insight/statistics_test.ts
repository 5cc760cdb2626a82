import { assertEquals } from "@std/assert";
import {
  combineStatistics,
  scaleStatistics,
} from "../../insight/statistics.ts";

Deno.test("scaleStatistics() multiplies all by the factor, the variance by its square", () => {
  const scaled = scaleStatistics({
    minimum: 246,
    median: 247,
    mode: [246, null, 247],
    variance: 25,
    "standard-deviation": 5,
    "percentile-95": 3,
    maximum: null,
  }, 0.1);
  assertEquals(scaled, {
    minimum: 24.6,
    median: 24.7,
    mode: [24.6, null, 24.7],
    variance: 0.25,
    "standard-deviation": 0.5,
    "percentile-95": 0.3,
    maximum: null,
  });
  assertEquals(scaleStatistics({}, 0.1), {});
});

Deno.test("combineStatistics() tells extremes, and the range of medians", () => {
  const bins = [
    { minimum: 24.5, median: 24.6, maximum: 40 },
    null,
    { minimum: 24.4, median: 30.9, maximum: 33 },
    {},
    { minimum: null, median: null, maximum: null, mode: [null] },
    undefined,
  ];
  assertEquals(combineStatistics(bins), {
    bins: 2,
    minimum: 24.4,
    maximum: 40,
    lowestMedian: 24.6,
    highestMedian: 30.9,
  });
});

Deno.test("combineStatistics() has nothing to tell of nothing, and takes negative delays as they are", () => {
  assertEquals(combineStatistics([]), {
    bins: 0,
    minimum: undefined,
    maximum: undefined,
    lowestMedian: undefined,
    highestMedian: undefined,
  });
  const { minimum, maximum } = combineStatistics([
    { minimum: -3.1, maximum: -1, median: NaN },
  ]);
  assertEquals([minimum, maximum], [-3.1, -1]);
});
