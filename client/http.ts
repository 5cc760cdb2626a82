/**
 * The only place that talks HTTP to an archive, and the only one that builds
 * its addresses.
 *
 * @module
 */

import {
  ArchiveError,
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveSizeError,
  ArchiveTimeoutError,
  ArchiveUnreachableError,
  FilterError,
} from "./errors.ts";
import { type Body, readBody } from "./body.ts";
import { certificateProblem } from "./certificates.ts";
import { type Gate, Turn } from "./gate.ts";
import {
  checkExtent,
  elements,
  ExcessError,
  type Extent,
  isObject,
} from "./json.ts";
import {
  type Attempt,
  DEFAULT_POLICY,
  retryDelay,
  type RetryPolicy,
} from "./retry.ts";

/** What a request needs besides its address. */
export interface HttpOptions {
  /** Sent as `Authorization: Token KEY`; empty for none. */
  apiKey?: string;
  /**
   * Seconds without a byte after which a request is given up; 0 for no limit.
   */
  timeout: number;
  /** Further tries after the first. */
  retries?: number;
  /** How large an answer may be, in bytes. */
  maxResponse?: number;
  /** What to fetch with instead of the platform's `fetch`. */
  fetch?: typeof fetch;
  /**
   * Whether not to try again after such a status: the caller has another way.
   */
  isFinal?: (status: number) => boolean;
  /** Ends the request when it fires. */
  signal?: AbortSignal;
  /** What lets requests through. */
  gate?: Gate;
  /** How urgent the request is. */
  turn?: Turn;
  /** Told of retries. */
  log?: (message: string) => void;
}

/** A request as the caller words it. */
export interface HttpRequest {
  /** The address. */
  url: URL;
  /** The method; `GET` if absent. Only `GET` is ever repeated. */
  method?: string;
  /** JSON to send. */
  body?: string;
  /** What had arrived of the same answer before, for the error's sake. */
  received?: number;
}

/** The whole answer to a request. */
export interface HttpAnswer {
  /** The status code. */
  status: number;
  /** The address that answered, after redirects. */
  url: string;
  /**
   * The media type, in lower case, without parameters; empty if none was sent.
   */
  mediaType: string;
  /** The body. */
  body: Body;
  /**
   * The body as text.
   *
   * @throws {ArchiveResponseError} when it is none of the stated character set.
   */
  readonly text: string;
  /** How long it took from the request to the end of the body, in ms. */
  ms: number;
}

/** A list that an archive sent. */
export interface ArchiveList {
  /** Its elements, as `JSON.parse` reads them. */
  values: unknown[];
  /** The exact text of each. */
  texts: string[];
}

/** What was read from an answer. */
export interface Reading<T> {
  /** What it says. */
  value: T;
  /**
   * What is doubtful about it, in words: it is asked for again, and believed if
   * it stays the same.
   */
  doubt?: string;
}

const MAX_REDIRECTS = 5;
/** No answer may be larger, in bytes, where the caller does not say. */
const MAX_ANSWER = 128 << 20;
/** So much is read of what is no answer, such as an error page. */
const MAX_PAGE = 1 << 20;
/**
 * How much there may be in an answer, since values take far more memory than
 * their text: archives nest a few levels, and not everything that prints JSON
 * gets down much deeper than this.
 */
const MOST: Extent = { elements: 1_000_000, depth: 500, values: 10_000_000 };
/**
 * Only a longer text can have so many values that it has to be looked at before
 * it is parsed.
 */
const LARGE = 16 << 20;
/**
 * The least that an answer has to bring, in bytes a second, within so many
 * times its timeout.
 */
const LEAST_PACE = 50;
const PACE_TIMEOUTS = 3;
/** The longest timer in ms; what is longer is no limit. */
const MAX_TIMER = 2 ** 31 - 1;
const ARCHIVE_PATH = "/perfsonar/archive/";

/**
 * Where an archive is: the root of its REST interface on the origin that the
 * user named.
 */
export class ArchiveAddress {
  /** The list of tests; ends in `/perfsonar/archive/`. */
  readonly root: URL;

