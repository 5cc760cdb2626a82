/**
 * File names that every common file system takes.
 *
 * @module
 */

import type { Format } from "../names.ts";

/**
 * The most bytes of each part of a name; together, less than the usual limit.
 */
const MAX_PART = 50;

/** How much of a key is in a name, unless two tests share it. */
const SHORT_KEY = 8;

/**
 * A part of a file name: what some file system forbids, or would make it look
 * like another one, becomes `-`; what is too long is cut, but stays distinct.
 */
export function safePart(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "." || text[end - 1] === " ")) end--;
  let begin = 0;
  while (begin < end && text[begin] === ".") begin++;
  // Cut first: archives send names of any length.
  const dashes = (from: number, to: number) =>
    "-".repeat(Math.min(to, MAX_PART + 1) - Math.min(from, MAX_PART + 1));
  const safe = dashes(0, begin) +
    text.slice(begin, Math.min(end, MAX_PART + 1)).replace(FORBIDDEN, "-")
      // Windows takes these for devices, whatever follows the dot.
      .replace(/^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?=\.)/i, "$&-") +
    dashes(end, text.length);
  const bytes = new TextEncoder().encode(safe);
  if (bytes.length <= MAX_PART) return safe;
  const begun = new TextDecoder().decode(bytes.subarray(0, MAX_PART - 9))
    .replace(/\ufffd$/, "");
  return `${begun}~${digest(text)}`;
}

const FORBIDDEN =
  // deno-lint-ignore no-control-regex -- control characters are among them
  /[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu;

/** Eight hex digits that differ for different texts (FNV-1a). */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** What the name of a file is made from. */
export interface WantedName {
  /** The name without suffix and ending, of safe parts. */
  stem: string;
  /** The key of the test. */
  key: string;
}

/**
 * Names for files that would all have the same: a single one keeps it; of
 * several, each gets the beginning of its key, so that the order does not
 * matter.
 */
export function fileNames(
  wanted: readonly WantedName[],
  extension: string,
): string[] {
  if (wanted.length === 1) return [`${wanted[0]!.stem}.${extension}`];
  const short = wanted.map(({ key }) => safePart(key.slice(0, SHORT_KEY)));
  const suffixes = areTold(short)
    ? short
    : wanted.map(({ key }) => safePart(key));
  // Tests without keys can only be counted.
  const isCounted = !areTold(suffixes);
  return wanted.map(({ stem }, index) => {
    const count = isCounted ? `-${index + 1}` : "";
    return `${stem}_${suffixes[index]}${count}.${extension}`;
  });
}

function areTold(names: string[]): boolean {
  const seen = new Set(names.map((name) => name.toLowerCase()));
  return seen.size === names.length && !seen.has("");
}

/** The name of a file of a test that shares it with others. */
export function suffixedName(
  { stem, key }: WantedName,
  extension: string,
): string {
  return `${stem}_${safePart(key.slice(0, SHORT_KEY))}.${extension}`;
}

/** The name of a file of a test whose own is taken. */
export function keyedName(
  { stem, key }: WantedName,
  extension: string,
): string {
  return `${stem}_${safePart(key)}.${extension}`;
}

/** The name of a file that is not complete. */
export function partialName(
  wanted: WantedName,
  extension: string,
): string {
  return `${keyedName(wanted, extension)}${PARTIAL}`;
}

const PARTIAL = ".partial", SPOOL = ".spool";

/** The spool that a Parquet file which is not complete is made from. */
export function spoolOf(partial: string): string {
  return `${partial.slice(0, -PARTIAL.length)}${SPOOL}${PARTIAL}`;
}

/** The file that is made from a spool; any other stays itself. */
export function madeOf(partial: string): string {
  return partial.endsWith(SPOOL + PARTIAL)
    ? `${partial.slice(0, -(SPOOL + PARTIAL).length)}${PARTIAL}`
    : partial;
}

/** The ending of file names. */
export function extensionOf(
  { format, isGzipped }: { format: Format; isGzipped: boolean },
): string {
  return isGzipped ? `${format}.gz` : format;
}
