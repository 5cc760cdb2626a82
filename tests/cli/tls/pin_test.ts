import {
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { UsageError } from "../../../cli/errors.ts";
import { readPin } from "../../../cli/tls/pin.ts";
import {
  type Certificate,
  certificate,
  keyPinOf,
  pinOf,
} from "../../servers/certificates.ts";
import {
  AUTHORITY,
  day,
  issued,
  selfSigned,
  withTlsArchive,
} from "../../servers/tls.ts";
import { needs } from "../../helpers/binary.ts";
import { startProcess } from "../../helpers/process.ts";
import { lackedByOthers, notInstalled } from "../../helpers/skipping.ts";
import { until } from "../../helpers/waiting.ts";
import { ask, withFiles, write } from "./asking.ts";

const PIN = "sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const HEX =
  "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F";

Deno.test("readPin() takes what esmond-ps, curl and openssl print", () => {
  const forms = [
    PIN,
    ` ${PIN}\n`,
    PIN.replace("/", "//"),
    HEX,
    HEX.toLowerCase(),
    HEX.replaceAll(":", ""),
    `sha256 Fingerprint=${HEX}`,
    `SHA256 Fingerprint=${HEX}`,
    `sha256:${HEX.replaceAll(":", "").toLowerCase()}`,
  ];
  for (const form of forms) assertEquals(readPin(form), PIN, form);
});

Deno.test("readPin() refuses everything else", () => {
  const forms = [
    "",
    "sha256/",
    "sha1/AAECAwQFBgcICQoLDA0ODxAREhM=",
    HEX.slice(0, 59), // a SHA-1
    `${HEX}:20`,
    PIN.slice(0, -1),
    PIN.replace("=", "=="),
    PIN.replace("8=", "9="), // bits that count for nothing
    PIN.replace("AAEC", "AA C"),
    PIN.replace("sha256", "sha512"),
  ];
  for (const form of forms) {
    const error = assertThrows(() => readPin(form), UsageError, "--pin");
    assertStringIncludes(error.message, "esmond-ps trust URL");
  }
});

/** Certificates that are not accepted, each for another reason. */
const BAD: [why: string, shown: Certificate][] = [
  ["self-signed", selfSigned()],
  ["that of an authority", selfSigned({ isAuthority: true })],
  ["expired", issued({ from: day(-9), until: day(-3) })],
  ["not valid yet", issued({ from: day(3) })],
  ["for another name", issued({ names: ["other.example"] })],
  ["of an unknown authority", issued()],
];

needs(
  "own certificate check",
  "the pin of a certificate, or of its key, makes it accepted whatever else is wrong with it",
  async () => {
    for (const [why, shown] of BAD) {
      const hex = Uint8Array.from(
        atob((await pinOf(shown)).slice(7)),
        (char) => char.charCodeAt(0),
      ).toHex();
      const pins = [await pinOf(shown), await keyPinOf(shown), hex];
      await withTlsArchive(shown, async (origin, seen) => {
        for (const pin of pins) {
          const { exit, stdout, stderr } = await ask(origin, ["--pin", pin]);
          assertEquals([exit, stderr], [0, ""], why);
          assertStringIncludes(stdout, "192.0.2.20");
        }
        const written = await write(origin, ["--pin", pins[0]!]);
        assertEquals([written.exit, written.stdout], [0, "0123\n"], why);
        assertMatch(seen.at(-1)!, /^POST .* Token secret-key$/);
      });
    }
  },
);

needs("own certificate check", "of several pins one has to match", async () => {
  const shown = selfSigned();
  const old = await pinOf(selfSigned());
  await withTlsArchive(shown, async (origin) => {
    const pins = ["--pin", old, "--pin", await keyPinOf(shown)];
    const { exit, stderr } = await ask(origin, pins);
    assertEquals([exit, stderr], [0, ""]);
  });
});

needs(
  "own certificate check",
  "another certificate than the pinned one is refused, although a trusted authority issued it, and nothing is sent",
  async () => {
    const shown = issued();
    await withFiles({ "ca.pem": AUTHORITY.cert }, async (paths) => {
      await withTlsArchive(shown, async (origin, seen) => {
        const cacert = ["--cacert", paths["ca.pem"]];
        const pin = ["--pin", await pinOf(issued())];
        for (const command of [ask, write]) {
          assertEquals((await command(origin, cacert)).exit, 0);
          seen.length = 0;
          const { exit, stdout, stderr } = await command(origin, [
            ...cacert,
            ...pin,
          ]);
          assertEquals([exit, stdout, seen], [1, "", []]);
          assertMatch(
            stderr,
            /^esmond-ps [a-z-]+: [^\n]*its certificate is not the pinned one: [^\n]*\n$/,
          );
          assertStringIncludes(stderr, await pinOf(shown));
          assertStringIncludes(stderr, await keyPinOf(shown));
          assertStringIncludes(stderr, `esmond-ps trust ${origin}`);
        }
      });
    });
  },
);

needs(
  "own certificate check",
  "the pin of the authority does not make what it signs accepted",
  async () => {
    await withTlsArchive(issued(), async (origin, seen) => {
      const pin = ["--pin", await pinOf(AUTHORITY)];
      assertEquals([(await ask(origin, pin)).exit, seen], [1, []]);
    });
  },
);

Deno.test("--pin and http contradict each other", async () => {
  const { exit, stderr } = await ask("http://127.0.0.1:9", ["--pin", PIN]);
  assertEquals(exit, 2);
  assertMatch(stderr, /--pin: http has no certificate .* https\n$/);
});

/** LibreSSL does not say which port it took. */
const noOpenssl = notInstalled("openssl") ??
  lackedByOthers("an openssl that tells its port");

for (const version of ["-tls1_3", "-tls1_2"]) {
  needs(
    "own certificate check",
    `who shows the pinned certificate, but does not have its key, is refused (openssl s_server ${version})`,
    async () => {
      const shown = selfSigned();
      const keys = { "right.pem": shown.key, "forged.pem": forged(shown) };
      const files = { ...keys, "cert.pem": shown.cert };
      const pin = ["--pin", await pinOf(shown), "--timeout", "5"];
      await withFiles(files, async (paths) => {
        for (const name of ["right.pem", "forged.pem"] as const) {
          const server = startProcess([
            ...["openssl", "s_server", "-accept", "127.0.0.1:0", "-www"],
            ...[version, "-cert", paths["cert.pem"], "-key", paths[name]],
          ]);
          const port = () => /ACCEPT \S+:(\d+)/.exec(server.stdout())?.[1];
          await until(() => port() !== undefined, "openssl tells its port");
          const { stderr } = await ask(`https://127.0.0.1:${port()}`, pin);
          server.kill("SIGTERM");
          await server.ended;
          // The answer of openssl is a page about the connection.
          const gotAnswer = stderr.includes("not a measurement archive's");
          assertEquals(gotAnswer, name === "right.pem", `${name}: ${stderr}`);
        }
      });
    },
    noOpenssl,
  );
}

/**
 * The key of nobody: it has the public half of a certificate's, and the secret
 * half of another.
 */
function forged({ key }: Certificate): string {
  const own = createPublicKey(createPrivateKey(key))
    .export({ type: "spki", format: "der" });
  const other = createPrivateKey(certificate({ subject: "other" }).key)
    .export({ type: "sec1", format: "der" });
  const size = 65; // an uncompressed point of P-256, which both end in
  const bytes = Uint8Array.from(other);
  bytes.set(own.subarray(-size), bytes.length - size);
  const label = "EC PRIVATE KEY";
  return `-----BEGIN ${label}-----\n${
    btoa(String.fromCharCode(...bytes)).replace(/.{64}/g, "$&\n")
  }\n-----END ${label}-----\n`;
}
