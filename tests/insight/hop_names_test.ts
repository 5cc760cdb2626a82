import { assertEquals } from "@std/assert";
import { hopNames } from "../../insight/hop_names.ts";
import type { TraceValue } from "../../insight/traces.ts";

/** The names in these values. */
function namesIn(...values: unknown[]): [string, unknown][] {
  return [
    ...hopNames(values.map((val) => ({ ts: 0, val: val as TraceValue }))),
  ];
}

Deno.test("names and autonomous systems are those of the archive, by address", () => {
  assertEquals(
    namesIn([
      {
        ttl: 1,
        ip: "2001:DB8::0:1",
        hostname: "gw.alpha.example",
        as: { number: 64500, owner: 'ALPHA-AS, "Alpha"' },
      },
      { ttl: 2, ip: "192.0.2.1", as: { number: "64501" } },
    ]),
    [
      ["2001:db8::1", {
        hostname: "gw.alpha.example",
        as: { number: 64500, owner: 'ALPHA-AS, "Alpha"' },
      }],
      ["192.0.2.1", {
        hostname: undefined,
        as: { number: 64501, owner: undefined },
      }],
    ],
  );
});

Deno.test("where traces differ the last one counts, and what one does not say stays", () => {
  assertEquals(
    namesIn(
      [{ ip: "192.0.2.1", hostname: "old.example", as: { number: 1 } }],
      [[{ ip: "192.0.2.1", hostname: "new.example" }], [{ ip: "192.0.2.1" }]],
    ),
    [["192.0.2.1", {
      hostname: "new.example",
      as: { number: 1, owner: undefined },
    }]],
  );
});

Deno.test("of addresses of which nothing is told, and of odd values, there is nothing", () => {
  assertEquals(
    namesIn(
      [{ ip: "192.0.2.1" }, { hostname: "x.example" }, {
        ip: 5,
        hostname: "x",
      }],
      [{ ip: "192.0.2.1", hostname: " ", as: {} }],
      [{ ip: "192.0.2.1", hostname: 5, as: { number: "x", owner: "y" } }],
      [{ ip: "192.0.2.1", as: { number: -1 } }, { ip: "192.0.2.1", as: null }],
      ...[null, "x", 5, {}, [null]],
    ),
    [],
  );
});
