/**
 * A link over time as a page.
 *
 * @module
 */

import type { PlotData } from "./measured.ts";
import { pageFile } from "./page.ts";
import { type PlotOptions, plotPicture } from "./plot_svg.ts";
import { svgElement } from "./svg.ts";

/** The page as a file. */
export async function plotPage(
  data: PlotData,
  options: PlotOptions = {},
): Promise<string> {
  const picture = plotPicture(data, options);
  return await pageFile({
    title: picture.title,
    content: svgElement(picture),
  });
}
