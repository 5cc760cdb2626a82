import { assertEquals } from "@std/assert";
import { keepLast } from "../../client/last.ts";

Deno.test("keepLast() computes a result again only when the first argument has changed", () => {
  let made = 0;
  const last = keepLast((key: object | undefined, other: string) => {
    made++;
    return key === undefined ? "none" : other;
  });
  const [one, two] = [{}, {}];
  assertEquals(last(undefined, "a"), "none");
  assertEquals(last(one, "a"), "a");
  assertEquals(last(one, "b"), "a");
  assertEquals(last(two, "b"), "b");
  assertEquals(last(undefined, "b"), "none");
  assertEquals(last(undefined, "b"), "none");
  assertEquals(made, 4);
});
