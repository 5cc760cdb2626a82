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
 * JSON escapes, HTML entities, percent-encoding, or with other characters or
 * tags between, as in a host name.
 *
 * @param text A text that may contain words of a server.
 * @param key The API key; nothing is hidden if it is absent or too short.
 */
export function withoutKey(text: string, key: string | undefined): string {
  if (!key || key.length < SHORTEST_KEY) return text;
  const parts = partsOf(key.toLowerCase());
  const bareParts = partsOf(bare({ text: key.toLowerCase() }).text);
  const isHidden = new Uint8Array(text.length);
  let isFound = false;
  let level: Level | undefined = { text };
  for (let depth = 0; level && depth <= MOST_LEVELS; depth++) {
    isFound = hide(level, parts, isHidden) || isFound;
    isFound = hide(bare(level), bareParts, isHidden) || isFound;
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

/** All runs of telling length in a key; none if it is too short. */
function partsOf(key: string): Set<string> {
  if (key.length < SHORTEST_KEY) return new Set();
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
   * Where each character starts and ends in the original text; absent for the
   * original itself.
   */
  places?: { start: number; end: number }[];
}

/** Marks where the original text contains part of the key. */
function hide(
  { text, places }: Level,
  parts: Set<string>,
  isHidden: Uint8Array,
): boolean {
  const [first] = parts;
  if (first === undefined) return false;
  const { length } = first;
  const lower = lowerCase(text);
  let isFound = false;
  for (let at = 0; at + length <= lower.length; at++) {
    if (!parts.has(lower.slice(at, at + length))) continue;
    isFound = true;
    const end = at + length;
    const from = places?.[at]?.start ?? at;
    isHidden.fill(1, from, places?.[end - 1]?.end ?? end);
  }
  return isFound;
}

/** Lower case of the same length: keys are ASCII. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The letters and digits of a text, without tags. */
function bare({ text, places }: Level): Level {
  let out = "";
  const kept: Required<Level>["places"] = [];
  for (const { 0: tag, index } of text.matchAll(/<[^<>]*>|[a-z0-9]/gi)) {
    if (tag.length > 1) continue;
    out += tag;
    kept.push(places?.[index] ?? { start: index, end: index + 1 });
  }
  return { text: out, places: kept };
}

const ENCODED =
  /\\u([0-9a-f]{4})|\\u\{0*([0-9a-f]{1,6})\}|\\x([0-9a-f]{2})|\\([0-7]{3})|\\(.)|&#x0*([0-9a-f]{1,6});?|&#0*([0-9]{1,7});?|&([a-z]{2,6});|%u([0-9a-f]{4})|%([0-9a-f]{2})/gi;

/** The entities of what keys are made of, and of what nobody sees. */
const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  lowbar: "_",
  hyphen: "-",
  dash: "-",
  period: ".",
  sol: "/",
  plus: "+",
  equals: "=",
  shy: "\u00ad",
  zwj: "\u200d",
  zwnj: "\u200c",
};

/** The text decoded once more; `undefined` if nothing is encoded. */
function decoded({ text, places }: Level): Level | undefined {
  let out = "";
  const kept: Required<Level>["places"] = [];
  const placeOf = (at: number) => places?.[at] ?? { start: at, end: at + 1 };
  let from = 0;
  const keep = (end: number) => {
    for (; from < end; from++) {
      out += text[from];
      kept.push(placeOf(from));
    }
  };
  for (const match of text.matchAll(ENCODED)) {
    const char = charOf(match);
    if (char === undefined) continue;
    keep(match.index);
    out += char;
    from = match.index + match[0].length;
    const { start } = placeOf(match.index);
    kept.push({ start, end: placeOf(from - 1).end });
  }
  if (from === 0) return undefined;
  keep(text.length);
  return { text: out, places: kept };
}

/** The encoded character; `undefined` if there is none. */
function charOf(match: RegExpExecArray): string | undefined {
  const [
    ,
    unicode,
    braced,
    byte,
    octal,
    escaped,
    hex,
    decimal,
    entity,
    percentU,
    percent,
  ] = match;
  if (escaped !== undefined) return escaped;
  if (entity !== undefined) return ENTITIES[entity.toLowerCase()];
  const code = decimal !== undefined
    ? Number(decimal)
    : octal !== undefined
    ? parseInt(octal, 8)
    : parseInt(unicode ?? braced ?? byte ?? hex ?? percentU ?? percent!, 16);
  return code > 0xffff ? undefined : String.fromCharCode(code);
}
