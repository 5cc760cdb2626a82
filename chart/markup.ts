/**
 * Text as XML and HTML take it, and elements made of it.
 *
 * @module
 */

import { plain } from "../client/text.ts";

/** What is in an element: text that is markup already. */
export type Markup = string;

/** What XML does not allow, and what turns the direction of writing. */
const UNFIT = /[\ud800-\udfff\ufffe\uffff\u061c\u200e\u200f]/gu;

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text of an archive as markup: nothing in it is a tag, acts, or turns the
 * direction of writing.
 */
export function escaped(text: string): Markup {
  return harmless(text).replace(/[&<>"']/g, (char) => ENTITIES[char]!);
}

/** Text of an archive, in which nothing acts or turns the direction. */
export function harmless(text: string): string {
  return plain(text).replace(UNFIT, "�");
}

/** The attributes of an element; what is `undefined` is left out. */
export type Attributes = Readonly<
  Record<string, string | number | undefined>
>;

/**
 * An element. Values of attributes are escaped, numbers have two decimals at
 * the most.
 */
export function element(
  name: string,
  attributes: Attributes = {},
  ...content: readonly Markup[]
): Markup {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [
      ` ${key}="${typeof value === "number" ? short(value) : escaped(value)}"`,
    ]
  ).join("");
  const inner = content.join("");
  return inner === "" && EMPTY.has(name)
    ? `<${name}${given}/>`
    : `<${name}${given}>${inner}</${name}>`;
}

/** The elements of SVG that mostly are empty. */
const EMPTY = new Set(["rect", "path", "line", "circle", "use"]);

/** A number for a picture: two decimals at the most. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}
