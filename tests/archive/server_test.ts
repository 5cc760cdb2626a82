/** The running archive: its options, its limits, several users at a time. */

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../archive/limits.ts";
import { ArchiveStoreError, startArchive } from "../../archive/server.ts";
import { withDirectory } from "../helpers/directory.ts";
import { startChild } from "./child.ts";
import {
  description,
  makeTest,
  read,
  ROOT,
  send,
  TOKEN,
  withArchive,
} from "../helpers/archive.ts";

Deno.test("an archive without keys can be read and not written", async () => {
  await withArchive({ tokens: [] }, async ({ url }) => {
    assertEquals(await read(url + ROOT), []);
    const { status } = await send("POST", url + ROOT, description({}));
    assertEquals(status, 401);
  });
});

Deno.test("each of several keys may write", async () => {
  await withArchive({ tokens: ["other", TOKEN] }, async ({ url }) => {
    const { status } = await send("POST", url + ROOT, description({}));
    assertEquals(status, 201);
  });
});

Deno.test("a body over the limit is 413, with or without a length, and nothing is stored", async () => {
  await withArchive({}, async ({ url }) => {
    const key = await makeTest(url, description({ "failures": [] }));
    const point = { ts: 60, val: "x".repeat(LIMITS.body) };
    const text = new TextEncoder().encode(JSON.stringify(point));
    const bodies = [
      text,
      new Blob([text]).stream(), // no content-length
    ];
    for (const body of bodies) {
      const response = await fetch(`${url}${ROOT}${key}/failures/base`, {
        method: "POST",
        headers: {
          "authorization": `Token ${TOKEN}`,
          "content-type": "application/json",
        },
        body,
      });
      assertEquals(response.status, 413);
      const { detail } = await response.json();
      assertStringIncludes(detail, String(LIMITS.body));
    }
    assertEquals(await read(`${url}${ROOT}${key}/failures/base`), []);
  });
});

Deno.test("a port that is taken is an error, and so is a bad file", async () => {
  await withArchive({}, async ({ url }) => {
    const port = Number(new URL(url).port);
    await assertRejects(() => startArchive({ port }), Deno.errors.AddrInUse);
  });
  await assertRejects(
    () => startArchive({ db: "/nowhere/at/all" }),
    ArchiveStoreError,
  );
});

Deno.test("an archive stops on a signal or when it is closed, once", async () => {
  const controller = new AbortController();
  const archive = await startArchive({ signal: controller.signal });
  controller.abort();
  await archive.finished;
  await archive.close();
  await archive.close();
  await assertRejects(() => fetch(archive.url), TypeError);
});

Deno.test("the clock decides when a point was written", async () => {
  await withArchive({ now: () => 1_500_000_000_500 }, async ({ url }) => {
    const key = await makeTest(url, description({ "failures": [] }));
    await send("POST", `${url}${ROOT}${key}/failures/base`, { ts: 1, val: 1 });
    const [{ "time-updated": updated }] = await read(
      `${url}${ROOT}${key}/failures/`,
    );
    assertEquals(updated, 1_500_000_000);
    const list = (window: string) => read(`${url}${ROOT}?${window}`);
    assertEquals((await list("time=1500000000")).length, 1);
    assertEquals((await list("time=1")).length, 0);
  });
});

Deno.test("a page has as many entries as the archive was told", async () => {
  await withArchive({ pageSize: 2 }, async ({ url }) => {
    const key = await makeTest(url, description({ "failures": [] }));
    for (const number of [1, 2, 3]) {
      await makeTest(url, description({}, { number }));
      const point = { ts: number, val: number };
      await send("POST", `${url}${ROOT}${key}/failures/base`, point);
    }
    const list = await read(url + ROOT);
    assertEquals([list.length, list[0]["metadata-count-total"]], [2, 4]);
    const data = await read(`${url}${ROOT}${key}/failures/base`);
    assertEquals(data.length, 2);
  });
});

Deno.test("a name is searched by its addresses, as dns-match-rule says", async () => {
  const resolve = (name: string) =>
    name === "ps.alpha.example"
      ? Promise.resolve(["192.0.2.10", "2001:DB8:A::10"])
      : Promise.reject(new Error("not found"));
  await withArchive({ resolve }, async ({ url }) => {
    await makeTest(url, description({}));
    await makeTest(url, description({}, { "source": "2001:db8:a::10" }));
    const sources = async (query: string) => {
      const list = await read(`${url}${ROOT}?source=ps.alpha.example${query}`);
      return list.map((one: Record<string, unknown>) => one["source"]).sort();
    };
    const [v4, v6] = ["192.0.2.10", "2001:db8:a::10"];
    assertEquals(await sources(""), [v4, v6]);
    assertEquals(await sources("&dns-match-rule=prefer-v6"), [v6]);
    assertEquals(await sources("&dns-match-rule=only-v4"), [v4]);
    const answer = await read(`${url}${ROOT}?source=ps.beta.example`);
    assertEquals(
      answer.detail,
      "Unable to find address for host ps.beta.example",
    );
  });
});

