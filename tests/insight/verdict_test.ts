import { assertEquals, assertThrows } from "@std/assert";
import {
  alerts,
  judge,
  parseRange,
  type ThresholdUnit,
  worst,
} from "../../insight/verdict.ts";

Deno.test("alerts() is what the guidelines of Nagios plugins say of a range", () => {
  const cases: [value: number, range: string, isAlert: boolean][] = [
    [5, "10", false],
    [11, "10", true],
    [-1, "10", true],
    [9, "10:", true],
    [10, "10:", false],
    [11, "~:10", true],
    [-99, "~:10", false],
    [15, "10:20", false],
    [21, "10:20", true],
    [15, "@10:20", true],
    [10, "@10:20", true],
    [21, "@10:20", false],
    [0.5, "5:", true],
    // The ends, and forms that are seldom written.
    [0, "10", false],
    [10, "10", false],
    [20, "@10:20", true],
    [20, "10:20", false],
    [9, "10:20", true],
    [5, ":10", false],
    [-1, ":10", true],
    [5, "@10", true],
    [-1, "@10", false],
    [-5, "-10:-1", false],
    [0, "-10:-1", true],
    [1e300, "~:", false],
    [0, "@~:10", true],
    [15, " 10 : 20 ", false],
    [Infinity, "10:", false],
    [-Infinity, "10:", true],
  ];
  for (const [value, range, isAlert] of cases) {
    assertEquals(
      alerts(parseRange(range), value),
      isAlert,
      `${value} ${range}`,
    );
  }
});

Deno.test("alerts() does not say that what is not a number is well", () => {
  for (const range of ["10", "@10:20", "~:"]) {
    assertEquals(alerts(parseRange(range), NaN), true);
  }
});

Deno.test("parseRange() reads numbers with the suffixes of the unit", () => {
  const cases: [text: string, unit: ThresholdUnit, end: number][] = [
    ["500M", "Gbit/s", 0.5],
    ["2.5G", "Gbit/s", 2.5],
    ["2.5g", "Gbit/s", 2.5],
    ["1.2e9", "Gbit/s", 1.2],
    ["940000000", "Gbit/s", 0.94],
    ["0.3", "Gbit/s", 0.3],
    ["100", "Gbit/s", 100],
    ["1T", "Gbit/s", 1000],
    ["64k", "Gbit/s", 0.000064],
    ["300M", "Gbit/s", 0.3],
    ["0.5%", "%", 0.5],
    ["0.5", "%", 0.5],
    ["20ms", "ms", 20],
    ["0.02s", "ms", 20],
    ["500us", "ms", 0.5],
    ["2 h", "s", 7200],
    ["10m", "s", 600],
    ["1e3", "", 1000],
  ];
  for (const [text, unit, end] of cases) {
    assertEquals(parseRange(text, unit).end, end, text);
  }
});

Deno.test("parseRange() tells the range in its unit, for performance data", () => {
  const cases: [text: string, shown: string][] = [
    ["500M:", "0.5:"],
    ["0:5", "5"],
    [":5", "5"],
    ["~:1e9", "~:1"],
    ["@1G:2G", "@1:2"],
    ["@0:2", "@2"],
    ["~:", "~:"],
    ["0:", "0:"],
    ["0.1:0.3", "0.1:0.3"],
    ["1e-7:", "0.0000001:"],
    ["64k:", "0.000064:"],
  ];
  for (const [text, shown] of cases) {
    const range = parseRange(text, "Gbit/s");
    assertEquals(range.text, shown, text);
    assertEquals(parseRange(range.text, "Gbit/s"), {
      ...range,
      meant: parseRange(range.text, "Gbit/s").meant,
    });
  }
});

Deno.test("parseRange() knows that 5: was probably meant by a throughput of 5", () => {
  assertEquals(parseRange("5", "Gbit/s").meant, "5:");
  assertEquals(parseRange(" 500M ", "Gbit/s").meant, "500M:");
  for (const text of ["5:", "~:5", "0:5", "@5", "1:5"]) {
    assertEquals(parseRange(text, "Gbit/s").meant, undefined, text);
  }
  assertEquals(parseRange("5", "%").meant, undefined);
  assertEquals(parseRange("5", "ms").meant, undefined);
});

Deno.test("parseRange() refuses what is not a range, and says how to write one", () => {
  const texts = [
    ...["", " ", ":", "@", "@:", "~", "10:~", "x", "5:x", "1:2:3", "10:5"],
    ...["~5:10", "5..2", "0,5", "--5", "Infinity", "NaN", "0x10", "1e999"],
    ...["5:@10", "-5", "5 10", "5M", "."],
  ];
  for (const text of texts) {
    assertThrows(() => parseRange(text), SyntaxError, "write 10 (0 to 10)");
  }
  const wrong: [string, ThresholdUnit][] = [
    ["5ms", "Gbit/s"],
    ["5M", "%"],
    ["5%", "ms"],
    ["5h", "ms"],
    ["5constructor", "Gbit/s"],
  ];
  for (const [text, unit] of wrong) {
    assertThrows(() => parseRange(text, unit), SyntaxError, `in ${unit} or`);
  }
  assertThrows(() => parseRange("5:\u001b[2J"), SyntaxError, '"5:\\u001b[2J"');
});

Deno.test("judge() tells the worse of two thresholds, and what was not measured", () => {
  const warning = parseRange("5:", "Gbit/s");
  const critical = parseRange("1:", "Gbit/s");
  const both = { warning, critical };
  assertEquals([9, 5, 4.9, 1, 0.917].map((value) => judge(value, both)), [
    ...["ok", "ok", "warning", "warning", "critical"] as const,
  ]);
  assertEquals(judge(undefined, both), "unknown");
  assertEquals(judge(NaN, both), "unknown");
  assertEquals(judge(0, {}), "ok");
  assertEquals(judge(0.9, { critical: undefined, warning }), "warning");
});

Deno.test("worst() lets nothing unknown pass for well, and of nothing knows nothing", () => {
  assertEquals(worst(["ok", "warning", "unknown"]), "warning");
  assertEquals(worst(["ok", "unknown", "ok"]), "unknown");
  assertEquals(worst(["critical", "unknown"]), "critical");
  assertEquals(worst(["ok", "ok"]), "ok");
  assertEquals(worst([]), "unknown");
});
