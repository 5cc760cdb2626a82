/**
 * Requests that went wrong on their way: good ones, changed by chance that
 * comes out the same for the same seed.
 */

import { pick } from "../servers/seeded.ts";
import { latin1 } from "./raw_client.ts";

/** A request before it is bytes. */
export interface Draft {
  method: string;
  path: string;
  query: [string, string][];
  headers: [string, string][];
  /** One character a byte. */
  body: string;
  /** How the body is sent. */
  framing: "length" | "chunked" | "none";
}

/** What is sent, and how. */
export interface Mutant {
  bytes: Uint8Array;
  /**
   * Whether the archive can tell where it ends; else it is told that nothing
   * more comes.
   */
  isFramed: boolean;
  /** Whether the client goes away before the answer. */
  isAborted: boolean;
  /** Where the sending pauses. */
  pauses: number[];
}

type Random = () => number;

const WORDS = [
  ...["", " ", "0", "-1", "1", "1e3", "1_0", "007", "+5", "null", "None"],
  ...["'", '"', "' OR '1'='1", "1; DROP TABLE point; --", "%", "_", "*", "\\"],
  ...["../../../../etc/passwd", "..%2f..%2f", "%2e%2e/", "%00", "%0d%0a", "%"],
  ...["%c0%af", "%ff%fe", "%ed%a0%80", "%f4%90%80%80", "%zz", "//", "/\\"],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "base"],
  ...["9223372036854775807", "9223372036854775808", "9007199254740993"],
  ...["-9223372036854775809", "253402300800", "-62135596801", "1e400", "NaN"],
  ...["Infinity", "9".repeat(400), "9".repeat(5000), "a".repeat(129)],
  ...["\x00", "\x1b[31m", "\x7f", "\xff\xfe", "\xc3\xa9", "\xed\xa0\x80"],
  ...["192.0.2.10", "::", "::ffff:192.0.2.1", "2001:DB8::1", "256.1.1.1"],
  ...["[::1]", "fe80::1%25eth0", "a.invalid", "throughput", "failures"],
];

const NAMES = [
  ...["source", "destination", "measurement-agent", "tool-name", "limit"],
  ...["input-source", "metadata-key", "subject-type", "event-type", "offset"],
  ...["summary-type", "summary-window", "time", "time-start", "time-end"],
  ...["time-range", "format", "dns-match-rule", "__proto__", "note", "", "a b"],
  ...["name' --", "ip-transport-protocol"],
];

const METHODS = [
  ...["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"],
  ...["PROPFIND", "get", "G\x00T", "", "GET GET", "QUERY", "CONNECT"],
];

const VALUES = [
  ...["null", "true", "0", "-0", "1.5", "1e999", "-1e-999", "[]", "{}", '""'],
  ...["12345678901234567890", `${"9".repeat(5000)}`, '"\\ud800"', '"\\u0000"'],
  ...['{"__proto__":{"numerator":1}}', '{"constructor":1}', '"NaN"', "NaN"],
  ...['{"numerator":1,"denominator":0}', '{"a":{"b":[1,[2]]}}', "[[[[1]]]]"],
  ...["[".repeat(70) + "]".repeat(70), "[".repeat(20_000), '{"1":2,"1":3}'],
  ...['"\' OR 1=1 --"', `"${"x".repeat(2000)}"`, '"throughput"', "1456790400"],
  ...['"\\u001b[2J"', '{"":""}', "[null]", "1E400", "01", "+1", ".5", "'a'"],
];

