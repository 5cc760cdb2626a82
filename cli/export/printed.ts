/**
 * The rows of a text file that an earlier run has written, read back as they
 * were printed.
 *
 * @module
 */

import type { Format } from "../names.ts";
import { createOutput } from "../output/create.ts";
import type { Lead } from "../../client/rows.ts";

/** A row as it stands in a file. */
export interface PrintedRow {
  /** Its text, without what separates it from others. */
  text: string;
  /** Its time, in seconds since 1970 UTC; NaN if it has none. */
  second: number;
}

/** Text without the end of a row, from where on it is taken for damage. */
const MOST_TEXT = 64 << 20;

/** What does not look as the program would have written it. */
export class NotWholeError extends Error {}

/** Where and how rows are printed. */
export interface PrintedFile {
  /** Where the file is. */
  path: string;
  /** The format of its rows. */
  format: Format;
  /** Whether it is compressed. */
  isGzipped: boolean;
  /** The names of the columns. */
  columns: readonly string[];
  /**
   * How many bytes of text to skip: up to there the rows are known.
   *
   * @default {0}
   */
  skip?: number;
  /** Told of the bytes of the file as they are read. */
  seen?(bytes: Uint8Array): void;
}

/**
 * Reads the rows of a file.
 *
 * @throws {NotWholeError} at the first place that the program would not have
 * written: a row that is cut off, a missing end, damaged compression.
 */
export async function* printedRows(
  file: PrintedFile,
): AsyncGenerator<PrintedRow, void, void> {
  const reader = READERS[file.format];
  if (reader === undefined) throw new TypeError(`no text: ${file.format}`);
  const rows = reader(file);
  for await (const text of textOf(file)) yield* rows.take(text);
  rows.end();
}

/**
 * What all rows of a series begin with, in a format; for ndjson without the
 * archive, see {@linkcode withoutArchive}.
 */
export function printedLead(format: Format, lead: Lead): string {
  let text = "";
  const output = createOutput(format, {
    sink: { write: (piece) => void (text += piece), flush: async () => {} },
    columns: [],
    closing: "",
    isTerminal: false,
    isContinued: true,
  });
  output.write({ lead, columns: [], cells: [] });
  return withoutArchive(
    text.replace(/^, /, "").replace(/(?:\r\n|\}\n?)$/, ""),
  );
}

/**
 * A row without the address of its archive, which is another one after
 * `--rebase`.
 */
export function withoutArchive(row: string): string {
  return row.replace(/^\{"archive": "[^"\\]*", /, "{");
}

/** Whether a file has the rows that ndjson had before it left nothing out. */
export async function isOlderNdjson(
  file: Pick<PrintedFile, "path" | "isGzipped">,
): Promise<boolean> {
  const rows = textOf(file);
  try {
    const { value } = await rows.next();
    return value?.startsWith('{"source": ') ?? false;
  } catch {
    return false; // it is damaged
  } finally {
    await rows.return();
  }
}

/** The text of a file, after what is to be skipped. */
async function* textOf(
  { path, isGzipped, skip = 0, seen }: Omit<PrintedFile, "format" | "columns">,
): AsyncGenerator<string, void, void> {
  const file = await Deno.open(path); // the stream closes it
  if (!isGzipped) await file.seek(skip, Deno.SeekMode.Start);
  let left = isGzipped ? skip : 0;
  let bytes: ReadableStream<Uint8Array<ArrayBuffer>> = file.readable;
  if (seen) {
    bytes = bytes.pipeThrough(
      new TransformStream({
        transform: (chunk, controller) => {
          seen(chunk);
          controller.enqueue(chunk);
        },
      }),
    );
  }
  if (isGzipped) bytes = bytes.pipeThrough(new DecompressionStream("gzip"));
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    for await (const chunk of bytes) {
      const skipped = Math.min(left, chunk.length);
      left -= skipped;
      const text = decoder.decode(chunk.subarray(skipped), { stream: true });
      if (text !== "") yield text;
    }
    decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new NotWholeError(`${path}: ${error.message}`); // not UTF-8, or gzip
  }
  if (left > 0) throw new NotWholeError(`${path}: it is too short`);
}

/** Makes rows of pieces of text. */
interface RowReader {
  /** The rows that are complete with this piece. */
  take(text: string): Iterable<PrintedRow>;
  /** Fails if the text does not end as it should. */
  end(): void;
}

const READERS: Partial<Record<Format, (file: PrintedFile) => RowReader>> = {
  csv: readCsv,
  ndjson: ({ path }) =>
    readLines("\n", path, (line) => {
      if (!line.startsWith("{")) {
        throw new NotWholeError(`${path}: a row is damaged`);
      }
      return { text: line, second: secondOfObject(line, path) };
    }),
  json: readJson,
};

function readCsv({ path, columns, skip = 0 }: PrintedFile): RowReader {
  const at = columns.indexOf("timestamp");
  const header = columns.join();
  let isHeader = skip === 0;
  return readLines("\r\n", path, (line) => {
    if (isHeader) {
      isHeader = false;
      if (line === header) return undefined;
      throw new NotWholeError(`${path}: it has other columns`);
    }
    const fields = fieldsOf(line);
    if (fields.every((field) => field === "No data")) return undefined;
    if (fields.length === columns.length) {
      return { text: line, second: secondOf(fields[at]!) };
    }
    throw cutOff(path);
  });
}

/** Splits at line ends that are not inside quotes. */
function readLines(
  end: string,
  path: string,
  rowOf: (line: string) => PrintedRow | undefined,
): RowReader {
  let rest = "";
  /** The beginning of a row with a line end inside quotes. */
  let open = "";
  return {
    *take(text) {
      const lines = (rest + text).split(end);
      rest = lines.pop()!;
      if (open.length + rest.length > MOST_TEXT) throw cutOff(path);
      for (const line of lines) {
        if (end === "\r\n" && hasOddQuotes(line) === (open === "")) {
          open += line + end;
          continue;
        }
        const row = rowOf(open + line);
        open = "";
        if (row) yield row;
      }
    },
    end() {
      if (open + rest !== "") throw cutOff(path);
    },
  };
}

function cutOff(path: string): NotWholeError {
  return new NotWholeError(`${path}: a row is cut off`);
}

function hasOddQuotes(text: string): boolean {
  let isOdd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    isOdd = !isOdd;
  }
  return isOdd;
}

