/** `csv()` of the library prints what the program prints. */

import { assert, assertEquals } from "@std/assert";
import { startArchive } from "../archive/server.ts";
import { EVENT_TYPES, eventTypeInfo } from "../client/event_types.ts";
import { ApiConnect, csv } from "../mod.ts";
import { IS_LONG } from "./helpers/long.ts";
import { BASE, withTest } from "./helpers/one_test.ts";
import { runCli } from "./helpers/run.ts";
import { fc } from "./packages/fast_check.ts";

/** What is to be printed: all series of a kind that match. */
interface Asked {
  /** Source and destination; what one host can have is found by its source. */
  hosts: Record<string, string>;
  eventType: string;
  /** Type and window of the roll-up, if it is one. */
  summary?: [type: string, window: number];
}

/**
 * Everything in an archive; in short, of each kind of series what the first two
 * hosts have of it.
 */
async function everythingIn(url: string): Promise<Asked[]> {
  const found = new Map<string, Asked>();
  for await (const md of new ApiConnect(url).getMetadata()) {
    for (const { eventType, summaries } of md.getAllEventTypes()) {
      const { source = "", destination = "" } = md;
      const hosts = eventTypeInfo(eventType)?.needsDestination
        ? { source, destination }
        : { source };
      for (const summary of [undefined, ...summaries]) {
        const kind = { eventType, ...(summary ? { summary } : {}) };
        const name = JSON.stringify(IS_LONG ? [hosts, kind] : kind);
        if (!found.has(name)) found.set(name, { hosts, ...kind });
      }
    }
  }
  return [...found.values()];
}

/** What the library prints. */
async function printed(
  url: string,
  { hosts, eventType, summary }: Asked,
): Promise<string> {
  const filters = { ...hosts, "event-type": eventType };
  let text = "";
  for await (const md of new ApiConnect(url).getMetadata({ filters })) {
    const base = md.getEventType(eventType);
    const series = summary ? base?.getSummary(...summary) : base;
    if (series === undefined) continue;
    const header = text === "";
    for await (const piece of csv(series, series.streamPages(), { header })) {
      text += piece;
    }
  }
  return text;
}

/** What the program prints, without the line end that standard output adds. */
async function printedByProgram(
  url: string,
  { hosts, eventType, summary }: Asked,
): Promise<string> {
  const { exit, stdout, stderr } = await runCli([
    ...["get", "--url", url, "--start-time=any", "--ip", "-o", "csv"],
    ...["--src", hosts["source"]!, "--event-type", eventType],
    ...(hosts["destination"] ? ["--dest", hosts["destination"]] : []),
    ...(summary
      ? [`--summary-type=${summary[0]}`, `--summary-window=${summary[1]}`]
      : []),
  ]);
  assertEquals([exit, stdout.at(-1)], [0, "\n"], stderr);
  return stdout.slice(0, -1).replace(/^No data,.*\r\n$/m, "");
}

/** The first line in which texts differ, of both; none if they are equal. */
function difference(ours: string, theirs: string): (string | undefined)[] {
  const [one, other] = [ours.split("\r\n"), theirs.split("\r\n")];
  const longer = one.length > other.length ? one : other;
  const at = longer.findIndex((_, line) => one[line] !== other[line]);
  return at < 0 ? [] : [`line ${at + 1}`, one[at], other[at]];
}

/** How many event types of the sample have points, at least. */
const WITH_POINTS = { esmond: EVENT_TYPES.length, elmond: 25 };

/** A time before which, even in a short sample, everything has been measured. */
const NOW = Date.UTC(2026, 0, 15, 12, 30);

for (const dialect of ["esmond", "elmond"] as const) {
  Deno.test(`csv() prints the sample of ${dialect} byte for byte as get -o csv --ip does`, async () => {
    const sampleDays = IS_LONG ? 7 : 0.1;
    const archive = await startArchive({ dialect, sampleDays, now: () => NOW });
    const withPoints = new Set<string>();
    try {
      for (const asked of await everythingIn(archive.url)) {
        const ours = await printed(archive.url, asked);
        const theirs = await printedByProgram(archive.url, asked);
        assertEquals(difference(ours, theirs), [], JSON.stringify(asked));
        if (/\n./.test(ours)) withPoints.add(asked.eventType);
      }
    } finally {
      await archive.close();
    }
    assert(withPoints.size >= WITH_POINTS[dialect], [...withPoints].join());
  });
}

Deno.test("csv() prints byte for byte as get does, whatever an archive sends", async () => {
  const leaf = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom("=1", "a,b", 'say "hi"', "\r", "é\x1b"),
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
    fc.array(value.map((each) => JSON.stringify(each)), {
      minLength: 90, // all on one page
      maxLength: 90,
    }),
    { numRuns: 1, seed: 2016 },
  );
  values.push("7016320000.0", "9007199254740993", "1E-7", "-0.0", "1e400");
  const points = values.map((val, at) =>
    `{"ts":${1456790400 + at},"val":${val}}`
  );
  for (const { name } of EVENT_TYPES) {
    const fields = {
      "event-types": [{ "event-type": name, "base-uri": BASE }],
      "tool-name": 'a "tool", of é',
      "sample-bucket-width": 1e-5,
    };
    await withTest(
      fields,
      `[${points}]`,
      async ({ source, destination }, url) => {
        const hosts = { source: source!, destination: destination! };
        const asked = { hosts, eventType: name };
        assertEquals(
          difference(
            await printed(url, asked),
            await printedByProgram(url, asked),
          ),
          [],
          name,
        );
      },
    );
  }
});
