import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  dialectOf,
  listOf,
  PAGING_FIELDS,
  type WireEventType,
  type WireMetadata,
} from "../../client/wire.ts";

const BASE = "/esmond/perfsonar/archive/0123/throughput/base";

function testWith(...eventTypes: unknown[]): WireMetadata {
  return { "event-types": eventTypes as WireEventType[] };
}

Deno.test("the paging fields are those that a list adds to its first entry", () => {
  assertEquals([...PAGING_FIELDS], [
    "metadata-count-total",
    "metadata-next-page",
    "metadata-previous-page",
  ]);
});

Deno.test("dialectOf() tells elmond by base addresses that end in /base/0", () => {
  assertEquals(dialectOf(testWith({ "base-uri": `${BASE}/0` })), "elmond");
  assertEquals(dialectOf(testWith({ "base-uri": `${BASE}/0/` })), "elmond");
  assertEquals(dialectOf(testWith({ "base-uri": BASE })), "esmond");
  assertEquals(dialectOf(testWith({ "base-uri": `${BASE}/` })), "esmond");
  assertEquals(dialectOf(testWith({ "base-uri": `${BASE}/00` })), "esmond");
});

Deno.test("dialectOf() tells elmond by windows that are numbers where addresses are missing", () => {
  const rollUp = (window: unknown) =>
    testWith({ summaries: [{ "summary-window": window }] });
  assertEquals(dialectOf(rollUp(300)), "elmond");
  assertEquals(dialectOf(rollUp(0)), "elmond");
  assertEquals(dialectOf(rollUp("300")), "esmond");
});

Deno.test("dialectOf() looks at later event types where the first say nothing", () => {
  assertEquals(
    dialectOf(testWith({}, { summaries: [] }, { "base-uri": `${BASE}/0` })),
    "elmond",
  );
});

Deno.test("dialectOf() takes an address for more telling than a window", () => {
  assertEquals(
    dialectOf(
      testWith({ "base-uri": BASE, summaries: [{ "summary-window": 300 }] }),
    ),
    "esmond",
  );
});

Deno.test("dialectOf() is esmond for what says nothing, whatever it is", () => {
  for (
    const eventTypes of [undefined, null, [], [null], ["x"], [[]], {}, "x", 5]
  ) {
    const entry = { "event-types": eventTypes } as unknown as WireMetadata;
    assertEquals(dialectOf(entry), "esmond", JSON.stringify(eventTypes));
  }
  for (const summaries of [null, {}, "x", [null], [5], [[]]]) {
    assertEquals(dialectOf(testWith({ summaries })), "esmond");
  }
  assertEquals(dialectOf(testWith({ "base-uri": null })), "esmond");
  assertEquals(dialectOf({}), "esmond");
});

Deno.test("listOf() gives the list itself, or an empty one for anything else", () => {
  const list = [1, 2];
  assertStrictEquals(listOf(list), list);
  for (const other of [undefined, null, {}, "ab", 5, { length: 2 }]) {
    assertEquals(listOf(other as unknown as unknown[]), []);
  }
});
