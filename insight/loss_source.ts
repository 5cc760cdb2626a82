/**
 * Which packets a test counts, and where it keeps their loss.
 *
 * @module
 */

import type { EventTypeName } from "../client/event_types.ts";
import { listOf, type WireMetadata } from "../client/wire.ts";

/**
 * What the loss of a test is of: probes one way (powstream, owping), probes
 * there and back (ping), or the packets of a UDP throughput test. They are never
 * added up: the last is what a sender sent too fast, too.
 *
 * @example Usage
 * ```ts
 * import { type LossKind, lossSource } from "@esmond/client/insight";
 *
 * const kind: LossKind | undefined = lossSource({
 *   "event-types": [{ "event-type": "packet-loss-rate-bidir" }],
 * })?.kind;
 * console.log(kind); // round-trip
 * ```
 */
export type LossKind = "one-way" | "round-trip" | "udp-throughput";

/**
 * Where a test keeps its loss: the event types that it has of those that
 * `pooledLoss()` takes.
 *
 * @example Usage
 * ```ts
 * import { type LossSource, lossSource } from "@esmond/client/insight";
 *
 * const source: LossSource | undefined = lossSource({ "event-types": [] });
 * console.log(source); // undefined
 * ```
 */
export interface LossSource {
  /** What the loss is of. */
  readonly kind: LossKind;
  /** The event type of the packets lost. */
  readonly lost: EventTypeName | undefined;
  /** The event type of the packets sent. */
  readonly sent: EventTypeName | undefined;
  /** The event type of the rates. */
  readonly rates: EventTypeName | undefined;
}

/**
 * Tells where a test keeps its loss.
 *
 * @param test The test, as the archive describes it: `md.toJSON()`.
 * @returns What its loss is of, and the event types to read; `undefined` for a
 * test without rates and without lost packets.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lossSource } from "@esmond/client/insight";
 *
 * const test = {
 *   "event-types": [
 *     { "event-type": "packet-loss-rate" },
 *     { "event-type": "packet-count-sent" },
 *   ],
 * };
 * assertEquals(lossSource(test), {
 *   kind: "one-way",
 *   lost: undefined,
 *   sent: "packet-count-sent",
 *   rates: "packet-loss-rate",
 * });
 * ```
 */
export function lossSource(test: WireMetadata): LossSource | undefined {
  const types = new Set(
    listOf(test["event-types"]).map((type) => type?.["event-type"]),
  );
  const first = (...names: EventTypeName[]) =>
    names.find((name) => types.has(name));
  const lost = first("packet-count-lost-bidir", "packet-count-lost");
  const rates = first("packet-loss-rate-bidir", "packet-loss-rate");
  if (lost === undefined && rates === undefined) return undefined;
  const isThereAndBack = first(
    "packet-loss-rate-bidir",
    "packet-count-lost-bidir",
    "histogram-rtt",
  );
  return {
    kind: first("throughput")
      ? "udp-throughput"
      : isThereAndBack
      ? "round-trip"
      : "one-way",
    lost,
    sent: first("packet-count-sent"),
    rates,
  };
}
