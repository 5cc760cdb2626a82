/**
 * A picture as one SVG file: nothing in it runs, nothing is fetched, and it
 * looks right on light and dark ground and on paper.
 *
 * @module
 */

import { colorRules } from "./colors.ts";
import { element, escaped, type Markup } from "./markup.ts";
import { type Measure, pixels, wrapped } from "./text_width.ts";

/** A picture. */
export interface Picture {
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** What it is of, in a few words. */
  title: string;
  /** What it shows, in sentences, for those who do not see it. */
  description: string;
  /** What is drawn. */
  content: Markup;
}

/** The size of text, in pixels. */
export const TEXT = 12;

/** The width of text, in pixels. */
export const textWidth: Measure = pixels(TEXT);

/** The size of the title, in pixels. */
const TITLE = 16;

/** The rules of all pictures, beside those of their colours. */
const RULES = [
  `text{font:${TEXT}px system-ui,"DejaVu Sans",Verdana,sans-serif}`,
  `text.title{font-size:${TITLE}px;font-weight:600}`,
  "text.name{font-weight:600}",
  ".dashed{stroke-dasharray:5 3}",
].join("");

/** The style sheet of all pictures. */
export const STYLES: string = RULES + colorRules();

/**
 * The picture as an element of a page, which has {@linkcode STYLES} itself.
 *
 * @param picture The picture.
 * @param id Begins the ids of its parts, which a page has once.
 */
export function svgElement(picture: Picture, id = "p"): Markup {
  return drawn(picture, id, "");
}

/** The picture as a file. */
export function svgFile(picture: Picture): string {
  const styles = element("style", {}, STYLES);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${
    drawn(picture, "p", styles)
  }\n`;
}

function drawn(
  { width, height, title, description, content }: Picture,
  id: string,
  styles: Markup,
): Markup {
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-labelledby": `${id}-title ${id}-desc`,
    },
    element("title", { id: `${id}-title` }, escaped(title)),
    element("desc", { id: `${id}-desc` }, escaped(description)),
    styles,
    element("rect", { class: "paper", width, height }),
    content,
  );
}

/** Where text is. */
export interface TextPlace {
  /** Pixels from the left. */
  x: number;
  /** Pixels from the top, of the line that it stands on. */
  y: number;
  /** Its class, of {@linkcode STYLES}. */
  class?: string;
  /** Which part of it is at `x`; its start by default. */
  anchor?: "middle" | "end";
}

/** Text in a picture. */
export function textAt({ anchor, ...place }: TextPlace, text: string): Markup {
  return element("text", { ...place, "text-anchor": anchor }, escaped(text));
}

/**
 * The title of a picture, what belongs to it at the right, or below it where it
 * is too wide for that, and notes in smaller type.
 *
 * @returns What is drawn, and the height that it takes.
 */
export function heading(
  { title, aside, notes, width, margin }: {
    title: string;
    aside: string;
    notes: readonly string[];
    width: number;
    margin: number;
  },
): { content: Markup; height: number } {
  const room = width - 2 * margin;
  const parts: Markup[] = [];
  let y = 8;
  for (const line of wrapped(title, room, pixels(1.05 * TITLE), 2)) {
    parts.push(textAt({ x: margin, y: y += 19, class: "title" }, line));
  }
  const taken = pixels(1.05 * TITLE)(title) + textWidth(aside) + 24;
  if (aside !== "" && taken < room) {
    const place = { x: width - margin, y, class: "faint" };
    parts.push(textAt({ ...place, anchor: "end" }, aside));
  } else if (aside !== "") {
    for (const line of wrapped(aside, room, textWidth, 2)) {
      parts.push(textAt({ x: margin, y: y += 16, class: "faint" }, line));
    }
  }
  for (
    const line of notes.flatMap((note) => wrapped(note, room, textWidth, 8))
  ) {
    parts.push(textAt({ x: margin, y: y += 16, class: "faint" }, line));
  }
  return { content: parts.join(""), height: y + 12 };
}
