/**
 * Plays conversations with the real archive against another one and says where
 * the answers differ. How answers compare is written in the collection's own
 * description: numbers exactly, fields and modes in any order.
 *
 * @module
 */

import { decodeString, elements, members } from "../../client/json.ts";

/** One request and what the real archive answered. */
export interface Recorded {
  method: string;
  path: string;
  query?: [string, string][];
  headers: Record<string, string>;
  body?: string;
  artefact?: boolean;
  unordered?: boolean;
  slice?: { of: number; from: number; to: number };
  response: {
    status: number;
    content_type: string | null;
    headers: Record<string, string>;
    body: string | null;
  };
}

/** A conversation, from an empty store. */
export interface Conversation {
  id: string;
  quirks?: boolean;
  requests: Recorded[];
}

/**
 * A difference: the number of the request and what is wrong with its answer.
 */
export interface Difference {
  index: number;
  problem: string;
}

/** The one valid key of a replay. */
export const TOKEN = "9f".repeat(20);

class Differs extends Error {}

const PAGING = [
  "metadata-count-total",
  "metadata-previous-page",
  "metadata-next-page",
];

/** The start of reasons whose end is Python's own. */
const OPEN_ENDED = [
  "JSON parse error - ",
  "POST data payload could not be decoded to a JSON object - given: ",
];

/** Reads a recording, packed or not. */
export async function readConversation(path: string): Promise<Conversation> {
  const file = await Deno.open(path);
  const bytes = path.endsWith(".gz")
    ? file.readable.pipeThrough(new DecompressionStream("gzip"))
    : file.readable;
  return await new Response(bytes).json();
}

/** Sends the requests of a conversation in order and compares the answers. */
export async function replay(
  conversation: Conversation,
  origin: string,
): Promise<Difference[]> {
  const talk = new Talk(origin);
  const differences: Difference[] = [];
  for (const [index, recorded] of conversation.requests.entries()) {
    try {
      await talk.ask(recorded);
    } catch (error) {
      if (!(error instanceof Differs)) throw error;
      if (!recorded.artefact) {
        differences.push({ index, problem: error.message });
      }
    }
  }
  return differences;
}

class Talk {
  readonly #start = Math.floor(Date.now() / 1000);
  readonly #keys = new Map<number, string>();
  readonly #answers: string[] = [];

  constructor(readonly origin: string) {}

  async ask(recorded: Recorded): Promise<void> {
    const pairs = (recorded.query ?? []).map(([name, value]) =>
      `${encodeURIComponent(name)}=${encodeURIComponent(this.#fill(value))}`
    );
    const query = pairs.length > 0 ? `?${pairs.join("&")}` : "";
    const headers = Object.entries(recorded.headers).map(([name, value]) =>
      [name, this.#fill(value)] as [string, string]
    );
    const response = await fetch(
      `${this.origin}${this.#fill(recorded.path)}${query}`,
      {
        method: recorded.method,
        headers,
        redirect: "manual",
        ...(recorded.body !== undefined && {
          body: new TextEncoder().encode(this.#fill(recorded.body)),
        }),
      },
    );
    const text = await response.text();
    this.#answers.push(text);
    this.#compare(recorded, response, text);
  }

  #fill(text: string): string {
    return text
      .replace(/\{key:(\d+)\}/g, (all, n) => this.#keys.get(Number(n)) ?? all)
      .replace(
        /\{t0([+-]\d+)?\}/g,
        (_, n) => String(this.#start + Number(n ?? 0)),
      )
      .replaceAll("{TOKEN}", TOKEN)
      .replaceAll("{URL}", this.origin);
  }

  #compare(recorded: Recorded, response: Response, text: string): void {
    const want = recorded.response;
    if (response.status !== want.status) {
      throw new Differs(
        `status ${response.status}, not ${want.status}: ${text.slice(0, 200)}`,
      );
    }
    const type = mediaType(response.headers.get("content-type"));
    if (type !== mediaType(want.content_type)) {
      throw new Differs(`content type ${type}, not ${want.content_type}`);
    }
    if (want.body === "" && text !== "") throw new Differs("a body");
    if (want.body) this.#compareBody(recorded, want.body, text);
    this.#compareHeaders(want.headers, response.headers);
  }

  #compareHeaders(want: Record<string, string>, got: Headers): void {
    for (const name of ["link", "location", "www-authenticate"]) {
      const expected = want[name] === undefined ? null : this.#fill(want[name]);
      if (got.get(name) !== expected) {
        throw new Differs(`${name}: ${got.get(name)}, not ${expected}`);
      }
    }
    const allow = want["allow"];
    if (
      allow !== undefined && sorted(got.get("allow") ?? "") !== sorted(allow)
    ) {
      throw new Differs(`allow: ${got.get("allow")}, not ${allow}`);
    }
  }

  #compareBody(recorded: Recorded, want: string, got: string): void {
    try {
      JSON.parse(got);
    } catch {
      throw new Differs(`no JSON: ${got.slice(0, 200)}`);
    }
    const detail = want.startsWith("{") && members(want).get("detail");
    const start = detail &&
      OPEN_ENDED.find((one) => decodeString(detail).startsWith(one));
    if (start) {
      if (!decodeString(members(got).get("detail") ?? '""').startsWith(start)) {
        throw new Differs(`detail: ${got}`);
      }
    } else if (recorded.slice) {
      this.#compareSlice(recorded.slice, want, got);
    } else if (recorded.unordered && want.startsWith("[")) {
      this.#compareUnordered(want, got);
    } else {
      this.#same(want, got, "$", recorded.path.includes("/statistics/"));
    }
  }

