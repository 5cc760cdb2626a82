import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import type { Dialing } from "../../../cli/tls/dial.ts";
import { ownFetch } from "../../../cli/tls/own_fetch.ts";
import {
  type ArchiveError,
  ArchiveHttpError,
  ArchiveTimeoutError,
  ArchiveUnreachableError,
} from "../../../client/errors.ts";
import { type HttpOptions, request } from "../../../client/http.ts";
import { nobody, withSockets } from "../../client/sockets.ts";
import { type Certificate, pinOf } from "../../servers/certificates.ts";
import { json, withServer } from "../../servers/serve.ts";
import { AUTHORITY, issued, selfSigned, withTls } from "../../servers/tls.ts";

const SHOWN = selfSigned();
const PINNED: Dialing = { pins: [await pinOf(SHOWN)] };

/** Runs `use` with such a `fetch`, and ends it. */
async function withOwn<T>(
  dialing: Dialing,
  use: (own: typeof fetch) => Promise<T>,
): Promise<T> {
  const own = ownFetch(dialing);
  try {
    return await use(own.fetch);
  } finally {
    own.close();
  }
}

/** Asks as the library does. */
function get(url: string, own: typeof fetch, more: Partial<HttpOptions> = {}) {
  const options = { timeout: 60, retries: 0, fetch: own, ...more };
  return request({ url: new URL(url) }, options);
}

/**
 * Runs `use` against a server that says `answer` to each request, in bytes, and
 * then closes the connection.
 */
async function withRawTls<T>(
  answer: string | Uint8Array,
  use: (origin: string) => Promise<T>,
  isClosed = true,
): Promise<T> {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...SHOWN });
  const bytes = typeof answer === "string"
    ? new TextEncoder().encode(answer)
    : answer;
  const open = new Set<Deno.TlsConn>();
  const serving = (async () => {
    for await (const conn of listener) {
      open.add(conn);
      (async () => {
        await conn.read(new Uint8Array(65_536));
        for (let sent = 0; sent < bytes.length;) {
          sent += await conn.write(bytes.subarray(sent));
        }
        if (!isClosed) return;
        open.delete(conn);
        conn.close();
      })().catch(() => {}); // the other side has gone
    }
  })();
  try {
    return await use(`https://127.0.0.1:${listener.addr.port}`);
  } finally {
    listener.close();
    for (const conn of open) conn.close();
    await serving;
  }
}

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

Deno.test("ownFetch() sends method, headers and body, and gives status, headers and body", async () => {
  await withTls(SHOWN, async (request, url) => {
    const said = {
      method: request.method,
      path: url.pathname + url.search,
      host: request.headers.get("host"),
      key: request.headers.get("authorization"),
      body: await request.text(),
    };
    return json(said, { status: 201, headers: { "x-more": "one" } });
  }, async (origin) => {
    await withOwn(PINNED, async (own) => {
      for (const method of ["GET", "POST", "PUT"]) {
        const body = method === "GET" ? null : "[1, 2, “3”]";
        const answer = await own(`${origin}/a%20b?c=d&e=%2F`, {
          method,
          headers: { authorization: "Token k" },
          body,
        });
        assertEquals(answer.status, 201);
        assertEquals(answer.headers.get("x-more"), "one");
        assertEquals(await answer.json(), {
          method,
          path: "/a%20b?c=d&e=%2F",
          host: new URL(origin).host,
          key: "Token k",
          body: body ?? "",
        });
      }
    });
  });
});

Deno.test("ownFetch() uses a connection again for what may be asked twice, and for nothing else", async () => {
  const connections = new Set<string>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, ...SHOWN },
    (_, { remoteAddr }) => {
      connections.add(`${remoteAddr.port}`);
      return json([]);
    },
  );
  await withOwn(PINNED, async (own) => {
    const origin = `https://127.0.0.1:${server.addr.port}`;
    for (let turn = 0; turn < 4; turn++) await (await own(origin)).text();
    assertEquals(connections.size, 1);
    for (let turn = 0; turn < 2; turn++) {
      await (await own(origin, { method: "PUT", body: "[]" })).text();
    }
    assertEquals(connections.size, 3);
    await Promise.all([1, 2, 3].map(async () => (await own(origin)).text()));
    assert(connections.size <= 5, `${connections.size}`);
  });
  await server.shutdown();
});

