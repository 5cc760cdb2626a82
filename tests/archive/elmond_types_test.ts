/** The type that elmond gives a test, and what it announces for it. */

import { assertEquals } from "@std/assert";
import { announcedFor, testTypeOf } from "../../archive/elmond_types.ts";
import { EVENT_TYPES } from "../../client/event_types.ts";

function kind(
  toolName: string,
  eventTypes: string[],
  parameters: Record<string, string> = {},
) {
  return { toolName, eventTypes, parameters };
}

Deno.test("the type of a test is the posted one, or follows from its event types", () => {
  const cases: [toolName: string, eventTypes: string[], type: string][] = [
    ["powstream", ["failures", "histogram-owdelay"], "latencybg"],
    ["pscheduler/owping", ["packet-loss-rate"], "latency"],
    ["pscheduler/ping", ["packet-count-sent", "histogram-rtt"], "rtt"],
    ["bwctl/iperf3", ["throughput", "packet-loss-rate"], "throughput"],
    ["traceroute", ["failures", "packet-trace"], "trace"],
    ["ntpq", ["ntp-offset"], "clock"],
    ["other", ["failures"], "noop"],
  ];
  for (const [toolName, eventTypes, type] of cases) {
    assertEquals(testTypeOf(kind(toolName, eventTypes)), type);
  }
  const posted = { "pscheduler-test-type": "disk-to-disk" };
  assertEquals(
    testTypeOf(kind("globus", ["throughput"], posted)),
    posted[
      "pscheduler-test-type"
    ],
  );
});

Deno.test("announced event types follow from the type and the parameters of a test", () => {
  const names = (parameters: Record<string, string>) =>
    announcedFor(kind("iperf3", ["throughput"], parameters));
  assertEquals(names({ "bw-parallel-streams": "1" }).slice(3), [
    "packet-retransmits",
    "packet-retransmits-subintervals",
    "pscheduler-run-href",
  ]);
  const udp = names({ "ip-transport-protocol": "UDP" });
  assertEquals(udp.includes("packet-loss-rate"), true);
  assertEquals(udp.includes("packet-retransmits"), false);
  const streams = names({ "bw-parallel-streams": "4" });
  assertEquals(streams.includes("streams-packet-retransmits"), true);
  const other = announcedFor(kind("psclock", []));
  assertEquals(other, ["pscheduler-raw", "pscheduler-run-href"]);
});

Deno.test("all announced event types are in the catalogue", () => {
  const known = new Set<string>(EVENT_TYPES.map(({ name }) => name));
  const types = ["latency", "rtt", "trace", "throughput", "disk-to-disk", "x"];
  const names = types.flatMap((type) =>
    announcedFor(kind("", [], { "pscheduler-test-type": type }))
  );
  assertEquals(names.filter((name) => !known.has(name)), []);
});
