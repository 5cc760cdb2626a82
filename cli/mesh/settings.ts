/**
 * What `mesh` shows, and how it judges: its options.
 *
 * @module
 */

import { formatSpan, parseRange, type ThresholdRange } from "../../insight.ts";
import {
  type CheckSettings,
  type JudgingSettings,
  readJudging,
  readWhat,
  type What,
} from "../check/settings.ts";
import { TRAITS } from "../check/traits.ts";
import type { Io } from "../io.ts";
import type { OptionsOf } from "../options/table.ts";

/** What is shown if nothing is named. */
const BY_DEFAULT: What = "loss";

/** How the values of a matrix are judged. */
export type Judged = "thresholds" | "history" | "itself";

/** What a matrix shows, and how. */
export interface MeshSettings {
  /** What its numbers are, with their unit. */
  title: string;
  /** How they are judged. */
  judged: Judged;
  /** The same in words. */
  rule: string;
}

/** What each matrix shows. */
const TITLES: Readonly<Record<What, string>> = {
  throughput: "Average throughput, Gbit/s",
  loss: "One-way packet loss, %",
  "ping-loss": "Packet loss of pings, %",
  delay: "Median one-way delay, ms",
  rtt: "Median round-trip time, ms",
  retransmits: "Average retransmits of a run",
  duplicates: "Average duplicate packets of a run",
  mtu: "Path MTU, bytes",
  traceroute: "Number of routes",
  fresh: "Time since the last run",
  failures: "Failed runs, %",
  baseline: "How far from usual (z)",
};

/** The upper ends of the steps of loss, in percent: the same for every matrix. */
export const LOSS_STEPS: readonly number[] = [0, 0.01, 0.1, 1, 10];

/** Loss is judged by steps of its scale, unless thresholds are given. */
const LOSS_THRESHOLDS = { warning: "0.01", critical: "0.1" };

/** Whether what is shown is loss. */
export function isLoss(what: What): boolean {
  return what === "loss" || what === "ping-loss";
}

/** The matrix that is asked for: the first word, or loss. */
export function readMeshWhat(options: Pick<OptionsOf<"mesh">, "words">): What {
  return readWhat(options, BY_DEFAULT);
}

/**
 * Reads what to show, and how to judge it.
 *
 * @throws {UsageError} for what cannot be, or has no effect.
 */
export function readMesh(
  options: OptionsOf<"mesh">,
  io: Pick<Io, "note">,
): { check: CheckSettings; mesh: MeshSettings } {
  const what = readMeshWhat(options);
  const note = (line: string) => io.note(line);
  const given = readJudging(what, options, { command: "mesh", note });
  const { warning, critical } = thresholdsOf(what, given);
  const judged = judgedBy(what, warning ?? critical);
  return {
    check: {
      ...given,
      ...{ warning, critical },
      ...{ stat: undefined, percentiles: [] },
      // What a template has should run.
      missing: options.text("mesh") === undefined ? "unknown" : "critical",
      failed: "critical",
      ...{ isBoth: false, hasToArrive: false },
    },
    mesh: {
      title: TITLES[what],
      judged,
      rule: ruleOf(judged, { ...given, warning, critical }),
    },
  };
}

function thresholdsOf(
  what: What,
  { warning, critical }: JudgingSettings,
): Pick<JudgingSettings, "warning" | "critical"> {
  return warning === undefined && critical === undefined && isLoss(what)
    ? {
      warning: parseRange(LOSS_THRESHOLDS.warning, "%"),
      critical: parseRange(LOSS_THRESHOLDS.critical, "%"),
    }
    : { warning, critical };
}

/** What can be compared with its history. */
const COMPARED: readonly What[] = ["throughput", "delay", "rtt", "retransmits"];

function judgedBy(what: What, threshold: ThresholdRange | undefined): Judged {
  return threshold !== undefined
    ? "thresholds"
    : COMPARED.includes(what)
    ? "history"
    : "itself";
}

function ruleOf(
  judged: Judged,
  { what, warning, critical, history }: JudgingSettings,
): string {
  const change = "-w and -c set thresholds";
  switch (judged) {
    case "thresholds":
      return [
        ...warning ? [`warning ${alertText(warning, what)}`] : [],
        ...critical ? [`critical ${alertText(critical, what)}`] : [],
      ].join(", ");
    case "history":
      return `judged by the ${
        formatSpan(history)
      } before, at the same time of day or week, if those have 8 values; ${change}`;
    case "itself":
      return OWN_RULES[what] ?? `every value is ok; ${change}`;
  }
}

/** The values for which a threshold alerts. */
function alertText(
  { start, end, isInside }: ThresholdRange,
  what: What,
): string {
  const unit = TRAITS[what].unit && ` ${TRAITS[what].unit}`;
  if (isInside) return `from ${start} to ${end}${unit}`;
  if (end === Infinity) return `below ${start}${unit}`;
  return start <= 0
    ? `above ${end}${unit}`
    : `below ${start} and above ${end}${unit}`;
}

/** Of what needs no thresholds. */
const OWN_RULES: Partial<Record<What, string>> = {
  fresh: "warning if a run is late, critical if the test is stale",
  failures: "warning if a run failed, critical if all did",
  baseline:
    "the worst of throughput, delay, retransmits and loss: warning from z 3, critical from 5",
};