Deno.test("ownFetch() checks every new connection", async () => {
  const serve = (shown: Certificate, port: number) =>
    Deno.serve(
      { hostname: "127.0.0.1", port, onListen: () => {}, ...shown },
      () => {
        answered++;
        return json([], { headers: { connection: "close" } });
      },
    );
  let answered = 0;
  const first = serve(SHOWN, 0);
  const { port } = first.addr;
  await withOwn(PINNED, async (own) => {
    const url = `https://127.0.0.1:${port}/`;
    assertEquals((await get(url, own)).status, 200);
    await first.shutdown();
    const second = serve(selfSigned(), port);
    await assertRejects(
      () => get(url, own, { apiKey: "secret", retries: 3 }),
      ArchiveUnreachableError,
      "its certificate is not the pinned one",
    );
    await second.shutdown();
    assertEquals(answered, 1);
  });
});

Deno.test("ownFetch() unpacks gzip, and refuses what it did not ask for", async () => {
  const text = JSON.stringify(Array.from({ length: 50_000 }, (_, at) => at));
  const packed = await gzip(text);
  await withTls(SHOWN, (request, { pathname }) => {
    assertEquals(request.headers.get("accept-encoding"), "gzip");
    return new Response(packed, {
      headers: {
        "content-type": "application/json",
        "content-encoding": pathname.slice(1),
      },
    });
  }, async (origin) => {
    await withOwn(PINNED, async (own) => {
      const answer = await get(`${origin}/gzip`, own);
      assertEquals(answer.text, text);
      const error = await assertRejects(
        () => get(`${origin}/br`, own),
        ArchiveUnreachableError,
      );
      assertStringIncludes(error.reason, "not asked for (br)");
    });
  });
});

Deno.test("ownFetch() joins the members of gzip, and refuses what is cut or follows them", async () => {
  const [one, other] = [await gzip("[1,"), await gzip("2]")];
  const bodies: Record<string, Uint8Array<ArrayBuffer>> = {
    "/joined": concat(one, other),
    "/padded": concat(one, other, new Uint8Array(20)),
    "/cut": concat(one, other.subarray(0, -4)),
    "/started": concat(one, other.subarray(0, 6)),
    "/more": concat(one, other, "more"),
  };
  await withTls(SHOWN, (_, { pathname }) => {
    return new Response(bodies[pathname], {
      headers: { "content-encoding": "gzip" },
    });
  }, async (origin) => {
    await withOwn(PINNED, async (own) => {
      for (const path of ["/joined", "/padded"]) {
        assertEquals((await get(`${origin}${path}`, own)).text, "[1,2]");
      }
      for (const path of ["/cut", "/started", "/more"]) {
        await assertRejects(
          () => get(`${origin}${path}`, own),
          ArchiveUnreachableError,
        );
      }
    });
  });
});

Deno.test("ownFetch() reads large bodies whole", async () => {
  const piece = new Uint8Array(1 << 16).fill(0x61);
  const pieces = 512;
  await withTls(SHOWN, () => {
    let sent = 0;
    return new Response(
      new ReadableStream({
        pull: (controller) => {
          if (sent++ < pieces) controller.enqueue(piece);
          else controller.close();
        },
      }),
    );
  }, async (origin) => {
    await withOwn(PINNED, async (own) => {
      const { body } = await get(origin, own);
      assertEquals(body.bytes.length, pieces * piece.length);
      assert(body.bytes.every((byte) => byte === 0x61));
    });
  });
});

Deno.test("a body that is cut off is an error, however its length was announced", async () => {
  const packed = await gzip(JSON.stringify([1, 2, 3, "abcdefghijklmnop"]));
  const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
  const cut: [why: string, answer: string | Uint8Array][] = [
    ["with a length", `${head}content-length: 99\r\n\r\n[1]`],
    ["in chunks", `${head}transfer-encoding: chunked\r\n\r\n3\r\n[1]\r\n`],
    ["within a chunk", `${head}transfer-encoding: chunked\r\n\r\n9\r\n[1]`],
    ...[1, 4, 8, 12].map((left): [string, Uint8Array] => {
      const length = packed.length - left;
      const coded = `content-encoding: gzip\r\ncontent-length: ${length}`;
      return [
        "gzip",
        concat(`${head}${coded}\r\n\r\n`, packed.subarray(0, length)),
      ];
    }),
    ["in the headers", "HTTP/1.1 200 OK\r\ncontent-"],
    ["before anything", ""],
  ];
  for (const [why, answer] of cut) {
    await withRawTls(answer, async (origin) => {
      await withOwn(PINNED, async (own) => {
        const error = await assertRejects(
          () => get(origin, own),
          ArchiveUnreachableError,
          undefined,
          why,
        );
        assertMatch(
          error.reason,
          why === "gzip" ? /./ : /^the connection was cut off$/,
          why,
        );
      });
    });
  }
});

