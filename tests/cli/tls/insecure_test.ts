import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { withDirectory } from "../../helpers/directory.ts";
import { withServer } from "../../servers/serve.ts";
import { issued, selfSigned, withTlsArchive } from "../../servers/tls.ts";
import { needs } from "../../helpers/binary.ts";
import { runCli } from "../../helpers/run.ts";
import { ask, write } from "./asking.ts";

const WARNING = /^--insecure: certificates are not verified; [^\n]*$/m;

needs(
  "own certificate check",
  "--insecure accepts any certificate, and warns each time",
  async () => {
    for (
      const shown of [selfSigned({ isAuthority: true }), issued({ names: [] })]
    ) {
      await withTlsArchive(shown, async (origin, seen) => {
        for (const command of [ask, write]) {
          const { exit, stdout, stderr } = await command(origin, [
            "--insecure",
          ]);
          assertEquals(exit, 0, stderr);
          assertMatch(stdout, /192\.0\.2\.20|0123/);
          assertMatch(stderr, WARNING);
          assertEquals(stderr.split("\n").length, 2, stderr);
        }
        assertMatch(seen.at(-1)!, /^POST .* Token secret-key$/);
      });
    }
  },
);

needs(
  "own certificate check",
  "--insecure warns with --quiet too",
  async () => {
    await withTlsArchive(selfSigned(), async (origin) => {
      await withDirectory(async (directory) => {
        const { exit, stderr } = await runCli([
          ...["get-bulk", "--url", origin, "-o", "json", "-D", directory],
          ...["--ip", "--quiet", "--insecure"],
        ]);
        assertEquals(exit, 0, stderr);
        assertMatch(stderr, WARNING);
      });
    });
  },
);

needs(
  "own certificate check",
  "--insecure also holds behind a redirect from http to https",
  async () => {
    await withTlsArchive(selfSigned(), async (secure, seen) => {
      await withServer(
        (_, { pathname, search }) =>
          Response.redirect(`${secure}${pathname}${search}`, 307),
        async (origin) => {
          const strict = await ask(origin);
          assertEquals([strict.exit, seen], [1, []]);
          const { exit, stderr } = await ask(origin, ["--insecure"]);
          assertEquals([exit, seen.length > 0], [0, true], stderr);
        },
      );
    });
  },
);

Deno.test("--insecure contradicts --pin and --ssl-verify", async () => {
  const pin = `sha256/${"A".repeat(43)}=`;
  for (const other of [["--pin", pin], ["--ssl-verify"]]) {
    const { exit, stderr } = await ask("https://127.0.0.1:9", [
      "--insecure",
      ...other,
    ]);
    assertEquals(exit, 2);
    assertStringIncludes(stderr, `--insecure and ${other[0]} contradict`);
  }
});

Deno.test("--ssl-verify is what happens anyway", async () => {
  await withTlsArchive(issued(), async (origin, seen) => {
    const { exit, stderr } = await ask(origin, ["--ssl-verify"]);
    assertEquals([exit, seen], [1, []]);
    assertStringIncludes(stderr, "certificate is not accepted");
  });
});