Deno.test("descriptions on which the original crashes are refused, and nothing is stored", async () => {
  await withArchive({}, async ({ url }) => {
    const bad: [Record<string, unknown>, string][] = [
      [{ "destination": undefined }, "Missing destination field in request"],
      [{ "tool-name": null }, "Missing tool-name field in request"],
      [
        { "source": "ps.alpha.example" },
        "The field 'source' must be an IP address",
      ],
      [
        { "tool-name": "x".repeat(129) },
        "The field 'tool-name' must not be longer than 128 characters",
      ],
      [
        { ["x".repeat(129)]: "note" },
        `The field '${"x".repeat(129)}' must not be longer than 128 characters`,
      ],
      [
        { "subject-type": "network-element" },
        "A network-element has no destination",
      ],
    ];
    for (const [more, detail] of bad) {
      const { status, text } = await send(
        "POST",
        url + ROOT,
        description({}, more),
      );
      assertEquals([status, JSON.parse(text).detail], [400, detail]);
    }
    assertEquals(await read(url + ROOT), []);
  });
});

Deno.test("several processes read and write one file at the same time", async () => {
  await withDirectory(async (directory) => {
    const db = `${directory}/archive.db`;
    const children = await Promise.all([startChild(db), startChild(db)]);
    const urls = children.map(({ url }) => url);
    const rounds = 60;
    const keys = await Promise.all(
      urls.map((url, index) =>
        makeTest(
          url,
          description({ "throughput": [["aggregation", 3600]] }, { index }),
        )
      ),
    );
    let isWriting = true;
    const write = async (url: string, key: string) => {
      for (let ts = 0; ts < rounds; ts++) {
        const point = { ts, val: ts };
        const path = `${ROOT}${key}/throughput/base`;
        assertEquals((await send("POST", url + path, point)).status, 201);
      }
    };
    // What a reader sees is never torn: points without gaps, and their sum.
    const watch = async (url: string, key: string) => {
      let seen = 0;
      while (isWriting) {
        const points = await read(`${url}${ROOT}${key}/throughput/base`);
        const sums = await read(
          `${url}${ROOT}${key}/throughput/aggregations/3600`,
        );
        points.forEach((point: { ts: number }, index: number) =>
          assertEquals(point.ts, index)
        );
        const least = points.length * (points.length - 1) / 2;
        assert((sums[0]?.val ?? 0) >= least);
        assert(points.length >= seen);
        seen = points.length;
      }
    };
    const watching = urls.map((url, index) => watch(url, keys[1 - index]!));
    await Promise.all(urls.map((url, index) => write(url, keys[index]!)));
    isWriting = false;
    await Promise.all(watching);
    for (const key of keys) {
      const points = await read(`${urls[0]}${ROOT}${key}/throughput/base`);
      assertEquals(points.length, rounds);
    }
    await Promise.all(children.map((child) => child.kill()));
  });
});

Deno.test("a free parameter may be as long as it likes, and is found by its value", async () => {
  await withArchive({}, async ({ url }) => {
    const note = `https://archive.example/?${"x".repeat(3000)}`;
    await makeTest(url, description({}, { note }));
    const [test] = await read(`${url}${ROOT}?note=${encodeURIComponent(note)}`);
    assertEquals(test.note, note);
  });
});

Deno.test("a null parameter counts as absent", async () => {
  await withArchive({}, async ({ url }) => {
    const body = description({}, { "note": null, "other": 1 });
    const { status, text } = await send("POST", url + ROOT, body);
    assertEquals([status, "note" in JSON.parse(text)], [201, false]);
    const again = await makeTest(url, description({}, { "other": 1 }));
    assertEquals(again, JSON.parse(text)["metadata-key"]);
    assertEquals((await read(url + ROOT)).length, 1);
  });
});

Deno.test("a refused write leaves a line with its reason on the log, a refused read does not", async () => {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  await withArchive({ log }, async ({ url }) => {
    const key = await makeTest(url, description({ "throughput": [] }));
    await fetch(`${url}${ROOT}?time-start=x`).then((one) => one.text());
    assertEquals(lines, []);
    const body = { ts: 1, val: "x" };
    await send("POST", `${url}${ROOT}${key}/throughput/base`, body);
    await send("PUT", `${url}${ROOT}${key}/`, {
      data: [{ ts: 1, val: [{ "event-type": "unheard\nof", "val": 1 }] }],
    });
    assertEquals(lines, [
      `refused: POST ${ROOT}${key}/throughput/base 400: Value must be an integer`,
      `refused: PUT ${ROOT}${key}/ 500: There is no event type unheard\\u{a}of`,
    ]);
  });
});

