/**
 * Requests and answers that are too large are refused with a line,
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
import { ask, detailOf, GET, POST } from "./raw_requests.ts";
import { IS_LONG } from "../helpers/long.ts";

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
