/** Markup that is read as strictly as XML is, without what pictures lack. */

import { assert } from "@std/assert";

/** An element. */
export interface ReadElement {
  /** Its name. */
  name: string;
  /** Its attributes. */
  attributes: Record<string, string>;
  /** Its text, with that of its elements. */
  text: string;
}

const ENTITY = /&(?:amp|lt|gt|quot|#39);/g;
const NAME = "[A-Za-z][A-Za-z0-9-]*";
const ATTRIBUTE = new RegExp(`^\\s+(${NAME}(?::${NAME})?)="([^"<]*)"`);

/**
 * The elements in their order.
 *
 * @throws {AssertionError} for what is not well-formed.
 */
export function readMarkup(markup: string): ReadElement[] {
  const found: ReadElement[] = [];
  const open: ReadElement[] = [];
  // deno-lint-ignore no-control-regex -- XML does not allow these
  assert(!/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(markup));
  assert(markup.isWellFormed(), "half a character");
  let rest = markup.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\s*/, "");
  while (rest !== "") {
    if (!rest.startsWith("<")) {
      const text = /^[^<]+/.exec(rest)![0];
      assert(!text.replace(ENTITY, "").includes("&"), `entity in ${text}`);
      for (const each of open) each.text += decoded(text);
      rest = rest.slice(text.length);
      continue;
    }
    const closing = new RegExp(`^</(${NAME})>`).exec(rest);
    if (closing !== null) {
      assert(open.pop()?.name === closing[1], `</${closing[1]}> is not open`);
      rest = rest.slice(closing[0].length);
      continue;
    }
    const opening = new RegExp(`^<(${NAME})`).exec(rest);
    assert(opening !== null, `no element: ${rest.slice(0, 60)}`);
    rest = rest.slice(opening[0].length);
    const element: ReadElement = {
      name: opening[1]!,
      attributes: {},
      text: "",
    };
    for (let match; (match = ATTRIBUTE.exec(rest)) !== null;) {
      const [all, name, value] = match;
      assert(!(name! in element.attributes), `${name} twice`);
      assert(!value!.replace(ENTITY, "").includes("&"), `entity in ${value}`);
      element.attributes[name!] = decoded(value!);
      rest = rest.slice(all.length);
    }
    found.push(element);
    const end = /^\s*(\/?)>/.exec(rest);
    assert(end !== null, `<${element.name} does not end: ${rest.slice(0, 60)}`);
    rest = rest.slice(end[0].length);
    if (end[1] === "") open.push(element);
  }
  assert(open.length === 0, "elements are open");
  return found;
}

function decoded(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
