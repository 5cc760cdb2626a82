/**
 * JSON as elmond lays it out: indented by four, fields in the order of their names, everything beyond ASCII escaped, numbers
 * digit for digit.
 *
 * @module
 */

import {
  elements,
  encodeString,
  isArray,
  isObject,
  members,
} from "../client/json.ts";

/** JSON text in elmond's layout, without the newline at the end. */
export function indented(text: string, margin = ""): string {
  const isText = text.startsWith('"');
  const inner = `${margin}    `;
  if (isArray(text)) {
    const list = elements(text).map((one) => inner + indented(one, inner));
    return bracketed("[", list, `${margin}]`);
  }
  if (isObject(text)) {
    const fields = [...members(text)].sort(([a], [b]) => a < b ? -1 : 1);
    return bracketed(
      "{",
      fields.map(([name, value]) =>
        `${inner}${encodeString(name)}: ${indented(value, inner)}`
      ),
      `${margin}}`,
    );
  }
  return isText ? encodeString(JSON.parse(text)) : text;
}

function bracketed(open: string, lines: string[], close: string): string {
  if (lines.length === 0) return open + close.trim();
  return `${open}\n${lines.join(",\n")}\n${close}`;
}
