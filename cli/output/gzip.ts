/**
 * Text, compressed on the way out.
 *
 * @module
 */

import { type ByteWriter, type TextSink, writeAll } from "../io.ts";

/** How far a compressed text has been written. */
export interface GzipState {
  /** The CRC-32 of the text. */
  crc: number;
  /** How many bytes of text there are. */
  size: number;
}

/** How much text is compressed in one go, in characters. */
const SEGMENT = 1 << 20;

/** No name, no time, no system, so that equal text gives equal bytes. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/**
 * Writes one gzip member, made of segments that can each be decompressed
 * without what comes behind.
 *
 * A segment ends with the piece of text that fills it, whatever happens around:
 * equal pieces give equal bytes. A text that broke off can be gone on with
 * behind any segment, and comes out as if it had never stopped.
 */
export class GzipSink implements TextSink {
  readonly #writer: ByteWriter;
  #state: GzipState;
  #pieces: string[] = [];
  #length = 0;
  #piecesWritten = 0;
  #written: Promise<void> = Promise.resolve();

  /**
   * Begins with nothing written, or goes on behind a segment.
   *
   * @param writer Where the bytes go.
   * @param state How far an earlier sink has come.
   */
  constructor(writer: ByteWriter, state: GzipState = { crc: 0, size: 0 }) {
    this.#writer = writer;
    this.#state = state;
  }

  /** How far the segments that have been written go, all in all. */
  get state(): GzipState {
    return this.#state;
  }

  /**
   * How many of the pieces that this sink was given are in the segments that
   * have been written.
   */
  get piecesWritten(): number {
    return this.#piecesWritten;
  }

  /** Takes a piece of text; writes a segment once there is enough for one. */
  write(text: string): Promise<void> | void {
    this.#pieces.push(text);
    this.#length += text.length;
    if (this.#length >= SEGMENT) return this.#cut();
  }

  /**
   * Resolves when all segments that are full have been written; the text behind
   * them waits for more.
   */
  flush(): Promise<void> {
    return this.#written;
  }

  /** Writes what is left, and the end. */
  end(): Promise<void> {
    return this.#cut(true);
  }

  /**
   * Writes what is left, but no end: it can be read, nobody takes it for all
   * there is, and more may follow.
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
