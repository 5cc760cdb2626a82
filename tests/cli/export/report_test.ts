import { assertEquals } from "@std/assert";
import type { ProgressState } from "../../../cli/export/progress_line.ts";
import { type FailedSeries, reportLines } from "../../../cli/export/report.ts";
import { MINUTE, state } from "./states.ts";

const DONE = state({
  series: 12,
  done: 12,
  points: 34_567,
  bytes: 1_234_567,
  files: 12,
});

Deno.test("reportLines() of a run without trouble is one line", () => {
  const table: [Partial<ProgressState>, report: string][] = [
    [{}, "12 series, 34,567 points, 1.2 MB in 12 files, 3.4 s"],
    [
      { retries: 1 },
      "12 series, 34,567 points, 1.2 MB in 12 files, 3.4 s, 1 retry",
    ],
    [
      { skipped: 4, files: 8, retries: 2 },
      "12 series (4 complete already), 34,567 points, 1.2 MB in 8 files, 3.4 s, 2 retries",
    ],
    [
      { skipped: 12, files: 0, bytes: 0, points: 0 },
      "12 series (all complete already), nothing written, 3.4 s",
    ],
    [
      { series: 1, done: 1, files: 1, bytes: 20, points: 1 },
      "1 series, 1 point, 20 B in 1 file, 3.4 s",
    ],
    [
      { points: 0, bytes: 0, files: 0 },
      "12 series, nothing written, 3.4 s",
    ],
  ];
  for (const [given, report] of table) {
    assertEquals(reportLines({ ...DONE, ...given }, 3_400, []), [report]);
  }
});

Deno.test("reportLines() of a run without series is nothing", () => {
  assertEquals(reportLines(state({ retries: 3 }), MINUTE, []), []);
});

Deno.test("reportLines() says that a run was interrupted", () => {
  assertEquals(reportLines({ ...DONE, done: 5, files: 5 }, 3_400, []), [
    "5 of 12 series, 34,567 points, 1.2 MB in 5 files, 3.4 s",
    "7 series not finished",
  ]);
});

Deno.test("reportLines() groups failures by reason, the most frequent first", () => {
  const failures: FailedSeries[] = [
    {
      which: "throughput, a to b",
      why: "the archive sent nothing for 20 s (https://ma.example/x/1)",
    },
    ...Array.from({ length: 7 }, (_, n) => ({
      which: `packet-loss-rate, a to ${n}`,
      why: "the archive answered 502: Bad Gateway" +
        (n > 2 ? `, after ${n}000 had arrived` : "") +
        ` (http://ma.example/y/${n}?limit=1000)`,
    })),
  ];
  const failed = { ...DONE, failed: 8, files: 4 };
  const lines = [
    "8 of 12 series failed:",
    "  7 series: the archive answered 502: Bad Gateway",
    "    packet-loss-rate, a to 0",
    "    packet-loss-rate, a to 1",
    "    packet-loss-rate, a to 2",
    "    packet-loss-rate, a to 3",
    "    packet-loss-rate, a to 4",
    "    and 2 more",
    "  1 series: the archive sent nothing for 20 s",
    "    throughput, a to b",
  ];
  assertEquals(reportLines(failed, 3_400, failures).slice(1), lines);
  assertEquals(
    reportLines(failed, 3_400, failures, true).slice(1),
    ["\x1b[31m8 of 12 series failed\x1b[39m:", ...lines.slice(1)],
  );
  assertEquals(reportLines(failed, 3_400, []).slice(1), [
    "8 of 12 series failed",
  ]);
});

Deno.test("reportLines() stays short when everything fails in ways of its own", () => {
  const failures = Array.from(
    { length: 5_000 },
    (_, n) => ({ which: `series ${n}`, why: `reason ${n}` }),
  );
  const all = state({ series: 5_000, done: 5_000, failed: 5_000 });
  const lines = reportLines(all, MINUTE, failures);
  assertEquals(lines.length, 2 + 10 * 2 + 1);
  assertEquals(lines.at(-1), "  4,990 series: other reasons");
});
