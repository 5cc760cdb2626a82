import { assertEquals } from "@std/assert";
import { terminalTraits } from "../../../cli/output/terminal.ts";

function traits(
  env: Record<string, string>,
  { isTerminal = true, columns = (): number | undefined => 120, colors }: {
    isTerminal?: boolean;
    columns?: () => number | undefined;
    colors?: "always" | "never";
  } = {},
) {
  return terminalTraits({
    env: (name) => env[name],
    isTerminal,
    columns,
    ...colors === undefined ? {} : { colors },
  });
}

Deno.test("terminalTraits() is as wide as the terminal, and 80 where that is not known", () => {
  assertEquals(traits({}).width, 120);
  assertEquals(traits({}, { isTerminal: false }).width, 80);
  assertEquals(traits({}, { columns: () => undefined }).width, 80);
});

Deno.test("terminalTraits() is ASCII for a dumb terminal, and where the locale is not UTF-8", () => {
  const isAscii = (env: Record<string, string>) => traits(env).isAscii;
  assertEquals(isAscii({}), false);
  assertEquals(isAscii({ LANG: "en_US.UTF-8" }), false);
  assertEquals(isAscii({ LANG: "de_DE.utf8" }), false);
  assertEquals(isAscii({ LANG: "C" }), true);
  assertEquals(isAscii({ LC_ALL: "C.UTF-8", LANG: "C" }), false);
  assertEquals(isAscii({ LC_ALL: "", LC_CTYPE: "POSIX" }), true);
  assertEquals(isAscii({ TERM: "dumb", LANG: "en_US.UTF-8" }), true);
});

Deno.test("terminalTraits() has colours on a terminal alone, and never with NO_COLOR", () => {
  assertEquals(traits({}).hasColors, true);
  assertEquals(traits({ NO_COLOR: "1" }).hasColors, false);
  assertEquals(traits({ NO_COLOR: "" }).hasColors, true);
  assertEquals(traits({ TERM: "dumb" }).hasColors, false);
  assertEquals(traits({}, { isTerminal: false }).hasColors, false);
});

Deno.test("terminalTraits() has colours as --color says, whatever the environment does", () => {
  const always = { isTerminal: false, colors: "always" } as const;
  assertEquals(traits({ NO_COLOR: "1" }, always).hasColors, true);
  assertEquals(traits({}, { colors: "never" }).hasColors, false);
});
