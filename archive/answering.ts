/**
 * From a request to an answer, whatever goes wrong on the way.
 *
 * @module
 */

import { type Answer, detailAnswer, Fault, pageAnswer } from "./answers.ts";
import type { Archive } from "./archive.ts";
import { isDatabaseError, storeError } from "./database.ts";
import { answerElmond, elmondErrorPage } from "./elmond.ts";
import { answerEsmond } from "./esmond.ts";
import type { ArchiveRequest } from "./request.ts";

/**
 * Which server an archive answers like.
 *
 * @example Usage
 * ```ts ignore
 * import { type Dialect, openArchiveFile } from "@esmond/client/archive";
 *
 * const dialect: Dialect = "elmond";
 * using file = openArchiveFile("archive.db", { dialect });
 * console.log(file.url);
 * ```
 */
export type Dialect = "esmond" | "elmond";

/** Entries on a page if a request does not say. */
export const PAGE_SIZES: Record<Dialect, number> = {
  esmond: 1500,
  elmond: 1000,
};

const DIALECTS: Record<
  Dialect,
  (archive: Archive, request: ArchiveRequest) => Promise<Answer>
> = { esmond: answerEsmond, elmond: answerElmond };

/** An answer that tells the time by the clock of the archive. */
export function dated(answer: Answer, ms: number): Answer {
  const date = new Date(ms).toUTCString();
  return { ...answer, headers: { date, ...answer.headers } };
}

/** Answers also where answering fails: the archive survives every request. */
export async function answerSafely(
  archive: Archive,
  dialect: Dialect,
  request: ArchiveRequest,
  log: (line: string) => void,
): Promise<Answer> {
  try {
    const answer = await DIALECTS[dialect](archive, request);
    const isList = answer.status === 200 && LIST.test(request.url.pathname);
    return isList ? withSources(answer, archive.store) : answer;
  } catch (error) {
    const answer = failure(error, archive, dialect, (line) => {
      const { method, url } = request;
      log(oneLine(`${line} (${method} ${url.pathname}${url.search})`));
    });
    return request.method === "HEAD" ? { ...answer, body: "" } : answer;
  }
}

/** The path of the list of tests. */
const LIST = /\/perfsonar\/archive\/?$/;

/** A list says what it is a copy of. */
function withSources(answer: Answer, store: Archive["store"]): Answer {
  const sources = store.sources().map(shownSource);
  if (sources.length === 0) return answer;
  const copyOf = { "x-copy-of": [...new Set(sources)].join(", ") };
  return { ...answer, headers: { ...answer.headers, ...copyOf } };
}

/** Clients are not told where a file lay. */
function shownSource(url: string): string {
  return url.replace(
    /^file:.*?([^/]*)(\/esmond\/perfsonar\/archive\/)?$/,
    "file:$1",
  );
}

/** What elmond's framework says of a failure. */
const ELMOND_FAILURE =
  "The server encountered an internal error and was unable to complete your " +
  "request. Either the server is overloaded or there is an error in the " +
  "application.";

function failure(
  error: unknown,
  { store }: Archive,
  dialect: Dialect,
  log: (line: string) => void,
): Answer {
  if (isDatabaseError(error)) {
    // Nothing of the request is stored. Clients are not told the path.
    log(storeError(error, store.path).message);
    const { message } = storeError(error, "the file of the archive");
    return logged(detailAnswer(message, /full/.test(message) ? 507 : 503));
  }
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return detailAnswer("The request is too long or nested too deeply.", 400);
  }
  if (!(error instanceof Fault)) {
    log(String(error));
    return logged(breakdown(dialect, "The archive failed; its log says why."));
  }
  return breakdown(dialect, error.message);
}

function breakdown(dialect: Dialect, message: string): Answer {
  return dialect === "elmond"
    ? elmondErrorPage(500, ELMOND_FAILURE)
    : pageAnswer(500, message);
}

/** An answer that the log has explained already. */
function logged({ reason: _, ...answer }: Answer): Answer {
  return answer;
}

/**
 * Text from clients is not trusted: control characters are escaped, so that it
 * stays one line.
 */
export function oneLine(text: string): string {
  const short = text.length > LONGEST_LINE
    ? `${text.slice(0, LONGEST_LINE)}...`
    : text;
  return short.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`,
  );
}

const LONGEST_LINE = 1000;
