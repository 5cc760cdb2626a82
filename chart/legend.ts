/**
 * What the marks of a picture mean: only of those that it has.
 *
 * @module
 */

import { absentSpans } from "./absent.ts";
import { element, type Markup } from "./markup.ts";
import type { PlotData } from "./measured.ts";
import type { Panel } from "./panels.ts";
import { textAt, textWidth } from "./svg.ts";
import { cut } from "./text_width.ts";

/** A mark, drawn into 20 × 12 pixels, and what it means. */
interface Entry {
  mark: Markup;
  text: string;
}

const [MARK, HEIGHT, MARGIN, GAP] = [20, 18, 12, 16];

/** The legend, in as many lines as it takes. */
export function legendOf(
  data: PlotData,
  panels: readonly Panel[],
  { width, top, id }: { width: number; top: number; id: string },
): { content: Markup; height: number } {
  const parts: Markup[] = [];
  let [x, y] = [MARGIN, top];
  const room = width - 2 * MARGIN - MARK - 6;
  for (const { mark, text: full } of entriesOf(data, panels, id)) {
    const text = cut(full, room, textWidth);
    const wide = MARK + 6 + textWidth(text);
    if (x > MARGIN && x + wide > width - MARGIN) {
      x = MARGIN;
      y += HEIGHT;
    }
    parts.push(
      element("g", { transform: `translate(${Math.round(x)} ${y})` }, mark),
      textAt({ x: x + MARK + 6, y: y + 10, class: "faint" }, text),
    );
    x += wide + GAP;
  }
  return {
    content: parts.join(""),
    height: parts.length === 0 ? 0 : y + HEIGHT + 4 - top,
  };
}

function entriesOf(
  data: PlotData,
  panels: readonly Panel[],
  id: string,
): Entry[] {
  const drawn = new Set(panels.map((panel) => panel.drawn));
  const columns = panels.filter((panel) => panel.drawn === "loss")
    .flatMap(({ series }) => series.flatMap((each) => each.columns));
  const isBoth = panels.some(({ series }) =>
    series.some(({ test }) => test.isReverse)
  );
  const box = (attributes: Record<string, string | number>) =>
    element("rect", { x: 0, y: 1, width: MARK, height: 10, ...attributes });
  const line = (name: string, d = `M0,6H${MARK}`) =>
    element("path", { class: name, d });
  const when = (isShown: boolean, mark: Markup, text: string) =>
    isShown ? [{ mark, text }] : [];
  const { title, reverseTitle } = data;
  return [
    ...when(isBoth, line("line"), title),
    ...when(isBoth, line("line other dashed"), reverseTitle),
    ...when(
      columns.some(({ loss }) => loss! > 0),
      element("path", { class: "loss", d: "M3,12v-8h4v8zM11,12v-11h4v11z" }),
      "lost, all packets of a column",
    ),
    ...when(
      columns.some(({ loss, max }) => max! > loss!),
      line("worst", "M4,6.5h12"),
      "its worst run",
    ),
    ...when(
      columns.some(({ loss }) => loss === 0),
      line("none"),
      "nothing lost",
    ),
    ...when(drawn.has("delay"), line("line"), "median"),
    ...when(
      drawn.has("delay"),
      box({ class: "band narrow" }),
      "25th to 75th %",
    ),
    ...when(
      drawn.has("delay"),
      box({ class: "band wide" }),
      "minimum to 95th %",
    ),
    ...when(
      data.tests.some((test) => absentSpans(test, data.window).length > 0),
      box({ fill: `url(#${id}-hatch)` }),
      "nothing measured",
    ),
    ...when(
      data.routeChanges.length > 0,
      line("axis dashed", "M10.5,0V12"),
      "route changed",
    ),
  ];
}
