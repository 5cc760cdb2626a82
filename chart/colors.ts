/**
 * The colours of pictures, each for light and for dark ground. They stand in the
 * style sheet as they are, because not everything that shows SVG knows
 * variables. On paper, those for light ground count.
 *
 * @module
 */

/** How something is painted: the property, on light and on dark ground. */
type Paint = readonly [property: string, light: string, dark: string];

const INK = ["#1f2328", "#e6edf3"] as const;
const FAINT = ["#59636e", "#9198a1"] as const;
const GRID = ["#e1e4e8", "#2a3038"] as const;
const BLUE = ["#0969da", "#58a6ff"] as const;
const ORANGE = ["#b35900", "#f0a04b"] as const;
const RED = ["#cf222e", "#ff7b72"] as const;
const DARK_RED = ["#82071e", "#ffc1ba"] as const;
const GREEN = ["#1a7f37", "#3fb950"] as const;
const YELLOW = ["#9a6700", "#d29922"] as const;

/**
 * The classes: `line` and `band` are of the first direction, `line other` and
 * `band other` of the second.
 */
const PAINTS: Record<string, readonly Paint[]> = {
  ".paper": [["fill", "#ffffff", "#0d1117"]],
  "text": [["fill", ...INK]],
  ".faint": [["fill", ...FAINT]],
  ".grid": [["stroke", ...GRID]],
  ".axis": [["stroke", ...FAINT]],
  ".hatch": [["stroke", "#afb8c1", "#545d68"]],
  ".line": [["stroke", ...BLUE]],
  ".line.other": [["stroke", ...ORANGE]],
  ".dot": [["fill", ...BLUE]],
  ".dot.other": [["fill", ...ORANGE]],
  ".band": [["fill", ...BLUE]],
  ".band.other": [["fill", ...ORANGE]],
  ".edge": [["stroke", ...ORANGE]],
  ".loss": [["fill", ...RED]],
  ".line.lost": [["stroke", ...ORANGE]],
  ".worst": [["stroke", ...DARK_RED]],
  ".none": [["stroke", ...GREEN]],
  ".retransmits": [["fill", ...FAINT]],
  ".retransmits.other": [["stroke", ...ORANGE]],
  ".failed": [["fill", ...DARK_RED]],
  ".missing": [["fill", ...FAINT]],
  ".route": [["fill", ...BLUE]],
  ".clock": [["fill", ...YELLOW]],
  ".ok": [["fill", ...GREEN]],
  ".warning": [["fill", ...YELLOW]],
  ".critical": [["fill", ...RED]],
  ".unknown": [["fill", ...FAINT]],
};

/** The rules of the style sheet. */
export function colorRules(): string {
  const rules = (ground: 1 | 2) =>
    Object.entries(PAINTS).map(([selector, paints]) =>
      `${selector}{${
        paints.map((paint) => `${paint[0]}:${paint[ground]}`).join(";")
      }}`
    ).join("");
  return `.grid,.axis,.line,.hatch,.worst,.none{fill:none;stroke-width:1}` +
    `.line{stroke-width:1.3;stroke-linejoin:round;stroke-linecap:round}` +
    `.edge{fill:none;stroke-width:.8;stroke-dasharray:2 2;opacity:.7}` +
    `.retransmits.other{fill:none}.none{stroke-width:2}.wide{opacity:.16}.narrow{opacity:.34}` +
    `${rules(1)}@media screen and (prefers-color-scheme:dark){${rules(2)}}` +
    `@media print{.paper{fill:none}}`;
}

/** The colours of a page around pictures. */
export const PAGE_COLORS = {
  light: { ink: INK[0], faint: FAINT[0], grid: GRID[0], paper: "#ffffff" },
  dark: { ink: INK[1], faint: FAINT[1], grid: GRID[1], paper: "#0d1117" },
  focus: BLUE,
};
