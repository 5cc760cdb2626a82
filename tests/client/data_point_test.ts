import { assert, assertEquals, assertThrows } from "@std/assert";
import { pointOfText } from "../../client/data_point.ts";
import { members } from "../../client/json.ts";
import {
  ApiConnect,
  DataHistogram,
  DataPayload,
  DataPoint,
  type JsonValue,
} from "../../mod.ts";
import { fc } from "../packages/fast_check.ts";
import { json, withServer } from "../servers/serve.ts";
import { esmondTest, first, LIST } from "./many_series.ts";

Deno.test("DataPoint.text is the exact JSON text of the value", async () => {
  const values = [
    "7016320000.0",
    "9007199254740993",
    "1e-07",
    '{"10":1,"9":2}',
    '"x"',
    "null",
  ];
  const points = values.map((val, ts) => `{"ts":${ts},"val":${val}}`);
  await withServer(
    (_, url) =>
      json(
        url.pathname === LIST ? [esmondTest("a")] : `[${points.join(", ")}]`,
      ),
    async (origin) => {
      const et = (await first(new ApiConnect(origin))).getEventType(
        "throughput",
      )!;
      const data = (await et.getData()).data;
      assertEquals(data.map((dp) => dp.text), values);
      assertEquals(data[0]!.val, 7016320000);
      assertEquals(data[3]!.raw, { "9": 2, "10": 1 });
    },
  );
});

Deno.test("DataPoint.epochText is the exact JSON text of the time", () => {
  const told = (text: string) =>
    new DataPoint({ ts: NaN, ...JSON.parse(text) }, text).epochText;
  for (
    const ts of ["1456790400", "1456790400.0", "-1.5", "1e9", "253402300800"]
  ) {
    assertEquals(told(`{ "ts" : ${ts}, "val": 1}`), ts);
    assertEquals(told(`{"val": {"ts": 1}, "ts":${ts}}`), ts);
    assertEquals(told(`{"ts": 1, "val": 1, "ts": ${ts}}`), ts);
  }
  assertEquals(told('{"ts": "1456790400", "val": 1}'), "1456790400");
  assertEquals(told('{"val": 1}'), "null");
  assertEquals(new DataPoint({ ts: 5, val: 1 }).epochText, "5");
  assertEquals(new DataPoint({ ts: 5, val: 1 }, "1").epochText, "5");
  assertEquals(new DataPoint({ ts: NaN, val: 1 }, "1").epochText, "null");
});

Deno.test("a copy of a DataPoint has its time alone, and that of toJSON() its value, too", () => {
  const dp = new DataPoint({ ts: 5, val: { "1": 2 } });
  assertEquals<unknown>({ ...dp }, { tsEpoch: 5 });
  assertEquals<unknown>(structuredClone(dp), { tsEpoch: 5 });
  const copy = { ...dp.toJSON(), host: "a" };
  assertEquals(copy, { ts: 5, val: { "1": 2 }, host: "a" });
  assertEquals(new DataPoint(copy).text, dp.text);
});

Deno.test("DataPoint prints a negative zero as the original does", () => {
  const dp = new DataPoint({ ts: 0, val: -0 });
  assertEquals(`${dp}`, "<DataPoint: ts:1970-01-01 00:00:00 val:-0.0>");
});

Deno.test("DataPoint holds times beyond what the original can at the end of their last second", () => {
  const last = new DataPoint({ ts: 253402127999, val: 1 });
  const late = new DataPoint({ ts: 253402128000, val: 1 });
  assertEquals(last.tsText, "9999-12-29 23:59:59");
  assertEquals(late.tsText, "9999-12-29 23:59:59.999999");
  assertEquals(late.tsEpoch, 253402127999);
  assert(late.ts > last.ts);
});

Deno.test("DataPoint takes a time as number or text, and throws without one", () => {
  assertEquals(new DataPoint({ ts: "1397075053", val: 1 }).tsEpoch, 1397075053);
  assertEquals(new DataPoint({ ts: 1397075053.9, val: 1 }).tsEpoch, 1397075053);
  for (const ts of [undefined, null, "soon", {}]) {
    assertThrows(
      () => new DataPoint({ ts, val: 1 } as unknown as { ts: number }),
      TypeError,
      "ts",
    );
  }
});

Deno.test("a point that the archive sent without a time, or as a bare value, is kept", async () => {
  await withServer(
    (_, url) =>
      json(
        url.pathname === LIST
          ? [esmondTest("a")]
          : '[{"val": 5.0}, 7, null, {"ts": "12", "val": 1}, {"ts": "x"}]',
      ),
    async (origin) => {
      const et = (await first(new ApiConnect(origin))).getEventType(
        "throughput",
      )!;
      const { data } = await et.getData();
      assertEquals(data.map((dp) => dp.text), [
        "5.0",
        "7",
        "null",
        "1",
        "null",
      ]);
      assertEquals(data.map((dp) => dp.tsEpoch), [NaN, NaN, NaN, 12, NaN]);
      assertEquals(data[0]!.tsText, "");
    },
  );
});

