/**
 * Answers of an archive, damaged by chance: any byte, any value, any header.
 */

import type { RawReply } from "./raw.ts";
import { pick } from "./seeded.ts";

type Random = () => number;

/** A good answer with some damage to it. */
export function mutated(body: string, random: Random): RawReply {
  const chance = random();
  if (chance < 0.45) return answer(mutateTree(body, random));
  if (chance < 0.65) return answer(mutateText(body, random));
  if (chance < 0.8) return answer(mutateBytes(body, random));
  if (chance < 0.97) return mutateHead(body, random);
  if (chance < 0.998) return pick(["reset", { body, end: "cut" }], random);
  return pick(["silence", { body, end: "silence" }], random);
}

function answer(body: string | Uint8Array): RawReply {
  return { body };
}

/** Values in the place of any other, as JSON. */
const VALUES = [
  ...["null", "true", "false", "0", "-0", "-1", "1.5", "1e400", "-1e400"],
  ...["1e-400", "9007199254740993", "253402300800", "-62135596801", "0.1e1"],
  ...["9".repeat(400), '""', '"-"', '"\\ud800"', '"\\u0000"', '"\\u202e"'],
  ...[
    '"\\u001b]0;x\\u0007"',
    '"\\r\\n"',
    '"=cmd()"',
    '"../../x"',
    '"1456790400"',
  ],
  ...['"soon"', "[]", "{}", "[[]]", "[null]", '{"":0}', '{"val":1}', "[{}]"],
  ...['{"toString":1,"valueOf":1}', '{"__proto__":{"polluted":1}}'],
  ...[
    '"http://127.0.0.1:1/perfsonar/archive/"',
    '"/perfsonar/archive/%2e%2e/x"',
  ],
];

function anyValue(random: Random): string {
  if (random() < 0.02) {
    const depth = pick([20, 499, 500, 501, 5000, 100_000], random);
    return "[".repeat(depth) + "]".repeat(depth);
  }
  if (random() < 0.02) return `"${"x".repeat(pick([300, 70_000], random))}"`;
  return pick(VALUES, random);
}

const NAMES = [
  ...["ts", "val", "event-types", "summaries", "base-uri", "uri", "source"],
  ...["metadata-key", "event-type", "summary-type", "summary-window"],
  ...["metadata-count-total", "metadata-next-page", "destination"],
  ...["tool-name", "__proto__", "constructor", "toString", "toJSON", "length"],
  ...["", "\u202e", "\n"],
];

/** Changes one or a few values of JSON, or what they are called. */
function mutateTree(body: string, random: Random): string {
  let text = body;
  for (let times = 1 + Math.floor(random() * 4); times > 0; times--) {
    const change = pick(TREE_CHANGES, random);
    text = change(text, random);
  }
  return text;
}

/** A token of JSON that is a value, or a key where a colon follows. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/g;

/** One of the tokens of which this is true, with where it stands. */
function anyToken(
  text: string,
  random: Random,
  isWanted: (token: string, next: string) => boolean,
): { at: number; end: number } | undefined {
  // Not from the beginning each time: long answers are damaged anywhere.
  TOKEN.lastIndex = Math.floor(random() * text.length * 0.9);
  for (let tries = 0; tries < 200; tries++) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const end = match.index + match[0].length;
    const next = text.slice(end, end + 3).trimStart()[0] ?? "";
    if (isWanted(match[0], next) && random() < 0.3) {
      return { at: match.index, end };
    }
  }
  return undefined;
}

const isKey = (token: string, next: string) => token[0] === '"' && next === ":";
const isValue = (token: string, next: string) => !isKey(token, next);

type Change = (text: string, random: Random) => string;

const TREE_CHANGES: Change[] = [
  (text, random) => {
    const found = anyToken(text, random, isValue);
    if (found === undefined) return text;
    return text.slice(0, found.at) + anyValue(random) + text.slice(found.end);
  },
  (text, random) => {
    const found = anyToken(text, random, isKey);
    if (found === undefined) return text;
    const name = JSON.stringify(pick(NAMES, random));
    return text.slice(0, found.at) + name + text.slice(found.end);
  },
  // A member more, which may be there twice then.
  (text, random) => {
    const found = anyToken(text, random, isKey);
    if (found === undefined) return text;
    const name = JSON.stringify(pick(NAMES, random));
    return `${text.slice(0, found.at)}${name}: ${anyValue(random)}, ${
      text.slice(found.at)
    }`;
  },
  // The elements of the list exchanged, doubled, or left out.
  (text, random) => {
    try {
      const list = JSON.parse(text);
      if (!Array.isArray(list)) return text;
      const at = Math.floor(random() * list.length);
      const other = Math.floor(random() * list.length);
      const kinds = [
        () => list.toSpliced(at, 1),
        () => list.toSpliced(at, 0, list[other]),
        () => list.with(at, list[other]).with(other, list[at]),
        () => [list],
        () => ({ data: list }),
        () => list.slice(0, at),
      ];
      return JSON.stringify(list.length ? pick(kinds, random)() : {});
    } catch {
      return text;
    }
  },
];

/** Damages text: cut, doubled, exchanged pieces. */
function mutateText(body: string, random: Random): string {
  const at = Math.floor(random() * body.length);
  const size = Math.floor(random() * 50);
  const piece = body.slice(at, at + size);
  return pick<() => string>([
    () => body.slice(0, at),
    () => body.slice(0, at) + body.slice(at + size),
    () => body.slice(0, at) + piece.repeat(3) + body.slice(at + size),
    () =>
      body.slice(0, at) + pick([...'[]{},:"\\\0\n-e.'], random) +
      body.slice(at),
    () => body + body,
    () =>
      pick(["", " ", "[", "{}", "null", "<html>", anyValue(random)], random),
  ], random)();
}

function mutateBytes(body: string, random: Random): Uint8Array {
  const bytes = new TextEncoder().encode(body);
  for (let times = 1 + Math.floor(random() * 8); times > 0; times--) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = Math.floor(random() * 256);
  }
  return bytes;
}

const STATUSES = [200, 201, 203, 204, 205, 206, 301, 302, 304, 307, 400, 404]
  .concat([418, 429, 500, 502, 503, 504, 599, 999]);

const HEADERS: [string, string][] = [
  ["content-type", "text/html"],
  ["content-type", "application/json; charset=utf-16"],
  ["content-type", "application/json; charset=x-none"],
  ["content-type", ";;;"],
  ["content-encoding", "gzip"],
  ["content-encoding", "br"],
  ["content-encoding", "deflate"],
  ["content-encoding", "nothing, known"],
  ["location", "/"],
  ["location", "http://evil.invalid/"],
  ["location", "javascript:1"],
  ["location", "http://["],
  ["retry-after", "0"],
  ["retry-after", "-1"],
  ["retry-after", "Thu, 01 Jan 1970 00:00:00 GMT"],
  ["set-cookie", "a=b"],
  ["x-long", "y".repeat(5000)],
  ["x-odd", "\x80\xff"],
];

function mutateHead(body: string, random: Random): RawReply {
  const status = pick(STATUSES, random);
  const headers = Object.fromEntries(
    Array.from(
      { length: 1 + Math.floor(random() * 2) },
      () => pick(HEADERS, random),
    ),
  );
  return { status, headers, body: random() < 0.7 ? body : "" };
}
