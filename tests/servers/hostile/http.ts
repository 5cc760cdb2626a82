/**
 * Misbehaviour in HTTP itself: answers that are not HTTP, or lie about their
 * length, lead elsewhere, or never end.
 */

import { brotliCompressSync, gzipSync } from "node:zlib";
import { pause } from "../../helpers/waiting.ts";
import { bodyOf } from "../generated.ts";
import type { RawReply } from "../raw.ts";
import { type Misbehaviours, PATIENCE } from "./misbehaviour.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

const raw = (bytes: string) => (): RawReply => ({ raw: bytes });

const redirect = (location: string, status = 302) => (): RawReply => ({
  status,
  headers: { location },
});

const page = (status: number, body = "", headers = {}) => (): RawReply => ({
  status,
  headers: { "content-type": "text/html", ...headers },
  body,
});

/** The same over and over. */
async function* endless(
  begin: string,
  piece: string | Uint8Array,
  ms = 0,
): AsyncGenerator<string | Uint8Array> {
  yield begin;
  for (;;) {
    // However fast it is, others have their turn.
    await pause(ms);
    yield piece;
  }
}

const packed = (bytes: Uint8Array, encoding: string): RawReply => ({
  headers: { "content-encoding": encoding },
  body: bytes,
});

const ZEROS = new Uint8Array(64 << 20).fill(0x20);
const GZIP_BOMB = new Uint8Array(gzipSync(ZEROS));
const BROTLI_BOMB = new Uint8Array(
  brotliCompressSync(ZEROS, { params: { 1: 1 } }),
);

const BROKEN = { error: "ArchiveUnreachableError", says: /was cut off/ };
const NO_HTTP = {
  error: "ArchiveUnreachableError",
  says: /it does not speak HTTP: /,
};
const SILENT = {
  error: "ArchiveTimeoutError",
  says: new RegExp(`sent nothing for ${PATIENCE} s`),
  isSlow: true,
};
const SLOW = {
  error: "ArchiveTimeoutError",
  says: /sent no more than \d+ bytes for \d+ s/,
  isSlow: true,
};
const TOO_LARGE = {
  error: "ArchiveSizeError",
  says: /larger than 8 MiB/,
};
const DAMAGED = { error: "ArchiveResponseError", says: /JSON is damaged/ };
const UNREADABLE = {
  error: "ArchiveUnreachableError",
  says: /cannot be decompressed/,
};
const NO_TEXT = { error: "ArchiveResponseError", says: /text is not utf-8/ };
const ELSEWHERE = {
  error: "ArchiveUnreachableError",
  says: /redirects to .*, which is not followed/,
};
const answered = (status: number) => ({
  error: "ArchiveHttpError",
  says: new RegExp(`the archive answered ${status}`),
});

