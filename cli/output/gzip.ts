/**
 * Compressed text.
 *
 * @module
 */

import { type ByteWriter, type TextSink, writeAll } from "../io.ts";

/** How far a compressed text has been written. */
export interface GzipState {
  /** The CRC-32 of the text. */
  crc: number;
  /** Bytes of text. */
  size: number;
}

/** Characters of text in a segment, at least. */
const SEGMENT = 1 << 20;

/** Room for the bytes of nearly every segment. */
const ROOM = SEGMENT + (1 << 17);

/**
 * How hard it tries. Rows differ in little, so that a third of the time makes
 * files that are hardly larger.
 */
const LEVEL = 2;

/** How much compressed text is made at a time, in bytes. */
const CHUNK = 1 << 16;

/** Without name, time and system, so that equal text gives equal bytes. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/**
 * Writes one gzip member, made of segments that can be decompressed without
 * what follows them.
 *
 * A segment ends with the piece of text that fills it, so that equal pieces
 * give equal bytes. A text that was cut off can be resumed after any segment:
 * the bytes are those of an uninterrupted run.
 */
export class GzipSink implements TextSink {
  readonly #writer: ByteWriter;
  #state: GzipState;
  #segment = new Segment();
  #pieces = 0;
  #piecesWritten = 0;
  #written: Promise<void> = Promise.resolve();

  /**
   * Begins a text, or resumes one after a segment.
   *
   * @param writer Where the bytes go.
   * @param state How far an earlier sink has written.
   */
  constructor(writer: ByteWriter, state: GzipState = { crc: 0, size: 0 }) {
    this.#writer = writer;
    this.#state = state;
  }

  /** How far the text has been written, in whole segments. */
  get state(): GzipState {
    return this.#state;
  }

  /** How many of the pieces that this sink took are in written segments. */
  get piecesWritten(): number {
    return this.#piecesWritten;
  }

  /** Takes a piece of text; writes a segment once there is enough. */
  write(text: string): Promise<void> | void {
    this.#segment.add(text);
    return this.#cutIfFull();
  }

  /** Takes a piece of text as bytes. */
  writeBytes(bytes: Uint8Array, characters: number): Promise<void> | void {
    this.#segment.addBytes(bytes, characters);
    return this.#cutIfFull();
  }

  /** How many characters are left until a segment is full. */
  get wanted(): number {
    return SEGMENT - this.#segment.characters;
  }

  /** Resolves when all full segments are written; the rest waits for more. */
  flush(): Promise<void> {
    return this.#written;
  }

  /** Writes the rest and the end. */
  end(): Promise<void> {
    return this.#cut(true);
  }

  /**
   * Writes the rest without the end: it can be read, is seen to be incomplete,
   * and can be resumed.
   */
  async breakOff(): Promise<void> {
    await (this.#segment.characters > 0 ? this.#cut() : this.#written);
  }

  #cutIfFull(): Promise<void> | void {
    this.#pieces++;
    if (this.wanted <= 0) return this.#cut();
  }

  #cut(isLast = false): Promise<void> {
    const [segment, pieces] = [this.#segment, this.#pieces];
    this.#segment = new Segment();
    this.#pieces = 0;
    this.#written = this.#written.then(() =>
      this.#write(segment, pieces, isLast)
    );
    return this.#written;
  }

  async #write(
    segment: Segment,
    pieces: number,
    isLast: boolean,
  ): Promise<void> {
    const { constants, crc32, deflateRawSync } = await import("node:zlib");
    const { Z_FINISH, Z_FULL_FLUSH } = constants;
    const bytes = segment.take();
    const deflated = deflateRawSync(bytes, {
      finishFlush: isLast ? Z_FINISH : Z_FULL_FLUSH,
      level: LEVEL,
      chunkSize: CHUNK,
    });
    const crc = crc32(bytes, this.#state.crc);
    const size = this.#state.size + bytes.length;
    segment.release();
    const isFirst = this.#state.size === 0;
    if (isFirst) await writeAll(this.#writer, HEADER);
    await writeAll(this.#writer, deflated);
    if (isLast) await writeAll(this.#writer, trailer({ crc, size }));
    this.#state = { crc, size };
    this.#piecesWritten += pieces;
  }
}

/** Free memory for the bytes of segments. */
const spare: Uint8Array<ArrayBuffer>[] = [];

/** More is not kept, nor larger pieces of it. */
const MAX_SPARE = 8;
const MAX_KEPT = 2 * SEGMENT;

/** Text that is compressed in one go. */
class Segment {
  /** How many characters there are. */
  characters = 0;
  #texts: string[] = [];
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;

  /** Adds text. */
  add(text: string): void {
    this.#texts.push(text);
    this.characters += text.length;
  }

  /** Adds text as bytes. */
  addBytes(bytes: Uint8Array, characters: number): void {
    this.#encode();
    this.#append(bytes);
    this.characters += characters;
  }

  /** All of it as bytes, until it is released. */
  take(): Uint8Array<ArrayBuffer> {
    this.#encode();
    return this.#bytes?.subarray(0, this.#filled) ?? new Uint8Array();
  }

  /** Frees the memory. */
  release(): void {
    const bytes = this.#bytes;
    this.#bytes = undefined;
    const isKept = bytes && bytes.length <= MAX_KEPT &&
      spare.length < MAX_SPARE;
    if (isKept) spare.push(bytes);
  }

  #encode(): void {
    if (this.#texts.length === 0) return;
    this.#append(new TextEncoder().encode(this.#texts.join("")));
    this.#texts = [];
  }

  #append(bytes: Uint8Array): void {
    const filled = this.#filled + bytes.length;
    let room = this.#bytes ?? spare.pop() ?? new Uint8Array(ROOM);
    if (filled > room.length) {
      const larger = new Uint8Array(Math.max(filled, 2 * this.#filled));
      larger.set(room.subarray(0, this.#filled));
      room = larger;
    }
    room.set(bytes, this.#filled);
    this.#bytes = room;
    this.#filled = filled;
  }
}

function trailer({ crc, size }: GzipState): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, crc, true);
  view.setUint32(4, size % 2 ** 32, true);
  return new Uint8Array(view.buffer);
}
