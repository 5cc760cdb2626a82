/**
 * Rows that are made as bytes, held against those that are made one by one.
 */

import { assert, assertEquals } from "@std/assert";
import { isPlainNumber, skipPlainNumber } from "../../../client/cell.ts";
import { EVENT_TYPES } from "../../../client/event_types.ts";
import type { PointPage } from "../../../client/point_pages.ts";
import { BufferedSink, type TextSink } from "../../../cli/io.ts";
import type { Format } from "../../../cli/names.ts";
import { createOutput } from "../../../cli/output/create.ts";
import { GzipSink } from "../../../cli/output/gzip.ts";
import { Hostnames } from "../../../cli/output/hostnames.ts";
import { PageWriter } from "../../../cli/output/page_writer.ts";
import { RowBytes } from "../../../cli/output/row_bytes.ts";
import {
  columnsFor,
  type RowRequest,
  SeriesRows,
  type Subject,
} from "../../../cli/output/rows.ts";
import type { JsonValue } from "../../../mod.ts";
import { IS_LONG, runs } from "../../helpers/long.ts";
import { fc } from "../../packages/fast_check.ts";
import { BARE } from "./bare.ts";
import { pageOf, pages } from "./pages.ts";
import { Bytes } from "./sinks.ts";

/** How rows are printed. */
interface Way {
  format: Format;
  request: RowRequest;
  subject: Subject;
  escapesFormulas: boolean;
  isTerminal: boolean;
}

/** Text that rows repeat, also such as can be taken for a part of a sample. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("198.51.100.1", "2001:db8::1") },
  fc.string({ maxLength: 12, unit: "grapheme" }),
  fc.constantFrom(
    ...["314159", "1234567890", "2009-02-13 23:31:30", "=1+1", "a,b", "\u0007"],
  ),
);

const way: fc.Arbitrary<Way> = fc.record({
  format: fc.constantFrom<Format>("csv", "json", "ndjson", "human"),
  escapesFormulas: fc.boolean(),
  isTerminal: fc.boolean(),
  zone: fc.constantFrom("UTC", "UTC", "UTC", "Europe/London", "+05:30"),
  eventType: fc.oneof(
    fc.constant("throughput"),
    fc.constantFrom<string>(...EVENT_TYPES.map(({ name }) => name)),
    fc.constant("made-up"),
  ),
  summary: fc.option(
    fc.constantFrom("average", "statistics", "aggregation"),
    { freq: 4, nil: undefined },
  ),
  added: fc.constantFrom<string[]>([], [], ["tool-name", "sample-size"], [
    "extra",
  ]),
  source: text,
  destination: text,
  tool: text,
}).map((
  { format, escapesFormulas, isTerminal, zone, eventType, summary, ...rest },
) => ({
  ...{ format, escapesFormulas, isTerminal },
  request: {
    ...{ format, eventType, outputZone: zone, added: rest.added },
    ...(summary === undefined
      ? { summaryWindow: 0 }
      : { summaryType: summary, summaryWindow: 3600 }),
  },
  subject: {
    ...BARE,
    source: rest.source,
    destination: rest.destination,
    tool: JSON.stringify(rest.tool),
    added: { sample_size: "600" },
  },
}));

/** What stands in a file after pages. */
async function written(
  way: Way,
  all: readonly PointPage<JsonValue>[],
  isGzipped: boolean,
  asBytes: boolean,
): Promise<Uint8Array> {
  const { request, subject, format, escapesFormulas, isTerminal } = way;
  const bytes = new Bytes();
  const sink = isGzipped ? new GzipSink(bytes) : new BufferedSink(bytes);
  const hostnames = new Hostnames({ keepAddresses: true });
  const rows = await SeriesRows.create(subject, request, hostnames);
  const outputTo = (sink: TextSink, isContinued = false) =>
    createOutput(format, {
      ...{ sink, isContinued, escapesFormulas, isTerminal, closing: "\n" },
      columns: columnsFor(request),
    });
  const output = outputTo(sink);
  const writer = new PageWriter({
    ...{ rows, output, sink },
    ...(asBytes ? { outputTo: (sink) => outputTo(sink, true) } : {}),
  });
  for (const page of all) await writer.write(page);
  await output.end();
  await (sink instanceof GzipSink ? sink.end() : sink.flush());
  return bytes.bytes;
}

async function assertSame(way: Way, texts: string[], isGzipped: boolean) {
  const all = texts.map(pageOf);
  const [wanted, found] = [
    await written(way, all, isGzipped, false),
    await written(way, all, isGzipped, true),
  ];
  if (wanted.every((byte, at) => byte === found[at])) {
    assertEquals(found.length, wanted.length);
    return;
  }
  const [one, other] = [found, wanted].map((bytes) =>
    new TextDecoder().decode(bytes)
  );
  assertEquals(one, other);
}