export const HTTP: Misbehaviours = {
  "no HTTP at all": {
    data: raw("220 mail.example.net ESMTP\r\n"),
    ...NO_HTTP,
  },
  "HTTP/0.9: a body without a head": { data: raw("[]\r\n"), ...NO_HTTP },
  "a status that is not a number": {
    data: raw("HTTP/1.1 abc OK\r\n\r\n[]"),
    ...NO_HTTP,
  },
  "nothing, and the end": { data: raw(""), ...BROKEN },
  "an end in the midst of the head": {
    data: raw("HTTP/1.1 200 OK\r\ncontent-le"),
    ...BROKEN,
  },
  "a connection that is reset": { data: () => "reset", ...BROKEN },
  "no answer": { data: () => "silence", ...SILENT },
  "a list that does not come": {
    list: () => "silence",
    ...SILENT,
  },
  "a head that comes a line at a time, for ever": {
    data: () => ({ raw: endless(OK, "x-more: 1\r\n", 50) }),
    ...SILENT,
  },
  "a header of 10 MB": {
    data: raw(`${OK}x-long: ${"a".repeat(10_000_000)}\r\n\r\n[]`),
    ...NO_HTTP,
  },
  "100,000 headers": {
    data: raw(`${OK}${"x-many: 1\r\n".repeat(100_000)}\r\n[]`),
    ...NO_HTTP,
  },
  "a head that never ends": {
    data: () => ({ raw: endless(OK, "x-more: 1\r\n".repeat(1000)) }),
    ...NO_HTTP,
  },
  "100 Continue for ever": {
    data: () => ({ raw: endless("", "HTTP/1.1 100 Continue\r\n\r\n", 5) }),
    ...SILENT,
  },
  "103 Early Hints for ever": {
    data: () => ({
      raw: endless("", "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n", 5),
    }),
    ...SILENT,
  },
  "101 Switching Protocols": {
    data: raw(
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
    ),
    ...answered(101),
  },
  "less than the length that it states": {
    data: ({ page }) => ({ body: bodyOf(page), end: "cut" }),
    ...BROKEN,
  },
  "a whole answer, and silence where more was announced": {
    data: ({ page }) => ({ body: bodyOf(page), end: "silence" }),
    ...SILENT,
  },
  "more than the length that it states": {
    data: ({ page }) => ({
      raw: `${OK}content-length: 100\r\nconnection: close\r\n\r\n${
        bodyOf(page)
      }`,
    }),
    ...DAMAGED,
  },
  "a length that is negative": {
    data: raw(`${OK}content-length: -1\r\n\r\n[]`),
    ...NO_HTTP,
  },
  "two lengths": {
    data: raw(`${OK}content-length: 2\r\ncontent-length: 3\r\n\r\n[]`),
    ...NO_HTTP,
  },
  "a length that no memory has": {
    data: raw(`${OK}content-length: 9999999999999999\r\n\r\n[]`),
    ...BROKEN,
  },
  "chunks whose size is not a number": {
    data: raw(`${OK}transfer-encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n`),
    ...BROKEN,
  },
  "a chunk that no memory has": {
    data: raw(`${OK}transfer-encoding: chunked\r\n\r\nfffffffffffffff\r\n[`),
    ...BROKEN,
  },
  "chunks without the last": {
    data: raw(`${OK}transfer-encoding: chunked\r\n\r\n2\r\n[]\r\n`),
    ...BROKEN,
  },
  "a body that comes a byte at a time, for ever": {
    data: () => ({ raw: endless(`${OK}\r\n[`, " ", 200) }),
    ...SLOW,
  },
  "an error page that comes a byte at a time, for ever": {
    data: () => ({
      raw: endless("HTTP/1.1 500 Oops\r\n\r\n", " ", 200),
    }),
    ...SLOW,
  },
  "a body that never ends": {
    data: () => ({
      raw: endless(`${OK}\r\n[`, " ".repeat(1 << 16)),
    }),
    ...TOO_LARGE,
  },
  "a list that never ends": {
    list: () => ({
      raw: endless(`${OK}\r\n[`, " ".repeat(1 << 16)),
    }),
    ...TOO_LARGE,
  },
  "an error page that never ends": {
    data: () => ({
      raw: endless("HTTP/1.1 500 Oops\r\n\r\n", " ".repeat(1 << 16)),
    }),
    ...answered(500),
  },
  "a redirect with a page that never ends": {
    data: () => ({
      raw: endless(
        "HTTP/1.1 302 Found\r\nlocation: http://login.invalid/\r\n\r\n",
        " ".repeat(1 << 16),
      ),
    }),
    ...ELSEWHERE,
  },
  "64 MiB in 64 KiB of gzip": {
    data: () => packed(GZIP_BOMB, "gzip"),
    ...TOO_LARGE,
  },
  "64 MiB in a little Brotli": {
    data: () => packed(BROTLI_BOMB, "br"),
    ...TOO_LARGE,
  },
  "plain text that says it is gzip": {
    data: ({ page }) => packed(new TextEncoder().encode(bodyOf(page)), "gzip"),
    ...UNREADABLE,
  },
  "gzip that is cut off": {
    data: ({ page }) =>
      packed(new Uint8Array(gzipSync(bodyOf(page))).subarray(0, 500), "gzip"),
    ...BROKEN,
  },
  "gzip in gzip": {
    data: ({ page }) =>
      packed(new Uint8Array(gzipSync(gzipSync(bodyOf(page)))), "gzip"),
    ...NO_TEXT,
  },
  "gzip that says nothing of it": {
    data: ({ page }) => ({ body: new Uint8Array(gzipSync(bodyOf(page))) }),
    ...NO_TEXT,
  },
  "a compression that nobody knows": {
    data: () => packed(new Uint8Array([0x28, 0xb5, 0x2f, 0xfd]), "zstd"),
    ...NO_TEXT,
  },
  "204 No Content": {
    data: raw("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"),
    error: "ArchiveResponseError",
    says: /not JSON/,
  },
  "205 Reset Content": {
    data: raw(
      "HTTP/1.1 205 Reset Content\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    ),
    error: "ArchiveResponseError",
    says: /not JSON/,
  },
  "206 Partial Content": {
    data: ({ page }) => ({ status: 206, body: bodyOf(page.slice(0, 10)) }),
    error: "ArchiveResponseError",
    says: /a part of an answer \(206\)/,
  },
  "304 Not Modified": {
    data: raw("HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n"),
    ...answered(304),
  },
  "a status of 999": { data: page(999), ...answered(999) },
  "a page to log in": {
    list: page(200, "<html><title>Log in</title><form></form></html>"),
    error: "ArchiveResponseError",
    says: /text\/html, not JSON; is this the archive's address\?/,
  },
  "a page to log in that says it is JSON": {
    list: () => ({ body: "<html><title>Log in</title></html>" }),
    ...DAMAGED,
  },
  "a redirect to where one logs in": {
    list: redirect("https://login.invalid/?from=archive"),
    ...ELSEWHERE,
  },
  "a redirect without its scheme": {
    data: redirect("//evil.invalid/x"),
    ...ELSEWHERE,
  },
  "a redirect to another port": {
    data: redirect("http://127.0.0.1:1/"),
    ...ELSEWHERE,
  },
  "a redirect to a file": {
    data: redirect("file:///etc/passwd", 307),
    ...ELSEWHERE,
  },
  "a redirect to a program": {
    data: redirect("javascript:alert(1)"),
    ...ELSEWHERE,
  },
  "a redirect to data": {
    data: redirect("data:application/json,[]"),
    ...ELSEWHERE,
  },
  "a redirect with a password": {
    data: redirect("http://me:secret@evil.invalid/x"),
    error: "ArchiveUnreachableError",
    says: /redirects to "http:\/\/evil\.invalid\/x", which is not followed/,
  },
  "a redirect to itself": {
    data: ({ url }) => redirect(url.href)(),
    error: "ArchiveUnreachableError",
    says: /redirects in a circle/,
  },
  "a redirect that leads ever further": {
    data: ({ url }) => redirect(`${url.href}0`)(),
    error: "ArchiveUnreachableError",
    says: /redirects in a circle/,
  },
  "a redirect to nowhere": {
    data: page(301),
    ...answered(301),
  },
  "401 with a page": {
    list: page(401, "<p>Who are you?</p>"),
    error: "ArchiveHttpError",
    says: /answered 401: Who are you\?/,
    exit: 4,
  },
  "500 with escape sequences": {
    data: page(500, "<p>\x1b]0;owned\x07\x1b[2J\u202egnp.exe\n\n</p>"),
    error: "ArchiveHttpError",
    says: /answered 500: \]0;owned \[2J gnp\.exe/,
  },
  "500 with JSON of 300,000 levels": {
    data: () => ({
      status: 500,
      body: `{"detail":${"[".repeat(300_000)}${"]".repeat(300_000)}}`,
    }),
    ...answered(500),
  },
  "503 that asks for patience of 30 years": {
    list: page(503, "", { "retry-after": "1000000000" }),
    ...answered(503),
  },
  "429 until the year 2099": {
    list: page(429, "", { "retry-after": "Thu, 01 Jan 2099 00:00:00 GMT" }),
    ...answered(429),
  },
  "a cookie with every answer": {
    data: ({ page }) => ({
      headers: { "set-cookie": "id=1; Path=/" },
      body: bodyOf(page),
    }),
  },
};
