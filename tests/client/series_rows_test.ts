import { assertEquals, assertThrows } from "@std/assert";
import { EVENT_TYPES } from "../../client/event_types.ts";
import {
  columnsOf,
  DataPoint,
  type EventType,
  FilterError,
  type Metadata,
  rowsOf,
} from "../../mod.ts";
import { BASE, withTest } from "../helpers/one_test.ts";

const LEADING =
  "source destination event_type tool summary_type summary_window timestamp";

/** A test that has an event type, with a roll-up of it. */
function typesOf(eventType: string, summaryType = "aggregation") {
  const summary = { "summary-type": summaryType, "summary-window": "3600" };
  return {
    "event-types": [{
      "event-type": eventType,
      "base-uri": BASE,
      "summaries": [{ ...summary, uri: BASE }],
    }],
  };
}

/** A point as the archive sends it. */
function point(val: string, ts = 1456790400): DataPoint {
  const text = `{"ts":${ts},"val":${val}}`;
  return new DataPoint(JSON.parse(text), text);
}

/** Runs `use` with the event type of a test with these fields. */
async function withSeries(
  eventType: string,
  use: (series: EventType, md: Metadata) => void,
  fields: Record<string, unknown> = {},
): Promise<void> {
  await withTest({ ...typesOf(eventType), ...fields }, "[]", (md) => {
    use(md.getEventType(eventType)!, md);
    return Promise.resolve();
  });
}

Deno.test("columnsOf() has the seven columns that every series has, then its own", async () => {
  const own = new Map<string, string>();
  for (const { name } of EVENT_TYPES) {
    await withSeries(name, (series) => {
      const columns = columnsOf(series);
      assertEquals(columns.slice(0, 7).join(" "), LEADING);
      own.set(name, columns.slice(7).join(" "));
    });
  }
  assertEquals(own.get("throughput"), "value");
  assertEquals(own.get("histogram-rtt"), "bucket value");
  assertEquals(
    own.get("packet-trace"),
    "ttl query success ip rtt mtu error_message",
  );
  assertEquals(own.get("pscheduler-raw"), "value");
});

Deno.test("columnsOf() knows a roll-up by its kind, and gives a list that can be changed", async () => {
  const types = typesOf("histogram-rtt", "statistics");
  await withTest(types, "[]", (md) => {
    const statistics = md.getEventType("histogram-rtt")!
      .getSummary("statistics", 3600)!;
    const columns = columnsOf(statistics);
    assertEquals(columns.slice(7, 10), ["min", "median", "max"]);
    columns.push("more");
    assertEquals(columnsOf(statistics).includes("more"), false);
    return Promise.resolve();
  });
});

Deno.test("rowsOf() gives objects with the names of the columns, in order", async () => {
  await withSeries("throughput", (series) => {
    const [row, ...more] = rowsOf(series, point("7016320000.0"));
    assertEquals(more, []);
    assertEquals(Object.keys(row!), columnsOf(series));
    assertEquals(row, {
      source: "192.0.2.10",
      destination: "192.0.2.20",
      event_type: "throughput",
      tool: "tool",
      summary_type: "base",
      summary_window: 0,
      timestamp: "2016-03-01 00:00:00",
      value: 7016320000,
    });
  });
});

Deno.test("rowsOf() names the kind and the window of a roll-up", async () => {
  await withSeries("packet-loss-rate", (series) => {
    const hourly = series.getSummary("aggregation", 3600)!;
    const [row] = rowsOf(hourly, point("0.25"));
    assertEquals(
      [row!["event_type"], row!["summary_type"], row!["summary_window"]],
      ["packet-loss-rate", "aggregation", 3600],
    );
    assertEquals(row!["value"], 0.25);
  });
});

Deno.test("rowsOf() has null for what a test or a point lacks", async () => {
  const bare = { source: null, destination: undefined, "tool-name": null };
  await withSeries("ntp-delay", (series) => {
    const [row] = rowsOf(series, new DataPoint({ ts: NaN }, "{}"));
    const { source, destination, tool, timestamp, value } = row!;
    assertEquals(
      [source, destination, tool, timestamp, value],
      [null, null, null, null, null],
    );
  }, bare);
});

