/**
 * A change of the route, or a step, as people read it.
 *
 * @module
 */

import {
  formatDelay,
  formatPercent,
  formatRate,
  hopDifference,
} from "../../insight.ts";
import { formatTime } from "../options/time.ts";
import { tableLines } from "../output/text_table.ts";
import type { Beside, ChangeFacts, Counts, Pair } from "./beside.ts";
import type { StepFacts } from "./link_routes.ts";

/** Who answers at a hop. */
export function hopText(addresses: readonly string[]): string {
  return addresses.join(", ") || "*";
}

const SIGNS = { kept: " ", removed: "-", added: "+" };

/**
 * The lines of a change.
 *
 * @param width How wide they may be.
 */
export function changeLines(
  { effect, there, back }: ChangeFacts,
  width = Infinity,
): string[] {
  const { change: { time, before, after }, verdict, difference } = effect;
  const hops = (count: number) => `${count} hop${count === 1 ? "" : "s"}`;
  const isDelay = verdict !== undefined && difference !== undefined;
  return [
    `${formatTime(time)} UTC: ${
      verdict ?? "route changed, no delay to compare"
    }${
      isDelay ? ` (${formatDelay(difference, { isSigned: true })})` : ""
    }, ${before.length} → ${hops(after.length)}`,
    ...hopDifference(before, after).map(({ kind, addresses }) =>
      `  ${SIGNS[kind]} ${hopText(addresses)}`
    ),
    ...besideLines(there, back, width - 2).map((line) => `  ${line}`),
  ];
}

/** The line of a step. */
export function stepLine({ of, step, verdict }: StepFacts): string {
  const { time, before, after, change } = step;
  const text = of === "throughput"
    ? `${formatRate(before)} → ${formatRate(after)} (${
      signed(formatPercent(change), change)
    })`
    : `${of} ${pairText({ before, after }, DELAY)}`;
  return `${formatTime(time)} UTC: ${verdict}: ${text}`;
}

/** How a quantity is shown, and a difference of it. */
interface Shown {
  text(value: number | undefined): string;
  difference?(before: number, after: number): string;
}

const DELAY: Shown = {
  text: formatDelay,
  difference: (before, after) =>
    formatDelay(after - before, { isSigned: true }),
};

const THROUGHPUT: Shown = {
  text: formatRate,
  difference: (before, after) => {
    const change = after / before - 1;
    return signed(formatPercent(change), change);
  },
};

/** A quantity beside a change, by its name. */
type Line = [
  name: string,
  pair: (side: Beside) => Pair,
  counts: (side: Beside) => Counts,
  shown: Shown,
];

const LINES: readonly Line[] = [
  ["least delay", ({ delay }) => delay, ({ n }) => n.delay, DELAY],
  ["median delay", ({ median }) => median, ({ n }) => n.delay, DELAY],
  ["loss", ({ loss }) => loss, ({ n }) => n.loss, { text: formatPercent }],
  [
    "throughput",
    ({ throughput }) => throughput,
    ({ n }) => n.throughput,
    THROUGHPUT,
  ],
];

/** A table of what is beside a change; nothing if that is nothing. */
function besideLines(there: Beside, back: Beside, width: number): string[] {
  const rows = LINES.flatMap(([name, pair, counts, shown]) => {
    const isKnown = [there, back].some((side) => {
      const { before, after } = counts(side);
      return before + after > 0;
    });
    const cells = [there, back].flatMap((side) => {
      const { before, after } = counts(side);
      return before + after === 0 ? ["", ""] : [
        pairText(pair(side), shown) + noteOf(name, side),
        `${before}, ${after}`,
      ];
    });
    return isKnown ? [[name, ...cells]] : [];
  });
  if (rows.length === 0) return [];
  return tableLines({ columns: ["", "there", "n", "back", "n"], rows, width });
}

/** What has to be said beside a number. */
function noteOf(name: string, side: Beside): string {
  const isDelay = name.endsWith("delay");
  const isLoss = name === "loss";
  const { before = 0, after = 0 } = side.delay;
  const kind = isDelay ? side.delayKind : isLoss ? side.lossKind : undefined;
  const notes = [
    ...kind === "round-trip" ? ["round trip"] : [],
    ...isDelay && Math.min(before, after) < 0 ? ["the clocks differ"] : [],
    ...isLoss && side.lossBasis === "mean of rates" ? ["unweighted"] : [],
  ];
  return notes.map((note) => `, ${note}`).join("");
}

function pairText({ before, after }: Pair, { text, difference }: Shown) {
  const both = `${text(before)} → ${text(after)}`;
  return before === undefined || after === undefined || !difference
    ? both
    : `${both} (${difference(before, after)})`;
}

function signed(text: string, value: number): string {
  return value > 0 ? `+${text}` : text;
}
