import { assert, assertEquals } from "@std/assert";
import { ApiFilters } from "../../../mod.ts";
import { archiveOf } from "../../helpers/one_archive.ts";
import { plan } from "../../../cli/export/plan.ts";
import type { Resolver } from "../../../cli/io.ts";
import { Hostnames } from "../../../cli/output/hostnames.ts";
import type { ExportSettings } from "../../../cli/export/settings.ts";
import { json, withServer } from "../../servers/serve.ts";
import { test } from "../../helpers/listed.ts";
import { noNames } from "../../helpers/run.ts";

const WINDOW = { start: 1456790400, end: 1456963199 };

/**
 * What is planned for an archive of these tests: keys and stems, in their
 * groups.
 */
async function planned(
  tests: unknown[],
  more: Partial<ExportSettings> = {},
  { window, resolver = noNames }: {
    window?: typeof WINDOW;
    resolver?: Resolver;
  } = { window: WINDOW },
): Promise<[key: string, stem: string][][]> {
  return await withServer(() => json(tests), async (origin) => {
    const settings = {
      connection: archiveOf(origin, new ApiFilters()),
      added: [],
      searches: [{}],
      eventTypes: [],
      summaryWindow: 0,
      outputZone: "UTC",
      hostnames: new Hostnames({ resolver }),
      ...more,
    } as ExportSettings;
    const groups = await plan(settings, window);
    return groups.map((jobs) => jobs.map(({ key, stem }) => [key, stem]));
  });
}

Deno.test("plan has a job for each event type of each test, in the archive's order, and the days of the window in their names", async () => {
  const tests = [
    test("k2", ["throughput", "failures"]),
    test("k1", ["throughput"], { destination: "192.0.2.22" }),
  ];
  const days = "2016-03-01_2016-03-02";
  assertEquals(await planned(tests), [
    [["k2", `192.0.2.11_192.0.2.21_throughput_${days}`]],
    [["k2", `192.0.2.11_192.0.2.21_failures_${days}`]],
    [["k1", `192.0.2.11_192.0.2.22_throughput_${days}`]],
  ]);
});

Deno.test("plan puts the days of --output-tz into the names", async () => {
  const table: [outputZone: string, days: string][] = [
    ["UTC", "2016-03-01_2016-03-02"],
    ["Asia/Tokyo", "2016-03-01_2016-03-03"],
    ["America/New_York", "2016-02-29_2016-03-02"],
  ];
  for (const [outputZone, days] of table) {
    assertEquals(await planned([test("k1", ["throughput"])], { outputZone }), [
      [["k1", `192.0.2.11_192.0.2.21_throughput_${days}`]],
    ]);
  }
});

Deno.test("plan names no first day where points are read from the first on", async () => {
  const names = await planned(
    [test("k1", ["throughput"])],
    { isAnyTime: true },
  );
  assertEquals(
    names[0]![0]![1],
    "192.0.2.11_192.0.2.21_throughput_any_2016-03-02",
  );
});

Deno.test("plan leaves the days out of names that are to stay the same", async () => {
  assertEquals(await planned([test("k1", ["throughput"])], {}, {}), [
    [["k1", "192.0.2.11_192.0.2.21_throughput"]],
  ]);
});

Deno.test("plan puts together what would share a file name, as file systems see it", async () => {
  const tests = [
    test("k1", ["path-mtu"], { source: "a.example" }),
    test("k2", ["path-mtu"], { source: "b.example" }),
    test("k3", ["path-mtu"], { source: "A.Example" }),
    test("k4", ["path-mtu"], { source: "b:example" }),
    test("k5", ["path-mtu"], { source: "b-example" }),
  ];
  const groups = await planned(tests);
  assertEquals(groups.map((jobs) => jobs.map(([key]) => key)), [
    ["k1", "k3"],
    ["k2"],
    ["k4", "k5"],
  ]);
});

Deno.test("plan has only the event type that is asked for, and only tests that have it", async () => {
  const tests = [
    test("k1", ["throughput", "failures"]),
    test("k2", ["throughput"], { destination: "192.0.2.22" }),
  ];
  const groups = await planned(tests, { eventTypes: ["failures"] });
  assertEquals(groups.map((jobs) => jobs.map(([key]) => key)), [["k1"]]);
});

