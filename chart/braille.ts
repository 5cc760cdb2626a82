/**
 * Dots in the cells of a terminal: two across and four down in each.
 *
 * @module
 */

/** The bit of each dot of a cell in Unicode's braille, by row and column. */
const BITS = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]] as const;

/** What stands for dots where there is no braille: above, below, both. */
const ASCII = [" ", "'", ".", ":"] as const;

/** A field of dots. */
export class Dots {
  /** How many dots there are across. */
  readonly width: number;
  /** How many dots there are down. */
  readonly height: number;
  readonly #columns: number;
  readonly #cells: Uint8Array;

  /** A field of cells without dots. */
  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.width = 2 * columns;
    this.height = 4 * rows;
    this.#cells = new Uint8Array(columns * rows);
  }

  /** Sets a dot; what is outside is left out. */
  set(x: number, y: number): void {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (!(column >= 0 && column < this.width)) return;
    if (!(row >= 0 && row < this.height)) return;
    this.#cells[(row >> 2) * this.#columns + (column >> 1)]! |=
      BITS[row & 3]![column & 1]!;
  }

  /** Sets the dots from one to another. */
  line(x0: number, y0: number, x1: number, y1: number): void {
    const steps = Math.max(1, Math.abs(x1 - x0), Math.abs(y1 - y0));
    for (let step = 0; step <= steps; step++) {
      const share = step / steps;
      this.set(
        Math.round(x0 + share * (x1 - x0)),
        Math.round(y0 + share * (y1 - y0)),
      );
    }
  }

  /** The rows as text; `blank` stands for a cell without dots. */
  rows(isAscii: boolean, blank: (column: number) => string): string[][] {
    const rows: string[][] = [];
    for (let from = 0; from < this.#cells.length; from += this.#columns) {
      const cells = this.#cells.subarray(from, from + this.#columns);
      rows.push(
        Array.from(
          cells,
          (bits, column) =>
            bits === 0
              ? blank(column)
              : isAscii
              ? ASCII[(bits & 0x1b ? 1 : 0) + (bits & 0xe4 ? 2 : 0)]!
              : String.fromCodePoint(0x2800 + bits),
        ),
      );
    }
    return rows;
  }
}
