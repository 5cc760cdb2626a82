/**
 * Texts that are made side by side, but written one after the other.
 *
 * @module
 */

import type { TextSink } from "../io.ts";

/** Most characters that are held back, besides a piece of each text. */
const MOST = 8 << 20;

/** Bytes are copies. */
type Piece = string | { bytes: Uint8Array; characters: number };

/** A text among others: nothing of another comes between its pieces. */
export interface TextInOrder extends TextSink {
  /** Says that it is complete. */
  end(): Promise<void>;
}

interface Part extends TextInOrder {
  /** What is held back of it. */
  held: Piece[];
  isEnded: boolean;
  /** Resolves when it is the first one, and nothing of it is held back. */
  readonly turn: PromiseWithResolvers<void>;
}

/**
 * Writes texts in the order in which they are begun. The first one that is not
 * complete is written as it comes; the others are held back, and have to wait
 * once that is much.
 */
export class InOrder {
  readonly #sink: TextSink;
  readonly #most: number;
  /** The texts that are not written yet, in their order. */
  readonly #parts: Part[] = [];
  /** How many characters are held back. */
  #size = 0;
  /** Whether what was held back is being written. */
  #isBusy = false;
  #failure: { error: unknown } | undefined;

  /**
   * Begins without a text.
   *
   * @param sink Where the texts go.
   * @param most Most characters that are held back.
   */
  constructor(sink: TextSink, most = MOST) {
    this.#sink = sink;
    this.#most = most;
  }

  /** Begins a text. */
  begin(): TextInOrder {
    const part: Part = {
      held: [],
      isEnded: false,
      turn: Promise.withResolvers<void>(),
      write: (piece) => this.#take(part, piece),
      flush: () => Promise.resolve(),
      ...(this.#sink.writeBytes
        ? {
          writeBytes: (bytes, characters) =>
            this.#take(part, { bytes, characters }),
        }
        : {}),
      end: () => this.#end(part),
    };
    this.#parts.push(part);
    return part;
  }

  #take(part: Part, piece: Piece): Promise<void> | void {
    this.#check();
    if (part === this.#parts[0] && !this.#isBusy) return this.#write(piece);
    const isText = typeof piece === "string";
    part.held.push(isText ? piece : { ...piece, bytes: piece.bytes.slice() });
    this.#size += sizeOf(piece);
    if (this.#size > this.#most) return this.#wait(part);
  }

  #write(piece: Piece): Promise<void> | void {
    return typeof piece === "string"
      ? this.#sink.write(piece)
      : this.#sink.writeBytes!(piece.bytes, piece.characters);
  }

  async #end(part: Part): Promise<void> {
    part.isEnded = true;
    if (part === this.#parts[0] && !this.#isBusy) await this.#advance();
    else if (this.#size > this.#most) await this.#wait(part);
    this.#check();
  }

  async #wait({ turn }: Part): Promise<void> {
    await turn.promise;
    this.#check();
  }

  /**
   * Writes what is held back of the texts that follow the first, up to one that
   * is not complete.
   */
  async #advance(): Promise<void> {
    this.#isBusy = true;
    try {
      do {
        this.#parts.shift();
        const next = this.#parts[0];
        while (next !== undefined && next.held.length > 0) {
          for (const piece of joined(next.held.splice(0))) {
            this.#size -= sizeOf(piece);
            await this.#write(piece);
          }
        }
        next?.turn.resolve();
      } while (this.#parts[0]?.isEnded);
    } catch (error) {
      this.#failure = { error };
      for (const { turn } of this.#parts) turn.resolve();
    } finally {
      this.#isBusy = false;
    }
  }

  /** Throws what writing failed with. */
  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** The same with text that follows text in one piece. */
function joined(pieces: Piece[]): Piece[] {
  const all: Piece[] = [];
  let texts: string[] = [];
  const join = () => {
    if (texts.length > 0) all.push(texts.join(""));
    texts = [];
  };
  for (const piece of pieces) {
    if (typeof piece === "string") texts.push(piece);
    else {
      join();
      all.push(piece);
    }
  }
  join();
  return all;
}

function sizeOf(piece: Piece): number {
  return typeof piece === "string" ? piece.length : piece.characters;
}
