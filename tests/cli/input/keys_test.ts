import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../../cli/errors.ts";
import { readKeys, readKnownKeys, writeKeys } from "../../../cli/input/keys.ts";
import { withDirectory } from "../../helpers/directory.ts";

Deno.test("readKeys() reads what writeKeys() writes, with line ends of any system", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "keys");
    assertEquals(await readKnownKeys(file), new Map());
    const keys = new Map([["old1", "new1"], ["old2", "new2"]]);
    for (const known of [new Map([["x", "y"]]), keys]) {
      await writeKeys(file, known);
      assertEquals(await readKeys(file), known);
      assertEquals(await readKnownKeys(file), known);
    }
    assertEquals([...Deno.readDirSync(directory)].length, 1);
    await Deno.writeTextFile(file, "old1 new1\r\n\r\nold2\tnew2");
    assertEquals(await readKeys(file), keys);
  });
});

Deno.test("readKeys() refuses what is no such file, with the line", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "keys");
    const table: [text: string, message: string][] = [
      ["a b\nc\n", "--keys: line 2 of "],
      ["a b c\n", "--keys: line 1 of "],
      ["a b\na c\n", "--keys: line 2 of "],
    ];
    for (const [text, message] of table) {
      await Deno.writeTextFile(file, text);
      for (const read of [readKeys, readKnownKeys]) {
        await assertRejects(() => read(file), UsageError, message);
      }
    }
    const missing = join(directory, "missing");
    for (const path of [missing, directory]) {
      const message = `--keys: cannot read ${path}: `;
      await assertRejects(() => readKeys(path), UsageError, message);
    }
    await assertRejects(
      () => writeKeys(join(missing, "keys"), new Map()),
      UsageError,
      "--keys: cannot write ",
    );
  });
});
