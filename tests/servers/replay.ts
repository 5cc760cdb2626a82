/** An archive that answers from a recording alone. */

import { gunzipSync } from "node:zlib";
import { elements, member } from "../../client/json.ts";
import type { Handler } from "./serve.ts";

/** A text of a recording: itself, or the name of the file that holds it. */
export type RecordedText = string | { blob: string } | null;

/** A request and its answer. */
export interface Exchange {
  request: {
    method: string;
    path: string;
    query: [string, string][];
    authorization?: string | null;
    body?: RecordedText;
  };
  response: {
    status: number;
    content_type: string | null;
    headers: Record<string, string>;
    body: RecordedText;
  };
}

/** The recording of one case. */
export interface Recording {
  exchanges?: Exchange[];
  extra_exchanges?: Exchange[];
}

/**
 * What a recorded text stands for: blobs are read from the directory of the
 * recordings.
 */
export function textOf(
  text: RecordedText | undefined,
  directory: string,
): string {
  if (text === null || text === undefined) return "";
  if (typeof text === "string") return text;
  const path = `${directory}/blobs/${text.blob}`;
  try {
    return Deno.readTextFileSync(path);
  } catch {
    // the long ones
    return gunzipSync(Deno.readFileSync(`${path}.gz`)).toString();
  }
}

