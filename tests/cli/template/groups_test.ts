import { assertEquals } from "@std/assert";
import {
  addresses,
  BOTH,
  expand,
  linksOf,
  type Made,
  members,
  mesh,
} from "./templates.ts";

/** The links of a template whose group is this. */
function links(group: Record<string, unknown>, changes: Made = {}): string[] {
  return linksOf(expand(mesh({ ...changes, groups: { all: group } })).tests);
}

/** What is not understood of such a template. */
function doubts(group: Record<string, unknown>, changes: Made = {}): string[] {
  return expand(mesh({ ...changes, groups: { all: group } })).doubts;
}

Deno.test("a mesh: every ordered pair, no host with itself", () => {
  assertEquals(linksOf(expand(mesh()).tests), [
    "alpha → beta",
    "alpha → gamma",
    "beta → alpha",
    "beta → gamma",
    "gamma → alpha",
    "gamma → beta",
  ]);
});

Deno.test("disjoint: one side with the other, both ways unless unidirectional", () => {
  const group = {
    type: "disjoint",
    "a-addresses": members("alpha"),
    "b-addresses": members("beta", "gamma"),
  };
  assertEquals(links(group), [
    "alpha → beta",
    "alpha → gamma",
    "beta → alpha",
    "gamma → alpha",
  ]);
  assertEquals(links({ ...group, unidirectional: true }), [
    "alpha → beta",
    "alpha → gamma",
  ]);
});

Deno.test("disjoint: who is on both sides is measured once each way", () => {
  assertEquals(
    links({
      type: "disjoint",
      "a-addresses": members("alpha", "beta"),
      "b-addresses": members("beta", "alpha"),
    }),
    ["alpha → beta", "beta → alpha"],
  );
});

Deno.test("a list: each alone, towards a fixed destination or none", () => {
  const changes = (spec: Record<string, unknown>) => ({
    tests: { tcp: { type: "rtt", spec } },
  });
  const group = { type: "list", addresses: members("alpha", "beta") };
  assertEquals(
    links(
      group,
      changes({ source: BOTH.source, dest: "www.example" }),
    ),
    ["alpha → www", "beta → www"],
  );
  assertEquals(links(group, changes({ host: BOTH.source })), ["alpha", "beta"]);
});

Deno.test("excluded pairs are of one direction, and of the selector as it stands", () => {
  const group = (excludes: unknown[]) => ({
    type: "mesh",
    addresses: members("alpha", "beta"),
    excludes,
  });
  const pair = (target: unknown) => ({
    "local-address": { name: "alpha" },
    "target-addresses": [target],
  });
  assertEquals(links(group([pair({ name: "beta" })])), ["beta → alpha"]);
  assertEquals(links(group([pair({ name: "beta", label: "x" })])), [
    "alpha → beta",
    "beta → alpha",
  ]);
});

Deno.test("excludes-self: by host, by address, or not at all", () => {
  const changes = {
    addresses: {
      ...addresses("beta"),
      one: { address: "one.example", host: "alpha" },
      two: { address: "two.example", host: "ALPHA" },
    },
  };
  const group = (scope?: string) => ({
    type: "mesh",
    addresses: members("one", "two", "beta"),
    ...scope === undefined ? {} : { "excludes-self": scope },
  });
  const apart = ["one → beta", "two → beta", "beta → one", "beta → two"];
  assertEquals(links(group(), changes), apart);
  assertEquals(links(group("host"), changes), apart);
  assertEquals(links(group("address"), changes).length, 6);
  assertEquals(links(group("disabled"), changes).length, 9);
  assertEquals(links(group("site"), changes), []);
  assertEquals(doubts(group("site"), changes), [
    'group all: excludes-self "site" is not known',
  ]);
});

Deno.test("labels choose another address; who has none of the label is left out", () => {
  const changes = {
    addresses: {
      ...addresses("gamma"),
      alpha: {
        address: "alpha.example",
        labels: { fast: { address: "alpha-fast.example" } },
      },
      beta: {
        address: "beta.example",
        labels: { fast: { address: "beta-fast.example" } },
      },
    },
  };
  const all = members("alpha", "beta", "gamma");
  assertEquals(
    links({ type: "mesh", addresses: all, "default-address-label": "fast" }, {
      ...changes,
    }),
    ["alpha-fast → beta-fast", "beta-fast → alpha-fast"],
  );
  assertEquals(
    links(
      {
        type: "mesh",
        addresses: [{ name: "alpha", label: "fast" }, { name: "beta" }],
      },
      changes,
    ),
    ["alpha-fast → beta", "beta → alpha-fast"],
  );
});

