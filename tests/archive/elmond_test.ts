/**
 * The same archive as elmond answers: its shapes, its limits, and the same data
 * through the library.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
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

Deno.test("the library reads the same tests and the same data from both dialects", async () => {
  await withBoth({ sampleDays: 0.25, now: () => NOW }, async (urls) => {
    const [one, other] = [await all(urls.esmond), await all(urls.elmond)];
    assert(one.size > 200);
    assertEquals([...other.keys()].sort(), [...one.keys()].sort());
    for (const [name, points] of one) {
      assertEquals(other.get(name), points, name);
    }
  });
});

/**
 * Which test and event type → its points; but what elmond cannot read, and the
 * event type that it adds to all.
 */
async function all(url: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const connection = new ApiConnect(url, new ApiFilters({}));
  for await (const test of connection.getMetadata()) {
    const name = [test.toolName, test.source, test.destination].join(" ");
    for (const eventType of test.getAllEventTypes()) {
      if (eventType.eventType === "histogram-ttl-reverse") continue;
      const { data } = await eventType.getData();
      if (data.length === 0) continue;
      found.set(
        `${name} ${eventType.eventType}`,
        data.map(({ tsEpoch, val }) => `${tsEpoch} ${ordered(val)}`),
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

/** A test with a handful of points. */
async function prepare(esmond: string): Promise<void> {
  const key = await makeTest(
    esmond,
    description(
      {
        "throughput": [["aggregation", 60]],
        "packet-loss-rate": [],
        "packet-count-lost": [],
        "histogram-rtt": [["statistics", 0]],
        "histogram-ttl-reverse": [],
        "failures": [],
      },
      { "time-duration": 30, "flag": true, "with_under_score": "é" },
    ),
  );
  const answer = await send("PUT", `${esmond}${ROOT}${key}/`, {
    data: [[60, 1, 4], [3599, 3, 4], [3600, 5, 2]].map(([ts, a, b]) => ({
      ts,
      val: [
        { "event-type": "throughput", "val": a! * 1000 },
        { "event-type": "packet-count-lost", "val": a },
        {
          "event-type": "packet-loss-rate",
          "val": { "numerator": a, "denominator": b! * 10 },
        },
        { "event-type": "histogram-rtt", "val": { "1.5": a, "9": b } },
        { "event-type": "failures", "val": { "error": null, "a": [] } },
      ],
    })),
  });
  assertEquals(answer.status, 201);
}

Deno.test("a test is described with long keys, other addresses and native values", async () => {
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
      [entry["time-duration"], entry["flag"], entry["with-under-score"]],
      [30, true, "é"],
    );
    assertEquals(entry["metadata-count-total"], 1);
    assertMatch(entry["url"], /archive\/esmond\/.*\?tool-name=tool$/);
    const rate = entry["event-types"].find((one: Record<string, unknown>) =>
      one["event-type"] === "packet-loss-rate"
    );
    assertEquals(rate["base-uri"], `${entry["uri"]}/packet-loss-rate/base/0`);
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

Deno.test("roll-ups are elmond's own, whatever was declared, and are not paged", async () => {
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
      '[{"ts":0,"val":4.0},{"ts":3600,"val":5.0}]',
    );
    assertEquals(
      await text("packet-count-lost/aggregations/3600?time-start=61"),
      '[{"ts":0,"val":3.0},{"ts":3600,"val":5.0}]',
    );
    assertEquals(
      await text("packet-loss-rate/aggregations/86400"),
      `[{"ts":0,"val":${(1 / 40 + 3 / 40 + 5 / 20) / 3}}]`,
    );
    assertEquals(
      await text("throughput/averages/86400"),
      '[{"ts":0,"val":3000.0}]',
    );
    const statistics = await read(`${elmond}${uri}/histogram-rtt/statistics/0`);
    assertEquals(statistics.length, 3);
    const [hour] = await read(`${elmond}${uri}/histogram-rtt/statistics/3600`);
    assertEquals([hour.val.minimum, hour.val.maximum], [1.5, 9]);
    assertEquals(
      hour.val.mean,
      (statistics[0].val.mean + statistics[1].val.mean) / 2,
    );
    assertEquals(await text("throughput/base/0?limit=0"), "[]");
    assertEquals(
      await text("throughput/base/0?limit=1&offset=1"),
      '[{"ts":3599,"val":3000}]',
    );
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
  ["?offset=x", 400],
  ["?dns-match-rule=x&source=192.0.2.10", 400],
  [KEY, 404],
  [`${KEY}/`, 404],
  [`${KEY}/throughput`, 404],
  [`${KEY}/throughput/base`, 404],
  [`${KEY}/throughput/aggregations/300`, 400],
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
    assertEquals(await read(`${elmond}${ROOT}?limit=0`), []);
  });
});
