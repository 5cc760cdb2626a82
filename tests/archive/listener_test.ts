/** Connections: how many, for how long, and what is refused unparsed. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { jsonAnswer } from "../../archive/answers.ts";
import { LIMITS } from "../../archive/limits.ts";
import { listen, type ListenerOptions } from "../../archive/listener.ts";
import { ROOT, withArchive } from "../helpers/archive.ts";
import { pause, until } from "../helpers/waiting.ts";
import { RawClient } from "./raw_client.ts";
import { ask, detailOf, GET, POST, SLOW } from "./raw_requests.ts";

const OPTIONS: ListenerOptions = {
  host: "127.0.0.1",
  port: 0,
  names: [],
  allowOrigin: undefined,
  limits: LIMITS,
  answer: () => Promise.resolve(jsonAnswer("[]")),
  onAnswer: () => {},
};

Deno.test("listen() says that a port is taken, or that there is no address", async () => {
  const { port, close, finished } = await listen(OPTIONS);
  await assertRejects(
    () => listen({ ...OPTIONS, port }),
    Deno.errors.AddrInUse,
  );
  await assertRejects(
    () => listen({ ...OPTIONS, host: "" }),
    Deno.errors.AddrNotAvailable,
  );
  close();
  await finished;
});

Deno.test("close() closes idle connections, and waits for the request under way", async () => {
  let arrived = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const listener = await listen({
    ...OPTIONS,
    answer: async ({ url }) => {
      arrived++;
      if (url.pathname !== "/fast") await promise;
      return jsonAnswer("[]");
    },
  });
  const url = `http://127.0.0.1:${listener.port}`;
  const [idle, busy] = [await RawClient.to(url), await RawClient.to(url)];
  await idle.send("GET /fast HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assertEquals((await idle.answer()).status, 200);
  await busy.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await until(() => arrived === 2, "the second request");
  listener.close();
  await idle.closed();
  resolve();
  assertEquals((await busy.answer()).status, 200);
  await busy.closed();
  await listener.finished;
  idle.close();
  busy.close();
});

Deno.test("a request that does not arrive in time is 408 and the connection is closed", async () => {
  await withArchive(SLOW, async ({ url }) => {
    const halves = [
      "",
      "GET /es",
      GET,
      `${POST}Content-Length: 100\r\n\r\n{`,
    ];
    await Promise.all(halves.map(async (half) => {
      const client = await RawClient.to(url);
      await client.send(half);
      const { status, body } = await client.answer();
      assertEquals(status, 408, half);
      assertMatch(detailOf(body), /in time/);
      await client.closed();
      client.close();
    }));
  });
});

Deno.test("a body that trickles in is 408 in the end", async () => {
  await withArchive(SLOW, async ({ url }) => {
    const client = await RawClient.to(url);
    await client.send(`${POST}Content-Length: 1000\r\n\r\n`);
    const begun = performance.now();
    const drip = setInterval(() => void client.send(" "), 100);
    try {
      assertEquals((await client.answer()).status, 408);
      assert(performance.now() - begun > SLOW.limits.idleMs);
    } finally {
      clearInterval(drip);
      client.close();
    }
  });
});

Deno.test("a connection without traffic is closed", async () => {
  await withArchive(SLOW, async ({ url }) => {
    const client = await RawClient.to(url);
    await client.send(`${GET}\r\n`);
    assertEquals((await client.answer()).status, 200);
    await client.closed();
    client.close();
  });
});

Deno.test("connections are limited, and idle ones make room", async () => {
  const limits = { connections: 5 };
  await withArchive({ limits }, async ({ url }) => {
    const connect = async (text: string) => {
      const clients = [];
      for (let number = 0; number < 5; number++) {
        const client = await RawClient.to(url);
        await client.send(text);
        clients.push(client);
      }
      await pause(200); // what was sent is read before what comes next
      return clients;
    };
    const idle = await connect(GET);
    assertEquals((await ask(url, `${GET}\r\n`)).status, 200);
    await idle[0]!.closed();
    const busy = await connect(`${POST}Content-Length: 9\r\n\r\n`);
    assertEquals((await ask(url, `${GET}\r\n`)).status, undefined);
    [...idle, ...busy].forEach((client) => client.close());
    await until(
      async () => (await ask(url, `${GET}\r\n`)).status === 200,
      "room again",
    );
  });
});

Deno.test("pipelined requests are answered in order, up to a limit", async () => {
  await withArchive({ limits: { pipelined: 20 } }, async ({ url }) => {
    const client = await RawClient.to(url);
    const one = `GET ${ROOT}?limit=1 HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const other = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";
    await client.send((one + other).repeat(5));
    const statuses = [];
    for (let turn = 0; turn < 10; turn++) {
      statuses.push((await client.answer()).status);
    }
    assertEquals(statuses, Array(5).fill([200, 404]).flat());
    await client.send(one.repeat(5000));
    await client.closed();
    client.close();
    assertEquals((await ask(url, one)).status, 200);
  });
});