Deno.test("two labels of one address are one address with itself", () => {
  const changes = {
    addresses: {
      alpha: {
        address: "alpha.example",
        labels: { a: { address: "a.example" }, b: { address: "b.example" } },
      },
    },
  };
  const addresses = ["a", "b"].map((label) => ({ name: "alpha", label }));
  assertEquals(links({ type: "mesh", addresses }, changes), []);
});

Deno.test("a remote address counts for the other end that it is for", () => {
  const changes = {
    addresses: {
      ...addresses("beta", "gamma"),
      alpha: {
        address: "alpha.example",
        "remote-addresses": {
          beta: { address: "alpha-for-beta.example" },
          gamma: { labels: { x: { address: "alpha-x.example" } } },
        },
      },
    },
  };
  assertEquals(
    links(
      {
        type: "disjoint",
        "a-addresses": members("alpha"),
        "b-addresses": members("beta", "gamma"),
      },
      changes,
    ),
    [
      "alpha-for-beta → beta",
      "alpha → gamma",
      "beta → alpha-for-beta",
      "gamma → alpha",
    ],
  );
  assertEquals(
    links(
      {
        type: "disjoint",
        unidirectional: true,
        "a-addresses": [{ name: "alpha", label: "x" }],
        "b-addresses": members("gamma"),
      },
      changes,
    ),
    ["alpha-x → gamma"],
  );
});

Deno.test("what is disabled has no tests: addresses, labels, hosts, members, tasks", () => {
  const pair = ["beta → gamma", "gamma → beta"];
  const group = mesh()["groups"] as Record<string, Record<string, unknown>>;
  const all = addresses("alpha", "beta", "gamma");
  const off = { ...all["alpha"], disabled: true };
  assertEquals(
    links(group["all"]!, { addresses: { ...all, alpha: off } }),
    pair,
  );
  assertEquals(
    links(group["all"]!, { hosts: { alpha: { disabled: true } } }),
    pair,
  );
  assertEquals(
    links({
      type: "mesh",
      addresses: [
        { name: "alpha", disabled: true },
        ...members("beta", "gamma"),
      ],
    }),
    pair,
  );
  const [task] = Object.values(mesh()["tasks"]!);
  assertEquals(
    expand(mesh({ tasks: { speed: { ...(task as object), disabled: true } } })),
    { tests: [], doubts: [] },
  );
});

Deno.test("a test between hosts without agents is nobody's; with one agent it is that one's", () => {
  const hosts = {
    alpha: { "no-agent": true },
    beta: { "no-agent": true },
    gamma: { archives: ["own"] },
  };
  const own = {
    archives: {
      own: {
        archiver: "esmond",
        data: { url: "http://{% scheduled_by_address %}/" },
      },
    },
    tasks: { speed: { group: "all", test: "tcp" } },
  };
  const { tests } = expand(mesh({ hosts, ...own }));
  assertEquals(linksOf(tests), [
    "alpha → gamma",
    "beta → gamma",
    "gamma → alpha",
    "gamma → beta",
  ]);
  for (const { archives } of tests) {
    assertEquals(archives, ["http://gamma.example"]);
  }
});

Deno.test("what a group has that does not exist is said and left out", () => {
  assertEquals(
    doubts({
      type: "mesh",
      addresses: [...members("alpha", "nobody"), {}, { class: "none" }],
    }),
    [
      "group all: there is no address nobody",
      "group all: a member has neither a name nor a class",
      "address class none: there is none of that name",
    ],
  );
  assertEquals(doubts({ type: "ring" }), [
    'group all: its type "ring" is not known',
  ]);
});

Deno.test("a mesh of one host has no pair", () => {
  assertEquals(links({ type: "mesh", addresses: members("alpha") }), []);
});
