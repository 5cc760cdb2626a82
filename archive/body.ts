/**
 * The body of a request: bounded, JSON, and refused in the original's words.
 *
 * @module
 */

import { mediaTypeOf } from "../client/http.ts";
import { Refusal } from "./answers.ts";

/** The largest body that is taken, in bytes. */
export const BODY_LIMIT = 16 * 1024 * 1024;

/**
 * The JSON text of a request that carries data.
 *
 * @throws {Refusal} if it is not JSON, not said to be, or too long.
 */
export async function readBody(request: Request): Promise<string> {
  if (mediaTypeOf(request) !== "application/json") {
    throw new Refusal(
      "Must post content-type: application/json header and json-formatted " +
        "payload.",
    );
  }
  const bytes = await readBytes(request);
  if (bytes.length === 0) throw new Refusal("No data payload POSTed.");
  try {
    return jsonText(bytes);
  } catch {
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
 * @throws {Refusal} if it is not JSON, not said to be, or too long.
 */
export async function readJson(request: Request): Promise<string> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return "{}";
  if (mediaTypeOf(request) !== "application/json") {
    throw new Refusal(
      `Unsupported media type "${
        request.headers.get("content-type") ?? ""
      }" in request.`,
      415,
    );
  }
  try {
    return jsonText(bytes);
  } catch (error) {
    throw new Refusal(
      `JSON parse error - ${error instanceof Error ? error.message : error}`,
    );
  }
}

function jsonText(bytes: Uint8Array): string {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  JSON.parse(text);
  return text.trim();
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const tooLong = new Refusal(
    `The body must not be longer than ${BODY_LIMIT} bytes.`,
    413,
  );
  if (Number(request.headers.get("content-length")) > BODY_LIMIT) throw tooLong;
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length;
      if (length > BODY_LIMIT) throw tooLong;
      chunks.push(chunk);
    }
  } catch (error) {
    if (error === tooLong) throw error;
    throw new Refusal("The body broke off."); // nobody is there to read it
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