Deno.test("DataPayload makes histograms of histogram data", () => {
  const payload = new DataPayload<JsonValue>(
    [{ ts: 1, val: { "1": 2 } }, { ts: 2 }],
    "histogram",
  );
  assert(payload.data.every((dp) => dp instanceof DataHistogram));
  assertEquals(payload.data[1]!.val, {});
  assertEquals(`${payload}`, "<DataPayload: len:2 type:histogram>");
  assertEquals(JSON.parse(payload.dump), [
    { ts: 1, val: { "1": 2 } },
    { ts: 2, val: {} },
  ]);
  assertEquals(`${new DataPayload()}`, "<DataPayload: len:0 type:None>");
});

/** The text of the value of a point that is sent so. */
function textOf(text: string): string {
  const point = new DataPoint({ ...JSON.parse(text), ts: 0 }, text);
  return point.text;
}

Deno.test("DataPoint.text is the value of plain points, digit for digit", () => {
  for (
    const value of ["1", "-1.50", "1E5", "null", "true", "9007199254740993"]
  ) {
    for (
      const text of [
        `{"ts":1,"val":${value}}`,
        `{"ts": 1456790400, "val": ${value}}`,
        `{\n  "ts": 1.5e9,\r\n\t"val" : ${value}\n}`,
      ]
    ) assertEquals(textOf(text), value, text);
  }
});

Deno.test("DataPoint.text is the last value, under whatever spelling of the name", () => {
  for (
    const text of [
      '{"ts":1,"val":7,"val":8}',
      '{"val":8,"ts":1}',
      '{"ts":1,"val":7,"v\\u0061l":8}',
      '{"ts":1,"x":{"val":7},"val":8}',
      '{"t\\u0073":1,"val":8}',
      '{"ts":"1","val":8}',
      '{"ts":[1,"}"],"val":8,"more":[]}',
    ]
  ) assertEquals(textOf(text), "8", text);
});

Deno.test("DataPoint.text is what all members together say it is", () => {
  const space = fc.constantFrom("", " ", "\n    ", "\t\r\n");
  const key = fc.constantFrom('"ts"', '"val"', '"v\\u0061l"', '"x"', '" val"');
  const value = fc.oneof(
    fc.jsonValue().map((each) => JSON.stringify(each)),
    fc.constantFrom("7.0", '",\\"val\\":1}"', '{"val":2}', '"}"', "[1,2]"),
  );
  const member = fc.tuple(space, key, space, space, value, space).map(
    ([a, key, b, c, value, d]) => `${a}${key}${b}:${c}${value}${d}`,
  );
  const odd = fc.array(member, { maxLength: 4 }).map((all) => `{${all}}`);
  const usual = fc.tuple(space, value, space)
    .map(([a, value, b]) => `{${a}"ts"${b}:${a}1,${b}"val":${a}${value}${b}}`);
  fc.assert(
    fc.property(fc.oneof(odd, usual), (text) => {
      const sent = members(text).get("val") ?? "null";
      assertEquals(textOf(text), sent, text);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("DataPoint.tsText is what Date says, at any second of the years 1 to 9999", () => {
  const border = [-62_135_596_800, -86_401, -86_400, -1, 0, 86_399, 86_400];
  const seconds = fc.oneof(
    fc.constantFrom(...border, 253_402_127_999),
    fc.integer({ min: -62_135_596_800, max: 253_402_127_999 }),
    fc.integer({ min: 0, max: 2 ** 31 }),
  );
  fc.assert(
    fc.property(fc.array(seconds), (all) => {
      for (const ts of all) {
        const said = new Date(ts * 1000).toISOString();
        const { tsText } = new DataPoint({ ts, val: 1 });
        assertEquals(tsText, said.slice(0, 19).replace("T", " "));
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("DataPoint.tsText is empty for no time and for times before the year 1, and ends with the year 9999", () => {
  const text = (ts: number) => new DataPoint({ ts, val: 1 }).tsText;
  assertEquals(text(NaN), "");
  assertEquals(text(-62_135_596_801), "");
  assertEquals(text(-1e300), "");
  assertEquals(text(-0.5), "1970-01-01 00:00:00");
  assertEquals(text(253_402_127_999), "9999-12-29 23:59:59");
  assertEquals(text(253_402_128_000), "9999-12-29 23:59:59.999999");
  assertEquals(text(1e300), "9999-12-29 23:59:59.999999");
});

Deno.test("a point that is made of text is the same as one that is made of its value", () => {
  const json = fc.oneof(
    fc.json(),
    fc.constantFrom(
      "null",
      "-0.0",
      "7016320000.0",
      '{"val": 1, "ts": 2}',
      "[]",
    ),
  );
  fc.assert(
    fc.property(json, fc.integer(), (val, ts) => {
      for (const Point of [DataPoint, DataHistogram]) {
        const text = `{"ts": ${ts}, "val": ${val}}`;
        const read = new Point(JSON.parse(text), text);
        const made = pointOfText(Point, ts, val);
        const all = (point: DataPoint<unknown>) => [
          ...[point.text, point.raw, point.val, point.tsEpoch],
          ...[point.epochText, point.tsText, point.dump, `${point}`],
        ];
        assertEquals(all(made), all(read));
        assertEquals(all(made), all(read), "once more");
        assert(made instanceof Point);
      }
    }),
    { numRuns: 300 },
  );
});