function concat(...parts: (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  return new Uint8Array(
    parts.flatMap((part) => [
      ...(typeof part === "string" ? encoder.encode(part) : part),
    ]),
  );
}

Deno.test("silence is a time-out in the handshake, before the answer, and within it", async () => {
  const silent = [
    "",
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n[1",
  ];
  await withOwn(PINNED, async (own) => {
    for (const answer of silent) {
      await withRawTls(answer, async (origin) => {
        await assertRejects(
          () => get(origin, own, { timeout: 0.3 }),
          ArchiveTimeoutError,
        );
      }, false);
    }
    await withSockets((socket) => socket.closed(), async (origin) => {
      await assertRejects(
        () => get(origin.replace("http", "https"), own, { timeout: 0.3 }),
        ArchiveTimeoutError,
      );
    });
  });
});

Deno.test("ownFetch() ends with the reason of the signal, before and within the answer", async () => {
  const answer =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n[1";
  await withOwn(PINNED, async (own) => {
    for (const said of ["", answer]) {
      await withRawTls(said, async (origin) => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(new Error("enough")), 200);
        await assertRejects(
          () => get(origin, own, { signals: [stop.signal] }),
          Error,
          "enough",
        );
      }, false);
    }
  });
});

Deno.test("ownFetch() does not follow redirects, and takes answers without a body", async () => {
  await withTls(
    SHOWN,
    (_, { pathname }) =>
      pathname === "/from"
        ? new Response(null, { status: 302, headers: { location: "/to" } })
        : new Response(null, { status: Number(pathname.slice(1)) }),
    async (
      origin,
    ) => {
      await withOwn(PINNED, async (own) => {
        const redirect = await own(`${origin}/from`);
        assertEquals(redirect.status, 302);
        assertEquals(redirect.headers.get("location"), "/to");
        for (const status of [204, 304]) {
          const { status: got, body } = await own(`${origin}/${status}`);
          assertEquals([got, body], [status, null]);
        }
        await assertRejects(() => get(`${origin}/500`, own), ArchiveHttpError);
      });
    },
  );
});

Deno.test("ownFetch() fails with the words of the platform's fetch", async () => {
  const messages = async (url: string) => {
    const tell = (own: typeof fetch) =>
      get(url, own).then(() => "none", (error: ArchiveError) => error.message);
    return [await withOwn(PINNED, tell), await tell(fetch)];
  };
  const secure = (origin: string) => origin.replace("http:", "https:");
  const [refused, alike] = await messages(secure(nobody()));
  assertEquals(refused, alike);
  const [unknown, same] = await messages("https://archive.invalid/");
  assertEquals(unknown, same);
  await withServer(() => json([]), async (origin) => {
    const [own] = await messages(secure(origin));
    assertMatch(
      own!,
      /cannot be reached: (nothing there speaks TLS|the connection)/,
    );
  });
});

Deno.test("a connection that must be verified is, also with authorities of one's own besides", async () => {
  const shown = issued();
  const cases: [shown: Certificate, dialing: Dialing, words: string][] = [
    [shown, { authorities: [AUTHORITY.cert] }, ""],
    [shown, {}, "is not an authority that is known here"],
    [
      shown,
      { authorities: [SHOWN.cert] },
      "is not an authority that is known here",
    ],
    [
      issued({ names: ["a.example"] }),
      { authorities: [AUTHORITY.cert] },
      "it is for a.example, not for 127.0.0.1",
    ],
    [SHOWN, {}, "it is self-signed"],
  ];
  for (const [shown, dialing, words] of cases) {
    let answered = 0;
    await withTls(shown, () => {
      answered++;
      return json([]);
    }, async (origin) => {
      await withOwn(dialing, async (own) => {
        const said = await get(origin, own).then(
          () => "",
          (error) => error.message,
        );
        assertStringIncludes(said, words);
        assertEquals(answered, words === "" ? 1 : 0, said);
      });
    });
  }
});
