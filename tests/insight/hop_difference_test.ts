import { assertEquals } from "@std/assert";
import { hopDifference } from "../../insight/hop_difference.ts";

/** The difference of two routes whose hops are texts of letters. */
function difference(before: string, after: string): string {
  const hops = (text: string) =>
    text.split(" ").filter(Boolean).map((hop) => hop === "*" ? [] : [...hop]);
  const signs = { kept: "", removed: "-", added: "+" };
  return hopDifference(hops(before), hops(after))
    .map(({ kind, addresses }) => signs[kind] + (addresses.join("") || "*"))
    .join(" ");
}

Deno.test("what two routes have in common is kept, whatever its distance", () => {
  assertEquals(difference("A B C", "A B C"), "A B C");
  assertEquals(difference("A B C", "A X B C"), "A +X B C");
  assertEquals(difference("A B C", "A C"), "A -B C");
  assertEquals(difference("A B D", "A X Y D"), "A -B +X +Y D");
  assertEquals(difference("A B C", "X Y"), "-A -B -C +X +Y");
});

Deno.test("hops that share an address are the same, shown as they are now", () => {
  assertEquals(difference("A BC D", "A CE D"), "A CE D");
});

Deno.test("a silent hop is like any, but takes none from a hop that is known", () => {
  assertEquals(difference("A * C", "A B C"), "A B C");
  assertEquals(difference("A B C", "A * C"), "A B C");
  assertEquals(difference("A * *", "A * *"), "A * *");
  assertEquals(difference("* B", "B"), "-* B");
  assertEquals(difference("A * C D", "A C X"), "A -* C -D +X");
});

Deno.test("of silent hops the one as far away is the same, so that a hop beside it that changed is told", () => {
  assertEquals(difference("A B C * E", "A B D * E"), "A B -C +D * E");
  assertEquals(difference("A C * E", "A D F E"), "A -C +D F E");
  assertEquals(difference("A * C E", "A * D F E"), "A * -C +D +F E");
});

Deno.test("a route that is empty has nothing in common with any", () => {
  assertEquals(difference("", ""), "");
  assertEquals(difference("", "A *"), "+A +*");
  assertEquals(difference("A B", ""), "-A -B");
});

Deno.test("long silence counts for less than one hop", () => {
  const silent = Array(254).fill("*").join(" ");
  assertEquals(difference(`A ${silent}`, `${silent} A`).includes(" A "), true);
});
