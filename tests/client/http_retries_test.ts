import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  ArchiveHttpError,
  ArchiveUnreachableError,
} from "../../client/errors.ts";
import "../helpers/impatient.ts";
import { request } from "../../client/http.ts";
import { json, withServer } from "../servers/serve.ts";
import { get } from "./asking.ts";
import { nobody, withSockets } from "./sockets.ts";
import { withUpgrade } from "./tls.ts";

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
      assertMatch(told[0]!, /^trying again in \d+\.\d s \(1 of 3\): /);
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
          signals: [stop.signal],
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
        signals: [stop.signal],
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
        "the connection was cut off",
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
      assertEquals(error.reason, "the connection was cut off", word);
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
  for (const method of ["POST", "PUT"] as const) {
    let asked = 0;
    await withServer(() => {
      asked++;
      return new Response("", { status: 503 });
    }, async (origin) => {
      const error = await assertRejects(
        () =>
          request(
            { url: new URL(origin), method, body: "{}" },
            { timeout: 60, retries: 3 },
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
            { timeout: 60, retries: 3 },
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
          { timeout: 60 },
        ),
      ArchiveUnreachableError,
    );
    return error.mayHaveArrived;
  };
  assertEquals(await failing(nobody()), false);
  assertEquals(await failing("http://archive.invalid/"), false);
  await withUpgrade(async (origin) => {
    const root = `${origin}/esmond/perfsonar/archive/`;
    assertEquals(await failing(root), false);
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
