/**
 * A page around pictures: one file that fetches nothing, and in which nothing
 * runs but what it was written with.
 *
 * @module
 */

import { PAGE_COLORS } from "./colors.ts";
import { element, escaped, type Markup } from "./markup.ts";
import { STYLES } from "./svg.ts";

/** A page. */
export interface Page {
  /** Its title. */
  title: string;
  /** What is in it: pictures of `svgElement()`, tables, text. */
  content: Markup;
  /** Rules of its own, besides those of all pages and pictures. */
  styles?: string;
  /** What it runs, if anything: JavaScript without imports. */
  script?: string;
  /** What the script reads from the element `data`, as JSON. */
  data?: unknown;
}

/** The page as a file. */
export async function pageFile(
  { title, content, styles: own = "", script, data }: Page,
): Promise<string> {
  const styles = PAGE_STYLES + STYLES + own;
  const policy = [
    "default-src 'none'",
    `style-src ${await hashOf(styles)}`,
    ...script === undefined ? [] : [`script-src ${await hashOf(script)}`],
    ...["base-uri 'none'", "form-action 'none'"],
  ].join("; ");
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    element("title", {}, escaped(title)),
    `<style>${styles}</style>`,
  ];
  const body = [
    element("main", {}, content),
    ...data === undefined ? [] : [
      `<script type="application/json" id="data">${embedded(data)}</script>`,
    ],
    ...script === undefined ? [] : [`<script>${script}</script>`],
  ];
  return `<!DOCTYPE html>\n<html lang="en">\n<head>\n${
    head.join("\n")
  }\n</head>\n<body>\n${body.join("\n")}\n</body>\n</html>\n`;
}

/** JSON in ASCII, in which nothing ends the element that it is in. */
function embedded(data: unknown): string {
  return JSON.stringify(data).replace(
    /[<\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** What a policy allows a style sheet or a script by. */
async function hashOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
}

const { light, dark, focus } = PAGE_COLORS;

const PAGE_STYLES = [
  `body{margin:0;font:14px/1.45 system-ui,"DejaVu Sans",Verdana,sans-serif;color:${light.ink};background:${light.paper}}`,
  "main{max-width:1640px;margin:0 auto;padding:8px;box-sizing:border-box}",
  "svg{display:block;max-width:100%;height:auto}",
  ".hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}",
  "#plot{position:relative;touch-action:pan-y;user-select:none;cursor:crosshair}",
  `#selection{display:none;position:absolute;top:0;bottom:0;background:${
    focus[0]
  };opacity:.2;pointer-events:none}`,
  `.note{color:${light.faint}}`,
  `:focus-visible{outline:2px solid ${focus[0]};outline-offset:2px}`,
  ".scroll{overflow:auto;max-height:70vh}",
  "table{border-collapse:collapse;font-variant-numeric:tabular-nums}",
  `caption{text-align:left;padding:4px 0}`,
  `th,td{padding:2px 10px 2px 0;text-align:right;white-space:nowrap;border-bottom:1px solid ${light.grid}}`,
  "th:first-child,td:first-child{text-align:left}",
  "summary{cursor:pointer;padding:6px 0}",
  `@media screen and (prefers-color-scheme:dark){body{color:${dark.ink};background:${dark.paper}}.note{color:${dark.faint}}th,td{border-color:${dark.grid}}:focus-visible{outline-color:${
    focus[1]
  }}}`,
  "@media print{.note.screen,details:not([open]){display:none}.scroll{max-height:none}}",
].join("");

/**
 * A table.
 *
 * @param caption What is in it.
 * @param columns The heads of the columns.
 * @param rows The cells, as text.
 */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): Markup {
  const cells = (name: "th" | "td", texts: readonly string[]) =>
    texts.map((text) =>
      element(
        name,
        name === "th" ? { scope: "col" } : {},
        escaped(text),
      )
    ).join("");
  return element(
    "table",
    {},
    element("caption", {}, escaped(caption)),
    element("thead", {}, element("tr", {}, cells("th", columns))),
    element(
      "tbody",
      {},
      ...rows.map((row) => element("tr", {}, cells("td", row))),
    ),
  );
}
