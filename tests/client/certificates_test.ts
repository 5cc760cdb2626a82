import { assertEquals } from "@std/assert";
import {
  certificateProblem,
  firstOf,
  span,
} from "../../client/certificates.ts";

Deno.test("certificateProblem() puts in words what Deno, Node and Bun say", () => {
  const said: [text: string, words: string | undefined][] = [
    [
      "invalid peer certificate: certificate expired: verification time 1795303871 (UNIX), but certificate is not valid after 1795044671 (259200 seconds ago)",
      "it expired 3 days ago",
    ],
    ["invalid peer certificate: Expired", "it has expired"],
    ["Error CERT_HAS_EXPIRED certificate has expired", "it has expired"],
    [
      "invalid peer certificate: certificate not valid yet: verification time 1 (UNIX), but certificate is not valid before 7201 (7200 seconds in future)",
      "it is not valid before 2 hours from now",
    ],
    ["invalid peer certificate: NotValidYet", "it is not valid yet"],
    [
      'certificate not valid for name "a.example"; certificate is only valid for IpAddress(192.0.2.1), DnsName("b.example") or DnsName("*.c.example")',
      "it is for 192.0.2.1, b.example, *.c.example, not for a.example",
    ],
    [
      'certificate not valid for name "a.example"; certificate is not valid for any names (according to its subjectAltName extension)',
      "it names no host that it is for",
    ],
    ["NotValidForName", "it is for another host name"],
    ["Error ERR_TLS_CERT_ALTNAME_INVALID", "it is for another host name"],
    [
      "invalid peer certificate: UnknownIssuer",
      "it is self-signed, or from an authority that is not known here",
    ],
    [
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "it is self-signed, or from an authority that is not known here",
    ],
    ["Other(OtherError(CaUsedAsEndEntity))", "it is self-signed"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "it is self-signed"],
    [
      "certificate does not allow extended key usage for server authentication, allows client authentication",
      "it is not meant for servers",
    ],
    [
      "invalid peer certificate: BadSignature",
      "who shows it does not have its key",
    ],
    ["invalid peer certificate: Revoked", "it was revoked"],
    ["invalid peer certificate: SomethingNew", undefined],
    ["connection refused", undefined],
  ];
  for (const [text, words] of said) {
    assertEquals(certificateProblem(text), words, text);
  }
});

Deno.test("span() counts in the largest unit that there is one of", () => {
  const spans: [seconds: number, words: string][] = [
    [0, "0 seconds"],
    [1, "1 second"],
    [59.9, "59 seconds"],
    [60, "1 minute"],
    [3599, "59 minutes"],
    [3600, "1 hour"],
    [86_399, "23 hours"],
    [86_400, "1 day"],
    [259_200, "3 days"],
    [86_400 * 900, "900 days"],
  ];
  for (const [seconds, words] of spans) assertEquals(span(seconds), words);
});

Deno.test("firstOf() names four, and says how many more there are", () => {
  assertEquals(firstOf([]), "");
  assertEquals(firstOf(["a", "b"]), "a, b");
  assertEquals(firstOf(["a", "b", "c", "d"]), "a, b, c, d");
  assertEquals(
    firstOf(["a", "b", "c", "d", "e", "f"]),
    "a, b, c, d and 2 more",
  );
});
