/** Spools for tests, and the rows that they are made of. */

import { SpoolOutput } from "../../../cli/export/spool.ts";
import { IDENTITY_COLUMNS } from "../../../cli/output/rows.ts";
import type { Lead, Row } from "../../../client/rows.ts";
import { Bytes } from "../output/sinks.ts";

/** What the rows of a series begin with. */
export function leadOf(key: string, eventType = "throughput"): Lead {
  return {
    columns: IDENTITY_COLUMNS,
    cells: [
      ...['"http://192.0.2.9/"', JSON.stringify(key), '"192.0.2.1"'],
      ...["null", "null", '"iperf3"', JSON.stringify(eventType), '"base"', "0"],
    ],
  };
}

/** A row of a second. */
export function row(lead: Lead, tsEpoch: number, value = `${tsEpoch}.5`): Row {
  return { lead, columns: ["value"], cells: [value], tsEpoch };
}

/** The spool of rows of one series, or what is added to it. */
export async function spoolOf(
  rows: Row[],
  isContinued = false,
): Promise<Uint8Array> {
  const bytes = new Bytes();
  const lead = rows[0]?.lead ?? leadOf("f00");
  const output = new SpoolOutput(bytes, lead, isContinued);
  for (const each of rows) await output.write(each);
  await output.end();
  output.release();
  return bytes.bytes;
}

/** Writes rows of one series to a spool. */
export async function writeSpool(path: string, rows: Row[]): Promise<void> {
  await Deno.writeFile(path, await spoolOf(rows));
}
