import { assertEquals } from "@std/assert";
import { commandLines, entry, wrap } from "../../../cli/help/layout.ts";

const words = (count: number) => "word ".repeat(count).trim();

Deno.test("wrap() breaks lines at blanks, within 79 columns, and indents them", () => {
  const lines = wrap(words(40), 4);
  assertEquals(lines.length, 3);
  for (const line of lines) assertEquals(/^ {4}word[^]*word$/.test(line), true);
  assertEquals(Math.max(...lines.map((line) => line.length)) <= 79, true);
  assertEquals(lines.map((line) => line.trim()).join(" "), words(40));
});

Deno.test("wrap() keeps a word that is longer than a line", () => {
  const long = "x".repeat(100);
  assertEquals(wrap(`a ${long} b`, 2), ["  a", `  ${long}`, "  b"]);
});

Deno.test("entry() puts the text beside the name, or below a long one", () => {
  assertEquals(entry("  -a", "text", 8), ["  -a    text"]);
  assertEquals(entry("  --long", "text", 8), ["  --long", "        text"]);
});

Deno.test("commandLines() parts a command after a backslash, before an option or a pipe, and not within quotes", () => {
  const long = `esmond-ps get -u ${
    "x".repeat(48)
  } -S '1 Mar 2016' --filter a:b | wc -l > ${"y".repeat(60)}`;
  const lines = commandLines(long, 2);
  assertEquals(lines, [
    `  esmond-ps get -u ${"x".repeat(48)} \\`,
    "      -S '1 Mar 2016' --filter a:b | wc -l \\",
    `      > ${"y".repeat(60)}`,
  ]);
  assertEquals(
    lines.map((line) => line.replace(/ \\$/, "").trim()).join(" "),
    long,
  );
  assertEquals(commandLines("a b\nc -", 2), ["  a b", "  c -"]);
});
