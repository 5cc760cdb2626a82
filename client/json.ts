/**
 * Exact JSON: values that keep the text the archive sent.
 *
 * `JSON.parse` makes `7016320000.0` and `7016320000` the same number, rounds
 * integers beyond 2^53 and sorts keys such as `"10"`. Here a value *is* its
 * JSON text; {@linkcode elements} and {@linkcode members} take it apart without
 * changing a character. They expect text that `JSON.parse` has accepted.
 *
 * @module
 */

const QUOTE = 34, BACKSLASH = 92, COMMA = 44, COLON = 58;
const OPEN_ARRAY = 91, CLOSE_ARRAY = 93, OPEN_OBJECT = 123, CLOSE_OBJECT = 125;

/** Limits on the content of a text. */
export interface Extent {
  /** Elements of the list. */
  elements: number;
  /** Levels of lists and objects in each other. */
  depth: number;
  /** Values at all levels together. */
  values: number;
}

const ANY: Extent = { elements: Infinity, depth: Infinity, values: Infinity };

/** JSON exceeds a limit; the message says which. */
export class ExcessError extends Error {
  /** The name of the class. */
  override name = "ExcessError";
}

/** The JSON text of `null`. */
export const NULL = "null";

/** Whether the JSON text is an array. */
export function isArray(text: string | undefined): text is string {
  return text !== undefined && text.charCodeAt(0) === OPEN_ARRAY;
}

/** Whether the JSON text is an object. */
export function isObject(text: string | undefined): text is string {
  return text !== undefined && text.charCodeAt(0) === OPEN_OBJECT;
}

/**
 * The JSON texts of an array's elements; none for anything but an array.
 *
 * @param text JSON, or what was meant to be.
 * @param most Most elements, and deepest nesting.
 * @throws {ExcessError} for more.
 * @throws {SyntaxError} for some invalid JSON.
 */
export function elements(text: string, most: Extent = ANY): string[] {
  const trimmed = text.trim();
  const found: string[] = [];
  if (!isArray(trimmed)) return found;
  let at = skipSpace(trimmed, 1);
  while (trimmed.charCodeAt(at) !== CLOSE_ARRAY) {
    const end = skipValue(trimmed, at, most.depth);
    if (end === at) throw new SyntaxError("no value");
    if (found.push(trimmed.slice(at, end)) > most.elements) {
      throw new ExcessError(
        `it has more than ${inWords(most.elements)} elements`,
      );
    }
    at = skipSpace(trimmed, end);
    if (trimmed.charCodeAt(at) === COMMA) at = skipSpace(trimmed, at + 1);
  }
  return found;
}

/**
 * Checks the content of a text against limits, without the memory that parsing
 * takes.
 *
 * @param text JSON, or what was meant to be.
 * @param most Most values, and deepest nesting.
 * @throws {ExcessError} for more.
 */
export function checkExtent(text: string, most: Extent): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = closingQuote(text, at);
      if (at < 0) return; // it is not JSON
    } else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      if (++depth > most.depth) throw tooDeep(most.depth);
      values++;
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) {
      depth--;
    } else if (code === COMMA) {
      values++;
    }
  }
  if (values > most.values) {
    throw new ExcessError(`it has more than ${inWords(most.values)} values`);
  }
}

function tooDeep(depth: number): ExcessError {
  return new ExcessError(`it is nested more than ${depth} levels deep`);
}

/** A number with thousands separators. */
function inWords(count: number): string {
  return count.toLocaleString("en-US");
}

/** Whether a list or an object ends before it is closed. */
export function endsEarly(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = closingQuote(text, at);
      if (at < 0) return true;
    } else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      depth++;
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) {
      depth--;
    }
  }
  return depth > 0;
}

/**
 * The JSON texts of an object's members, in the order received; of a repeated
 * key the last. None for anything but an object.
 *
 * @param onRepeat Told of each key that stands there once more.
 */
export function members(
  text: string,
  onRepeat?: (key: string) => void,
): Map<string, string> {
  const found = new Map<string, string>();
  eachMember(text, (key, value) => {
    if (onRepeat && found.has(key)) onRepeat(key);
    found.set(key, value);
  });
  return found;
}

/**
 * Gives the name and the JSON text of each member of an object, in the order
 * received; a repeated key comes again. None for anything but an object.
 */
