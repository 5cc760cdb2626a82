/** An archive that answers from a recording alone. */

import { gunzipSync } from "node:zlib";
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

/** Puts the real server in the place of the placeholders. */
export function fill(text: string, origin: string, cwd = ""): string {
  const host = origin.replace(/^https?:\/\//, "");
  return text.replaceAll("{URL}", origin).replaceAll("{HOST}", host)
    .replaceAll("{PORT}", host.split(":")[1] ?? "").replaceAll("{CWD}", cwd);
}

/**
 * Plays a recording: what was never recorded is answered 599 and remembered.
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
  readonly #answers = new Map<string, Exchange[]>();
  readonly #turns = new Map<string, number>();
  readonly #directory: string;

  constructor(recording: Recording, directory: string) {
    this.#directory = directory;
    const exchanges = [
      ...recording.exchanges ?? [],
      ...recording.extra_exchanges ?? [],
    ];
    for (const exchange of exchanges) {
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
    const key = keyOf(
      request.method,
      url.pathname,
      [...url.searchParams],
      sent,
    );
    const answers = this.#answers.get(key);
    if (answers === undefined) {
      this.missed.push(shown);
      return new Response("not recorded", { status: 599 });
    }
    this.answered.push(shown);
    const turn = this.#turns.get(key) ?? 0;
    this.#turns.set(key, turn + 1);
    const exchange = answers[Math.min(turn, answers.length - 1)]!;
    const { status, content_type, headers, body } = exchange.response;
    const wording = textOf(exchange.request.body, this.#directory);
    if (sent !== wording) this.reworded.push(`${sent}, not ${wording}`);
    const recorded = exchange.request.authorization ?? null;
    if (request.headers.get("authorization") !== recorded) {
      this.misauthorized.push(shown);
    }
    const filled = new Headers();
    if (content_type !== null) filled.set("content-type", content_type);
    for (const [name, value] of Object.entries(headers)) {
      filled.set(name, fill(value, url.origin));
    }
    const bytes = new TextEncoder()
      .encode(fill(textOf(body, this.#directory), url.origin));
    return new Response([204, 304].includes(status) ? null : bytes, {
      status,
      headers: filled,
    });
  };
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
