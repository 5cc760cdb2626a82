import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { GENERATED } from "../../scripts/generate.ts";
import { NOT_IN_SHORT } from "../helpers/long.ts";
import { testUnless } from "../helpers/skipping.ts";

const root = join(import.meta.dirname!, "../..");

/** The version of Deno that CI pins. */
const [, PINNED] = /deno-version: (\S+)/.exec(
  Deno.readTextFileSync(join(root, ".github/workflows/ci.yml")),
)!;

/** What another version of Deno makes otherwise. */
const BUNDLED = "chart/zoom_script.ts";

/** What needs an archive with a week of measurements. */
const PICTURE = "docs/plot.svg";

for (const [path, make] of Object.entries(GENERATED)) {
  testUnless(
    whyNot(path),
    `${path} is what the tables make of it; if not, run: deno task generate`,
    async () => {
      const text = await Deno.readTextFile(join(root, path)).catch(() => "");
      assertEquals(
        text === await make(),
        true,
        `${path} is stale, run: deno task generate`,
      );
    },
  );
}

/** Why a file is not made anew, if it is not. */
function whyNot(path: string): string | undefined {
  if (path === PICTURE) return NOT_IN_SHORT;
  return path === BUNDLED && Deno.version.deno !== PINNED
    ? `Deno ${PINNED} makes it`
    : undefined;
}
