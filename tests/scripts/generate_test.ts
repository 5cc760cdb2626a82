import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { GENERATED } from "../../scripts/generate.ts";

const root = join(import.meta.dirname!, "../..");

for (const [path, make] of Object.entries(GENERATED)) {
  Deno.test(`${path} is what the tables make of it; if not, run: deno task generate`, async () => {
    const text = await Deno.readTextFile(join(root, path)).catch(() => "");
    assertEquals(
      text === make(),
      true,
      `${path} is stale, run: deno task generate`,
    );
  });
}
