/**
 * Roll-ups: bins, sums of histograms, and their statistics against a
 * computation on the expanded samples.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import { Fault } from "../../archive/answers.ts";
import {
  binOf,
  bucketsOf,
  statisticsOf,
  statisticsText,
} from "../../archive/summaries.ts";

const SEED = { seed: 20160301 };

Deno.test("statisticsOf() agrees with the statistics of the single samples", () => {
  const histogram = fc.dictionary(
    fc.integer({ min: -3000, max: 3000 }).map((n) => String(n / 10)),
    fc.integer({ min: 1, max: 40 }),
    { minKeys: 1, maxKeys: 12 },
  );
  fc.assert(
    fc.property(histogram, (counts) => {
      const got = statisticsOf(bucketsOf(JSON.stringify(counts)))!;
      const want = naive(counts);
      for (const [name, value] of Object.entries(want)) {
        const found = got[name as keyof typeof got];
        if (Array.isArray(value)) {
          assertEquals([...found as number[]].sort(ascending), value);
        } else assert(isClose(found as number, value), `${name}: ${found}`);
      }
    }),
    { ...SEED, numRuns: 500 },
  );
});

/** One list entry a sample, textbook formulas, no shared code. */
function naive(counts: Record<string, number>) {
  const samples = Object.entries(counts)
    .flatMap(([bucket, count]) => Array(count).fill(Number(bucket)) as number[])
    .sort(ascending);
  const n = samples.length;
  const mean = samples.reduce((a, b) => a + b) / n;
  const variance = samples.map((x) => (x - mean) * (x - mean))
    .reduce((a, b) => a + b) / n;
  const at = (p: number) => {
    const rank = (p * (n + 1)) / 100;
    if (rank <= 1) return samples[0]!;
    if (rank >= n) return samples[n - 1]!;
    const k = Math.trunc(rank);
    const low = samples[k - 1]!;
    return low + (rank - k) * (samples[k]! - low);
  };
  const most = Math.max(...Object.values(counts));
  const mode = Object.keys(counts).filter((key) => counts[key] === most)
    .map(Number).sort(ascending);
  return {
    mean,
    variance,
    mode,
    "minimum": samples[0]!,
    "maximum": samples[n - 1]!,
    "median": at(50),
    "percentile-25": at(25),
    "percentile-75": at(75),
    "percentile-95": at(95),
    "standard-deviation": Math.sqrt(variance),
  };
}

function ascending(a: number, b: number): number {
  return a - b;
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <=
    1e-9 * Math.max(Math.abs(a), Math.abs(b)) + 1e-9;
}

Deno.test("statistics of buckets that are not numbers are empty", () => {
  const none = statisticsOf(bucketsOf('{"1":5,"over":1}'));
  assertEquals(statisticsText(none), "{}");
});

Deno.test("statistics need samples, and a variance that is not negative", () => {
  for (const json of ["{}", '{"1":0}', '{"1":3,"2":-1}', '""', "[]"]) {
    assertThrows(() => statisticsOf(bucketsOf(json)), Fault);
  }
});

Deno.test("a bin begins at a multiple of its window and contains its points", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 4e9 }),
      fc.integer({ min: 1, max: 1e8 }),
      (ts, window) => {
        const bin = binOf(ts, window);
        assert(bin <= ts && ts < bin + window && bin % window === 0);
      },
    ),
    SEED,
  );
  assertEquals(binOf(1234567, 0), 1234567);
  assertEquals(Object.is(binOf(-0, 7), 0), true);
});

Deno.test("the variance is summed in the order of the buckets, not of posting", () => {
  const shuffled = { "31.3": 7, "0.1": 3, "9.7": 11, "2.9": 5, "17.1": 2 };
  const ordered = Object.fromEntries(
    Object.entries(shuffled).sort(([a], [b]) => Number(a) - Number(b)),
  );
  const mean = statisticsOf(bucketsOf(JSON.stringify(shuffled)))!.mean;
  let sum = 0;
  for (const [bucket, count] of Object.entries(ordered)) {
    const distance = Number(bucket) - mean;
    sum += distance * distance * count;
  }
  const { variance } = statisticsOf(bucketsOf(JSON.stringify(shuffled)))!;
  assertEquals(variance, sum / 28);
});
