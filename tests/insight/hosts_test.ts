import { assertEquals } from "@std/assert";
import type { WireMetadata } from "../../client/wire.ts";
import {
  addressesOf,
  distinctions,
  hostOf,
  linkOf,
  linksOf,
} from "../../insight/hosts.ts";

Deno.test("hostOf() is the name in lower case without a closing dot, or the address in its short form", () => {
  const cases: [input: unknown, address: unknown, host: string | undefined][] =
    [
      ["PS.Alpha.Example.", "192.0.2.10", "ps.alpha.example"],
      ["ps.alpha.example", undefined, "ps.alpha.example"],
      ["192.0.2.10", "192.0.2.10", "192.0.2.10"],
      ["2001:DB8:0:0::10", "2001:db8::10", "2001:db8::10"],
      [undefined, "2001:DB8:0:0::10", "2001:db8::10"],
      ["", "192.0.2.10", "192.0.2.10"],
      [" ", " ", undefined],
      [".", "192.0.2.10", "192.0.2.10"],
      ["192.0.2.10", undefined, "192.0.2.10"],
      // The name of a host is not its address behind a translator.
      ["10.0.0.1", "192.0.2.10", "192.0.2.10"],
      [null, null, undefined],
      [7, ["192.0.2.10"], undefined],
    ];
  for (const [input, address, host] of cases) {
    assertEquals(hostOf(input, address), host, `${input} ${address}`);
  }
});

/** A test from alpha to beta, or back. */
function testOf(family: 4 | 6, more: WireMetadata = {}): WireMetadata {
  return {
    "source": family === 4 ? "192.0.2.10" : "2001:db8:a::10",
    "destination": family === 4 ? "198.51.100.20" : "2001:db8:b::20",
    "input-source": "ps.alpha.example",
    "input-destination": "ps.beta.example",
    ...more,
  };
}

Deno.test("linkOf() tells the two directions and the two families apart", () => {
  const link = { source: "ps.alpha.example", destination: "ps.beta.example" };
  assertEquals(linkOf(testOf(4)), { ...link, family: 4 });
  assertEquals(linkOf(testOf(6)), { ...link, family: 6 });
  const back = testOf(4, {
    "source": "198.51.100.20",
    "destination": "192.0.2.10",
    "input-source": "ps.beta.example",
    "input-destination": "ps.alpha.example",
  });
  assertEquals(linkOf(back), {
    source: "ps.beta.example",
    destination: "ps.alpha.example",
    family: 4,
  });
});

Deno.test("linkOf() knows no link of one host, and no family of names", () => {
  assertEquals(linkOf({}), undefined);
  assertEquals(linkOf({ "source": "192.0.2.10" }), undefined);
  assertEquals(linkOf({ "destination": "192.0.2.10" }), undefined);
  const names = { "source": "a.example", "destination": "b.example" };
  assertEquals(linkOf(names)?.family, undefined);
  const half = { "source": "192.0.2.10", "destination": "b.example" };
  assertEquals(linkOf(half)?.family, 4);
  const mixed = { "source": "192.0.2.10", "destination": "2001:db8:b::20" };
  assertEquals(linkOf(mixed)?.family, 6);
});

Deno.test("linksOf() puts tests of one link together, and keeps twins and directions apart", () => {
  const tests = [
    testOf(4, { "tool-name": "powstream" }),
    testOf(6),
    testOf(4, {
      "tool-name": "iperf3",
      "input-source": "PS.alpha.example.",
    }),
    { "source": "192.0.2.10" },
    testOf(4, {
      "input-source": "ps.beta.example",
      "input-destination": "ps.alpha.example",
    }),
  ];
  assertEquals(
    linksOf(tests).map(({ source, family, tests }) => [
      ...[source, family, tests.length],
    ]),
    [
      ["ps.alpha.example", 4, 2],
      ["ps.alpha.example", 6, 1],
      ["ps.beta.example", 4, 1],
    ],
  );
  assertEquals(linksOf([]), []);
});

Deno.test("addressesOf() gathers the addresses that share a name", () => {
  const hosts = addressesOf([
    testOf(4),
    testOf(6),
    { "source": "192.0.2.10" },
    {},
  ]);
  assertEquals([...hosts], [
    ["ps.alpha.example", new Set(["192.0.2.10", "2001:db8:a::10"])],
    ["ps.beta.example", new Set(["198.51.100.20", "2001:db8:b::20"])],
    ["192.0.2.10", new Set(["192.0.2.10"])],
  ]);
});

Deno.test("distinctions() names what differs, and nothing of tests that are alike", () => {
  const streams = (count: unknown) => ({ "bw-parallel-streams": count });
  assertEquals(distinctions([testOf(4, streams("2")), testOf(4, streams(2))]), [
    {},
    {},
  ]);
  assertEquals(
    distinctions([testOf(4, streams(1)), testOf(4, streams(4)), testOf(4)]),
    [{ streams: "1" }, { streams: "4" }, {}],
  );
  assertEquals(
    distinctions([{ "tool-name": "powstream" }, { "tool-name": null }]),
    [{ tool: "powstream" }, {}],
  );
  assertEquals(distinctions([]), []);
});
