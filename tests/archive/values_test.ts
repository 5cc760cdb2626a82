/** Stored rows as they are shown. */

import { assertEquals } from "@std/assert";
import {
  eventTypeInfo,
  type SummaryType,
  type ValueClass,
} from "../../client/event_types.ts";
import type { Row } from "../../archive/rows.ts";
import type { Series, Subject } from "../../archive/store.ts";
import {
  BASE,
  pointText,
  showSummary,
  subjectFields,
} from "../../archive/values.ts";

function row(fields: Partial<Row>): Row {
  return { ts: 0, number: null, divisor: null, json: null, ...fields };
}

/** A roll-up of a row; `undefined` where there is none. */
function summary(
  eventType: string,
  type: SummaryType,
  fields: Partial<Row>,
  times = 1,
): string | undefined {
  const info = eventTypeInfo(eventType)!;
  const series: Series = { id: 1, info, timeUpdated: null, summaries: [] };
  return showSummary(series, type, times)?.(row(fields));
}

Deno.test("values are shown as they were posted, numbers always as floats", () => {
  const cases: [ValueClass, Partial<Row>, string][] = [
    ["integer", { number: "5", divisor: "1" }, "5.0"],
    ["float", { number: "12345", divisor: "1" }, "1.2345"],
    ["float", { number: "-20000", divisor: "1" }, "-2.0"],
    ["percentage", { number: "3", divisor: "4" }, "0.75"],
    ["histogram", { json: '{"1.0":2}' }, '{"1.0":2}'],
    ["subinterval", { json: "[1]" }, "[1]"],
    ["json", { json: '"a"' }, '"a"'],
  ];
  for (const [valueClass, fields, text] of cases) {
    assertEquals(BASE[valueClass](row(fields)), text, valueClass);
  }
  assertEquals(pointText(60, "5.0"), '{"ts":60,"val":5.0}');
});

Deno.test("averages divide the sum of a window by its count", () => {
  const fields = { number: "30", divisor: "4" };
  assertEquals(summary("throughput", "average", fields), "7.5");
  const scaled = { number: "30000", divisor: "4" };
  assertEquals(summary("ntp-offset", "average", scaled), "0.75");
  for (const name of ["packet-loss-rate", "histogram-owdelay", "failures"]) {
    assertEquals(summary(name, "average", fields), undefined, name);
  }
});

Deno.test("sums of a roll-up that was declared twice are twice as large, and rates are not", () => {
  const cases: [string, Partial<Row>, once: string, twice: string][] = [
    ["throughput", { number: "30", divisor: "4" }, "30.0", "60.0"],
    ["ntp-offset", { number: "5000", divisor: "4" }, "0.5", "1.0"],
    ["packet-loss-rate", { number: "3", divisor: "4" }, "0.75", "0.75"],
    ["histogram-rtt", { json: '{"1":2}' }, '{"1":2}', '{"1":4}'],
  ];
  for (const [name, fields, once, twice] of cases) {
    assertEquals(summary(name, "aggregation", fields), once, name);
    assertEquals(summary(name, "aggregation", fields, 2), twice, name);
  }
  assertEquals(summary("failures", "aggregation", { json: "{}" }), undefined);
});

Deno.test("statistics are those of a histogram's samples", () => {
  const text = summary("histogram-rtt", "statistics", {
    json: '{"2":1,"4":1}',
  });
  const { mean, minimum, maximum } = JSON.parse(text!);
  assertEquals([mean, minimum, maximum], [3, 2, 4]);
});

Deno.test("a network element is described without a destination", () => {
  const subject: Subject = {
    subjectType: "point-to-point",
    source: "192.0.2.1",
    destination: "192.0.2.2",
    measurementAgent: "192.0.2.3",
    toolName: "tool",
    inputSource: "a",
    inputDestination: "b",
  };
  const pair = {
    "source": "192.0.2.1",
    "destination": "192.0.2.2",
    "measurement-agent": "192.0.2.3",
    "tool-name": "tool",
    "input-source": "a",
    "input-destination": "b",
  };
  const names = Object.keys(pair);
  assertEquals(Object.entries(subjectFields(subject)), Object.entries(pair));
  const element = { ...subject, subjectType: "network-element" };
  assertEquals(
    Object.keys(subjectFields(element)),
    names.filter((name) => !name.endsWith("destination")),
  );
});
