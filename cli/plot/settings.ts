/**
 * What `plot` draws, and how: its options.
 *
 * @module
 */

import type { PlotScale } from "../../chart/measured.ts";
import { UsageError } from "../errors.ts";
import { readBucketWidth, readGap, readInterval } from "../options/amounts.ts";
import { SCALES } from "../options/choices.ts";
import { type DrawingOptions, readDrawing } from "../options/drawing.ts";
import type { OptionsOf } from "../options/table.ts";
import {
  checkEventType,
  listed,
  readChoice,
  readZone,
} from "../options/values.ts";
import type { GivenSpacing } from "../query/read_runs.ts";
import type { AnswerSettings, Settings } from "../query/settings.ts";

/** How a link is drawn. */
export interface PlotOptions extends DrawingOptions {
  /** Whether the other direction is drawn, too. */
  isBoth: boolean;
  /** The scale of throughput and delay. */
  scale: PlotScale;
  /** The zone of the times that are shown. */
  zone: string;
  /** What is known of schedules. */
  spacing: GivenSpacing;
  /** The width of buckets, if it is given. */
  bucketWidth: number | "ms" | undefined;
}

/** What `plot` goes by. */
export type PlotSettings = Settings & AnswerSettings & { plot: PlotOptions };

/**
 * Reads how to draw.
 *
 * @throws {UsageError} for what cannot be.
 */
export function readPlotOptions(options: OptionsOf<"plot">): PlotOptions {
  for (const host of ["src", "dest"] as const) {
    if (options.texts(host).some(Boolean)) continue;
    throw new UsageError(
      "--src and --dest are both required: a picture is of one link",
    );
  }
  const hasZone = options.text("output-tz") !== undefined;
  return {
    ...readDrawing("plot", options),
    isBoth: options.flag("both"),
    scale: readChoice(options, "scale", SCALES) ?? "linear",
    zone: readZone(options, hasZone ? "output-tz" : "tz"),
    spacing: { interval: readInterval(options), gapFactor: readGap(options) },
    bucketWidth: readBucketWidth(options),
  };
}

/** The event types that are drawn, by what they are drawn as. */
export const DRAWN_TYPES = {
  throughput: ["throughput"],
  retransmits: ["packet-retransmits"],
  loss: [
    "packet-loss-rate",
    "packet-loss-rate-bidir",
    "packet-count-lost",
    "packet-count-lost-bidir",
  ],
  delay: ["histogram-owdelay", "histogram-rtt"],
} as const;

/**
 * The event types that are asked for; none if all are.
 *
 * @throws {UsageError} for one that is not drawn.
 */
export function readDrawnTypes(options: OptionsOf<"plot">): string[] {
  const named = options.texts("event-type").filter(Boolean);
  const all: string[] = Object.values(DRAWN_TYPES).flat();
  for (const name of named) {
    checkEventType(name);
    if (all.includes(name)) continue;
    throw new UsageError(
      `--event-type is ${name}: what is drawn is ${listed(all)}`,
    );
  }
  return named;
}
