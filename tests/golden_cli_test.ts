import { assertEquals, assertNotEquals } from "@std/assert";
import { judgeCli } from "./golden_cli.ts";
import { casesOf, type CliCase, COLLECTIONS } from "./helpers/recordings.ts";
import { textOf } from "./servers/replay.ts";
import { testUnless } from "./helpers/skipping.ts";

for (const collection of COLLECTIONS) {
  if (collection.why !== undefined) {
    testUnless(
      collection.why,
      `${collection.name}: its command lines`,
      () => {},
    );
  }
  for (const recorded of casesOf<CliCase>(collection, "cli")) {
    const defects = (recorded.defects ?? []).map((each) => `${each} `).join("");
    Deno.test(`${collection.name}: ${defects}${recorded.id}`, async () => {
      assertEquals(await judgeCli(recorded, collection.directory), []);
    });
  }
}

Deno.test("a recording with a changed expectation is not met", async () => {
  const collection = COLLECTIONS.find(({ why }) => why === undefined)!;
  const { directory } = collection;
  const cases = casesOf<CliCase>(collection, "cli")
    .filter(({ expect, exit }) => expect === "same" && exit === 0);
  for (const program of ["get-endpoints", "get-metadata", "get", "get-bulk"]) {
    const recorded = cases.find((each) =>
      each.program === `esmond-ps-${program}` &&
      (program === "get-bulk" ? each.files.length > 0 : each.stdout) &&
      !textOf(each.stdout, directory).includes("Usage: ")
    )!;
    const change = (text: string) => text.replace(/\d(?=\D*$)/, "x");
    const mutated = {
      ...recorded,
      stdout: change(textOf(recorded.stdout, directory)),
      files: recorded.files.map(({ name, content }) => ({
        name,
        content: change(textOf(content, directory)),
      })),
    };
    assertEquals(await judgeCli(recorded, directory), []);
    assertNotEquals(await judgeCli(mutated, directory), [], program);
  }
});
