import { assert, assertEquals, assertMatch } from "@std/assert";
import { fc } from "../../packages/fast_check.ts";
import { EVENT_TYPES } from "../../../client/event_types.ts";
import type { Format } from "../../../cli/names.ts";
import { Hostnames } from "../../../cli/output/hostnames.ts";
import {
  columnsFor,
  IDENTITY_COLUMNS,
  nameCell,
  type RowRequest,
  seriesOf,
  SeriesRows,
  type Subject,
  subjectOf,
} from "../../../cli/output/rows.ts";
import { LEADING_COLUMNS, type Row } from "../../../client/rows.ts";
import { DataPoint } from "../../../mod.ts";
import { BASE, withTest } from "../../helpers/one_test.ts";
import { noNames } from "../../helpers/run.ts";
import { BARE } from "./bare.ts";

const TS = 1456790400;
const LEAD = ['"2016-03-01 00:00:00"'];

/** What is made of the points that an archive sends as this text. */
interface Asked extends Partial<RowRequest> {
  points: string;
  metadata?: Record<string, unknown>;
  summaries?: unknown[];
  splitsTraces?: boolean;
  hosts?: string;
}

/** A row that has the columns and cells of its lead too. */
function whole({ lead, ...row }: Row): Row {
  return {
    ...row,
    columns: [...lead?.columns ?? [], ...row.columns],
    cells: [...lead?.cells ?? [], ...row.cells],
  };
}

async function rows(eventType: string, asked: Asked): Promise<Row[]> {
  const { points, metadata, summaries, splitsTraces, hosts, ...rest } = asked;
  const request = { summaryWindow: 0, ...rest, eventType };
  const types = [{ "event-type": eventType, "base-uri": BASE, summaries }];
  return await withTest(
    { "event-types": types, ...metadata },
    points,
    async (md) => {
      const hostnames = new Hostnames({
        resolver: noNames,
        hosts: hosts ?? "",
      });
      const series = seriesOf(md, request);
      assert(series !== undefined);
      const rows = await SeriesRows.create(
        subjectOf(md),
        request,
        hostnames,
        splitsTraces === undefined ? {} : { splitsTraces },
      );
      const all: Row[] = [];
      for await (const page of series.streamPages()) {
        await rows.prepare(page);
        all.push(...page.flatMap((point) => rows.rowsOf(point)));
      }
      return all.map(whole);
    },
  );
}

/** The cells after the leading ones, of points with these values. */
async function cells(
  eventType: string,
  values: string[],
  asked: Partial<Asked> = {},
): Promise<(readonly string[])[]> {
  const points = values.map((val) => `{"ts":${TS},"val":${val}}`);
  const all = await rows(eventType, { points: `[${points}]`, ...asked });
  for (const { columns, cells } of all) {
    assertEquals(columns.length, cells.length);
    assertEquals(cells.slice(6, 7), LEAD);
  }
  return all.map((row) => row.cells.slice(LEADING_COLUMNS.length));
}

/** The columns after the leading ones. */
function ownColumns(eventType: string, summaryType?: string): string {
  const request = { eventType, summaryWindow: 0 };
  const columns = columnsFor(
    summaryType ? { ...request, summaryType } : request,
  );
  assertEquals(columns.slice(0, LEADING_COLUMNS.length), [...LEADING_COLUMNS]);
  return columns.slice(LEADING_COLUMNS.length).join(" ");
}

const HOP = "ttl query success ip rtt mtu error_message";

Deno.test("columnsFor() begins with the original's seven columns", () => {
  assertEquals(
    LEADING_COLUMNS.join(" "),
    "source destination event_type tool summary_type summary_window timestamp",
  );
});

Deno.test("columnsFor() has the original's columns for each of its event types", () => {
  const special: Record<string, string> = {
    failures: "msg",
    "packet-trace": HOP,
    "histogram-owdelay": "bucket value",
    "histogram-rtt": "bucket value",
    "histogram-ttl": "bucket value",
    "histogram-ttl-reverse": "bucket value",
    "throughput-subintervals": "start duration value",
    "packet-retransmits-subintervals": "start duration value",
    "streams-throughput": "stream_num value",
    "streams-packet-retransmits": "stream_num value",
    "streams-throughput-subintervals": "stream_num start duration value",
    "streams-packet-retransmits-subintervals":
      "stream_num start duration value",
  };
  for (const { name } of EVENT_TYPES.slice(0, 33)) {
    assertEquals(ownColumns(name), special[name] ?? "value", name);
  }
});

