/**
 * Data points from text: JSON, one JSON object per line, or CSV; as the archive
 * spells them, or as `get` and `get-bulk` print them.
 *
 * Values stay the JSON text that was written down, so that numbers keep their
 * digits and buckets their order. Lines and CSV are read piece by piece.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import type { InputFormat } from "../names.ts";
import { fromCsv } from "./csv_points.ts";
import type { InputPoint } from "./fields.ts";
import { fromJson, fromLines } from "./json_points.ts";
import { type Input, readEach, readPieces } from "./text.ts";

export type { InputPoint } from "./fields.ts";

const READERS: Record<
  InputFormat,
  (pieces: AsyncIterable<string>) => AsyncIterable<InputPoint[]>
> = { json: fromJson, ndjson: fromLines, csv: fromCsv };

/**
 * Reads the points of several inputs, each with its own format.
 *
 * @throws {UsageError} that says where an input is wrong.
 */
export function readInputs(
  inputs: readonly Input[],
  format?: InputFormat,
): AsyncIterable<InputPoint[]> {
  return readEach(inputs, async function* (input, prefix) {
    for await (const points of readPoints(readPieces(input), format)) {
      if (prefix !== "") {
        for (const point of points) point.place = prefix + point.place;
      }
      yield points;
    }
  });
}

/**
 * Reads points.
 *
 * @param pieces The input, in pieces of whole lines.
 * @param format Its format; detected if absent.
 * @returns The points of each piece.
 * @throws {UsageError} that says where the input is wrong.
 */
export async function* readPoints(
  pieces: AsyncIterable<string>,
  format?: InputFormat,
): AsyncGenerator<InputPoint[], void, void> {
  if (format !== undefined) return yield* READERS[format](pieces);
  const ahead = await readAhead(pieces);
  yield* READERS[guess(ahead.head, ahead.isAll)](ahead.all());
}

/** The beginning of an input. */
interface Ahead {
  /** Its first line with anything on it, and what came with it. */
  head: string;
  /** Whether there is nothing after that line. */
  isAll: boolean;
  /** The whole input. */
  all(): AsyncIterable<string>;
}

async function readAhead(pieces: AsyncIterable<string>): Promise<Ahead> {
  const iterator = pieces[Symbol.asyncIterator]();
  let head = "";
  let isAll = false;
  while (!isAll && !hasMore(head)) {
    const { done = false, value } = await iterator.next();
    isAll = done;
    head += value ?? "";
  }
  return {
    head,
    isAll,
    async *all() {
      yield head;
      for (;;) {
        const { done, value } = await iterator.next();
        if (done) return;
        yield value;
      }
    },
  };
}

/** Whether anything follows the first line with anything on it. */
function hasMore(text: string): boolean {
  return text.trim().includes("\n");
}

function guess(head: string, isAll: boolean): InputFormat {
  const [first = ""] = head.trimStart().split("\n", 1);
  switch (first[0]) {
    case undefined:
      throw new UsageError(
        "there is nothing in the input: if that is right, give --input-format ndjson",
      );
    case "[":
      return "json";
    case "{":
      // A bulk payload is one object, often over many lines; where each line is
      // an object, the first one ends with its line.
      return isPoint(first, isAll) ? "ndjson" : "json";
    default:
      return "csv";
  }
}

function isPoint(line: string, isAll: boolean): boolean {
  try {
    const isBulk = "data" in JSON.parse(line);
    return !(isAll && isBulk);
  } catch {
    return false;
  }
}
