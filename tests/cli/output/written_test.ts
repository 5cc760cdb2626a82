import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../../cli/errors.ts";
import { writeResult } from "../../../cli/output/written.ts";
import { withDirectory } from "../../helpers/directory.ts";

Deno.test("writeResult() writes to standard output, or a file in the place of another", async () => {
  let text = "";
  const io = {
    stdout: {
      write: (part: string) => void (text += part),
      flush: () => Promise.resolve(),
    },
  };
  await writeResult(undefined, "printed", io);
  assertEquals(text, "printed");
  await withDirectory(async (directory) => {
    const path = join(directory, "a.svg");
    await Deno.writeTextFile(path, "old");
    await writeResult(path, "new", io);
    assertEquals(await Deno.readTextFile(path), "new");
    assertEquals([...Deno.readDirSync(directory)].length, 1);
    assertEquals(text, "printed");
  });
});

Deno.test("writeResult() leaves what was there when it cannot write", async () => {
  await withDirectory(async (directory) => {
    const path = join(directory, "a.svg");
    await Deno.writeTextFile(path, "old");
    // What is beside it cannot be replaced.
    await Deno.mkdir(`${path}.part`);
    await Deno.writeTextFile(join(`${path}.part`, "kept"), "");
    const io = {
      stdout: { write: () => {}, flush: () => Promise.resolve() },
    };
    await assertRejects(
      () => writeResult(path, "new", io),
      UsageError,
      `--output: cannot write ${path}`,
    );
    assertEquals(await Deno.readTextFile(path), "old");
  });
});
