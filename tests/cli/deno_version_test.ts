import { assertEquals, assertThrows } from "@std/assert";
import { checkDeno, OLDEST_DENO } from "../../cli/deno_version.ts";
import { UsageError } from "../../cli/errors.ts";

Deno.test("checkDeno() takes the oldest version and later ones", () => {
  for (
    const version of [
      ...["2.4.0", "2.4.12", "2.9.6", "2.10.0", "3.0.0"],
      ...["2.4.0-rc.1", "2.10.0+abcdef0", Deno.version.deno],
    ]
  ) checkDeno(version);
});

Deno.test("checkDeno() refuses an older Deno in one line that says which it needs", () => {
  for (const version of ["2.3.7", "2.1.14", "1.46.3"]) {
    const { message } = assertThrows(() => checkDeno(version), UsageError);
    assertEquals(message, `needs Deno 2.4 or later; this is ${version}`);
  }
});

Deno.test("the documents name the oldest version", async () => {
  const install = new URL("../../docs/install.md", import.meta.url);
  const text = await Deno.readTextFile(install);
  assertEquals(text.includes(`Deno ${OLDEST_DENO} or later`), true);
});
