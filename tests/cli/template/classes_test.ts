import { assertEquals } from "@std/assert";
import { addresses, expand, linksOf, type Made, mesh } from "./templates.ts";

/** The members of a class with these filters, and what is not understood. */
function membersOf(
  filters: Record<string, unknown>,
  changes: Made = {},
): { members: string[]; doubts: string[] } {
  const all = addresses("alpha", "beta", "gamma");
  const { tests, doubts } = expand(mesh({
    addresses: { ...all, alpha: { ...all["alpha"], tags: ["Fast"] } },
    hosts: {
      alpha: {},
      beta: { tags: ["fast", "edge"] },
      gamma: { "no-agent": true },
    },
    groups: { all: { type: "list", addresses: [{ class: "some" }] } },
    "address-classes": {
      some: { "data-source": { type: "current-config" }, ...filters },
    },
    tests: { tcp: { type: "rtt", spec: { dest: "{% address[0] %}" } } },
    ...changes,
  }));
  const links = linksOf(tests).map((link) => link.split(" → ")[1]!);
  return { members: links, doubts };
}

const FAST = { type: "tag", tag: "fast" };

Deno.test("a class without a filter is of all addresses", () => {
  assertEquals(membersOf({}, { hosts: {} }).members, [
    "alpha",
    "beta",
    "gamma",
  ]);
});

Deno.test("filters by tag, by host, and their combinations", () => {
  const cases: [Record<string, unknown>, string[]][] = [
    [FAST, ["alpha", "beta"]],
    [{ type: "host", tag: "EDGE" }, ["beta"]],
    [{ type: "host" }, ["alpha", "beta"]],
    [{ type: "and", filters: [FAST, { type: "host", tag: "edge" }] }, ["beta"]],
    [{ type: "or", filters: [FAST, { type: "host", tag: "edge" }] }, [
      "alpha",
      "beta",
    ]],
  ];
  for (const [filter, expected] of cases) {
    const { members, doubts } = membersOf({ "match-filter": filter });
    assertEquals([members, doubts], [expected, []], JSON.stringify(filter));
  }
  assertEquals(
    membersOf({ "exclude-filter": FAST }, { hosts: {} }).members,
    ["beta", "gamma"],
  );
  assertEquals(
    membersOf({ "match-filter": { type: "not", filter: FAST } }, { hosts: {} })
      .members,
    ["beta", "gamma"],
  );
});

Deno.test("filters by another class, and by the version of addresses", () => {
  const all = {
    four: { address: "192.0.2.1" },
    six: { address: "2001:db8::1" },
  };
  const version = { type: "ip-version", "ip-version": 6 };
  assertEquals(
    membersOf({ "match-filter": version }, { addresses: all }).members,
    ["2001:db8::1"],
  );
  const data = { "data-source": { type: "current-config" } };
  const classes = {
    some: { ...data, "match-filter": { type: "address-class", class: "six" } },
    six: { ...data, "match-filter": version },
  };
  assertEquals(
    membersOf({}, { addresses: all, "address-classes": classes }).members,
    ["2001:db8::1"],
  );
});

Deno.test("a class that is not understood is left out as a whole, and said", () => {
  const data = { "data-source": { type: "current-config" } };
  const cases: [Record<string, unknown>, Made, string][] = [
    [
      { "match-filter": { type: "jq", jq: { script: ".x" } } },
      {},
      "its filter jq is not understood",
    ],
    [
      { "exclude-filter": { type: "netmask", netmask: "192.0.2.0/24" } },
      {},
      "its filter netmask is not understood",
    ],
    [
      { "match-filter": { type: "host", jq: { script: ".x" } } },
      {},
      "its filter jq is not understood",
    ],
    [{ "match-filter": 7 }, {}, "its filter without a type is not understood"],
    [
      { "match-filter": { type: "ip-version", "ip-version": 4 } },
      {},
      "its filter by ip-version needs addresses, and the template has names",
    ],
    [
      { "data-source": { type: "requesting-agent" } },
      {},
      "its members are those of the agent that asks, which is not known here",
    ],
    [
      {},
      {
        "address-classes": {
          some: {
            ...data,
            "match-filter": { type: "address-class", class: "some" },
          },
        },
      },
      "it is defined by itself, in a circle",
    ],
    [
      { "match-filter": { type: "address-class", class: "gone" } },
      {},
      "it needs the class gone, which does not exist",
    ],
  ];
  for (const [filters, changes, why] of cases) {
    assertEquals(membersOf(filters, changes), {
      members: [],
      doubts: [`address class some: ${why}`],
    });
  }
});
