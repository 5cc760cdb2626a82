import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { ArchiveAddress, withoutCredentials } from "../../client/address.ts";
import {
  ArchiveResponseError,
  EsmondError,
  FilterError,
} from "../../client/errors.ts";
import { fc } from "../packages/fast_check.ts";
import { CONTROL } from "./asking.ts";

function rootOf(apiUrl: string | URL, alias: string | null = "esmond"): string {
  return new ArchiveAddress(apiUrl, alias).root.href;
}

Deno.test("ArchiveAddress puts the alias between the address and the archive", () => {
  const root = "http://ma.example.net/esmond/perfsonar/archive/";
  assertEquals(rootOf("http://ma.example.net"), root);
  assertEquals(rootOf("http://ma.example.net/"), root);
  assertEquals(rootOf("http://ma.example.net///"), root);
  assertEquals(rootOf(new URL("http://ma.example.net/")), root);
  assertEquals(rootOf("  http://ma.example.net/ "), root);
  assertEquals(rootOf("HTTP://MA.example.NET:80"), root);
  assertEquals(
    rootOf("https://ma.example.net:8443"),
    "https://ma.example.net:8443/esmond/perfsonar/archive/",
  );
  assertEquals(
    rootOf("http://[2001:db8::1]:8000"),
    "http://[2001:db8::1]:8000/esmond/perfsonar/archive/",
  );
});

Deno.test("ArchiveAddress keeps the path in front of the alias", () => {
  const root = "http://h/ma/one/esmond/perfsonar/archive/";
  assertEquals(rootOf("http://h/ma/one"), root);
  assertEquals(rootOf("http://h/ma/one/"), root);
  assertEquals(rootOf("http://h/ma/one//"), root);
});

Deno.test("ArchiveAddress takes a file, and finds in it what the archive names", () => {
  const { root } = new ArchiveAddress("file:///data/a%20b.db", "esmond");
  assertEquals(root.href, "file:///data/a%20b.db/esmond/perfsonar/archive/");
  const address = new ArchiveAddress("file:///C:/a.db/", "esmond");
  const base = "file:///C:/a.db/esmond/perfsonar/archive/";
  for (
    const uri of [
      "/esmond/perfsonar/archive/0f/",
      "http://localhost/esmond/perfsonar/archive/0f/",
      `${base}0f/`,
    ]
  ) {
    assertEquals(address.resolve(uri, []).href, `${base}0f/`, uri);
  }
  assertThrows(() => address.resolve("data:,0f", []), ArchiveResponseError);
});

Deno.test("ArchiveAddress does without an alias if there is none", () => {
  const root = "http://h/perfsonar/archive/";
  for (const alias of [null, "", "/", "//"]) {
    assertEquals(rootOf("http://h/", alias), root, JSON.stringify(alias));
  }
  assertEquals(new ArchiveAddress("http://h", undefined).root.href, root);
  assertEquals(rootOf("http://h/ma/", ""), "http://h/ma/perfsonar/archive/");
});

Deno.test("ArchiveAddress trims slashes round the alias and keeps those inside", () => {
  for (const alias of ["esmond", "/esmond", "esmond/", "//esmond//"]) {
    assertEquals(
      rootOf("http://h", alias),
      "http://h/esmond/perfsonar/archive/",
    );
  }
  assertEquals(
    rootOf("http://h", "/a/b/"),
    "http://h/a/b/perfsonar/archive/",
  );
});

Deno.test("ArchiveAddress does not take a doubled slash for another host", () => {
  for (
    const apiUrl of ["http://h//evil", "http://h/\\evil", "http://h////evil/"]
  ) {
    const { root } = new ArchiveAddress(apiUrl, "esmond");
    assertEquals(root.host, "h", apiUrl);
  }
});

Deno.test("ArchiveAddress stays on the origin that it is given, whatever the path and the alias", () => {
  const path = fc.array(
    fc.constantFrom("/", "\\", ".", "..", "%2e", "evil.example", ":", "@", "%"),
    { maxLength: 6 },
  ).map((parts) => parts.join(""));
  fc.assert(
    fc.property(path, path, (path, alias) => {
      const apiUrl = `http://ma.example.net:81/${path}`;
      const { root } = new ArchiveAddress(apiUrl, alias);
      assertEquals(root.origin, "http://ma.example.net:81");
      assertMatch(root.pathname, /\/perfsonar\/archive\/$/);
    }),
    { seed: 1, numRuns: 500 },
  );
});