const HEADERS: [string, string][] = [
  ["Host", "evil.example"],
  ["Host", "a b"],
  ["Host", "localhost:99999"],
  ["Host", "user@localhost"],
  ["Host", ""],
  ["Authorization", "Token"],
  ["Authorization", "Token a b"],
  ["Authorization", "Token \xff\xfe"],
  ["Authorization", `Token ${"x".repeat(5000)}`],
  ["Authorization", "Basic YTpi"],
  ["Content-Type", "text/plain"],
  ["Content-Type", "application/json; charset=utf-16"],
  ["Content-Type", "\x80"],
  ["Content-Encoding", "gzip"],
  ["Content-Length", "5"],
  ["Content-Length", "-1"],
  ["Content-Length", "99999999999999999999"],
  ["Content-Length", "1e3"],
  ["Transfer-Encoding", "chunked"],
  ["Transfer-Encoding", "gzip, chunked"],
  ["Transfer-Encoding", "identity"],
  ["Expect", "100-continue"],
  ["Expect", "200-ok"],
  ["Accept", "image/png"],
  ["Accept", ",;=,"],
  ["Connection", "Upgrade"],
  ["Connection", "close"],
  ["Upgrade", "websocket"],
  ["Range", "bytes=0-1"],
  ["X-Long", "x".repeat(40_000)],
  ["X\x00", "1"],
  ["X Y", "1"],
  ["X", "a\rb"],
  ["X", "\x01\x02"],
];

/** Changes a request in one to four places. */
export function mutate(draft: Draft, random: Random): Mutant {
  const changed: Draft = {
    ...draft,
    query: [...draft.query],
    headers: [...draft.headers],
  };
  const times = 1 + Math.floor(random() * 4);
  for (let time = 0; time < times; time++) {
    pick(CHANGES, random)(changed, random);
  }
  const text = textOf(changed, random);
  return random() < 0.25
    ? pick(BREAKAGES, random)(text, random)
    : mutantOf(text, { isFramed: isFramed(changed) });
}

type Change = (draft: Draft, random: Random) => void;

const CHANGES: Change[] = [
  (draft, random) => {
    draft.method = pick(METHODS, random);
  },
  (draft, random) => {
    const parts = draft.path.split("/");
    parts[Math.floor(random() * parts.length)] = pick(WORDS, random);
    draft.path = parts.join("/");
  },
  (draft, random) => {
    draft.path = pick(["/", "", "*", "http://evil/", "//evil"], random) +
      draft.path;
  },
  (draft, random) => {
    draft.path += pick(["/", "//", "/..", ".json", "?", "#a", ";a=b"], random);
  },
  (draft, random) => {
    draft.query.push([pick(NAMES, random), pick(WORDS, random)]);
  },
  (draft, random) => {
    const name = pick(NAMES, random);
    const most = random() < 0.1 ? 150 : 5;
    for (let time = 0; time < most; time++) {
      draft.query.push([
        time % 2 ? name : `${name}${time}`,
        pick(WORDS, random),
      ]);
    }
  },
  (draft, random) => {
    draft.headers.push(pick(HEADERS, random));
  },
  (draft, random) => {
    const [name, value] = pick(HEADERS, random);
    draft.headers = draft.headers.filter(([other]) =>
      other.toLowerCase() !== name.toLowerCase()
    );
    draft.headers.push([name, value]);
  },
  (draft, random) => {
    draft.headers.splice(Math.floor(random() * draft.headers.length), 1);
  },
  (draft, random) => {
    const most = random() < 0.5 ? 90 : 200;
    for (let time = 0; time < most; time++) {
      draft.headers.push([`X${time}`, "1"]);
    }
  },
  (draft) => {
    draft.framing = "chunked";
  },
  changeJson,
  changeJson,
  changeJson,
  (draft, random) => {
    draft.body = changeBytes(draft.body, random);
  },
  (draft, random) => {
    const longest = random() < 0.02 ? 17 * 1024 * 1024 : 200_000;
    draft.body += " ".repeat(Math.floor(random() * longest));
  },
];

/** Puts something else in the place of a value or a name. */
function changeJson(draft: Draft, random: Random): void {
  const tokens = [...draft.body.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g)];
  if (tokens.length === 0) {
    draft.body = pick(VALUES, random);
    return;
  }
  const { index, 0: token } = pick(tokens, random);
  draft.body = draft.body.slice(0, index) + pick(VALUES, random) +
    draft.body.slice(index + token.length);
}