Deno.test("columnsFor() has the statistics for histograms alone", () => {
  const statistics = "min median max mean mode standard_deviation variance " +
    "percentile_25 percentile_75 percentile_95";
  assertEquals(ownColumns("histogram-rtt", "statistics"), statistics);
  assertEquals(ownColumns("histogram-rtt", "aggregation"), "bucket value");
  assertEquals(ownColumns("throughput", "statistics"), "value");
});

Deno.test("columnsFor() has one plain column for event types that the original does not know", () => {
  for (const { name } of EVENT_TYPES.slice(33)) {
    assertEquals(ownColumns(name), "value", name);
  }
  for (const name of ["heard-of-by-nobody", "", "constructor", "__proto__"]) {
    assertEquals(ownColumns(name), "value", name);
  }
});

Deno.test("rowsOf() begins every row with what the test and the request say", async () => {
  const [row] = await rows("throughput", {
    points: `[{"ts":${TS},"val":1}]`,
    summaryWindow: 300,
    metadata: { "tool-name": "bwctl/iperf3" },
  });
  assertEquals(row!.cells, [
    '"192.0.2.10"',
    '"192.0.2.20"',
    '"throughput"',
    '"bwctl/iperf3"',
    '"base"',
    "300",
    '"2016-03-01 00:00:00"',
    "1",
  ]);
});

Deno.test("rowsOf() prints what a test lacks as null", async () => {
  const metadata = { source: null, destination: undefined, "tool-name": null };
  const [row] = await rows("ntp-delay", {
    points: `[{"ts":${TS},"val":1}]`,
    metadata,
  });
  assertEquals(row!.cells.slice(0, 4), ["null", "null", '"ntp-delay"', "null"]);
});

Deno.test("rowsOf() shows the names of source and destination", async () => {
  const [row] = await rows("throughput", {
    points: `[{"ts":${TS},"val":1}]`,
    hosts: "192.0.2.10 a.example\n192.0.2.20 b.example",
  });
  assertEquals(row!.cells.slice(0, 2), ['"a.example"', '"b.example"']);
});

Deno.test("rowsOf() keeps numbers digit for digit", async () => {
  const values = ["7016320000.0", "9007199254740993", "1e-07", "-0.0", "1E5"];
  assertEquals(
    await cells("throughput", values),
    values.map((value) => [value]),
  );
});

Deno.test("D11: rowsOf() prints whatever stands in the place of a number", async () => {
  const values = ["null", '"text"', "true", "[1,null]", '{"a":1}'];
  for (const eventType of ["throughput", "packet-loss-rate", "ntp-offset"]) {
    assertEquals(
      await cells(eventType, values),
      values.map((value) => [value]),
    );
  }
});

Deno.test("D11: rowsOf() prints the error of a failure, or what there is instead", async () => {
  assertEquals(
    await cells("failures", [
      '{"error":"broken"}',
      '{"error":null}',
      '{"error":""}',
      '{"error":["list",1,{"k":"v"}]}',
      '{"error":{"code":7}}',
      '{"error":404}',
      "{}",
      "null",
      '"just text"',
      "[]",
      "7",
    ]),
    [
      ['"broken"'],
      ["null"],
      ['""'],
      ['["list",1,{"k":"v"}]'],
      ['{"code":7}'],
      ["404"],
      ["null"],
      ["null"],
      ['"just text"'],
      ["[]"],
      ["7"],
    ],
  );
});

