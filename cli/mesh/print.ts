/**
 * Prints a matrix: as lines, rows, a picture or a page.
 *
 * @module
 */

import type { Grid } from "../../chart/grid.ts";
import { gridPage } from "../../chart/grid_page.ts";
import { gridPicture } from "../../chart/grid_svg.ts";
import { gridLines } from "../../chart/grid_text.ts";
import { svgFile } from "../../chart/svg.ts";
import { timeText } from "../../chart/time_ticks.ts";
import type { Io } from "../io.ts";
import type { DrawingOptions } from "../options/drawing.ts";
import { printRecords } from "../output/records.ts";
import { terminalTraits } from "../output/terminal.ts";
import { writeResult } from "../output/written.ts";
import { columnsOfAnswers } from "../query/answer_tests.ts";
import { CELL_COLUMNS, cellRow, gridCell, shownGroup } from "./cells.ts";
import type { JudgedLink, LinkSettings } from "./judge.ts";
import { isLoss, LOSS_STEPS } from "./settings.ts";

/** What is printed, and where. */
export interface PrintSettings extends LinkSettings {
  /** Where the matrix goes. */
  drawing: DrawingOptions;
  /** The zone of the times that are shown. */
  zone: string;
}

/** The pages of links. */
export type Pages = ReadonlyMap<JudgedLink, string>;

/**
 * Prints the matrix. Without a link, there is no picture: an empty one would
 * look as if there were nothing to find.
 *
 * @throws {UsageError} when the file cannot be written.
 */
export async function printMesh(
  links: readonly JudgedLink[],
  settings: PrintSettings,
  pages: Pages,
  io: Io,
): Promise<void> {
  const { format, output, width } = settings.drawing;
  if (format === "json" || format === "csv") {
    return await writeResult(output, await rowsOf(links, settings), io);
  }
  const grid = gridOf(links, settings, pages);
  if (format === "human") {
    const isFile = output !== undefined;
    const traits = terminalTraits(io);
    const lines = gridLines(grid, {
      ...traits,
      ...isFile ? { width: PIPED, hasColors: false } : {},
      ...width === undefined ? {} : { width },
    });
    const text = lines.map((line) => `${line}\n`).join("");
    return await writeResult(output, text, io);
  }
  if (links.length === 0) return;
  const text = format === "svg"
    ? svgFile(gridPicture(grid, width ?? PIXELS))
    : await gridPage(grid);
  await writeResult(output, text, io);
}

/** The width of text in a file, in columns, and of pictures, in pixels. */
const PIPED = 80;
const PIXELS = 1000;

/** The cells as json or csv. */
async function rowsOf(
  links: readonly JudgedLink[],
  { check, connection, drawing: { format }, escapesFormulas }: PrintSettings,
): Promise<string> {
  let text = "";
  const sink = {
    write: (part: string) => void (text += part),
    flush: () => Promise.resolve(),
  };
  // Marked only where something is missing.
  const isPartial = links.some(({ isIncomplete }) => isIncomplete);
  await printRecords(
    format,
    [
      ...columnsOfAnswers(CELL_COLUMNS, connection),
      ...isPartial ? ["incomplete"] : [],
    ],
    links.map((link) => ({
      ...cellRow(link, check.what),
      incomplete: link.isIncomplete,
    })),
    { sink, isTerminal: false, escapesFormulas },
  );
  return text;
}

function gridOf(
  links: readonly JudgedLink[],
  { check, mesh, clock, window, isOpen, zone, template }: PrintSettings,
  pages: Pages,
): Grid {
  const { start, end } = clock.window(window, isOpen);
  const [from, to] = [start, end].map((time) => timeText(time, zone));
  return {
    title: mesh.title,
    window: `${from} to ${to} ${zone}`,
    rule: mesh.rule,
    order: template?.names,
    groups: template?.groups.map(shownGroup),
    cells: links.map((link) => gridCell(link, check.what, pages.get(link))),
    scale: isLoss(check.what)
      ? LOSS_STEPS.slice(1).map((step) => `${step}\u00a0%`)
      : undefined,
  };
}
