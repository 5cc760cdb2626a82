import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import {
  ArchiveError,
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveSizeError,
  ArchiveTimeoutError,
  ArchiveUnreachableError,
  EsmondError,
  FilterError,
} from "../../client/errors.ts";
import { Gate } from "../../client/gate.ts";
import { ArchiveAddress } from "../../client/address.ts";
import {
  type HttpAnswer,
  type HttpOptions,
  request,
} from "../../client/http.ts";
import { readList, requestList, requestReading } from "../../client/reading.ts";
import { json, withServer } from "../servers/serve.ts";
import { Event, pause } from "../helpers/test_archive.ts";
import { nobody, withSockets } from "./sockets.ts";
import { CA, CERT, KEY } from "./tls.ts";

// deno-lint-ignore no-control-regex -- what must not reach a terminal
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

/** Asks once, with a time-out that only fires if something hangs. */
function get(
  address: string,
  options: Partial<HttpOptions> = {},
): Promise<HttpAnswer> {
  return request(
    { url: new URL(address) },
    { timeout: 5, retries: 0, ...options },
  );
}

function getList(address: string, received?: number) {
  return requestList(
    { url: new URL(address), ...(received === undefined ? {} : { received }) },
    { timeout: 5, retries: 0 },
  );
}

function rootOf(apiUrl: string | URL, alias: string | null = "esmond"): string {
  return new ArchiveAddress(apiUrl, alias).root.href;
}

// Addresses

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

