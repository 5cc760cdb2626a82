import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveUnreachableError,
} from "../../client/errors.ts";
import { type HttpOptions, request } from "../../client/http.ts";
import { json, withServer } from "../servers/serve.ts";
import { get } from "./asking.ts";
import { CA, withUpgrade } from "./tls.ts";

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

const ROOT = "/esmond/perfsonar/archive/";

/** Sends a write once. */
function post(address: string, options: Partial<HttpOptions> = {}) {
  return request(
    { url: new URL(address), method: "POST", body: '{"ts":1}' },
    { timeout: 60, apiKey: "k", ...options },
  );
}

Deno.test("request() keeps method, body and key of a write through redirects within the archive", async () => {
  for (const status of [301, 302, 307, 308]) {
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
      return url.pathname === `${ROOT}from`
        ? new Response(null, { status, headers: { location: "to/" } })
        : json('""', { status: 201 });
    }, async (origin) => {
      assertEquals((await post(`${origin}${ROOT}from`)).status, 201);
    });
    const sent = 'POST Token k application/json {"ts":1}';
    assertEquals(seen, [sent, sent], `${status}`);
  }
});

Deno.test("request() follows no redirect of a write out of the archive, and no 303, and says where to", async () => {
  const targets = ["/login", "/esmond/", `${ROOT}..%2f..%2flogin`, "//x/"];
  for (
    const [status, location] of [
      ...targets.flatMap((target) =>
        [301, 302, 307, 308].map((status) => [status, target] as const)
      ),
      [303, `${ROOT}other`] as const,
    ]
  ) {
    const seen: string[] = [];
    await withServer(({ method }, url) => {
      seen.push(`${method} ${url.pathname}`);
      return url.pathname.endsWith("from")
        ? new Response(null, { status, headers: { location } })
        : json("stored", { status: 201 });
    }, async (origin) => {
      const error = await assertRejects(
        () => post(`${origin}${ROOT}from`),
        ArchiveUnreachableError,
        `it redirects a write (${status}) to "http://`,
      );
      assert(error.mayHaveArrived);
      assertStringIncludes(error.message, "which is not followed");
    });
    assertEquals(seen, [`POST ${ROOT}from`], `${status} to ${location}`);
  }
});

Deno.test("request() takes 201, and no other success, for a write that is stored", async () => {
  const page = "<html><title>Log in</title><form></form></html>";
  const blocked = '{"detail":"Request blocked by WAF","status":"error"}';
  const answers: [status: number, body: string | null, says: RegExp][] = [
    [200, page, /200 \(Log in\) to a write/],
    [200, blocked, /200 \(Request blocked by WAF\) to a write/],
    [200, "[]", /200 \(\[\]\) to a write/],
    [202, null, /202 to a write/],
    [204, null, /204 to a write/],
    [206, "", /206 to a write/],
    [299, "x", /299 \(x\) to a write/],
  ];
  for (const [status, body, says] of answers) {
    await withServer(() => new Response(body, { status }), async (origin) => {
      const error = await assertRejects(
        () => post(`${origin}${ROOT}`),
        ArchiveResponseError,
      );
      assertMatch(error.problem, says);
      assertStringIncludes(error.problem, "only 201");
    });
  }
});

Deno.test("request() takes no page for a write that is stored, not even with 201", async () => {
  const page = "<html><title>Log in</title><form></form></html>";
  const headers = { "content-type": "Text/HTML; charset=utf-8" };
  await withServer(
    () => new Response(page, { status: 201, headers }),
    async (origin) => {
      const error = await assertRejects(
        () => post(`${origin}${ROOT}`),
        ArchiveResponseError,
      );
      assertMatch(error.problem, /^a page with 201 \(Log in\) to a write/);
    },
  );
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

Deno.test("request() names the target of a redirect that is not a web address", async () => {
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

Deno.test("request() quotes the target of a redirect that is not an address at all", async () => {
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

Deno.test("request() follows a redirect from http to https on the same host, with method, body and key", async () => {
  await withUpgrade(async (origin, secure, seen) => {
    const client = Deno.createHttpClient({ caCerts: [CA] });
    try {
      const trusting: typeof fetch = (input, init) =>
        fetch(input, { ...init, client });
      const address = `${origin}${ROOT}a?b=c`;
      const answer = await post(address, { fetch: trusting });
      assertEquals(answer.url, `${secure}${ROOT}a?b=c`);
      assertEquals(seen, [`POST ${ROOT}a?b=c Token k {"ts":1}`]);
    } finally {
      client.close();
    }
  });
});

Deno.test("request() does not take the key to https on another port, which may be anybody's", async () => {
  await withUpgrade(async (origin, secure, seen) => {
    await assertRejects(
      () => get(`${origin}${ROOT}`, { apiKey: "k" }),
      ArchiveUnreachableError,
      `it redirects to "${secure}", which is not followed`,
    );
    assertEquals(seen, []);
  }, false);
});

Deno.test("request() says that a browser does not tell where a redirect leads", async () => {
  // What a browser makes of any redirect that is not to be followed by itself.
  const opaque = Object.defineProperties(new Response(null), {
    type: { value: "opaqueredirect" },
    status: { value: 0 },
    ok: { value: false },
  });
  const error = await assertRejects(
    () =>
      get("http://archive.example.net/", {
        fetch: () => Promise.resolve(opaque),
      }),
    ArchiveUnreachableError,
  );
  assertStringIncludes(error.reason, "a browser does not tell where to");
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
