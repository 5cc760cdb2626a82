/**
 * The series that exports of the tests are made of: none, one, a few and many
 * points, and tests that share a file name.
 */

import { FROM, makeSeries, type Series, TO } from "../../servers/generated.ts";

const DENSE = "192.0.2.14";

const SHARED = {
  source: "192.0.2.12",
  destination: "2001:db8::22",
  eventType: "packet-loss-rate",
};

/** All of them. */
export const SERIES: readonly Series[] = [
  makeSeries({ key: "a1", eventType: "throughput", count: 16_000 }),
  makeSeries({ key: "a1", eventType: "path-mtu", count: 0 }),
  makeSeries({ key: "a1", eventType: "packet-trace", count: 1200 }),
  makeSeries({ key: "a1", eventType: "failures", count: 999 }),
  // So dense that all lies in one of the slices.
  makeSeries({
    ...{ key: "b2", eventType: "throughput", count: 4000, source: DENSE },
    between: [FROM + 90_000, FROM + 96_100],
  }),
  makeSeries({
    ...{ key: "b2", eventType: "histogram-owdelay", count: 1000 },
    source: DENSE,
  }),
  makeSeries({ ...SHARED, key: "c300000001", count: 3000 }),
  makeSeries({ ...SHARED, key: "c400000002", count: 1001 }),
  makeSeries({ ...SHARED, key: "c500000003", count: 0 }),
  makeSeries({ ...SHARED, key: "c600000004", count: 1, between: [TO, TO] }),
];
