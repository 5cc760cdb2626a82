import { assertEquals } from "@std/assert";
import { valueText } from "../../../cli/output/value_text.ts";

Deno.test("valueText() has the units of people", () => {
  const texts: [eventType: string, value: unknown, text: string][] = [
    ["throughput", 9_412_345_000, "9.41 Gbit/s"],
    ["packet-loss-rate", 0.02, "2 %"],
    ["packet-loss-rate-bidir", 0, "0 %"],
    ["ntp-offset", -0.1234, "-0.1234 ms"],
    ["packet-count-sent", 1_000_000, "1000000 packets"],
    ["ntp-reach", 377, "377"],
    ["ntp-wander", 0.018, "0.018 ppm"],
    ["of-our-own", 1.5, "1.5"],
    ["histogram-owdelay", { p50: 24.6, p95: 24.75 }, "p50 24.6, p95 24.75 ms"],
    ["histogram-ttl", { p50: 250 }, "p50 250 hops left"],
    ["histogram-rtt", { p50: null }, "no samples"],
    ["packet-trace", [{ ttl: 1 }], "1 hop"],
    ["packet-trace", [{ ttl: 2 }, { ttl: 5 }, {}, null], "5 hops"],
    ["packet-trace", [], "0 hops"],
    ["failures", { error: "no\r\nroute" }, "no route"],
    ["failures", "no route", "no route"],
    ["failures", { error: null }, '{"error":null}'],
    ["failures", null, "null"],
    ["pscheduler-raw", { succeeded: true }, '{"succeeded":true}'],
    ["throughput", "fast", "fast"],
    ["throughput", null, "null"],
  ];
  for (const [eventType, value, text] of texts) {
    assertEquals(valueText(eventType, value), text);
  }
});

Deno.test("valueText() cuts what is long", () => {
  assertEquals(valueText("rusage", "x".repeat(100)), `${"x".repeat(60)}…`);
});
