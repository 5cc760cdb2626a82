import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  ArchiveError,
  ArchiveSizeError,
  EsmondError,
  FilterError,
} from "../../client/errors.ts";
import "../helpers/impatient.ts";
import { request } from "../../client/http.ts";
import { Event } from "../helpers/waiting.ts";
import { json, withServer } from "../servers/serve.ts";
import { get, listFor, withType } from "./asking.ts";
import { nobody, withSockets } from "./sockets.ts";
import { runProcess } from "../helpers/process.ts";

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
        { timeout: 60, apiKey: "abc" },
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
      () => get(origin, { signals: [stop.signal], retries: 3 }),
      RangeError,
    );
    assertStrictEquals(error, reason);
    await ended.happened("the connection ends");
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
      () => get(origin, { signals: [stop.signal], retries: 3 }),
      RangeError,
      "enough",
    );
    await ended.happened("the connection ends");
  });
});

Deno.test("request() sends nothing when the signal has fired already", async () => {
  let asked = 0;
  await withServer(() => {
    asked++;
    return json([]);
  }, async (origin) => {
    const signal = AbortSignal.abort(new RangeError("enough"));
    await assertRejects(
      () => get(origin, { signals: [signal] }),
      RangeError,
      "enough",
    );
  });
  assertEquals(asked, 0);
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

Deno.test("request() reads no more than 128 MiB of an answer, or what it is told, and does not ask again", async () => {
  const room = new Uint8Array(1 << 20).fill(32);
  const sizes: [mebibytes: number, most?: number][] = [[3, 3], [4, 3], [129]];
  for (const [mebibytes, most] of sizes) {
    const limit = (most ?? 128) << 20;
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
      const options = { timeout: 60, retries: 3 };
      const asking = request(
        what,
        most === undefined ? options : { ...options, maxResponse: limit },
      );
      if (mebibytes === most) {
        assertEquals((await asking).text.length, limit);
        return;
      }
      const error = await assertRejects(() => asking, ArchiveSizeError);
      assertEquals([error.limit, error.received], [limit, 3]);
      assertStringIncludes(error.message, `larger than ${most ?? 128} MiB`);
    });
    assertEquals(asked, 1);
  }
});

Deno.test("request() writes nothing to stdout or stderr", async () => {
  const http = new URL("./asking.ts", import.meta.url).href;
  await withServer((_, url) => {
    switch (url.pathname) {
      case "/500":
        return new Response("<p>no</p>", { status: 500 });
      case "/html":
        return new Response("<html>", { headers: withType("text/html") });
      case "/away":
        return Response.redirect("https://elsewhere.example/", 302);
      default:
        return json([]);
    }
  }, async (origin) => {
    const script = `
      import { requestList } from "${http}";
      const options = { timeout: 60, retries: 1, log: () => {} };
      let failed = 0;
      for (const at of ["${origin}/500", "${origin}/html", "${origin}/away", "${nobody()}/", "${origin}/"]) {
        await requestList({ url: new URL(at) }, options).catch(() => failed++);
      }
      Deno.exit(failed);
    `;
    const { exit, stdout, stderr } = await runProcess([
      ...[Deno.execPath(), "eval", "--quiet", script],
    ]);
    assertEquals([exit, stdout, stderr], [4, "", ""]);
  });
});