Deno.test("plan has only roll-ups that there are, and raw what has none", async () => {
  const uri = "/esmond/perfsonar/archive/k1/throughput/averages/300";
  const summaries = [
    { "summary-type": "average", "summary-window": "300", uri },
  ];
  const tests = [{
    ...test("k1", []),
    "event-types": [
      { "event-type": "throughput", "base-uri": "/x", summaries },
      { "event-type": "packet-loss-rate", "base-uri": "/y", summaries: [] },
      { "event-type": "failures", "base-uri": "/z", summaries: [] },
    ],
  }];
  const asked = { summaryType: "average", summaryWindow: 300 };
  assertEquals(await planned(tests, asked, {}), [
    [["k1", "192.0.2.11_192.0.2.21_throughput"]],
    [["k1", "192.0.2.11_192.0.2.21_failures"]],
  ]);
  assertEquals(await planned(tests, { ...asked, summaryWindow: 86400 }, {}), [
    [["k1", "192.0.2.11_192.0.2.21_failures"]],
  ]);
});

Deno.test("plan knows a test without a key by where it is, and a network element by its one end", async () => {
  const tests = [
    test("k1", ["ntp-delay"], {
      "metadata-key": undefined,
      destination: undefined,
    }),
  ];
  assertEquals(await planned(tests), [[[
    "/esmond/perfsonar/archive/k1/",
    "192.0.2.11_ntp-delay_2016-03-01_2016-03-02",
  ]]]);
});

Deno.test("plan shows names in the place of addresses, and keeps the archive's order however long they take", async () => {
  const { promise: last, resolve } = Promise.withResolvers<void>();
  const resolver = {
    ...noNames,
    reverse: async (address: string) => {
      if (address === "192.0.2.22") resolve();
      else await last;
      return `n${address.split(".").at(-1)}.example`;
    },
  };
  const tests = [
    test("k1", ["path-mtu"]),
    test("k2", ["path-mtu"], { source: "192.0.2.22" }),
  ];
  const groups = await planned(tests, {}, {
    window: WINDOW,
    resolver,
  });
  assertEquals(groups.map((jobs) => jobs.map(([, stem]) => stem)), [
    ["n11.example_n21.example_path-mtu_2016-03-01_2016-03-02"],
    ["n22.example_n21.example_path-mtu_2016-03-01_2016-03-02"],
  ]);
});

Deno.test("plan keeps tests apart that have neither key nor address", async () => {
  const tests = ["k1", "k2"].map((key) =>
    test(key, ["path-mtu"], { "metadata-key": undefined, uri: undefined })
  );
  const [jobs = []] = await planned(tests);
  assertEquals(new Set(jobs.map(([key]) => key)).size, 2);
});

Deno.test("plan tells apart two tests that have neither a key nor an address of their own", async () => {
  const tests = ["k1", "k2"].map((key) => ({
    ...{ source: "192.0.2.1", destination: "192.0.2.2", "tool-name": "t" },
    "event-types": [{
      "event-type": "throughput",
      "base-uri": `/esmond/perfsonar/archive/${key}/throughput/base`,
      summaries: [],
    }],
  }));
  const [jobs] = await planned(tests);
  assertEquals(new Set(jobs!.map(([key]) => key)).size, 2);
});

Deno.test("plan takes no longer for each test of a pair when there are many of them", async () => {
  const taking = async (count: number) => {
    const tests = Array.from(
      { length: count },
      (_, index) => test(`k${index}`, ["throughput"]),
    );
    const begun = performance.now();
    const [jobs] = await planned(tests);
    assertEquals(jobs!.length, count);
    return (performance.now() - begun) / count;
  };
  await taking(100);
  // Four times as long each, were it quadratic; a busy machine gets more tries.
  for (let tries = 1;; tries++) {
    const ratio = await taking(8000) / await taking(1000);
    if (ratio < 3) return;
    assert(tries < 5, `${ratio} times as long`);
  }
});
