/**
 * The only place that talks HTTP to an archive.
 *
 * @module
 */

import { type Body, readBody } from "./body.ts";
import { DEFAULT_MAX_RESPONSE } from "./defaults.ts";
import {
  ArchiveError,
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveSizeError,
  ArchiveTimeoutError,
  ArchiveUnreachableError,
  FilterError,
} from "./errors.ts";
import { type Gate, Turn } from "./gate.ts";
import { isWithinArchive, parseUrl } from "./address.ts";
import { requirePermission } from "./permission.ts";
import { reasonOf } from "./reasons.ts";
import {
  type Attempt,
  DEFAULT_POLICY,
  delayAfter,
  retryDelay,
  sleep,
} from "./retry.ts";
import { withoutKey } from "./secrets.ts";
import { onAbort } from "./signals.ts";
import { Pace, Silence } from "./silence.ts";
import { decode, detailOf, errorText, mediaTypeOf, quoted } from "./text.ts";

/** Options of a request. */
export interface HttpOptions {
  /** Sent as `Authorization: Token KEY`; empty for none. */
  apiKey?: string;
  /** Seconds without a byte after which a request fails; 0 for no limit. */
  timeout: number;
  /** Further attempts after the first. */
  retries?: number;
  /** Largest size of an answer, in bytes. */
  maxResponse?: number;
  /** Replaces the platform's `fetch`. */
  fetch?: typeof fetch;
  /**
   * Whether to give up after such a status, because the caller has another way.
   */
  isFinal?: (status: number) => boolean;
  /** Abort the request when one of them fires. */
  signals?: readonly AbortSignal[];
  /** Limits the requests. */
  gate?: Gate;
  /** Urgency of the request. */
  turn?: Turn;
  /** Called with a line for each retry. */
  log?: (message: string) => void;
}

/** A request. */
export interface HttpRequest {
  /** The address. */
  url: URL;
  /** The method of a write; it is a read if absent. */
  method?: "POST" | "PUT";
  /** JSON to send. */
  body?: string;
  /** Points or tests that have arrived so far, for the error. */
  received?: number;
  /** Asks for an uncompressed answer. */
  isUncompressed?: boolean;
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
  readonly mediaType: string;
  /** The headers. */
  headers: Headers;
  /** The body. */
  body: Body;
  /**
   * The body as text.
   *
   * @throws {ArchiveResponseError} when it is not in the stated character set.
   */
  readonly text: string;
  /** Time from the request to the end of the body, in ms. */
  ms: number;
}

/**
 * Sends a request: follows redirects by hand, gives up on silence, tries again
 * where that can help. Writes are not repeated.
 *
 * @returns The answer, whose status is a success.
 * @throws {ArchiveHttpError} for any other status.
 * @throws {ArchiveUnreachableError} when there was no answer, or one that
 * redirects elsewhere.
 * @throws {ArchiveTimeoutError} when nothing arrived for too long.
 */
export async function request(
  what: HttpRequest,
  options: HttpOptions,
): Promise<HttpAnswer> {
  for (let tries = 1;; tries++) {
    const outcome = await tryOnce(what, options);
    if (outcome.answer !== undefined) return outcome.answer;
    const isWrite = what.method !== undefined;
    const retries = isWrite ? { retries: 0 } : {};
    await pauseBeforeRetry(tries, outcome, { ...options, ...retries });
  }
}

