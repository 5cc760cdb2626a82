import { assert } from "@std/assert";
import { join } from "@std/path";
import denoJson from "../../deno.json" with { type: "json" };

const ROOT = join(import.meta.dirname!, "../..");
const TEXT = await Deno.readTextFile(join(ROOT, "CONTRIBUTING.md"));

Deno.test("every file and directory that CONTRIBUTING.md names exists", async () => {
  const names = Array.from(
    TEXT.matchAll(/`((?:\.?[\w-]+\/)+[\w.-]*|[\w-]+\.(?:ts|md|json|sh|ps1))`/g),
    ([, name]) => name!,
  ).filter((name) => !/NAME|^(esmond_client|clients|dist)\//.test(name));
  assert(names.length > 30, `${names}`);
  for (const name of names) {
    const places = ["", "tests", "tests/servers"].map((place) =>
      join(place, name)
    );
    const found = await Promise.all(
      places.map((place) =>
        Deno.stat(join(ROOT, place)).then(() => true, () => false)
      ),
    );
    assert(found.some((each) => each), name);
  }
});

Deno.test("every task that CONTRIBUTING.md names exists", () => {
  const tasks = [...TEXT.matchAll(/deno task ([\w-]+)/g)];
  assert(tasks.length > 10);
  for (const [, task] of tasks) assert(task! in denoJson.tasks, task);
});
