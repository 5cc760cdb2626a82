/**
 * Misbehaviour in what an archive says of where things are: data elsewhere,
 * pages that lead in circles.
 */

import type { RawReply } from "../raw.ts";
import {
  json,
  type Listed,
  type Misbehaviours,
  ofEventType,
  saying,
} from "./misbehaviour.ts";

const OUTSIDE = {
  strikes: "series",
  error: "ArchiveResponseError",
  says: /which is outside the archive/,
} as const;
const NOWHERE = {
  strikes: "series",
  error: "ArchiveResponseError",
  says: /a test without the address of its data/,
} as const;
const CIRCLE = {
  error: "ArchiveResponseError",
  says: /its next page is ".*", which does not lead on/,
};
const ENDLESS = {
  error: "ArchiveResponseError",
  says: /a list of tests that does not end/,
  isLong: true,
};
const REPEATED = {
  error: "ArchiveResponseError",
  says: /a page of tests that had all come before/,
};

const NO_URL = new URL("http://archive.invalid");

const at = (uri: unknown) => ofEventType({ "base-uri": uri });

/** A page of one test that nobody has seen before. */
function another(changes: Listed, url: URL, isElmond = false): RawReply {
  const offset = Number(url.searchParams.get("offset"));
  const uri = `/esmond/perfsonar/archive/t${offset}/throughput/base`;
  return json([{
    "metadata-key": `t${offset}`,
    "source": "192.0.2.1",
    "destination": "192.0.2.2",
    "event-types": [{
      "event-type": "packet-trace",
      "base-uri": isElmond ? `${uri}/0` : uri,
    }],
    ...changes,
  }]);
}

export const ADDRESSES: Misbehaviours = {
  "data outside the archive": { list: at("/etc/passwd"), ...OUTSIDE },
  "data in a file": { list: at("file:///perfsonar/archive/x"), ...OUTSIDE },
  "data in a program": {
    list: at("javascript:/perfsonar/archive/x"),
    ...OUTSIDE,
  },
  "data above the archive": {
    list: at("/esmond/perfsonar/archive/../../admin/"),
    ...OUTSIDE,
  },
  "data above the archive, hidden in escapes": {
    list: at("/esmond/perfsonar/archive/..%2f..%2fadmin/"),
    ...OUTSIDE,
  },
  "an address of 1 MB outside the archive": {
    list: at(`/${"x".repeat(1e6)}`),
    ...OUTSIDE,
  },
  "an address with escape sequences": {
    list: at("/\x1b[2J\u202e\n"),
    ...OUTSIDE,
  },
  "data nowhere": { list: at(undefined), ...NOWHERE },
  "data at an object": { list: at({ toString: 1 }), ...NOWHERE },
  "data at an object, of a test without a key": {
    list: ([first, ...others]) => {
      const { "metadata-key": _, uri: __, ...rest } = first!;
      return at({ toString: 1 })([rest, ...others], NO_URL);
    },
    ...NOWHERE,
  },
  "data on another host": {
    // The host does not count, and the path is right.
    list: ([first, ...others]) => {
      const [eventType] = first!["event-types"] as Listed[];
      const uri = `http://evil.invalid${eventType!["base-uri"]}`;
      return at(uri)([first!, ...others], NO_URL);
    },
  },
  "a next page that is this one": {
    list: saying({ "metadata-next-page": "/esmond/perfsonar/archive/" }),
    ...CIRCLE,
  },
  "a next page before this one": {
    list: saying({ "metadata-next-page": "?offset=-1" }),
    ...CIRCLE,
  },
  "a next page that is not a number": {
    list: saying({ "metadata-next-page": "?offset=NaN" }),
    ...CIRCLE,
  },
  "a next page with escape sequences": {
    list: saying({ "metadata-next-page": "\x1b]8;;http://evil\x07\u202e\n" }),
    ...CIRCLE,
  },
  "the same page of tests for every offset": {
    list: saying({ "metadata-count-total": 30 }),
    ...REPEATED,
  },
  "the same page of tests at every link": {
    list: (tests, url) => {
      const offset = Number(url.searchParams.get("offset")) + 2;
      return saying({ "metadata-next-page": `?offset=${offset}` })(tests, url);
    },
    ...REPEATED,
  },
  "ever more tests": {
    list: (_, url) => {
      const offset = Number(url.searchParams.get("offset"));
      return another({ "metadata-count-total": offset + 10 }, url);
    },
    ...ENDLESS,
  },
  "ever more links": {
    list: (_, url) => {
      const offset = Number(url.searchParams.get("offset")) + 1;
      return another({ "metadata-next-page": `?offset=${offset}` }, url);
    },
    ...ENDLESS,
  },
  "ever more tests of elmond": {
    list: (_, url) => another({ "metadata-count-total": 1e15 }, url, true),
    ...ENDLESS,
  },
};
