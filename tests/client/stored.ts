/** What a fake archive keeps, and how it answers. */

import { assertEquals } from "@std/assert";
import type { Series } from "../../client/series.ts";
import { json } from "../servers/serve.ts";

/** Base data of an esmond. */
export const ESMOND: Series = {
  uri: "/esmond/perfsonar/archive/K/throughput/base",
  dialect: "esmond",
  isRollUp: false,
};
/** Base data of an elmond. */
export const ELMOND: Series = {
  ...ESMOND,
  uri: `${ESMOND.uri}/0`,
  dialect: "elmond",
};

/**
 * What a fake archive keeps; a value of null is cut with its page and then
 * dropped, as elmond does.
 */
export interface Stored {
  ts: number;
  val: number | null;
}

/** `count` points, so many a second, whose values tell them apart. */
export function points(count: number, perSecond = 1, from = 1000): Stored[] {
  return Array.from({ length: count }, (_, i) => ({
    ts: from + Math.floor(i / perSecond),
    val: i,
  }));
}

/** Fails unless these are the values of all points, in order, each once. */
export function assertAll(vals: unknown[], stored: Stored[], what = ""): void {
  const wanted = stored.map((point) => point.val).filter((val) => val !== null);
  // Only where they part: a difference between thousands takes minutes to
  // print.
  const at = wanted.findIndex((val, i) => val !== vals[i]);
  const from = Math.max(0, at < 0 ? wanted.length : at);
  assertEquals(
    { at: from, ...around(vals, from) },
    { at: from, ...around(wanted, from) },
    what && `${what}: ${JSON.stringify(around(vals, from))} at ${from}`,
  );
}

function around(vals: unknown[], at: number) {
  return { length: vals.length, vals: vals.slice(at, at + 3) };
}

/**
 * The points within the time filters of a request, as both archives read them.
 */
export function within(stored: Stored[], query: URLSearchParams): Stored[] {
  const of = (name: string) =>
    query.has(name) ? Number(query.get(name)) : undefined;
  const time = of("time"), range = of("time-range");
  let start = of("time-start"), end = of("time-end");
  if (time !== undefined) start = end = time;
  else if (range !== undefined) {
    if (start !== undefined) end ??= start + range;
    else if (end !== undefined) start = end - range;
  }
  return stored.filter(({ ts }) =>
    ts >= (start ?? -Infinity) && ts <= (end ?? Infinity)
  );
}

/** The answer of an archive that refuses to page beyond `reach` points. */
export function answer(
  stored: Stored[],
  url: URL,
  reach = Infinity,
  refusal = 500,
): Response {
  const offset = Number(url.searchParams.get("offset") ?? 0);
  const limit = Number(url.searchParams.get("limit") ?? 1000);
  if (offset + limit > reach) {
    return new Response("<p>Result window is too large</p>", {
      status: refusal,
    });
  }
  const page = within(stored, url.searchParams).slice(offset, offset + limit);
  return json(page.filter((point) => point.val !== null));
}
