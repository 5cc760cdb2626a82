/**
 * The data of elmond: the forms of its documents, and what it does not serve.
 */

import { assertEquals, assertThrows } from "@std/assert";
import { Fault, Refusal } from "../../archive/answers.ts";
import { checkAddress, pointsAt } from "../../archive/elmond_data.ts";
import { describe } from "../../archive/describe.ts";
import { Store } from "../../archive/store.ts";
import { checkValue } from "../../archive/validate.ts";
import { description } from "../helpers/archive.ts";

const RANGE = { from: 0, to: 1e9, limit: 1000, offset: 0 };

/** The texts that elmond shows of one point of an event type. */
function shown(
  eventType: string,
  value: unknown,
  path = "base",
  seconds = 0,
  more: Record<string, unknown> = {},
): string[] {
  const store = new Store(":memory:");
  const body = JSON.stringify(description({ [eventType]: [] }, more));
  const { test } = store.findOrAdd(describe(body).test, 0);
  const [series] = test.series;
  const text = JSON.stringify(value);
  store.write(series!, 300, checkValue(series!.info.valueClass, text));
  const texts = [
    ...pointsAt(store, test, { eventType, path, seconds }, RANGE),
  ];
  store.close();
  return texts.map((one) => one.replace(/^\{"ts":\d+,"val":/, "").slice(0, -1));
}

Deno.test("values have the form of elmond's documents", () => {
  const cases: [eventType: string, value: unknown, text: string | undefined][] =
    [
      ["throughput", 5, "5"],
      ["packet-loss-rate", { numerator: 1, denominator: 4 }, "0.25"],
      ["histogram-owdelay", { "250": 2, "10.01": 1 }, '{"250.0":2,"10.01":1}'],
      ["histogram-ttl", { "250": 2 }, '{"250.0":2}'],
      ["histogram-rtt", { "250": 2 }, undefined],
      ["failures", { error: ["a"] }, '{"error":["a"]}'],
      ["failures", { error: null }, undefined],
      ["failures", "x", '{"error":"x"}'],
      [
        "throughput-subintervals",
        [{ start: 0, duration: 1, val: 2 }],
        "[]",
      ],
      ["streams-throughput", [1, 2], "[null,null]"],
      ["streams-throughput-subintervals", [[]], "[]"],
      ["streams-packet-retransmits", [1, 2], "[1,2]"],
      [
        "packet-trace",
        [{ ttl: 1, error_message: "x" }],
        '[{"ttl":1,"error-message":"x"}]',
      ],
      ["pscheduler-run-href", "https://a/", '"https://a/"'],
    ];
  for (const [eventType, value, text] of cases) {
    assertEquals(shown(eventType, value)[0], text, eventType);
  }
});

Deno.test("packets of a throughput test over UDP are counted as 0, and not served", () => {
  const udp = {
    "pscheduler-test-type": "throughput",
    "ip-transport-protocol": "udp",
  };
  assertEquals(shown("packet-count-lost", 5, "base", 0, udp), []);
  assertEquals(shown("packet-count-lost", 5, "aggregations", 300, udp), [
    "0.0",
  ]);
  const rate = { numerator: 1, denominator: 2 };
  assertEquals(shown("packet-loss-rate", rate, "aggregations", 300, udp), []);
  assertEquals(shown("packet-loss-rate", rate, "aggregations", 300), ["0.5"]);
});

Deno.test("of round trips only four statistics are known", () => {
  const [text] = shown("histogram-rtt", { "2": 1, "4": 1 }, "statistics");
  const { mode, mean, median, maximum } = JSON.parse(text!);
  assertEquals([mode, mean, median, maximum], [null, 3, null, 4]);
});

Deno.test("roll-ups that elmond serves without announcing them can be read", () => {
  const addresses: [eventType: string, path: string, value: unknown][] = [
    ["packet-reorders", "aggregations", 3],
    ["path-mtu", "averages", 3],
    ["time-error-estimates", "averages", 3],
  ];
  for (const [eventType, path, value] of addresses) {
    checkAddress({ eventType, path, seconds: 3600 });
    assertEquals(shown(eventType, value, path, 3600), ["3.0"], eventType);
  }
  const ttl = { eventType: "histogram-ttl", path: "statistics", seconds: 0 };
  checkAddress(ttl);
});

Deno.test("checkAddress() refuses what elmond refuses, and crashes where it crashes", () => {
  const refused: [eventType: string, path: string, seconds: number][] = [
    ["throughput", "statistics", 0],
    ["histogram-ttl-reverse", "base", 0],
    ["tcpinfo", "base", 0],
    ["packet-count-lost", "aggregations", 600],
    ["packet-count-lost", "base", 300],
  ];
  for (const [eventType, path, seconds] of refused) {
    assertThrows(() => checkAddress({ eventType, path, seconds }), Refusal);
  }
  for (const eventType of ["failures", "tcpinfo", "histogram-owdelay"]) {
    const address = { eventType, path: "aggregations", seconds: 300 };
    assertThrows(() => checkAddress(address), Fault);
  }
});
