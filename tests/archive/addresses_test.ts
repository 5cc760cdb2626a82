/** Names resolved to addresses. */

import { assertEquals, assertRejects } from "@std/assert";
import {
  addressesOf,
  inTime,
  resolveBySystem,
} from "../../archive/addresses.ts";
import { Refusal } from "../../archive/answers.ts";

const [V4, V6] = ["192.0.2.10", "2001:db8::10"];
const both = () => Promise.resolve([V4, V6]);

Deno.test("addressesOf() chooses addresses by the rule", async () => {
  const cases: [rule: string, addresses: string[]][] = [
    ["v4v6", [V4, V6]],
    ["prefer-v4", [V4]],
    ["prefer-v6", [V6]],
    ["only-v4", [V4]],
    ["only-v6", [V6]],
  ];
  for (const [rule, addresses] of cases) {
    assertEquals(await addressesOf("name", rule, both), addresses, rule);
  }
  const mapped = await addressesOf("::ffff:192.0.2.10", "only-v4", both);
  assertEquals(mapped, [V4]);
});

Deno.test("addressesOf() refuses unknown rules and names without an address", async () => {
  const fails = () => Promise.reject(new Error("not found"));
  for (
    const [host, rule, resolve] of [
      ["name", "v4", both],
      ["name", "toString", both],
      ["name", "v4v6", fails],
      [V4, "only-v6", both],
    ] as const
  ) {
    await assertRejects(() => addressesOf(host, rule, resolve), Refusal);
  }
});

Deno.test("inTime() rejects after its patience", async () => {
  const never = inTime(() => new Promise(() => {}), 10);
  await assertRejects(() => never("name"), Error, "name was not found in time");
  assertEquals(await inTime(both, 60_000)("name"), [V4, V6]);
});

Deno.test("resolveBySystem() never asks for .invalid or for text that is not a name", async () => {
  const names = ["archive.invalid", "a b", "a/b", "x".repeat(254), ""];
  for (const name of names) assertEquals(await resolveBySystem(name), [], name);
});
