/**
 * Keeping the API key out of messages.
 *
 * @module
 */

/** Shorter keys protect nothing, and occur in any text. */
const SHORTEST_KEY = 6;

/** So many consecutive characters of a key are hidden: it may have been cut. */
const TELLING = 8;

/** Most levels of decoding: an archive may quote a quotation. */
const MOST_LEVELS = 4;

/**
 * A text without the key or parts of it, in any spelling: upper or lower case,
 * JSON escapes, HTML entities, percent-encoding.
 *
 * @param text A text that may contain words of a server.
 * @param key The API key; nothing is hidden if it is absent or too short.
 */
export function withoutKey(text: string, key: string | undefined): string {
  if (!key || key.length < SHORTEST_KEY) return text;
  const parts = partsOf(key.toLowerCase());
  const isHidden = new Uint8Array(text.length);
  let isFound = false;
  let level: Level | undefined = { text, starts: undefined };
  for (let depth = 0; level && depth <= MOST_LEVELS; depth++) {
    isFound = hide(level, parts, isHidden) || isFound;
    level = decoded(level);
  }
  if (!isFound) return text;
  let shown = "";
  for (let at = 0; at < text.length; at++) {
    if (isHidden[at] === 0) shown += text[at];
    else if (at === 0 || isHidden[at - 1] === 0) shown += "***";
  }
  return shown;
}

/** All runs of telling length in a key. */
function partsOf(key: string): Set<string> {
  const length = Math.min(TELLING, key.length);
  const parts = new Set<string>();
  for (let at = 0; at + length <= key.length; at++) {
    parts.add(key.slice(at, at + length));
  }
  return parts;
}

/** A text, decoded any number of times. */
interface Level {
  text: string;
  /**
   * Where each character starts in the original text, then the length of that;
   * `undefined` for the original itself.
   */
  starts: number[] | undefined;
}

/** Marks where the original text contains part of the key. */
function hide(
  { text, starts }: Level,
  parts: Set<string>,
  isHidden: Uint8Array,
): boolean {
  const [first = ""] = parts;
  const { length } = first;
  const lower = lowerCase(text);
  let isFound = false;
  for (let at = 0; at + length <= lower.length; at++) {
    if (!parts.has(lower.slice(at, at + length))) continue;
    isFound = true;
    const end = at + length;
    isHidden.fill(1, starts?.[at] ?? at, starts?.[end] ?? end);
  }
  return isFound;
}

/** Lower case of the same length: keys are ASCII. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

const ENCODED =
  /\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|\\(.)|&#x([0-9a-f]{1,6});?|&#([0-9]{1,7});?|&([a-z]{2,4});|%([0-9a-f]{2})/gi;

const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** The text decoded once more; `undefined` if nothing is encoded. */
function decoded({ text, starts }: Level): Level | undefined {
  let out = "";
  const places: number[] = [];
  let from = 0;
  const keep = (end: number) => {
    for (; from < end; from++) {
      out += text[from];
      places.push(starts?.[from] ?? from);
    }
  };
  for (const match of text.matchAll(ENCODED)) {
    const char = charOf(match);
    if (char === undefined) continue;
    keep(match.index);
    out += char;
    places.push(starts?.[from] ?? from);
    from = match.index + match[0].length;
  }
  if (from === 0) return undefined;
  keep(text.length);
  places.push(starts?.[text.length] ?? text.length);
  return { text: out, starts: places };
}

/** The encoded character; `undefined` if there is none. */
function charOf(match: RegExpExecArray): string | undefined {
  const [, unicode, byte, escaped, hex, decimal, entity, percent] = match;
  if (escaped !== undefined) return escaped;
  if (entity !== undefined) return ENTITIES[entity.toLowerCase()];
  const code = decimal === undefined
    ? parseInt(unicode ?? byte ?? hex ?? percent ?? "", 16)
    : Number(decimal);
  return code > 0xffff ? undefined : String.fromCharCode(code);
}