Deno.test("ArchiveAddress takes time in proportion to the slashes of an address and an alias", () => {
  const many = "/".repeat(300_000);
  const begun = performance.now();
  assertEquals(
    rootOf("http://h/", `${many}x${many}y${many}`),
    `http://h/x${many}y/perfsonar/archive/`,
  );
  rootOf(`http://h/a${many}b${many}`, "");
  assert(performance.now() - begun < 30_000);
});

Deno.test("ArchiveAddress takes ? and # in an alias for a part of the path, or refuses them", () => {
  for (const alias of ["a?b", "a#b"]) {
    let address: ArchiveAddress;
    try {
      address = new ArchiveAddress("http://h", alias);
    } catch (error) {
      assertInstanceOf(error, FilterError);
      continue;
    }
    const { pathname } = address.list([["source", "x"]]);
    assertMatch(pathname, /\/perfsonar\/archive\/$/, alias);
  }
});

Deno.test("ArchiveAddress refuses everything but http addresses and files", () => {
  for (
    const apiUrl of [
      "",
      " ",
      "ma.example.net",
      "ma.example.net:8000",
      "localhost:8000",
      "192.0.2.1",
      "//ma.example.net",
      "/esmond",
      "http://",
      "http:///",
      "http://[::1",
      "http://h:99999",
      "ftp://ma.example.net",
      "javascript:alert(1)",
    ]
  ) {
    const error = assertThrows(() => rootOf(apiUrl), FilterError, "http://");
    assertEquals(error.field, "apiUrl", apiUrl);
    assert(!CONTROL.test(error.message));
  }
});

Deno.test("ArchiveAddress refuses credentials, and does not repeat them", () => {
  for (
    const apiUrl of [
      "http://me:secret@h/",
      "http://secret@h/",
      "https://:secret@h/",
    ]
  ) {
    const error = assertThrows(() => rootOf(apiUrl), FilterError, "API key");
    assertEquals(error.field, "apiUrl");
    assert(!error.message.includes("secret"), error.message);
  }
});

Deno.test("ArchiveAddress does not repeat the password of an address that it refuses for its scheme", () => {
  for (const apiUrl of ["htps://me:secret@h/", "ftp://me:secret@h/"]) {
    const error = assertThrows(() => rootOf(apiUrl), FilterError);
    assert(!error.message.includes("secret"), error.message);
  }
});

Deno.test("ArchiveAddress repeats no secret of an address that it refuses, wherever that stands", () => {
  for (
    const apiUrl of [
      "me:secret@h",
      "me:secret@h/esmond",
      "//me:secret@h",
      "http:me:secret@h?x",
      "http:/me:secret@h",
      "http://me:secret/with/slashes@h/",
      "http://me:secret?with=query@h/",
      "http://me:secret#with#hash@h/",
      "http://me:an@secret@h/",
      "ftp://me:secret@h/",
      "http://h/?key=secret",
      "http://h/esmond#secret",
      "http://h/?user=me@h&key=secret",
      "h?key=secret",
      "ftp://h/#secret",
      "http://h:port/?secret",
    ]
  ) {
    const error = assertThrows(() => rootOf(apiUrl), FilterError);
    assert(!error.message.includes("secret"), error.message);
  }
});

Deno.test("withoutCredentials() leaves an address as it is that holds none", () => {
  for (
    const address of ["http://h:80/a/b", "https://[::1]/", "ma.example", ""]
  ) assertEquals(withoutCredentials(address), address);
  assertEquals(withoutCredentials("x://u:p@h/a?b#c"), "x://h/a");
});

Deno.test("ArchiveAddress refuses a query and a fragment", () => {
  assertThrows(() => rootOf("http://h/?source=x"), FilterError, "after a ?:");
  assertThrows(() => rootOf("http://h/#top"), FilterError, "after a #:");
});