export function eachMember(
  text: string,
  take: (key: string, value: string) => void,
): void {
  const trimmed = text.trim();
  if (!isObject(trimmed)) return;
  let at = skipSpace(trimmed, 1);
  while (trimmed.charCodeAt(at) !== CLOSE_OBJECT) {
    const keyEnd = skipString(trimmed, at);
    const key = decodeString(trimmed.slice(at, keyEnd));
    at = skipSpace(trimmed, keyEnd);
    at = skipSpace(trimmed, at + 1); // the colon
    const end = skipValue(trimmed, at);
    take(key, trimmed.slice(at, end));
    at = skipSpace(trimmed, end);
    if (trimmed.charCodeAt(at) === COMMA) at = skipSpace(trimmed, at + 1);
  }
}

/** The JSON text of one member of an object; of a repeated key the last. */
export function member(text: string, key: string): string | undefined {
  return members(text).get(key);
}

/**
 * Reads JSON as Python does, with `NaN`, `Infinity` and `-Infinity`: its
 * `json` writes them, and so archives send them.
 *
 * @throws {SyntaxError} for what is not JSON even so.
 */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const marked = replaceNonFinite(text, (token) => `"\\u0000${token}"`);
    if (marked === text) throw error;
    JSON.parse(replaceNonFinite(text, () => "0")); // they are not names
    return JSON.parse(
      marked,
      (_, value) =>
        typeof value === "string" && value.startsWith("\0")
          ? Number(value.slice(1))
          : value,
    );
  }
}

/** Whether JSON text holds numbers that only Python has. */
export function hasNonFinite(text: string): boolean {
  return /NaN|Infinity/.test(text) && replaceNonFinite(text, () => "") !== text;
}

/** The text with other words for `NaN`, `Infinity` and `-Infinity`. */
export function replaceNonFinite(
  text: string,
  wordOf: (token: string) => string,
): string {
  let replaced = "";
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(text, at) - 1;
      continue;
    }
    if (code !== UPPER_N && code !== UPPER_I) continue;
    const [token] = NON_FINITE.exec(text.slice(at, at + 8)) ?? [];
    if (token === undefined) continue;
    const isNegative = token !== "NaN" && text[at - 1] === "-";
    const begin = isNegative ? at - 1 : at;
    const end = at + token.length;
    replaced += text.slice(from, begin) + wordOf(text.slice(begin, end));
    from = end;
    at = end - 1;
  }
  return replaced + text.slice(from);
}

const UPPER_I = 73, UPPER_N = 78;
const NON_FINITE = /^(?:NaN|Infinity)/;

/**
 * Prints a JSON number as the original client does: integers in full,
 * everything written with a point or an exponent as the shortest text that
 * reads back the same, always with `.0` or an exponent (`7016320000.0`,
 * `1e-05`, `1e+21`).
 */
