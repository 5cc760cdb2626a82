/**
 * The pages of links, which the cells of a matrix link to.
 *
 * @module
 */

import { dirname, isAbsolute, join, normalize, resolve } from "@std/path";
import { columnCount, DEFAULT_WIDTH } from "../../chart/plot_svg.ts";
import { plotPage } from "../../chart/plot_page.ts";
import type { Metadata } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import { fileNames, safePart } from "../export/names.ts";
import type { ProgressState } from "../export/progress_line.ts";
import { writeWhole } from "../output/written.ts";
import { type PlotLink, plotLinksOf } from "../plot/find.ts";
import { readLink } from "../plot/read_link.ts";
import type { PlotSettings } from "../plot/settings.ts";
import type { Attempts } from "../query/attempts.ts";
import { idOf } from "../query/find_tests.ts";
import type { JudgedLink, LinkSettings } from "./judge.ts";

/** What writing the pages is given. */
export interface PagesOptions {
  /** All tests between the hosts, whatever they measure. */
  tests: readonly Metadata[];
  /** The directory of the pages, which is made if it is not there. */
  directory: string;
  /** The file of the matrix; standard output if absent. */
  output: string | undefined;
  /** The zone of the times that are shown. */
  zone: string;
  /** What notes that a link cannot be read, and when to give up. */
  attempts: Attempts;
  /** How far that is. */
  state: ProgressState;
}

/**
 * Writes the pages, one after the other: each is of much that is read.
 *
 * @returns Where the page of a link is, from the matrix; those of which nothing
 * can be drawn have none.
 * @throws {UsageError} when one cannot be written.
 */
export async function writePages(
  links: readonly JudgedLink[],
  settings: LinkSettings,
  options: PagesOptions,
): Promise<Map<JudgedLink, string>> {
  const { directory, output } = options;
  const plot = plotSettings(settings, options);
  const window = settings.clock.window(settings.window, settings.isOpen);
  const plots = await plotsById(options.tests, settings);
  const found = links.flatMap((link) => {
    const [finding] = link.findings;
    const drawn = finding?.test && plots.get(idOf(finding.test));
    return drawn ? [{ link, drawn }] : [];
  });
  const names = namesOf(found);
  const from = output === undefined ? "." : dirname(output);
  const pages = new Map<JudgedLink, string>();
  await makeDirectory(directory);
  for (const { link, drawn } of found) {
    const { source, destination } = link;
    const named = { ...drawn, source, destination };
    const { value: data, isWhole } = await options.attempts.read(
      () => readLink(named, plot, window, columnCount(DEFAULT_WIDTH)),
      undefined,
    );
    if (data !== undefined && data.tests.length > 0) {
      const path = join(directory, names.get(link)!);
      await writeWhole("plots", path, await plotPage(data));
      pages.set(link, hrefOf(from, path));
    }
    options.state.done++;
    if (!isWhole) options.state.failed++;
  }
  return pages;
}

function plotSettings(
  settings: LinkSettings,
  { zone }: PagesOptions,
): PlotSettings {
  const { spacing, bucketWidth } = settings.check;
  return {
    ...settings,
    eventTypes: [],
    plot: {
      ...{ format: "html", output: undefined, width: undefined },
      ...{ isBoth: false, scale: "linear", zone, spacing, bucketWidth },
    },
  };
}

/** The links to draw, by the ids of their tests. */
async function plotsById(
  tests: readonly Metadata[],
  { hostnames }: LinkSettings,
): Promise<Map<string, PlotLink>> {
  const all = tests.map((test) => ({ test, isReverse: false }));
  const links = await plotLinksOf(all, hostnames);
  return new Map(
    links.flatMap((link) =>
      link.tests.map(({ test }) => [idOf(test), link] as const)
    ),
  );
}

type Found = { link: JudgedLink; drawn: PlotLink };

/** The names of the files: of the same, each gets the key of a test. */
function namesOf(found: readonly Found[]): Map<JudgedLink, string> {
  const wanted = found.map(({ link, drawn }) => {
    const { source, destination, family } = link;
    const over = family === undefined ? [] : [`IPv${family}`];
    const stem = [safePart(source), safePart(destination), ...over].join("_");
    const [first] = drawn.tests;
    return { link, stem, key: first?.names.metadata_key ?? "" };
  });
  // Some file systems take large and small letters for the same.
  const groups = Map.groupBy(wanted, ({ stem }) => stem.toLowerCase());
  return new Map(
    [...groups.values()].flatMap((group) => {
      const names = fileNames(group, "html");
      return group.map(({ link }, at) => [link, names[at]!] as const);
    }),
  );
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await Deno.mkdir(directory, { recursive: true });
  } catch (error) {
    throw new UsageError(
      `--plots: cannot make ${directory}: ${(error as Error).message}`,
    );
  }
}

/** How a page in one directory names a file in another. */
function hrefOf(directory: string, file: string): string {
  const [from, to] = [directory, file].map((path) =>
    // Where we are is asked for only if it matters: it may not be permitted.
    isAbsolute(directory) === isAbsolute(file) ? path : resolve(path)
  ).map((path) =>
    normalize(path).split(/[\\/]/).filter((part: string) => part !== ".")
  ) as [string[], string[]];
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared++;
  const up = from.slice(shared).map(() => "..");
  return [".", ...up, ...to.slice(shared).map(encodeURIComponent)].join("/");
}
