/**
 * Reading answers: a damaged or doubtful one is requested again.
 *
 * @module
 */

import { ArchiveResponseError } from "./errors.ts";
import {
  type HttpAnswer,
  type HttpOptions,
  type HttpRequest,
  pause,
  request,
} from "./http.ts";
import {
  checkExtent,
  elements,
  endsEarly,
  ExcessError,
  type Extent,
  isObject,
  parse,
} from "./json.ts";
import { DEFAULT_POLICY, delayAfter } from "./retry.ts";
import { withoutKey } from "./secrets.ts";
import { oneLine } from "./text.ts";

/** The content of an answer. */
export interface Reading<T> {
  /** The content. */
  value: T;
  /**
   * A doubt about it, in words: the answer is requested again, and believed if
   * it stays the same.
   */
  doubt?: string;
}

/** A list from an archive. */
export interface ArchiveList {
  /** Its elements, read as Python does: `NaN` and infinities are numbers. */
  values: unknown[];
  /** The exact text of each. */
  texts: string[];
}

/**
 * Sends a request, and reads the answer. One that is damaged or doubtful is
 * requested again; two equal answers in a row are believed.
 *
 * @param what The request.
 * @param options How to ask.
 * @param read Reads an answer.
 * @returns The content, with the doubt if that has remained.
 * @throws {ArchiveResponseError} when `read` throws it for two equal answers,
 * or for too many.
 */
export async function requestReading<T>(
  what: HttpRequest,
  options: HttpOptions,
  read: (answer: HttpAnswer) => Reading<T>,
): Promise<Reading<T>> {
  const retries = options.retries ?? DEFAULT_POLICY.retries;
  let before: Uint8Array | undefined;
  for (let tries = 1;; tries++) {
    // A platform may stop after the first of several gzip members.
    const isUncompressed = before !== undefined;
    const answer = await request({ ...what, isUncompressed }, options);
    let error: ArchiveResponseError;
    let reading: Reading<T> | undefined;
    try {
      reading = read(answer);
      if (reading.doubt === undefined) return reading;
      const failed = { url: answer.url, received: what.received ?? 0 };
      error = new ArchiveResponseError(reading.doubt, failed);
    } catch (problem) {
      if (!(problem instanceof ArchiveResponseError)) throw problem;
      const said = withoutKey(problem.problem, options.apiKey);
      error = said === problem.problem
        ? problem
        : new ArchiveResponseError(said, problem);
    }
    const { bytes } = answer.body;
    const isAlike = before !== undefined && isSame(bytes, before);
    const delay = delayAfter(tries, isAlike ? undefined : {}, retries);
    if (delay === undefined) {
      const isBelieved = isAlike || retries === 0;
      if (reading === undefined || !isBelieved) throw error;
      return reading;
    }
    before = bytes;
    await pause(`${tries} of ${retries}`, delay, error, options);
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length &&
    one.every((byte, index) => byte === other[index]);
}

/**
 * The elements of a list.
 *
 * @throws {ArchiveResponseError} when the answer is not a JSON array, or larger
 * than any archive sends.
 */
export function readList(answer: HttpAnswer, received = 0): ArchiveList {
  const failed = { url: answer.url, received };
  const { text } = answer;
  const texts = elementsOf(text, failed);
  let values: unknown;
  try {
    values = parse(text);
  } catch (cause) {
    const type = answer.mediaType || "text of no stated type";
    throw new ArchiveResponseError(
      isJson(answer.mediaType)
        ? `its JSON is damaged: ${problemOf(text, cause as Error)}`
        : `${oneLine(type)}, not JSON; is this the archive's address?`,
      { ...failed, cause },
    );
  }
  if (Array.isArray(values)) return { values, texts };
  throw new ArchiveResponseError("JSON, but not a list", failed);
}

/**
 * What is wrong with JSON; not all platforms tell an answer that is cut off
 * from a complete one.
 */
function problemOf(text: string, { message }: Error): string {
  return endsEarly(text)
    ? "it ends early, as if the connection had been cut off"
    : oneLine(message);
}

function isJson(mediaType: string): boolean {
  return /^application\/(.+\+)?json$/.test(mediaType);
}

/**
 * The object in an answer, as `JSON.parse` reads it; `undefined` for anything
 * else.
 */
export function readObject(
  answer: HttpAnswer,
): Record<string, unknown> | undefined {
  try {
    checkExtent(answer.text, MOST);
    const value = JSON.parse(answer.text);
    return isObject(answer.text.trimStart()) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The texts of the elements of a list; checks its size, so that parsing cannot
 * use up the memory.
 */
function elementsOf(
  text: string,
  failed: { url: string; received: number },
): string[] {
  try {
    if (text.length > LARGE || !/^\s*\[/.test(text)) {
      checkExtent(text, MOST);
    }
    return elements(text, MOST);
  } catch (cause) {
    // It is not JSON, as parsing it will show.
    if (!(cause instanceof ExcessError)) return [];
    throw new ArchiveResponseError(cause.message, { ...failed, cause });
  }
}

/**
 * Largest content of an answer, because values take far more memory than their
 * text: archives nest a few levels, and not every JSON printer handles many
 * more than this.
 */
export const MOST: Extent = {
  elements: 1_000_000,
  depth: 500,
  values: 10_000_000,
};
/**
 * Only a longer text can have so many values that it has to be checked before
 * it is parsed.
 */
const LARGE = 16 << 20;
