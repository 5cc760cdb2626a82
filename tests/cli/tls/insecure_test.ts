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
  "--insecure also holds after a redirect from http to https",
  async () => {
    await withTlsArchive(selfSigned(), async (secure, seen) => {
      await withServer(
        ({ headers }, { pathname, search }) =>
          Response.redirect(
            `https://${headers.get("host")}${pathname}${search}`,
            307,
          ),
        (plain) =>
          withBoth({ plain, secure }, async (origin) => {
            const strict = await ask(origin);
            assertEquals([strict.exit, seen], [1, []]);
            const { exit, stderr } = await ask(origin, ["--insecure"]);
            assertEquals([exit, seen.length > 0], [0, true], stderr);
          }),
      );
    });
  },
);

/**
 * Runs `use` with one port for http and https: only there, or to port 443, does
 * a redirect from http to https lead.
 */
async function withBoth(
  { plain, secure }: { plain: string; secure: string },
  use: (origin: string) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const conn of listener) {
      forward(conn, plain, secure).catch(() => {}); // one side has gone
    }
  })();
  try {
    await use(`http://127.0.0.1:${listener.addr.port}`);
  } finally {
    listener.close();
    await serving;
  }
}

async function forward(
  conn: Deno.TcpConn,
  plain: string,
  secure: string,
): Promise<void> {
  const first = new Uint8Array(1);
  await conn.read(first);
  const isTls = first[0] === 0x16;
  const port = Number(new URL(isTls ? secure : plain).port);
  const other = await Deno.connect({ hostname: "127.0.0.1", port });
  await other.write(first);
  await Promise.all([
    conn.readable.pipeTo(other.writable),
    other.readable.pipeTo(conn.writable),
  ]);
}

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

Deno.test("--ssl-verify changes nothing", async () => {
  await withTlsArchive(issued(), async (origin, seen) => {
    const { exit, stderr } = await ask(origin, ["--ssl-verify"]);
    assertEquals([exit, seen], [1, []]);
    assertStringIncludes(stderr, "certificate is not accepted");
  });
});
