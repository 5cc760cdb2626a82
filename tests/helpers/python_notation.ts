/**
 * Python's notation of nested values, which the recordings show in text, as the
 * JSON that we print in its place.
 */

import { dumps } from "../../client/json.ts";

/** The text with every list and object in Python's notation as JSON. */
export function withJson(text: string): string {
  let out = "";
  let at = 0;
  while (at < text.length) {
    if (text[at] === "{" || text[at] === "[") {
      const parsed = readValue(text, at);
      if (parsed !== undefined) {
        out += dumps(parsed.json);
        at = parsed.end;
        continue;
      }
    }
    out += text[at++];
  }
  return out;
}

interface Parsed {
  json: string;
  end: number;
}

function readValue(text: string, at: number): Parsed | undefined {
  switch (text[at]) {
    case "{":
      return readSequence(text, at, "}", true);
    case "[":
      return readSequence(text, at, "]", false);
    case "'":
    case '"':
      return readString(text, at);
  }
  const word = /^(None|True|False|-?[\d.]+(e[-+]?\d+)?)/i.exec(
    text.slice(at, at + 400),
  )?.[0];
  if (word === undefined) return undefined;
  const json = { None: "null", True: "true", False: "false" }[word] ?? word;
  return { json, end: at + word.length };
}

function readSequence(
  text: string,
  at: number,
  close: string,
  isObject: boolean,
): Parsed | undefined {
  const parts: string[] = [];
  const skip = (end: number, separator: RegExp) => {
    separator.lastIndex = end;
    return separator.test(text) ? separator.lastIndex : undefined;
  };
  let end = skip(at + 1, /\s*/y)!;
  while (text[end] !== close) {
    if (parts.length > 0) {
      const next = skip(end, /,\s+/y);
      if (next === undefined) return undefined;
      end = next;
    }
    const first = readValue(text, end);
    if (first === undefined) return undefined;
    end = first.end;
    let part = first.json;
    if (isObject) {
      if (!text.startsWith(": ", end)) return undefined;
      const value = readValue(text, end + 2);
      if (value === undefined) return undefined;
      part += `: ${value.json}`;
      end = value.end;
    }
    parts.push(part);
    if (end >= text.length) return undefined;
  }
  return { json: `${text[at]}${parts.join(", ")}${close}`, end: end + 1 };
}

function readString(text: string, at: number): Parsed | undefined {
  const quote = text[at]!;
  let value = "";
  for (let end = at + 1; end < text.length; end++) {
    const char = text[end]!;
    if (char === quote) return { json: JSON.stringify(value), end: end + 1 };
    if (char !== "\\") {
      value += char;
      continue;
    }
    const escape = /^\\(?:([nrt\\'"])|x([\da-f]{2})|u([\da-f]{4}))/.exec(
      text.slice(end, end + 6),
    );
    if (escape === null) return undefined;
    const [whole, letter, ...hex] = escape;
    value += letter === undefined
      ? String.fromCharCode(
        parseInt(hex.find((each) => each !== undefined)!, 16),
      )
      : { n: "\n", r: "\r", t: "\t" }[letter] ?? letter;
    end += whole.length - 1;
  }
  return undefined;
}