Deno.test("rowsOf() prints a histogram whole, beside the width of its buckets", async () => {
  const values = ['{"10":1,"9":27}', "{}", "null", "[]"];
  for (
    const [width, cell] of [["0.0001", '"0.0001"'], [0.001, "0.001"], [
      undefined,
      "null",
    ], [null, "null"]] as const
  ) {
    const metadata = { "sample-bucket-width": width };
    assertEquals(
      await cells("histogram-owdelay", values, { metadata }),
      values.map((value) => [cell, value]),
    );
  }
});

Deno.test("rowsOf() prints statistics by column, with null for what is missing", async () => {
  const summaries = [{
    "summary-type": "statistics",
    "summary-window": "0",
    uri: BASE,
  }];
  const statistics = '{"minimum":1.5,"maximum":9.0,"mean":null,"mode":[2,1],' +
    '"median":2,"variance":0.0,"standard-deviation":-0.0,"percentile-25":1,' +
    '"percentile-75":3,"percentile-95":8.5,"unheard-of":0}';
  assertEquals(
    await cells("histogram-rtt", [statistics, "{}", "null", "[]", "7"], {
      summaryType: "statistics",
      summaries,
    }),
    [
      "1.5 2 9.0 null [2,1] -0.0 0.0 1 3 8.5".split(" "),
      ...Array(4).fill(Array(10).fill("null")),
    ],
  );
});

Deno.test("D18: rowsOf() reads the error of a hop as esmond and as elmond write it", async () => {
  const hop = (error: string) => `{"ttl":1,"query":1,"success":0${error}}`;
  const trace = [
    hop(',"error_message":"requestTimedOut"'),
    hop(',"error-message":"No response"'),
    hop(""),
    hop(',"error_message":null,"error-message":"both"'),
  ];
  const lines = await cells("packet-trace", [`[${trace}]`]);
  assertEquals(
    lines.slice(0, 3).map((line) => line.at(-1)),
    ['"requestTimedOut"', '"No response"', "null"],
  );
  assertEquals(lines.length, 4);
});

Deno.test("D11: rowsOf() prints a hop with the fields that it has", async () => {
  const trace = '[{"ttl":"2","query":"1","success":true,"ip":"192.0.2.1",' +
    '"rtt":1e-05,"mtu":1500,"hostname":"x","as":{"number":1}},{},null,[],7]';
  const nothing = Array(7).fill("null");
  assertEquals(await cells("packet-trace", [trace]), [
    ['"2"', '"1"', "true", '"192.0.2.1"', "1e-05", "1500", "null"],
    nothing,
    nothing,
    nothing,
    nothing,
  ]);
});

Deno.test("D11: rowsOf() makes no hops of a trace that is null or empty", async () => {
  assertEquals(await cells("packet-trace", ["null", "[]"]), []);
});

Deno.test("rowsOf() shows the names of hops, and leaves everything else as it is", async () => {
  const trace = '[{"ip":"192.0.2.1"},{"ip":"2001:DB8::1"},{"ip":"192.0.2.9"},' +
    '{"ip":"router"},{"ip":""},{"ip":null},{"ip":7},{"ip":["192.0.2.1"]}]';
  const hosts = "192.0.2.1 one.example\n2001:db8::1 six.example\n";
  const lines = await cells("packet-trace", [trace], { hosts });
  assertEquals(
    lines.map((line) => line[3]),
    [
      '"one.example"',
      '"six.example"',
      '"192.0.2.9"',
      '"router"',
      '""',
      "null",
      "7",
      '["192.0.2.1"]',
    ],
  );
});

Deno.test("rowsOf() puts a row of its own before the hops in the human format", async () => {
  const points = `[{"ts":${TS},"val":[{"ttl":1},{"ttl":2}]},` +
    `{"ts":${TS + 60},"val":[]},{"ts":${TS + 120},"val":null}]`;
  const all = await rows("packet-trace", { points, splitsTraces: true });
  const heads = LEADING_COLUMNS.join(" ");
  assertEquals(
    all.map((row) => row.columns.join(" ")),
    [heads, HOP, HOP, heads, heads],
  );
  assertEquals(all.map((row) => row.cells[0]), [
    '"192.0.2.10"',
    "1",
    "2",
    '"192.0.2.10"',
    '"192.0.2.10"',
  ]);
});

