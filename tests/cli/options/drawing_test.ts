import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import { readDrawing } from "../../../cli/options/drawing.ts";
import { parseOptions } from "../../../cli/options/parse.ts";

function read(...args: string[]) {
  return readDrawing("plot", parseOptions("plot", args));
}

Deno.test("readDrawing() takes the format of --output-format, else of the file's name", () => {
  assertEquals(read(), {
    format: "human",
    output: undefined,
    width: undefined,
  });
  for (
    const [name, format] of [
      ["a.svg", "svg"],
      ["dir.svg/A.HTML", "html"],
      ["a.htm", "html"],
      ["a.json", "json"],
      ["a.csv", "csv"],
      ["a.txt", "human"],
    ] as const
  ) {
    assertEquals(read("-O", name).format, format);
    assertEquals(read("-O", name, "-o", "svg").format, "svg");
  }
  for (const name of ["a", "a.png", ".svg/a", ""]) {
    assertThrows(() => read("-O", name), UsageError, "--output");
  }
  assertEquals(read("-O", "a.png", "-o", "svg").output, "a.png");
});

Deno.test("readDrawing() takes widths that can be drawn", () => {
  assertEquals(read("--width", "20").width, 20);
  assertEquals(read("--width", "300").width, 300);
  assertEquals(read("--width", "1600", "-o", "svg").width, 1600);
  for (
    const args of [["19"], ["301"], ["239", "-o", "svg"], [
      "10001",
      "-o",
      "html",
    ]]
  ) {
    assertThrows(() => read("--width", ...args), UsageError, "--width is");
  }
});