  /**
   * Reads the address.
   *
   * @param apiUrl Scheme, host, port, and the path in front of the alias if
   * there is one.
   * @param scriptAlias Where the web server mounts the archive; empty for
   * nowhere.
   * @throws {FilterError} for what is no http address, or carries a query or
   * credentials.
   */
  constructor(apiUrl: string | URL, scriptAlias: string | null | undefined) {
    const url = parseApiUrl(apiUrl);
    const alias = (scriptAlias ?? "").replace(/^\/+|\/+$/g, "");
    const base = url.pathname.replace(/\/+$/, "");
    if (/[?#]/.test(alias)) {
      throw new FilterError(
        "scriptAlias",
        `${quoted(alias)} is no alias: it holds a ? or a #`,
      );
    }
    this.root = new URL(url.origin);
    this.root.pathname = `${base}${alias && `/${alias}`}${ARCHIVE_PATH}`;
  }

  /**
   * One test, to read or to write many points to; with the closing slash that
   * esmond wants for writing.
   */
  test(key: string): URL {
    return new URL(`${segment(key)}/`, this.root);
  }

  /** The base data of an event type, to write to. */
  data(key: string, eventType: string): URL {
    const path = `${segment(eventType)}/base`;
    return new URL(path, this.test(key));
  }

  /** The list of tests that match. */
  list(parameters: Iterable<[string, string]>): URL {
    return withQuery(new URL(this.root), parameters);
  }

  /**
   * The address behind a `uri` or `base-uri` that the archive sent: its path
   * inside the archive, on the origin that the user named. What the archive
   * says of host and alias does not count.
   *
   * @throws {ArchiveResponseError} for a path outside the archive.
   */
  resolve(uri: string, parameters: Iterable<[string, string]>): URL {
    let path: string;
    try {
      const url = new URL(uri, this.root);
      path = /^https?:$/.test(url.protocol) ? url.pathname : "";
    } catch {
      path = "";
    }
    const at = path.indexOf(ARCHIVE_PATH);
    if (at < 0 || /%2f|%5c/i.test(path)) {
      throw new ArchiveResponseError(
        `it names ${quoted(uri)}, which is outside the archive`,
        { url: this.root.href },
      );
    }
    const inside = path.slice(at + ARCHIVE_PATH.length);
    const url = new URL(this.root);
    url.pathname += inside;
    return withQuery(url, parameters);
  }
}

/**
 * Asks an archive: follows redirects by hand, gives up on silence, tries again
 * where that can help.
 *
 * @returns The answer, whose status is a success.
 * @throws {ArchiveHttpError} for any other status.
 * @throws {ArchiveUnreachableError} when no answer came, or one that redirects
 * elsewhere.
 * @throws {ArchiveTimeoutError} when nothing came for too long.
 */
export async function request(
  what: HttpRequest,
  options: HttpOptions,
): Promise<HttpAnswer> {
  const policy: RetryPolicy = {
    ...DEFAULT_POLICY,
    retries: (what.method ?? "GET") === "GET"
      ? options.retries ?? DEFAULT_POLICY.retries
      : 0,
  };
  for (let tries = 1;; tries++) {
    const outcome = await letThrough(what, options);
    if (outcome.answer !== undefined) return outcome.answer;
    const { error, again } = outcome;
    const isFinal = again?.status !== undefined &&
      options.isFinal?.(again.status);
    const delay = again && !isFinal
      ? retryDelay({ tries, ...again }, policy, Date.now(), Math.random())
      : undefined;
    if (delay === undefined) throw error;
    await pauseBefore(`${tries} of ${policy.retries}`, delay, error, options);
  }
}

/**
 * Asks an archive, and reads what it answers. What cannot be read, or is
 * doubtful, is asked for again: two answers that are alike are what the archive
 * has to say.
 *
 * @param what The request.
 * @param options How to ask.
 * @param read Reads an answer.
 * @returns What was read, with what is doubtful about it if that has stayed.
 * @throws {ArchiveResponseError} when `read` throws it for two answers that are
 * alike, or for too many.
 */
export async function requestReading<T>(
  what: HttpRequest,
  options: HttpOptions,
  read: (answer: HttpAnswer) => Reading<T>,
): Promise<Reading<T>> {
  const retries = options.retries ?? DEFAULT_POLICY.retries;
  const policy = { ...DEFAULT_POLICY, retries };
  let before: Uint8Array | undefined;
  for (let tries = 1;; tries++) {
    const answer = await request(what, options);
    let error: ArchiveResponseError;
    let reading: Reading<T> | undefined;
    try {
      reading = read(answer);
      if (reading.doubt === undefined) return reading;
      const failed = { url: answer.url, received: what.received ?? 0 };
      error = new ArchiveResponseError(reading.doubt, failed);
    } catch (problem) {
      if (!(problem instanceof ArchiveResponseError)) throw problem;
      error = problem;
    }
    const { bytes } = answer.body;
    const isAlike = before !== undefined && isSame(bytes, before);
    const delay = isAlike
      ? undefined
      : retryDelay({ tries }, policy, Date.now(), Math.random());
    if (delay === undefined) {
      const isBelieved = isAlike || retries === 0;
      if (reading === undefined || !isBelieved) throw error;
      return reading;
    }
    before = bytes;
    await pauseBefore(`${tries} of ${retries}`, delay, error, options);
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length &&
    one.every((byte, index) => byte === other[index]);
}

/**
 * Asks an archive for a list.
 *
 * @throws {ArchiveResponseError} when the answer is no JSON array.
 */
export async function requestList(
  what: HttpRequest,
  options: HttpOptions,
): Promise<ArchiveList> {
  const { value } = await requestReading(what, options, (answer) => ({
    value: readList(answer, what.received),
  }));
  return value;
}

/**
 * The elements of a list.
 *
 * @throws {ArchiveResponseError} when the answer is no JSON array, or is more
 * than any archive sends.
 */
export function readList(answer: HttpAnswer, received = 0): ArchiveList {
  const failed = { url: answer.url, received };
  const { text } = answer;
  const texts = elementsOf(text, failed);
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    const type = answer.mediaType || "text of no stated type";
    throw new ArchiveResponseError(
      isJson(answer.mediaType)
        ? `its JSON is damaged: ${oneLine((cause as Error).message)}`
        : `${oneLine(type)}, not JSON; is this the archive's address?`,
      { ...failed, cause },
    );
  }
  if (Array.isArray(values)) return { values, texts };
  throw new ArchiveResponseError("JSON, but not a list", failed);
}

/**
 * The object that an answer is, as `JSON.parse` reads it; `undefined` if it is
 * anything else.
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
 * The texts of the elements, if it is a list; looks at how much it is, so that
 * parsing it cannot take all memory.
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
    // it is no JSON, and whoever parses it says so
    if (!(cause instanceof ExcessError)) return [];
    throw new ArchiveResponseError(cause.message, { ...failed, cause });
  }
}

/** Waits before a request is sent again. */
async function pauseBefore(
  which: string,
  delay: number,
  error: ArchiveError,
  { gate, log, signal }: HttpOptions,
): Promise<void> {
  log?.(
    `trying again in ${
      (delay / 1000).toFixed(1)
    } s (${which}): ${error.message}`,
  );
  if (gate === undefined) return await sleep(delay, signal);
  gate.retries++;
  await sleep(
    delay,
    signal ? AbortSignal.any([signal, gate.closed]) : gate.closed,
  );
}

/**
 * One try, when its turn has come; what came of it decides how soon others
 * follow.
 */
async function letThrough(
  what: HttpRequest,
  options: HttpOptions,
): Promise<Outcome> {
  const { gate, turn = new Turn(), signal } = options;
  if (gate === undefined) return await attempt(what, options);
  await gate.enter(turn, signal ?? NEVER);
  try {
    const outcome = await attempt(what, options);
    const { answer, again } = outcome;
    if (answer !== undefined) gate.answered(answer.waited);
    else if (again?.status === 429 || again?.status === 503) {
      const policy = { ...DEFAULT_POLICY, retries: 1 };
      const pause = retryDelay({ tries: 1, ...again }, policy, Date.now(), 1);
      gate.throttled(pause!);
    }
    return outcome;
  } finally {
    gate.leave();
  }
}

const NEVER = new AbortController().signal;

type Outcome =
  | {
    answer: HttpAnswer & {
      /** How long it took until the answer began, in ms. */
      waited: number;
    };
    error?: undefined;
    again?: undefined;
  }
  | {
    answer?: undefined;
    error: ArchiveError;
    /** What decides on another try; absent when there is no point in one. */
    again?: Omit<Attempt, "tries">;
  };

/** One try: the request and the redirects that it leads to. */
async function attempt(
  what: HttpRequest,
  options: HttpOptions,
): Promise<Outcome> {
  let url = what.url;
  const begun = performance.now();
  for (let redirects = 0;; redirects++) {
    const failed = { url: url.href, received: what.received ?? 0 };
    let received: Received;
    try {
      received = await receive(url, what, options);
    } catch (error) {
      if (error instanceof ArchiveError) return { error };
      if (error instanceof FilterError) throw error;
      if (options.signal?.aborted) throw options.signal.reason;
      const { reason, transient, mayHaveArrived } = reasonOf(error);
      return {
        error: new ArchiveUnreachableError(
          reason,
          { ...failed, cause: error },
          mayHaveArrived,
        ),
        ...(transient ? { again: {} } : {}),
      };
    }
    const { response, body, headersAt } = received;
    const location = response.headers.get("location");
    if (isRedirect(response.status) && location !== null) {
      const next = redirectTarget(url, location);
      if (typeof next === "string" || redirects === MAX_REDIRECTS) {
        const reason = typeof next === "string"
          ? next
          : `it redirects in a circle, last to ${next.href}`;
        return { error: new ArchiveUnreachableError(reason, failed) };
      }
      url = next;
      continue;
    }
    if (response.status === 206) {
      const problem = "a part of an answer (206), which was not asked for";
      return { error: new ArchiveResponseError(problem, failed) };
    }
    if (!response.ok) {
      return {
        error: new ArchiveHttpError(
          response.status,
          detailOf(withoutKey(errorText(response, body), options.apiKey)),
          failed,
        ),
        again: {
          status: response.status,
          retryAfter: response.headers.get("retry-after"),
        },
      };
    }
    return {
      answer: {
        status: response.status,
        url: url.href,
        mediaType: mediaTypeOf(response),
        body,
        get text() {
          return decode(response, body, failed);
        },
        ms: performance.now() - begun,
        waited: headersAt - begun,
      },
    };
  }
}

interface Received {
  response: Response;
  body: Body;
  /** When the answer began, on the clock of `performance.now()`. */
  headersAt: number;
}

/**
 * Sends one request and reads the whole answer; every byte sets the clock of
 * the timeout back.
 */
async function receive(
  url: URL,
  what: HttpRequest,
  options: HttpOptions,
): Promise<Received> {
  const failed = { url: url.href, received: what.received ?? 0 };
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rearm = () => {
    clearTimeout(timer);
    const ms = options.timeout * 1000;
    if (!(ms > 0 && ms <= MAX_TIMER)) return;
    timer = setTimeout(
      () => abort.abort(new ArchiveTimeoutError(options.timeout, failed)),
      ms,
    );
  };
  rearm();
  try {
    const headers: Record<string, string> = { accept: "application/json" };
    if (options.apiKey) {
      if (/[^\t\x20-\x7e\x80-\xff]/.test(options.apiKey)) {
        throw new FilterError(
          "apiKey",
          "the API key holds a character that cannot be sent",
        );
      }
      headers["authorization"] = `Token ${options.apiKey}`;
    }
    if (what.body !== undefined) headers["content-type"] = "application/json";
    if (options.fetch === undefined) requirePermission(url);
    const response = await (options.fetch ?? fetch)(url, {
      method: what.method ?? "GET",
      headers,
      body: what.body ?? null,
      redirect: "manual",
      signal: options.signal
        ? AbortSignal.any([abort.signal, options.signal])
        : abort.signal,
    });
    rearm();
    const headersAt = performance.now();
    const most = options.maxResponse ?? MAX_ANSWER;
    const pace = new Pace(options.timeout, failed);
    const body = await readBody(response.body, (size) => {
      rearm();
      pace.check(size);
      if (!response.ok) return size >= Math.min(most, MAX_PAGE);
      if (size > most) throw new ArchiveSizeError(most, failed);
      return false;
    });
    return { response, body, headersAt };
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Keeps an answer from coming a byte at a time for ever: each of them is a sign
 * of life.
 */
class Pace {
  readonly #span: number;
  readonly #failed: { url: string; received: number };
  #at = performance.now();
  #size = 0;

  constructor(timeout: number, failed: { url: string; received: number }) {
    this.#span = timeout > 0 ? PACE_TIMEOUTS * timeout : Infinity;
    this.#failed = failed;
  }

  /** Looks whether enough has come of late. */
  check(size: number): void {
    const now = performance.now();
    const seconds = (now - this.#at) / 1000;
    if (seconds < this.#span) return;
    const bytes = size - this.#size;
    if (bytes < LEAST_PACE * seconds) {
      throw new ArchiveTimeoutError(Math.round(seconds), this.#failed, bytes);
    }
    this.#at = now;
    this.#size = size;
  }
}

function charsetOf(response: Response): string {
  return /charset="?([^";\s]+)/i
    .exec(response.headers.get("content-type") ?? "")?.[1] ?? "utf-8";
}

function decode(
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

/** The text of an error page, as far as it can be read. */
function errorText(response: Response, { bytes }: Body): string {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charsetOf(response));
  } catch {
    decoder = new TextDecoder();
  }
  return decoder.decode(bytes);
}

/** What an archive echoes of the key stays out of messages. */
function withoutKey(text: string, key: string | undefined): string {
  // Shorter ones guard nothing, and stand in any text.
  return key && key.length >= 6 ? text.replaceAll(key, "***") : text;
}

/** One segment of a path. */
function segment(name: string): string {
  if (["", ".", ".."].includes(name)) {
    throw new FilterError("metadataKey", `${quoted(name)} is no name`);
  }
  return encodeURIComponent(name);
}

function parseApiUrl(apiUrl: string | URL): URL {
  const url = URL.parse(apiUrl);
  if (url === null || !/^https?:$/.test(url.protocol) || !url.hostname) {
    throw new FilterError(
      "apiUrl",
      `${
        quoted(String(apiUrl).replace(/\/\/[^/]*@/, "//"))
      } is no address of an archive: give it as http://host:port or https://host`,
    );
  }
  if (url.username || url.password) {
    throw new FilterError(
      "apiUrl",
      "the address of the archive holds a user name or password: leave them out, archives take an API key",
    );
  }
  if (url.search || url.hash) {
    throw new FilterError(
      "apiUrl",
      `the address of the archive ends in ${
        quoted(url.search + url.hash)
      }: leave that out, filters are given separately`,
    );
  }
  return url;
}

/** Quoted for a message of one line. */
export function quoted(text: string): string {
  return plain(JSON.stringify(cut(text, 120)));
}

/**
 * Without what acts on a terminal, or makes several lines of one, or turns the
 * direction of writing.
 */
export function plain(text: string): string {
  return text.replace(ACTING, "�");
}

const ACTING =
  // deno-lint-ignore no-control-regex -- a server's text reaches terminals and logs
  /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

function cut(text: string, most: number): string {
  return text.length > most
    ? `${text.slice(0, most).toWellFormed().replace(/\ufffd$/, "")}…`
    : text;
}

/** Cut, in one line, without control characters. */
function oneLine(text: string): string {
  const spaced = text.replace(ACTING, " ").replace(/ +/g, " ");
  return cut(spaced.trim(), 300);
}

function withQuery(url: URL, parameters: Iterable<[string, string]>): URL {
  url.search = new URLSearchParams([...parameters]).toString();
  return url;
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/**
 * Where a redirect leads, or in words why it is not followed: only the same
 * host, and `https` instead of `http`.
 */
function redirectTarget(from: URL, location: string): URL | string {
  const to = URL.parse(location, from.href);
  if (to === null) return `it redirects to ${quoted(location)}`;
  const sameOrigin = to.origin === from.origin;
  const upgraded = from.protocol === "http:" && to.protocol === "https:" &&
    to.hostname === from.hostname;
  if (!sameOrigin && !upgraded) {
    return `it redirects to ${
      quoted(
        /^https?:$/.test(to.protocol)
          ? to.origin +
            to.pathname.replace(/(\/[^/]*)?\/perfsonar\/archive\/.*/, "")
          : `${to.protocol}${to.host && `//${to.host}`}${to.pathname}`,
      )
    }, which is not followed; if that is the archive, give that address`;
  }
  to.username = to.password = "";
  return to;
}

/**
 * The media type of a message, in lower case, without parameters; empty if none
 * was sent.
 */
export function mediaTypeOf({ headers }: Request | Response): string {
  const header = headers.get("content-type") ?? "";
  return header.split(";")[0]!.trim().toLowerCase();
}

function isJson(mediaType: string): boolean {
  return /^application\/(.+\+)?json$/.test(mediaType);
}

/**
 * What an error page says, in one line: esmond answers `{"detail": …}` or HTML,
 * elmond HTML with the reason in a `<p>`.
 */
function detailOf(body: string): string {
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

/** Why there was no answer. */
export interface Reason {
  /** The cause in words. */
  reason: string;
  /** Whether the next try may succeed. */
  transient: boolean;
  /** Whether the request may have reached the archive. */
  mayHaveArrived: boolean;
}

const CERTIFICATE = "its TLS certificate is not accepted";

const REASONS: [
  pattern: RegExp,
  reason: string,
  properties?: "transient" | "may have arrived",
][] = [
  // First, because it goes on with names that the other side has chosen.
  [/invalid peer certificate/, CERTIFICATE],
  [
    /refused|ECONNREFUSED/i,
    "connection refused; is it running, and is the port right?",
    "transient",
  ],
  [
    /dns error|failed to lookup|ENOTFOUND|EAI_AGAIN|name or service/i,
    "its host name does not resolve",
  ],
  [
    /fatal alert: (\w*Certificate|UnknownCA|AccessDenied)/i,
    "it wants a client certificate, and not the one that it got, if it got one",
  ],
  [
    /certificate|UnknownIssuer|self.signed|NotValidForName|CERT_/i,
    CERTIFICATE,
  ],
  [
    /proxy authentication required/i,
    "the proxy wants a user name and a password",
  ],
  [/unsuccessful tunnel/i, "the proxy does not connect to it"],
  [
    /Requires net access|NotCapable|PermissionDenied/i,
    "this program may not use the network there; run it with --allow-net for that host",
  ],
  [
    /port \d+ (is|are) blocked|bad port/i,
    "this platform blocks requests to that port",
  ],
  [
    /unreachable|no route|EHOSTUNREACH|ENETUNREACH/i,
    "no route to its host",
    "transient",
  ],
  [
    /timed out|ETIMEDOUT|CONNECT_TIMEOUT|failed to respond/i,
    "its host does not answer",
    "may have arrived",
  ],
  [
    /reset|ECONNRESET|aborted by|broken pipe|closed|reading a body|end of file|unexpected eof|incomplete|terminated/i,
    "the connection broke off",
    "may have arrived",
  ],
  [/tls|handshake|ssl/i, "the TLS handshake failed"],
  [
    /gzip|brotli|deflate|decompress|corrupt/i,
    "its answer cannot be decompressed",
    "may have arrived",
  ],
];

/**
 * Deno asks a person for what it does not permit, where there is one; a library
 * has to say it instead.
 */
function requirePermission({ hostname, port, protocol }: URL): void {
  const host = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  const { Deno: deno } = globalThis as { Deno?: Partial<typeof Deno> };
  const status = deno?.permissions?.querySync?.({ name: "net", host });
  if (status === undefined || status.state === "granted") return;
  throw new TypeError(`Requires net access to ${host}`);
}

/**
 * Why `fetch` failed, in words; platforms agree on a TypeError and on little
 * else.
 */
export function reasonOf(error: unknown): Reason {
  const texts: string[] = [];
  for (
    let at: unknown = error;
    at instanceof Error && texts.length < 8;
    at = at.cause
  ) {
    const code = (at as { code?: unknown }).code;
    texts.push(
      `${at.name} ${typeof code === "string" ? code : ""}`,
      at.message,
    );
  }
  const text = texts.join(" ").replace(
    /(from \S+ )?for (url )?\(?https?:\/\/\S+( \([^)]*\))?/g,
    "",
  );
  for (const [pattern, reason, properties] of REASONS) {
    if (!pattern.test(text)) continue;
    const problem = reason === CERTIFICATE &&
      (certificateProblem(text) ??
        /invalid peer certificate: ([^)"]+)/.exec(text)?.[1]?.trim());
    return {
      reason: problem ? `${reason}: ${oneLine(problem)}` : reason,
      transient: properties !== undefined,
      mayHaveArrived: properties === "may have arrived",
    };
  }
  return {
    reason: oneLine(
      (texts.at(-1) ?? String(error))
        .replace(/error sending request .*?: /, "")
        .replace(/^client error \(SendRequest\)/, "that is no proper HTTP"),
    ) || "the connection failed",
    transient: true,
    mayHaveArrived: true,
  };
}

/** Waits; rejects with the signal's reason when it fires. */
export function sleep(
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
