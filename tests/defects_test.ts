import { assertEquals } from "@std/assert";
import { join } from "@std/path";

/**
 * The defects of the Python client, less those that only its language could
 * have (D19, D20).
 */
const DEFECTS = Array.from(
  { length: 38 },
  (_, index) => `D${String(index + 1).padStart(2, "0")}`,
).filter((defect) => !["D19", "D20"].includes(defect));

Deno.test("every defect of the Python client has a test that carries its number", async () => {
  const named = new Set<string>();
  for await (const path of testsBelow(import.meta.dirname!)) {
    const code = await Deno.readTextFile(path);
    for (const [, name] of code.matchAll(/Deno\.test\(\s*["'`]([^\n]*)/g)) {
      for (const [defect] of name!.matchAll(/D\d\d/g)) named.add(defect);
    }
  }
  assertEquals(DEFECTS.filter((defect) => !named.has(defect)), []);
});

async function* testsBelow(directory: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    if (isDirectory) yield* testsBelow(path);
    else if (name.endsWith("_test.ts")) yield path;
  }
}
