import { assertEquals } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };

Deno.test("every task begins with what says that a Deno is too old, by flags that an old one knows", () => {
  const begins =
    /^deno run -q (?:--allow-run --allow-env=DENO_TLS_CA_STORE registry\/deno\.ts|registry\/needed_deno\.ts)(?: |$)/;
  const others = Object.entries(denoJson.tasks)
    .filter(([, { command }]) => !begins.test(command));
  assertEquals(others, []);
  const imported = /^import "\.\/needed_deno\.ts";$/m;
  const text = Deno.readTextFileSync(
    new URL("../../registry/deno.ts", import.meta.url),
  );
  assertEquals(imported.test(text), true);
});
