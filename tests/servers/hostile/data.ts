/**
 * Misbehaviour in data that is well written: times that cannot be, and pages
 * without an end.
 */

import { bodyOf, FROM, type Point } from "../generated.ts";
import type { RawReply } from "../raw.ts";
import {
  type Listed,
  type Misbehaviour,
  type Misbehaviours,
  ofEventType,
  saying,
} from "./misbehaviour.ts";

const points = (...texts: string[]) => (): RawReply => ({
  body: `[${texts.join(",")}]`,
});

/** So many points of the same second, each another value. */
function ofOneSecond(count: number, from: number): RawReply {
  const texts = Array.from(
    { length: count },
    (_, at) => `{"ts":${FROM},"val":${from + at}}`,
  );
  return { body: `[${texts.join()}]` };
}

/**
 * The first test as elmond lists it, though its data is where it was: pages may
 * be short then.
 */
const asElmond: NonNullable<Misbehaviour["list"]> = ([first, ...others]) => {
  const [eventType] = first!["event-types"] as Listed[];
  const elmonds = { "event-type": "x", "base-uri": "/x/base/0" };
  const answer = [
    { ...first, "event-types": [elmonds, eventType] },
    ...others,
  ];
  return { body: JSON.stringify(answer) };
};

const OUTSIDE = {
  error: "ArchiveResponseError",
  says: /points from outside of the time asked for/,
};
const ENDLESS = {
  error: "ArchiveResponseError",
  says: /data that does not end: more points than the time asked for can have/,
  isLong: true,
};

export const DATA: Misbehaviours = {
  "points of another year": {
    data: points('{"ts":1,"val":1}'),
    ...OUTSIDE,
  },
  "points before 1970": {
    data: points('{"ts":-5,"val":1}'),
    ...OUTSIDE,
  },
  "points in no order": {
    data: ({ page }) => ({ body: bodyOf(page.toReversed()) }),
    error: "ArchiveResponseError",
    says: /not in order of time/,
  },
  "the same page for every request": {
    data: ({ series }) => ({
      body: bodyOf(series.points.filter(({ ts }) => ts >= FROM).slice(0, 1000)),
    }),
    error: "ArchiveResponseError",
    says: /the same page twice|not in order of time/,
  },
  "points of one second, without end": {
    data: ({ window }) => ofOneSecond(window.limit, window.offset),
    ...ENDLESS,
  },
  "points without a time, without end": {
    data: ({ window }) => {
      const point = `{"val":${window.offset}}`;
      return { body: `[${Array(window.limit).fill(point).join()}]` };
    },
    ...ENDLESS,
  },
  "points later than any calendar has, without end": {
    data: ({ window: { limit, offset } }) => ({
      body: bodyOf(Array.from({ length: limit }, (_, at): Point => {
        const ts = 1e12 + offset + at;
        return { ts, text: `{"ts":${ts},"val":1}` };
      })),
    }),
    ...ENDLESS,
  },
  "pages of one more point, without end": {
    list: asElmond,
    data: ({ window: { start } }) => ({
      body: bodyOf([start, start + 1].map((ts): Point => {
        return { ts, text: `{"ts":${ts},"val":${ts}}` };
      })),
    }),
    strikes: "series",
    ...ENDLESS,
  },
  "a value of 5 MB": {
    data: points(`{"ts":${FROM},"val":"${"x".repeat(5e6)}"}`),
  },
  "a number of a million digits": {
    data: points(`{"ts":${FROM},"val":${"9".repeat(1e6)}}`),
  },
  "numbers beyond any": {
    data: points(`{"ts":${FROM},"val":1e400}`, `{"ts":1e400,"val":-1e400}`),
  },
  "times of every kind": {
    data: points(
      `{"ts":"${FROM}","val":1}`,
      `{"ts":${FROM}.9,"val":1}`,
      '{"ts":"soon","val":1}',
      '{"ts":{"toString":1,"valueOf":1},"val":1}',
      '{"ts":null,"val":1}',
      '{"ts":[],"val":1}',
      '{"val":1}',
    ),
  },
  "values in the place of points": {
    data: points("1", "null", "[]", '"x"', "true"),
  },
  "keys that objects have by themselves": {
    data: points(
      `{"__proto__":{"ts":5},"constructor":1,"ts":${FROM},"val":{"__proto__":{"x":1},"toString":2}}`,
      `{"toString":1,"valueOf":1,"hasOwnProperty":1,"ts":${FROM},"val":{"constructor":{"prototype":{"polluted":1}}}}`,
      `{"ts":1,"ts":${FROM},"val":1,"val":2}`,
    ),
  },
};

