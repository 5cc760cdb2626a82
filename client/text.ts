/**
 * Text from the network: decoded, and made fit for a message.
 *
 * @module
 */

import type { Body } from "./body.ts";
import { ArchiveResponseError } from "./errors.ts";

/** Quoted for a message of one line. */
export function quoted(text: string): string {
  return plain(JSON.stringify(cut(text, 120)));
}

/** A value that somebody gave, for a message of one line. */
export function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "an invalid Date" : "a Date";
  }
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  try {
    return oneLine(JSON.stringify(value)!);
  } catch {
    return "an object";
  }
}

/**
 * Without characters that act on a terminal, break a line, or reverse the
 * direction of writing.
 */
export function plain(text: string): string {
  return text.replace(ACTING, "�");
}

/**
 * The characters that act on a terminal, or turn the direction of writing,
 * which would let a text look like another one.
 */
export const ACTING =
  // deno-lint-ignore no-control-regex -- a server's text reaches terminals and logs
  /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

function cut(text: string, most: number): string {
  return text.length > most
    ? `${text.slice(0, most).replace(HALF_AT_END, "")}…`
    : text;
}

/** Half of a character that was cut in two. */
const HALF_AT_END = /[\ud800-\udbff]$/;

/** Cut, in one line, without control characters. */
export function oneLine(text: string): string {
  const spaced = text.replace(ACTING, " ").replace(/ +/g, " ");
  return cut(spaced.trim(), 300);
}

/**
 * The media type of a response, in lower case, without parameters; empty if
 * none was sent.
 */
export function mediaTypeOf({ headers }: Request | Response): string {
  const header = headers.get("content-type") ?? "";
  return header.split(";")[0]!.trim().toLowerCase();
}

export function decode(
  response: Response,
  { bytes }: Body,
  failed: { url: string; received: number },
): string {
  const charset = charsetOf(response);
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ArchiveResponseError(`its text is not ${oneLine(charset)}`, {
      ...failed,
      cause,
    });
  }
}

/** Whether bytes of a response are UTF-8, and said to be. */
export function isUtf8(
  response: { headers: Headers },
  bytes: Uint8Array,
): boolean {
  try {
    const decoder = new TextDecoder(charsetOf(response), { fatal: true });
    decoder.decode(bytes);
    return decoder.encoding === "utf-8";
  } catch {
    return false;
  }
}

/**
 * The text of an error page, as far as it can be decoded.
 *
 * @param response The response.
 * @param body Its body.
 * @param most How much of it to decode, in bytes.
 */
export function errorText(
  response: Response,
  { bytes }: Body,
  most: number,
): string {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charsetOf(response));
  } catch {
    decoder = new TextDecoder();
  }
  return decoder.decode(bytes.subarray(0, most));
}

function charsetOf(response: { headers: Headers }): string {
  return /charset="?([^";\s]+)/i
    .exec(response.headers.get("content-type") ?? "")?.[1] ?? "utf-8";
}

/**
 * The message of an error page, in one line: esmond sends `{"detail": …}` or
 * HTML, elmond HTML with the reason in a `<p>`.
 */
export function detailOf(body: string): string {
  let detail = body;
  try {
    const parsed = JSON.parse(body) as Record<string, unknown> | null;
    const said = parsed?.["detail"] ?? parsed?.["non_field_errors"];
    if (said !== undefined) {
      detail = typeof said === "object" && !Array.isArray(said)
        ? JSON.stringify(said)
        : String(said);
    }
  } catch {
    const part = /<p>([^<]*)<\/p>/i.exec(body) ??
      /<title>([^<]*)<\/title>/i.exec(body);
    if (part !== null) detail = unescapeHtml(part[1]!);
    else if (/^\s*</.test(body)) detail = "";
  }
  return oneLine(detail);
}

const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:#(\d{1,6})|(amp|lt|gt|quot|apos));/g,
    (_, code, name) =>
      code ? String.fromCodePoint(Number(code)) : ENTITIES[name]!,
  );
}
