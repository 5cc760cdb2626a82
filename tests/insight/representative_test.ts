import { assertEquals } from "@std/assert";
import { EVENT_TYPES } from "../../client/event_types.ts";
import { PLANS } from "../../archive/sample_plans.ts";
import { representativeOf } from "../../insight/representative.ts";

Deno.test("each kind of test is represented by the event type that the reference names", () => {
  const kinds: Record<string, string> = {
    "powstream": "packet-loss-rate",
    "pscheduler/powstream": "packet-loss-rate",
    "pscheduler/owping": "packet-loss-rate",
    "pscheduler/iperf3": "throughput",
    "pscheduler/nuttcp": "throughput",
    "pscheduler/ping": "packet-loss-rate-bidir",
    "bwctl/tracepath,traceroute": "packet-trace",
    "pscheduler/traceroute": "packet-trace",
    "pscheduler/paris-traceroute": "packet-trace",
    "ntpq": "ntp-offset",
    "pscheduler/psclock": "pscheduler-raw",
  };
  for (const { tool, keeps } of [...PLANS.esmond, ...PLANS.elmond]) {
    const names = Object.keys(keeps);
    assertEquals(representativeOf(names), kinds[tool], tool);
    assertEquals(representativeOf(names.reverse()), kinds[tool], tool);
  }
});

Deno.test("of other event types the one with most points represents a test", () => {
  const points: Record<string, number> = {
    "failures": 9000,
    "pscheduler-run-href": 9000,
    "of-our-own": 3,
    "mpstat": 30,
    "iostat": 30,
  };
  assertEquals(
    representativeOf(Object.keys(points), (name) => points[name]!),
    "mpstat",
  );
  // However many others there are.
  assertEquals(
    representativeOf([...Object.keys(points), "ntp-offset"], () => 1),
    "ntp-offset",
  );
});

Deno.test("nothing represents a test that has only failures and runs", () => {
  assertEquals(
    representativeOf(["failures", "pscheduler-run-href"]),
    undefined,
  );
  assertEquals(representativeOf([]), undefined);
});

Deno.test("no two event types have the same place", () => {
  const places = EVENT_TYPES.flatMap(({ place }) => place ?? []);
  assertEquals(places.toSorted(), [1, 2, 3, 4, 5]);
});
