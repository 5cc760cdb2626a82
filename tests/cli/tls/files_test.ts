import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import {
  readAuthorities,
  readClientCertificate,
} from "../../../cli/tls/files.ts";
import { certificate } from "../../servers/certificates.ts";
import { AUTHORITY } from "../../servers/tls.ts";
import { withFiles } from "./asking.ts";

const OTHER = certificate({ subject: "another", isAuthority: true });
const DAMAGED =
  "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

Deno.test("readAuthorities() reads all certificates of a file, and of all files in a directory by name", async () => {
  const files = {
    "b.pem": `a comment\n${AUTHORITY.cert}${OTHER.cert}`,
    "a.crt": OTHER.cert,
    "c.txt": "nothing",
  };
  await withFiles(files, async (paths, directory) => {
    const trimmed = async (path: string) =>
      (await readAuthorities(path)).map((each) => each.trim());
    const [one, other] = [AUTHORITY, OTHER].map(({ cert }) => cert.trim());
    assertEquals(await trimmed(paths["b.pem"]), [one, other]);
    assertEquals(await trimmed(directory), [other, one, other]);
  });
});

Deno.test("readAuthorities() and readClientCertificate() name the file with a damaged certificate", async () => {
  const { cert, key } = certificate({ subject: "a client", use: "client" });
  const files = { "bad.pem": cert + DAMAGED, "own.key": key };
  await withFiles(files, async (paths, directory) => {
    const bad = paths["bad.pem"];
    const message = `a certificate in ${bad} is damaged`;
    for (const path of [bad, directory]) {
      await assertRejects(() => readAuthorities(path), UsageError, message);
    }
    await assertRejects(
      () => readClientCertificate(bad, paths["own.key"]),
      UsageError,
      `--client-cert: ${message}`,
    );
  });
});

Deno.test("readClientCertificate() keeps the chain in its order, and nothing else", async () => {
  const { cert, key } = certificate({ subject: "a client" }, OTHER);
  await withFiles({ "all.pem": key + cert + OTHER.cert }, async (paths) => {
    const read = await readClientCertificate(paths["all.pem"], undefined);
    const lines = (text: string) => text.trim().split(/\n+/);
    assertEquals(lines(read!.cert), lines(cert + OTHER.cert));
    assertEquals(await readClientCertificate(undefined, undefined), undefined);
  });
});
