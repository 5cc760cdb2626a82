/**
 * The elmond dialect: its shapes, its limits, and the same data through the
 * library.
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { ApiConnect, ApiFilters } from "../../mod.ts";
import { startArchive } from "../../archive/server.ts";
import { withDirectory } from "../helpers/directory.ts";
import {
  description,
  makeTest,
  read,
  ROOT,
  send,
  TOKEN,
} from "../helpers/archive.ts";

interface Both {
  esmond: string;
  elmond: string;
}

/** Two archives on one file, one of each kind. */
async function withBoth(
  options: { sampleDays?: number; now?: () => number },
  use: (urls: Both) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const db = `${directory}/archive.db`;
    const { now } = options;
    const esmond = await startArchive({ ...options, db, tokens: [TOKEN] });
    const elmond = await startArchive({ db, dialect: "elmond", now });
    try {
      await use({ esmond: esmond.url, elmond: elmond.url });
    } finally {
      await esmond.close();
      await elmond.close();
    }
  });
}

const NOW = 1_790_000_000_000;

Deno.test("the library reads the same data from both dialects, where elmond serves it", async () => {
  await withBoth({ sampleDays: 0.25, now: () => NOW }, async (urls) => {
    const [one, other] = [await all(urls.esmond), await all(urls.elmond)];
    assert(other.size > 150);
    for (const [name, points] of other) {
      assertEquals(points, one.get(name), name);
    }
  });
});

/** What elmond announces and serves in another form, or not at all. */
const OTHERWISE = new Set([
  "histogram-rtt",
  "histogram-ttl",
  "histogram-ttl-reverse",
  "streams-throughput",
  "streams-throughput-subintervals",
  "throughput-subintervals",
]);

