import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { nobody, withSockets } from "../../client/sockets.ts";
import { certificate, keyPinOf, pinOf } from "../../servers/certificates.ts";
import { withProxy } from "../../servers/proxies.ts";
import { json, withServer } from "../../servers/serve.ts";
import {
  AUTHORITY,
  day,
  issued,
  NAMES,
  selfSigned,
  withTlsArchive,
} from "../../servers/tls.ts";
import { needs } from "../../helpers/binary.ts";
import { assertTold, runCli } from "../../helpers/run.ts";
import { ask, withFiles } from "../tls/asking.ts";

needs(
  "own certificate check",
  "trust shows a self-signed certificate, and the --pin that it prints makes it accepted",
  async () => {
    const shown = selfSigned({ until: day(87.5) });
    await withTlsArchive(shown, async (origin, seen) => {
      const { exit, stdout, stderr } = await runCli(["trust", origin]);
      assertEquals([exit, stderr, seen], [0, "", []]);
      const lines = stdout.split("\n");
      const row = (what: string) =>
        lines.find((line) => line.startsWith(what))?.slice(what.length).trim();
      assertEquals(row("subject"), "CN=a server");
      assertEquals(row("issued by"), "itself: it is self-signed");
      assertEquals(row("for"), NAMES.join(", "));
      assertMatch(
        row("valid until")!,
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, for 87 more days$/,
      );
      assertEquals(row("certificate"), await pinOf(shown));
      assertEquals(row("key"), await keyPinOf(shown));
      assertEquals(row("accepted"), "no: it is self-signed");
      const option = /--pin (\S+)$/m.exec(stdout)![0].split(" ");
      assertEquals(option[1], await keyPinOf(shown));
      assertEquals((await ask(origin, option)).exit, 0);
      const hex = lines.find((line) => /^ +[\dA-F:]{95}$/.test(line))!.trim();
      assertEquals((await ask(origin, ["--pin", hex])).exit, 0);
    });
  },
);

needs(
  "own certificate check",
  "trust offers --cacert where it would do, and only there",
  async () => {
    const cases = [
      [selfSigned(), "with this certificate in FILE"],
      [selfSigned({ isAuthority: true }), ""],
      [selfSigned({ names: ["other.example"] }), ""],
      [selfSigned({ until: day(-1), from: day(-2) }), ""],
      [issued(), "with the certificate of CN=a test's authority in FILE"],
      [issued({ names: ["other.example"] }), ""],
      [issued({ until: day(-1), from: day(-2) }), ""],
    ] as const;
    for (const [shown, offer] of cases) {
      const vouching = offer.includes("this") ? shown : AUTHORITY;
      await withFiles({ "ca.pem": vouching.cert }, async (paths) => {
        await withTlsArchive(shown, async (origin) => {
          const { stdout } = await runCli(["trust", origin]);
          assertEquals(stdout.includes("--cacert FILE"), offer !== "", stdout);
          assertStringIncludes(stdout, offer);
          const tried = await ask(origin, ["--cacert", paths["ca.pem"]]);
          assertEquals(tried.exit, offer === "" ? 1 : 0, stdout);
        });
      });
    }
  },
);

needs(
  "own certificate check",
  "trust says in words what is wrong",
  async () => {
    const cases = [
      [
        issued(),
        "no: its issuer, CN=a test's authority, is not an authority that is known here",
      ],
      [
        issued({ from: day(-9), until: day(-3.1) }),
        "no: it expired 3 days ago",
      ],
      [issued({ from: day(-9), until: day(-3.1) }), "UTC, expired 3 days ago"],
      [
        issued({ from: day(2.1) }),
        "no: it is not valid before 2 days from now",
      ],
      [
        issued({ names: ["a.example", "*.b.example"] }),
        "no: it is for a.example, *.b.example, not for 127.0.0.1",
      ],
      [issued({ names: [] }), "no: it names no host"],
    ] as const;
    for (const [shown, words] of cases) {
      await withTlsArchive(shown, async (origin) => {
        const { exit, stdout } = await runCli(["trust", origin]);
        assertEquals(exit, 0);
        assertStringIncludes(stdout, words);
      });
    }
  },
);