Deno.test("ArchiveAddress cuts a long address in its message", () => {
  const error = assertThrows(
    () => rootOf(`x://${"y".repeat(10_000)}`),
    FilterError,
  );
  assert(error.message.length < 400);
});

Deno.test("list() encodes its parameters and changes nothing else", () => {
  const address = new ArchiveAddress("http://h/ma", "esmond");
  const url = address.list([
    ["tool-name", "bwctl/tracepath,traceroute"],
    ["x", "a b&c=d#e?f+g%é"],
    ["empty", ""],
  ]);
  assertEquals(
    url.href,
    "http://h/ma/esmond/perfsonar/archive/?tool-name=bwctl%2Ftracepath%2Ctraceroute" +
      "&x=a+b%26c%3Dd%23e%3Ff%2Bg%25%C3%A9&empty=",
  );
  assertEquals(url.searchParams.get("x"), "a b&c=d#e?f+g%é");
  assertEquals(address.list([]).href, address.root.href);
  assertEquals(
    address.root.href,
    "http://h/ma/esmond/perfsonar/archive/",
  );
});

Deno.test("test() and data() address a test and its base data, whatever their names are made of", () => {
  const address = new ArchiveAddress("http://h/ma", "esmond");
  const root = address.root.href;
  assertEquals(address.test("0a1b").href, `${root}0a1b/`);
  assertEquals(
    address.data("0a1b", "throughput").href,
    `${root}0a1b/throughput/base`,
  );
  assertEquals(
    address.data("a/b?c#d", "../x\\y z").href,
    `${root}a%2Fb%3Fc%23d/..%2Fx%5Cy%20z/base`,
  );
});

Deno.test("test() and data() never leave the archive", () => {
  const address = new ArchiveAddress("http://h/ma", "esmond");
  for (const name of ["", ".", "..", "%2e%2e", "//evil.example", "x:y"]) {
    for (
      const make of [
        () => address.test(name),
        () => address.data(name, "throughput"),
        () => address.data("0a1b", name),
      ]
    ) {
      let url: URL;
      try {
        url = make();
      } catch (error) {
        assertInstanceOf(error, EsmondError);
        continue;
      }
      assert(url.href.startsWith(address.root.href), `${name} → ${url.href}`);
      assertEquals(
        url.pathname.split("/").length,
        url.pathname.endsWith("/base") ? 8 : 7,
        `${name} → ${url.href}`,
      );
    }
  }
});

Deno.test("resolve() puts the path inside the archive on the origin and alias that the user named", () => {
  const address = new ArchiveAddress("http://h:81/ma", "alias");
  const base = "http://h:81/ma/alias/perfsonar/archive/K/throughput/base/0";
  for (
    const uri of [
      "/esmond/perfsonar/archive/K/throughput/base/0",
      "/perfsonar/archive/K/throughput/base/0",
      "/a/b/perfsonar/archive/K/throughput/base/0",
      "http://elsewhere.example/perfsonar/archive/K/throughput/base/0",
      "https://me:pw@elsewhere.example:99/x/perfsonar/archive/K/throughput/base/0?a=b#c",
      "//elsewhere.example/x/perfsonar/archive/K/throughput/base/0",
      "/esmond/perfsonar/archive/X/../K/./throughput/base/0",
    ]
  ) assertEquals(address.resolve(uri, []).href, base, uri);
});

Deno.test("resolve() sets the query, and that of the archive does not count", () => {
  const address = new ArchiveAddress("http://h", "");
  const url = address.resolve("/perfsonar/archive/K/e/base?limit=1&x=y", [
    ["limit", "1000"],
    ["time-start", "5"],
  ]);
  assertEquals(
    url.href,
    "http://h/perfsonar/archive/K/e/base?limit=1000&time-start=5",
  );
});

