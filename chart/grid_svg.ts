/**
 * A matrix of links as an SVG.
 *
 * @module
 */

import {
  cellAt,
  cellParts,
  cellRoom,
  type CellSize,
  countRoom,
  hasBars,
  hasCount,
  shape,
  SMALL,
  smallWidth,
} from "./grid_cell_svg.ts";
import { gridStyle } from "./grid_colors.ts";
import {
  type Grid,
  type GridCell,
  type GridPart,
  hostLines,
  isBad,
  MARKS,
  marksIn,
  partName,
  partsOf,
  sentenceOf,
  summaryOf,
  worstFirst,
} from "./grid.ts";
import { element, escaped, type Markup, short } from "./markup.ts";
import { heading, type Picture, TEXT, textAt, textWidth } from "./svg.ts";
import { cut, wrapped } from "./text_width.ts";

const MARGIN = 16;

/** The cells: as large as there is room for, within these bounds. */
const WIDEST = 128;
const NARROWEST = 16;
const TALLEST = 36;
/** The narrowest cell that has room for its number beside the mark. */
const ROOM_FOR_NUMBER = 44;

/** The longest names of hosts, in pixels; the whole is in the title. */
const LONGEST_ROW = 220;
const LONGEST_COLUMN = 200;

/** The most links of which each has its sentence for pointers to show. */
const MOST_TITLES = 5000;

/** The most bad links that are named in the description. */
const MOST_NAMED = 20;

/**
 * The matrix as a picture. It is wider than that where its cells would be too
 * small to be told apart.
 *
 * @param grid What to draw.
 * @param width How wide, in pixels.
 */
export function gridPicture(grid: Grid, width: number): Picture {
  const { cells, title, window } = grid;
  const parts = partsOf(grid);
  const layout = layOut(parts, grid, width);
  const full = Math.max(width, ...layout.map(({ x, width }) => x + width));
  const head = heading({
    ...{ title, aside: window, width: full, margin: MARGIN },
    notes: [summaryOf(cells), ...hostLines(cells)],
  });
  const top = head.height + 8;
  const bottom = Math.max(
    top,
    ...layout.map(({ y, height }) => top + y + height),
  );
  const foot = footOf(grid, layout, bottom + 16, full);
  const hasTitles = cells.length <= MOST_TITLES;
  return {
    width: full,
    height: Math.ceil(foot.bottom),
    title: `${title}, ${window}`,
    description: describe(grid),
    content: [
      element("style", {}, `.small{font-size:${SMALL}px}${gridStyle()}`),
      ...layout.slice(0, 1).map(({ cell }) => cellParts(cell)),
      head.content,
      ...layout.map((each) => panel(each, top, hasTitles)),
      foot.content,
    ].join(""),
  };
}

/** The matrix in words. */
export function describe(grid: Grid): string {
  const bad = worstFirst(grid.cells.filter(isBad));
  const named = bad.slice(0, MOST_NAMED).map((cell) => sentenceOf(cell, "to"));
  const more = bad.length - named.length;
  return [
    "Rows are sources, columns are destinations",
    summaryOf(grid.cells),
    ...hostLines(grid.cells),
    ...named,
    ...more > 0 ? [`and ${more} more`] : [],
    grid.rule,
  ].join(". ") + ".";
}

/** Where a part is, and how large what it consists of. */
interface Placed {
  part: GridPart;
  x: number;
  y: number;
  width: number;
  height: number;
  /** The room for the names of rows and of columns. */
  rows: number;
  columns: number;
  cell: CellSize;
  /** Whether the names of columns are written upwards. */
  isSteep: boolean;
}

/** Places the parts side by side where they have room for numbers. */
function layOut(
  parts: readonly GridPart[],
  { cells }: Grid,
  width: number,
): Placed[] {
  const rows = Math.min(
    LONGEST_ROW,
    width / 3,
    greatest(cells, ({ source }) => roomOf(source)) + 10,
  );
  const name = Math.min(
    LONGEST_COLUMN,
    greatest(cells, ({ destination }) => roomOf(destination)),
  );
  const room = Math.max(
    ROOM_FOR_NUMBER,
    greatest(cells, (each) => cellRoom(each) + countRoom(each)),
  );
  const count = parts.reduce((sum, each) => sum + each.destinations.length, 0);
  const gaps = (parts.length - 1) * 2 * MARGIN;
  const isBeside = parts.length * rows + count * room + gaps <=
    width - 2 * MARGIN;
  const columnsBeside = isBeside
    ? count
    : Math.max(...parts.map(({ destinations }) => destinations.length));
  const taken = isBeside ? parts.length * rows + gaps : rows;
  const free = (width - 2 * MARGIN - taken) / columnsBeside;
  const wanted = Math.max(room, Math.min(WIDEST, name + 8));
  const cellWidth = Math.floor(Math.max(NARROWEST, Math.min(wanted, free)));
  const isSteep = name + 6 > cellWidth;
  const cell = {
    width: cellWidth,
    height: Math.min(TALLEST, Math.max(NARROWEST, cellWidth * 0.6)),
  };
  const columns = (isSteep ? name : TEXT) + 8;
  let [x, y] = [MARGIN, 0];
  return parts.map((part) => {
    const placed = {
      ...{ part, x, y, rows, columns, cell, isSteep },
      width: rows + part.destinations.length * cellWidth + MARGIN,
      height: 22 + columns + part.sources.length * cell.height,
    };
    if (isBeside) x += placed.width - MARGIN + 2 * MARGIN;
    else y += placed.height + 20;
    return placed;
  });
}

