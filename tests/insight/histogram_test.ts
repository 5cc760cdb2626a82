import { assertEquals, assertThrows } from "@std/assert";
import {
  type HistogramValue,
  jitter,
  mergeHistograms,
  percentile,
  readHistogram,
} from "../../insight/histogram.ts";
import { assertClose } from "../helpers/close.ts";

const A = { "10": 90, "11": 9, "50": 1 };
const B = { "20": 5, "30": 5 };

Deno.test("mergeHistograms() adds counts, so that percentiles are those of all samples", () => {
  const merged = mergeHistograms([A, B]);
  assertEquals(merged.count, 110);
  assertEquals(percentile(merged, 50), 10);
  assertEquals(percentile(merged, 95), 30);
  assertClose(percentile(merged, 99), 47.8);
  assertEquals(merged.maximum, 50);
  assertEquals(merged.minimum, 10);
  assertClose(merged.mean, 11.809091, 1e-6);
  assertEquals(jitter(merged), 20);
  // The means of the parts, which would be wrong.
  assertEquals((percentile(A, 50)! + percentile(B, 50)!) / 2, 17.5);
  assertEquals((percentile(A, 95)! + percentile(B, 95)!) / 2, 20.5);
});

Deno.test("mergeHistograms() merges what has been read, too, and the order does not matter", () => {
  const read = mergeHistograms([readHistogram(B), A, { "20": 1 }]);
  assertEquals(read, mergeHistograms([A, { "20.0": 6, "30": 5 }]));
  assertEquals(mergeHistograms([read, {}, null, undefined]), read);
});

Deno.test("readHistogram() sorts buckets by number, negative ones too", () => {
  const { buckets } = readHistogram({
    "100.2": 1,
    "31.11": 1,
    "9.5": 2,
    "-3.1": 4,
    "1e1": 1,
  });
  assertEquals(buckets, [[-3.1, 4], [9.5, 2], [10, 1], [31.11, 1], [100.2, 1]]);
  assertEquals(percentile({ "31.11": 1, "9.5": 2, "100.2": 1 }, 50), 20.305);
});

Deno.test("readHistogram() multiplies buckets by the factor, to the digit", () => {
  assertEquals(readHistogram({ "312.5": 1 }, 0.1).buckets, [[31.25, 1]]);
  assertEquals(readHistogram({ "24.6": 1 }).buckets, [[24.6, 1]]);
  for (let tenths = 0; tenths < 1000; tenths++) {
    const { minimum } = readHistogram({ [`${tenths}`]: 1 }, 0.1);
    assertEquals(minimum, Number(`${tenths}e-1`));
  }
});

Deno.test("readHistogram() counts the buckets that it has to ignore, and never tells NaN", () => {
  const nasty = {
    "": 1,
    " ": 1,
    "late": 2,
    "NaN": 1,
    "Infinity": 3,
    "-Infinity": 3,
    "0x10": 1,
    "7": NaN,
    "8": Infinity,
    "9": -1,
    "5": 0,
    "6": 2,
  };
  const read = readHistogram(nasty);
  assertEquals(read.buckets, [[6, 2]]);
  assertEquals(read.ignored, 10);
  assertEquals([read.count, read.mean], [2, 6]);
  assertEquals(mergeHistograms([read, nasty]).ignored, 20);
  const text = { "6": "2" } as unknown as HistogramValue;
  assertEquals(readHistogram(text).ignored, 1);
});

Deno.test("a histogram without samples has no numbers", () => {
  for (const empty of [{}, null, undefined, { "5": 0 }, { "x": 1 }]) {
    const read = readHistogram(empty);
    assertEquals(read.count, 0);
    assertEquals([read.minimum, read.maximum, read.mean], [
      undefined,
      undefined,
      undefined,
    ]);
    assertEquals(percentile(read, 50), undefined);
    assertEquals(jitter(read), undefined);
  }
  assertEquals(percentile([], 50), undefined);
  assertEquals(percentile([NaN], 50), undefined);
});

Deno.test("percentile() is clamped to the extremes, and the only sample is every percentile", () => {
  for (const p of [0, 5, 50, 95, 100]) {
    assertEquals(percentile({ "24.6": 1 }, p), 24.6);
    assertEquals(percentile([24.6], p), 24.6);
  }
  assertEquals(percentile([3, 1, 2], 0), 1);
  assertEquals(percentile([3, 1, 2], 100), 3);
  assertEquals(percentile([3, 1, 2], 95), 3);
  for (const p of [-1, 101, NaN]) {
    assertThrows(() => percentile(A, p), RangeError, "from 0 to 100");
  }
});

Deno.test("percentile() of a histogram is that of the list of its samples", () => {
  const lists = [[1, 1, 2, 5], [-3, -3, 0.5, 0.5, 0.5, 9], [4, 8], [7, 7, 7]];
  for (const list of lists) {
    const counts: Record<string, number> = {};
    for (const value of list) counts[value] = (counts[value] ?? 0) + 1;
    for (let p = 0; p <= 100; p++) {
      assertEquals(percentile(counts, p), percentile(list, p), `${list} ${p}`);
    }
  }
});

Deno.test("percentile() does with huge counts, and leaves lists as they are", () => {
  const huge = { "1": Number.MAX_SAFE_INTEGER, "2": Number.MAX_SAFE_INTEGER };
  assertEquals(percentile(huge, 25), 1);
  assertEquals(percentile(huge, 75), 2);
  const list = [3, 1, 2];
  percentile(list, 50);
  assertEquals(list, [3, 1, 2]);
});

Deno.test("a bucket of the archive may be called as a member of what is read", () => {
  for (const name of ["buckets", "count", "ignored", "__proto__"]) {
    for (const count of [[1], 5, "x", null]) {
      const value = JSON.parse(
        JSON.stringify({ "1": 2, "name": count })
          .replace("name", name),
      );
      assertEquals(readHistogram(value).buckets, [[1, 2]]);
      assertEquals(percentile(value, 50), 1);
    }
  }
});
