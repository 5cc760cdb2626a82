/**
 * Data points from text: JSON, one JSON object per line, or CSV; as the archive
 * spells them, or as `get` and `get-bulk` print them.
 *
 * Values stay the JSON text that was written down, so that numbers keep their
 * digits and buckets their order.
 *
 * @module
 */

import type { InputFormat } from "../names.ts";
import { fromCsv } from "./csv_points.ts";
import type { InputPoint } from "./fields.ts";
import { fromJson, fromLines } from "./json_points.ts";

export type { InputPoint } from "./fields.ts";

const READERS: Record<
  InputFormat,
  (text: string) => InputPoint[] | Promise<InputPoint[]>
> = { json: fromJson, ndjson: fromLines, csv: fromCsv };

/**
 * Reads points.
 *
 * @param text The input.
 * @param format Its format; detected if absent.
 * @throws {UsageError} that says where the input is wrong.
 */
export async function readPoints(
  text: string,
  format?: InputFormat,
): Promise<InputPoint[]> {
  const input = text.replace(/^\ufeff/, "");
  return await READERS[format ?? guess(input)](input);
}

function guess(text: string): InputFormat {
  if (/^\s*\[/.test(text)) return "json";
  if (!/^\s*\{/.test(text)) return "csv";
  // A bulk payload is one object, often over many lines; where each line is an
  // object, the first one ends with its line.
  try {
    JSON.parse(text);
    return "json";
  } catch {
    return /^\s*\{.*\}\s*\n/.test(text) ? "ndjson" : "json";
  }
}