/** The greatest of a great many, which are too many for arguments. */
function greatest(
  cells: readonly GridCell[],
  of: (cell: GridCell) => number,
): number {
  return cells.reduce((most, cell) => Math.max(most, of(cell)), 0);
}

/** The room for a name, whose letters may be wider than most. */
function roomOf(name: string): number {
  return 1.1 * textWidth(name);
}

function panel(placed: Placed, top: number, hasTitles: boolean): Markup {
  const { part, x, y, rows, columns, cell, isSteep } = placed;
  const { sources, destinations } = part;
  const name = cut(partName(part), placed.width, textWidth);
  const [left, first] = [x + rows, top + y + 22 + columns];
  const label = textAt({ x, y: top + y + 12, class: "name" }, name);
  const place = { x, y: first - 6, class: "faint small" };
  const corner = rows < 80 ? "" : textAt(place, "from ↓ to →");
  const heads = destinations.map((host, at) => {
    const middle = left + (at + 0.5) * cell.width;
    return isSteep
      ? element(
        "g",
        {
          transform: `translate(${short(middle + 4)} ${
            short(first - 6)
          }) rotate(-90)`,
        },
        named(host, LONGEST_COLUMN, {}),
      )
      : named(host, cell.width - 4, {
        x: middle,
        y: first - 6,
        "text-anchor": "middle",
      });
  });
  const lines = sources.map((source, row) => {
    const cells = destinations.map((destination, column) => {
      return cellAt(
        part.at(source, destination),
        source === destination,
        column * cell.width,
        cell,
        hasTitles,
      );
    });
    const label = named(source, rows - 8, {
      x: -rows,
      y: cell.height / 2 + 4,
    });
    return element(
      "g",
      {
        transform: `translate(${short(left)} ${
          short(first + row * cell.height)
        })`,
      },
      label,
      ...cells,
    );
  });
  return [label, corner, ...heads, ...lines].join("");
}

/** The name of a host, cut to a width; what is cut off is in its title. */
function named(
  host: string,
  width: number,
  attributes: Record<string, string | number>,
): Markup {
  const shown = cut(host, width, textWidth);
  const title = shown === host ? "" : element("title", {}, escaped(host));
  return element("text", attributes, title + escaped(shown));
}

function footOf(
  grid: Grid,
  layout: readonly Placed[],
  top: number,
  width: number,
): { content: Markup; bottom: number } {
  const inner = width - 2 * MARGIN;
  const quiet = { class: "faint small" };
  const drawn: Markup[] = [];
  let [x, y] = [MARGIN, top + 8];
  const parts = layout.map(({ part }) => part);
  for (const mark of marksIn(grid.cells, parts)) {
    const { word } = MARKS[mark];
    const needed = smallWidth(word) + 34;
    if (x > MARGIN && x + needed > width - MARGIN) {
      [x, y] = [MARGIN, y + 20];
    }
    drawn.push(
      element("rect", {
        class: `c-${mark}`,
        ...{ x, y: y - 8, width: 16, height: 16, rx: 3 },
      }),
      shape(mark, x + 8, y),
      textAt({ x: x + 22, y: y + 4, ...quiet }, word),
    );
    x += needed;
  }
  const { cells, scale } = grid;
  const size = layout[0]?.cell ?? { width: 0, height: 0 };
  const notes = [
    ...cells.some((each) => each.tests > 1 && hasCount(each, size))
      ? ["/2: the worst of 2 tests"]
      : [],
    ...scale && hasBars(size) && cells.some(({ level = 0 }) => level > 0)
      ? [`Length of the bar: up to ${scale.join(", ")}, more`]
      : [],
    grid.rule,
  ];
  y += 10;
  for (
    const line of notes.flatMap((note) => wrapped(note, inner, smallWidth))
  ) {
    drawn.push(textAt({ x: MARGIN, y: y += 16, ...quiet }, line));
  }
  return { content: drawn.join(""), bottom: y + MARGIN };
}
