/**
 * Sample data: some days of a small mesh over IPv4 and IPv6, with an outage, a
 * route change and a link that loses packets.
 *
 * @module
 */

import { describe } from "./describe.ts";
import {
  type Events,
  eventsBetween,
  type Moment,
  momentOf,
  randomFor,
  type Site,
} from "./sample_network.ts";
import { type Plan, PLANS } from "./sample_plans.ts";
import { VALUES } from "./sample_values.ts";
import type { Series, Store } from "./store.ts";
import { checkValue } from "./validate.ts";

const DAY = 86_400;

/**
 * Fills an archive with sample data up to now. The same `now`, `days` and
 * dialect give the same data. What an archive has already is kept: a second
 * call only adds newer points.
 *
 * @param store The archive.
 * @param days How many days.
 * @param now Seconds since 1970 UTC.
 * @param dialect Whose tools and event types to use.
 */
export function fillSample(
  store: Store,
  days: number,
  now: number,
  dialect: "esmond" | "elmond" = "esmond",
): void {
  const start = now - Math.round(days * DAY);
  const events = eventsBetween(start, now);
  store.transaction(() => {
    for (const plan of PLANS[dialect]) {
      for (const [source, destination] of plan.pairs) {
        fillTest(store, { plan, source, destination, start, now, events });
      }
    }
  });
}

interface Task {
  plan: Plan;
  source: Site;
  destination: Site;
  start: number;
  now: number;
  events: Events;
}

function fillTest(store: Store, task: Task): void {
  const { plan, source, destination, start, now, events } = task;
  const wanted = describe(JSON.stringify(descriptionOf(task))).test;
  const { test } = store.findOrAdd(wanted, start);
  const has = new Map(
    test.series.map(({ id }) => [id, store.lastTime({ series: id })]),
  );
  const written = new Map<Series, number>();
  const seed = [
    plan.seed ?? plan.tool,
    plan.family,
    source.name,
    destination.name,
  ].join();
  const first = Math.ceil(start / plan.every) * plan.every;
  for (let ts = first; ts <= now; ts += plan.every) {
    const moment = momentOf(
      ts,
      source,
      destination,
      plan.family,
      events,
      randomFor(`${seed} ${ts}`),
    );
    for (const series of test.series) {
      const { name, valueClass } = series.info;
      const isOld = ts <= (has.get(series.id) ?? -Infinity);
      if (isOld || !isMeasured(name, moment)) continue;
      // Loss and delay agree among the event types of a moment; other numbers
      // are independent.
      const random = randomFor(`${seed} ${name} ${ts}`);
      const make = plan.values?.[name] ?? VALUES[name]!;
      const value = JSON.stringify(make({ ...moment, random }));
      store.write(series, ts, checkValue(valueClass, value));
      written.set(series, ts);
    }
  }
  for (const [series, ts] of written) store.touch(series, ts);
}

/**
 * During an outage there are only failures, otherwise everything but failures.
 */
function isMeasured(name: string, { isDown, source, destination }: Moment) {
  const isAlone = source === destination;
  return (name === "failures") === (isDown && !isAlone);
}

function descriptionOf({ plan, source, destination }: Task) {
  const address = (site: Site) => plan.family === 4 ? site.v4 : site.v6;
  const isAlone = source === destination;
  return {
    "subject-type": isAlone ? "network-element" : "point-to-point",
    "source": address(source),
    "measurement-agent": address(source),
    "tool-name": plan.tool,
    "input-source": `ps.${source.name}.example`,
    ...(!isAlone && {
      "destination": address(destination),
      "input-destination": `ps.${destination.name}.example`,
    }),
    "event-types": Object.entries(plan.keeps).map(([name, windows]) => ({
      "event-type": name,
      "summaries": windows.flatMap(([type, ...seconds]) =>
        seconds.map((window) => ({
          "summary-type": type,
          "summary-window": String(window),
        }))
      ),
    })),
    ...plan.parameters,
  };
}
