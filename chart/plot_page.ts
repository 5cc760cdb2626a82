/**
 * A link over time as a page: the picture, which can be zoomed, and its numbers.
 *
 * @module
 */

import { Columns } from "./columns.ts";
import { element, escaped, type Markup } from "./markup.ts";
import type { PlotData } from "./measured.ts";
import { packed } from "./packed.ts";
import { pageFile, table } from "./page.ts";
import { type Panel, panelsOf } from "./panels.ts";
import {
  columnCount,
  DEFAULT_WIDTH,
  type PlotOptions,
  plotPicture,
} from "./plot_svg.ts";
import { cellsOf, HEADS } from "./readout.ts";
import { svgElement } from "./svg.ts";
import { ZOOM_SCRIPT } from "./zoom_script.ts";

const KEYS =
  "Drag to zoom. Keys, once the picture is chosen: + and - zoom, the arrows move, Esc goes back, Home or a double click shows all.";

/** The page as a file. */
export async function plotPage(
  data: PlotData,
  options: PlotOptions = {},
): Promise<string> {
  const picture = plotPicture(data, options);
  const columns = new Columns(
    data.window,
    columnCount(options.width ?? DEFAULT_WIDTH),
  );
  const tables = panelsOf(data, columns).flatMap((panel) =>
    tablesOf(panel, data)
  );
  const content = [
    element("h1", { class: "hidden" }, escaped(picture.title)),
    element(
      "div",
      {
        id: "plot",
        tabindex: 0,
        role: "group",
        "aria-label": "Picture",
        "aria-describedby": "keys",
      },
      element("div", { id: "picture" }, svgElement(picture)),
      element("div", { id: "selection" }),
    ),
    element("p", { id: "values", class: "note screen" }, "\u00a0"),
    element("p", { id: "keys", class: "note screen" }, escaped(KEYS)),
    element(
      "details",
      {},
      element("summary", {}, "The numbers of the picture"),
      ...tables,
    ),
  ];
  return await pageFile({
    title: picture.title,
    content: content.join("\n"),
    script: ZOOM_SCRIPT,
    data: packed(data),
  });
}

function tablesOf(panel: Panel, data: PlotData): Markup[] {
  return panel.series.map(({ test, columns }) => {
    const title = test.isReverse ? data.reverseTitle : data.title;
    const caption =
      `${title}: ${panel.name} (${panel.label}). Times: ${data.zone}.`;
    return element(
      "div",
      {
        class: "scroll",
        tabindex: 0,
        role: "region",
        "aria-label": caption,
      },
      table(
        caption,
        HEADS[panel.drawn],
        columns.map((column) => cellsOf(panel, column, data.zone)),
      ),
    );
  });
}
