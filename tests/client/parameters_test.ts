import { assertEquals } from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import {
  isDocumentedFilter,
  METADATA_FILTERS,
  parametersOf,
  secondsOf,
  TIME_FILTERS,
  windowOf,
  withoutEnd,
} from "../../client/parameters.ts";

Deno.test("the filters are the original's, spelled as on the wire", () => {
  for (
    const [property, name] of Object.entries({
      ...METADATA_FILTERS,
      ...TIME_FILTERS,
    })
  ) {
    const dashed = property.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
    assertEquals(name, dashed);
  }
  assertEquals(Object.keys(METADATA_FILTERS).length, 11);
  assertEquals(Object.keys(TIME_FILTERS).length, 4);
});

Deno.test("isDocumentedFilter() knows filters, times and the parameters of tests", () => {
  for (
    const name of [
      "source",
      "metadata-key",
      "summary-window",
      "time",
      "time-range",
      "dns-match-rule",
      "time-duration",
      "time-probe-interval",
      "bw-parallel-streams",
      "ip-transport-protocol",
      "pscheduler-test-type",
      "sample-bucket-width",
      "tcp-window-size",
      "trace-max-ttl",
      "mode-flip",
    ]
  ) assertEquals(isDocumentedFilter(name), true, name);
});

Deno.test("isDocumentedFilter() refuses misspellings, paging, and prefixes alone", () => {
  for (
    const name of [
      "",
      "sourc",
      "Source",
      "time_start",
      "limit",
      "offset",
      "format",
      "ip-",
      "ip",
      "ipsource",
      "x-ip-tos",
      "constructor",
    ]
  ) assertEquals(isDocumentedFilter(name), false, name);
});

Deno.test("parametersOf() makes text of numbers and keeps the order and empty values", () => {
  assertEquals(
    parametersOf({ source: "192.0.2.10", "time-start": 0, "tool-name": "" }),
    [["source", "192.0.2.10"], ["time-start", "0"], ["tool-name", ""]],
  );
  assertEquals(parametersOf({}), []);
});

Deno.test("secondsOf() takes dates, numbers and text that is a number, and cuts fractions", () => {
  assertEquals(secondsOf(new Date("2014-04-09T20:24:13.999Z")), 1397075053);
  assertEquals(secondsOf(1397075053.9), 1397075053);
  assertEquals(secondsOf("1397075053"), 1397075053);
  assertEquals(secondsOf("1397075053.5"), 1397075053);
  assertEquals(secondsOf("1e9"), 1_000_000_000);
  assertEquals(secondsOf(" 5 "), 5);
  assertEquals(secondsOf("-5"), -5);
  assertEquals(secondsOf(0), 0);
});

Deno.test("secondsOf() makes no -0, which would be sent as such", () => {
  assertEquals(Object.is(secondsOf(-0), 0), true);
  assertEquals(Object.is(secondsOf(-0.5), 0), true);
  assertEquals(Object.is(secondsOf("-0"), 0), true);
});

Deno.test("secondsOf() is NaN for anything but a time", () => {
  for (
    const value of [
      undefined,
      null,
      "",
      "  ",
      "x",
      "12:00",
      "2016-03-01",
      NaN,
      Infinity,
      -Infinity,
      "Infinity",
      "1e400",
      2 ** 53,
      true,
      [],
      [5],
      {},
      10n,
      new Date(NaN),
    ]
  ) assertEquals(secondsOf(value), NaN, String(value));
});

Deno.test("secondsOf() reads a date and its milliseconds as the same second", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => {
      assertEquals(secondsOf(new Date(ms)), secondsOf(ms / 1000));
      assertEquals(secondsOf(String(ms / 1000)), secondsOf(ms / 1000));
    }),
    { seed: 7 },
  );
});

Deno.test("windowOf() takes the first combination that fits, as the archive does", () => {
  const all = {
    "time": 100,
    "time-start": 10,
    "time-end": 20,
    "time-range": 3,
  };
  assertEquals(windowOf(all), { start: 100, end: 100 });
  assertEquals(
    windowOf({ "time-start": 10, "time-end": 20, "time-range": 3 }),
    { start: 10, end: 20 },
  );
  assertEquals(windowOf({ "time-start": 10, "time-range": 3 }), {
    start: 10,
    end: 13,
  });
  assertEquals(windowOf({ "time-end": 20, "time-range": 3 }), {
    start: 17,
    end: 20,
  });
  assertEquals(windowOf({ "time-start": 10 }), { start: 10 });
  assertEquals(windowOf({ "time-end": 20 }), { end: 20 });
  assertEquals(windowOf({ "time-range": 3 }), {});
  assertEquals(windowOf({}), {});
});

Deno.test("windowOf() takes the second 0 for a time", () => {
  assertEquals(windowOf({ "time": 0, "time-start": 5 }), { start: 0, end: 0 });
  assertEquals(windowOf({ "time-start": 0, "time-end": 0 }), {
    start: 0,
    end: 0,
  });
  assertEquals(windowOf({ "time-start": 0, "time-range": 0 }), {
    start: 0,
    end: 0,
  });
});

Deno.test("withoutEnd() leaves the beginning of the window and nothing that closes it", () => {
  assertEquals(withoutEnd({ "time-start": 10, "time-end": 20 }), {
    "time-start": 10,
  });
  assertEquals(withoutEnd({ "time-start": 0, "time-range": 5 }), {
    "time-start": 0,
  });
  assertEquals(withoutEnd({ "time-end": 20, "time-range": 5 }), {
    "time-start": 15,
  });
  assertEquals(withoutEnd({ "time": 7 }), { "time-start": 7 });
  assertEquals(withoutEnd({ "time-end": 20 }), {});
  assertEquals(withoutEnd({ "time-range": 5 }), { "time-range": 5 });
  assertEquals(withoutEnd({}), {});
});
