import { assertEquals } from "@std/assert";
import { COMMANDS } from "../../../cli/commands/commands.ts";
import type { CommandName } from "../../../cli/names.ts";
import { DEFAULTS, OPTIONS, optionsOf } from "../../../cli/options/table.ts";

Deno.test("OPTIONS has every option of the original client, under its names", () => {
  const original = "h:help u:url s:src d:dest a:agent e:event-type t:tool " +
    "S:start-time E:end-time F:filter L:list-events M:metadata-extended " +
    "T:summary-type W:summary-window o:output-format D:output-directory " +
    "I:ip v:verbose :ssl-verify :timeout";
  const ours = OPTIONS.filter((spec) => spec.isOriginal)
    .map(({ short, long }) => `${short ?? ""}:${long}`);
  assertEquals([...new Set(ours)].sort(), original.split(" ").sort());
});

Deno.test("optionsOf() uses no name twice", () => {
  for (const name of Object.keys(COMMANDS) as CommandName[]) {
    for (const key of ["long", "short"] as const) {
      const names = optionsOf(name).flatMap((spec) => spec[key] ?? []);
      assertEquals(new Set(names).size, names.length, `${key} of ${name}`);
    }
  }
});

Deno.test("DEFAULTS has the default of each option that has one, and no name has two", () => {
  const pairs = OPTIONS.flatMap(({ long, default: value }) =>
    value === undefined ? [] : [`${long} ${value}`]
  );
  assertEquals(
    Object.entries(DEFAULTS).map(([long, value]) => `${long} ${value}`),
    [...new Set(pairs)],
  );
});

Deno.test("an option has its default as a value or in words, and not in its help", () => {
  for (const { long, help, default: value, otherwise } of OPTIONS) {
    assertEquals(/\bDefault\b|may be repeated/i.test(help), false, long);
    assertEquals(value !== undefined && otherwise !== undefined, false, long);
  }
});
