/**
 * How `routes` looks for changes: its options.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import {
  type MinStep,
  readBucketWidth,
  readMinStep,
} from "../options/amounts.ts";
import type { OptionsOf } from "../options/table.ts";
import { checkEventType, listed, readInteger } from "../options/values.ts";
import type { AnswerSettings, Settings } from "../query/settings.ts";

/** The event types of traces: of several flows, or of one. */
export const TRACES = ["packet-trace-multi", "packet-trace"] as const;

/** How changes are looked for. */
export interface RouteOptions {
  /** How many traces a route has to last. */
  settle: number;
  /** The smallest steps. */
  minStep: MinStep;
  /** Whether steps of throughput are looked for, too. */
  hasThroughputSteps: boolean;
  /** The width of buckets, if it is given. */
  bucketWidth: number | "ms" | undefined;
  /** Whether the other direction is told, too. */
  isBoth: boolean;
  /** How many links are read at a time. */
  lanes: number;
}

/** What `routes` goes by. */
export type RoutesSettings = Settings & AnswerSettings & {
  routes: RouteOptions;
};

/**
 * Reads how to look.
 *
 * @throws {UsageError} for what cannot be.
 */
export function readRouteOptions(options: OptionsOf<"routes">): RouteOptions {
  const settle = readInteger(options, "settle");
  if (settle < 1) {
    throw new UsageError("--settle is 0: give the number of traces, such as 8");
  }
  const minStep = readMinStep(options);
  return {
    settle,
    minStep,
    hasThroughputSteps: options.flag("details") ||
      minStep.throughput !== undefined,
    bucketWidth: readBucketWidth(options),
    isBoth: options.flag("both"),
    lanes: Math.max(1, readInteger(options, "concurrency")),
  };
}

/**
 * The event types that are asked for.
 *
 * @throws {UsageError} for one that is not of traces.
 */
export function readTraceTypes(options: OptionsOf<"routes">): string[] {
  const named = options.texts("event-type").filter(Boolean);
  for (const name of named) {
    checkEventType(name);
    if (TRACES.some((each) => each === name)) continue;
    throw new UsageError(
      `--event-type is ${name}: routes are told from ${
        listed(TRACES)
      }; delay, loss and throughput are read besides`,
    );
  }
  return named;
}
