import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  ArchiveHttpError,
  ArchiveUnreachableError,
  FilterError,
} from "../../client/errors.ts";
import "../helpers/impatient.ts";
import { Gate } from "../../client/gate.ts";
import { DEFAULT_POLICY } from "../../client/retry.ts";
import { Event, pause } from "../helpers/waiting.ts";
import { json, withServer } from "../servers/serve.ts";
import { get } from "./asking.ts";
import { nobody } from "./sockets.ts";

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
    await begun.happened("the first request");
    await refused.happened("the refusal");
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
  const { baseDelay } = DEFAULT_POLICY;
  DEFAULT_POLICY.baseDelay = 300;
  const waited = await arrivals(503, {}, 0)
    .finally(() => DEFAULT_POLICY.baseDelay = baseDelay);
  assert(Math.min(...waited) >= 290, `${waited}`);
});

Deno.test("request() holds back nothing for an error other than a refusal", async () => {
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
      () => get(`${origin}/never`, { ...options, signals: [stop.signal] }),
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
    let second: Promise<unknown> | undefined;
    await get(`${origin}/first`, {
      gate,
      retries: 1,
      log: () => second = get(`${origin}/second`, { gate }),
    });
    await second;
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

Deno.test("request() tells the gate of everything that comes", async () => {
  class Listening extends Gate {
    heard = 0;

    override hear(): void {
      this.heard++;
    }
  }
  const gate = new Listening(1);
  const heard: number[] = [];
  const answer = new ReadableStream<Uint8Array>({
    async start(stream) {
      for (const piece of ["[1", ",2", "]"]) {
        stream.enqueue(new TextEncoder().encode(piece));
        await new Promise((resolve) => setTimeout(resolve, 5));
        heard.push(gate.heard);
      }
      stream.close();
    },
  });
  const headers = { "content-type": "application/json" };
  await withServer(
    () => new Response(answer, { headers }),
    async (origin) => {
      await get(`${origin}/`, { gate });
    },
  );
  assert(gate.heard > 2, `${heard}`);
});
