import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { withDirectory } from "../helpers/directory.ts";
import { blocks } from "./blocks.ts";

Deno.test("blocks() takes language, info, text, line and heading of each block", async () => {
  await withMarkdown(
    [
      "```",
      "bare",
      "```",
      "# First",
      "",
      "```ts no-run  because",
      "# not a heading",
      "",
      "  indented",
      "```",
      "## Second ##",
      "- item",
      "  ~~~sh",
      "  echo '```'",
      "  ~~~",
      "````md",
      "```ts",
      "```",
      "````",
      "",
    ],
    (path) =>
      assertEquals(blocks(path), [
        { language: "", info: "", text: "bare\n", line: 1, heading: "" },
        {
          language: "ts",
          info: "no-run  because",
          text: "# not a heading\n\n  indented\n",
          line: 6,
          heading: "First",
        },
        {
          language: "sh",
          info: "",
          text: "echo '```'\n",
          line: 13,
          heading: "Second",
        },
        {
          language: "md",
          info: "",
          text: "```ts\n```\n",
          line: 16,
          heading: "Second",
        },
      ]),
  );
});

Deno.test("blocks() says which fence stays open", async () => {
  await withMarkdown(["text", "```ts", "code"], (path) => {
    assertThrows(() => blocks(path), Error, `${path}:2: this fence stays open`);
  });
});

async function withMarkdown(
  lines: string[],
  use: (path: string) => void,
): Promise<void> {
  await withDirectory(async (directory) => {
    const path = join(directory, "text.md");
    await Deno.writeTextFile(path, lines.join("\n"));
    use(path);
  });
}
