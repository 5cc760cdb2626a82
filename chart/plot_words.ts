/**
 * What a picture says in words: its window, how it was summarised, and what it
 * shows.
 *
 * @module
 */

import { mergeHistograms, percentile } from "../insight/histogram.ts";
import { poolLoss } from "../insight/loss.ts";
import { median } from "../insight/robust.ts";
import {
  formatDelay,
  formatPercent,
  formatRate,
  formatSpan,
} from "../insight/units.ts";
import type { Columns } from "./columns.ts";
import type { PlotData, PlotTest } from "./measured.ts";
import { timeText } from "./time_ticks.ts";

/** The window, and the zone of its times. */
export function windowText({ window, zone }: PlotData): string {
  const [from, to] = [window.start, window.end].map((time) =>
    timeText(time, zone)
  );
  return `${from} to ${to} ${zone}`;
}

/** The title: with both directions if both were measured. */
export function titleOf({ title, family, tests }: PlotData): string {
  const isBoth = tests.some(({ isReverse }) => isReverse);
  const over = family === undefined ? "" : `, IPv${family}`;
  return `${isBoth ? title.replace("→", "⇄") : title}${over}`;
}

/** What tests there are, how they ran, and how they were summarised. */
export function notesOf(data: PlotData, columns: Columns): string[] {
  const hasHistograms = data.tests.some(({ delay }) => delay);
  const hasLoss = data.tests.some(({ loss }) => loss);
  return [
    `${data.tests.map((test) => ranText(test, data)).join("; ")}.`,
    [
      `Each column: ${formatSpan(columns.seconds)}`,
      ...hasLoss ? [`loss by ${lossBasis(data)}`] : [],
      ...hasHistograms ? ["percentiles of merged histograms"] : [],
    ].join(", ") + ".",
    ...data.remarks,
  ];
}

function lossBasis({ tests }: PlotData): string {
  const bases = new Set(tests.flatMap(({ loss }) => loss?.basis ?? []));
  return bases.has("mean of rates") ? "mean of rates, unweighted" : "packets";
}

function ranText(test: PlotTest, { tests }: PlotData): string {
  const { label, counts, isReverse, coverage } = test;
  const isBoth = tests.some((each) => each.isReverse !== isReverse);
  return [
    `${label}${isBoth ? isReverse ? " ←" : " →" : ""}: ${
      counts.runs === 1 ? "1 run" : `${counts.runs} runs`
    }`,
    ...coverage === undefined ? [] : [`coverage ${formatPercent(coverage)}`],
    ...(["failed", "lost", "empty"] as const).flatMap((outcome) =>
      counts[outcome] === 0
        ? []
        : [`${counts[outcome]} ${outcome === "lost" ? "lost all" : outcome}`]
    ),
  ].join(", ");
}

/** What the picture shows, in sentences. */
export function descriptionOf(data: PlotData): string {
  const { title, reverseTitle, routeChanges, clockSteps } = data;
  return [
    `${titleOf(data)}, ${windowText(data)}.`,
    ...data.tests.map((test) =>
      `${test.isReverse ? reverseTitle : title}, ${ranText(test, data)}${
        test.summary.map((text) => `; ${text}`).join("")
      }.`
    ),
    ...routeChanges.length === 0
      ? []
      : [`The route changed: ${routeChanges.map(textOf(data)).join("; ")}.`],
    ...clockSteps.length === 0
      ? []
      : [`A clock was set: ${clockSteps.map(textOf(data)).join("; ")}.`],
    ...data.remarks,
  ].join(" ");
}

function textOf({ zone }: PlotData) {
  return ({ time, text }: { time: number; text: string }) =>
    `${timeText(time, zone)}, ${text}`;
}

/** What a test measured in all, as the other commands tell it. */
export function measuredTexts(
  { throughput, loss, delay }: Pick<PlotTest, "throughput" | "loss" | "delay">,
): string[] {
  const pooled = loss && poolLoss(loss);
  const all = delay && mergeHistograms(delay.values);
  const rates = throughput?.values ?? [];
  const [low, high] = [Math.min, Math.max].map((of) =>
    rates.reduce((one, other) => of(one, other), rates[0] ?? NaN)
  );
  return [
    ...rates.length === 0 ? [] : [
      `throughput ${formatRate(low)} to ${formatRate(high)}, median ${
        formatRate(median(rates))
      }`,
    ],
    ...pooled === undefined ? [] : [
      `loss ${formatPercent(pooled.loss)}${
        pooled.sent === undefined
          ? " (mean of rates, unweighted)"
          : ` (${pooled.lost} of ${pooled.sent} packets)`
      }`,
    ],
    ...all === undefined || all.count === 0 ? [] : [
      `${delay?.isRoundTrip ? "round-trip time" : "delay"} ${
        formatDelay(all.minimum)
      } at least, median ${formatDelay(percentile(all, 50))}, 95th percentile ${
        formatDelay(percentile(all, 95))
      }`,
    ],
  ];
}
