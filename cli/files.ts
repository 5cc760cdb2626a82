/**
 * Names of files that every common file system takes.
 *
 * @module
 */

/** How many bytes a stem and a key may have: together less than file systems allow, for what is put behind. */
const MAX_STEM = 150;
const MAX_KEY = 64;

/** How much of a key tells two tests apart, unless it does not. */
const SHORT_KEY = 8;

/** A part of a file name: what some file system forbids becomes `-`. */
export function safePart(text: string): string {
  return text
    // deno-lint-ignore no-control-regex -- control characters are among what is forbidden
    .replace(/[\x00-\x1f\x7f-\x9f<>:"/\\|?*\ud800-\udfff]/gu, "-")
    .replace(/^\.+|[. ]+$/g, (found) => "-".repeat(found.length));
}

/** What a file is to be called. */
export interface WantedName {
  /** The name without its ending, of safe parts. */
  stem: string;
  /** The key of the test, which tells it from others. */
  key: string;
}

/**
 * Names for files that would all have the same: a single one keeps it, of several each gets the beginning of its key, so that
 * they are called the same whatever the order they come in.
 */
export function fileNames(
  wanted: readonly WantedName[],
  extension: string,
): string[] {
  const short = wanted.map(({ key }) => key.slice(0, SHORT_KEY).toLowerCase());
  const isShortEnough = new Set(short).size === wanted.length;
  return wanted.map(({ stem, key }) => {
    const isPlain = wanted.length === 1 && cut(stem, MAX_STEM) === stem;
    const told = isShortEnough ? key.slice(0, SHORT_KEY) : key;
    return `${isPlain ? stem : withKey(stem, told)}.${extension}`;
  });
}

/** The name of a file that is not complete; nothing takes it for one that is. */
export function partialName(wanted: WantedName, extension: string): string {
  return `${withKey(wanted.stem, wanted.key)}.${extension}.partial`;
}

function withKey(stem: string, key: string): string {
  return `${cut(stem, MAX_STEM)}_${cut(safePart(key), MAX_KEY)}`;
}

/** The beginning of a text that fits into so many bytes. */
function cut(text: string, most: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= most) return text;
  return new TextDecoder().decode(bytes.subarray(0, most))
    .replace(/\ufffd$/, "");
}