function changeBytes(text: string, random: Random): string {
  const at = Math.floor(random() * text.length);
  const char = String.fromCharCode(Math.floor(random() * 256));
  return pick([
    text.slice(0, at) + char + text.slice(at + 1),
    text.slice(0, at) + char + text.slice(at),
    text.slice(0, at),
    `\xef\xbb\xbf${text}`,
    text + text,
  ], random);
}

const HOSTS = new Set(["source", "destination", "measurement-agent"]);

function textOf(draft: Draft, random: Random): string {
  const query = draft.query.map(([name, value]) => {
    // What looks like a name would be asked of the name service.
    const isName = HOSTS.has(name) && /^[\w.-]+$/.test(value);
    const text = isName ? `${value}.invalid` : value;
    return random() < 0.1
      ? `${name}=${text}` // as it is
      : `${encoded(name)}=${text.includes("%") ? text : encoded(text)}`;
  });
  const target = draft.path + (query.length > 0 ? `?${query.join("&")}` : "");
  const headers = [...draft.headers];
  let { body } = draft;
  if (draft.framing === "chunked") {
    headers.push(["Transfer-Encoding", "chunked"]);
    const half = Math.floor(body.length / 2);
    body = chunk(body.slice(0, half)) + chunk(body.slice(half)) + "0\r\n\r\n";
  } else if (draft.framing === "length") {
    headers.push(["Content-Length", String(body.length)]);
  }
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${draft.method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function chunk(text: string): string {
  return text === "" ? "" : `${text.length.toString(16)}\r\n${text}\r\n`;
}

/** Whether nothing but the framing itself says how long the body is. */
function isFramed({ headers, framing, body }: Draft): boolean {
  const says = headers.some(([name]) =>
    /^(?:content-length|transfer-encoding|expect|connection|upgrade)$/i.test(
      name,
    )
  );
  return !says && (framing !== "none" || body === "");
}

function mutantOf(text: string, more: Partial<Mutant> = {}): Mutant {
  return {
    bytes: latin1(text),
    isFramed: false,
    isAborted: false,
    pauses: [],
    ...more,
  };
}

type Breakage = (text: string, random: Random) => Mutant;

const BREAKAGES: Breakage[] = [
  (text, random) => mutantOf(changeBytes(text, random)),
  (text, random) => mutantOf(changeBytes(changeBytes(text, random), random)),
  (text, random) => mutantOf(text.slice(0, Math.floor(random() * text.length))),
  (text, random) =>
    mutantOf(text.slice(0, Math.floor(random() * text.length)), {
      isAborted: true,
    }),
  (text) => mutantOf(text, { isAborted: true }),
  (text, random) =>
    mutantOf(text, {
      pauses: [1, 2, 3].map(() => Math.floor(random() * text.length)).sort((
        a,
        b,
      ) => a - b),
    }),
  (text) => mutantOf(text.replaceAll("\r\n", "\n")),
  (text) => mutantOf(text.replace("HTTP/1.1", "HTTP/9.9")),
  (text) => mutantOf(text.replace(" HTTP/1.1", "")),
  (text) => mutantOf(text.replace("\r\n", "\r\n folded: 1\r\n")),
  (text) => mutantOf(text + text + text),
  (_text, random) => mutantOf(garbage(random)),
  (text, random) => mutantOf(text + garbage(random)),
  (text) =>
    mutantOf(text.replace(/\r\n[0-9a-f]+\r\n/, "\r\nfffffffffffffffff\r\n")),
  (text) => mutantOf(text.replace(/\r\n[0-9a-f]+\r\n/, "\r\n-1;x=y\r\n")),
];

function garbage(random: Random): string {
  return Array.from(
    { length: Math.floor(random() * 300) },
    () => String.fromCharCode(Math.floor(random() * 256)),
  ).join("");
}
