import { assertEquals, assertThrows } from "@std/assert";
import { FilterError } from "../../client/errors.ts";
import { requireIterable } from "../../client/iterable.ts";

Deno.test("requireIterable() takes whatever can be looped over, and names anything else", () => {
  async function* later() {}
  for (const given of [[], new Set(), new Map().keys(), later()]) {
    requireIterable("series", "it needs series", given);
  }
  for (
    const [given, shown] of [
      [undefined, "undefined"],
      [null, "null"],
      ["text", '"text"'],
      [7, "7"],
      [{ a: 1 }, '{"a":1}'],
      [() => {}, "a function"],
    ] as const
  ) {
    const error = assertThrows(
      () => requireIterable("series", "it needs series", given),
      FilterError,
    );
    assertEquals(
      [error.field, error.message],
      ["series", `it needs series, not ${shown}`],
    );
  }
});