export function formatNumber(text: string): string {
  if (!/[.eE]/.test(text)) return text;
  if (text.length <= 16 && PLAIN_FLOAT.test(text)) return text;
  const value = Number(text);
  if (Object.is(value, -0)) return "-0.0";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  const [mantissa = "", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, "0");
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`;
  }
  const plain = String(value);
  return plain.includes(".") ? plain : `${plain}.0`;
}

/**
 * No needless zeros, not below 1e-4; with up to 15 digits such text is its own
 * shortest form, and esmond sends little else.
 */
const PLAIN_FLOAT = /^-?(?!0\.0000)(?:0|[1-9]\d*)\.(?:0|\d*[1-9])$/;

/**
 * Prints JSON text as the original client's `json.dumps`: one line, `, ` and `:
 * ` between, everything beyond printable ASCII as `\uXXXX`, numbers as
 * {@linkcode formatNumber}.
 */
export function dumps(text: string): string {
  text = text.trim();
  const first = text.charCodeAt(0);
  if (first === QUOTE) return dumpString(text);
  if (first !== OPEN_ARRAY && first !== OPEN_OBJECT) return dumpScalar(text);
  let out = "";
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = skipString(text, at);
      out += dumpString(text.slice(at, end));
      at = end;
    } else if (code === COMMA) {
      out += ", ";
      at++;
    } else if (code === COLON) {
      out += ": ";
      at++;
    } else if (isStructure(code)) {
      out += text[at++];
    } else if (isSpace(code)) {
      at++;
    } else {
      const end = skipScalar(text, at);
      out += dumpScalar(text.slice(at, end));
      at = end;
    }
  }
  return out;
}

/** How {@linkcode indent} lays JSON out. */
export interface Layout {
  /** Whether members are sorted by their names. */
  sorts?: boolean;
  /** Prints a scalar; unchanged if absent. */
  scalar?(text: string): string;
}

/** JSON text over several lines, indented by 4. */
export function indent(text: string, layout: Layout = {}, margin = ""): string {
  const isList = isArray(text);
  if (!isList && !isObject(text)) return layout.scalar?.(text) ?? text;
  const inner = `${margin}    `;
  const fields = [...members(text)];
  if (layout.sorts) fields.sort(([one], [other]) => one < other ? -1 : 1);
  const parts = isList
    ? elements(text).map((each) => indent(each, layout, inner))
    : fields.map(([key, each]) =>
      `${encodeString(key)}: ${indent(each, layout, inner)}`
    );
  const [open, close] = [text.at(0)!, text.at(-1)!];
  if (parts.length === 0) return open + close;
  const lines = parts.map((part) => inner + part).join(",\n");
  return `${open}\n${lines}\n${margin}${close}`;
}

/**
 * Prints JSON text as the original client prints a value in text: strings as
 * they are, `None`, `True`, `False`, numbers as {@linkcode formatNumber}; but
 * objects and lists as JSON, where the original has Python's notation.
 */
export function display(text: string): string {
  text = text.trim();
  switch (text.charCodeAt(0)) {
    case QUOTE:
      return decodeString(text);
    case OPEN_ARRAY:
    case OPEN_OBJECT:
      return dumps(text);
  }
  return WORDS[text] ?? formatNumber(text).replace("Infinity", "inf");
}

const WORDS: Record<string, string> = {
  null: "None",
  true: "True",
  false: "False",
};

/** The text that a JSON string stands for. */
export function decodeString(text: string): string {
  return text.includes("\\") ? JSON.parse(text) as string : text.slice(1, -1);
}

/** The JSON text of a string as `json.dumps` writes it. */
export function encodeString(value: string): string {
  return escapeNonAscii(JSON.stringify(value));
}

function dumpString(text: string): string {
  // Written again only where the archive's spelling can differ: escapes, and
  // characters beyond printable ASCII.
  return /^[\x20-\x5b\x5d-\x7e]*$/.test(text)
    ? text
    : encodeString(JSON.parse(text) as string);
}

function dumpScalar(text: string): string {
  if (/^(?:NaN|-?Infinity)$/.test(text)) return NULL;
  const first = text.charCodeAt(0);
  const isNumber = first === 45 || (first >= 48 && first <= 57);
  if (!isNumber) return text;
  const number = formatNumber(text);
  // which JSON does not know
  return number.endsWith("Infinity") ? text : number;
}

function escapeNonAscii(text: string): string {
  return text.replace(
    /[\x7f-\uffff]/g,
    (unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

function isStructure(code: number): boolean {
  return code === OPEN_ARRAY || code === CLOSE_ARRAY || code === OPEN_OBJECT ||
    code === CLOSE_OBJECT;
}

function skipSpace(text: string, at: number): number {
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** The index after the string that starts at `at`. */
function skipString(text: string, at: number): number {
  const end = closingQuote(text, at);
  if (end < 0) throw new SyntaxError("unterminated string");
  return end + 1;
}

/** The index of the quote that ends the string at `at`; -1 if none does. */
function closingQuote(text: string, at: number): number {
  let end = at;
  do {
    end = text.indexOf('"', end + 1);
  } while (end > 0 && isEscaped(text, end));
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

function skipScalar(text: string, at: number): number {
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (
      code === COMMA || code === COLON || isStructure(code) || isSpace(code)
    ) {
      break;
    }
    at++;
  }
  return at;
}

/**
 * The index after the value that starts at `at`; counts nesting instead of
 * recursing.
 */
function skipValue(text: string, at: number, deepest = Infinity): number {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return skipString(text, at);
  if (first !== OPEN_ARRAY && first !== OPEN_OBJECT) {
    return skipScalar(text, at);
  }
  let depth = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(text, at);
      continue;
    }
    if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      if (++depth > deepest) throw tooDeep(deepest);
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) depth--;
    at++;
    if (depth === 0) return at;
  }
  throw new SyntaxError("unterminated value");
}