  #compareSlice(
    { of, from, to }: { of: number; from: number; to: number },
    want: string,
    got: string,
  ): void {
    this.#same(pagingOf(want), pagingOf(got), "paging");
    const whole = entriesOf(this.#answers[of]!).slice(from, to);
    if (JSON.stringify(whole) !== JSON.stringify(entriesOf(got))) {
      throw new Differs("not that page of the list");
    }
  }

  #compareUnordered(want: string, got: string): void {
    this.#same(pagingOf(want), pagingOf(got), "paging");
    const left = new Map(
      entriesOf(got).map((entry) => [
        decodeString(members(entry).get("metadata-key")!),
        entry,
      ]),
    );
    const wanted = entriesOf(want);
    if (wanted.length !== left.size) {
      throw new Differs(`${left.size} tests, not ${wanted.length}`);
    }
    for (const entry of wanted) {
      const key = this.#fill(decodeString(members(entry).get("metadata-key")!));
      const match = left.get(key);
      if (match === undefined) throw new Differs(`${key} is not listed`);
      this.#same(entry, match, "entry");
    }
  }

  #same(want: string, got: string, at: string, isUnordered = false): void {
    switch (want[0]) {
      case '"':
        this.#sameText(decodeString(want), got, at);
        return;
      case "{": {
        const [a, b] = [members(want), members(got)];
        if (got[0] !== "{" || sorted([...a.keys()]) !== sorted([...b.keys()])) {
          throw new Differs(`${at} has other fields: ${got.slice(0, 300)}`);
        }
        // The key first: other fields contain it.
        const names = [...a.keys()].sort((x) => x === "metadata-key" ? -1 : 0);
        for (const name of names) {
          if (isUnordered && name === "mode") {
            const sets = [a, b].map((one) => sorted(elements(one.get(name)!)));
            if (sets[0] !== sets[1]) throw new Differs(`${at}.mode`);
          } else {
            this.#same(
              a.get(name)!,
              b.get(name)!,
              `${at}.${name}`,
              isUnordered,
            );
          }
        }
        return;
      }
      case "[": {
        const [a, b] = [elements(want), elements(got)];
        if (got[0] !== "[" || a.length !== b.length) {
          throw new Differs(`${at}: ${b.length} entries, not ${a.length}`);
        }
        a.forEach((one, i) =>
          this.#same(one, b[i]!, `${at}[${i}]`, isUnordered)
        );
        return;
      }
      default:
        if (!sameScalar(want, got)) {
          throw new Differs(`${at}: ${got.slice(0, 200)}, not ${want}`);
        }
    }
  }

  #sameText(want: string, got: string, at: string): void {
    if (want === "{now}") {
      const now = Number(got);
      if (!(now >= this.#start - 1 && now <= Date.now() / 1000 + 1)) {
        throw new Differs(`${at}: ${got} is not the time of writing`);
      }
      return;
    }
    const time = /^\{t0([+-]\d+)\}$/.exec(want);
    if (time) {
      if (got !== String(this.#start + Number(time[1]))) {
        throw new Differs(`${at}: ${got}, not ${want}`);
      }
      return;
    }
    const found = got[0] === '"' ? decodeString(got) : undefined;
    const unknown = /\{key:(\d+)\}/.exec(this.#fill(want));
    if (unknown && found !== undefined) {
      const [before, after] = this.#fill(want).split(unknown[0]);
      const key = found.slice(before!.length, found.length - after!.length);
      if (/^[0-9a-f]{32,64}$/.test(key)) {
        this.#keys.set(Number(unknown[1]), key);
      }
    }
    if (found !== this.#fill(want)) {
      throw new Differs(`${at}: ${got}, not ${want}`);
    }
  }
}

function sameScalar(want: string, got: string): boolean {
  if (!/^-?\d/.test(want)) return want === got;
  if (!/^-?\d/.test(got)) return false;
  const isFloat = /[.eE]/.test(want);
  if (isFloat !== /[.eE]/.test(got)) return false;
  if (!isFloat) return BigInt(want) === BigInt(got);
  return Number(want) === Number(got);
}

/** The type of an answer; of pages, whether they name their charset counts. */
function mediaType(header: string | null): string {
  const type = (header ?? "").split(";")[0]!.trim();
  return type === "text/html" ? header! : type;
}

function sorted(list: string | string[]): string {
  const parts = typeof list === "string" ? list.split(/,\s*/) : list;
  return JSON.stringify(parts.toSorted());
}

/** The paging fields of the first entry, as an object. */
function pagingOf(list: string): string {
  const first = elements(list)[0];
  return objectOf(first, (name) => PAGING.includes(name));
}

/** The entries without paging fields. */
function entriesOf(list: string): string[] {
  return elements(list).map((entry) =>
    objectOf(entry, (name) => !PAGING.includes(name))
  );
}

function objectOf(
  entry: string | undefined,
  isKept: (name: string) => boolean,
): string {
  const kept = [...members(entry ?? "{}")].filter(([name]) => isKept(name));
  return `{${
    kept.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")
  }}`;
}