/** One attempt, when its turn has come. */
export async function tryOnce(
  what: HttpRequest,
  options: HttpOptions,
): Promise<Outcome> {
  const { gate, turn = new Turn(), signals = [] } = options;
  if (gate === undefined) return await attempt(what, options);
  await gate.enter(turn, ...signals);
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

/** Result of one attempt. */
export type Outcome = Success | Failure;

interface Success {
  answer: HttpAnswer & {
    /** Time until the answer started, in ms. */
    waited: number;
  };
  error?: undefined;
  again?: undefined;
}

/** Failure of one attempt. */
export interface Failure {
  answer?: undefined;
  error: ArchiveError;
  /** The status of the answer, if there was one. */
  status?: number;
  /** What decides about another attempt; absent if it is pointless. */
  again?: Omit<Attempt, "tries">;
}

/**
 * Waits before a request is sent again.
 *
 * @throws The error, if another attempt is pointless or none is left.
 */
export async function pauseBeforeRetry(
  tries: number,
  { error, again }: Failure,
  options: HttpOptions,
): Promise<void> {
  const { retries = DEFAULT_POLICY.retries } = options;
  const isFinal = again?.status !== undefined &&
    options.isFinal?.(again.status);
  const delay = isFinal ? undefined : delayAfter(tries, again, retries);
  if (delay === undefined) throw error;
  await pause(`${tries} of ${retries}`, delay, error, options);
}

/** Logs the next attempt, and waits for it. */
export async function pause(
  which: string,
  delay: number,
  error: ArchiveError,
  { gate, log, signals = [] }: HttpOptions,
): Promise<void> {
  log?.(
    `trying again in ${
      (delay / 1000).toFixed(1)
    } s (${which}): ${error.message}`,
  );
  if (gate === undefined) return await sleep(delay, ...signals);
  gate.retries++;
  await gate.rest(sleep(delay, ...signals, gate.closed));
}

/** One attempt: the request and its redirects. */
async function attempt(
  what: HttpRequest,
  options: HttpOptions,
): Promise<Outcome> {
  const shown = (text: string) => withoutKey(text, options.apiKey);
  let url = what.url;
  const begun = performance.now();
  for (let redirects = 0;; redirects++) {
    const failed = { url: shown(url.href), received: what.received ?? 0 };
    let received: Received;
    try {
      received = await receive(url, what, options, failed);
    } catch (error) {
      const aborted = options.signals?.find(({ aborted }) => aborted);
      if (aborted !== undefined) throw aborted.reason;
      if (error instanceof FilterError) throw error;
      if (error instanceof ArchiveError) {
        // A read that takes too long is split; a write cannot be.
        const isLost = what.method && error instanceof ArchiveTimeoutError;
        return { error, ...(isLost ? { again: {} } : {}) };
      }
      const { reason, transient, mayHaveArrived } = reasonOf(error);
      return {
        error: new ArchiveUnreachableError(
          shown(reason),
          { ...failed, cause: error },
          mayHaveArrived,
        ),
        ...(transient ? { again: {} } : {}),
      };
    }
    const { response, body, headersAt } = received;
    const date = Date.parse(response.headers.get("date") ?? "");
    if (options.gate && !Number.isNaN(date)) options.gate.date = date;
    const { status } = response;
    const target = redirectTarget(url, response, what.method !== undefined);
    if (target instanceof URL && redirects < MAX_REDIRECTS) {
      url = target;
      continue;
    }
    if (target !== undefined) {
      const reason = typeof target === "string"
        ? shown(target)
        : `it redirects in a circle, last to ${shown(target.href)}`;
      return { error: new ArchiveUnreachableError(reason, failed), status };
    }
    const isWhole = what.method
      ? status === 201 && mediaTypeOf(response) !== "text/html"
      : status !== 206;
    if (response.ok && isWhole) {
      return {
        answer: {
          status,
          url: failed.url,
          headers: response.headers,
          body,
          get mediaType() {
            return mediaTypeOf(response);
          },
          get text() {
            return decode(response, body, failed);
          },
          ms: performance.now() - begun,
          waited: headersAt - begun,
        },
      };
    }
    const said = shown(detailOf(errorText(response, body, MAX_PAGE)));
    if (!response.ok) {
      const retryAfter = response.headers.get("retry-after");
      return {
        error: new ArchiveHttpError(status, said, failed),
        status,
        again: { status, retryAfter },
      };
    }
    const problem = what.method
      ? `${status === 201 ? "a page with " : ""}${status}${
        said && ` (${said})`
      } to a write, where only ${
        status === 201 ? "JSON with " : ""
      }201 says that it is stored; is there a login page or a proxy in front of the archive?`
      : "a part of an answer (206), which was not asked for";
    return { error: new ArchiveResponseError(problem, failed), status };
  }
}

const MAX_REDIRECTS = 5;

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/**
 * Target of a redirect, or the reason why it is not followed; `undefined` if
 * the answer is not a redirect.
 *
 * The key stays on the same host and port, except for an upgrade to https. A
 * write stays within the archive, and does not end at another page (303).
 */
function redirectTarget(
  from: URL,
  { type, status, headers }: Response,
  isWrite: boolean,
): URL | string | undefined {
  if (type === "opaqueredirect") {
    return "it redirects, and a browser does not tell where to: give the address that it leads to";
  }
  if (!REDIRECTS.includes(status)) return undefined;
  const location = headers.get("location");
  if (location === null) return undefined;
  const to = parseUrl(location, from);
  if (to === undefined) return `it redirects to ${quoted(location)}`;
  const isUpgrade = from.protocol === "http:" && to.protocol === "https:" &&
    to.hostname === from.hostname && ["", from.port].includes(to.port);
  const isKept = !isWrite || (status !== 303 && isWithinArchive(from, to));
  if ((to.origin !== from.origin && !isUpgrade) || !isKept) {
    return `it redirects ${isWrite ? `a write (${status}) ` : ""}to ${
      quoted(
        /^https?:$/.test(to.protocol)
          ? to.origin + to.pathname.replace(ARCHIVE_PART, "")
          : `${to.protocol}${to.host && `//${to.host}`}${to.pathname}`,
      )
    }, which is not followed; if that is the archive, give that address`;
  }
  to.username = to.password = "";
  return to;
}

/** The part of an address that the user does not give. */
const ARCHIVE_PART = /(\/[^/]*)?\/perfsonar\/archive\/.*/;

interface Received {
  response: Response;
  body: Body;
  /** When the answer started, by `performance.now()`. */
  headersAt: number;
}

/**
 * Sends one request and reads the whole answer; every byte restarts the
 * timeout.
 */
async function receive(
  url: URL,
  what: HttpRequest,
  options: HttpOptions,
  failed: { url: string; received: number },
): Promise<Received> {
  const abort = new AbortController();
  const silence = new Silence(options.timeout, abort, failed);
  const aborted = new Promise<never>((_, reject) => {
    abort.signal.addEventListener("abort", () => reject(abort.signal.reason));
  });
  const end = onAbort(
    options.signals ?? [],
    (reason) => abort.abort(reason),
  );
  try {
    // Node leaves some requests open whose signal fires.
    return await Promise.race([
      exchange(url, what, options, failed, silence, abort.signal),
      aborted,
    ]);
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    end();
    silence.end();
  }
}

/** Sends one request and reads the answer. */
async function exchange(
  url: URL,
  what: HttpRequest,
  options: HttpOptions,
  failed: { url: string; received: number },
  silence: Silence,
  signal: AbortSignal,
): Promise<Received> {
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
  if (what.isUncompressed) headers["accept-encoding"] = "identity";
  if (what.body !== undefined) headers["content-type"] = "application/json";
  if (options.fetch === undefined) requirePermission(url);
  const response = await (options.fetch ?? fetch)(url, {
    method: what.method ?? "GET",
    headers,
    body: what.body ?? null,
    redirect: "manual",
    signal,
  });
  const hear = () => {
    silence.hear();
    options.gate?.hear();
  };
  hear();
  const headersAt = performance.now();
  const most = options.maxResponse ?? DEFAULT_MAX_RESPONSE << 20;
  const pace = new Pace(options.timeout, failed);
  const body = await readBody(response.body, (size) => {
    hear();
    pace.check(size);
    if (!response.ok) return size >= Math.min(most, MAX_PAGE);
    if (size > most) throw new ArchiveSizeError(most, failed);
    return false;
  });
  return { response, body, headersAt };
}

/** So much is read of an error page, in bytes. */
const MAX_PAGE = 1 << 20;
