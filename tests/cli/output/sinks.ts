/** Where the tests of the outputs write to. */

import type { ByteWriter, TextSink } from "../../../cli/io.ts";

/** Keeps each piece of text that is written. */
export class Pieces implements TextSink {
  readonly all: string[] = [];

  write(text: string): void {
    this.all.push(text);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  get text(): string {
    return this.all.join("");
  }
}

/**
 * Keeps the bytes that are written, of which it takes at most so many at a
 * time.
 */
export class Bytes implements ByteWriter {
  readonly #chunks: Uint8Array[] = [];
  readonly #most: number;
  length = 0;

  constructor(most = Infinity) {
    this.#most = most;
  }

  async write(bytes: Uint8Array): Promise<number> {
    const taken = bytes.slice(0, this.#most);
    await Promise.resolve();
    this.#chunks.push(taken);
    this.length += taken.length;
    return taken.length;
  }

  /** All of them. */
  get bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}