/** Replaces the placeholders with the real server. */
export function fill(text: string, origin: string, cwd = ""): string {
  const host = origin.replace(/^https?:\/\//, "");
  return text.replaceAll("{URL}", origin).replaceAll("{HOST}", host)
    .replaceAll("{PORT}", host.split(":")[1] ?? "").replaceAll("{CWD}", cwd);
}

/**
 * Plays a recording, and answers what follows from it: other pages of the same
 * points or tests. Whatever else is asked is answered 599 and remembered.
 */
export class Replay {
  /** Requests that the recording does not know. */
  readonly missed: string[] = [];
  /** Requests that were answered, as `METHOD path?query`. */
  readonly answered: string[] = [];
  /**
   * Requests that were answered whose credentials were others than recorded.
   */
  readonly misauthorized: string[] = [];
  /** Bodies that were sent in other words than recorded. */
  readonly reworded: string[] = [];
  readonly #exchanges: Exchange[];
  readonly #answers = new Map<string, Exchange[]>();
  readonly #turns = new Map<string, number>();
  readonly #directory: string;

  constructor(recording: Recording, directory: string) {
    this.#directory = directory;
    this.#exchanges = [
      ...recording.exchanges ?? [],
      ...recording.extra_exchanges ?? [],
    ];
    for (const exchange of this.#exchanges) {
      const { request } = exchange;
      const key = keyOf(
        request.method,
        request.path,
        request.query,
        textOf(request.body, directory),
      );
      this.#answers.set(key, [...this.#answers.get(key) ?? [], exchange]);
    }
  }

  /**
   * Answers a request; answers that changed over time come in their order, the
   * last one from then on.
   */
  readonly handler: Handler = async (request, url) => {
    const shown = `${request.method} ${url.pathname}${url.search}`;
    const sent = await request.text();
    const keyAt = (path: string) =>
      keyOf(request.method, path, [...url.searchParams], sent);
    // What is not there is looked for without the closing slash, too.
    const key = this.#answers.has(keyAt(url.pathname))
      ? keyAt(url.pathname)
      : keyAt(`${url.pathname}/`);
    const answers = this.#answers.get(key);
    if (answers === undefined) {
      const derived = request.method === "GET" ? this.#derive(url) : undefined;
      if (derived !== undefined) {
        this.answered.push(shown);
        return this.#send(derived, url.origin);
      }
      this.missed.push(shown);
      return new Response("not recorded", { status: 599 });
    }
    this.answered.push(shown);
    const turn = this.#turns.get(key) ?? 0;
    this.#turns.set(key, turn + 1);
    const exchange = answers[Math.min(turn, answers.length - 1)]!;
    const { response } = exchange;
    const wording = textOf(exchange.request.body, this.#directory);
    if (sent !== wording) this.reworded.push(`${sent}, not ${wording}`);
    const recorded = exchange.request.authorization ?? null;
    if (request.headers.get("authorization") !== recorded) {
      this.misauthorized.push(shown);
    }
    return this.#send(response, url.origin);
  };

  #send(
    { status, content_type, headers, body }: Exchange["response"],
    origin: string,
  ): Response {
    const filled = new Headers();
    if (content_type !== null) filled.set("content-type", content_type);
    for (const [name, value] of Object.entries(headers)) {
      filled.set(name, fill(value, origin));
    }
    const text = fill(textOf(body, this.#directory), origin);
    const bytes = new TextEncoder().encode(text);
    return new Response([204, 304].includes(status) ? null : bytes, {
      status,
      headers: filled,
    });
  }

  /**
   * What the archive would have answered to a request for another page of the
   * points or tests that were recorded; `undefined` if that cannot be known.
   */
  #derive(url: URL): Exchange["response"] | undefined {
    const query = Object.fromEntries(url.searchParams);
    const isList = url.pathname.replace(/\/$/, "").endsWith("/archive");
    const same = this.#exchanges.filter(({ request }) =>
      request.method === "GET" &&
      request.path.replace(/\/$/, "") === url.pathname.replace(/\/$/, "")
    );
    const refusal = same.find(({ request, response }) =>
      response.status !== 200 && isAfter(query, request.query)
    );
    if (refusal !== undefined) return refusal.response;
    const recorded = same.filter(({ response }) => response.status === 200);
    let pages = recorded.filter(({ request }) =>
      withoutPaging(Object.fromEntries(request.query)) === withoutPaging(query)
    );
    const textsOf = ({ response }: Exchange) =>
      elements(textOf(response.body, this.#directory));
    if (isList && recorded.every((page) => textsOf(page).length === 0)) {
      pages = recorded; // further questions after an empty list find nothing
    }
    const [first] = pages.sort((one, other) => placeOf(one) - placeOf(other));
    if (first === undefined) return undefined;
    const all = isList
      ? [...new Map(pages.flatMap(textsOf).map((text) => [keyIn(text), text]))
        .values()]
      : union(pages.map(textsOf)).filter((text) => {
        const ts = secondIn(text);
        return ts >= Number(query["time-start"] ?? -Infinity) &&
          ts <= Number(query["time-end"] ?? Infinity);
      });
    const offset = Number(query["offset"] ?? 0);
    const page = all.slice(offset, offset + Number(query["limit"] ?? 1000));
    const { link: _, ...headers } = first.response.headers;
    return { ...first.response, headers, body: `[${page.join(", ")}]` };
  }
}

const PAGING = ["limit", "offset", "time-start", "time-end"];

/** What a query asks for, whatever page of it. */
function withoutPaging(query: Record<string, string>): string {
  const rest = Object.entries(query).filter(([name]) => !PAGING.includes(name));
  return JSON.stringify(rest.sort());
}

/**
 * Whether a recorded page begins in the second after: that is where the Python
 * client continues.
 */
function isAfter(
  query: Record<string, string>,
  recorded: [string, string][],
): boolean {
  const start = Object.fromEntries(recorded)["time-start"];
  return start !== undefined &&
    Number(start) === 1 + Number(query["time-start"]);
}

/** Orders recorded pages as the archive would send them. */
function placeOf({ request }: Exchange): number {
  const query = Object.fromEntries(request.query);
  return 1e6 * Number(query["time-start"] ?? 0) + Number(query["offset"] ?? 0);
}

/**
 * The points of pages that overlap, in order of time: each as often as the page
 * has it that has it most often.
 */
export function union(pages: string[][]): string[] {
  const all: string[] = [];
  const known = new Map<string, number>();
  for (const page of pages) {
    const counts = new Map<string, number>();
    for (const text of page) {
      const count = (counts.get(text) ?? 0) + 1;
      counts.set(text, count);
      if (count <= (known.get(text) ?? 0)) continue;
      known.set(text, count);
      all.push(text);
    }
  }
  return all.sort((one, other) => secondIn(one) - secondIn(other));
}

function secondIn(text: string): number {
  return Number(member(text, "ts"));
}

function keyIn(text: string): string {
  return member(text, "metadata-key") ?? text;
}

function keyOf(
  method: string,
  path: string,
  query: [string, string][],
  body: string,
): string {
  const pairs = query.map((pair) => JSON.stringify(pair)).sort();
  let sent: unknown = body;
  try {
    sent = JSON.parse(body);
  } catch {
    // compared as text
  }
  return JSON.stringify([method, path, pairs, sorted(sent)]);
}

/** The same value with the keys of its objects in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).sort().map(([key, each]) => [key, sorted(each)]),
  );
}
