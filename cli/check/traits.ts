/**
 * What tells the checks apart: which tests they judge, in which unit, and which
 * values are bad.
 *
 * @module
 */

import type { EventTypeName } from "../../client/event_types.ts";
import { lossSource, type ThresholdUnit } from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import type { CHECKS } from "../options/choices.ts";

/** What tells a check from others. */
export interface Traits {
  /** What it is called in messages. */
  noun: string;
  /** `are` of what is many. */
  verb?: "are";
  /**
   * The event types of which a test needs one; absent if it may have any, and
   * `--event-type` chooses.
   */
  eventTypes?: readonly EventTypeName[];
  /** Whether a test that has one is meant, if not all are. */
  isMeant?(test: Metadata, hasTool: boolean): boolean;
  /** The types of pScheduler's tests that measure it; any if absent. */
  types?: readonly string[];
  /** The unit of thresholds and values. */
  unit: ThresholdUnit;
  /** The unit as it stands behind a value. */
  shown: string;
  /** Whether small values are the bad ones. */
  isLowBad?: true;
  /** Whether there is something to choose with `--stat`. */
  stats?: true;
}

/** The event types that can be compared with their history. */
export const COMPARED: readonly EventTypeName[] = [
  "throughput",
  "packet-retransmits",
  "histogram-owdelay",
  "histogram-rtt",
  "packet-loss-rate",
  "packet-loss-rate-bidir",
];

/** The traits of each check. */
export const TRAITS: Record<(typeof CHECKS)[number], Traits> = {
  throughput: {
    noun: "throughput",
    types: ["throughput"],
    eventTypes: ["throughput"],
    unit: "Gbit/s",
    shown: "Gbps",
    isLowBad: true,
    stats: true,
  },
  loss: {
    noun: "one-way loss",
    types: ["latencybg", "latency"],
    eventTypes: ["packet-loss-rate", "packet-count-lost"],
    // The loss of UDP throughput tests is of another kind, and never mixed in.
    isMeant: (test, hasTool) =>
      hasTool ? kindOf(test) !== "round-trip" : kindOf(test) === "one-way",
    unit: "%",
    shown: "%",
    stats: true,
  },
  "ping-loss": {
    noun: "ping loss",
    types: ["rtt"],
    eventTypes: ["packet-loss-rate-bidir", "packet-count-lost-bidir"],
    isMeant: (test) => kindOf(test) === "round-trip",
    unit: "%",
    shown: "%",
    stats: true,
  },
  delay: {
    noun: "one-way delay",
    types: ["latencybg", "latency"],
    eventTypes: ["histogram-owdelay"],
    unit: "ms",
    shown: "ms",
    stats: true,
  },
  rtt: {
    noun: "round-trip time",
    types: ["rtt"],
    eventTypes: ["histogram-rtt"],
    unit: "ms",
    shown: "ms",
    stats: true,
  },
  retransmits: {
    noun: "retransmits",
    types: ["throughput"],
    verb: "are",
    eventTypes: ["packet-retransmits"],
    unit: "",
    shown: " packets",
    stats: true,
  },
  duplicates: {
    noun: "duplicates",
    types: ["latencybg", "latency", "rtt"],
    verb: "are",
    eventTypes: ["packet-duplicates", "packet-duplicates-bidir"],
    unit: "",
    shown: " packets",
    stats: true,
  },
  mtu: {
    noun: "path MTU",
    types: ["trace", "mtu"],
    eventTypes: ["path-mtu", "packet-trace"],
    unit: "",
    shown: " bytes",
    isLowBad: true,
    stats: true,
  },
  traceroute: {
    noun: "traceroute",
    types: ["trace"],
    eventTypes: ["packet-trace", "packet-trace-multi"],
    unit: "",
    shown: "",
  },
  fresh: { noun: "", unit: "s", shown: "s" },
  failures: { noun: "", unit: "%", shown: "%" },
  baseline: {
    noun: "",
    types: ["throughput", "latencybg", "latency", "rtt"],
    isMeant: ({ eventTypes }) =>
      eventTypes.some((name) => COMPARED.some((each) => each === name)),
    unit: "",
    shown: "",
    stats: true,
  },
};

function kindOf(test: Metadata) {
  return lossSource(test.toJSON())?.kind;
}
