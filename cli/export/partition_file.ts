/**
 * A file of a dataset: the rows of all series of an event type, in order, made
 * of those that it had before and of those of spools.
 *
 * @module
 */

import { dirname } from "@std/path";
import { decodeString, NULL } from "../../client/json.ts";
import { ParquetOutput } from "../output/parquet.ts";
import type { Lead, Row } from "../../client/rows.ts";
import { IDENTITY_COLUMNS } from "../output/rows.ts";
import { parquetRows } from "./parquet_rows.ts";
import { PartFile, storing } from "./part.ts";
import type { Whole } from "./record.ts";
import type { SpoolReader } from "./spool.ts";

/** What a file is made of. */
export interface PartitionSources {
  /** The file as it is so far, if there is one. */
  before: string | undefined;
  /** Spools, in the order of their series; others may have no rows for it. */
  spools: readonly SpoolReader[];
  /** The first second after it; NaN for the file of rows without a time. */
  end: number;
  /** Called after each group of rows. */
  collect?(): void;
}

/**
 * Writes a file: series by series, each in order of time. Of a second that a
 * spool has rows of, these count, and of every other those that were there.
 *
 * @param path The file, which lacks its name.
 * @returns What is in it.
 */
export async function writePartition(
  path: string,
  { before, spools, end, collect }: PartitionSources,
): Promise<Whole> {
  await storing(
    `cannot make ${dirname(path)}`,
    () => Deno.mkdir(dirname(path), { recursive: true }),
  );
  const part = await PartFile.create(path);
  const kept = new RowsBefore(before);
  try {
    const output = new CountedOutput(part, collect);
    await kept.advance();
    for (const spool of spools) {
      if (Number.isNaN(end)) await addTimeless(spool, kept, output);
      else if (spool.second < end) await add(spool, end, kept, output);
    }
    while (kept.row) await kept.pass(output);
    await output.end();
    await part.finish();
    return { rows: output.rows, ...part.extent };
  } catch (error) {
    part.close();
    await Deno.remove(path).catch(() => {});
    throw error;
  } finally {
    await kept.close();
  }
}

async function add(
  spool: SpoolReader,
  end: number,
  kept: RowsBefore,
  output: CountedOutput,
): Promise<void> {
  const series = seriesOf(spool.lead);
  for await (const { lead, rows } of spool.rowsBefore(end)) {
    const { seconds } = rows;
    for (let from = 0, to = 0; from < seconds.length; from = to) {
      const second = seconds[from]!;
      while (kept.isBefore(series, second)) await kept.pass(output);
      while (kept.series === series && kept.second === second) {
        await kept.advance();
      }
      // All up to the next row that was there follow each other.
      const until = kept.series === series ? kept.second : Infinity;
      do to++; while (seconds[to]! < until);
      const wait = output.writeRows(lead, rows, from, to);
      if (wait) await wait;
    }
  }
}

/** Of rows without a time, which nothing tells apart, the more count. */
async function addTimeless(
  spool: SpoolReader,
  kept: RowsBefore,
  output: CountedOutput,
): Promise<void> {
  if (spool.timeless === 0) return;
  const series = seriesOf(spool.lead);
  while (kept.isBefore(series, -Infinity)) await kept.pass(output);
  const before: Row[] = [];
  for (; kept.series === series; await kept.advance()) before.push(kept.row!);
  if (before.length > spool.timeless) {
    for (const row of before) await output.write(row);
    return;
  }
  for await (const { lead, rows } of spool.rows()) {
    for (const [at, second] of rows.seconds.entries()) {
      if (!Number.isNaN(second)) continue;
      await output.writeRows(lead, rows, at, at + 1);
    }
  }
}

class CountedOutput extends ParquetOutput {
  rows = 0;
  readonly #collect: (() => void) | undefined;

  constructor(part: PartFile, collect: (() => void) | undefined) {
    super(part);
    this.#collect = collect;
  }

  override write(row: Row): Promise<void> | void {
    this.rows++;
    return this.#collected(super.write(row));
  }

  override writeRows(
    ...[lead, rows, from, to]: Parameters<ParquetOutput["writeRows"]>
  ): Promise<void> | void {
    this.rows += to - from;
    return this.#collected(super.writeRows(lead, rows, from, to));
  }

  #collected(wait: Promise<void> | void): Promise<void> | void {
    return this.#collect && wait ? wait.then(this.#collect) : wait;
  }
}

/** The rows that a file had before, one after the other. */
class RowsBefore {
  /** The next row; absent after the last one. */
  row: Row | undefined;
  /** The series of that row. */
  series: string | undefined;
  /** Its second. */
  second = NaN;
  readonly #groups: AsyncGenerator<Row[], void, void> | undefined;
  #group: Row[] = [];
  #at = 0;

  constructor(path: string | undefined) {
    this.#groups = path === undefined ? undefined : parquetRows(path);
  }

  /** Whether the next row is of an earlier series, or of an earlier second. */
  isBefore(series: string, second: number): boolean {
    return this.series !== undefined && (this.series < series ||
      this.series === series && this.second < second);
  }

  /** Writes the next row, and goes on to the one after it. */
  async pass(output: CountedOutput): Promise<void> {
    const wait = output.write(this.row!);
    if (wait) await wait;
    await this.advance();
  }

  /** Goes on to the next row. */
  async advance(): Promise<void> {
    while (this.#groups && this.#at === this.#group.length) {
      const { done, value } = await this.#groups.next();
      if (done) break;
      this.#group = value!;
      this.#at = 0;
    }
    this.row = this.#group[this.#at];
    this.#at = Math.min(this.#at + 1, this.#group.length);
    this.series = this.row && seriesOf(this.row.lead!);
    this.second = this.row?.tsEpoch ?? NaN;
  }

  /** Ends reading. */
  async close(): Promise<void> {
    await this.#groups?.return();
  }
}

/** What the series of a file are sorted by: all of them differ in it. */
export function seriesOf(lead: Lead): string {
  let series = SERIES.get(lead);
  if (series === undefined) {
    series = SORTED_BY.map((at) => {
      const cell = lead.cells[at]!;
      return cell === NULL ? "" : decodeString(cell);
    }).join("\0");
    SERIES.set(lead, series);
  }
  return series;
}

/** Names that a file system does not tell apart share a folder. */
const SORTED_BY = ["event_type", "metadata_key"]
  .map((column) => IDENTITY_COLUMNS.indexOf(column));

const SERIES = new WeakMap<Lead, string>();
