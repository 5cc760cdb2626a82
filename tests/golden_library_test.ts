import { assertEquals, assertNotEquals } from "@std/assert";
import { judgeLibrary, type LibraryCase } from "./golden_library.ts";
import type { JsonValue } from "../mod.ts";
import { casesOf, COLLECTIONS } from "./helpers/recordings.ts";
import { testUnless } from "./helpers/skipping.ts";

for (const collection of COLLECTIONS) {
  if (collection.why !== undefined) {
    testUnless(
      collection.why,
      `${collection.name}: its calls`,
      () => {},
    );
  }
  for (const recorded of casesOf<LibraryCase>(collection, "lib")) {
    const defects = (recorded.defects ?? []).map((each) => `${each} `).join("");
    Deno.test(`${collection.name}: ${defects}${recorded.id}`, async () => {
      assertEquals(await judgeLibrary(recorded, collection.directory), []);
    });
  }
}

Deno.test("a script with a changed expectation is not met", async () => {
  const collection = COLLECTIONS.find(({ why }) => why === undefined)!;
  const recorded = casesOf<LibraryCase>(collection, "lib")
    .find(({ id }) => id === "query-histogram")!;
  assertEquals(await judgeLibrary(recorded, collection.directory), []);
  for (const [index, step] of recorded.steps.entries()) {
    if (step.result === undefined || step.op === "new") continue;
    const steps = recorded.steps.with(index, {
      ...step,
      result: changed(step.result),
    });
    assertNotEquals(
      await judgeLibrary({ ...recorded, steps }, collection.directory),
      [],
      `step ${index}`,
    );
  }
});

/** The same with its last leaf changed. */
function changed(value: JsonValue): JsonValue {
  if (typeof value === "number") return value + 1;
  if (typeof value !== "object" || value === null) return `${value}Z`;
  const [key, last] = Object.entries(value).at(-1)!;
  if (Array.isArray(value)) return value.with(Number(key), changed(last));
  return { ...value, [key]: changed(last) };
}