/** The fields of a line of csv. */
function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  const fields: string[] = [];
  for (const [, quoted, plain] of line.matchAll(FIELD)) {
    fields.push(quoted?.replaceAll('""', '"') ?? plain!);
  }
  return fields;
}

const FIELD = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))(?=,|$)/g;

function readJson({ path, skip = 0 }: PrintedFile): RowReader {
  const damaged = () => new NotWholeError(`${path}: it is not a whole list`);
  let rest = "";
  let isFirst = skip === 0;
  let isEnd = false;
  return {
    *take(text) {
      rest += text;
      if (rest.length > MOST_TEXT) throw damaged();
      for (;;) {
        if (isEnd) {
          if (rest !== "") throw damaged();
          return;
        }
        if (rest === "") return;
        if (rest === "]" && !isFirst) {
          isEnd = true;
          rest = "";
          continue;
        }
        const before = isFirst ? "[" : ", ";
        if (rest.length < before.length + 1) return;
        if (!rest.startsWith(`${before}{`)) throw damaged();
        const end = endOfObject(rest, before.length);
        if (end < 0) return;
        const object = rest.slice(before.length, end);
        rest = rest.slice(end);
        isFirst = false;
        if (object === '{"msg": "No data found."}') continue;
        yield { text: object, second: secondOfObject(object, path) };
      }
    },
    end() {
      if (!isEnd) throw damaged();
    },
  };
}

/** Where the object that begins there ends; -1 if it does not. */
function endOfObject(text: string, from: number): number {
  let depth = 0;
  TOKEN.lastIndex = from;
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
    const [token] = found;
    if (token === "{") depth++;
    else if (token === "}" && --depth === 0) return TOKEN.lastIndex;
    else if (token === '"') return -1; // a string that is cut off
  }
  return -1;
}

const TOKEN = /[{}]|"(?:[^"\\]|\\.)*"|"/gs;

function secondOfObject(text: string, path: string): number {
  try {
    const { timestamp, ts } = JSON.parse(text);
    return typeof ts === "number" ? ts : secondOf(String(timestamp ?? ""));
  } catch {
    throw new NotWholeError(`${path}: a row is damaged`);
  }
}

/** The second of a printed time; NaN if it is none. */
function secondOf(text: string): number {
  const found = TIME.exec(text);
  if (found === null) return NaN;
  const [, date, time, sign, hours = "0", minutes = "0", seconds = "0"] = found;
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return Date.parse(`${date}T${time}Z`) / 1000 -
    (sign === "-" ? -offset : offset);
}

const TIME =
  /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)?(?: ([-+])(\d\d)(\d\d)(\d\d)?)?$/;
