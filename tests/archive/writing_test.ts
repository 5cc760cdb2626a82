/** Points as they are posted: what is stored, skipped, and refused. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import { Fault, Refusal } from "../../archive/answers.ts";
import { describe } from "../../archive/describe.ts";
import { Store } from "../../archive/store.ts";
import { pathOf, postPoint, putPoints } from "../../archive/writing.ts";
import {
  description,
  makeTest,
  read,
  ROOT,
  send,
  withArchive,
} from "../helpers/archive.ts";

const NOW = 1_700_000_000;

/** Runs `use` with a store that has one test. */
function withTest(use: (store: Store, key: string) => void) {
  const store = new Store(":memory:");
  const about = description({ "throughput": [], "failures": [] });
  const { test } = describe(JSON.stringify(about));
  use(store, store.transaction(() => store.findOrAdd(test, NOW)).test.key);
  store.close();
}

/** The points of a series: their seconds, and number or text. */
function stored(store: Store, key: string, eventType: string) {
  const { id } = store.series(key, eventType)!;
  return [...store.rows({ series: id }, -1e10, 1e10)].map((row) => [
    row.ts,
    row.number ?? row.json,
  ]);
}

function put(store: Store, key: string, body: unknown, limit = 100) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const json = { text, value: JSON.parse(text) };
  putPoints(store, key, json, NOW, limit);
}

Deno.test("postPoint() stores a point at its second, and the time of the write", () => {
  withTest((store, key) => {
    const address = { key, eventType: "throughput", summaries: "base" };
    postPoint(store, address, '{"ts":60,"val":5}', NOW);
    postPoint(store, address, '{"ts":"61","val":6}', NOW + 1);
    postPoint(store, address, '{"ts":62.9,"val":7}', NOW + 2);
    assertEquals(stored(store, key, "throughput"), [
      [60, 5],
      [61, 6],
      [62, 7],
    ]);
    assertEquals(store.series(key, "throughput")!.timeUpdated, NOW + 2);
    assertEquals(store.series(key, "failures")!.timeUpdated, null);
  });
});

Deno.test("postPoint() refuses in the original's order and words", () => {
  const cases: [body: string, path: string, said: string][] = [
    ["{}", "throughput/averages", "Required field ts not provided"],
    ['{"ts":"x"}', "throughput/base", "Time must be a unix timestamp"],
    ['{"ts":null}', "throughput/base", "Time must be a unix timestamp"],
    ['{"ts":1}', "nothing/at-all", "Required field val not provided"],
    ['{"ts":1,"val":1}', "nothing/at-all", "Invalid summary type at-all"],
    ['{"ts":1,"val":1}', "nothing/averages", "Cannot use averages"],
    ['{"ts":1,"val":1}', "nothing/base", "Invalid event type nothing"],
  ];
  withTest((store, key) => {
    for (const [body, path, said] of cases) {
      const [eventType, summaries] = path.split("/") as [string, string];
      const address = { key, eventType, summaries };
      assertThrows(() => postPoint(store, address, body, NOW), Refusal, said);
    }
    assertEquals(stored(store, key, "throughput"), []);
  });
});

Deno.test("an event type that the test does not have is skipped unchecked", () => {
  withTest((store, key) => {
    const address = { key, eventType: "path-mtu", summaries: "base" };
    postPoint(store, address, '{"ts":60,"val":"x"}', NOW);
    const val = [
      { "event-type": "path-mtu", "val": "x" },
      { "event-type": "throughput", "val": 5 },
    ];
    put(store, key, { data: [{ ts: 60, val }] });
    assertEquals(stored(store, key, "throughput"), [[60, 5]]);
  });
});

Deno.test("putPoints() cuts the times of JSON values, and knows more of them than of numbers", () => {
  withTest((store, key) => {
    const of = (eventType: string, ts: unknown) => ({
      data: [{ ts, val: [{ "event-type": eventType, "val": 1 }] }],
    });
    put(store, key, of("failures", "60.9"));
    put(store, key, of("failures", -0.5));
    put(store, key, of("throughput", 60.9));
    assertEquals(stored(store, key, "failures"), [[0, "1"], [60, "1"]]);
    assertEquals(stored(store, key, "throughput"), [[60, 1]]);
    const faults: [string, unknown][] = [
      ["throughput", "60.9"],
      ["failures", "x"],
      ["failures", "inf"],
    ];
    for (const [name, ts] of faults) {
      assertThrows(() => put(store, key, of(name, ts)), Fault, "not a time");
    }
  });
});

Deno.test("putPoints() says where something is missing, or crashes where the original does", () => {
  const value = { "event-type": "throughput", "val": 1 };
  const refused: [body: unknown, said: string][] = [
    [{}, "Request must contain 'data' element"],
    [{ data: {} }, "The 'data' element must be an array"],
    [
      { data: [{ ts: 1, val: [] }, { val: [] }] },
      "Missing ts field in provided data list at position 2",
    ],
    [
      { data: [{ ts: 1 }] },
      "Missing val field in provided data list at position 1",
    ],
    [
      { data: [{ ts: 1, val: 5 }] },
      "'val' field must be an array in provided data list at position 1",
    ],
    [
      { data: [{ ts: 1, val: [value, {}] }] },
      "Missing event-type field at data item 1 in value 2 ",
    ],
    [[], "Request must contain 'data' element"],
  ];
  withTest((store, key) => {
    for (const [body, said] of refused) {
      assertThrows(() => put(store, key, body), Refusal, said);
    }
    for (const body of ['["data"]', '"data"', "5"]) {
      assertThrows(() => put(store, key, body), Fault);
    }
    assertEquals(stored(store, key, "throughput"), []);
  });
});

