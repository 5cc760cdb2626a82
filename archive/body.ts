/**
 * The body of a request: bounded, JSON, and refused in the original's words.
 *
 * @module
 */

import { checkExtent, ExcessError } from "../client/json.ts";
import { Refusal } from "./answers.ts";
import type { Limits } from "./limits.ts";
import type { ArchiveRequest } from "./request.ts";

/** JSON as it was sent, and what `JSON.parse` makes of it. */
export interface Body {
  /** The text, without blanks around it. */
  readonly text: string;
  /** Its value; numbers are rounded. */
  readonly value: unknown;
}

/**
 * The JSON of a request that carries data.
 *
 * @throws {Refusal} if it is not JSON, not declared as JSON, too long, or
 * nested too deeply.
 */
export async function readBody(
  request: ArchiveRequest,
  limits: Limits,
): Promise<Body> {
  if (mediaTypeOf(request) !== "application/json") {
    throw new Refusal(
      "Must post content-type: application/json header and json-formatted " +
        "payload.",
    );
  }
  const bytes = await readBytes(request, limits.body);
  if (bytes.length === 0) throw new Refusal("No data payload POSTed.");
  try {
    return parsed(bytes, limits.depth);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const given = new TextDecoder("latin1").decode(bytes.slice(0, 200));
    throw new Refusal(
      "POST data payload could not be decoded to a JSON object - given: " +
        `b'${given}${bytes.length > 200 ? "..." : ""}'`,
    );
  }
}

/**
 * The JSON text of a request that describes a test; `{}` if it is empty.
 *
 * @throws {Refusal} if it is not JSON, not declared as JSON, too long, or
 * nested too deeply.
 */
export async function readJson(
  request: ArchiveRequest,
  limits: Limits,
): Promise<string> {
  const bytes = await readBytes(request, limits.description);
  if (bytes.length === 0) return "{}";
  if (mediaTypeOf(request) !== "application/json") {
    throw new Refusal(
      `Unsupported media type "${
        request.header("content-type") ?? ""
      }" in request.`,
      415,
    );
  }
  try {
    return parsed(bytes, limits.depth).text;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(
      `JSON parse error - ${error instanceof Error ? error.message : error}`,
    );
  }
}

function mediaTypeOf(request: ArchiveRequest): string {
  const header = request.header("content-type") ?? "";
  return header.split(";")[0]!.trim().toLowerCase();
}

/** Nothing is decompressed: a few bytes could become gigabytes. */
async function readBytes(
  request: ArchiveRequest,
  limit: number,
): Promise<Uint8Array> {
  const encoding = request.header("content-encoding") ?? "identity";
  if (encoding.trim().toLowerCase() !== "identity") {
    throw new Refusal("The body must not be compressed.", 415);
  }
  return await request.read(limit);
}

function parsed(bytes: Uint8Array, depth: number): Body {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  checkDepth(text, depth); // first: a deep nest takes much memory to parse
  return { text: text.trim(), value: JSON.parse(text) };
}

/**
 * Lists and objects are parsed level by level, so that each level costs a pass
 * over the whole text.
 */
function checkDepth(text: string, depth: number): void {
  try {
    checkExtent(text, { depth, elements: Infinity, values: Infinity });
  } catch (error) {
    if (!(error instanceof ExcessError)) throw error;
    throw new Refusal(
      `The body must not be nested more than ${depth} levels deep.`,
    );
  }
}