Deno.test("rowsOf() splits only the rows of traces", async () => {
  const points = `[{"ts":${TS},"val":[1,2]}]`;
  const all = await rows("streams-throughput", { points, splitsTraces: true });
  assertEquals(all.length, 2);
  for (const row of all) assertEquals(row.columns.length, 9);
});

Deno.test("D11: rowsOf() makes a row of each subinterval, with the fields that it has", async () => {
  const value = '[{"start":0.0,"duration":1.000123,"val":7016320000.0},' +
    '{"start":"1","duration":"0.5","val":null},{"val":1e+21},{},null,7,[1]]';
  for (
    const eventType of [
      "throughput-subintervals",
      "packet-retransmits-subintervals",
    ]
  ) {
    assertEquals(await cells(eventType, [value, "[]", "null", "5"]), [
      ["0.0", "1.000123", "7016320000.0"],
      ['"1"', '"0.5"', "null"],
      ["null", "null", "1e+21"],
      ["null", "null", "null"],
      ["null", "null", "null"],
      ["null", "null", "7"],
      ["null", "null", "[1]"],
      ["null", "null", "5"],
    ]);
  }
});

Deno.test("D30: rowsOf() makes a row of each stream, whatever its value", async () => {
  const value = '[[1,2],{"a":1.0},"é",null,false]';
  assertEquals(await cells("streams-throughput", [value, "[]", "null", "5"]), [
    ["0", "[1,2]"],
    ["1", '{"a":1.0}'],
    ["2", '"é"'],
    ["3", "null"],
    ["4", "false"],
    ["0", "5"],
  ]);
});

Deno.test("D11: rowsOf() makes a row of each subinterval of each stream", async () => {
  const value = '[[{"start":0,"duration":1,"val":10},{"start":1}],[],null,' +
    '[{"start":0,"duration":1,"val":30}],7]';
  assertEquals(
    await cells("streams-throughput-subintervals", [value, "[]", "null"]),
    [
      ["0", "0", "1", "10"],
      ["0", "1", "null", "null"],
      ["3", "0", "1", "30"],
      ["4", "null", "null", "7"],
    ],
  );
});

Deno.test("D16: rowsOf() prints the values of unknown event types unchanged", async () => {
  const values = [
    '"https://h.example/run/1"',
    "[1,[2]]",
    '{"a":[]}',
    "null",
    "1.0",
  ];
  for (
    const eventType of [
      "pscheduler-run-href",
      "packet-trace-multi",
      "tcp-windowsize",
      "heard-of-by-nobody",
    ]
  ) {
    const points = values.map((val) => `{"ts":${TS},"val":${val}}`);
    const all = await rows(eventType, { points: `[${points}]` });
    assertEquals(all.map((row) => row.cells.at(-1)), values);
    for (const row of all) assertEquals(row.keepsLists, true);
  }
});

Deno.test("D11: rowsOf() prints points without a time, without a value, or that are not objects", async () => {
  const points = '[{"val":1},{"ts":null,"val":2},{"ts":"x","val":3},' +
    `{"ts":"${TS}","val":4},{"ts":${TS}},{"ts":${TS}.9,"val":5},{},6,"seven",[8]]`;
  const all = await rows("throughput", { points });
  assertEquals(all.map((row) => row.cells.slice(6)), [
    ["null", "1"],
    ["null", "2"],
    ["null", "3"],
    [...LEAD, "4"],
    [...LEAD, "null"],
    [...LEAD, "5"],
    ["null", "null"],
    ["null", "6"],
    ["null", '"seven"'],
    ["null", "[8]"],
  ]);
});

/** A point at this time and an ordinary one, in order, and their values. */
function besideAnother(ts: string): { points: string; values: string[] } {
  const pair = [`{"ts":${ts},"val":1}`, `{"ts":${TS},"val":2}`];
  return Number(ts) < TS
    ? { points: `[${pair}]`, values: ["1", "2"] }
    : { points: `[${pair.reverse()}]`, values: ["2", "1"] };
}

