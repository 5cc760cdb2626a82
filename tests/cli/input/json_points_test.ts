import { assertEquals, assertMatch } from "@std/assert";
import { problem, read, TS } from "./reading.ts";

Deno.test("readPoints() reads the points of one second in a bulk payload, a list and lines", async () => {
  const second =
    `{"ts": ${TS}, "val": [{"event-type": "throughput", "val": 5}, {"event-type": "failures", "val": {"error": "e"}}]}`;
  const expected = [
    [TS, 5, "throughput"],
    [TS, { error: "e" }, "failures"],
  ];
  assertEquals(await read(`{"data": [${second}]}`), expected);
  assertEquals(await read(`[${second}]`), expected);
  assertEquals(await read(second, "ndjson"), expected);
  const payloads =
    `{"data": [${second}]}\n\n{"data": []}\n{"data": [${second}]}\n`;
  assertEquals(await read(payloads), [...expected, ...expected]);
});

Deno.test("readPoints() takes a list for a value where it is one", async () => {
  for (const val of ["[]", "[1, 2]", `[{"start": 0, "val": 1}]`, "[null]"]) {
    assertEquals(
      await read(`{"ts": ${TS}, "val": ${val}, "event-type": "mpstat"}`),
      [[TS, JSON.parse(val), "mpstat"]],
    );
  }
});

Deno.test("readPoints() names the line of a damaged object", async () => {
  const good = `{"ts": ${TS}, "val": 5}`;
  const table: [line: string, message: RegExp][] = [
    [`{"ts": ${TS}, "val": }`, /^line 3 is not JSON/],
    [`{"ts": ${TS}, "val": 5`, /^line 3 is not JSON/],
    [`${good} ${good}`, /^line 3 is not JSON/],
    [`{"ts": ${TS}, "val": NaN}`, /^line 3 is not JSON/],
    [`{"ts": ${TS}, "val": 5, "val": 6}`, /^line 3 has val twice/],
    [`{"ts": ${TS}, "ts": 1, "val": 5}`, /^line 3 has ts twice/],
    [
      `{"ts": ${TS}, "val": 5, "event_type": "a", "event-type": "b"}`,
      /^line 3 has event_type and event-type, which mean the same/,
    ],
    [`{"data": [{"ts": ${TS}}]}`, /^line 3 is not a point/],
    [`{"data": 5}`, /^line 3 is not a point/],
    [`{"ts": ${TS}}`, /^line 3 is not a point: it needs ts and val /],
    [`{"val": 5}`, /^line 3 is not a point/],
    ["5", /^line 3 is not a point/],
    ["null", /^line 3 is not a point/],
    ["[]", /^line 3 is not a point/],
    [`{"ts": "${TS}", "val": 5}`, /^line 3: ts .*not "1456790400"$/],
    [`{"ts": null, "val": 5}`, /^line 3: ts .*not null$/],
    [`{"ts": [${TS}], "val": 5}`, /^line 3: ts /],
  ];
  for (const [line, message] of table) {
    assertMatch(await problem(`${good}\n\n${line}\n${good}\n`), message, line);
  }
});

// A cut-off or mistyped file is the commonest bad input; what JSON.parse says
// of an unexpected token names no position.
Deno.test("readPoints() names the line of a mistake in JSON", async () => {
  const head = `[\n  {"ts": ${TS}, "val": 5},\n`;
  for (
    const third of [
      `  {"ts": a}\n]`,
      `  {"ts": 1, "val": 2\n`,
      `  {"ts": 1 "val": 2}]`,
      `  {"ts": 1, "val": NaN}\n]`,
      `  {'ts': 1}\n]`,
      `  ,\n]`,
      `]]`,
      `  {"ts": 1, "val": 2},]`,
    ]
  ) {
    assertMatch(await problem(head + third, "json"), /\bline [34]\b/, third);
  }
});

Deno.test("readPoints() names the entry of a list that is not a point", async () => {
  assertMatch(
    await problem(`[{"ts": 1, "val": 2}, {"ts": 1}]`),
    /^point 2 is not a point/,
  );
  assertMatch(
    await problem(`{"data": [{"ts": 1, "val": 2}, 7]}`),
    /^point 2 is not a point/,
  );
  assertMatch(await problem(`{"data": {}}`), /^point 1 is not a point/);
  assertMatch(await problem("{}"), /^line 1 is not a point/);
});

