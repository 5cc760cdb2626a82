/**
 * How much memory a dataset takes at most (peak RSS): 300 series over 30 days,
 * and 1000, against 30 series.
 *
 * @module
 */

import { measure, percent } from "./memory.ts";
import { type BenchOptions, table } from "./tools.ts";

const DAYS = 30;

/** The first point is not the first of its day. */
const FILES = DAYS + 1;

/** Seconds between points. */
const SPACING = 600;

/** How many series. */
const FEW = 30, MANY = 300, MOST = 1000;

/** Measures and prints. */
export async function dataset(options: BenchOptions): Promise<void> {
  if (Deno.build.os !== "linux") {
    console.log("not measured: peak RSS is read from /proc, which Linux has");
    return;
  }
  const further = ["--partition", "day", ...options.further];
  const measured = (tests: number, runs: number) =>
    measure(
      {
        ...{ tests, eventTypes: 1, spacing: SPACING },
        points: DAYS * 86_400 / SPACING,
      },
      { ...options, runs, format: "parquet", further },
      FILES,
    );
  const few = await measured(FEW, options.runs);
  const many = await measured(MANY, options.runs);
  const most = await measured(MOST, 1); // takes long
  table([
    [`${DAYS} days`, "series    points      files    peak RSS      seconds"],
    ...([[FEW, few], [MANY, many], [MOST, most]] as const).map((
      [series, { points, peak, seconds }],
    ): [string, string] => [
      "",
      [
        String(series).padEnd(10),
        String(points).padEnd(12),
        String(FILES).padEnd(9),
        `${(peak / 1024).toFixed(0)} MB`.padEnd(14),
        seconds.toFixed(1),
      ].join(""),
    ]),
    ...([[MANY, many], [MOST, most]] as const).map((
      [series, { peak }],
    ): [string, string] => [
      "",
      `${series} series: ${percent(peak / few.peak)} memory than ${FEW}`,
    ]),
  ]);
}
