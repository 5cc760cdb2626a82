/**
 * Clients that mean harm, or do it: what they send is data and nothing else,
 * and what they are told is what they need to know.
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { startArchive } from "../../archive/server.ts";
import { withDirectory } from "../helpers/directory.ts";
import { heldBy, startChild } from "./child.ts";
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

const ODD = [
  "' OR '1'='1",
  '" OR 1=1 --',
  "1; DROP TABLE test; --",
  "%",
  "_%",
  "a\0b",
  "../../etc/passwd",
  "__proto__",
  "constructor",
  "\ud800",
  "9223372036854775808",
];

Deno.test("text that looks like SQL, a path or a wildcard is compared literally", async () => {
  await withArchive({}, async ({ url }) => {
    await makeTest(url, description({ "failures": [] }));
    const names = [
      ...["tool-name", "input-source", "metadata-key", "event-type", "note"],
      ...["summary-type", ...ODD],
    ];
    for (const name of names) {
      for (const value of ODD) {
        const query = new URLSearchParams({ [name]: value });
        assertEquals(await read(`${url}${ROOT}?${query}`), [], `${query}`);
      }
    }
    for (const value of ODD) {
      const part = encodeURIComponent(value.toWellFormed());
      for (const path of [`${part}/`, `${part}/${part}/base`]) {
        const response = await fetch(url + ROOT + path);
        assert([200, 400, 404].includes(response.status), path);
        assert(!/root:|SQL/.test(await response.text()), path);
      }
    }
    assertEquals((await read(url + ROOT)).length, 1);
  });
});

Deno.test("odd names and values of parameters are kept as they are and found again, or refused", async () => {
  await withArchive({}, async ({ url }) => {
    for (const value of ODD) {
      const isText = value.isWellFormed() && !value.includes("\0");
      const body = JSON.stringify(description({}, {})).replace(
        "{",
        `{${JSON.stringify(value)}:${JSON.stringify(value)},`,
      );
      const response = await fetch(url + ROOT, {
        method: "POST",
        headers: {
          "authorization": `Token ${TOKEN}`,
          "content-type": "application/json",
        },
        body,
      });
      assertEquals(response.status, isText ? 201 : 400, value);
      const key = JSON.parse(await response.text())["metadata-key"];
      if (!isText) continue;
      const query = new URLSearchParams({ [value]: value });
      const found = await read(`${url}${ROOT}?${query}`);
      assertEquals(found.length, 1, value);
      assertEquals(found[0]["metadata-key"], key);
      const shown = value.replaceAll("_", "-");
      assertEquals(
        Object.getOwnPropertyDescriptor(found[0], shown)?.value,
        value,
      );
    }
  });
});

Deno.test("numbers beyond all bounds are refused or taken for the bound", async () => {
  await withArchive({}, async ({ url }) => {
    const key = await makeTest(url, description({ "throughput": [] }));
    await send("POST", `${url}${ROOT}${key}/throughput/base`, {
      ts: 1,
      val: 1,
    });
    const data = `${url}${ROOT}${key}/throughput/base?time-start=0`;
    const huge = "9".repeat(400);
    for (const number of ["9223372036854775807", "9223372036854775808", huge]) {
      for (const address of [data, `${url}${ROOT}?a=`]) {
        const limited = await fetch(`${address}&limit=${number}`);
        assertEquals(limited.status, 200, await limited.text());
        const moved = await read(`${address}&offset=${number}&limit=1`);
        assertEquals(moved, []);
      }
      for (const name of ["time", "time-end", "time-range", "summary-window"]) {
        const response = await fetch(`${url}${ROOT}?${name}=${number}`);
        const text = await response.text();
        assert(text.length < 2000 && !/ at |SQL/.test(text), text);
      }
    }
  });
});

Deno.test("a redirect stays on the archive, also for addresses with leading slashes", async () => {
  await withArchive({}, async ({ url }) => {
    for (
      const path of ["//evil.example", "/\\evil.example", "///evil.example"]
    ) {
      const client = await RawClient.to(url);
      await client.send(
        `GET ${path}/perfsonar/archive HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      );
      const { status, head } = await client.answer();
      client.close();
      assertEquals(status, 301, path);
      assertMatch(head, /^location: \/[^/\\]/im);
    }
  });
});

Deno.test("only the whole key lets write", async () => {
  await withArchive({}, async ({ url }) => {
    for (
      const key of [
        ...["", TOKEN.slice(0, -1), `${TOKEN}0`, TOKEN.toUpperCase()],
        ...[`${TOKEN} ${TOKEN}`, `${TOKEN},x`, "undefined", "null"],
      ]
    ) {
      const response = await fetch(url + ROOT, {
        method: "POST",
        headers: {
          "authorization": `Token ${key}`,
          "content-type": "application/json",
        },
        body: JSON.stringify(description({})),
      });
      assertEquals(response.status, 401, key);
      await response.body?.cancel();
    }
    assertEquals(await read(url + ROOT), []);
  });
});

Deno.test("with openWrites everybody may write, on loopback and nowhere else", async () => {
  await withArchive({ tokens: [], openWrites: true }, async ({ url }) => {
    for (const headers of [{}, { "authorization": "Token whatever" }]) {
      const response = await fetch(url + ROOT, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(description({}, headers)),
      });
      assertEquals(response.status, 201);
      await response.body?.cancel();
    }
  });
  for (const host of ["0.0.0.0", "::", "192.0.2.1", ""]) {
    await assertRejects(
      () => startArchive({ host, openWrites: true }),
      RangeError,
    );
  }
});

Deno.test("a failure is one line in the log and a sentence in the answer", async () => {
  const log: string[] = [];
  const resolve = () =>
    Promise.resolve({
      flatMap() {
        throw new Error("one\n\x1b[2Jtwo\u202e");
      },
    } as unknown as string[]);
  const options = { resolve, log: (line: string) => log.push(line) };
  await withArchive(options, async ({ url }) => {
    const response = await fetch(`${url}${ROOT}?source=name`);
    assertEquals(response.status, 500);
    const text = await response.text();
    assert(!/two| at |file:/.test(text), text);
    assertEquals(log, [
      `Error: one\\u{a}\\u{1b}[2Jtwo\\u{202e} (GET ${ROOT}?source=name)`,
    ]);
  });
});

Deno.test("a request that overflows the stack is 400, and is not logged as a failure", async () => {
  const log: string[] = [];
  let isDeep = false;
  const now = () => {
    if (isDeep) {
      isDeep = false; // what follows is not as deep
      throw new RangeError("Maximum call stack size exceeded");
    }
    return 0;
  };
  const options = { now, log: (line: string) => log.push(line) };
  await withArchive(options, async ({ url }) => {
    isDeep = true;
    const response = await fetch(url + ROOT);
    const { detail } = await response.json();
    assertEquals(
      [response.status, detail, log],
      [400, "The request is too long or nested too deeply.", []],
    );
  });
});

Deno.test("a name that is not resolved in time counts as unknown", async () => {
  const resolve = () => new Promise<string[]>(() => {});
  const limits = { lookupMs: 100 };
  await withArchive({ resolve, limits }, async ({ url }) => {
    const answer = await read(`${url}${ROOT}?source=name`);
    assertEquals(answer.detail, "Unable to find address for host name");
  });
});

Deno.test("a write waits for a locked file, a read does not, and no client is told the path", async () => {
  await withDirectory(async (directory) => {
    const db = `${directory}/archive.db`;
    const log: string[] = [];
    const options = {
      db,
      limits: { busyMs: 1500 },
      log: (line: string) => log.push(line),
    };
    await withArchive(options, async ({ url }) => {
      const key = await makeTest(url, description({ "failures": [] }));
      const write = (ts: number) =>
        send("POST", `${url}${ROOT}${key}/failures/base`, { ts, val: 1 });
      const other = new DatabaseSync(db);
      other.exec("BEGIN IMMEDIATE");
      const waiting = Promise.all([write(1), write(2)]);
      let isOver = false;
      waiting.then(() => isOver = true);
      assertEquals((await read(`${url}${ROOT}`)).length, 1);
      assertEquals(isOver, false);
      for (const { status, text } of await waiting) {
        assertEquals(status, 503);
        assertMatch(JSON.parse(text).detail, /locked by another program/);
        assert(!text.includes(directory), text);
      }
      assert(log.every((line) => line.includes(db)), log.join());
      const patient = write(3);
      await new Promise((resolve) => setTimeout(resolve, 200));
      other.exec("ROLLBACK");
      assertEquals((await patient).status, 201);
      other.close();
      const points = await read(`${url}${ROOT}${key}/failures/base`);
      assertEquals(points, [{ ts: 3, val: 1 }]);
    });
  });
});

Deno.test("of writers of the same point one succeeds, and no other point is lost or duplicated", async () => {
  await withArchive({}, async ({ url }) => {
    const clients = 20;
    const about = description({ "throughput": [["aggregation", 1000]] });
    const keys = await Promise.all(
      Array.from({ length: clients }, () => makeTest(url, about)),
    );
    assertEquals(new Set(keys).size, 1);
    const path = `${url}${ROOT}${keys[0]}`;
    const statuses: number[] = [];
    await Promise.all(keys.map(async (_, client) => {
      for (let ts = 0; ts < 20; ts++) {
        const { status } = await send("POST", `${path}/throughput/base`, {
          ts,
          val: 1,
        });
        statuses.push(status);
        await send("POST", `${path}/throughput/base`, {
          ts: 100 + client * 20 + ts,
          val: 1,
        });
      }
    }));
    assertEquals(statuses.filter((status) => status === 201).length, 20);
    assertEquals(statuses.filter((status) => status === 409).length, 19 * 20);
    const points = await read(`${path}/throughput/base?time-start=0`);
    assertEquals(
      points.map(({ ts }: { ts: number }) => ts),
      [...Array(20).keys(), ...Array(400).keys().map((ts) => ts + 100)],
    );
    const sums = await read(
      `${path}/throughput/aggregations/1000?time-start=0`,
    );
    assertEquals(sums, [{ ts: 0, val: 420 }]);
  });
});

Deno.test("answers that have been sent are freed", async () => {
  await withDirectory(async (directory) => {
    const child = await startChild(`${directory}/archive.db`);
    try {
      const key = await makeTest(child.url, description({ "failures": [] }));
      const path = `${child.url}${ROOT}${key}/failures/base`;
      await send("POST", path, { ts: 1, val: "x".repeat(1_000_000) });
      const readAll = async (times: number) => {
        for (let time = 0; time < times; time++) await read(path);
      };
      await readAll(100);
      const before = await heldBy(child.pid);
      await readAll(300);
      const after = await heldBy(child.pid);
      assert(
        !(after.memory > before.memory + 150),
        `${before.memory} MB, then ${after.memory} MB`,
      );
    } finally {
      await child.kill();
    }
  });
});
