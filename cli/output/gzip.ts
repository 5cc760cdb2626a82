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
  #pieces: string[] = [];
  #length = 0;
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
    this.#pieces.push(text);
    this.#length += text.length;
    if (this.#length >= SEGMENT) return this.#cut();
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
    await (this.#length > 0 ? this.#cut() : this.#written);
  }

  #cut(isLast = false): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#length = 0;
    this.#written = this.#written.then(() => this.#segment(pieces, isLast));
    return this.#written;
  }

  async #segment(pieces: string[], isLast: boolean): Promise<void> {
    const { constants, crc32, deflateRawSync } = await import("node:zlib");
    const bytes = new TextEncoder().encode(pieces.join(""));
    const { Z_FINISH, Z_FULL_FLUSH } = constants;
    const deflated = deflateRawSync(bytes, {
      finishFlush: isLast ? Z_FINISH : Z_FULL_FLUSH,
    });
    const crc = crc32(bytes, this.#state.crc);
    const size = this.#state.size + bytes.length;
    const isFirst = this.#state.size === 0;
    if (isFirst) await writeAll(this.#writer, HEADER);
    await writeAll(this.#writer, deflated);
    if (isLast) await writeAll(this.#writer, trailer({ crc, size }));
    this.#state = { crc, size };
    this.#piecesWritten += pieces.length;
  }
}

function trailer({ crc, size }: GzipState): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, crc, true);
  view.setUint32(4, size % 2 ** 32, true);
  return new Uint8Array(view.buffer);
}
