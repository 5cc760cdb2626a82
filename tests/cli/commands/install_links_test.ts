import { assertTold, runCli } from "../../helpers/run.ts";

Deno.test({
  name: "install-links says that Deno has no executable to link to",
  ignore: Deno.env.has("ESMOND_PS_BINARY"), // then there is one
  fn: async () => {
    assertTold(
      await runCli(["install-links"]),
      2,
      /without an executable.*deno install -g/,
    );
  },
});
