/** What a search of elmond finds, and what it misses as the real one does. */

import { assertEquals } from "@std/assert";
import { termsOf } from "../../archive/elmond_search.ts";
import { startArchive } from "../../archive/server.ts";
import { read, ROOT } from "../helpers/archive.ts";

Deno.test("termsOf() cuts a text where OpenSearch's standard analyser does", () => {
  const cases: [text: string, terms: string[]][] = [
    ["ps.alpha.example", ["ps.alpha.example"]],
    ["PS1.Alpha.example", ["ps1", "alpha.example"]],
    ["paris-traceroute", ["paris", "traceroute"]],
    ["192.0.2.10", ["192.0.2.10"]],
    ["2001:db8::a1", ["2001", "db8", "a1"]],
    ["under_score", ["under_score"]],
    ["", []],
  ];
  for (const [text, terms] of cases) assertEquals(termsOf(text), terms, text);
});

/** Query → how many tests of the sample are found; 500 where it crashes. */
const SEARCHES: [query: string, found: number | "500"][] = [
  ["", 35],
  ["event-type=throughput", 13],
  ["event-type=packet-loss-rate", 10],
  ["event-type=packet-retransmits", 12],
  ["event-type=path-mtu", 8],
  ["event-type=packet-trace-multi", "500"],
  ["event-type=pscheduler-raw", "500"],
  ["summary-type=statistics&summary-window=300", 11],
  ["summary-type=aggregation&summary-window=60", "500"],
  ["summary-window=x", "500"],
  ["tool-name=iperf3", 12],
  ["tool-name=pscheduler/iperf3", 12],
  ["tool-name=paris-traceroute", 0],
  ["tool-name=traceroute", 8],
  ["input-source=ps.alpha.example", 13],
  ["input-source=PS.alpha.example", 0],
  ["pscheduler-test-type=latencybg", 8],
  ["pscheduler-test-type=latencybg&pscheduler-test-type=trace", 8],
  ["subject-type=network-element", 3],
  ["subject-type=point-to-point", 32],
  ["source=192.0.2.10", 6],
  ["measurement-agent=192.0.2.10", 7],
  ["bw-parallel-streams=2", 12],
  ["bw-parallel-streams=2.0", 12],
  ["bw-parallel-streams=two", "500"],
  ["trace-algorithm=paris-traceroute", 0],
  ["ip-transport-protocol=tcp", 12],
  ["ip-transport-protocol=udp", 1],
  ["sort=time", 0],
];

Deno.test("a search finds what elmond finds, misses what it misses, and crashes where it crashes", async () => {
  const archive = await startArchive({
    dialect: "elmond",
    sampleDays: 1,
    now: () => 1_790_000_000_000,
  });
  try {
    for (const [query, expected] of SEARCHES) {
      const url = `${archive.url}${ROOT}?${query}`;
      if (expected === "500") {
        const response = await fetch(url);
        await response.body?.cancel();
        assertEquals(response.status, 500, query);
      } else assertEquals((await read(url)).length, expected, query);
    }
  } finally {
    await archive.close();
  }
});
