/**
 * The text of an input, which has to be UTF-8: a byte that is not would be
 * stored as something else.
 *
 * @module
 */

import { UsageError } from "../errors.ts";

/** An input: its bytes, and what messages call it. */
export interface Input {
  /** The bytes, as they come. */
  chunks: AsyncIterable<Uint8Array>;
  /** A path, or `standard input`. */
  name: string;
}

/**
 * Reads an input in pieces of whole lines, without its byte order mark;
 * decompresses it if it is gzip. Only the last line may lack its end.
 *
 * @throws {UsageError} that names the first line that is not UTF-8.
 */
export async function* readPieces(
  { chunks, name }: Input,
): AsyncGenerator<string, void, void> {
  let lines = 0; // before the piece
  let isFirst = true;
  const decode = (bytes: Uint8Array): string => {
    const text = decoded(bytes, lines, isFirst, name);
    isFirst = false;
    return text;
  };
  let rest: Uint8Array[] = []; // a line without its end yet
  for await (const chunk of unpacked(chunks, name)) {
    const end = chunk.lastIndexOf(LINE_END) + 1;
    if (end > 0) {
      const piece = joined([...rest, chunk.subarray(0, end)]);
      yield decode(piece);
      for (const byte of piece) if (byte === LINE_END) lines++;
      rest = [];
    }
    if (end < chunk.length) rest.push(chunk.slice(end));
  }
  if (rest.length > 0) yield decode(joined(rest));
}

/**
 * Reads each input, and tells in which of several a mistake is.
 *
 * @param inputs The inputs.
 * @param read What is read of one; messages begin with the prefix.
 */
export async function* readEach<T>(
  inputs: readonly Input[],
  read: (input: Input, prefix: string) => AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  for (const input of inputs) {
    const prefix = inputs.length > 1 ? `${input.name}: ` : "";
    try {
      yield* read(input, prefix);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const isTold = [`${input.name} `, `cannot read ${input.name}`]
        .some((told) => error.message.startsWith(told));
      throw isTold ? error : new UsageError(prefix + error.message);
    }
  }
}

/** Reads all of an input, which must not be longer than a text can be. */
export async function readAll(input: Input): Promise<string> {
  return await joinPieces(readPieces(input), input.name);
}

/** All pieces as one text. */
export async function joinPieces(
  pieces: AsyncIterable<string>,
  name = "the input",
): Promise<string> {
  let text = "";
  for await (const piece of pieces) {
    if (text.length + piece.length > LONGEST_TEXT) {
      throw new UsageError(
        `${name} is too long for one JSON text: give one object per line`,
      );
    }
    text += piece;
  }
  return text;
}

/** Engines hardly allow longer texts. */
const LONGEST_TEXT = 500_000_000;

const LINE_END = 0x0a;

/** The bytes, decompressed if they are gzip. */
async function* unpacked(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  while (size < 2) {
    const { done, value } = await iterator.next();
    if (done) break;
    head.push(value);
    size += value.length;
  }
  async function* all() {
    yield* head;
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) return;
      yield value;
    }
  }
  const [first, second] = joined(head);
  if (first !== 0x1f || second !== 0x8b) return yield* all();
  const { createGunzip } = await import("node:zlib");
  const { pipeline, Readable } = await import("node:stream");
  // Unlike the platform's own, it reads files that were appended to each other.
  const gunzip = createGunzip();
  pipeline(Readable.from(all()), gunzip, () => {}); // it throws below
  try {
    yield* gunzip;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `${name} cannot be decompressed: ${(error as Error).message}`,
    );
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1) return only!;
  const all = new Uint8Array(
    parts.reduce((size, { length }) => size + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function decoded(
  bytes: Uint8Array,
  lines: number,
  isFirst: boolean,
  name: string,
): string {
  const other = isFirst ? otherKind(bytes) : undefined;
  if (other !== undefined) throw new UsageError(`${name} is ${other}`);
  try {
    return strict(isFirst).decode(bytes);
  } catch {
    throw new UsageError(
      `${name} is not UTF-8: line ${
        lines + badLine(bytes)
      } has bytes that are not characters; convert it to UTF-8 first`,
    );
  }
}

/** How files begin that are often taken for text, and what to do with them. */
const OTHER_KINDS: readonly [begins: string, kind: string][] = [
  ["\xff\xfe", "UTF-16: convert it to UTF-8 first"],
  ["\xfe\xff", "UTF-16: convert it to UTF-8 first"],
  ["PAR1", "Parquet, which cannot be read back: export ndjson"],
  [
    "SQLite format 3\0",
    "a database: copy --url FILE --to URL writes the file of an archive to another",
  ],
  ["PK\x03\x04", "a zip file: unpack it first"],
  ["BZh", "compressed, but not by gzip: decompress it first"],
  ["\xfd7zXZ", "compressed, but not by gzip: decompress it first"],
  ["\x28\xb5\x2f\xfd", "compressed, but not by gzip: decompress it first"],
];

/** What an input is instead of text. */
function otherKind(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  // Without a byte order mark, every other byte of plain text is 0.
  if (/^(?:\0[^\0]|[^\0]\0)/.test(head)) return OTHER_KINDS[0]![1];
  return OTHER_KINDS.find(([begins]) => head.startsWith(begins))?.[1];
}

/** Only the first piece can begin with a byte order mark. */
function strict(isFirst: boolean): TextDecoder {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: !isFirst });
}

/** The number of the first line that is not UTF-8. */
function badLine(bytes: Uint8Array): number {
  let line = 1;
  for (let at = 0;; line++) {
    const end = bytes.indexOf(LINE_END, at);
    try {
      strict(false).decode(bytes.subarray(at, end < 0 ? bytes.length : end));
    } catch {
      return line;
    }
    if (end < 0) return line;
    at = end + 1;
  }
}
