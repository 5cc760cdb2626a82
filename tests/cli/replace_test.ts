import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { replaceFile } from "../../cli/replace.ts";
import { withDirectory } from "../helpers/directory.ts";

const DENIED = "Access is denied. (os error 5)";
const SHARED =
  "The process cannot access the file because it is being used by another process. (os error 32)";

/** A `rename` that fails with each of these first, and the pauses between. */
function busy(messages: string[], isWindows = true) {
  const pauses: number[] = [];
  const asked: string[] = [];
  const left = [...messages];
  return {
    asked,
    pauses,
    options: {
      isWindows,
      rename: (from: string, to: string) => {
        asked.push(`${from} ${to}`);
        const message = left.shift();
        return message === undefined
          ? Promise.resolve()
          : Promise.reject(new Deno.errors.PermissionDenied(message));
      },
      wait: (ms: number) => Promise.resolve(pauses.push(ms)),
    },
  };
}

Deno.test("replaceFile() tries again on Windows while somebody has the file open", async () => {
  const { asked, pauses, options } = busy([SHARED, DENIED, SHARED]);
  await replaceFile("a", "b", options);
  assertEquals(asked, ["a b", "a b", "a b", "a b"]);
  assertEquals(pauses.length, 3);
});

Deno.test("replaceFile() gives up after about a second", async () => {
  const { pauses, options } = busy(Array(1000).fill(DENIED));
  await assertRejects(
    () => replaceFile("a", "b", options),
    Deno.errors.PermissionDenied,
    DENIED,
  );
  assertEquals(pauses.reduce((sum, ms) => sum + ms), 1000);
});

Deno.test("replaceFile() does not wait for what no waiting helps, nor on other systems", async () => {
  for (
    const { asked, options } of [
      busy(["The system cannot find the file specified. (os error 2)"]),
      busy([DENIED], false),
    ]
  ) {
    await assertRejects(() => replaceFile("a", "b", options), Error);
    assertEquals(asked.length, 1);
  }
});

Deno.test("replaceFile() replaces a file", async () => {
  await withDirectory(async (directory) => {
    const [from, to] = [join(directory, "from"), join(directory, "to")];
    await Deno.writeTextFile(from, "new");
    await Deno.writeTextFile(to, "old");
    await replaceFile(from, to);
    assertEquals(await Deno.readTextFile(to), "new");
    assertEquals(Array.from(Deno.readDirSync(directory)).length, 1);
  });
});