Deno.test("readPoints() takes names such as __proto__ for event types", async () => {
  for (const name of ["__proto__", "constructor", "toString"]) {
    assertEquals(
      await read(`{"ts": ${TS}, "val": 5, "event-type": "${name}"}`),
      [[TS, 5, name]],
    );
  }
  assertMatch(
    await problem(`{"__proto__": {"ts": 1, "val": 2}}`),
    /is not a point/,
  );
});

/** A row as `get` prints it in json and ndjson. */
function row(more: Record<string, unknown>): string {
  return JSON.stringify({
    source: "192.0.2.10",
    destination: "192.0.2.20",
    event_type: "throughput",
    tool: "iperf3",
    summary_type: "base",
    summary_window: 0,
    timestamp: "2016-03-01 00:00:00",
    ...more,
  });
}

Deno.test("readPoints() reads the rows that get prints in json and ndjson", async () => {
  const one = row({ value: 5 });
  const two = row({ timestamp: "2016-03-01 01:00:01 +0100", value: 6 });
  const expected = [[TS, 5, "throughput"], [TS + 1, 6, "throughput"]];
  assertEquals(await read(`[${one}, ${two}]`), expected);
  assertEquals(await read(`${one}\n${two}\n`), expected);
  assertEquals(
    await read(
      row({ event_type: "histogram-ttl", bucket: null, value: { 9: 1 } }),
    ),
    [[TS, { 9: 1 }, "histogram-ttl"]],
  );
  assertEquals(
    await read(row({ event_type: "failures", msg: "no route" })),
    [[TS, { error: "no route" }, "failures"]],
  );
  assertEquals(
    await read(
      row({ event_type: "failures", msg: null, extra: { participant: 1 } }),
    ),
    [[TS, { error: null, participant: 1 }, "failures"]],
  );
});

Deno.test("readPoints() reads points that carry the identity of their test", async () => {
  const point = (more: Record<string, unknown>) =>
    row({ archive: "http://a.example/", metadata_key: "01", ts: TS, ...more });
  const trace = [{
    ttl: 1,
    ip: "192.0.2.1",
    hostname: "gw",
    as: { number: 5 },
  }];
  assertEquals(
    await read(point({ event_type: "packet-trace", value: trace })),
    [[TS, trace, "packet-trace"]],
  );
  assertEquals(
    await read(point({ event_type: "packet-trace", value: [] })),
    [[TS, [], "packet-trace"]],
  );
});

Deno.test("readPoints() takes the output of get for nothing as no points", async () => {
  assertEquals(await read('[{"msg": "No data found."}]'), []);
});

Deno.test("readPoints() refuses rows that are not whole points, and tells which cannot be stored", async () => {
  const one = row({ value: 5 });
  const table: [row: string, message: RegExp][] = [
    [
      row({ value: 5, summary_type: "average" }),
      /^line 2: it is a roll-up \(average\)/,
    ],
    [
      row({ start: 0, duration: 1, value: 5 }),
      /^line 2: .*column start are parts/,
    ],
    [
      row({ stream_num: 0, value: 5 }),
      /^line 2: .*column stream_num are parts/,
    ],
    [row({ ttl: 1, ip: "192.0.2.1" }), /^line 2: .*column ttl are parts/],
    [
      row({ value: 5, val: 5 }),
      /^line 2 has val and value, which mean the same/,
    ],
    [row({ value: 5, ts: TS + 1 }), /^line 2: ts and timestamp are different/],
    [row({ value: 5, timestamp: null }), /^line 2: "null" is not a time/],
    [
      row({ value: 5, timestamp: "yesterday" }),
      /^line 2: "yesterday" is not a time/,
    ],
    [row({ value: null, text: "NaN" }), /^line 2: its value is NaN, which/],
    [row({}), /^line 2 is not a point/],
    [row({ msg: 5 }), /^line 2 is not a point/],
  ];
  for (const [second, message] of table) {
    assertMatch(await problem(`${one}\n${second}\n`), message, second);
  }
});
