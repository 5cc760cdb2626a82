/**
 * A matrix of links as a page: a table, which needs no picture to be read.
 *
 * @module
 */

import { PAGE_COLORS } from "./colors.ts";
import { gridTableStyle } from "./grid_colors.ts";
import {
  type Grid,
  type GridCell,
  type GridPart,
  hostLines,
  isBad,
  type Mark,
  markOf,
  MARKS,
  marksIn,
  partName,
  partsOf,
  sentenceOf,
  summaryOf,
  worstFirst,
} from "./grid.ts";
import { element, escaped, type Markup } from "./markup.ts";
import { pageFile } from "./page.ts";

/** The matrix as the file of a page. */
export async function gridPage(grid: Grid): Promise<string> {
  const { cells, title, window, rule } = grid;
  const parts = partsOf(grid);
  const hasTitles = cells.length <= MOST_TITLES;
  const bad = worstFirst(cells.filter(isBad));
  return await pageFile({
    title: `${title}, ${window}`,
    styles: STYLES + gridTableStyle(),
    content: [
      element("h1", {}, escaped(title)),
      element("p", { class: "note" }, escaped(window)),
      element("p", {}, escaped(summaryOf(cells))),
      list("ul", hostLines(cells).map(escaped)),
      element(
        "div",
        { class: "parts" },
        ...parts.map((part) => tableOf(part, hasTitles)),
      ),
      legend(grid, marksIn(cells, parts)),
      element("p", { class: "note" }, escaped(rule)),
      ...bad.length === 0 ? [] : [
        element("h2", {}, "Found"),
        list("ol", bad.map((cell) => linked(cell, escaped(sentenceOf(cell))))),
      ],
    ].join("\n"),
  });
}

function list(name: "ul" | "ol", items: readonly Markup[]): Markup {
  return items.length === 0
    ? ""
    : element(name, {}, ...items.map((item) => element("li", {}, item)));
}

function linked({ href }: GridCell, content: Markup, label?: string): Markup {
  return href === undefined
    ? content
    : element("a", { href, "aria-label": label }, content);
}

/** The most links of which each has its sentence for pointers to show. */
const MOST_TITLES = 5000;

/** The most columns whose names are written level, where there is room. */
const MOST_LEVEL = 8;

function tableOf(part: GridPart, hasTitles: boolean): Markup {
  const { sources, destinations, at } = part;
  const name = partName(part);
  const heads = destinations.map((host) =>
    element(
      "th",
      { scope: "col", title: host },
      element("span", {}, escaped(host)),
    )
  );
  const rows = sources.map((source) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", title: source }, escaped(source)),
      ...destinations.map((destination) =>
        cellOf(at(source, destination), source === destination, hasTitles)
      ),
    ) + "\n"
  );
  const table = element(
    "table",
    { class: destinations.length > MOST_LEVEL ? "mesh steep" : "mesh" },
    element("caption", {}, `${escaped(name)}: from each row to each column`),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("th", { scope: "col" }, "from ↓ to →"),
        ...heads,
      ),
    ),
    element("tbody", {}, ...rows),
  );
  // What scrolls has to be reached by keys.
  return element("div", {
    class: "scroll",
    tabindex: 0,
    role: "region",
    "aria-label": `${name} matrix`,
  }, table);
}

function cellOf(
  cell: GridCell | undefined,
  isSelf: boolean,
  hasTitle: boolean,
): Markup {
  const mark = cell ? markOf(cell) : isSelf ? "self" : "none";
  if (cell === undefined) {
    return element("td", { class: `c-${mark}` }, sign(mark));
  }
  const count = cell.tests > 1 ? element("small", {}, `/${cell.tests}`) : "";
  const content = `${escaped(cell.number)} ${sign(mark)}${count}`;
  const bar = cell.level && cell.number !== ""
    ? element("i", { class: `b-${mark} l${cell.level}` })
    : "";
  return element(
    "td",
    { class: `c-${mark}`, title: hasTitle ? sentenceOf(cell) : undefined },
    linked(cell, content, sentenceOf(cell)) + bar,
  );
}

/** A mark that is seen, and its word, which is heard. */
function sign(mark: Mark): Markup {
  const { glyph, word } = MARKS[mark];
  return element(
    "span",
    { class: `m-${mark}`, "aria-hidden": "true" },
    glyph,
  ) + element("span", { class: "heard" }, word);
}

function legend({ cells, scale }: Grid, marks: readonly Mark[]): Markup {
  const items = marks.map((mark) =>
    element(
      "span",
      { class: `key c-${mark}` },
      element("span", { class: `m-${mark}` }, MARKS[mark].glyph),
    ) + ` ${escaped(MARKS[mark].word)}`
  );
  if (cells.some(({ tests }) => tests > 1)) {
    items.push("/2 the worst of 2 tests");
  }
  if (scale && cells.some(({ level = 0 }) => level > 0)) {
    items.push(
      escaped(`length of the bar: up to ${scale.join(", ")}, more`),
    );
  }
  if (cells.some(({ href }) => href !== undefined)) {
    items.push("each cell leads to the plot of its link");
  }
  return element(
    "ul",
    { class: "legend note" },
    ...items.map((item) => element("li", {}, item)),
  );
}

const { light, dark } = PAGE_COLORS;

/** Names of columns are written upwards, so that many fit. */
function steep(table: string): string {
  return `${table} th+th{text-align:center}` +
    `${table} th span{writing-mode:vertical-rl;transform:rotate(180deg);max-width:none;max-height:16em}` +
    `${table} td{min-width:2.4em}${table} td:not(:has(a)),${table} a{padding:6px 5px}`;
}

const STYLES = [
  "h1{font-size:1.3em;margin:8px 0 0}h2{font-size:1.1em}h1+p{margin:0}",
  ".parts{display:flex;flex-wrap:wrap;gap:24px;align-items:flex-start}",
  ".parts .scroll{max-width:100%}",
  ".mesh{border-collapse:separate;border-spacing:2px}",
  ".mesh caption{font-weight:600}",
  ".mesh th,.mesh td{border:0;padding:6px 8px;position:relative}",
  ".mesh td{border-radius:3px;min-width:3.5em}",
  ".mesh th{font-weight:400;text-align:left}",
  ".mesh tbody th{max-width:18em;overflow:hidden;text-overflow:ellipsis}",
  ".mesh th span{display:inline-block;max-width:18em;overflow:hidden;text-overflow:ellipsis}",
  "p,li{overflow-wrap:anywhere}",
  ".mesh th+th{text-align:right;vertical-align:bottom}",
  `.mesh tbody th{position:sticky;left:0;z-index:1;background:${light.paper}}`,
  ".mesh td:has(a){padding:0}",
  ".mesh a{color:inherit;display:block;padding:6px 8px;text-decoration:none}",
  ".mesh a:hover,.mesh a:focus{text-decoration:underline}",
  ".mesh .c-none,.mesh .c-self{text-align:right}",
  ".mesh .c-failed small{color:#fff}",
  ".mesh i{position:absolute;left:4px;bottom:2px;height:2px}",
  ...[1, 2, 3, 4, 5].map((level) =>
    `.l${level}{width:calc(${20 * level}% - 8px)}`
  ),
  steep(".steep"),
  `@media (max-width:700px){${steep(".mesh")}}`,
  ".heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}",
  ".legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:4px 16px}",
  ".key{display:inline-block;width:1.4em;text-align:center;border-radius:3px}",
  ".mesh,.key{print-color-adjust:exact;-webkit-print-color-adjust:exact}",
  `@media screen and (prefers-color-scheme:dark){.mesh tbody th{background:${dark.paper}}}`,
].join("");
