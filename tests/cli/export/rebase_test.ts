import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ApiFilters, DataPoint } from "../../../mod.ts";
import { archiveOf } from "../../helpers/one_archive.ts";
import { UsageError } from "../../../cli/errors.ts";
import { Manifest } from "../../../cli/export/manifest.ts";
import { plan } from "../../../cli/export/plan.ts";
import { checkRebase } from "../../../cli/export/rebase.ts";
import type { ExportSettings } from "../../../cli/export/settings.ts";
import { Hostnames } from "../../../cli/output/hostnames.ts";
import { createOutput } from "../../../cli/output/create.ts";
import { columnsFor, SeriesRows } from "../../../cli/output/rows.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { test } from "../../helpers/listed.ts";
import { json, withServer } from "../../servers/serve.ts";
import { Pieces } from "../output/sinks.ts";
import { QUERY } from "./query.ts";

const FROM = 1456790400;
const REQUEST = { eventType: "throughput", summaryWindow: 0 };

/**
 * Compares a mirror that has `mirrored` values, a second each, with an archive
 * that has others.
 */
async function compare(
  mirrored: number[],
  archived: (number | undefined)[],
  format: "csv" | "ndjson" = "csv",
): Promise<void> {
  const points = archived.flatMap((val, n) =>
    val === undefined ? [] : [{ ts: FROM + n, val }]
  );
  const handler = (_: Request, { pathname, searchParams }: URL) => {
    if (!pathname.includes("throughput")) {
      return json([test("k1", ["throughput"])]);
    }
    const start = Number(searchParams.get("time-start"));
    const end = Number(searchParams.get("time-end"));
    return json(points.filter(({ ts }) => ts >= start && ts <= end));
  };
  await withServer(handler, (origin) =>
    withDirectory(async (directory) => {
      const hostnames = new Hostnames({ keepAddresses: true });
      const settings = {
        connection: archiveOf(origin, new ApiFilters()),
        ...{ directory, format, isGzipped: false, hostnames },
        ...{ searches: [{}], eventTypes: [] },
        ...{
          added: [],
          escapesFormulas: false,
          summaryWindow: 0,
          outputZone: "UTC",
        },
      } as unknown as ExportSettings;
      const window = { start: FROM, end: FROM + 1000 };
      const manifest = new Manifest(directory, {
        ...{ query: QUERY, window, series: [] },
      });
      const groups = await plan(settings, undefined);
      const { subject } = groups[0]![0]!;
      const request = { ...REQUEST, format, archive: "http://was.example/" };
      const rows = await SeriesRows.create(subject, request, hostnames);
      const sink = new Pieces();
      const output = createOutput(format, {
        ...{ sink, columns: columnsFor(request), closing: "" },
        isTerminal: false,
      });
      for (const [n, val] of mirrored.entries()) {
        const point = { ts: FROM + n, val };
        const read = new DataPoint(point, JSON.stringify(point));
        for (const row of rows.rowsOf(read)) await output.write(row);
      }
      await output.end();
      const name = `a.${format}`;
      await Deno.writeTextFile(join(directory, name), sink.text);
      const record = manifest.record("k1", "throughput");
      record.files = [{ name, rows: 1, bytes: 1, sha256: "" }];
      record.last = FROM + mirrored.length - 1;
      await checkRebase(groups, manifest, settings);
    }));
}

Deno.test("checkRebase accepts an archive whose last points are those of the mirror, a few aside", async () => {
  await compare([1, 2, 3], [1, 2, 3]);
  await compare([1, 2, 3], [1, 2, 9]);
  await compare([1, 2, 3], [1, 2, 9], "ndjson");
  await compare([1, 2, 3], [undefined, undefined, 3, 4]);
});

Deno.test("checkRebase refuses an archive in which half of the points are others, and says how many", async () => {
  const { message } = await assertRejects(
    () => compare([1, 2, 3, 4], [1, 2, 9, 9]),
    UsageError,
    "is of another archive: ",
  );
  assertEquals(message.includes("2 of 4 points are not what a.csv has"), true);
  await assertRejects(() => compare([1, 2], [8, 9], "ndjson"), UsageError);
});

Deno.test("checkRebase refuses an archive that has no point of the mirror", async () => {
  for (const archived of [[], [undefined, undefined, 3]]) {
    await assertRejects(
      () => compare([1, 2], archived),
      UsageError,
      "has no points in common",
    );
  }
});

Deno.test("checkRebase compares the last two hundred seconds alone", async () => {
  const values = Array.from({ length: 600 }, (_, n) => n);
  const corrected = values.map((value, n) => n < 400 ? -1 : value);
  await compare(values, corrected);
});
