import { assertEquals } from "@std/assert";
import { SHELLS } from "../../../cli/options/choices.ts";
import { scriptOf } from "../../../cli/completions/shells.ts";
import { assertTold, runCli } from "../../helpers/run.ts";

Deno.test("completions prints the script of a shell", async () => {
  for (const shell of SHELLS) {
    const expected = {
      exit: 0,
      stdout: scriptOf(shell),
      stderr: "",
    };
    assertEquals(await runCli(["completions", shell]), expected);
    assertEquals(
      await runCli([shell], { calledAs: "esmond-ps-completions" }),
      expected,
    );
  }
});

Deno.test("completions refuses a shell that it does not know, and says which there are", async () => {
  for (const words of [[], ["tcsh"], ["Bash"], [""]]) {
    assertTold(
      await runCli(["completions", ...words]),
      2,
      /bash, zsh, fish, powershell/,
    );
  }
});

Deno.test("completions says that a further word is ignored", async () => {
  const { exit, stdout, stderr } = await runCli(["completions", "zsh", "fish"]);
  assertEquals([exit, stdout], [0, scriptOf("zsh")]);
  assertEquals(stderr, '"fish" is ignored: one shell is enough\n');
});
