import { assertEquals } from "@std/assert";
import { suggestion } from "../../client/nearest.ts";

const COMMANDS = ["get-endpoints", "get-metadata", "get", "get-bulk"];

Deno.test("suggestion() is the nearest candidate, ready to be appended to a message", () => {
  const table: [word: string, candidate: string][] = [
    ["get-bluk", "get-bulk"],
    ["get_metadata", "get-metadata"],
    ["got", "get"],
    ["endpoints", "get-endpoints"],
    ["get-endpoint", "get-endpoints"],
    ["GET", "get"],
    ["get-metdaat", "get-metadata"],
    ["get-meat", "get-metadata"],
    ["get-bulk-everything", "get-bulk"],
  ];
  for (const [word, candidate] of table) {
    assertEquals(suggestion(word, COMMANDS), ` (did you mean ${candidate}?)`);
  }
});

Deno.test("suggestion() is empty when nothing is near", () => {
  for (const word of ["frobnicate", "x".repeat(30), "x".repeat(1e6)]) {
    assertEquals(suggestion(word, COMMANDS), "", word.slice(0, 30));
  }
  assertEquals(suggestion("get", []), "");
});

Deno.test("suggestion() takes the first of those that are equally near", () => {
  assertEquals(
    suggestion("--src-", ["--srcx", "--srcy"]),
    " (did you mean --srcx?)",
  );
});
