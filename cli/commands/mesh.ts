/**
 * `esmond-ps mesh`: which links are good, as a matrix.
 *
 * @module
 */

import { isBad } from "../../chart/grid.ts";
import { TIME_FILTERS } from "../../client/parameters.ts";
import type { Metadata } from "../../mod.ts";
import { noneOfTemplate, testsOfTemplate } from "../check/absent.ts";
import { testsToCheck, whatInstead } from "../check/find.ts";
import { EXIT, PartialError, UsageError } from "../errors.ts";
import { Progress, stderrOptions } from "../export/progress.ts";
import { emptyProgress, type ProgressState } from "../export/progress_line.ts";
import { type Io, oneLine } from "../io.ts";
import { cellRow } from "../mesh/cells.ts";
import { type JudgedLink, judgeLinks } from "../mesh/judge.ts";
import { type Pages, printMesh, type PrintSettings } from "../mesh/print.ts";
import { readMesh } from "../mesh/settings.ts";
import { type DrawingOptions, readDrawing } from "../options/drawing.ts";
import type { OptionsOf } from "../options/table.ts";
import { readZone } from "../options/values.ts";
import { Attempts } from "../query/attempts.ts";
import { counted } from "../output/coverage_sentence.ts";
import { familyOf } from "../query/answer_tests.ts";
import { readPace } from "../query/series_settings.ts";
import { settleAnswer } from "../query/settings.ts";
import type { Command } from "./command.ts";

const DAY = 86_400;

/** Draws the matrix, and ends with what was found. */
export const run: Command<"mesh"> = async (options, surroundings) => {
  const display = surroundings.progress ?? stderrOptions(surroundings);
  using progress = new Progress({ ...display, isQuiet: false });
  // Nothing may land in the line that shows the progress.
  const note = (line: string) => progress.warn(oneLine(line));
  const io: Io = { ...surroundings, note };
  using settings = await settle(options, io);
  const { meant, absent, unread, extra, ...found } = await listTests(
    settings,
    progress,
  );
  if (extra > 0) {
    io.note(
      `${counted(extra, "test")} that the template does not have ${
        extra === 1 ? "is" : "are"
      } left out; coverage lists what there is`,
    );
  }
  if (meant.length + absent.length + unread.length === 0) {
    io.note(
      settings.template
        ? noneOfTemplate(settings)
        : await whatInstead(settings, found),
    );
  }
  const attempts = new Attempts(io, settings.connection);
  const links = await withProgress(
    progress,
    (state) => judgeLinks(meant, { absent, unread }, settings, attempts, state),
  );
  const tests = [...meant, ...found.others];
  const pages = await drawPages(links, settings, tests, attempts, progress);
  const isLost = links.length > 0 && links.every((each) => each.isIncomplete);
  if (attempts.over !== undefined && isLost) throw attempts.over.error;
  await printMesh(links, settings, pages, io);
  if (attempts.over !== undefined) throw attempts.over.error;
  settings.connection.conclude();
  if (!attempts.isWhole) throw new PartialError(EXIT.failed);
  const { what } = settings.check;
  const isFound = links.some((link) => isBad(cellRow(link, what)));
  if (isFound && options.flag("exit-code")) throw new PartialError(EXIT.found);
};

/** What the command goes by. */
type Settled = PrintSettings & {
  /** The directory of the pages of links, if they are asked for. */
  plots: string | undefined;
};

async function settle(
  options: OptionsOf<"mesh">,
  io: Io,
): Promise<Settled> {
  const drawing = readDrawing("mesh", options);
  const common = { ...options, words: options.words.slice(1) };
  const hasZone = options.text("output-tz") !== undefined;
  return await settleAnswer("mesh", common, io, {
    span: 7 * DAY,
    mayHaveOtherNames: true,
    format: drawing.format,
    own: () => ({
      ...readMesh(options, io),
      drawing,
      plots: readPlots(options, drawing),
      zone: readZone(options, hasZone ? "output-tz" : "tz"),
    }),
    connection: () => ({ ...readPace(options), signal: io.signal }),
  });
}

function readPlots(
  options: OptionsOf<"mesh">,
  { format }: DrawingOptions,
): string | undefined {
  const plots = options.text("plots");
  if (plots === undefined) return undefined;
  if (plots === "") throw new UsageError("--plots is empty: name a directory");
  if (format === "html") return plots;
  throw new UsageError(
    "--plots is for pages: choose --output-format html, or leave it out",
  );
}

/**
 * The tests, in one list: those that wrote within the window or the history
 * before it. What stopped earlier is of no link.
 */
async function listTests(settings: Settled, progress: Progress) {
  const { window, check, isAnyTime } = settings;
  progress.start(emptyProgress());
  const since = Math.max(0, Math.floor(window.start - check.history));
  const times = isAnyTime ? {} : {
    times: {
      [TIME_FILTERS.time]: undefined,
      [TIME_FILTERS.timeStart]: `${since}`,
    },
  };
  try {
    const { template } = settings;
    return template === undefined
      ? { ...await testsToCheck({ ...settings, ...times }), ...NO_TEMPLATE }
      : await testsOfTemplate({ ...settings, ...times, template });
  } finally {
    progress.stop();
  }
}

/** What is absent, and what is more, where nothing says what should be there. */
const NO_TEMPLATE = { absent: [], unread: [], extra: 0 };

/** Draws the links, if that is asked for. */
async function drawPages(
  links: readonly JudgedLink[],
  settings: Settled,
  tests: readonly Metadata[],
  attempts: Attempts,
  progress: Progress,
): Promise<Pages> {
  const { plots: directory, drawing: { output }, zone, family } = settings;
  if (directory === undefined || links.length === 0) return new Map();
  const { writePages } = await import("../mesh/plots.ts");
  const ours = tests.filter((test) =>
    family === undefined || familyOf(test) === family
  );
  return await withProgress(progress, (state) => {
    state.series = links.length;
    const options = { tests: ours, directory, output, zone, attempts, state };
    return writePages(links, settings, options);
  });
}

/** Shows how far some work with links is. */
async function withProgress<T>(
  progress: Progress,
  work: (state: ProgressState) => Promise<T>,
): Promise<T> {
  const state = { ...emptyProgress(), unit: "links" as const };
  progress.start(state);
  try {
    return await work(state);
  } finally {
    progress.stop();
  }
}