Deno.test("ArchiveAddress refuses what is no http address", () => {
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
      "file:///etc/passwd",
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

Deno.test("ArchiveAddress refuses a query and a fragment", () => {
  assertThrows(() => rootOf("http://h/?source=x"), FilterError, "?source=x");
  assertThrows(() => rootOf("http://h/#top"), FilterError, "#top");
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

Deno.test("resolve() refuses dots that hide behind another scheme", () => {
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

Deno.test("resolve() refuses dots behind encoded slashes, which a server may decode", () => {
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

// What is sent

Deno.test("request() asks for JSON with GET, without a body and without credentials", async () => {
  await withServer(
    async (request) =>
      json({
        method: request.method,
        accept: request.headers.get("accept"),
        authorization: request.headers.get("authorization"),
        type: request.headers.get("content-type"),
        body: await request.text(),
      }),
    async (origin) => {
      const answer = await get(`${origin}/a?b=c`, { apiKey: "" });
      assertEquals(answer.status, 200);
      assertEquals(answer.url, `${origin}/a?b=c`);
      assertEquals(JSON.parse(answer.text), {
        method: "GET",
        accept: "application/json",
        authorization: null,
        type: null,
        body: "",
      });
    },
  );
});

Deno.test("request() sends the key as a token, and JSON as such", async () => {
  await withServer(
    async (request) =>
      json({
        method: request.method,
        authorization: request.headers.get("authorization"),
        type: request.headers.get("content-type"),
        body: await request.text(),
      }, { status: 201 }),
    async (origin) => {
      const answer = await request(
        { url: new URL(origin), method: "PUT", body: '{"é":1}' },
        { timeout: 5, apiKey: "abc" },
      );
      assertEquals(answer.status, 201);
      assertEquals(JSON.parse(answer.text), {
        method: "PUT",
        authorization: "Token abc",
        type: "application/json",
        body: '{"é":1}',
      });
    },
  );
});

Deno.test("request() never shows a key that cannot be sent", async () => {
  for (const apiKey of ["sec\nret", "secret\0", "secret…"]) {
    await withServer(() => json([]), async (origin) => {
      const told: string[] = [];
      const error = await assertRejects(
        () =>
          get(origin, { apiKey, retries: 1, log: (line) => told.push(line) }),
        EsmondError,
      );
      for (const text of [error.message, ...told]) {
        assert(!text.includes("sec"), text);
      }
    });
  }
});

Deno.test("request() does not blame the archive for a key that cannot be sent, nor tries again", async () => {
  await withServer(() => json([]), async (origin) => {
    const told: string[] = [];
    const error = await assertRejects(
      () =>
        get(origin, {
          apiKey: "key…",
          retries: 1,
          log: (line) => told.push(line),
        }),
      EsmondError,
    );
    assertInstanceOf(error, FilterError);
    assertEquals(told, []);
  });
});

// Redirects

Deno.test("request() follows redirects on the same origin with the key", async () => {
  const asked: string[] = [];
  await withServer((request, url) => {
    asked.push(`${url.pathname} ${request.headers.get("authorization")}`);
    const next: Record<string, string> = {
      "/1": "/2?x=y",
      "/2": "3",
      "/3": `${url.origin}/4#part`,
    };
    const location = next[url.pathname];
    return location === undefined
      ? json(["there"])
      : new Response("moved", { status: 302, headers: { location } });
  }, async (origin) => {
    const answer = await get(`${origin}/1`, { apiKey: "k" });
    assertEquals(answer.text, '["there"]');
    assertStringIncludes(answer.url, `${origin}/4`);
  });
  assertEquals(asked, [
    "/1 Token k",
    "/2 Token k",
    "/3 Token k",
    "/4 Token k",
  ]);
});

Deno.test("request() keeps method, body and key of a POST through every kind of redirect", async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    const seen: string[] = [];
    await withServer(async (request, url) => {
      const { method, headers } = request;
      seen.push(
        [
          method,
          headers.get("authorization"),
          headers.get("content-type"),
          await request.text(),
        ].join(" "),
      );
      return url.pathname === "/from"
        ? new Response(null, { status, headers: { location: "/to" } })
        : json('""', { status: 201 });
    }, async (origin) => {
      const answer = await request(
        { url: new URL(`${origin}/from`), method: "POST", body: '{"ts":1}' },
        { timeout: 5, apiKey: "k" },
      );
      assertEquals(answer.status, 201);
    });
    const sent = 'POST Token k application/json {"ts":1}';
    assertEquals(seen, [sent, sent], `${status}`);
  }
});

Deno.test("request() does not follow a redirect to another origin, sends it nothing, and names it", async () => {
  let strays = 0;
  await withServer(() => {
    strays++;
    return json([]);
  }, async (other) => {
    const elsewhere = other.replace("127.0.0.1", "localhost");
    for (
      const location of [
        `${other}/new/archive/`,
        `${elsewhere}/new/archive/`,
        `//${new URL(other).host}/new/archive/`,
        `http://me:pw@${new URL(other).host}/new/archive/`,
        "https://elsewhere.example/new/archive/",
        "ftp://elsewhere.example/new/archive/",
      ]
    ) {
      await withServer(
        () => new Response(null, { status: 301, headers: { location } }),
        async (origin) => {
          const error = await assertRejects(
            () => get(`${origin}/x`, { apiKey: "k", retries: 2 }),
            ArchiveUnreachableError,
            new URL(location, origin).origin,
          );
          assertEquals(error.url, `${origin}/x`);
          assert(!error.message.includes("pw"), error.message);
        },
      );
    }
  });
  assertEquals(strays, 0);
});

Deno.test("request() names the path too of the address that a refused redirect leads to", async () => {
  await withServer(
    () =>
      Response.redirect(
        "https://new.example/ma/esmond/perfsonar/archive/?source=x",
        301,
      ),
    async (origin) => {
      await assertRejects(
        () => get(origin),
        ArchiveUnreachableError,
        "https://new.example/ma",
      );
    },
  );
});

Deno.test("request() names what a redirect leads to that is no web address", async () => {
  for (
    const location of [
      "javascript:alert(1)",
      "data:text/plain,x",
      "mailto:me@x",
    ]
  ) {
    await withServer(
      () => new Response(null, { status: 302, headers: { location } }),
      async (origin) => {
        const error = await assertRejects(
          () => get(origin),
          ArchiveUnreachableError,
          "redirects to",
        );
        assert(!error.message.includes('"null"'), error.message);
      },
    );
  }
});

Deno.test("request() says what a redirect leads to that is no address at all", async () => {
  await withServer(
    () =>
      new Response(null, { status: 302, headers: { location: "http://[" } }),
    async (origin) => {
      await assertRejects(
        () => get(origin),
        ArchiveUnreachableError,
        'it redirects to "http://["',
      );
    },
  );
});

Deno.test("request() gives up on redirects in a circle", async () => {
  let asked = 0;
  await withServer((_, url) => {
    asked++;
    return Response.redirect(`${url.origin}/${asked % 2}`, 302);
  }, async (origin) => {
    await assertRejects(
      () => get(`${origin}/0`, { retries: 2 }),
      ArchiveUnreachableError,
      "circle",
    );
  });
  assertEquals(asked, 6);
});

Deno.test("request() takes a redirect without an address, and 304, for errors", async () => {
  for (const status of [301, 304]) {
    await withServer(
      () => new Response(null, { status }),
      async (origin) => {
        const error = await assertRejects(() => get(origin), ArchiveHttpError);
        assertEquals(error.status, status);
      },
    );
  }
});

/**
 * Runs `use` against an http server that redirects everything to an https
 * server on the same host.
 */
async function withUpgrade(
  use: (origin: string, secure: string, seen: string[]) => Promise<void>,
): Promise<void> {
  const seen: string[] = [];
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      cert: CERT,
      key: KEY,
      onListen: () => {},
    },
    async (request) => {
      const { method, headers } = request;
      const { pathname, search } = new URL(request.url);
      seen.push(
        `${method} ${pathname}${search} ${
          headers.get("authorization")
        } ${await request
          .text()}`,
      );
      return json([]);
    },
  );
  const secure = `https://127.0.0.1:${server.addr.port}`;
  try {
    await withServer(
      (_, url) => {
        const location = `${secure}${url.pathname}${url.search}`;
        return new Response(null, { status: 301, headers: { location } });
      },
      (origin) => use(origin, secure, seen),
    );
  } finally {
    await server.shutdown();
  }
}

Deno.test("request() follows a redirect from http to https on the same host, with method, body and key", async () => {
  await withUpgrade(async (origin, secure, seen) => {
    const client = Deno.createHttpClient({ caCerts: [CA] });
    try {
      const trusting: typeof fetch = (input, init) =>
        fetch(input, { ...init, client });
      const answer = await request(
        { url: new URL(`${origin}/a?b=c`), method: "POST", body: "{}" },
        { timeout: 5, apiKey: "k", fetch: trusting },
      );
      assertEquals(answer.url, `${secure}/a?b=c`);
      assertEquals(seen, ["POST /a?b=c Token k {}"]);
    } finally {
      client.close();
    }
  });
});

Deno.test("D21: request() verifies certificates, says that one is not accepted, and sends nothing there", async () => {
  await withUpgrade(async (origin, secure, seen) => {
    const error = await assertRejects(
      () => get(`${origin}/a`, { retries: 2 }),
      ArchiveUnreachableError,
      "certificate is not accepted",
    );
    assertEquals(error.url, `${secure}/a`);
    assertEquals(seen, []);
  });
});

// Time-outs

Deno.test("request() gives up when nothing comes before the headers, and does not try again", async () => {
  let connections = 0;
  await withSockets(async (socket) => {
    connections++;
    await socket.request();
    await socket.closed();
  }, async (origin) => {
    const error = await assertRejects(
      () =>
        request(
          { url: new URL(origin), received: 7 },
          { timeout: 0.2, retries: 2 },
        ),
      ArchiveTimeoutError,
      "the archive sent nothing for 0.2 s, after 7 had arrived",
    );
    assertEquals(error.timeout, 0.2);
    assertEquals(error.received, 7);
    assertEquals(error.url, `${origin}/`);
  });
  assertEquals(connections, 1);
});

Deno.test("request() gives up when nothing more comes in the midst of a body", async () => {
  await withSockets(async (socket) => {
    await socket.request();
    await socket.send("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n[1,");
    await socket.closed();
  }, async (origin) => {
    await assertRejects(
      () => get(origin, { timeout: 0.2 }),
      ArchiveTimeoutError,
    );
  });
});

Deno.test("request() gives up when nothing comes behind a redirect", async () => {
  await withSockets(async (socket) => {
    const text = await socket.request();
    if (text.startsWith("GET / ")) {
      await socket.send(
        "HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
      );
    } else await socket.closed();
  }, async (origin) => {
    const error = await assertRejects(
      () => get(origin, { timeout: 0.2 }),
      ArchiveTimeoutError,
    );
    assertEquals(error.url, `${origin}/x`);
  });
});

Deno.test("request() takes its time over an answer that drips but never stops", async () => {
  await withSockets(async (socket) => {
    await socket.request();
    await socket.send("HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n");
    for (const byte of "[1,2,3,4,5 ]") {
      await pause(60);
      await socket.send(byte);
    }
  }, async (origin) => {
    const answer = await get(origin, { timeout: 0.4 });
    assertEquals(answer.text, "[1,2,3,4,5 ]");
  });
});

Deno.test("request() takes headers for a sign of life: from them on the clock runs anew", async () => {
  await withSockets(async (socket) => {
    await socket.request();
    await pause(300);
    await socket.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n");
    await pause(300);
    await socket.send("[]");
  }, async (origin) => {
    const answer = await get(origin, { timeout: 0.5 });
    assertEquals(answer.text, "[]");
  });
});

Deno.test("request() waits without end for a timeout of 0", async () => {
  await withServer(async () => {
    await pause(100);
    return json([]);
  }, async (origin) => {
    assertEquals((await get(origin, { timeout: 0 })).text, "[]");
  });
});

Deno.test("request() waits for a timeout that is longer than a timer can be", async () => {
  for (const timeout of [2_147_484, 1e9, Infinity]) {
    await withServer(async () => {
      await pause(50);
      return json([]);
    }, async (origin) => {
      assertEquals((await get(origin, { timeout })).text, "[]");
    });
  }
});

// Trying again

Deno.test("request() tries again after a 500, and tells", async () => {
  let asked = 0;
  const told: string[] = [];
  await withServer(
    () => ++asked === 1 ? new Response("", { status: 500 }) : json([1]),
    async (origin) => {
      const answer = await get(origin, {
        retries: 3,
        log: (line) => told.push(line),
      });
      assertEquals(answer.text, "[1]");
      assertEquals(told.length, 1);
      assertMatch(told[0]!, /^trying again in 0\.[2-5] s \(1 of 3\): /);
      assertStringIncludes(told[0]!, `answered 500 (${origin}/)`);
    },
  );
  assertEquals(asked, 2);
});

Deno.test("request() throws the last error when the tries are used up", async () => {
  let asked = 0;
  await withServer(
    () => new Response("", { status: [503, 502][asked++] ?? 200 }),
    async (origin) => {
      const error = await assertRejects(
        () => get(origin, { retries: 1 }),
        ArchiveHttpError,
      );
      assertEquals(error.status, 502);
    },
  );
  assertEquals(asked, 2);
});

Deno.test("request() does not try again what will not change", async () => {
  for (const status of [400, 401, 403, 404, 405, 409, 410, 501]) {
    let asked = 0;
    await withServer(() => {
      asked++;
      return new Response("", { status });
    }, async (origin) => {
      const error = await assertRejects(
        () => get(origin, { retries: 3 }),
        ArchiveHttpError,
      );
      assertEquals(error.status, status);
    });
    assertEquals(asked, 1, `${status}`);
  }
});

Deno.test("request() leaves a 5xx to a caller who has another way, but not a 429", async () => {
  let asked = 0;
  await withServer(
    () => new Response("", { status: [429, 500][asked++] ?? 200 }),
    async (origin) => {
      const error = await assertRejects(
        () => get(origin, { retries: 3, isFinal: (status) => status === 500 }),
        ArchiveHttpError,
      );
      assertEquals(error.status, 500);
    },
  );
  assertEquals(asked, 2);
});

Deno.test("request() waits as long as Retry-After says, and no longer when it is aborted", async () => {
  const stop = new AbortController();
  const reason = new RangeError("enough");
  const told: string[] = [];
  let asked = 0;
  await withServer(() => {
    asked++;
    return new Response("", { status: 429, headers: { "retry-after": "41" } });
  }, async (origin) => {
    const error = await assertRejects(
      () =>
        get(origin, {
          retries: 1,
          signal: stop.signal,
          log: (line) => {
            told.push(line);
            setTimeout(() => stop.abort(reason), 10);
          },
        }),
      RangeError,
    );
    assertStrictEquals(error, reason);
  });
  assertEquals(asked, 1);
  assertMatch(told.join(), /^trying again in 41\.0 s /);
});

Deno.test("request() tries again after a connection that was refused, closed, or cut off", async () => {
  const stop = new AbortController();
  const told: string[] = [];
  const error = await assertRejects(
    () =>
      get(nobody(), {
        retries: 1,
        signal: stop.signal,
        log: (line) => told.push(line),
      }),
    ArchiveUnreachableError,
    "connection refused",
  );
  assert(error.cause instanceof Error);
  assertEquals(told.length, 1);

  let connections = 0;
  const misdeeds = ["", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n[1,"];
  await withSockets(async (socket) => {
    connections++;
    await socket.request();
    await socket.send(
      misdeeds[socket.turn] ??
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\n[1]",
    );
  }, async (origin) => {
    assertEquals((await get(origin, { retries: 2 })).text, "[1]");
  });
  assertEquals(connections, 3);
});

Deno.test("request() takes a body that is cut off for no answer, and says so in words", async () => {
  for (
    const cut of [
      "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n[1]",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n[1]\r\n",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n63\r\n[1]",
    ]
  ) {
    await withSockets(async (socket) => {
      await socket.request();
      await socket.send(cut);
    }, async (origin) => {
      await assertRejects(
        () => get(origin),
        ArchiveUnreachableError,
        "the connection broke off",
      );
    });
  }
});

Deno.test("request() judges a failure by what happened, not by words in the address", async () => {
  for (const word of ["certificate", "refused", "self-signed", "dns error"]) {
    await withSockets(async (socket) => {
      await socket.request();
    }, async (origin) => {
      const error = await assertRejects(
        () => get(`${origin}/?input-source=${encodeURI(word)}.example`),
        ArchiveUnreachableError,
      );
      assertEquals(error.reason, "the connection broke off", word);
    });
  }
});

Deno.test("request() says in words that a server does not speak HTTP, and the address only once", async () => {
  await withSockets(async (socket) => {
    await socket.request();
    await socket.send("SSH-2.0-OpenSSH_9.6\r\n");
  }, async (origin) => {
    const error = await assertRejects(
      () => get(origin),
      ArchiveUnreachableError,
    );
    assertEquals(error.message.split(origin).length, 2, error.message);
  });
});

Deno.test("request() says that a name does not resolve", async () => {
  await assertRejects(
    () => get("http://archive.invalid/"),
    ArchiveUnreachableError,
    "does not resolve",
  );
});

Deno.test("request() never repeats a POST or PUT", async () => {
  for (const method of ["POST", "PUT"]) {
    let asked = 0;
    await withServer(() => {
      asked++;
      return new Response("", { status: 503 });
    }, async (origin) => {
      const error = await assertRejects(
        () =>
          request(
            { url: new URL(origin), method, body: "{}" },
            { timeout: 5, retries: 3 },
          ),
        ArchiveHttpError,
      );
      assertEquals(error.status, 503);
    });
    assertEquals(asked, 1);

    asked = 0;
    await withSockets(async (socket) => {
      asked++;
      await socket.request();
    }, async (origin) => {
      await assertRejects(
        () =>
          request(
            { url: new URL(origin), method, body: "{}" },
            { timeout: 5, retries: 3 },
          ),
        ArchiveUnreachableError,
      );
    });
    assertEquals(asked, 1);
  }
});

Deno.test("request() tells whether what failed may have arrived", async () => {
  const failing = async (address: string) => {
    const error = await assertRejects(
      () =>
        request(
          { url: new URL(address), method: "POST", body: "{}" },
          { timeout: 5 },
        ),
      ArchiveUnreachableError,
    );
    return error.mayHaveArrived;
  };
  assertEquals(await failing(nobody()), false);
  assertEquals(await failing("http://archive.invalid/"), false);
  await withUpgrade(async (origin) => {
    assertEquals(await failing(origin), false);
  });
  for (const cut of ["", "HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\n"]) {
    await withSockets(async (socket) => {
      await socket.request();
      await socket.send(cut);
    }, async (origin) => {
      assertEquals(await failing(origin), true);
      assertEquals(await failing(`${origin}/refused/certificate/`), true);
    });
  }
});

// The caller's signal

Deno.test("request() throws the reason of a signal that fires before the headers", async () => {
  const stop = new AbortController();
  const reason = new RangeError("enough");
  const ended = new Event();
  await withSockets(async (socket) => {
    await socket.request();
    stop.abort(reason);
    await socket.closed();
    ended.happen();
  }, async (origin) => {
    const error = await assertRejects(
      () => get(origin, { signal: stop.signal, retries: 3 }),
      RangeError,
    );
    assertStrictEquals(error, reason);
    await ended.within(2000, "the connection ends");
  });
});

Deno.test("request() throws the reason of a signal that fires in the midst of a body", async () => {
  const stop = new AbortController();
  const ended = new Event();
  await withSockets(async (socket) => {
    await socket.request();
    await socket.send("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n[1,");
    setTimeout(() => stop.abort(new RangeError("enough")), 50);
    await socket.closed().catch(() => {});
    ended.happen();
  }, async (origin) => {
    await assertRejects(
      () => get(origin, { signal: stop.signal, retries: 3 }),
      RangeError,
      "enough",
    );
    await ended.within(2000, "the connection ends");
  });
});

Deno.test("request() sends nothing when the signal has fired already", async () => {
  let asked = 0;
  await withServer(() => {
    asked++;
    return json([]);
  }, async (origin) => {
    const signal = AbortSignal.abort(new RangeError("enough"));
    await assertRejects(() => get(origin, { signal }), RangeError, "enough");
  });
  assertEquals(asked, 0);
});

// What an error says

async function errorFor(
  body: string | Uint8Array<ArrayBuffer>,
  type = "text/html",
  status = 404,
): Promise<ArchiveHttpError> {
  let error: ArchiveHttpError | undefined;
  await withServer(
    () => new Response(body, { status, headers: { "content-type": type } }),
    async (origin) => {
      error = await assertRejects(() => get(origin), ArchiveHttpError);
      assertEquals(error.status, status);
      assertEquals(error.url, `${origin}/`);
    },
  );
  return error!;
}

Deno.test("an error tells the detail that esmond sends as JSON", async () => {
  const error = await errorFor(
    '{"detail":"Invalid token."}',
    "application/json",
    401,
  );
  assertEquals(error.detail, "Invalid token.");
  assertStringIncludes(
    error.message,
    "the archive answered 401: Invalid token.",
  );
  const others: [string, string][] = [
    ['{"non_field_errors":["No data provided"]}', "No data provided"],
    ['{"other":"x"}', '{"other":"x"}'],
    ['{"detail":null}', '{"detail":null}'],
    ["[]", "[]"],
    ["null", "null"],
    ['""', '""'],
  ];
  for (const [body, detail] of others) {
    assertEquals((await errorFor(body, "application/json")).detail, detail);
  }
});

Deno.test("an error tells a detail that is no text", async () => {
  const error = await errorFor(
    '{"detail":{"source":["required"]}}',
    "application/json",
    400,
  );
  assertStringIncludes(error.detail, "required");
});

Deno.test("an error tells what elmond puts in a paragraph", async () => {
  const error = await errorFor(
    "<!doctype html>\n<html lang=en>\n<title>400 Bad Request</title>\n<h1>Bad Request</h1>\n<p>600 is not a supported\nsummary_window</p>\n",
  );
  assertEquals(error.detail, "600 is not a supported summary_window");
});

Deno.test("an error tells what elmond escapes as it was meant", async () => {
  const error = await errorFor(
    "<title>400 Bad Request</title>\n<p>Unrecognized event type a&amp;b&#39;s &lt;c&gt; &#34;d&#34;</p>\n",
  );
  assertEquals(error.detail, `Unrecognized event type a&b's <c> "d"`);
});

Deno.test("an error tells the title of a page without a paragraph, and nothing of a page without a title", async () => {
  assertEquals(
    (await errorFor(
      "<html><head><TITLE>\n  Server Error (500)\n</TITLE></head><body><h1>x</h1></body></html>",
    )).detail,
    "Server Error (500)",
  );
  assertEquals((await errorFor("  <html><b>x</b></html>")).detail, "");
  assertEquals((await errorFor("")).detail, "");
  assertEquals(
    (await errorFor("plain words", "text/plain")).detail,
    "plain words",
  );
});

Deno.test("an error strips control characters and keeps to one line", async () => {
  const bodies = [
    "a\r\n\tb\x1b[31mc\x07\x7f\x9b2Jd \0 ",
    '{"detail":"a\\r\\n\\tb\\u001b[31mc\\u0007\\u007f\\u009b2Jd \\u0000 "}',
    "<p>a\r\n\tb\x1b[31mc\x07\x7f\x9b2Jd \0 </p>",
  ];
  for (const body of bodies) {
    const error = await errorFor(body, "text/plain");
    assertEquals(error.detail, "a b [31mc 2Jd");
    assert(!CONTROL.test(error.message));
  }
});

Deno.test("an error cuts long texts", async () => {
  const error = await errorFor("é".repeat(100_000), "text/plain");
  assert(error.detail.length <= 301);
  assertMatch(error.detail, /^é+…$/);
  assertEquals((await errorFor("x".repeat(300))).detail, "x".repeat(300));
});

Deno.test("an error does not cut a character in two", async () => {
  const error = await errorFor(
    "x".repeat(299) + "😀".repeat(9),
    "text/plain",
  );
  assert(error.detail.isWellFormed());
});

Deno.test("an error page in another character set is still an error with its status", async () => {
  const latin = new Uint8Array([
    ...new TextEncoder().encode("<title>Acc"),
    0xe8,
    ...new TextEncoder().encode("s interdit</title>"),
  ]);
  for (
    const type of ["text/html", "text/html; charset=x-unknown"]
  ) {
    const error = await errorFor(latin, type, 403);
    assertMatch(error.detail, /^Acc.+s interdit$/);
  }
  assertEquals(
    (await errorFor(latin, "text/html; charset=iso-8859-1", 403)).detail,
    "Accès interdit",
  );
});

Deno.test("a failure whose page is in another character set is tried again", async () => {
  let asked = 0;
  await withServer(() => {
    return ++asked === 1
      ? new Response(new Uint8Array([0xe8]), { status: 502 })
      : json([]);
  }, async (origin) => {
    assertEquals((await get(origin, { retries: 1 })).text, "[]");
  });
});

Deno.test("a redirect whose page is in another character set is followed", async () => {
  await withServer((_, url) => {
    return url.pathname === "/"
      ? new Response(new Uint8Array([0xe8]), {
        status: 302,
        headers: { location: "/x" },
      })
      : json([]);
  }, async (origin) => {
    assertEquals((await get(origin)).text, "[]");
  });
});

// The answer

async function listFor(
  body: string | Uint8Array<ArrayBuffer> | null,
  headers: HeadersInit = { "content-type": "application/json" },
) {
  return await withServer(
    () => new Response(body, { headers }),
    (origin) => getList(origin),
  );
}

function withType(type: string): HeadersInit {
  return { "content-type": type };
}

Deno.test("requestList() gives the values and the very text", async () => {
  const list = await listFor(' [ 7016320000.0, {"10":1,"9":2} ]\n');
  assertEquals(list.values, [7016320000, { "9": 2, "10": 1 }]);
  assertEquals(list.texts, ["7016320000.0", '{"10":1,"9":2}']);
});

Deno.test("requestList() reads the media type, not the text of the header", async () => {
  for (
    const type of [
      "application/json; charset=utf-8",
      "Application/JSON;charset=UTF-8",
      'application/json; charset="utf-8"; x=y',
      "application/problem+json",
      "text/plain",
    ]
  ) assertEquals((await listFor("[1]", withType(type))).values, [1], type);
});

Deno.test("request() gives the media type in lower case without its parameters", async () => {
  await withServer(
    () =>
      new Response("[]", {
        headers: { "content-type": "Application/JSON ; charset=utf-8" },
      }),
    async (origin) => {
      assertEquals((await get(origin)).mediaType, "application/json");
    },
  );
});

Deno.test("requestList() says that a page for people is no archive's", async () => {
  for (const type of ["text/html", "text/html; charset=utf-8"]) {
    await assertRejects(
      () => listFor("<html>Welcome</html>", withType(type)),
      ArchiveResponseError,
      "text/html, not JSON",
    );
  }
  await assertRejects(
    () => listFor(new TextEncoder().encode("hello"), {}),
    ArchiveResponseError,
    "no stated type",
  );
});

Deno.test("requestList() says that JSON is damaged", async () => {
  for (const text of ["", "[1,", '[{"a":1}', "[NaN]", "[1]x", "\0"]) {
    const error = await assertRejects(
      () => listFor(text),
      ArchiveResponseError,
      "JSON is damaged",
    );
    assertInstanceOf(error.cause, SyntaxError);
  }
});

Deno.test("requestList() shows damaged JSON without its control characters, in one line", async () => {
  for (
    const text of ['[{"a": \x1b]0;title\x07\n x}]', "\x9b31m", "[1,\n\x7f2]"]
  ) {
    const error = await assertRejects(
      () => listFor(text),
      ArchiveResponseError,
    );
    assert(!CONTROL.test(error.message), JSON.stringify(error.message));
  }
});

Deno.test("requestList() shows the headers of a wrong answer without control characters, and not at any length", async () => {
  for (
    const type of [
      "text/\x9b31m",
      "application/json; charset=\x9b31m",
      `text/${"x".repeat(10_000)}`,
    ]
  ) {
    await withSockets(async (socket) => {
      await socket.request();
      const answer =
        `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: 1\r\n\r\nx`;
      await socket.send(
        Uint8Array.from(answer, (character) => character.charCodeAt(0)),
      );
    }, async (origin) => {
      const error = await assertRejects(
        () => getList(origin),
        ArchiveResponseError,
      );
      assert(!CONTROL.test(error.message), JSON.stringify(error.message));
      assert(error.message.length < 1000, `${error.message.length} characters`);
    });
  }
});

Deno.test("requestList() says that JSON is not a list", async () => {
  for (const text of ["{}", "null", '"[]"', "5", '{"detail":"x"}']) {
    const error = await withServer(
      () => json(text),
      (origin) =>
        assertRejects(
          () => getList(origin, 12),
          ArchiveResponseError,
          "JSON, but not a list, after 12 had arrived",
        ),
    );
    assertEquals(error.received, 12);
  }
});

Deno.test("requestList() reads an empty list, an empty object within, and a list of anything", async () => {
  assertEquals((await listFor("[]")).values, []);
  assertEquals((await listFor('[{},null,"x",[1]]')).values, [
    {},
    null,
    "x",
    [1],
  ]);
});

Deno.test("requestList() reads nesting of 500 levels, which are more than it takes to describe anything", async () => {
  const inner = "[".repeat(500) + "]".repeat(500);
  assertEquals((await listFor(`[${inner}]`)).texts, [inner]);
});

Deno.test("request() decodes the character set that the archive states", async () => {
  const latin = new Uint8Array([0x5b, 0x22, 0xe9, 0x22, 0x5d]);
  const list = await listFor(
    latin,
    withType("application/json; charset=ISO-8859-1"),
  );
  assertEquals(list.values, ["é"]);
});

Deno.test("request() leaves out a byte order mark, and joins characters that come in pieces", async () => {
  assertEquals((await listFor("\ufeff[1]")).values, [1]);
  await withSockets(async (socket) => {
    await socket.request();
    await socket.send("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n");
    for (const byte of new TextEncoder().encode('["😀"]')) {
      await socket.send(new Uint8Array([byte]));
      await pause(5);
    }
  }, async (origin) => {
    assertEquals((await getList(origin)).values, ["😀"]);
  });
});

Deno.test("request() refuses text that is not in its character set", async () => {
  const damaged = new Uint8Array([0x5b, 0x22, 0xe9, 0x22, 0x5d]);
  await assertRejects(
    () => listFor(damaged),
    ArchiveResponseError,
    "not utf-8",
  );
  await assertRejects(
    () => listFor(damaged, withType("application/json; charset=x-none")),
    ArchiveResponseError,
    "not x-none",
  );
});

async function gzipped(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

Deno.test("request() reads what is compressed", async () => {
  const body = await gzipped("[1,2,3]");
  assertEquals(
    (await listFor(body, {
      "content-type": "application/json",
      "content-encoding": "gzip",
    })).values,
    [1, 2, 3],
  );
});

Deno.test("request() takes compressed text that is cut off for no answer", async () => {
  const body = await gzipped(`[${"12345,".repeat(1000)}0]`);
  for (const missing of [8, 20]) {
    await assertRejects(
      () =>
        listFor(body.slice(0, -missing), {
          "content-type": "application/json",
          "content-encoding": "gzip",
        }),
      ArchiveError,
    );
  }
});

Deno.test("request() writes nothing to stdout or stderr", async () => {
  const http = new URL("../../client/reading.ts", import.meta.url).href;
  await withServer((_, url) => {
    switch (url.pathname) {
      case "/500":
        return new Response("<p>no</p>", { status: 500 });
      case "/html":
        return new Response("<html>", withTypeInit("text/html"));
      case "/away":
        return Response.redirect("https://elsewhere.example/", 302);
      default:
        return json([]);
    }
  }, async (origin) => {
    const script = `
      import { requestList } from "${http}";
      const options = { timeout: 5, retries: 1, log: () => {} };
      let failed = 0;
      for (const at of ["${origin}/500", "${origin}/html", "${origin}/away", "${nobody()}/", "${origin}/"]) {
        await requestList({ url: new URL(at) }, options).catch(() => failed++);
      }
      Deno.exit(failed);
    `;
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", script],
    }).output();
    const decoder = new TextDecoder();
    assertEquals(decoder.decode(stdout), "");
    assertEquals(decoder.decode(stderr), "");
    assertEquals(code, 4);
  });
});

function withTypeInit(type: string): ResponseInit {
  return { headers: { "content-type": type } };
}

// Through a gate

/**
 * How long after the first request each other one arrived, in ms, where the
 * first is told to come back later.
 */
async function arrivals(
  status: number,
  headers: Record<string, string>,
  retries: number,
): Promise<number[]> {
  const came: number[] = [];
  const begun = new Event();
  const refused = new Event();
  await withServer(() => {
    came.push(performance.now());
    if (came.length > 1) return json([1]);
    begun.happen();
    return new Response("", { status, headers });
  }, async (origin) => {
    const gate = new Gate(4);
    const options = { gate, retries };
    const first = get(`${origin}/first`, {
      ...options,
      log: () => refused.happen(), // it will be tried again
    }).catch(() => refused.happen());
    await begun.within(5000, "the first request");
    await refused.within(5000, "the refusal");
    await Promise.all([1, 2, 3].map((n) => get(`${origin}/${n}`, options)));
    await first;
  });
  return came.slice(1).map((at) => at - came[0]!);
}

Deno.test("request() holds back all requests of a connection while the archive asks for a pause", async () => {
  const cases = [429, 503].flatMap((status) =>
    [0, 1].map(async (retries) => {
      const waited = await arrivals(status, { "retry-after": "1" }, retries);
      assertEquals(waited.length, 3 + retries);
      assert(Math.min(...waited) >= 950, `${waited}`);
    })
  );
  await Promise.all(cases);
});

Deno.test("request() holds back all requests for a moment when the archive does not say how long", async () => {
  const waited = await arrivals(503, {}, 0);
  assert(Math.min(...waited) >= 450, `${waited}`);
});

Deno.test("request() holds back nothing for an error that is no refusal", async () => {
  for (const status of [500, 502, 504, 404]) {
    const waited = await arrivals(status, { "retry-after": "60" }, 0);
    assertEquals(waited.length, 3);
    assert(Math.max(...waited) < 30_000, `${waited}`);
  }
});

Deno.test("request() leaves the gate whatever comes of it", async () => {
  const gate = new Gate(1);
  const stop = new AbortController();
  let asked = 0;
  await withServer(async (_, url) => {
    asked++;
    if (url.pathname === "/never") {
      stop.abort(new RangeError("enough"));
      await pause(50);
    }
    return url.pathname === "/good"
      ? json([])
      : new Response("", { status: 404 });
  }, async (origin) => {
    const options = { gate, apiKey: "" };
    await assertRejects(() => get(`${origin}/bad`, options), ArchiveHttpError);
    await assertRejects(
      () => get(`${origin}/never`, { ...options, signal: stop.signal }),
      RangeError,
    );
    await assertRejects(
      () => get(nobody(), options),
      ArchiveUnreachableError,
    );
    await assertRejects(
      () => get(`${origin}/good`, { ...options, apiKey: "\u2713" }),
      FilterError,
    );
    assertEquals((await get(`${origin}/good`, options)).text, "[]");
  });
  assertEquals(asked, 3);
});

Deno.test("request() gives up its place while it waits for another try", async () => {
  const gate = new Gate(1);
  const asked: string[] = [];
  await withServer((_, url) => {
    asked.push(url.pathname);
    return asked.length === 1 ? new Response("", { status: 502 }) : json([]);
  }, async (origin) => {
    const again = new Event();
    const first = get(`${origin}/first`, {
      gate,
      retries: 1,
      log: () => again.happen(),
    });
    await again.within(5000, "the second try");
    await get(`${origin}/second`, { gate });
    await first;
  });
  assertEquals(asked, ["/first", "/second", "/first"]);
  assertEquals([gate.requests, gate.retries], [3, 1]);
});

Deno.test("request() does not wait for another try when the gate is closed", async () => {
  const gate = new Gate(1);
  const reason = new RangeError("drained");
  const begun = performance.now();
  let asked = 0;
  await withServer(() => {
    asked++;
    return new Response("", { status: 503, headers: { "retry-after": "50" } });
  }, async (origin) => {
    const error = await assertRejects(
      () =>
        get(origin, {
          gate,
          retries: 3,
          log: () => setTimeout(() => gate.close(reason), 10),
        }),
      RangeError,
    );
    assertStrictEquals(error, reason);
  });
  assertEquals(asked, 1);
  assert(performance.now() - begun < 30_000, "it waited");
});

// Answers that are no good

/**
 * Asks for what is answered in turn by these texts, the last of them for ever;
 * a doubtful one begins with "?".
 */
async function reading(texts: string[], retries: number) {
  let asked = 0;
  const told: string[] = [];
  return await withServer(
    () => json(texts[Math.min(asked++, texts.length - 1)]),
    async (origin) => {
      let value: unknown;
      let doubt: string | undefined;
      let error: unknown;
      try {
        ({ value, doubt } = await requestReading<unknown>(
          { url: new URL(origin), received: 7 },
          { timeout: 5, retries, log: (line) => told.push(line) },
          (answer) =>
            answer.text.startsWith("?")
              ? { value: answer.text, doubt: "odd points" }
              : { value: readList(answer, 7).values },
        ));
      } catch (problem) {
        error = problem;
      }
      return { value, doubt, error, asked, told };
    },
  );
}

Deno.test("requestReading() asks again for what is damaged, until it is not", async () => {
  const run = await reading(['[{"ts":1', "<html>", "[1]"], 2);
  assertEquals([run.value, run.asked], [[1], 3]);
  assertEquals(run.told.length, 2);
  assertMatch(
    run.told[0]!,
    /^trying again in 0\.[2-5] s \(1 of 2\): .*damaged/,
  );
});

Deno.test("requestReading() takes two damaged answers that are alike for the archive's last word", async () => {
  const run = await reading(["[1", "[1"], 3);
  assertInstanceOf(run.error, ArchiveResponseError);
  assertEquals([run.asked, run.error.received], [2, 7]);
  assertStringIncludes(run.error.message, "damaged");
});

Deno.test("requestReading() gives up on answers that are damaged in ever other ways when the tries are used up", async () => {
  const run = await reading(["[1", "[2", "[3", "[4]"], 2);
  assertInstanceOf(run.error, ArchiveResponseError);
  assertEquals(run.asked, 3);
});

Deno.test("requestReading() asks again for what is doubtful, and believes it when it comes again", async () => {
  const runs = await Promise.all([
    again(["?a", "[2]"]),
    again(["?a", "?a"]),
    again(["?a", "?b", "?b"]),
    again(["?a", "[1", "?a", "?a"]),
  ]);
  assertEquals(runs, [
    [[2], undefined, 2],
    ["?a", "odd points", 2],
    ["?b", "odd points", 3],
    ["?a", "odd points", 4],
  ]);

  async function again(texts: string[]) {
    const { value, doubt, asked } = await reading(texts, 3);
    return [value, doubt, asked];
  }
});

Deno.test("requestReading() does not believe what is doubtful in ever other ways", async () => {
  const run = await reading(["?a", "?b", "?c"], 2);
  assertInstanceOf(run.error, ArchiveResponseError);
  assertStringIncludes(run.error.message, "odd points, after 7 had arrived");
  assertEquals(run.asked, 3);
});

Deno.test("requestReading() asks once without retries: what is damaged is an error, what is doubtful is believed", async () => {
  const damaged = await reading(["[1", "[1]"], 0);
  assertInstanceOf(damaged.error, ArchiveResponseError);
  const doubtful = await reading(["?a", "[1]"], 0);
  assertEquals([damaged.asked, doubtful.asked], [1, 1]);
  assertEquals([doubtful.value, doubtful.doubt], ["?a", "odd points"]);
});

Deno.test("requestReading() passes on at once what its reader throws for other reasons", async () => {
  let asked = 0;
  const mine = new RangeError("mine");
  await withServer(() => {
    asked++;
    return json([]);
  }, async (origin) => {
    const error = await assertRejects(
      () =>
        requestReading(
          { url: new URL(origin) },
          { timeout: 5, retries: 3 },
          () => {
            throw mine;
          },
        ),
      RangeError,
    );
    assertStrictEquals(error, mine);
  });
  assertEquals(asked, 1);
});

Deno.test("request() reads no more than 128 MiB of an answer, and does not ask again", async () => {
  const room = new Uint8Array(1 << 20).fill(32);
  for (const [mebibytes, isTooMuch] of [[128, false], [129, true]] as const) {
    let asked = 0;
    let sent = 0;
    await withServer(() => {
      asked++;
      return new Response(
        new ReadableStream({
          pull(controller) {
            if (sent++ < mebibytes) controller.enqueue(room);
            else controller.close();
          },
        }),
      );
    }, async (origin) => {
      const what = { url: new URL(origin), received: 3 };
      const asking = request(what, { timeout: 5, retries: 3 });
      if (!isTooMuch) {
        assertEquals((await asking).text.length, 128 << 20);
        return;
      }
      const error = await assertRejects(() => asking, ArchiveSizeError);
      assertEquals([error.limit, error.received], [128 << 20, 3]);
      assertStringIncludes(error.message, "larger than 128 MiB");
    });
    assertEquals(asked, 1);
  }
});
