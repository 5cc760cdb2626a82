/**
 * Requests that are too large, too slow or too many are refused with a line,
 * and hold up nobody else.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { LIMITS } from "../../archive/limits.ts";
import {
  description,
  makeTest,
  read,
  ROOT,
  send,
  TOKEN,
  withArchive,
} from "../helpers/archive.ts";
import { RawClient } from "./raw_client.ts";
import { pause, until } from "../helpers/waiting.ts";
import { IS_LONG } from "../helpers/long.ts";

/** Sends a text on a connection of its own; the answer. */
async function ask(url: string, text: string) {
  const client = await RawClient.to(url);
  try {
    await client.send(text);
    return await client.answer();
  } finally {
    client.close();
  }
}

const GET = `GET ${ROOT} HTTP/1.1\r\nHost: localhost\r\n`;

const POST = `POST ${ROOT} HTTP/1.1\r\nHost: localhost\r\n` +
  `Authorization: Token ${TOKEN}\r\nContent-Type: application/json\r\n`;

/** The reason in a refusal, which is one line of JSON. */
function detailOf(body: string): string {
  assert(!body.includes("\n"), body);
  return JSON.parse(body).detail;
}

Deno.test("requests beyond a limit are refused with a status and a line of their own", async () => {
  const cases: [text: string, status: number, detail: RegExp][] = [
    [`${GET}X: ${"x".repeat(40_000)}\r\n\r\n`, 431, /32768 bytes/],
    [`${GET}${"X: 1\r\n".repeat(101)}\r\n`, 431, /100 headers/],
    [
      `GET ${ROOT}?a=${"x".repeat(9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      414,
      /8192 characters/,
    ],
    [
      `GET ${ROOT}?${"a=1&".repeat(101)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      400,
      /100 parameters/,
    ],
    [`${POST}Content-Length: 2000000\r\n\r\n`, 413, /1048576 bytes/],
    [
      `${POST}Transfer-Encoding: chunked\r\n\r\n200000\r\n${
        " ".repeat(0x200000)
      }\r\n0\r\n\r\n`,
      413,
      /1048576 bytes/,
    ],
    [
      `${POST}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`,
      415,
      /compressed/,
    ],
    [`${POST}Expect: tea\r\nContent-Length: 2\r\n\r\n{}`, 417, /100-continue/],
    [
      `${POST}Content-Length: 140\r\n\r\n${"[".repeat(70)}${"]".repeat(70)}`,
      400,
      /64 levels/,
    ],
    [
      `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`,
      400,
      /not an HTTP request/,
    ],
    [`CONNECT a:80 HTTP/1.1\r\nHost: localhost\r\n\r\n`, 405, /CONNECT/],
    [`FOO ${ROOT} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 405, /"FOO"/],
    [`${GET}Accept:\r\n\r\n`, 406, /Accept/],
    [`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`, 400, /not an HTTP request/],
  ];
  await withArchive({}, async ({ url }) => {
    for (const [text, expected, pattern] of cases) {
      const { status, body } = await ask(url, text);
      assertEquals(status, expected, `${text.slice(0, 200)} ${body}`);
      assertMatch(detailOf(body), pattern);
    }
    assertEquals(await read(url + ROOT), []);
    const long = await ask(url, `${GET}X: ${"x".repeat(30_000)}\r\n\r\n`);
    assertEquals(long.status, 200);
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

Deno.test("a request has no more values than the limit, and a test no more fields and roll-ups", async () => {
  await withArchive({ limits: { points: 3 } }, async ({ url }) => {
    const key = await makeTest(url, description({ "failures": [] }));
    const put = (number: number) =>
      send("PUT", `${url}${ROOT}${key}/`, {
        data: Array.from({ length: number }, (_, ts) => ({
          ts,
          val: [{ "event-type": "failures", "val": 1 }],
        })),
      });
    const refused = await put(4);
    assertEquals(refused.status, 413);
    assertMatch(detailOf(refused.text), /3 values/);
    assertEquals(await read(`${url}${ROOT}${key}/failures/base`), []);
    assertEquals((await put(3)).status, 201);

    const windows = Array.from({ length: 101 }, (_, window) => window + 1);
    const many = await send(
      "POST",
      url + ROOT,
      description({
        "throughput": windows.map((window) => ["aggregation", window]),
      }),
    );
    assertEquals(many.status, 400);
    assertMatch(detailOf(many.text), /100 summaries/);
    const wide = await send(
      "POST",
      url + ROOT,
      description(
        {},
        Object.fromEntries(
          Array.from({ length: 1000 }, (_, index) => [`a${index}`, 1]),
        ),
      ),
    );
    assertEquals(wide.status, 400);
    assertMatch(detailOf(wide.text), /1000 fields/);
  });
});

Deno.test("an integer of very many digits is refused at once", async () => {
  await withArchive({}, async ({ url }) => {
    const key = await makeTest(
      url,
      description({ "throughput": [], "histogram-rtt": [] }),
    );
    const digits = "9".repeat(4_000_000);
    // Making numbers of them would take minutes.
    const begun = performance.now();
    for (
      const [eventType, body] of [
        ["throughput", `{"ts":1,"val":${digits}}`],
        ["throughput", `{"ts":1,"val":"${digits}"}`],
        ["throughput", `{"ts":${digits},"val":1}`],
        ["histogram-rtt", `{"ts":1,"val":{"1":${digits}}}`],
      ]
    ) {
      const response = await fetch(`${url}${ROOT}${key}/${eventType}/base`, {
        method: "POST",
        headers: {
          "authorization": `Token ${TOKEN}`,
          "content-type": "application/json",
        },
        body: body!,
      });
      assertEquals(response.status, 400, body!.slice(0, 30));
      assert((await response.text()).length < 2000);
    }
    assert(performance.now() - begun < 60_000);
  });
});

Deno.test("an answer that would be too long is refused, and smaller pages are not", async () => {
  await withArchive({ limits: { answer: 20_000 } }, async ({ url }) => {
    const key = await makeTest(url, description({ "failures": [] }));
    for (let ts = 0; ts < 10; ts++) {
      const point = { ts, val: "x".repeat(3000) };
      await send("POST", `${url}${ROOT}${key}/failures/base`, point);
    }
    for (const query of ["", "?limit=1000000", "?limit=10"]) {
      const response = await fetch(
        `${url}${ROOT}${key}/failures/base${query}`,
      );
      assertEquals(response.status, 400);
      assertMatch(detailOf(await response.text()), /ask for fewer .* limit/);
    }
    const page = await read(`${url}${ROOT}${key}/failures/base?limit=5`);
    assertEquals(page.length, 5);
  });
});

Deno.test("a value of 14 MB is stored as it is, and a nest of 14 MB is refused", async () => {
  await withArchive({}, async ({ url }) => {
    const key = await makeTest(url, description({ "failures": [] }));
    const put = async (value: string) => {
      const response = await fetch(`${url}${ROOT}${key}/`, {
        method: "PUT",
        headers: {
          "authorization": `Token ${TOKEN}`,
          "content-type": "application/json",
        },
        body:
          `{"data":[{"ts":1,"val":[{"event-type":"failures","val":${value}}]}]}`,
      });
      return [response.status, await response.text()];
    };
    const [status, detail] = await put("[".repeat(14_000_000));
    assertEquals(status, 400, String(detail).slice(0, 200));
    const error = "\n".repeat(7_000_000);
    const [stored] = await put(JSON.stringify({ error }));
    assertEquals(stored, 201);
    const [point] = await read(`${url}${ROOT}${key}/failures/base`);
    assertEquals(point.val.error === error, true);
  });
});

Deno.test("a page of very many points is answered", async () => {
  await withArchive({}, async ({ url }) => {
    const key = await makeTest(url, description({ "throughput": [] }));
    const count = IS_LONG ? 150_000 : 50_000;
    for (let from = 0; from < count; from += 50_000) {
      const { status } = await send("PUT", `${url}${ROOT}${key}/`, {
        data: Array.from({ length: 50_000 }, (_, index) => ({
          ts: from + index,
          val: [{ "event-type": "throughput", "val": 1 }],
        })),
      });
      assertEquals(status, 201);
    }
    const all = await read(
      `${url}${ROOT}${key}/throughput/base?limit=1000000`,
    );
    assertEquals(all.length, count);
  });
});

const SLOW = {
  limits: {
    headersMs: 1000, // well before the idle limit
    requestMs: 2500,
    idleMs: 1800,
    keepAliveMs: 500,
  },
};

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

Deno.test("the documentation names every bound", async () => {
  const text = await Deno.readTextFile(
    new URL("../../docs/archive.md", import.meta.url),
  );
  const table = text.slice(
    text.indexOf("## Limits"),
    text.indexOf("## The file"),
  );
  for (const value of Object.values(LIMITS)) {
    const shown = [
      value.toLocaleString("en"),
      `${value / 1024} KiB`,
      `${value / 1024 / 1024} MiB`,
      `${value / 1000} s`,
    ];
    assert(shown.some((one) => table.includes(` ${one}`)), shown.join());
  }
});
