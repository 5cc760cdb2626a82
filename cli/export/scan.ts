/**
 * Looks through a file of an earlier run: whether its rows are whole, and how
 * far they go.
 *
 * @module
 */

import { createHash } from "node:crypto";
import {
  NotWholeError,
  type PrintedFile,
  printedRows,
  withoutArchive,
} from "./printed.ts";
import type { ExportedFile } from "./record.ts";

/** What a file of whole rows holds. */
export interface Scanned extends Omit<ExportedFile, "name"> {
  /** Points, counted by their times. */
  points: number;
  /** The time of the last one; NaN if none has a time. */
  last: number;
}

/**
 * Looks through a text file.
 *
 * @param file Where and how its rows are printed.
 * @param lead What all of them have to begin with.
 * @returns What it holds, or `undefined` if the program would not have written
 * it so.
 */
export async function scanPrinted(
  file: PrintedFile,
  lead = "",
): Promise<Scanned | undefined> {
  const hash = createHash("sha256");
  const found = { rows: 0, points: 0, bytes: 0, last: NaN };
  const seen = (bytes: Uint8Array) => {
    hash.update(bytes);
    found.bytes += bytes.length;
  };
  try {
    for await (const { text, second } of printedRows({ ...file, seen })) {
      if (second < found.last) return undefined;
      if (lead !== "" && !withoutArchive(text).startsWith(lead)) return;
      found.rows++;
      if (Number.isNaN(second)) continue;
      if (second !== found.last) found.points++;
      found.last = second;
    }
  } catch (error) {
    if (!(error instanceof NotWholeError)) throw error;
    return undefined;
  }
  return { ...found, sha256: hash.digest("hex") };
}