Deno.test("D11: rowsOf() prints points at any time, however far off", async () => {
  for (const ts of ["-1", "0", "253402127999", "253402128000", "1e300"]) {
    const { points, values } = besideAnother(ts);
    const all = await rows("throughput", { points });
    assertEquals(all.map((row) => row.cells.at(-1)), values, ts);
    for (const { cells } of all) assertMatch(cells[6]!, /^"[\d-]+ [\d:.]+"$/);
  }
});

Deno.test("D11: rowsOf() prints points before all calendars", async () => {
  for (const ts of ["-62135596801", "-99999999999999", "-1e300"]) {
    const points = `[{"ts":${ts},"val":1},{"ts":${TS},"val":2}]`;
    const all = await rows("throughput", { points });
    assertEquals(all.map((row) => row.cells.at(-1)), ["1", "2"], ts);
  }
});

Deno.test("rowsOf() prints times in the zone asked for, with its offset", async () => {
  const points = `[{"ts":${TS},"val":1},{"ts":1467331200,"val":2},{"val":3}]`;
  const inZone = (outputZone: string) =>
    rows("throughput", { points, outputZone });
  const times = (all: Row[]) => all.map((row) => row.cells[6]);
  assertEquals(times(await inZone("Europe/Berlin")), [
    '"2016-03-01 01:00:00 +0100"',
    '"2016-07-01 02:00:00 +0200"',
    "null",
  ]);
  assertEquals(times(await inZone("UTC"))[0], LEAD[0]);
});

Deno.test("D11: rowsOf() prints points at any time in any zone", async () => {
  for (const ts of ["-1", "253402127999", "1e300", "-62135596800", "-1e300"]) {
    const { points, values } = besideAnother(ts);
    for (const outputZone of ["America/Lima", "Pacific/Kiritimati"]) {
      const all = await rows("throughput", { points, outputZone });
      assertEquals(all.map((row) => row.cells.at(-1)), values, ts);
    }
  }
});

Deno.test("rowsOf() reads JSON with elmond's white space", async () => {
  const points = `[\n    {\n        "ts": ${TS},\n        "val": [\n` +
    '            {\n                "ttl": 1,\n "ip" : "192.0.2.1"\n }\n ]\n }\n]\n';
  const [row] = await rows("packet-trace", { points });
  assertEquals(row!.cells.slice(7, 11), ["1", "null", "null", '"192.0.2.1"']);
});

const NAMES = [...EVENT_TYPES.map(({ name }) => name), "heard-of-by-nobody"];

Deno.test("rowsOf() makes rows of JSON in as many cells as columns, whatever comes for whatever event type", async () => {
  const leaf = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.record({
      start: fc.jsonValue(),
      duration: fc.jsonValue(),
      val: fc.jsonValue(),
    }, { requiredKeys: [] }),
    fc.record({ ttl: fc.jsonValue(), ip: fc.ipV4(), error: fc.jsonValue() }, {
      requiredKeys: [],
    }),
  );
  const value = fc.oneof(leaf, fc.array(leaf), fc.array(fc.array(leaf)));
  const [values = []] = fc.sample(
    fc.array(value, { minLength: 90, maxLength: 90 }), // one page
    { numRuns: 1, seed: 2016 },
  );
  const points = JSON.stringify(
    values.map((val, index) => ({ ts: TS + index, val })),
  );
  for (const eventType of NAMES) {
    for (const splitsTraces of [false, true]) {
      for (const row of await rows(eventType, { points, splitsTraces })) {
        assertEquals(row.cells.length, row.columns.length, eventType);
        for (const cell of row.cells) JSON.parse(cell);
      }
    }
  }
});

Deno.test("seriesOf() finds nothing where the test has no such event type", async () => {
  await withTest({ "event-types": [] }, "[]", (md) => {
    const request = { eventType: "throughput", summaryWindow: 0 };
    assertEquals(seriesOf(md, request), undefined);
    return Promise.resolve();
  });
});

