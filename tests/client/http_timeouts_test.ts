import "../helpers/impatient.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { ArchiveTimeoutError } from "../../client/errors.ts";
import { request } from "../../client/http.ts";
import { pause } from "../helpers/waiting.ts";
import { json, withServer } from "../servers/serve.ts";
import { get } from "./asking.ts";
import { withSockets } from "./sockets.ts";

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

Deno.test("request() gives up, and ends when it is told to, even if its fetch does not", async () => {
  const never = new Promise<never>(() => {});
  const deaf = [
    () => never,
    () =>
      Promise.resolve(new Response(new ReadableStream({ pull: () => never }))),
  ];
  for (const fetch of deaf) {
    await assertRejects(
      () => get("http://127.0.0.1:9", { timeout: 0.1, fetch }),
      ArchiveTimeoutError,
    );
    const stop = new AbortController();
    const asked = get("http://127.0.0.1:9", { signals: [stop.signal], fetch });
    stop.abort(new RangeError("enough"));
    await assertRejects(() => asked, RangeError, "enough");
  }
});

Deno.test("request() gives up when nothing follows a redirect", async () => {
  await withSockets(async (socket) => {
    const text = await socket.request();
    if (text.startsWith("GET / ")) {
      await socket.send(
        "HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
      );
    } else await socket.closed();
  }, async (origin) => {
    const error = await assertRejects(
      () => get(origin, { timeout: 1 }),
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
      await pause(300);
      await socket.send(byte);
    }
  }, async (origin) => {
    const answer = await get(origin, { timeout: 3 });
    assertEquals(answer.text, "[1,2,3,4,5 ]");
  });
});

Deno.test("request() takes headers for a sign of life: from them on the clock runs anew", async () => {
  await withSockets(async (socket) => {
    await socket.request();
    await pause(2000);
    await socket.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n");
    await pause(2000);
    await socket.send("[]");
  }, async (origin) => {
    const answer = await get(origin, { timeout: 3.5 });
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
