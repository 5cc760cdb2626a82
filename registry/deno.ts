/**
 * Runs Deno with the `@std` names of this machine: `registry/deno.ts test
 * tests/` is `deno test FLAGS tests/`, with the flags that `registry/pick.ts`
 * prints. The certificates that the system trusts are trusted, too, because a
 * network may have its own authority.
 *
 * @module
 */

import "./needed_deno.ts";

if (import.meta.main) {
  // Ctrl-C is for what is run, whose exit code is passed on.
  Deno.addSignalListener("SIGINT", () => {});
  const [command = "help", ...args] = Deno.args;
  const deno = Deno.execPath();
  const env = {
    DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "system,mozilla",
  };
  const { success, stdout } = await new Deno.Command(deno, {
    args: ["run", "-q", "-P=pick", "registry/pick.ts"],
    env,
    stderr: "inherit",
  }).output();
  if (!success) Deno.exit(2);
  const flags = new TextDecoder().decode(stdout).trim().split(" ");
  const { code } = await new Deno.Command(deno, {
    args: [command, ...flags, ...args],
    env,
  }).spawn().status;
  Deno.exit(code);
}