Deno.test("D17: seriesOf() finds a roll-up whether its window is text or a number", async () => {
  for (const window of ["86400", 86400]) {
    const summaries = [
      { "summary-type": "average", "summary-window": 300, uri: "/wrong" },
      { "summary-type": "average", "summary-window": window, uri: "/right" },
    ];
    const types = [{ "event-type": "throughput", "base-uri": BASE, summaries }];
    await withTest({ "event-types": types }, "[]", (md) => {
      const request = {
        eventType: "throughput",
        summaryType: "average",
        summaryWindow: 86400,
      };
      const series = seriesOf(md, request);
      assert(series !== undefined && "uri" in series);
      assertEquals(series.uri, "/right");
      assertEquals(seriesOf(md, { ...request, summaryWindow: 60 }), undefined);
      return Promise.resolve();
    });
  }
});

Deno.test("seriesOf() gives raw data of event types that have no roll-ups, as the original does", async () => {
  for (const eventType of ["failures", "packet-trace", "streams-throughput"]) {
    const types = [{ "event-type": eventType, "base-uri": BASE }];
    await withTest({ "event-types": types }, "[]", (md) => {
      const series = seriesOf(md, {
        eventType,
        summaryType: "aggregation",
        summaryWindow: 300,
      });
      assert(series !== undefined && "baseUri" in series, eventType);
      return Promise.resolve();
    });
  }
});

Deno.test("seriesOf() does not take the raw data of an event type that it does not know for a roll-up", async () => {
  const types = [{ "event-type": "made-up", "base-uri": BASE }];
  await withTest({ "event-types": types }, "[]", (md) => {
    const request = { eventType: "made-up", summaryWindow: 300 };
    const rollUp = { ...request, summaryType: "aggregation" };
    assertEquals(seriesOf(md, rollUp), undefined);
    assert(seriesOf(md, request) !== undefined);
    return Promise.resolve();
  });
});

Deno.test("seriesOf() gives raw data where a window is named but no type", async () => {
  const types = [{ "event-type": "throughput", "base-uri": BASE }];
  await withTest({ "event-types": types }, "[]", (md) => {
    const series = seriesOf(md, {
      eventType: "throughput",
      summaryWindow: 300,
    });
    assert(series !== undefined && "baseUri" in series);
    return Promise.resolve();
  });
});

/** The last cells of the lead, and those of the row, in ndjson. */
async function inNdjson(eventType: string, asked: Asked) {
  const format = "ndjson";
  const all = await rows(eventType, { archive: "http://a/", format, ...asked });
  return all.map(({ columns, cells }) => {
    assertEquals(columns, [
      ...["archive", "metadata_key", "source", "destination"],
      ...["measurement_agent", "tool", "event_type", "summary_type"],
      ...["summary_window", "timestamp", "ts", "value"],
    ]);
    assertEquals(cells[0], '"http://a/"');
    return cells.slice(6).join(" ");
  });
}

Deno.test("rowsOf() makes one row of each point in ndjson, whatever its value", async () => {
  for (const name of ["packet-trace", "histogram-ttl", "failures", "x"]) {
    const values = ["[]", "[{}, {}]", "1.0", '"a"', "null", '{"a": 1}'];
    const points = values.map((val) => `{"ts":${TS},"val":${val}}`);
    assertEquals(
      await inNdjson(name, { points: `[${points}]`, splitsTraces: true }),
      values.map((val) => `"${name}" "base" 0 ${LEAD} ${TS} ${val}`),
    );
  }
});

Deno.test("rowsOf() says in ndjson of which roll-up a value is, and that base data is", async () => {
  const points = `[{"ts":${TS},"val":1}]`;
  const told = async (eventType: string, asked: Partial<Asked>) =>
    (await inNdjson(eventType, { points, ...asked }))[0]!
      .split(" ").slice(1, 3).join(" ");
  const summary = {
    ...{ "summary-type": "aggregation", "summary-window": "3600" },
    uri: BASE,
  };
  const hourly = { summaryType: "aggregation", summaryWindow: 3600 };
  const rolled = { ...hourly, summaries: [summary] };
  assertEquals(await told("packet-loss-rate", rolled), '"aggregation" 3600');
  assertEquals(await told("failures", hourly), '"base" 0');
  assertEquals(await told("failures", { summaryWindow: 300 }), '"base" 0');
});

