/**
 * Pins: the SHA-256 of the only certificate, or key, that is accepted.
 *
 * @module
 */

import { UsageError } from "../errors.ts";

/**
 * Reads a pin into its one form, `sha256/` and base64.
 *
 * @param text `sha256/BASE64`, curl's `sha256//BASE64`, or hexadecimal digits
 * as openssl prints them.
 * @throws {UsageError} for anything else.
 */
export function readPin(text: string): string {
  const word = text.trim();
  const base64 = /^sha256\/\/?([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)$/
    .exec(word);
  if (base64 !== null) return `sha256/${base64[1]}`;
  const hex = word.replace(/^sha-?256( fingerprint)?[=:]/i, "")
    .replaceAll(":", "");
  if (/^[\da-f]{64}$/i.test(hex)) {
    return pinOf(Uint8Array.from(
      hex.match(/../g)!,
      (digits) => parseInt(digits, 16),
    ));
  }
  throw new UsageError(
    `--pin: ${
      JSON.stringify(word.slice(0, 100))
    } is not a pin: give sha256/ and 44 characters of base64, or 64 hexadecimal digits; esmond-ps trust URL shows which`,
  );
}

/** A SHA-256 as a pin. */
export function pinOf(hash: Uint8Array): string {
  return `sha256/${btoa(String.fromCharCode(...hash))}`;
}