Deno.test("rows are the same, whether they are made as bytes or one by one", async () => {
  await fc.assert(
    fc.asyncProperty(way, pages, fc.boolean(), assertSame),
    { seed: 18, numRuns: runs("ESMOND_PAGES_RUNS", 200, 4000) },
  );
});

/** Rows of pages that fill a segment of what is compressed in one go. */
const LONG_PAGES = Array.from({ length: IS_LONG ? 12 : 4 }, (_, page) => {
  const points = Array.from({ length: 5000 }, (_, n) => {
    const ts = 1_456_790_400 + 60 * (5000 * page + n);
    const val = n % 1000 === 999 ? "1e5" : `${(n * 7919) % 1e6}.0`;
    return `{"ts":${ts},"val":${val}}`;
  });
  return `[${points.join()}]`;
});

for (const format of ["csv", "json", "ndjson"] as const) {
  Deno.test(`long pages give the same ${format}, also compressed, segment by segment`, async () => {
    const subject = { ...BARE, source: "ü".repeat(20), tool: '"🚀"' };
    const request = { format, eventType: "throughput", summaryWindow: 0 };
    const way = {
      ...{ format, subject, request },
      ...{ escapesFormulas: false, isTerminal: false },
    };
    await assertSame(way, LONG_PAGES, false);
    await assertSame(way, LONG_PAGES, true);
  });
}

/** How many of the first points of a page have rows that are made as bytes. */
async function madeOf(
  format: Format,
  eventType: string,
  text: string,
): Promise<number> {
  const request = { format, eventType, summaryWindow: 0 };
  const subject = { ...BARE, source: "192.0.2.1", tool: '"iperf3"' };
  const hostnames = new Hostnames({ keepAddresses: true });
  const rows = await SeriesRows.create(subject, request, hostnames);
  const made = RowBytes.of(rows, (sink) =>
    createOutput(format, {
      ...{ sink, columns: columnsFor(request), closing: "" },
      ...{ isTerminal: false, isContinued: true },
    }));
  assert(made !== undefined);
  const points = made.pointsOf(pageOf(text));
  let at = 0;
  if (points === undefined) return at;
  let from: number;
  do {
    from = at;
    at = made.make(points, from).next;
  } while (at > from);
  return at;
}

Deno.test("nearly every row is made as bytes", async () => {
  for (const format of ["csv", "json", "ndjson"] as const) {
    const made = await madeOf(format, "throughput", LONG_PAGES[0]!);
    // All numbers of ndjson are those of the archive.
    assertEquals(made, format === "ndjson" ? 5000 : 999);
  }
});

Deno.test("histograms and traces are rows of bytes where nothing in them is printed anew", async () => {
  const page = (value: string) =>
    `[${
      Array.from(
        { length: 3000 },
        (_, n) => `{"ts": ${1_456_790_400 + n}, "val": ${value}}`,
      ).join()
    }]`;
  const histogram = '{"10.5": 3, "9":1.0}';
  const trace = `[${'{"ttl": 1, "ip": "192.0.2.1"},'.repeat(8)}null]`;
  for (
    const [eventType, value, wanted] of [
      ["histogram-owdelay", histogram, 3000],
      ["packet-trace", trace, 3000],
      ["packet-trace", "[\n1]", 0],
      ["packet-trace", '["é"]', 0],
    ] as const
  ) assertEquals(await madeOf("ndjson", eventType, page(value)), wanted);
  const asCsv = await madeOf("csv", "histogram-owdelay", page(histogram));
  assertEquals(asCsv, 0);
});

Deno.test("skipPlainNumber() is isPlainNumber() of bytes", () => {
  const digits = fc.constantFrom("0", "00", "000", "7", "10", "12345678");
  const number = fc.tuple(
    fc.constantFrom("", "-"),
    fc.oneof(digits, fc.nat().map(String)),
    fc.option(fc.tuple(digits, digits), { nil: undefined }),
    fc.constantFrom("", "", "", "", "e5", "E-7"),
  ).map(([sign, whole, fraction, exponent]) =>
    sign + whole.replace(/^0+(?=\d)/, "") +
    (fraction === undefined ? "" : `.${fraction.join("")}`) + exponent
  );
  let plain = 0;
  fc.assert(
    fc.property(number, fc.nat(3), (text, at) => {
      const bytes = new TextEncoder().encode(`${"0".repeat(at)}${text},0`);
      const found = skipPlainNumber(bytes, at) === at + text.length;
      if (found) plain++;
      assertEquals(found, isPlainNumber(text), text);
    }),
    { seed: 3, numRuns: 5000 },
  );
  assert(plain > 500 && plain < 4500, `${plain}`);
});
