import { assertEquals, assertStringIncludes } from "@std/assert";
import { isPair } from "../../../cli/tls/files.ts";
import { certificate } from "../../servers/certificates.ts";
import {
  AUTHORITY,
  issued,
  withClientCheck,
  withTlsArchive,
} from "../../servers/tls.ts";
import { onUnix } from "../../helpers/skipping.ts";
import { needs } from "../../helpers/binary.ts";
import { assertTold } from "../../helpers/run.ts";
import { ask, withFiles } from "./asking.ts";

const OWN = certificate({ subject: "a client", use: "client" }, AUTHORITY);
const FILES = {
  "ca.pem": AUTHORITY.cert,
  "own.pem": OWN.cert,
  "own.key": OWN.key,
  "both.pem": OWN.key + OWN.cert,
  "other.key": certificate({ subject: "other" }).key,
  "encrypted.key":
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
  "old.key":
    "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n",
  "damaged.key":
    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
  "none": "no PEM\n",
};

needs(
  "own certificate check",
  "an archive that wants a client certificate gets it with --client-cert and --client-key, with --pin too",
  async () => {
    await withFiles(FILES, async (paths) => {
      await withClientCheck(async (origin, seen) => {
        const own = [
          "--client-cert",
          paths["own.pem"],
          "--client-key",
          paths["own.key"],
        ];
        const { stdout } = await ask(origin, ["--insecure", ...own]);
        assertStringIncludes(stdout, "192.0.2.20");
        for (const mine of [own, ["--client-cert", paths["both.pem"]]]) {
          const { exit, stderr } = await ask(origin, [
            ...["--cacert", paths["ca.pem"]],
            ...mine,
          ]);
          assertEquals([exit, stderr], [0, ""]);
        }
        assertEquals(seen.every((method) => method === "GET"), true);
      });
    });
  },
);

needs(
  "own certificate check",
  "without one, or with another's, nothing is read, and the message names the options",
  async () => {
    const other = certificate({ subject: "a client", use: "client" });
    const files = { ...FILES, "wrong.pem": other.cert + other.key };
    await withFiles(files, async (paths) => {
      await withClientCheck(async (origin, seen) => {
        const cacert = ["--cacert", paths["ca.pem"]];
        const { exit, stderr } = await ask(origin, cacert);
        assertEquals([exit, seen], [1, []]);
        assertStringIncludes(stderr, "it wants a client certificate");
        assertStringIncludes(
          stderr,
          "; --client-cert FILE and --client-key FILE name one",
        );
        const wrong = ["--client-cert", paths["wrong.pem"]];
        assertEquals((await ask(origin, [...cacert, ...wrong])).exit, 1);
        assertEquals((await ask(origin, ["--insecure", ...wrong])).exit, 1);
        assertEquals(seen, []);
      });
    });
  },
);

needs(
  "own certificate check",
  "a client certificate that an intermediate authority has issued is shown with that authority's",
  async () => {
    const intermediate = certificate({
      subject: "an intermediate authority",
      isAuthority: true,
    }, AUTHORITY);
    const { cert, key } = certificate({
      subject: "a client",
      use: "client",
    }, intermediate);
    const files = {
      "ca.pem": AUTHORITY.cert,
      "chain.pem": cert + intermediate.cert,
      "alone.pem": cert,
      "own.key": key,
    };
    await withFiles(files, async (paths) => {
      await withClientCheck(async (origin) => {
        for (const trust of [["--cacert", paths["ca.pem"]], ["--insecure"]]) {
          const get = (path: string) =>
            ask(origin, [
              ...trust,
              ...["--client-cert", path, "--client-key", paths["own.key"]],
            ]);
          const { exit, stderr } = await get(paths["chain.pem"]);
          assertEquals(exit, 0, stderr);
          assertEquals((await get(paths["alone.pem"])).exit, 1, trust[0]);
        }
      });
    });
  },
);

Deno.test("a certificate or key that cannot be used is wrong usage, and its file is named", async () => {
  await withFiles(FILES, async (paths, directory) => {
    const cert = ["--client-cert", paths["own.pem"]];
    const wrong: [args: string[], words: RegExp][] = [
      [["--client-key", paths["own.key"]], /give --client-cert FILE/],
      [cert, /give --client-key FILE/],
      [
        [...cert, "--client-key", paths["other.key"]],
        /--client-key: this key does not belong to the certificate/,
      ],
      [
        [...cert, "--client-key", paths["encrypted.key"]],
        /the key in .*encrypted\.key is encrypted: openssl pkey/,
      ],
      [
        [...cert, "--client-key", paths["old.key"]],
        /the key in .*old\.key is encrypted/,
      ],
      [[...cert, "--client-key", paths["damaged.key"]], /--client-key/],
      [[...cert, "--client-key", paths["none"]], /none holds no key in PEM/],
      [
        [...cert, "--client-key", `${directory}/absent`],
        /--client-key: cannot read .*absent/,
      ],
      [
        ["--client-cert", paths["none"], "--client-key", paths["own.key"]],
        /none holds no certificate in PEM/,
      ],
    ];
    for (const url of ["https://127.0.0.1:9", "http://127.0.0.1:9"]) {
      for (const [args, words] of wrong) {
        assertTold(await ask(url, args), 2, words, args.join(" "));
      }
    }
  });
});

Deno.test("isPair() knows which key belongs to a certificate", () => {
  assertEquals(isPair(OWN.cert, OWN.key), true);
  assertEquals(isPair(OWN.cert, FILES["both.pem"]), true);
  assertEquals(isPair(OWN.cert, FILES["other.key"]), false);
  assertEquals(isPair(AUTHORITY.cert, OWN.key), false);
  assertEquals(isPair(OWN.cert, FILES["damaged.key"]), false);
});

onUnix(
  "modes",
  "a key that others can read is used, with a warning",
  async () => {
    const shown = issued();
    await withFiles(FILES, async (paths, directory) => {
      await withTlsArchive(shown, async (origin) => {
        const args = [
          ...["--cacert", paths["ca.pem"], "--client-cert", paths["own.pem"]],
          ...["--client-key", paths["own.key"]],
        ];
        await Deno.chmod(directory, 0o755);
        for (
          const [mode, lines] of [[0o644, 1], [0o600, 0], [0o640, 0]] as const
        ) {
          await Deno.chmod(paths["own.key"], mode);
          const { exit, stderr } = await ask(origin, args);
          assertEquals(
            [exit, stderr.split("\n").length - 1],
            [0, lines],
            stderr,
          );
          if (lines) assertStringIncludes(stderr, "--client-key: every user");
        }
      });
    });
  },
);
