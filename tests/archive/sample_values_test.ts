/** The values of the sample: the archive takes them, and they fit together. */

import { assert, assertEquals } from "@std/assert";
import { EVENT_TYPES, eventTypeInfo } from "../../client/event_types.ts";
import {
  eventsBetween,
  type Moment,
  momentOf,
  randomFor,
  SITES,
} from "../../archive/sample_network.ts";
import { TENTHS_OF_MILLISECONDS, VALUES } from "../../archive/sample_values.ts";
import { checkValue } from "../../archive/validate.ts";

const DAY = 86_400;
const NIGHT = 3 * 3600;
const AFTERNOON = 15 * 3600;

/** A moment of the path from one site to another. */
function at(ts: number, more: Partial<Moment> = {}): Moment {
  const [source, destination] = SITES;
  const events = eventsBetween(0, DAY);
  const random = randomFor(`${ts}`);
  const moment = momentOf(ts, source!, destination!, 4, events, random);
  return { ...moment, ...more };
}

function sum(buckets: unknown): number {
  return Object.values(buckets as Record<string, number>)
    .reduce((total, count) => total + count, 0);
}

Deno.test("there are values for every event type, which the archive takes", () => {
  assertEquals(
    Object.keys(VALUES).toSorted(),
    EVENT_TYPES.map(({ name }) => name).toSorted(),
  );
  for (const [name, make] of Object.entries(VALUES)) {
    for (let ts = 0; ts < DAY; ts += 7200) {
      const text = JSON.stringify(make(at(ts)));
      checkValue(eventTypeInfo(name)!.valueClass, text);
    }
  }
});

Deno.test("packets in histograms, lost packets and sent ones add up", () => {
  for (const loss of [0, 0.0005, 0.024, 1]) {
    const moment = at(NIGHT, { loss });
    const of = (name: string) => VALUES[name]!(moment);
    const [sent, lost] = [of("packet-count-sent"), of("packet-count-lost")];
    assertEquals(of("packet-loss-rate"), {
      numerator: lost,
      denominator: sent,
    });
    for (
      const name of ["histogram-owdelay", "histogram-rtt", "histogram-ttl"]
    ) {
      assertEquals(sum(of(name)) + Number(lost), sent, `${name} ${loss}`);
    }
    assertEquals(sum(TENTHS_OF_MILLISECONDS(moment)) + Number(lost), sent);
  }
  const wide = VALUES["histogram-rtt"]!(at(NIGHT, { random: () => 0 }));
  assertEquals(Object.keys(wide as object).length, 8);
});

Deno.test("delays in histograms begin at that of the path, there and back", () => {
  const least = (buckets: unknown) =>
    Math.min(...Object.keys(buckets as object).map(Number));
  const moment = at(NIGHT, { delay: 12.34 });
  assertEquals(least(VALUES["histogram-owdelay"]!(moment)), 12.3);
  assertEquals(least(VALUES["histogram-rtt"]!(moment)), 24.7);
  assertEquals(least(TENTHS_OF_MILLISECONDS(moment)), 123);
});

Deno.test("throughput is least in the afternoon, and far less where packets are lost", () => {
  const of = (ts: number, loss: number) =>
    Number(VALUES["throughput"]!(at(ts, { loss })));
  assert(of(AFTERNOON, 0) < 0.8 * of(NIGHT, 0));
  assert(of(NIGHT, 0.01) < 0.1 * of(NIGHT, 0));
});

Deno.test("streams have a share of a test each, and intervals follow each other", () => {
  const moment = at(NIGHT, { random: () => 0.5 });
  const whole = Number(VALUES["throughput"]!(moment));
  const streams = VALUES["streams-throughput"]!(moment) as number[];
  assertEquals(streams, [Math.round(whole / 2), Math.round(whole / 2)]);
  const parts = VALUES["throughput-subintervals"]!(moment) as {
    start: number;
    duration: number;
  }[];
  parts.reduce((end, { start, duration }) => {
    assertEquals(start, end);
    return start + duration;
  }, 0);
});

Deno.test("a trace lists the routers in order, one of which sometimes does not answer", () => {
  const of = (number: number) =>
    VALUES["packet-trace"]!(at(NIGHT, { random: () => number })) as {
      ttl: number;
      ip?: string;
      success: number;
    }[];
  const { hops } = at(NIGHT);
  assertEquals(of(0.5).map(({ ip }) => ip), hops.map(({ ip }) => ip));
  assertEquals(of(0.5).map(({ ttl }) => ttl), hops.map((_, i) => i + 1));
  assertEquals(of(0).map(({ success }) => success), [1, 1, 0, 1, 1]);
});
