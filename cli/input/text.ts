/**
 * The text of an input, which has to be UTF-8: a byte that is not would be
 * stored as something else.
 *
 * @module
 */

import { UsageError } from "../errors.ts";

/**
 * Decodes an input, without its byte order mark.
 *
 * @param bytes The input.
 * @param name What messages call it.
 * @throws {UsageError} that names the first line that is not UTF-8.
 */
export function decodeInput(bytes: Uint8Array, name: string): string {
  try {
    return strict().decode(bytes);
  } catch {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) ||
      (bytes[0] === 0xfe && bytes[1] === 0xff);
    throw new UsageError(
      isUtf16
        ? `${name} is UTF-16: convert it to UTF-8 first`
        : `${name} is not UTF-8: line ${
          badLine(bytes)
        } has bytes that are not characters; convert it to UTF-8 first`,
    );
  }
}

function strict(): TextDecoder {
  return new TextDecoder("utf-8", { fatal: true });
}

/** The number of the first line that is not UTF-8. */
function badLine(bytes: Uint8Array): number {
  let line = 1;
  for (let at = 0;; line++) {
    const end = bytes.indexOf(LINE_END, at);
    try {
      strict().decode(bytes.subarray(at, end < 0 ? bytes.length : end));
    } catch {
      return line;
    }
    if (end < 0) return line;
    at = end + 1;
  }
}

const LINE_END = 0x0a;
