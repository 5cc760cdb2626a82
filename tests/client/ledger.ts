/** A server that keeps points, and misbehaves as it is told. */

import { EventTypeBulkPost } from "../../mod.ts";
import { json, withServer } from "../servers/serve.ts";

export const KEY = "0123456789abcdef0123456789abcdef";

export interface Ledger {
  stored: Map<string, unknown>;
  writes: number;
}

export type Trouble = (
  write: number,
  request: Request,
) => Response | undefined | Promise<undefined>;

/**
 * A server with one test that has `throughput`, `path-mtu` and a histogram;
 * `trouble` may answer in its place.
 */
export async function withLedger(
  use: (origin: string, ledger: Ledger) => Promise<void>,
  before: Trouble = () => undefined,
  after: Trouble = () => undefined,
): Promise<void> {
  const ledger: Ledger = { stored: new Map(), writes: 0 };
  const keep = (type: string, ts: number, val: unknown) => {
    const id = `${type} ${ts}`;
    if (typeof val === "number" && ledger.stored.has(id)) return false;
    ledger.stored.set(id, val);
    return true;
  };
  await withServer(async (request, url) => {
    const parts = url.pathname.split("/").filter(Boolean).slice(4);
    if (request.method === "GET" && parts.length === 0) {
      return json({
        "event-types": ["throughput", "path-mtu", "histogram-ttl"].map((
          name,
        ) => ({
          "event-type": name,
          summaries: name === "histogram-ttl"
            ? [{ "summary-type": "aggregation", "summary-window": "60" }]
            : [],
        })),
      });
    }
    if (request.method === "GET") {
      const [start, end] = ["time-start", "time-end"]
        .map((name) => Number(url.searchParams.get(name)));
      return json(
        [...ledger.stored].map(([id, val]) => [...id.split(" "), val] as const)
          .filter(([type, ts]) =>
            type === parts[0] && Number(ts) >= start! && Number(ts) <= end!
          )
          .map(([, ts, val]) => ({ ts: Number(ts), val })),
      );
    }
    const body = await request.json();
    const write = ++ledger.writes;
    const early = await before(write, request);
    if (early) return early;
    const conflicts = request.method === "POST"
      ? [keep(parts[0]!, body.ts, body.val)]
      : body.data.flatMap((
        { ts, val }: { ts: number; val: Record<string, unknown>[] },
      ) =>
        val.map((each) => keep(String(each["event-type"]), ts, each["val"]))
      );
    const answer = conflicts.every(Boolean)
      ? json('""', { status: 201 })
      : json({ detail: "Time series value already exists" }, { status: 409 });
    return (await after(write, request)) ?? answer;
  }, (origin) => use(origin, ledger));
}

export function bulkOf(origin: string, options = {}): EventTypeBulkPost {
  const post = new EventTypeBulkPost(origin, {
    apiKey: "k",
    metadataKey: KEY,
    retries: 0,
    ...options,
  });
  for (let ts = 1; ts <= 5; ts++) post.addDataPoint("throughput", ts, ts * 10);
  return post;
}
