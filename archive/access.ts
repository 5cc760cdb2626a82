/**
 * Who may write, and which formats a client may ask for.
 *
 * @module
 */

import { createHash, timingSafeEqual } from "node:crypto";
import { Refusal } from "./answers.ts";
import type { ArchiveRequest } from "./request.ts";

/**
 * The keys that may write, as digests: nothing that is logged or dumped shows a
 * key.
 */
export type Tokens = readonly Uint8Array[];

/** The digests of keys. */
export function digestTokens(tokens: readonly string[]): Tokens {
  return tokens.map(digest);
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

/** Who may write. */
export interface Access {
  /** The keys that may write. */
  readonly tokens: Tokens;
  /** Whether everybody may write, key or not. */
  readonly isOpen: boolean;
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Checks the key of a request. Reading is open, but a wrong key is refused even
 * for reading; writing needs a key, so an archive without keys is read-only.
 *
 * @throws {Refusal} 401.
 */
export function authenticate(
  { tokens, isOpen }: Access,
  request: ArchiveRequest,
): void {
  if (isOpen) return;
  const words = (request.header("authorization") ?? "").trim()
    .split(/\s+/);
  if (words[0]!.toLowerCase() === "token") checkToken(tokens, words.slice(1));
  else if (!SAFE_METHODS.has(request.method)) {
    unauthorized("Authentication credentials were not provided.");
  }
}

function checkToken(tokens: Tokens, words: string[]): void {
  if (words.length === 0) {
    unauthorized("Invalid token header. No credentials provided.");
  }
  if (words.length > 1) {
    unauthorized(
      "Invalid token header. Token string should not contain spaces.",
    );
  }
  // Digests have one length, and all keys are compared: the time taken tells
  // nothing.
  const given = digest(words[0]!);
  const known = tokens.map((token) => timingSafeEqual(token, given));
  if (!known.includes(true)) unauthorized("Invalid token.");
}

function unauthorized(detail: string): never {
  throw new Refusal(detail, 401, { "www-authenticate": "Token" });
}

const ACCEPTED = new Set([
  "*/*",
  "application/*",
  "application/json",
  "text/*",
  "text/html",
]);

/**
 * Whether the client takes JSON. The page for people that `text/html` and
 * `format=api` mean is JSON here too.
 *
 * @throws {Refusal} 404 for an unknown format, 406 for media types that are not
 * offered.
 */
export function checkAcceptable(
  request: ArchiveRequest,
  format: string | undefined,
): void {
  if (format && format !== "json" && format !== "api") {
    throw new Refusal("Not found.", 404);
  }
  const accept = request.header("accept") ?? "*/*";
  const types = accept.split(",").map((one) =>
    one.split(";")[0]!.trim().toLowerCase()
  );
  if (!types.some((type) => ACCEPTED.has(type))) {
    throw new Refusal("Could not satisfy the request Accept header.", 406);
  }
}
