/**
 * `copy` of a million points to a file, next to `get-bulk -o csv` of the same
 * points and to a compact SQLite table of the same rows, and how soon the file
 * lists its tests: `deno run -A scripts/bench/copy.ts [--tests 50] [--points
 * 5000] [--runs 3]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { timeAndPeak } from "./bulk/memory.ts";
import {
  bulkOptions,
  makeDirectory,
  program,
  table,
  withArchive,
} from "./bulk/tools.ts";
import { cpuTime } from "./cpu.ts";

if (import.meta.main) {
  const options = parseArgs(Deno.args, { string: ["tests", "points", "runs"] });
  const tests = Number(options["tests"] ?? 50);
  const points = Number(options["points"] ?? 5000);
  const runs = Number(options["runs"] ?? 3);
  await withArchive({ tests, points }, async (archive) => {
    const directory = await makeDirectory();
    // What only reads a file lacks the permissions that Deno wants in /dev/shm.
    const elsewhere = await Deno.makeTempDir();
    const listed = join(elsewhere, "copy.db");
    const file = join(directory, "copy.db");
    const out = join(directory, "out");
    const copying = program(["copy", "--url", archive.url, "--to", file, "-q"]);
    const copies: number[] = [];
    const exports: number[] = [];
    try {
      for (let run = 0; run < runs; run++) {
        await Deno.remove(file).catch(() => {});
        copies.push(await cpuTime(copying));
        await Deno.remove(out, { recursive: true }).catch(() => {});
        await Deno.mkdir(out);
        const bulk = bulkOptions(archive, out, "csv");
        exports.push(await cpuTime(program(["get-bulk", ...bulk, "-q"])));
      }
      await Deno.remove(file);
      const { peak } = await timeAndPeak(copying);
      await Deno.copyFile(file, listed);
      const listing = program([
        "get-endpoints",
        "-u",
        listed,
        "-S",
        "any",
        "--ip",
      ]);
      const [copy, csv] = [copies, exports].map((all) => Math.min(...all));
      const size = (await Deno.stat(file)).size;
      const compact = compactSize(file, join(directory, "compact.db"));
      table([
        ["copied", `${(4 * tests * points).toLocaleString("en-US")} points`],
        ["processor time", `${copy!.toFixed(2)} s`],
        [
          "get-bulk -o csv",
          `${csv!.toFixed(2)} s; copy takes ${
            (copy! / csv!).toFixed(2)
          } times as much`,
        ],
        ["peak RSS", `${(peak / 1024).toFixed(0)} MiB`],
        [
          "file",
          `${(size / 1e6).toFixed(1)} MB, ${
            (size / compact).toFixed(2)
          } times a compact table`,
        ],
        ["lists its tests", `${(await cpuTime(listing)).toFixed(2)} s`],
      ]);
    } finally {
      await Deno.remove(directory, { recursive: true });
      await Deno.remove(elsewhere, { recursive: true });
    }
  });
}

/** How large the same rows are in one table, packed. */
function compactSize(file: string, other: string): number {
  const database = new DatabaseSync(other);
  database.exec(
    "CREATE TABLE row (series INTEGER, ts INTEGER, val, " +
      "PRIMARY KEY (series, ts)) WITHOUT ROWID",
  );
  database.prepare("ATTACH ? AS copy").run(file);
  database.exec(
    "INSERT INTO row SELECT series, ts, coalesce(json, " +
      "CAST(number AS REAL) / max(divisor, 1)) FROM copy.point; " +
      "DETACH copy; VACUUM;",
  );
  database.close();
  return Deno.statSync(other).size;
}
