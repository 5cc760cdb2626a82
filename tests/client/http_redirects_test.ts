import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  ArchiveHttpError,
  ArchiveUnreachableError,
} from "../../client/errors.ts";
import { request } from "../../client/http.ts";
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