const DEEP = { "toString": 1, "valueOf": 1, "toJSON": 1 };

/**
 * Tests that are described in odd ways: the others, and what can be read of
 * them, are not lost.
 */
export const TESTS: Misbehaviours = {
  "a list of numbers": {
    list: () => ({ body: "[1,2]" }),
    error: "ArchiveResponseError",
    says: /list of something else than tests/,
  },
  "a list of nulls": {
    list: () => ({ body: "[null]" }),
    error: "ArchiveResponseError",
    says: /list of something else than tests/,
  },
  "a list of lists": {
    list: (tests) => ({ body: JSON.stringify([tests]) }),
    error: "ArchiveResponseError",
    says: /list of something else than tests/,
  },
  "objects in the place of texts": {
    list: saying({
      "uri": DEEP,
      "source": DEEP,
      "destination": [DEEP],
      "measurement-agent": DEEP,
      "tool-name": DEEP,
      "metadata-key": DEEP,
      "metadata-count-total": DEEP,
      "metadata-next-page": DEEP,
    }),
  },
  "objects in the place of what is known of roll-ups": {
    list: ofEventType({
      "time-updated": DEEP,
      "summaries": [
        { "summary-type": "average", "summary-window": DEEP, "uri": DEEP },
        { "summary-type": DEEP },
        null,
      ],
    }),
  },
  "a key that no file can be called": {
    list: saying({ "metadata-key": "../../../etc/passwd\0\x1b[2J\u202e" }),
  },
  "a key that acts on a terminal, of a test whose data cannot be had": {
    list: saying({
      "metadata-key": "\x1b[2J\r\n\u202e",
      "uri": `/\x1b]0;owned\x07${"x".repeat(1e6)}`,
    }),
    data: () => ({ status: 500, body: "" }),
    strikes: "series",
    error: "ArchiveHttpError",
    says: /the archive answered 500/,
  },
  "a key of 1 MB": {
    list: saying({ "metadata-key": "k".repeat(1e6) }),
  },
  "parameters that objects have by themselves": {
    list: ([first, ...others]) => ({
      body: JSON.stringify([first, ...others]).replace(
        "{",
        '{"__proto__":{"x":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":2,',
      ),
    }),
  },
  "the same parameter twice": {
    list: ([first, ...others]) => ({
      body: JSON.stringify([first, ...others]).replace(
        "{",
        '{"metadata-key":"other","event-types":[],',
      ),
    }),
  },
  "a number in the place of event types": {
    list: ([first, ...others]) => ({
      body: JSON.stringify([
        first,
        ...others,
        ...[7, "x", null, {}, [null, 1, "x", []], { "0": {} }].map((
          types,
          at,
        ) => ({ "metadata-key": `odd${at}`, "event-types": types })),
      ]),
    }),
  },
  "100,000 event types": {
    list: ([first, ...others]) => {
      const more = Array.from(
        { length: 100_000 },
        (_, at) => ({ "event-type": `e${at}` }),
      );
      const [eventType] = first!["event-types"] as Listed[];
      const types = [eventType, ...more];
      return {
        body: JSON.stringify([{ ...first, "event-types": types }, ...others]),
      };
    },
  },
};
