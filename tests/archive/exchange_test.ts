/** One request and its answer, as they pass over the network. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  description,
  makeTest,
  read,
  ROOT,
  send,
  TOKEN,
  withArchive,
} from "../helpers/archive.ts";
import { pause, until } from "../helpers/waiting.ts";
import { RawClient } from "./raw_client.ts";
import { ask, detailOf, GET, POST, SLOW } from "./raw_requests.ts";

Deno.test("a request has exactly one Host, unless it is of HTTP/1.0", async () => {
  const cases: [head: string, status: number][] = [
    [`GET ${ROOT} HTTP/1.1\r\n`, 400],
    [`${GET}host: localhost\r\n`, 400],
    [`GET ${ROOT} HTTP/1.0\r\nHost: localhost\r\nHost: a\r\n`, 400],
    [`GET ${ROOT} HTTP/1.0\r\n`, 200],
  ];
  await withArchive({}, async ({ url }) => {
    for (const [head, expected] of cases) {
      const { status, body } = await ask(url, `${head}\r\n`);
      assertEquals(status, expected, head);
      if (status === 400) {
        assertMatch(detailOf(body), /exactly one header Host/);
      }
    }
  });
});

Deno.test("a client that expects 100-continue gets it, or is refused at once", async () => {
  await withArchive({}, async ({ url }) => {
    const refused = await ask(
      url,
      `${
        POST.replace(TOKEN, "wrong")
      }Expect: 100-continue\r\nContent-Length: 9\r\n\r\n`,
    );
    assertEquals([refused.status, refused.isClosed], [401, true]);
    const client = await RawClient.to(url);
    const body = JSON.stringify(description({}));
    await client.send(
      `${POST}Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    const answered = client.answer();
    await client.send(body);
    assertEquals((await answered).status, 201);
    client.close();
  });
});

Deno.test("a refusal reaches a client that is still sending its body", async () => {
  await withArchive({}, async ({ url }) => {
    for (const key of ["wrong", TOKEN]) {
      const response = await fetch(url + ROOT, {
        method: "POST",
        headers: {
          "authorization": `Token ${key}`,
          "content-type": "application/json",
        },
        body: new Blob(["x".repeat(8_000_000)]).stream(),
      });
      assertEquals(response.status, key === TOKEN ? 413 : 401);
      await response.text();
    }
  });
});

Deno.test("a client that does not read its answers is disconnected, and its answers are freed", async () => {
  const limits = { ...SLOW.limits, unsent: 10_000_000 };
  await withArchive({ limits }, async ({ url }) => {
    const key = await makeTest(url, description({ "failures": [] }));
    const path = `${ROOT}${key}/failures/base`;
    await send("POST", url + path, { ts: 1, val: "x".repeat(9_000_000) });
    const get = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const deaf = await RawClient.to(url);
    await deaf.send(get);
    let meanwhile = await ask(url, get);
    await until(async () => {
      meanwhile = await ask(url, get);
      return meanwhile.status === 503;
    }, "no more answers while one is not read");
    assertMatch(meanwhile.head, /^retry-after: \d/im);
    await until(async () => {
      await pause(500);
      return (await ask(url, get)).status === 200;
    }, "answers again, once that one is let go");
    const [{ val }] = await read(url + path);
    assertEquals(val.length, 9_000_000);
    deaf.close();
  });
});

Deno.test("requests that are cut off hold no memory and no connection", async () => {
  await withArchive({ limits: { bodies: 1_000_000 } }, async ({ url }) => {
    for (let turn = 0; turn < 30; turn++) {
      const client = await RawClient.to(url);
      await client.send(
        `${POST}Content-Length: 900000\r\n\r\n{"a":"${"x".repeat(200_000)}`,
      );
      client.close();
    }
    const body = description({}, { note: "after" });
    await until(
      async () => (await send("POST", url + ROOT, body)).status === 201,
      "room for another body",
    );
  });
});

Deno.test("pages of the allowed origin can read, and cannot write", async () => {
  const allowOrigin = "https://graphs.example.net";
  await withArchive({ allowOrigin }, async ({ url }) => {
    const allowed = async (method: string, headers = {}) => {
      const response = await fetch(url + ROOT, { method, headers });
      await response.body?.cancel();
      return response.headers.get("access-control-allow-origin");
    };
    assertEquals(await allowed("GET"), allowOrigin);
    assertEquals(await allowed("HEAD"), allowOrigin);
    const preflight = { "access-control-request-method": "POST" };
    assertEquals(await allowed("OPTIONS", preflight), null);
    assertEquals(await allowed("POST"), null);
  });
  await withArchive({}, async ({ url }) => {
    const response = await fetch(url + ROOT);
    await response.body?.cancel();
    assertEquals(response.headers.get("access-control-allow-origin"), null);
  });
});

Deno.test("an archive on a loopback address answers to the names that it was given", async () => {
  const statusFor = async (url: string, host: string) => {
    const client = await RawClient.to(url);
    await client.send(`GET ${ROOT} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const { status } = await client.answer();
    client.close();
    return status;
  };
  const serverNames = ["MA.example.net"];
  await withArchive({ serverNames }, async ({ url }) => {
    assertEquals(await statusFor(url, "ma.example.net:443"), 200);
    assertEquals(await statusFor(url, "localhost"), 200);
    assertEquals(await statusFor(url, "other.example.net"), 421);
  });
});

Deno.test("an archive on loopback answers to no other name, so that no web page gives it one", async () => {
  const log: string[] = [];
  await withArchive({ log: (line) => log.push(line) }, async ({ url }) => {
    const { port } = new URL(url);
    for (
      const [host, expected] of [
        ["localhost", 200],
        [`localhost:${port}`, 200],
        ["127.0.0.1", 200],
        ["[::1]:80", 200],
        ["archive.localhost", 200],
        ["evil.example", 421],
        ["127.0.0.1.evil.example", 421],
        ["192.0.2.1", 421],
        ["a b", 400],
        ["user@localhost", 400],
        ["localhost/x", 400],
        ["localhost:99999", 400],
        ["", 400],
      ] as const
    ) {
      const client = await RawClient.to(url);
      await client.send(`GET ${ROOT} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      const { status, head } = await client.answer();
      client.close();
      assertEquals(status, expected, host);
      assert(!/^access-control/im.test(head));
    }
    assertEquals(log, []);
  });
});
