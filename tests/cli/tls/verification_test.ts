import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { certificate, pinOf, type Said } from "../../servers/certificates.ts";
import {
  AUTHORITY,
  day,
  issued,
  selfSigned,
  withTlsArchive,
} from "../../servers/tls.ts";
import { needs } from "../../helpers/binary.ts";
import { runProcess } from "../../helpers/process.ts";
import { PROGRAM, runProgram } from "../../helpers/program.ts";
import { assertTold } from "../../helpers/run.ts";
import { ask, withFiles, write } from "./asking.ts";

const OTHER_AUTHORITY = certificate({ subject: "another", isAuthority: true });

needs(
  "own certificate check",
  "a certificate of an unknown authority is refused, and nothing is sent",
  async () => {
    await withTlsArchive(issued(), async (origin, seen) => {
      const { exit, stdout, stderr } = await ask(origin);
      assertEquals([exit, stdout, seen], [1, "", []]);
      assertMatch(
        stderr,
        /^esmond-ps get-endpoints: the archive cannot be reached: its TLS certificate is not accepted: it is self-signed, or from an authority that is not known here \([^\n]*\n$/,
      );
      assertStringIncludes(stderr, `esmond-ps trust ${origin} shows`);
      assertStringIncludes(stderr, "--pin");
      assertStringIncludes(stderr, "--cacert FILE");
    });
  },
);

Deno.test("--cacert makes it accepted, for reading and for writing", async () => {
  await withFiles({ "ca.pem": AUTHORITY.cert }, async (paths) => {
    await withTlsArchive(issued(), async (origin, seen) => {
      const args = ["--cacert", paths["ca.pem"]];
      const read = await ask(origin, args);
      assertEquals([read.exit, read.stderr], [0, ""]);
      assertStringIncludes(read.stdout, "192.0.2.20");
      const written = await write(origin, args);
      assertEquals(
        [written.exit, written.stdout, written.stderr],
        [0, "0123\n", ""],
      );
      const path = "/esmond/perfsonar/archive/";
      assertEquals(seen.at(0), `GET ${path} no key`);
      assertEquals(seen.at(-1), `POST ${path} Token secret-key`);
    });
  });
});

Deno.test("--cacert takes a directory, and ignores files without certificates", async () => {
  const files = {
    "one.crt": OTHER_AUTHORITY.cert,
    "two.pem": `text before\n${AUTHORITY.cert}`,
    "README": "no certificate",
  };
  await withFiles(files, async (_, directory) => {
    await Deno.mkdir(`${directory}/more`);
    await withTlsArchive(issued(), async (origin) => {
      const { exit, stderr } = await ask(origin, ["--cacert", directory]);
      assertEquals([exit, stderr], [0, ""]);
    });
  });
});

Deno.test("--cacert does not make another authority's certificate accepted", async () => {
  await withFiles({ "ca.pem": OTHER_AUTHORITY.cert }, async (paths) => {
    await withTlsArchive(issued(), async (origin, seen) => {
      for (const command of [ask, write]) {
        const { exit, stderr } = await command(origin, [
          "--cacert",
          paths["ca.pem"],
        ]);
        assertEquals([exit, seen], [1, []]);
        assertStringIncludes(stderr, "an authority that is not known here");
      }
    });
  });
});

needs(
  "own certificate check",
  "what is wrong with a certificate of a known authority is said in words, and --cacert is not offered",
  async () => {
    const names = ["other.example", "192.0.2.7"];
    const wrong: [said: Partial<Said>, words: string][] = [
      [{ from: day(-9), until: day(-3.1) }, "it expired 3 days ago"],
      [{ from: day(-9), until: day(-0.05) }, "it expired 1 hour ago"],
      [{ from: day(3.1) }, "it is not valid before 3 days from now"],
      [{ names }, "it is for other.example, 192.0.2.7, not for 127.0.0.1"],
      [{ names: [] }, "it names no host that it is for"],
      [{ use: "client" }, "it is not meant for servers"],
    ];
    await withFiles({ "ca.pem": AUTHORITY.cert }, async (paths) => {
      for (const [said, words] of wrong) {
        await withTlsArchive(issued(said), async (origin, seen) => {
          const { exit, stderr } = await ask(origin, [
            "--cacert",
            paths["ca.pem"],
          ]);
          assertEquals([exit, seen], [1, []], words);
          assertStringIncludes(stderr, words);
          assertMatch(stderr, /; if it is .* --pin, which .* shows\n$/);
        });
      }
    });
  },
);

needs(
  "own certificate check",
  "a self-signed certificate is accepted with itself as --cacert, unless it is an authority's",
  async () => {
    for (const isAuthority of [false, true]) {
      const shown = selfSigned({ isAuthority });
      await withFiles({ "own.pem": shown.cert }, async (paths) => {
        await withTlsArchive(shown, async (origin) => {
          const args = ["--cacert", paths["own.pem"]];
          const { exit, stderr } = await ask(origin, args);
          assertEquals(exit, isAuthority ? 1 : 0);
          // The platform refuses it: what would not help is not offered.
          if (isAuthority) {
            assertMatch(
              stderr,
              /it is self-signed \(.* --pin, which .* shows\n$/,
            );
          }
        });
      });
    }
  },
);

Deno.test("--cacert that holds no certificate is wrong usage", async () => {
  const damaged = AUTHORITY.cert.replace(/\n.{8}/, "\nAAAAAAAA");
  const files = { "none": "no PEM\n", "key.pem": AUTHORITY.key, damaged };
  await withFiles(files, async (paths, directory) => {
    const empty = `${directory}/empty`;
    await Deno.mkdir(empty);
    const wrong: [path: string, words: RegExp][] = [
      [`${directory}/absent`, /--cacert: cannot read .*absent/],
      ["", /--cacert: cannot read/],
      [paths["none"], /--cacert: .*none holds no certificate in PEM/],
      [paths["key.pem"], /--cacert: .*key\.pem holds no certificate in PEM/],
      [paths["damaged"], /--cacert: a certificate in .*damaged is damaged/],
      [empty, /--cacert: no file in .*empty holds a certificate in PEM/],
    ];
    for (const url of ["https://127.0.0.1:9", "http://127.0.0.1:9"]) {
      for (const [path, words] of wrong) {
        assertTold(await ask(url, ["--cacert", path]), 2, words, path);
      }
    }
  });
});

Deno.test("no variable of the environment turns verification off", async () => {
  await withTlsArchive(issued(), async (origin, seen) => {
    const env = {
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
      ESMOND_INSECURE: "1",
      INSECURE: "1",
    };
    const { exit } = await runProgram(
      ["get-endpoints", "--ip", "--url", origin],
      { env },
    );
    assertEquals([exit, seen], [1, []]);
  });
});

needs(
  "permissions",
  "with narrow permissions --cacert and --pin work, and Deno asks for nothing",
  async () => {
    const [deno = "", ...before] = PROGRAM;
    const shown = issued();
    await withFiles({ "ca.pem": AUTHORITY.cert }, async (paths) => {
      await withTlsArchive(shown, async (origin) => {
        const { host } = new URL(origin);
        const main = before.at(-1)!;
        const flags = before.slice(0, -1).filter((flag) => flag !== "-A");
        const program = (allowed: string[]) => [
          ...flags,
          ...allowed,
          main,
          ...["get-endpoints", "--ip", "--url", origin],
        ];
        const net = `--allow-net=${host}`;
        for (
          const args of [
            [
              ...program([net, `--allow-read=${paths["ca.pem"]}`]),
              "--cacert",
              paths["ca.pem"],
            ],
            [...program([net]), "--pin", await pinOf(shown)],
            [...program([net]), "--insecure"],
          ]
        ) {
          const { exit, stderr } = await runProcess([deno, ...args]);
          assertEquals(exit, 0, stderr);
          assertEquals(
            stderr.split("\n").length - 1,
            args.at(-1) === "--insecure" ? 1 : 0,
            stderr,
          );
        }
      });
    });
  },
);

Deno.test("a file of certificates that never end is read in linear time", async () => {
  const files = { "long.pem": "-----BEGIN CERTIFICATE-----\n".repeat(40_000) };
  await withFiles(files, async (paths) => {
    const begun = performance.now();
    const { exit, stderr } = await ask("https://127.0.0.1:9", [
      ...["--cacert", paths["long.pem"]],
      ...["--client-cert", paths["long.pem"]],
    ]);
    assertEquals(exit, 2);
    assertMatch(stderr, /holds no certificate in PEM/);
    assertEquals(performance.now() - begun < 60_000, true);
  });
});
