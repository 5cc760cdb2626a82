/**
 * `esmond-ps plot`: what was measured on a link, as a picture.
 *
 * @module
 */

import { EXIT, PartialError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { printRecords } from "../output/records.ts";
import { terminalTraits } from "../output/terminal.ts";
import { writeResult } from "../output/written.ts";
import { linksToPlot, type PlotLink } from "../plot/find.ts";
import { type Read, type ReadLink, readLink } from "../plot/read_link.ts";
import { PLOT_COLUMNS, plotRows } from "../plot/rows.ts";
import {
  type PlotSettings,
  readDrawnTypes,
  readPlotOptions,
} from "../plot/settings.ts";
import { columnsOfAnswers } from "../query/answer_tests.ts";
import { Attempts } from "../query/attempts.ts";
import { readPace } from "../query/series_settings.ts";
import { settleAnswer } from "../query/settings.ts";
import type { Command } from "./command.ts";

const DAY = 86_400;

/**
 * Draws the link. Where nothing was measured, there is no picture. What one of
 * several archives does not give does not keep the rest from being drawn.
 */
export const run: Command<"plot"> = async (options, io) => {
  const plot = readPlotOptions(options);
  using settings = await settleAnswer("plot", options, io, {
    span: 7 * DAY,
    format: plot.format,
    eventTypes: () => readDrawnTypes(options),
    own: () => ({ plot }),
    connection: () => ({ ...readPace(options), signal: io.signal }),
  });
  const attempts = new Attempts(io, settings.connection);
  await drawLinks(settings, attempts, io);
  if (attempts.over) throw attempts.over.error;
  settings.connection.conclude();
  if (!attempts.isWhole) throw new PartialError(EXIT.partial);
};

async function drawLinks(
  settings: PlotSettings,
  attempts: Attempts,
  io: Io,
): Promise<void> {
  const { plot } = settings;
  const found = await linksToPlot(settings, io);
  const isPicture = plot.format === "svg" || plot.format === "html";
  if (isPicture && found.length > 1) throw severalLinks(found);
  const { clock, isOpen } = settings;
  const window = clock.window(settings.window, isOpen);
  const { columnCount, DEFAULT_WIDTH } = await import(
    "../../chart/plot_svg.ts"
  );
  const count = columnCount(plot.width ?? DEFAULT_WIDTH);
  const attempted: Read = async (work, archive) =>
    (await attempts.read(work, undefined, archive)).value;
  const { isSeveral } = settings.connection;
  const links: ReadLink[] = [];
  for (const link of found) {
    if (plot.isBoth && link.tests.every(({ isReverse }) => !isReverse)) {
      io.note(`no test from ${link.destination} to ${link.source} was found`);
    }
    const read = await readLink(
      ...[link, settings, window, count] as const,
      isSeveral ? attempted : undefined,
    );
    const remarks = attempts.isWhole ? read.remarks : [...read.remarks, UNREAD];
    if (read.tests.length > 0) links.push({ ...read, remarks });
  }
  if (links.length === 0) {
    if (attempts.over) return;
    const isSomething = plot.format === "json" || plot.format === "csv";
    io.note(
      !attempts.isWhole
        ? "nothing was read that can be drawn"
        : found.length > 0
        ? "nothing was measured in the window that can be drawn"
        : "no test was found",
    );
    if (!isSomething || plot.output !== undefined) return;
  }
  await draw(links, settings, count, io);
}

/** What a picture says, too, that lacks something. */
const UNREAD = "not everything could be read.";

function severalLinks(links: readonly PlotLink[]): UsageError {
  const names = links.slice(0, 3).map(({ source, destination, family }) =>
    `${source} → ${destination}${family === null ? "" : ` over IPv${family}`}`
  );
  return new UsageError(
    `${links.length} links match, such as ${
      names.join(", ")
    }: a picture is of one; choose by --src, --dest, -4 or -6`,
  );
}

async function draw(
  links: readonly ReadLink[],
  settings: PlotSettings,
  count: number,
  io: Io,
): Promise<void> {
  const { plot: { format, output, scale, width } } = settings;
  const { connection, escapesFormulas } = settings;
  const given = width === undefined ? {} : { width };
  if (scale === "log") await refuseBelowZero(links);
  switch (format) {
    case "json":
    case "csv": {
      let text = "";
      const sink = { write: (part: string) => void (text += part) };
      await printRecords(
        format,
        columnsOfAnswers(PLOT_COLUMNS, connection),
        links.flatMap((link) => plotRows(link, count)),
        {
          sink: { ...sink, flush: () => Promise.resolve() },
          isTerminal: output === undefined && io.isTerminal,
          escapesFormulas,
        },
      );
      return await writeResult(output, text, io);
    }
    case "svg": {
      const { plotPicture } = await import("../../chart/plot_svg.ts");
      const { svgFile } = await import("../../chart/svg.ts");
      const [link] = links;
      return await writeResult(output, svgFile(plotPicture(link!, given)), io);
    }
    case "html": {
      const { plotPage } = await import("../../chart/plot_page.ts");
      return await writeResult(output, await plotPage(links[0]!, given), io);
    }
    default: {
      const { plotText } = await import("../../chart/plot_text.ts");
      const traits = terminalTraits(io);
      const isFile = output !== undefined;
      const how = {
        ...traits,
        ...isFile ? { width: 80, hasColors: false } : {},
        ...given,
      };
      const pictures = links.map((link) =>
        plotText(link, how).map((line) => `${line}\n`).join("")
      );
      return await writeResult(output, pictures.join("\n"), io);
    }
  }
}

async function refuseBelowZero(links: readonly ReadLink[]): Promise<void> {
  const { hasNoLogarithm } = await import("../../chart/panels.ts");
  if (!links.some(hasNoLogarithm)) return;
  throw new UsageError(
    "--scale log: some delays are 0 or below, which a logarithm does not have: leave it out",
  );
}
