import { assertTold, runCli } from "../../helpers/run.ts";
import { testUnless } from "../../helpers/skipping.ts";
import { BINARY } from "../../helpers/binary.ts";

testUnless(
  BINARY && "there is an executable",
  "install-links says that Deno has no executable to link to",
  async () => {
    assertTold(
      await runCli(["install-links"]),
      2,
      /without an executable.*deno install -g/,
    );
  },
);
