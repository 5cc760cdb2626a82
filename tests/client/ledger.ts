/** A server that keeps points, and misbehaves as it is told. */

import { EventTypeBulkPost } from "../../mod.ts";
import { json, withServer } from "../servers/serve.ts";

/** The key of the test. */
export const KEY = "0123456789abcdef0123456789abcdef";

/** What the server has, by event type and second, and how often it was asked. */
export interface Ledger {
  stored: Map<string, unknown>;
  writes: number;
  /** How often data was read. */
  reads: number;
}

/** What may be answered to a write in the place of the server. */
export type Trouble = (
  write: number,
  request: Request,
) => Response | undefined | Promise<undefined>;

/** What the test has, and the window of its roll-up. */
const EVENT_TYPES: Record<string, number | undefined> = {
  "throughput": 60,
  "path-mtu": undefined,
  "packet-loss-rate": 60,
  "ntp-offset": 60,
  "histogram-ttl": 60,
  "failures": undefined,
  "throughput-subintervals": undefined,
};

/**
 * A server with one test; `before` and `after` it has stored what was sent,
 * something may be answered in its place.
 */
export async function withLedger(
  use: (origin: string, ledger: Ledger) => Promise<void>,
  before: Trouble = () => undefined,
  after: Trouble = () => undefined,
  onRead: (ledger: Ledger) => Response | undefined = () => undefined,
): Promise<void> {
  const ledger: Ledger = { stored: new Map(), writes: 0, reads: 0 };
  const keep = (type: string, ts: number, val: unknown) => {
    const id = `${type} ${ts}`;
    const { numerator, denominator } = Object(val);
    const kept = denominator ? numerator / denominator : val;
    if (typeof kept === "number" && ledger.stored.has(id)) return false;
    ledger.stored.set(id, kept);
    return true;
  };
  await withServer(async (request, url) => {
    const parts = url.pathname.split("/").filter(Boolean).slice(4);
    if (request.method === "GET" && parts.length === 0) {
      return json({
        "event-types": Object.entries(EVENT_TYPES).map(([name, window]) => ({
          "event-type": name,
          summaries: window === undefined ? [] : [{
            "summary-type": "aggregation",
            "summary-window": `${window}`,
          }],
        })),
      });
    }
    if (request.method === "GET") {
      ledger.reads++;
      const answer = onRead(ledger);
      if (answer) return answer;
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