Deno.test("an IPv4 address written as IPv6 finds the tests of the IPv4 address", async () => {
  await withArchive({}, async ({ url }) => {
    await makeTest(url, description({}));
    const found = await read(`${url}${ROOT}?source=::ffff:192.0.2.10`);
    assertEquals(found.length, 1);
  });
});

Deno.test("line separators are escaped, which are ends of lines to JavaScript", async () => {
  await withArchive({}, async ({ url }) => {
    await makeTest(url, description({}, { "note": "a\u2028b\u2029c" }));
    const text = await (await fetch(url + ROOT)).text();
    assertStringIncludes(text, '"note":"a\\u2028b\\u2029c"');
  });
});

Deno.test("a test whose description cannot be stored to its end is not stored at all", async () => {
  await withDirectory(async (directory) => {
    const db = `${directory}/archive.db`;
    await withArchive({ db }, async ({ url }) => {
      const database = new DatabaseSync(db);
      const body = description(
        { "throughput": [["average", 300]], "failures": [] },
        { "note": 1 },
      );
      for (const table of ["parameter", "series", "summary"]) {
        database.exec(
          `CREATE TRIGGER stop BEFORE INSERT ON ${table} ` +
            "BEGIN SELECT RAISE(ABORT, 'stopped'); END",
        );
        const { status } = await send("POST", url + ROOT, body);
        assertEquals(status, 503, table);
        assertEquals(await read(url + ROOT), [], table);
        database.exec("DROP TRIGGER stop");
      }
      database.close();
      const test = await read(`${url}${ROOT}${await makeTest(url, body)}/`);
      assertEquals(test["event-types"].length, 2);
      assertEquals(test["event-types"][1]["summaries"].length, 1);
    });
  });
});

Deno.test("floats of one window add up, in one request or in several", async () => {
  await withArchive({}, async ({ url }) => {
    const roll: [string, number][] = [["aggregation", 300], ["average", 300]];
    const body = description({ "ntp-offset": roll, "ntp-delay": roll });
    const key = await makeTest(url, body);
    const value = (name: string, val: number) => ({ "event-type": name, val });
    await send("PUT", `${url}${ROOT}${key}/`, {
      data: [[0, 1.5], [60, 2.5], [120, 5]].map(([ts, val]) => ({
        ts,
        val: [value("ntp-offset", val!)],
      })),
    });
    for (const [ts, val] of [[0, 1.5], [60, 2.5], [120, 5]]) {
      await send("PUT", `${url}${ROOT}${key}/`, {
        data: [{ ts, val: [value("ntp-delay", val!)] }],
      });
    }
    for (const name of ["ntp-offset", "ntp-delay"]) {
      const at = (path: string) => read(`${url}${ROOT}${key}/${name}/${path}`);
      assertEquals(await at("aggregations/300"), [{ ts: 0, val: 9 }]);
      assertEquals(await at("averages/300"), [{ ts: 0, val: 3 }]);
    }
  });
});

Deno.test("a second that has a number is refused again, one that has JSON is overwritten", async () => {
  await withArchive({}, async ({ url }) => {
    const values: [eventType: string, val: unknown, status: number][] = [
      ["throughput", 5, 409],
      ["ntp-offset", 1.5, 409],
      ["packet-loss-rate", { numerator: 1, denominator: 2 }, 409],
      ["histogram-rtt", { "1": 1 }, 201],
      [
        "throughput-subintervals",
        [{ start: 0, duration: 1, val: 2 }],
        201,
      ],
      ["failures", { error: "x" }, 201],
    ];
    const names = Object.fromEntries(values.map(([name]) => [name, []]));
    const key = await makeTest(url, description(names));
    for (const [name, val, status] of values) {
      const path = `${url}${ROOT}${key}/${name}/base`;
      assertEquals((await send("POST", path, { ts: 1, val })).status, 201);
      assertEquals((await send("POST", path, { ts: 1, val })).status, status);
      assertEquals((await read(path)).length, 1, name);
    }
  });
});

Deno.test("pages of data are cut right with an offset and many points", async () => {
  await withArchive({}, async ({ url }) => {
    const key = await makeTest(url, description({ "throughput": [] }));
    await send("PUT", `${url}${ROOT}${key}/`, {
      data: Array.from({ length: 500 }, (_, ts) => ({
        ts,
        val: [{ "event-type": "throughput", "val": ts }],
      })),
    });
    const path = `${url}${ROOT}${key}/throughput/base`;
    const page = await read(`${path}?limit=250&offset=150`);
    assertEquals(page.length, 250);
    assertEquals([page[0].ts, page[249].ts], [150, 399]);
  });
});
