import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { GENERATED } from "../../scripts/generate.ts";

const root = join(import.meta.dirname!, "../..");

/** The version of Deno that CI pins. */
const [, PINNED] = /deno-version: (\S+)/.exec(
  Deno.readTextFileSync(join(root, ".github/workflows/ci.yml")),
)!;

/** What another version of Deno makes otherwise. */
const BUNDLED = "chart/zoom_script.ts";

for (const [path, make] of Object.entries(GENERATED)) {
  Deno.test({
    name:
      `${path} is what the tables make of it; if not, run: deno task generate`,
    ignore: path === BUNDLED && Deno.version.deno !== PINNED,
    fn: async () => {
      const text = await Deno.readTextFile(join(root, path)).catch(() => "");
      assertEquals(
        text === await make(),
        true,
        `${path} is stale, run: deno task generate`,
      );
    },
  });
}
