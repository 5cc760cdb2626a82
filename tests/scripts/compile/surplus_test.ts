import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { surplusIn } from "../../../scripts/compile/surplus.ts";
import { withDirectory } from "../../helpers/directory.ts";

Deno.test("surplusIn() names folders of the packages that are packed, in that version, from whatever registry", async () => {
  await withDirectory(async (cache) => {
    const folders = [
      "registry.npmjs.org/csv-parse/7.0.3/dist/cjs",
      "registry.npmjs.org/csv-parse/7.0.3/lib",
      "registry.npmjs.org/csv-parse/6.0.0/dist",
      "registry.npmjs.org/hyparquet/1.31.5/dist",
      "other.example_4873/csv-parse/7.0.3/dist",
    ];
    for (const folder of folders) {
      await Deno.mkdir(join(cache, folder), { recursive: true });
    }
    const packed = ["npm:csv-parse@7.0.3/sync", "npm:hyparquet@1.31.5"];
    assertEquals((await surplusIn(cache, packed)).sort(), [
      join(cache, "other.example_4873/csv-parse/7.0.3/dist"),
      join(cache, "registry.npmjs.org/csv-parse/7.0.3/dist"),
    ]);
    assertEquals(await surplusIn(cache, ["npm:hyparquet@1.31.5"]), []);
  });
});
