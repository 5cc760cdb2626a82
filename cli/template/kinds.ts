/**
 * What tells tests apart, in a template and in an archive: the type, the tool
 * and a few parameters.
 *
 * @module
 */

import { familyOf } from "../../client/ip_address.ts";
import { representativeOf } from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import { type JsonObject, textOf } from "./template.ts";

/** What tells tests between two hosts apart; absent is not known. */
export interface Traits {
  /** The type of pScheduler's test, such as `throughput`. */
  readonly type: string;
  /** The version of IP. */
  readonly family: 4 | 6 | undefined;
  /** The tools of which one is used; any if there is none. */
  readonly tools: readonly string[];
  /** The protocol, of throughput. */
  readonly protocol: "tcp" | "udp" | undefined;
  /** How many streams, of throughput. */
  readonly streams: number | undefined;
  /** How many bits per second are sent, of throughput. */
  readonly bandwidth: number | undefined;
}

/** Reads what a test of a template is told by. */
export function traitsOfSpec(
  type: string,
  spec: JsonObject,
  tools: readonly string[],
): Traits {
  const family = spec["ip-version"];
  const isThroughput = type === "throughput";
  return {
    type,
    family: family === 4 || family === 6 ? family : undefined,
    tools,
    protocol: isThroughput ? spec["udp"] === true ? "udp" : "tcp" : undefined,
    streams: isThroughput ? numberOf(spec["parallel"]) : undefined,
    bandwidth: isThroughput ? numberOf(spec["bandwidth"]) : undefined,
  };
}

/** What a K, M, G or T comes to. */
const FACTORS: Record<string, number> = { K: 1, M: 2, G: 3, T: 4 };

/** A number as pScheduler takes it: 2, "2", "1G" or "512Ki". */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const [, digits, prefix = "", binary] =
    /^([\d.]+)\s*([KMGT])?(i)?$/i.exec(textOf(value) ?? "") ?? [];
  if (digits === undefined) return undefined;
  const power = FACTORS[prefix.toUpperCase()] ?? 0;
  const number = Number(digits) * (binary ? 1024 : 1000) ** power;
  return Number.isFinite(number) ? number : undefined;
}

/** The types of tests whose runs are the points of an event type. */
const TYPES: Record<string, readonly string[]> = {
  "throughput": ["throughput"],
  "packet-loss-rate": ["latencybg", "latency"],
  "histogram-owdelay": ["latencybg", "latency"],
  "packet-loss-rate-bidir": ["rtt"],
  "histogram-rtt": ["rtt"],
  "packet-trace": ["trace"],
  "path-mtu": ["mtu"],
};

/**
 * The type of a test in an archive: what pScheduler wrote, or those that have
 * such results; without either, none.
 */
export function typesOf(test: Metadata): readonly string[] {
  const told = textOf(test.get("pscheduler-test-type"));
  if (told !== undefined) return [told];
  return TYPES[representativeOf(test.eventTypes) ?? ""] ?? [];
}

/** Whether a test of an archive, of the same type, may be one of a template. */
export function fits(
  { family, tools, protocol, streams, bandwidth }: Traits,
  test: Metadata,
): boolean {
  const { source = "", destination = "", toolName = "" } = test;
  const itsFamily = familyOf(destination) ?? familyOf(source);
  const tool = toolName.slice(toolName.lastIndexOf("/") + 1);
  return isSame(family, itsFamily) &&
    (tools.length === 0 || tools.includes(tool)) &&
    isSame(protocol, textOf(test.ipTransportProtocol)?.toLowerCase()) &&
    isSame(streams, numberOf(test.get("bw-parallel-streams"))) &&
    isSame(bandwidth, numberOf(test.get("bw-target-bandwidth")));
}

/** What is not known does not tell apart. */
function isSame<T>(wanted: T | undefined, found: T | undefined): boolean {
  return wanted === undefined || found === undefined || wanted === found;
}
