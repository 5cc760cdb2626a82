/**
 * How long a time argument takes to read, next to `Date.parse` on the texts
 * that both read alike: `deno run scripts/bench/time.ts`.
 *
 * @module
 */

import { parseTime } from "../../cli/options/time.ts";

const NOW = new Date("2016-03-15T12:00:00Z");
const ROUNDS = 7;
const RUNS = 20_000;

const TEXTS = [
  "2016-03-01",
  "2016-03-01T10:00:00Z",
  "2016-03-01T10:00:00.250+01:00",
  "2016-03-01 10:00 -0500",
  "Tue, 01 Mar 2016 10:00:00 GMT",
  "Tue Mar 1 10:00:00 2016 UTC",
  "March 1, 2016 10:00:00 PM UTC",
  "2016/03/01 10:00:00 UTC",
  "20160301T100000Z",
  "January 1",
  "yesterday 10:00",
  "-24h",
  "@1456790400",
];

/** Microseconds a call: the fastest round, which others disturbed least. */
function measure(call: () => number): number {
  let best = Infinity;
  let sum = 0; // used below, so that no call can be left out
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let run = 0; run < RUNS; run++) sum += call();
    best = Math.min(best, (performance.now() - start) * 1000 / RUNS);
  }
  return Number.isNaN(sum) ? NaN : best;
}

function row(text: string, ours: string, zone: string, theirs: string): void {
  const columns = [ours, zone, theirs].map((column) => column.padStart(14));
  console.log(text.padEnd(32) + columns.join(""));
}

row("microseconds a call", "parseTime", "with a zone", "Date.parse");
const ratios: number[] = [];
for (const text of TEXTS) {
  const ours = measure(() => parseTime(text, NOW));
  const zone = measure(() => parseTime(text, NOW, { zone: "Europe/Berlin" }));
  const isShared = Math.floor(Date.parse(text) / 1000) === parseTime(text, NOW);
  const theirs = isShared ? measure(() => Date.parse(text)) : NaN;
  if (isShared) ratios.push(ours / theirs);
  row(
    text,
    ours.toFixed(2),
    zone.toFixed(2),
    isShared
      ? `${theirs.toFixed(2)} (${(ours / theirs).toFixed(0)} x)`
      : "another answer",
  );
}
const mean = Math.exp(
  ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length,
);
console.log(
  `parseTime takes ${mean.toFixed(0)} times as long as Date.parse ` +
    `(geometric mean of the ${ratios.length} texts with the same answer)`,
);
