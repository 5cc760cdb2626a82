/**
 * The body of an answer, in reused memory: most answers are large, and read
 * only once.
 *
 * @module
 */

/** Size of the first buffer of a body, in bytes. */
const FIRST = 1 << 16;

/** Larger buffers are not kept, nor more than this many. */
const MAX_KEPT = 1 << 22;
const MAX_PIECES = 8;

/** Free buffers. */
const spare: ArrayBuffer[] = [];

/** What an archive sent. */
export class Body {
  /** Its bytes. */
  readonly bytes: Uint8Array;
  #isReleased = false;

  /**
   * Wraps bytes.
   *
   * @param bytes The bytes; they may be overwritten once the body is released.
   */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Gives the buffer back; the bytes may not be read after this. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    const { buffer } = this.bytes;
    if (!(buffer instanceof ArrayBuffer) || buffer.byteLength > MAX_KEPT) {
      return;
    }
    if (spare.length < MAX_PIECES) spare.push(buffer);
  }
}

/**
 * Reads a body to its end.
 *
 * @param stream The body; null for none.
 * @param onBytes Called with the size so far whenever bytes have arrived;
 * returns whether that is enough. What it throws ends the reading.
 */
export async function readBody(
  stream: ReadableStream<Uint8Array> | null,
  onBytes: (size: number) => boolean,
): Promise<Body> {
  let memory = spare.pop() ?? new ArrayBuffer(FIRST);
  let size = 0;
  const makeRoom = (bytes: number) => {
    if (size + bytes <= memory.byteLength) return;
    const larger = new ArrayBuffer(Math.max(2 * size, size + bytes));
    new Uint8Array(larger).set(new Uint8Array(memory, 0, size));
    memory = larger;
  };
  const reader = stream && directReader(stream);
  if (reader) {
    try {
      for (;;) {
        makeRoom(1);
        const { value, done } = await reader.read(new Uint8Array(memory, size));
        if (value !== undefined) memory = value.buffer;
        if (done) break;
        size += value.length;
        if (onBytes(size)) break;
      }
    } finally {
      await reader.cancel().catch(() => {}); // the connection may have been cut
    }
  } else if (stream) {
    const reader = stream.getReader(); // Safari does not iterate over streams
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        makeRoom(value.length);
        new Uint8Array(memory).set(value, size);
        size += value.length;
        if (onBytes(size)) break;
      }
    } finally {
      await reader.cancel().catch(() => {});
    }
  }
  return new Body(new Uint8Array(memory, 0, size));
}

/** A reader into our own buffer, if the stream can do that. */
function directReader(
  stream: ReadableStream<Uint8Array>,
): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
}
