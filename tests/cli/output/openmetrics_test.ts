import { assertEquals } from "@std/assert";
import {
  type MetricFamily,
  openMetrics,
} from "../../../cli/output/openmetrics.ts";

const DELAY: MetricFamily = {
  name: "delay_seconds",
  type: "summary",
  unit: "seconds",
  help: "A delay.",
  samples: [{ labels: { host: "a", quantile: 0.5 }, value: 0.0246 }],
};

Deno.test("openMetrics() prints families one after the other, and an end", () => {
  const up: MetricFamily = {
    name: "up",
    type: "gauge",
    help: "Whether it is up.",
    samples: [{ labels: {}, value: 1 }],
  };
  assertEquals(
    openMetrics([up, DELAY]),
    `# HELP up Whether it is up.
# TYPE up gauge
up 1
# HELP delay_seconds A delay.
# TYPE delay_seconds summary
# UNIT delay_seconds seconds
delay_seconds{host="a",quantile="0.5"} 0.0246
# EOF
`,
  );
});

Deno.test("openMetrics() leaves out families without samples", () => {
  assertEquals(openMetrics([{ ...DELAY, samples: [] }]), "# EOF\n");
});

/** The samples as they are printed. */
function printed(...samples: MetricFamily["samples"]): string[] {
  return openMetrics([{ ...DELAY, type: "gauge", samples }]).split("\n")
    .filter((line) => line.startsWith("delay"));
}

Deno.test("openMetrics() escapes labels, and leaves out those without a value", () => {
  const labels = { text: 'a"b\\c\nd', half: "\ud800", none: null, empty: "" };
  assertEquals(printed({ labels, value: 1 }), [
    'delay_seconds{text="a\\"b\\\\c\\nd",half="\ufffd"} 1',
  ]);
});

Deno.test("openMetrics() prints no sample twice, and none that is not a number", () => {
  const labels = { host: "a" };
  assertEquals(
    printed(
      { labels, value: NaN },
      { labels, value: 1 },
      { labels, value: 2 },
      { labels: { host: "b" }, value: Infinity },
    ),
    ['delay_seconds{host="a"} 1'],
  );
});

Deno.test("openMetrics() does not call delays below 0 a summary", () => {
  const below = { labels: { quantile: 0.5 }, value: -0.001 };
  const text = openMetrics([{ ...DELAY, samples: [...DELAY.samples, below] }]);
  assertEquals(text.includes("# TYPE"), false);
  assertEquals(text.match(/^delay/gm)?.length, 2);
});