needs(
  "own certificate check",
  "trust says so when no option is needed",
  async () => {
    const shown = issued({ names: ["localhost"] });
    await withFiles({ "ca.pem": AUTHORITY.cert }, async (paths) => {
      await withTlsArchive(shown, async (origin, seen) => {
        const { port } = new URL(origin);
        const { exit, stdout } = await runCli([
          ...["trust", "--url", `https://localhost:${port}/esmond`],
          ...["--cacert", paths["ca.pem"]],
        ]);
        assertEquals([exit, seen], [0, []]);
        assertMatch(stdout, /^accepted +yes$/m);
        assertMatch(stdout, /No option is needed/);
      });
    });
  },
);

needs(
  "own certificate check",
  "trust goes through a proxy, with a password too",
  async () => {
    const shown = selfSigned();
    await withTlsArchive(shown, async (origin) => {
      await withProxy({ login: "me:secret" }, async (address, { lines }) => {
        const run = (login: string) =>
          runCli(["trust", origin, "--proxy", `http://${login}${address}`]);
        const { exit, stdout } = await run("me:secret@");
        assertEquals([exit, lines.length > 0], [0, true]);
        assertStringIncludes(stdout, await keyPinOf(shown));
        const refused = await run("");
        assertTold(refused, 1, /the proxy wants a user name and a password/);
      });
    });
  },
);

needs(
  "own certificate check",
  "control characters of a certificate reach no terminal",
  async () => {
    const nasty = "a\x1b[2Jb\nc\rd\x07\x9b";
    const shown = certificate({ subject: nasty, names: ["127.0.0.1", nasty] });
    await withTlsArchive(shown, async (origin) => {
      const { exit, stdout } = await runCli(["trust", origin]);
      assertEquals(exit, 0, stdout);
      // deno-lint-ignore no-control-regex -- what must not be there
      assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(stdout), false, stdout);
      assertEquals(stdout.split("\n").length, 15, stdout);
    });
    const other = certificate(
      { subject: "a", names: [nasty] },
      AUTHORITY,
    );
    await withFiles({ "ca.pem": AUTHORITY.cert }, async (paths) => {
      await withTlsArchive(other, async (origin) => {
        const { stderr } = await ask(origin, ["--cacert", paths["ca.pem"]]);
        // deno-lint-ignore no-control-regex -- what must not be there
        assertMatch(stderr, /^[^\x00-\x1f\x7f-\x9f]+\n$/);
      });
    });
  },
);

Deno.test("trust needs an address of https", async () => {
  const wrong: [args: string[], words: RegExp][] = [
    [[], /name the archive, such as: trust https/],
    [["http://127.0.0.1:9"], /has no certificate/],
    [["ma.example.net"], /give it as http/],
    [["ma.example.net:8443"], /give it as http/],
    [["https://me:secret@127.0.0.1:9"], /leave them out/],
  ];
  for (const [args, words] of wrong) {
    assertTold(await runCli(["trust", ...args]), 2, words, args.join(" "));
  }
});

needs(
  "own certificate check",
  "trust tells of what is not there, does not speak TLS, or is silent",
  async () => {
    const secure = (origin: string) => origin.replace("http:", "https:");
    assertTold(
      await runCli(["trust", secure(nobody())]),
      1,
      /connection refused/,
    );
    await withServer(() => json([]), async (origin) => {
      assertTold(
        await runCli(["trust", secure(origin)]),
        1,
        /cannot be reached/,
      );
    });
    await withSockets((socket) => socket.closed(), async (origin) => {
      assertTold(
        await runCli(["trust", secure(origin), "--timeout", "1"]),
        1,
        /sent nothing for 1 s/,
      );
    });
  },
);
