/**
 * Misbehaviour in what an answer is written in: character sets, JSON, and JSON
 * beyond all measure.
 */

import { bodyOf, FROM } from "../generated.ts";
import type { RawReply } from "../raw.ts";
import type { Misbehaviours } from "./misbehaviour.ts";

const body = (text: string | Uint8Array) => (): RawReply => ({ body: text });

const value = (text: string) => body(`[{"ts":${FROM},"val":${text}}]`);

const encoded = (bytes: Uint8Array, type = "application/json"): RawReply => ({
  headers: { "content-type": type },
  body: bytes,
});

function utf16(text: string): Uint8Array {
  const units = new Uint16Array(text.length + 1);
  units[0] = 0xfeff;
  for (let at = 0; at < text.length; at++) units[at + 1] = text.charCodeAt(at);
  return new Uint8Array(units.buffer);
}

const latin = new Uint8Array([0x5b, 0x22, 0xe9, 0x22, 0x5d]); // ["é"]

const DAMAGED = { error: "ArchiveResponseError", says: /JSON is damaged/ };
const NO_TEXT = { error: "ArchiveResponseError", says: /text is not utf-8/ };
const NO_LIST = { error: "ArchiveResponseError", says: /but not a list/ };
const TOO_DEEP = {
  error: "ArchiveResponseError",
  says: /nested more than 500 levels deep/,
};
const TOO_MANY = {
  error: "ArchiveResponseError",
  says: /has more than 1,000,000 elements/,
};

export const TEXT: Misbehaviours = {
  "UTF-16 that says nothing of it": {
    data: ({ page }) => encoded(utf16(bodyOf(page))),
    ...NO_TEXT,
  },
  "UTF-16 that says so": {
    data: ({ page }) =>
      encoded(utf16(bodyOf(page)), "application/json; charset=utf-16"),
  },
  "Latin-1 that says it is UTF-8": {
    data: () => encoded(latin, "application/json; charset=utf-8"),
    ...NO_TEXT,
  },
  "a character set that nobody knows": {
    data: () => encoded(latin, "application/json; charset=klingon"),
    error: "ArchiveResponseError",
    says: /text is not klingon/,
  },
  "a character set whose name is 100 KB long": {
    data: () =>
      encoded(latin, `application/json; charset=${"x".repeat(100_000)}`),
    error: "ArchiveResponseError",
    says: /text is not x{300}…/,
  },
  "a byte order mark": {
    data: ({ page }) => ({ body: `\ufeff${bodyOf(page)}` }),
  },
  "half of a character": {
    data: () => encoded(new Uint8Array([0x5b, 0x22, 0xc3, 0x22, 0x5d])),
    ...NO_TEXT,
  },
  "NUL bytes": { data: body("\0\0\0\0"), ...DAMAGED },
  "control characters in a text": { data: value('"\x1b[2J"'), ...DAMAGED },
  "nothing": { data: body(""), ...DAMAGED },
  "nothing but space": { data: body(" \r\n\t"), ...DAMAGED },
  "a list that is not closed": {
    data: ({ page }) => ({ body: bodyOf(page).slice(0, -1) }),
    ...DAMAGED,
  },
  "two answers in one": {
    data: ({ page }) => ({ body: bodyOf(page).repeat(2) }),
    ...DAMAGED,
  },
  "a comma too many": { data: body("[1,]"), ...DAMAGED },
  "commas alone": { data: body("[,,,]"), ...DAMAGED },
  "quotes of the wrong kind": { data: body("[{'ts':1}]"), ...DAMAGED },
  "NaN, which is not JSON, and is read": { data: value("NaN") },
  "Infinity, which is not JSON, and is read": { data: value("-Infinity") },
  "NaN in another spelling": { data: value("nan"), ...DAMAGED },
  "a comment": { data: body("[/* none */]"), ...DAMAGED },
  "null": { data: body("null"), ...NO_LIST },
  "a number": { data: body("42"), ...NO_LIST },
  "a text": { data: body('"[]"'), ...NO_LIST },
  "an object": { data: body('{"detail":"no"}'), ...NO_LIST },
  "an object in the place of the list": {
    list: body('{"tests":[]}'),
    ...NO_LIST,
  },
  "4 million open brackets": { data: body("[".repeat(4e6)), ...TOO_DEEP },
  "a list of 4 million open brackets": {
    list: body("[".repeat(4e6)),
    ...TOO_DEEP,
  },
  "a value of a million levels": {
    data: value("[".repeat(1e6) + "]".repeat(1e6)),
    ...TOO_DEEP,
  },
  "objects in each other, with no list round them": {
    data: body('{"a":'.repeat(1e6)),
    ...TOO_DEEP,
  },
  "a test of 100,000 levels": {
    list: body(`[${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}]`),
    ...TOO_DEEP,
  },
  "2 million points that are none": {
    data: body(`[${"{},".repeat(2e6)}{}]`),
    ...TOO_MANY,
  },
  "2 million tests that are none": {
    list: body(`[${"{},".repeat(2e6)}{}]`),
    ...TOO_MANY,
  },
};