Deno.test("putPoints() counts values, skipped ones too, and stores none beyond the limit", () => {
  const val = ["throughput", "path-mtu"].map((name) => ({
    "event-type": name,
    "val": 1,
  }));
  const body = { data: [{ ts: 1, val }, { ts: 2, val }] };
  withTest((store, key) => {
    const error = assertThrows(() => put(store, key, body, 3), Refusal);
    assertEquals(error.status, 413);
    assertEquals(stored(store, key, "throughput"), []);
    put(store, key, body, 4);
    assertEquals(stored(store, key, "throughput").length, 2);
  });
});

Deno.test("a PUT with one bad point stores none of its points", async () => {
  await withArchive({}, async ({ url }) => {
    const key = await makeTest(
      url,
      description({ "throughput": [["average", 300]], "failures": [] }),
    );
    const good = { "event-type": "throughput", "val": 5 };
    const bads = [
      { "event-type": "throughput", "val": "x" },
      { "event-type": "throughput", "val": null },
      { "event-type": "unheard-of", "val": 5 },
      { "event-type": "failures" },
      good, // the same second again
    ];
    for (const bad of bads) {
      const { status } = await send("PUT", `${url}${ROOT}${key}/`, {
        data: [{ ts: 60, val: [good] }, { ts: 120, val: [good, bad] }],
      });
      assert(status >= 400, JSON.stringify(bad));
      assertEquals(await read(`${url}${ROOT}${key}/throughput/base`), []);
    }
    const test = await read(`${url}${ROOT}${key}/`);
    assertEquals(
      test["event-types"].map((one: Record<string, unknown>) =>
        one["time-updated"]
      ),
      [null, null],
    );
  });
});

/** Times and values, plain and odd, as JSON. */
const TIMES = ["60", "61", "-1", "62.0", "1e2", '"63"', "63.9", "-0", "1e15"];
const VALUES = [
  ...["5", "-5", "5.0", "-0", "0.00009", "5.7", "1e2", "9007199254740991"],
  ...["9007199254740993", "1e300", '" 8 "', "true", "null", "[]", '"x"'],
  ...['{"numerator":1,"denominator":2}', '{"numerator":-0,"denominator":2.5}'],
  ...['{"numerator":-1,"denominator":2}', '{"numerator":1,"denominator":0}'],
  ...['{"denominator":9007199254740993,"numerator":1}', '{"numerator":1}'],
];
const NAMES = [
  ...["throughput", "packet-loss-rate", "ntp-offset", "failures"],
  ...["path-mtu", "unheard-of"], // the test does not have the first of them
];

Deno.test("putPoints() stores and refuses what it has parsed as it does texts", () => {
  const about = description({
    "throughput": [["aggregation", 60], ["average", 60]],
    "packet-loss-rate": [["aggregation", 60]],
    "ntp-offset": [["average", 60]],
    "failures": [],
  });
  const { test: wanted } = describe(JSON.stringify(about));
  const after = (bodies: string[], isParsed: boolean) => {
    const store = new Store(":memory:");
    const { test } = store.transaction(() => store.findOrAdd(wanted, NOW));
    const said = bodies.map((text) => {
      const value = JSON.parse(text);
      const data = isParsed ? value.data : value.data.map(() => null);
      try {
        putPoints(store, test.key, { text, value: { data } }, NOW, 8);
      } catch (error) {
        return String(error);
      }
      return "stored";
    });
    const rows = test.series.flatMap(({ id }) =>
      [undefined, 60].map((seconds) => [
        ...store.rows({ series: id, seconds }, -1e10, 1e10),
      ])
    );
    const written = store.test(test.key)!.series.map((one) => one.timeUpdated);
    store.close();
    return { said, rows, written };
  };
  const { array, constantFrom, record } = fc;
  const value = record({
    name: constantFrom(...NAMES, "throughput", "throughput"),
    val: constantFrom(...VALUES, "7", "7", "7"),
  });
  const item = record({
    ts: constantFrom(...TIMES),
    values: array(value, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(array(array(item, { maxLength: 5 })), (requests) => {
      const bodies = requests.map((items) =>
        `{"data": [${
          items.map(({ ts, values }) =>
            `{"ts": ${ts}, "val": [${
              values.map(({ name, val }) =>
                `{"event-type":"${name}","val":${val}}`
              )
            }]}`
          )
        }]}`
      );
      assertEquals(after(bodies, true), after(bodies, false));
    }),
    { seed: 7, numRuns: 150 },
  );
});

Deno.test("pathOf() names roll-ups as addresses do", () => {
  assertEquals(
    (["aggregation", "average", "statistics"] as const).map(pathOf),
    ["aggregations", "averages", "statistics"],
  );
});
