/**
 * The options of the commands that draw: what, how wide, and where to.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import type { DrawingName, Format } from "../names.ts";
import { FORMATS } from "./choices.ts";
import { DEFAULTS, type OptionsOf } from "./table.ts";
import { choose, listed, readInteger } from "./values.ts";

/** Where a picture goes, and what it is. */
export interface DrawingOptions {
  /** What it is. */
  format: Format;
  /** The file that it is written to; standard output if absent. */
  output: string | undefined;
  /** Its width, in columns of a terminal or pixels, if it is given. */
  width: number | undefined;
}

/** What the name of a file says of its format. */
const ENDINGS: Record<string, Format> = {
  ".svg": "svg",
  ".html": "html",
  ".htm": "html",
  ".json": "json",
  ".csv": "csv",
  ".txt": "human",
};

/** The widths that there are, in columns, and in pixels. */
const WIDTHS = { human: [20, 300], others: [240, 10_000] } as const;

/**
 * Reads the options of a command that draws.
 *
 * @throws {UsageError} for what cannot be.
 */
export function readDrawing(
  command: DrawingName,
  options: OptionsOf<DrawingName>,
): DrawingOptions {
  const output = options.text("output");
  if (output === "") throw new UsageError("--output is empty: name a file");
  const named = options.text("output-format");
  const format = named === undefined
    ? formatOf(output)
    : choose("output-format", named, FORMATS[command]);
  return { format, output, width: readWidth(options, format) };
}

function formatOf(output: string | undefined): Format {
  if (output === undefined) return DEFAULTS["output-format"];
  const ending = /\.[a-z]+$/i.exec(output)?.[0].toLowerCase() ?? "";
  const format = ENDINGS[ending];
  if (format !== undefined) return format;
  const endings = Object.keys(ENDINGS).filter((each) => each !== ".htm");
  throw new UsageError(
    `--output ${output}: the name does not say what to write: end it in ${
      listed(endings)
    }, or give --output-format`,
  );
}

function readWidth(
  options: OptionsOf<DrawingName>,
  format: Format,
): number | undefined {
  const width = readInteger(options, "width");
  if (width === undefined) return undefined;
  const [least, most] = WIDTHS[format === "human" ? "human" : "others"];
  if (width >= least && width <= most) return width;
  const unit = format === "human" ? "columns" : "pixels";
  throw new UsageError(
    `--width is ${width}: give ${least} to ${most} ${unit}`,
  );
}
