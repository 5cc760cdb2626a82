import { assertEquals, assertRejects } from "@std/assert";
import { containedIn, listOf } from "../../../scripts/compile/contained.ts";
import { BuildProblem } from "../../../scripts/compile/problem.ts";

const HASHES = new Map([
  ["jsr:@std/path@1.1.2", "0a1b"],
  ["npm:@types/node@22.15.15", "sha512-unused"],
  ["npm:@scope/name@2.0.0", "sha512-two"],
]);

Deno.test("the packages of an executable are those that the compiler lists, and all from JSR", async () => {
  const listed = ["cli", "mod.ts", "client/*", "@scope/name/2.0.0/*"];
  const contained = await containedIn(listed, HASHES);
  assertEquals(contained, [
    { name: "jsr:@std/path@1.1.2", integrity: "0a1b" },
    { name: "npm:@scope/name@2.0.0", integrity: "sha512-two" },
  ]);
  assertEquals(listOf("1.2.3", "2.9.6", contained).split("\n").slice(3), [
    "jsr:@std/path@1.1.2  0a1b",
    "npm:@scope/name@2.0.0  sha512-two",
    "",
  ]);
});

Deno.test("a package without a known hash is not packed", async () => {
  await assertRejects(
    () => containedIn(["left-pad/1.3.0/*"], HASHES),
    BuildProblem,
    "npm:left-pad@1.3.0 is in no lock file",
  );
});
