/**
 * Answers, and the two kinds of refusal.
 *
 * @module
 */

/** An answer before it becomes a `Response`. */
export interface Answer {
  /** The status code. */
  readonly status: number;
  /** The text; empty for redirects. */
  readonly body: string;
  /** The media type of the text. */
  readonly type: string;
  /** Further headers. */
  readonly headers?: Record<string, string>;
  /** Why it is a refusal. */
  readonly reason?: string;
}

/** A request that is refused for a reason that its sender can fix. */
export class Refusal extends Error {
  override name = "Refusal";

  /**
   * A refusal.
   *
   * @param detail The reason, as the original words it.
   * @param status The status code.
   * @param headers Further headers of the answer.
   */
  constructor(
    readonly detail: string,
    readonly status = 400,
    readonly headers: Record<string, string> = {},
  ) {
    super(detail);
  }
}

/**
 * A request on which the original crashes: 500 and a page without a reason. The
 * status is the same here, and the page says why.
 */
export class Fault extends Error {
  override name = "Fault";
}

/** The media type of nearly every answer. */
export const JSON_TYPE = "application/json";

/** The media type of elmond's pages, and of esmond's redirects. */
export const HTML_TYPE = "text/html; charset=utf-8";

/** An answer that is JSON text. */
export function jsonAnswer(
  body: string,
  status = 200,
  headers: Record<string, string> = {},
): Answer {
  return {
    status,
    body: body.replace(SEPARATORS, escaped),
    type: JSON_TYPE,
    headers,
  };
}

/** Ends of lines to JavaScript, but not to JSON; the original escapes them. */
const SEPARATORS = /[\u2028\u2029]/g;

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16)}`;
}

/**
 * The JSON text of a list.
 *
 * @param entries The JSON texts of its entries.
 * @param limit How many characters it may have.
 * @throws {Refusal} if it has more.
 */
export function listText(entries: Iterable<string>, limit: number): string {
  const room = new Room(limit);
  const texts: string[] = [];
  for (const entry of entries) {
    room.take(entry.length);
    texts.push(entry);
  }
  return `[${texts.join(",")}]`;
}

/** What fits into an answer, so that no more than an answer is ever held. */
export class Room {
  #left: number;

  /**
   * An empty answer.
   *
   * @param limit How many characters there may be.
   */
  constructor(readonly limit: number) {
    this.#left = limit;
  }

  /**
   * Makes room for an item.
   *
   * @param size About how many characters it needs.
   * @throws {Refusal} if there is none left.
   */
  take(size: number): void {
    this.#left -= size + 1;
    if (this.#left < 0) {
      throw new Refusal(
        `The answer would be longer than ${this.limit} characters: ask for fewer entries with limit.`,
      );
    }
  }
}

/** A refusal as esmond sends it. */
export function detailAnswer(
  detail: string,
  status: number,
  headers: Record<string, string> = {},
): Answer {
  const reason = shortened(detail);
  return {
    ...jsonAnswer(JSON.stringify({ detail: reason }), status, headers),
    reason,
  };
}

/** A reason may quote the whole body. */
const LONGEST_REASON = 1000;

function shortened(reason: string): string {
  return reason.length > LONGEST_REASON
    ? `${reason.slice(0, LONGEST_REASON)}...`
    : reason;
}

const TITLES: Record<number, string> = {
  308: "Permanent Redirect",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  500: "Internal Server Error",
};

/**
 * A page with one message, in the form in which elmond's framework writes them.
 */
export function pageAnswer(
  status: number,
  message: string,
  headers: Record<string, string> = {},
  type = "text/html",
): Answer {
  const title = TITLES[status] ?? String(status);
  const reason = shortened(message);
  return {
    status,
    type,
    headers,
    reason,
    body: `<!doctype html>\n<html lang=en>\n<title>${status} ${title}` +
      `</title>\n<h1>${title}</h1>\n<p>${escapeHtml(reason)}</p>\n`,
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>]/g, (c) => ENTITIES[c]!);
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
};