const SUBJECT: Subject = { ...BARE, source: "192.0.2.10" };

/** A point as the archive sends it. */
function point(ts: number, val: string): DataPoint {
  const text = `{"ts":${ts},"val":${val}}`;
  return new DataPoint(JSON.parse(text), text);
}

/** A name service that keeps its answers back until it is told to give them. */
function slowNames() {
  const asked: string[] = [];
  let answer = () => {};
  const told = new Promise<void>((resolve) => answer = resolve);
  const reverse = async (address: string) => {
    asked.push(address);
    await told;
    return `${address}.example`;
  };
  const hostnames = new Hostnames({ resolver: { ...noNames, reverse } });
  return { hostnames, asked, answer: () => answer() };
}

Deno.test("SeriesRows gives all rows of a series the same lead, and the time as a number", async () => {
  const request = { eventType: "streams-throughput", summaryWindow: 0 };
  const series = await SeriesRows.create(SUBJECT, request, new Hostnames());
  const all = [point(TS, "[1,2]"), point(TS + 60, "[3]"), point(-1e15, "[4]")]
    .flatMap((each) => series.rowsOf(each));
  for (const row of all) assert(row.lead === all[0]!.lead);
  for (const row of all) assert(row.columns === all[0]!.columns);
  assertEquals(all.map((row) => row.tsEpoch), [TS, TS, TS + 60, -1e15]);
  assertEquals(all[2]!.cells, ['"2016-03-01 00:01:00"', "0", "3"]);
  assertEquals(all[2]!.columns, ["timestamp", "stream_num", "value"]);
});

Deno.test("prepare() asks for the names of all hops at once, and each name once", async () => {
  const { hostnames, asked, answer } = slowNames();
  const request = { eventType: "packet-trace", summaryWindow: 0 };
  const series = await SeriesRows.create(BARE, request, hostnames);
  const points = ["1", "2", "1"].map((last) =>
    point(TS, `[{"ip":"192.0.2.${last}"},{"ip":"router"},{"ip":null},{}]`)
  );
  const ready = series.prepare(points);
  await Promise.resolve();
  assertEquals(asked, ["192.0.2.1", "192.0.2.2"]);
  answer();
  await ready;
  const ips = points.flatMap((each) => series.rowsOf(each))
    .map((row) => row.cells[4]);
  const rest = ['"router"', "null", "null"];
  assertEquals(ips.slice(0, 4), ['"192.0.2.1.example"', ...rest]);
  assertEquals(ips.slice(4, 8), ['"192.0.2.2.example"', ...rest]);
  assertEquals(ips.slice(8), ips.slice(0, 4));
  // nothing is left to wait for
  assertEquals(series.prepare(points), undefined);
  assertEquals(asked.length, 2);
});

Deno.test("rowsOf() shows hops that were not prepared by the names that are known", async () => {
  const { hostnames, answer } = slowNames();
  const request = { eventType: "packet-trace", summaryWindow: 0 };
  const series = await SeriesRows.create(BARE, request, hostnames);
  const [row] = series.rowsOf(point(TS, '[{"ip":"192.0.2.1"}]'));
  assertEquals(row!.cells[4], '"192.0.2.1"');
  answer();
  await hostnames.show("192.0.2.1");
});

Deno.test("prepare() does nothing for rows without hops", async () => {
  const { hostnames, asked } = slowNames();
  for (const eventType of NAMES.filter((name) => name !== "packet-trace")) {
    const request = { eventType, summaryWindow: 0 };
    const series = await SeriesRows.create(BARE, request, hostnames);
    const points = [point(TS, '[{"ip":"192.0.2.1"}]')];
    assertEquals(series.prepare(points), undefined, eventType);
  }
  assertEquals(asked, []);
});

