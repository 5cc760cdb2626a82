/** What the recordings hold of an archive. */

import { elements, member } from "../../client/json.ts";
import { textOf, union } from "../servers/replay.ts";
import { type Case, casesOf, type Collection } from "./recordings.ts";

/** The contents of an archive. */
export interface Contents {
  /** The texts of tests, by key. */
  tests: Map<string, string>;
  /** The texts of points, by the path of their series, in order of time. */
  points: Map<string, string[]>;
}

/**
 * What a server has sent in the recordings, all of them together.
 *
 * @param server The server, as the recordings name it.
 */
export function recordedContents(
  collection: Collection,
  server: string,
): Contents {
  const tests = new Map<string, string>();
  const pages = new Map<string, string[][]>();
  const cases: Case[] = [
    ...casesOf(collection, "cli"),
    ...casesOf(collection, "lib"),
  ];
  for (const recorded of cases) {
    if (recorded.server !== server) continue;
    for (
      const { request, response } of [
        ...recorded.exchanges ?? [],
        ...recorded.extra_exchanges ?? [],
      ]
    ) {
      if (response.status !== 200 || request.method !== "GET") continue;
      const body = textOf(response.body, collection.directory);
      if (/\/archive\/?$/.test(request.path)) {
        for (const entry of elements(body)) {
          const key = JSON.parse(member(entry, "metadata-key")!);
          // The recordings show the archive at several moments; the one after
          // all writing counts.
          const known = tests.get(key);
          if (known === undefined || unwritten(entry) < unwritten(known)) {
            tests.set(key, entry);
          }
        }
      } else if (/\/base(?:\/0)?$/.test(request.path)) {
        const known = pages.get(request.path) ?? [];
        pages.set(request.path, [...known, elements(body)]);
      }
    }
  }
  const points = new Map(
    Array.from(pages, ([path, each]) => [path, union(each)]),
  );
  return { tests, points };
}

function unwritten(entry: string): number {
  return entry.split('"time-updated":null').length;
}