Deno.test("resolve() and list() encode parameters as forms are, whatever is in them", () => {
  const address = new ArchiveAddress("http://h", "esmond");
  const text = fc.string({ unit: "binary", maxLength: 6 });
  const some = fc.oneof(fc.constantFrom("a", "1.5", "x_-", "a b*", "&="), text);
  fc.assert(
    fc.property(fc.array(fc.tuple(some, some), { maxLength: 3 }), (given) => {
      const query = new URLSearchParams(given).toString();
      const urls = [
        address.list(given),
        address.resolve("/perfsonar/archive/K/e/base", given),
      ];
      for (const url of urls) assertEquals(url.search, query && `?${query}`);
    }),
    { seed: 7, numRuns: 300 },
  );
});

Deno.test("resolve() keeps a relative path inside the archive", () => {
  const address = new ArchiveAddress("http://h", "esmond");
  assertEquals(
    address.resolve("K/throughput/base", []).href,
    "http://h/esmond/perfsonar/archive/K/throughput/base",
  );
});

Deno.test("resolve() refuses paths outside the archive", () => {
  const address = new ArchiveAddress("http://h", "esmond");
  for (
    const uri of [
      "/",
      "/admin/",
      "/esmond/perfsonar/",
      "/esmond/perfsonar/archiveX/K",
      "/esmond/perfsonar/archive/../../../admin",
      "/esmond/perfsonar/archive/K/../../x",
      "/esmond/perfsonar/archive/%2e%2e/%2E./x",
      "/esmond/perfsonar/archive/..\\..\\x",
      "..",
      "../../x",
      "http://elsewhere.example/",
      "http://[",
      "mailto:me@perfsonar",
    ]
  ) {
    const error = assertThrows(
      () => address.resolve(uri, []),
      ArchiveResponseError,
      "outside the archive",
    );
    assertStringIncludes(error.message, JSON.stringify(uri));
    assertEquals(error.url, address.root.href);
  }
});

Deno.test("resolve() refuses dots after another scheme", () => {
  const address = new ArchiveAddress("http://h", "esmond");
  for (
    const uri of [
      "x:y/perfsonar/archive/../../../../admin",
      "data:a/perfsonar/archive/%2e%2e/%2e%2e/%2e%2e/admin",
      "urn:a/perfsonar/archive/..\\..\\..\\admin",
    ]
  ) {
    assertThrows(() => address.resolve(uri, []), ArchiveResponseError);
  }
});

Deno.test("resolve() refuses dots after encoded slashes, which a server may decode", () => {
  const address = new ArchiveAddress("http://h", "esmond");
  for (
    const uri of [
      "/esmond/perfsonar/archive/..%2f..%2f..%2fadmin",
      "/esmond/perfsonar/archive/K/%2e%2e%2F%2e%2e/admin",
      "/esmond/perfsonar/archive/..%5c..%5cadmin",
    ]
  ) {
    assertThrows(() => address.resolve(uri, []), ArchiveResponseError);
  }
});

Deno.test("resolve() never leaves the archive, whatever the archive says", () => {
  const uri = fc.array(
    fc.constantFrom(
      "/",
      "\\",
      "..",
      ".",
      "%2e",
      "%2E.",
      "K",
      "/perfsonar/archive/",
      "perfsonar/archive/",
      "x:",
      "http:",
      "//evil.example",
      "?",
      "#",
      "\t",
      "@",
    ),
    { maxLength: 9 },
  ).map((parts) => parts.join(""));
  const address = new ArchiveAddress("http://h/ma", "esmond");
  fc.assert(
    fc.property(uri, (uri) => {
      let url: URL;
      try {
        url = address.resolve(uri, []);
      } catch (error) {
        assertInstanceOf(error, ArchiveResponseError);
        return;
      }
      assert(url.href.startsWith(address.root.href), `${uri} → ${url.href}`);
    }),
    { seed: 2, numRuns: 5000 },
  );
});

Deno.test("resolve() tells of a bad path in one line, without control characters, and not at any length", () => {
  const address = new ArchiveAddress("http://h", "esmond");
  for (
    const uri of ["/\x9b31m\x7f", "/a\nb\x1b[2J", `/${"x".repeat(10_000)}`]
  ) {
    const error = assertThrows(
      () => address.resolve(uri, []),
      ArchiveResponseError,
    );
    assert(!CONTROL.test(error.message), JSON.stringify(error.message));
    assert(error.message.length < 1000, `${error.message.length} characters`);
  }
});