Deno.test("subjectOf() has the facts that rows repeat, and can be stored as JSON", async () => {
  const fields = {
    "tool-name": "bwctl/iperf3",
    "sample-bucket-width": 0.0001,
    "metadata-key": "k",
    "event-types": [],
  };
  await withTest(fields, "[]", (md) => {
    const subject = subjectOf(md);
    assertEquals(subject, {
      source: "192.0.2.10",
      destination: "192.0.2.20",
      key: '"k"',
      agent: "null",
      tool: '"bwctl/iperf3"',
      bucket: "0.0001",
    });
    assertEquals(JSON.parse(JSON.stringify(subject)), subject);
    return Promise.resolve();
  });
  const bare = { source: null, destination: null, "tool-name": undefined };
  await withTest(bare, "[]", (md) => {
    assertEquals(subjectOf(md), BARE);
    return Promise.resolve();
  });
});

Deno.test("columnsFor() names the columns of an event type, and for Parquet the same of all", () => {
  const own = (eventType: string, summaryType?: string) =>
    columnsFor({
      eventType,
      summaryWindow: 0,
      ...(summaryType ? { summaryType } : {}),
    }).slice(LEADING_COLUMNS.length).join(" ");
  assertEquals(
    columnsFor({ eventType: "throughput", summaryWindow: 0 }),
    [...LEADING_COLUMNS, "value"],
  );
  assertEquals(own("histogram-rtt"), "bucket value");
  assertEquals(
    own("histogram-rtt", "statistics"),
    "min median max mean mode standard_deviation variance percentile_25 " +
      "percentile_75 percentile_95",
  );
  assertEquals(
    own("packet-trace"),
    "ttl query success ip rtt mtu error_message",
  );
  assertEquals(own("failures"), "msg");
  assertEquals(own("streams-throughput"), "stream_num value");
  assertEquals(
    own("streams-throughput-subintervals"),
    "stream_num start duration value",
  );
  assertEquals(own("pscheduler-raw"), "value");
  assertEquals(own("heard-of-by-nobody"), "value");
  for (const eventType of ["throughput", "packet-trace", "failures"]) {
    assertEquals(
      columnsFor({ eventType, summaryWindow: 0, format: "parquet" }),
      [...IDENTITY_COLUMNS, "value"],
    );
  }
});

Deno.test("rowsOf() for Parquet gives a row a point, with the exact value", async () => {
  const series = await SeriesRows.create(
    { ...BARE, key: '"k"', source: "192.0.2.1" },
    {
      ...{ format: "parquet", archive: "http://192.0.2.9/" },
      ...{ eventType: "packet-trace", summaryWindow: 0 },
    },
    slowNames().hostnames,
  );
  for (const value of ['[{"ttl":1.0},{"ttl":2}]', "[]", "null"]) {
    assertEquals(series.prepare([point(TS, value)]), undefined);
    assertEquals(series.rowsOf(point(TS, value)), [
      { lead: series.lead, columns: ["value"], cells: [value], tsEpoch: TS },
    ]);
  }
  const [archive, key, source] = series.lead.cells;
  assertEquals(
    [archive, key, source],
    ['"http://192.0.2.9/"', '"k"', '"192.0.2.1"'],
  );
});

Deno.test("rows for Parquet name a test without a key by its address, since its rows may be those of another otherwise", async () => {
  const keyOf = async (more: Partial<Subject>, format: Format) => {
    const request = { eventType: "throughput", summaryWindow: 0, format };
    const { hostnames } = slowNames();
    const rows = await SeriesRows.create(
      { ...BARE, ...more },
      request,
      hostnames,
    );
    return rows.lead.cells[1];
  };
  const address = "http://192.0.2.9/archive/1/";
  assertEquals(await keyOf({ address }, "parquet"), `"${address}"`);
  assertEquals(await keyOf({ address }, "ndjson"), "null");
  assertEquals(await keyOf({ address, key: '"k"' }, "parquet"), '"k"');
  assertEquals(await keyOf({}, "parquet"), "null");
});

Deno.test("nameCell() is JSON whatever a name holds, and null without an address", async () => {
  const resolver = { ...noNames, reverse: () => Promise.resolve('a"b\\é\x1b') };
  const hostnames = new Hostnames({ resolver });
  assertEquals(
    JSON.parse(await nameCell("192.0.2.1", hostnames)),
    'a"b\\é\x1b',
  );
  assertEquals(await nameCell(undefined, hostnames), "null");
});
