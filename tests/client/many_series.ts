/** Fakes of an esmond with many tests, and what tests want of them. */

import { assert } from "@std/assert";
import type {
  ApiConnect,
  EventType,
  Metadata,
  WireMetadata,
} from "../../mod.ts";
import { json } from "../servers/serve.ts";

export const LIST = "/esmond/perfsonar/archive/";

/** A test as esmond describes it. */
export function esmondTest(
  key: string,
  extra: WireMetadata = {},
): WireMetadata {
  return {
    "metadata-key": key,
    uri: `${LIST}${key}/`,
    source: "192.0.2.10",
    "event-types": [{
      "event-type": "throughput",
      "base-uri": `${LIST}${key}/throughput/base`,
      summaries: [{
        "summary-type": "average",
        "summary-window": "3600",
        uri: `${LIST}${key}/throughput/averages/3600`,
      }],
    }],
    ...extra,
  };
}

export async function first(connection: ApiConnect): Promise<Metadata> {
  const [md] = await Array.fromAsync(connection.getMetadata());
  assert(md !== undefined);
  return md;
}

/**
 * An archive whose tests have so many points each, one a second from 1000 on.
 */
export function archiveOf(
  counts: Record<string, number>,
  before: (
    key: string,
    url: URL,
  ) => Promise<Response | void> | Response | void = () => {},
) {
  return async (_: Request, url: URL): Promise<Response> => {
    if (url.pathname === LIST) {
      return json(Object.keys(counts).map((key) => esmondTest(key)));
    }
    const key = url.pathname.slice(LIST.length).split("/")[0]!;
    const response = await before(key, url);
    if (response) return response;
    const of = (name: string) => Number(url.searchParams.get(name) ?? NaN);
    const begin = 1000;
    const first = Math.max(begin, of("time-start") || of("time") || begin);
    const last = Math.min(
      begin + counts[key]! - 1,
      of("time-end") || of("time") || Infinity,
    );
    const offset = of("offset") || 0;
    const count = Math.min(of("limit"), last - first + 1 - offset);
    return json(
      Array.from({ length: Math.max(0, count) }, (_, i) => {
        const ts = first + offset + i;
        return { ts, val: ts * 2 };
      }),
    );
  };
}

export async function seriesOf(connection: ApiConnect): Promise<EventType[]> {
  const tests = await Array.fromAsync(connection.getMetadata());
  return tests.flatMap((md) => [...md.getAllEventTypes()]);
}
