/**
 * A few seconds of `scripts/bench/soak.ts`: it runs, and reports what it found.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { mapFlags } from "../../scripts/map_flags.ts";
import { IS_LONG } from "../helpers/long.ts";
import { runProcess } from "../helpers/process.ts";

const SECONDS = IS_LONG ? 20 : 2;

Deno.test("many clients for some seconds lose nothing, and only injected errors occur", async () => {
  const script = join(import.meta.dirname!, "../../scripts/bench/soak.ts");
  const { exit, stdout: text, stderr } = await runProcess([
    ...[Deno.execPath(), "run", "-A", "--no-check", "--quiet", ...mapFlags()],
    ...[script, "--seconds", String(SECONDS), "--clients", "20"],
  ]);
  assertEquals(exit, 0, text + stderr);
  assertMatch(text, new RegExp(`^\\d+ requests of 20 clients in ${SECONDS} s`));
  assertMatch(text, /\nwritten and read back: [1-9]\d{2,} points\n/);
  assertMatch(text, /\nerrors: [1-9]\d* injected, 0 not injected\n/);
});