Deno.test("rowsOf() gives numbers as they are, and as text where a number would lose digits", async () => {
  const table: [text: string, value: unknown][] = [
    ["1", 1],
    ["1.0", 1],
    ["1e-07", 1e-7],
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", "9007199254740993"],
    ["-9007199254740993", "-9007199254740993"],
    ["9007199254740992", 9007199254740992],
    ["1152921504606846976", 2 ** 60],
    ["0.1234567890123456789", 0.1234567890123456789],
    ["null", null],
    ["true", true],
    ['"7"', "7"],
    ['{"b":1,"a":[null]}', { b: 1, a: [null] }],
    ["[1,2]", [1, 2]],
  ];
  await withSeries("throughput", (series) => {
    for (const [text, value] of table) {
      assertEquals(rowsOf(series, point(text))[0]!["value"], value, text);
    }
    assertEquals(
      rowsOf(
        series,
        new DataPoint({ ts: 1, val: NaN }, '{"ts":1,"val":NaN}'),
      )[0]!["value"],
      NaN,
    );
  });
});

Deno.test("rowsOf() gives a row for each hop, by its address, and none for a trace that got nowhere", async () => {
  await withSeries("packet-trace", (series) => {
    const trace = '[{"ttl":1,"query":1,"success":1,"ip":"192.0.2.1",' +
      '"rtt":0.5,"mtu":1500},{"ttl":2,"error-message":"No response"}]';
    const rows = rowsOf(series, point(trace));
    assertEquals(
      rows.map((
        { timestamp, ttl, ip, rtt, error_message },
      ) => [timestamp, ttl, ip, rtt, error_message]),
      [
        ["2016-03-01 00:00:00", 1, "192.0.2.1", 0.5, null],
        ["2016-03-01 00:00:00", 2, null, null, "No response"],
      ],
    );
    assertEquals(rowsOf(series, point("[]")), []);
    assertEquals(rowsOf(series, point("null")), []);
  });
});

Deno.test("rowsOf() has the width of the buckets beside a histogram, digit for digit", async () => {
  for (
    const [sent, width] of [["0.0001", "0.0001"], [0.0001, 0.0001], [
      undefined,
      null,
    ]]
  ) {
    await withSeries("histogram-owdelay", (series) => {
      const [row] = rowsOf(series, point('{"24.6":598}'));
      assertEquals([row!["bucket"], row!["value"]], [width, { "24.6": 598 }]);
    }, { "sample-bucket-width": sent });
  }
});

Deno.test("rowsOf() gives a row of its own to every caller", async () => {
  await withSeries("throughput", (series) => {
    const [one] = rowsOf(series, point("1"));
    one!["source"] = "changed";
    assertEquals(rowsOf(series, point("2"))[0]!["source"], "192.0.2.10");
  });
});

Deno.test("columnsOf() and rowsOf() say in one sentence what is not a series, or not a point", async () => {
  // deno-lint-ignore no-explicit-any -- what code without types may give
  const [columns, rows] = [columnsOf, rowsOf] as ((...all: any[]) => unknown)[];
  for (const given of [undefined, null, "throughput", 7, {}, new Map()]) {
    assertThrows(
      () => columns!(given),
      FilterError,
      "columnsOf() needs an event type or a roll-up, not ",
    );
    assertThrows(
      () => rows!(given, point("1")),
      FilterError,
      "rowsOf() needs an event type or a roll-up, not ",
    );
  }
  await withSeries("throughput", (series, md) => {
    assertThrows(() => columns!(md), FilterError, "columnsOf() needs");
    for (const given of [undefined, null, 7, { ts: 1, val: 2 }]) {
      assertThrows(
        () => rows!(series, given),
        FilterError,
        "rows are made of the points of a series, not of ",
      );
    }
  });
});
