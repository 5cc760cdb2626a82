/**
 * Which event type stands for a test: its points are the test's runs.
 *
 * @module
 */

import { eventTypeInfo, type EventTypeName } from "../client/event_types.ts";

/** Where a run that has failed is told. */
export const FAILURES: EventTypeName = "failures";

/** Where every run is told that pScheduler has made. */
export const RUN_HREF: EventTypeName = "pscheduler-run-href";

/**
 * The event type that represents a test: `throughput`, of powstream and owping
 * `packet-loss-rate`, of ping `packet-loss-rate-bidir`, of traces
 * `packet-trace`, of ntp `ntp-offset`; otherwise the one with most points.
 *
 * @param eventTypes The names of the event types that the test has.
 * @param points How many points one has, for tests that have none of the above;
 * as many of each by default.
 * @returns Its name; `undefined` if the test has nothing but `failures` and
 * `pscheduler-run-href`.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { representativeOf } from "@esmond/client/insight";
 *
 * const udp = ["failures", "packet-loss-rate", "throughput"];
 * assertEquals(representativeOf(udp), "throughput");
 * const own = { "power": 3, "temperature": 30 };
 * assertEquals(
 *   representativeOf(Object.keys(own), (name) => own[name as keyof typeof own]),
 *   "temperature",
 * );
 * ```
 */
export function representativeOf(
  eventTypes: Iterable<string>,
  points: (eventType: string) => number = () => 0,
): string | undefined {
  let best: { name: string; place: number; count: number } | undefined;
  for (const name of eventTypes) {
    if (name === FAILURES || name === RUN_HREF) continue;
    const place = eventTypeInfo(name)?.place ?? Infinity;
    const count = place === Infinity ? points(name) : 0;
    if (
      best === undefined || place < best.place ||
      place === best.place && count > best.count
    ) {
      best = { name, place, count };
    }
  }
  return best?.name;
}
