import { assertEquals } from "@std/assert";
import type { WireMetadata } from "../../client/wire.ts";
import { lossSource } from "../../insight/loss_source.ts";

function testWith(...names: string[]): WireMetadata {
  return { "event-types": names.map((name) => ({ "event-type": name })) };
}

Deno.test("lossSource() tells one-way probes, ping and UDP throughput apart", () => {
  const cases: [string[], string | undefined][] = [
    [["packet-loss-rate", "histogram-owdelay"], "one-way"],
    [["packet-count-lost", "packet-count-sent"], "one-way"],
    [["packet-loss-rate-bidir", "histogram-rtt"], "round-trip"],
    [["packet-loss-rate", "histogram-rtt"], "round-trip"],
    [["throughput", "packet-loss-rate"], "udp-throughput"],
    [["throughput", "packet-retransmits"], undefined],
    [["packet-count-sent"], undefined],
    [[], undefined],
  ];
  for (const [names, kind] of cases) {
    assertEquals(lossSource(testWith(...names))?.kind, kind, `${names}`);
  }
});

Deno.test("lossSource() names the event types to read", () => {
  const ping = testWith(
    "packet-loss-rate-bidir",
    "packet-count-lost-bidir",
    "packet-count-sent",
  );
  assertEquals(lossSource(ping), {
    kind: "round-trip",
    lost: "packet-count-lost-bidir",
    sent: "packet-count-sent",
    rates: "packet-loss-rate-bidir",
  });
});

Deno.test("lossSource() does with descriptions that are not ones", () => {
  assertEquals(lossSource({}), undefined);
  const odd = { "event-types": [null, "x", {}] } as unknown as WireMetadata;
  assertEquals(lossSource(odd), undefined);
});