/** Which test and event type → its points. */
async function all(url: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const connection = new ApiConnect(url, new ApiFilters({}));
  for await (const test of connection.getMetadata()) {
    const tool = test.toolName?.replace(/^pscheduler\//, "");
    const name = [tool, test.source, test.destination].join(" ");
    for (const eventType of test.getAllEventTypes()) {
      if (OTHERWISE.has(eventType.eventType!)) continue;
      const { data } = await eventType.getData();
      if (data.length === 0) continue;
      found.set(
        `${name} ${eventType.eventType}`,
        data.map(({ tsEpoch, val }) =>
          `${tsEpoch} ${ordered(val)}`.replaceAll("error-", "error_")
        ),
      );
    }
  }
  return found;
}

/** Fields in order: elmond sorts them. */
function ordered(value: unknown): string {
  return JSON.stringify(
    value,
    (_, one) =>
      one !== null && typeof one === "object" && !Array.isArray(one)
        ? Object.fromEntries(Object.entries(one).sort())
        : one,
  );
}

/** A test of one-way delay with three results and a failure. */
async function prepare(esmond: string): Promise<void> {
  const key = await makeTest(
    esmond,
    description(
      {
        "packet-count-sent": [["aggregation", 60]],
        "packet-count-lost": [],
        "packet-loss-rate": [],
        "histogram-owdelay": [["statistics", 0]],
        "failures": [],
      },
      { "time-duration": "30", "flag": true, "with_under_score": "é" },
    ),
  );
  const answer = await send("PUT", `${esmond}${ROOT}${key}/`, {
    data: [
      ...[[60, 1, 40], [3599, 3, 40], [3600, 5, 20]].map((
        [ts, lost, sent],
      ) => ({
        ts,
        val: [
          { "event-type": "packet-count-lost", "val": lost },
          { "event-type": "packet-count-sent", "val": sent },
          {
            "event-type": "packet-loss-rate",
            "val": { "numerator": lost, "denominator": sent },
          },
          {
            "event-type": "histogram-owdelay",
            "val": { "1.5": lost, "9": sent! - lost! },
          },
        ],
      })),
      { ts: 7300, val: [{ "event-type": "failures", "val": { error: "x" } }] },
    ],
  });
  assertEquals(answer.status, 201);
}

Deno.test("a test is described with long keys, other addresses, its type and native values", async () => {
  await withBoth({}, async ({ esmond, elmond }) => {
    await prepare(esmond);
    const response = await fetch(`${elmond}${ROOT}?tool-name=tool`);
    assertEquals(response.headers.get("link"), null);
    const text = await response.text();
    const [entry] = JSON.parse(text);
    // Sorted, indented, ASCII only, a newline at the end.
    assertEquals(
      text,
      `${
        JSON.stringify(JSON.parse(`[${ordered(entry)}]`), null, 4)
          .replace("é", "\\u00e9")
      }\n`,
    );
    const key = entry["metadata-key"];
    assertMatch(key, /^[0-9a-f]{64}$/);
    assertEquals(entry["uri"], `/esmond/perfsonar/archive/${key}`);
    assertEquals(
      [
        entry["time-duration"],
        entry["flag"],
        entry["with-under-score"],
        entry["pscheduler-test-type"],
      ],
      [30, true, "é", "latency"],
    );
    assertEquals(entry["metadata-count-total"], 1);
    assertMatch(entry["url"], /archive\/esmond\/.*\?tool-name=tool$/);
    const rate = entry["event-types"].find((one: Record<string, unknown>) =>
      one["event-type"] === "packet-loss-rate"
    );
    assertEquals(rate["base-uri"], `${entry["uri"]}/packet-loss-rate/base/0`);
    assertEquals(rate["time-updated"], 7300);
    assertEquals(
      rate["summaries"].map((one: Record<string, unknown>) => [
        one["event-type"],
        one["summary-type"],
        one["summary-window"],
      ]),
      [300, 3600, 86400].map((n) => ["packet-loss-rate", "aggregation", n]),
    );
    assertEquals(
      entry["event-types"].at(-1)["event-type"],
      "pscheduler-run-href",
    );
    const single = await read(elmond + entry["uri"]);
    assertEquals(
      [single["metadata-key"], "metadata-count-total" in single],
      [key, false],
    );
  });
});

Deno.test("roll-ups are elmond's own, independent of what was declared, and are not paged", async () => {
  await withBoth({}, async ({ esmond, elmond }) => {
    await prepare(esmond);
    const [{ uri }] = await read(elmond + ROOT);
    const text = async (path: string) =>
      (await (await fetch(`${elmond}${uri}/${path}`)).text())
        .replace(/\s+/g, "");
    assertEquals(
      await text("packet-count-lost/base/0"),
      '[{"ts":60,"val":1},{"ts":3599,"val":3},{"ts":3600,"val":5}]',
    );
    assertEquals(
      await text("packet-count-lost/aggregations/3600?limit=1&offset=1"),
      '[{"ts":0,"val":4.0},{"ts":3600,"val":5.0},{"ts":7200,"val":0.0}]',
    );
    assertEquals(
      await text("packet-count-lost/aggregations/3600?time-start=61"),
      '[{"ts":0,"val":3.0},{"ts":3600,"val":5.0},{"ts":7200,"val":0.0}]',
    );
    assertEquals(
      await text("packet-loss-rate/aggregations/86400"),
      `[{"ts":0,"val":${9 / 100}}]`,
    );
    assertEquals(
      await text("packet-loss-rate/averages/86400"),
      `[{"ts":0,"val":${(1 / 40 + 3 / 40 + 5 / 20) / 3}}]`,
    );
    const path = `${elmond}${uri}/histogram-owdelay/statistics`;
    const statistics = await read(`${path}/0`);
    assertEquals(statistics.length, 3);
    const [hour] = await read(`${path}/3600`);
    assertEquals([hour.val.minimum, hour.val.maximum], [1.5, 9]);
    assertEquals(
      hour.val.mean,
      (statistics[0].val.mean + statistics[1].val.mean) / 2,
    );
    assertEquals(await text("packet-count-lost/base/0?limit=0"), "[]");
    assertEquals(
      await text("packet-count-lost/base/0?limit=1&offset=1"),
      '[{"ts":3599,"val":3}]',
    );
  });
});

Deno.test("a window of failures only has counts of 0, no loss, and statistics of nulls", async () => {
  await withBoth({}, async ({ esmond, elmond }) => {
    await prepare(esmond);
    const [{ uri }] = await read(elmond + ROOT);
    const last = async (path: string) =>
      (await read(`${elmond}${uri}/${path}`)).at(-1);
    assertEquals(await last("packet-count-sent/aggregations/300"), {
      ts: 7200,
      val: 0,
    });
    assertEquals((await last("packet-loss-rate/aggregations/300")).ts, 3600);
    const { ts, val } = await last("histogram-owdelay/statistics/300");
    assertEquals(ts, 7200);
    assertEquals([val.mean, val.maximum, val.mode], [null, null, [null]]);
  });
});

const KEY = "0".repeat(64);

/** Path and query → status and, where elmond words it, the message. */
const ERRORS: [path: string, status: number, message?: string][] = [
  ["?event-type=failures", 500],
  ["?event-type=packet-trace-multi", 500],
  ["?event-type=nonsense", 500],
  ["?event-type=throughput&summary-type=aggregation", 500],
  ["?summary-window=60", 500],
  ["?subject-type=host", 400],
  [
    "?time-start=5&time-end=1",
    400,
    "Requested start time must be less than end time",
  ],
  ["?time=5.5", 400, "Time parameter must be an integer"],
  ["?limit=10001", 400],
  ["?limit=x", 400],
  ["?limit=0", 500],
  ["?limit=-1", 500],
  ["?offset=-1", 500],
  ["?event-type=pscheduler-raw", 500],
  ["?event-type=pscheduler-run-href", 500],
  ["?event-type=ntp-offset", 500],
  ["?offset=x", 400],
  ["?dns-match-rule=x&source=192.0.2.10", 400],
  [KEY, 404, `Unable to find metadata with key ${KEY}`],
  [`${KEY}/`, 404],
  [`${KEY}/throughput`, 404],
  [`${KEY}/throughput/base`, 404],
  [`${KEY}/throughput/aggregations/0`, 400],
  [
    `${KEY}/packet-count-lost/aggregations/600`,
    400,
    "600 is not a supported summary_window",
  ],
  [`${KEY}/nonsense/base/0`, 400, "Unrecognized event type nonsense"],
  [
    `${KEY}/histogram-ttl-reverse/base/0`,
    400,
    "Unrecognized event type histogram-ttl-reverse",
  ],
  [`${KEY}/throughput/base/0?limit=10001`, 400],
  [`${KEY}/throughput/base/0?limit=-1`, 500],
  [`${KEY}/throughput/base/0?limit=9000&offset=1001`, 500],
  [`${KEY}/throughput/base/x`, 400, "Summary window must be an int"],
  [`${KEY}/throughput/base/300`, 400],
  [`${KEY}/packet-trace/aggregations/300`, 500],
  [`${KEY}/ntp-offset/base/0`, 400, "Unrecognized event type ntp-offset"],
];

Deno.test("errors are pages with the message in a paragraph", async () => {
  await withBoth({}, async ({ elmond }) => {
    for (const [path, status, message] of ERRORS) {
      const response = await fetch(`${elmond}${ROOT}${path}`);
      const page = await response.text();
      assertEquals([response.status, path], [status, path]);
      assertEquals(
        response.headers.get("content-type"),
        "text/html; charset=utf-8",
      );
      const said = /<p>(.*)<\/p>/.exec(page)?.[1];
      assert(
        message === undefined ? said : said === message,
        `${path} ${said}`,
      );
    }
    assertEquals(await read(`${elmond}${ROOT}${KEY}/throughput/base/0`), []);
  });
});

Deno.test("nothing can be written, with a key or without", async () => {
  await withBoth({}, async ({ elmond }) => {
    const statuses = await Promise.all(
      ["", KEY, `${KEY}/throughput/base`, `${KEY}/throughput/base/0`].map(
        async (path) =>
          (await send("POST", elmond + ROOT + path, description({}))).status,
      ),
    );
    assertEquals(statuses, [405, 405, 404, 405]);
    const wrong = await fetch(elmond + ROOT, {
      headers: { "authorization": "Token wrong" },
    });
    assertEquals([wrong.status, await wrong.json()], [200, []]);
  });
});

Deno.test("the list has the latest test first, finds by results, and pages by its own links", async () => {
  await withBoth({}, async ({ esmond, elmond }) => {
    for (const number of [1, 2, 3, 4, 5]) {
      const body = description({ "failures": [] }, { number });
      const key = await makeTest(esmond, body);
      if (number === 5) continue; // without results there is no test
      const point = { ts: number * 100, val: "x" };
      await send("POST", `${esmond}${ROOT}${key}/failures/base`, point);
    }
    // deno-lint-ignore no-explicit-any
    const numbers = (list: any[]) => list.map(({ number }) => number);
    assertEquals(numbers(await read(elmond + ROOT)), [4, 3, 2, 1]);
    const window = "time-start=150&time-end=300";
    assertEquals(numbers(await read(`${elmond}${ROOT}?${window}`)), [3, 2]);
    const seen: number[] = [];
    let next: string | null = `${elmond}${ROOT}?limit=3&time-start=1`;
    const asked: string[] = [];
    while (next) {
      asked.push(new URL(next).search);
      const page = await read(next);
      seen.push(...numbers(page));
      assertEquals(page[0]["metadata-count-total"], 4);
      next = page[0]["metadata-next-page"];
    }
    assertEquals(seen, [4, 3, 2, 1]);
    assertEquals(asked, [
      "?limit=3&time-start=1",
      "?limit=1&time-start=1&offset=3",
    ]);
    const repeated = "?limit=2&limit=4&time-start=&time-start=1";
    assertEquals((await fetch(`${elmond}${ROOT}${repeated}`)).status, 400);
    const first = await read(`${elmond}${ROOT}?limit=2&limit=4&empty=`);
    assertEquals(first, []);
    const page = await read(`${elmond}${ROOT}?limit=2&limit=4&format=`);
    assertEquals(page.length, 2);
    assertStringIncludes(page[0]["metadata-next-page"], "?limit=2&offset=2");
  });
});

Deno.test("tests with a latest result at the same second come by their results, then by key", async () => {
  await withBoth({}, async ({ esmond, elmond }) => {
    for (const [number, results] of [1, 3, 1, 2].entries()) {
      const key = await makeTest(
        esmond,
        description({ "throughput": [] }, { number }),
      );
      for (let ts = 100; ts > 100 - results; ts--) {
        const point = { ts, val: 1 };
        await send("POST", `${esmond}${ROOT}${key}/throughput/base`, point);
      }
    }
    const list = await read(elmond + ROOT);
    const numbers = list.map(({ number }: { number: number }) => number);
    assertEquals(numbers.slice(0, 2), [1, 3]);
    const keys = list.slice(2).map((one: Record<string, string>) =>
      one["metadata-key"]
    );
    assertEquals(keys, keys.toSorted());
  });
});

Deno.test("a page of data is cut from all results before those without a value are dropped", async () => {
  await withBoth({}, async ({ esmond, elmond }) => {
    const key = await makeTest(
      esmond,
      description({ "packet-trace": [], "path-mtu": [], "failures": [] }),
    );
    for (const ts of [1, 2, 3, 4]) {
      const url = (name: string) => `${esmond}${ROOT}${key}/${name}/base`;
      await send("POST", url("packet-trace"), { ts, val: [] });
      if (ts !== 2) await send("POST", url("path-mtu"), { ts, val: ts });
    }
    const [{ uri }] = await read(elmond + ROOT);
    const times = async (query: string) =>
      (await read(`${elmond}${uri}/path-mtu/base/0?${query}`))
        .map(({ ts }: { ts: number }) => ts);
    assertEquals(await times("limit=2"), [1]);
    assertEquals(await times("limit=2&offset=2"), [3, 4]);
  });
});

Deno.test("the address of the list without its slash leads to it", async () => {
  await withBoth({}, async ({ elmond }) => {
    const url = `${elmond}/esmond/perfsonar/archive?limit=5`;
    const response = await fetch(url, { redirect: "manual" });
    await response.body?.cancel();
    assertEquals(
      [response.status, response.headers.get("location")],
      [308, `${elmond}${ROOT}?limit=5`],
    );
  });
});
