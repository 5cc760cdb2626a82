import { assertEquals } from "@std/assert";
import {
  exact,
  shortBytes,
  shortCount,
  shortTime,
} from "../../../cli/export/amounts.ts";
import { MINUTE } from "./states.ts";

Deno.test("shortCount() and shortBytes() never show four figures, nor a unit too small", () => {
  const table: [value: number, count: string, bytes: string][] = [
    [0, "0", "0 B"],
    [0.42, "0.4", "0.4 B"],
    [1, "1", "1 B"],
    [12.7, "13", "13 B"],
    [999, "999", "999 B"],
    [999.7, "1.0 k", "1.0 kB"],
    [1_000, "1.0 k", "1.0 kB"],
    [99_949, "99.9 k", "99.9 kB"],
    [99_951, "100 k", "100 kB"],
    [350_000, "350 k", "350 kB"],
    [999_499, "999 k", "999 kB"],
    [999_500, "1.0 M", "1.0 MB"],
    [1_234_567, "1.2 M", "1.2 MB"],
    [7.5e9, "7.5 G", "7.5 GB"],
    [5e15, "5000 T", "5000 TB"],
  ];
  for (const [value, count, bytes] of table) {
    assertEquals([shortCount(value), shortBytes(value)], [count, bytes]);
  }
});

Deno.test("shortTime() has one unit or two, and carries over", () => {
  const table: [ms: number, text: string][] = [
    [-5, "0 s"],
    [0, "0 s"],
    [3_400, "3.4 s"],
    [9_949, "9.9 s"],
    [9_950, "10 s"],
    [59_499, "59 s"],
    [59_500, "1 min"],
    [200_000, "3 min 20 s"],
    [3_599_600, "1 h"],
    [125 * MINUTE, "2 h 5 min"],
    [1_439.6 * MINUTE, "1 d"],
    [28 * 60 * MINUTE, "1 d 4 h"],
  ];
  for (const [ms, text] of table) assertEquals(shortTime(ms), text);
});

Deno.test("exact() shows every digit, with thousands set apart", () => {
  for (const value of [0, 7, 999, 1000, 12_345, 999_999, 1e6, 20_000_000]) {
    assertEquals(exact(value), value.toLocaleString("en-US"));
  }
});
