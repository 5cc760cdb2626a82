/** Descriptions of tests: what is refused, and what is stored. */

import { assertEquals, assertThrows } from "@std/assert";
import { Fault, Refusal } from "../../archive/answers.ts";
import { describe } from "../../archive/describe.ts";
import { description } from "../helpers/archive.ts";

function described(more: Record<string, unknown>) {
  return describe(JSON.stringify({ ...description({}), ...more }));
}

Deno.test("describe() stores addresses in their short form, and keeps them as posted", () => {
  const { test, posted } = described({ "source": "2001:DB8:0::10" });
  assertEquals(test.source, "2001:db8::10");
  assertEquals(posted["source"], "2001:DB8:0::10");
});

Deno.test("describe() merges an event type that is named twice, and counts a roll-up that is", () => {
  const summary = { "summary-type": "aggregation", "summary-window": 300 };
  const eventType = { "event-type": "throughput", "summaries": [summary] };
  const { test } = described({ "event-types": [eventType, eventType] });
  assertEquals([...test.eventTypes], [
    ["throughput", [{ type: "aggregation", seconds: 300, times: 2 }]],
  ]);
});

Deno.test("describe() has one checksum for a description with a null and without it", () => {
  const checksums = [{}, { "a": null }, { "a": "None" }].map((more) =>
    described(more).test.checksum
  );
  assertEquals(checksums[0], checksums[1]);
  assertEquals(checksums[0] === checksums[2], false);
});

Deno.test("describe() refuses what the original refuses, and crashes where it crashes without storing", () => {
  const summaries = (...list: unknown[]) => ({
    "event-types": [{ "event-type": "throughput", "summaries": list }],
  });
  const sum = (window: unknown) => ({
    "summary-type": "aggregation",
    "summary-window": window,
  });
  const refused: Record<string, unknown>[] = [
    { "event-types": "x" },
    { "event-types": [{}] },
    { "event-types": [{ "event-type": "unheard-of" }] },
    { "subject-type": "host" },
    { "metadata-key": "a" },
    summaries({ "summary-type": "statistics", "summary-window": 300 }),
    summaries({ "summary-type": "aggregation" }),
    summaries(sum("x")),
    { "note": "a\0b" },
    { "tool-name": null },
  ];
  for (const more of refused) {
    assertThrows(
      () => described(more),
      Refusal,
      undefined,
      JSON.stringify(more),
    );
  }
  for (const more of [summaries(sum(300), sum("60")), summaries(sum(null))]) {
    assertThrows(() => described(more), Fault);
  }
});
