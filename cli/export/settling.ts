/**
 * From where on a mirror is read again: archives get some points late.
 *
 * @module
 */

/** How many seconds apart the last marks are, and how many of them. */
const STEP = 300;
const FINE_MARKS = 12;

/** Of those before them, every so many are twice as far apart. */
const MARKS_PER_STEP = 4;

/** Together they reach back some nine years. */
const MOST_MARKS = 80;

/** What decides where a series is read again. */
export interface SettlingOptions {
  /** The last second of the window. */
  end: number;
  /** How many seconds before the last point are read again. */
  overlap: number;
  /** The window of a roll-up, in seconds; 0 for base data. */
  summaryWindow: number;
  /** The last point that an earlier run has seen, if any. */
  last?: number;
}

/** Where marks are due, and from where on a series is read again. */
export class Settling {
  readonly #options: SettlingOptions;

  /** Settles nothing yet. */
  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** The second from which on a series is read again that ends there. */
  again(last: number): number {
    const { end, overlap } = this.#options;
    return this.#beginOf(Math.min(last, end) + 1 - overlap);
  }

  /** The second after a point, or the begin of its roll-up window. */
  after(second: number): number {
    return this.#beginOf(second + 1);
  }

  /** The marks of a file whose last point so far is of that second. */
  marks(written: number): Marks {
    const { end, last } = this.#options;
    const due = new Set<number>();
    let step = STEP;
    let before = end;
    for (let count = 1; count <= MOST_MARKS; count++) {
      due.add(this.again(before));
      before -= step;
      if (count >= FINE_MARKS && count % MARKS_PER_STEP === 0) step *= 2;
    }
    if (last !== undefined) due.add(this.again(last));
    return new Marks([...due].filter((each) => !(each <= written)));
  }

  /** The first second of the window of a roll-up. */
  #beginOf(second: number): number {
    const { summaryWindow } = this.#options;
    return summaryWindow > 0
      ? Math.floor(second / summaryWindow) * summaryWindow
      : second;
  }
}

/** The places that a file is to be marked at, as it grows. */
export class Marks {
  /** The latest first. */
  readonly #due: number[];

  /** Marks at these seconds. */
  constructor(due: number[]) {
    this.#due = due.sort((one, other) => other - one);
  }

  /** The first second after the next mark. */
  get due(): number {
    return this.#due.at(-1) ?? Infinity;
  }

  /**
   * Takes the marks up to a second that is written next; says before which
   * second all is written then.
   */
  pass(second: number): number {
    let passed = -Infinity;
    while (this.due <= second) passed = this.#due.pop()!;
    return passed;
  }
}
