import { assertEquals, assertMatch } from "@std/assert";
import { problemOf, readCertificate } from "../../../cli/tls/certificate.ts";
import { certificate, pinOf, type Said } from "../../servers/certificates.ts";
import { AUTHORITY, day } from "../../servers/tls.ts";

const HOST = "ma.example.net";

function issued(said: Partial<Said>) {
  return certificate({ subject: HOST, names: [HOST], ...said }, AUTHORITY);
}

Deno.test("readCertificate() tells what a certificate says", async () => {
  const names = [HOST, "*.example.org", "192.0.2.7"];
  const shown = issued({ names, from: day(-3), until: day(5) });
  const read = readCertificate(shown.cert);
  assertEquals(
    [read.subject, read.issuer, read.isSelfSigned, read.isAuthority],
    [`CN=${HOST}`, "CN=a test's authority", false, false],
  );
  assertEquals(read.names, names);
  assertEquals(read.pin, await pinOf(shown));
  assertMatch(read.fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
  assertEquals(seconds(read.until) - seconds(read.from), 8 * 86_400);
  assertEquals(
    [HOST, "MA.Example.net.", "a.example.org", "192.0.2.7"]
      .filter((host) => !read.isFor(host)),
    [],
  );
  assertEquals(
    ["a.b.example.org", "example.org", ".example.org", "192.0.2.8", "x", ""]
      .filter((host) => read.isFor(host)),
    [],
  );
  const authority = readCertificate(AUTHORITY.cert);
  assertEquals([authority.isSelfSigned, authority.isAuthority], [true, true]);
});

Deno.test("problemOf() says why a certificate is refused", () => {
  const table: [cert: string, said: string, problem: RegExp][] = [
    [
      issued({ until: day(-2) }).cert,
      "CERT_HAS_EXPIRED",
      /^it expired 2 days ago$/,
    ],
    [
      issued({ until: new Date(Date.now() - 90_000) }).cert,
      "x",
      /^it expired [12] minutes? ago$/,
    ],
    [
      issued({ from: day(3) }).cert,
      "x",
      /^it is not valid before \d days? from now$/,
    ],
    [
      certificate({ subject: "x", names: [HOST] }).cert,
      "x",
      /^it is self-signed$/,
    ],
    [
      issued({ names: ["a.example", "b.example"] }).cert,
      "x",
      /^it is for a\.example, b\.example, not for ma\.example\.net$/,
    ],
    [issued({ names: [] }).cert, "x", /^it names no host that it is for$/],
    [
      issued({}).cert,
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      /^its issuer, CN=a test's authority, is not an authority that is known here$/,
    ],
    [issued({}).cert, "CERT_REVOKED", /^it was revoked$/],
    [issued({}).cert, "something new", /^something new$/],
  ];
  for (const [cert, said, problem] of table) {
    assertMatch(
      problemOf(readCertificate(cert), HOST, said, Date.now()),
      problem,
    );
  }
});
