/**
 * The archives that the documentation speaks of: one that has data, and one
 * that has none.
 */

import { assertEquals } from "@std/assert";
import { SITES } from "../../archive/sample_network.ts";
import { startArchive } from "../../archive/server.ts";

/** The host of the archive that has data. */
export const OLD_ARCHIVE = "ma.example.net";

/** The host of the archive that has none. */
export const NEW_ARCHIVE = "new-ma.example.net";

/** The key that may write to both. */
export const KEY = "0123456789abcdef";

/** The days of sample data. */
export const DAYS = 2;

/** A host that the sample data does not have. */
const DELTA = { name: "delta", v4: "192.0.2.20" };

const ROOT = "/esmond/perfsonar/archive/";

/** An archive, as the tests look at it: not with the client. */
export class ArchiveView {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** The descriptions that match. */
  async tests(
    query: Record<string, string> = {},
    // deno-lint-ignore no-explicit-any
  ): Promise<any[]> {
    const parameters = new URLSearchParams({ ...query, limit: "1000" });
    return await this.#read(`${ROOT}?${parameters}`);
  }

  /**
   * The points of a series of a test; those that were measured, unless a
   * roll-up is named.
   */
  async points(
    key: string,
    eventType: string,
    series = "base",
    // deno-lint-ignore no-explicit-any
  ): Promise<{ ts: number; val: any }[]> {
    const path = `${ROOT}${key}/${eventType}/${series}`;
    return await this.#read(`${path}?limit=1000000`);
  }

  /** The points of the one test that matches. */
  async pointsOf(query: Record<string, string>, eventType: string) {
    const [test, ...others] = await this.tests({
      ...query,
      "event-type": eventType,
    });
    assertEquals(others, []);
    return await this.points(test["metadata-key"], eventType);
  }

  /** Creates a test, and gives its key. */
  async describe(description: Record<string, unknown>): Promise<string> {
    return (await this.#write("POST", ROOT, description))["metadata-key"];
  }

  /** Writes values of one event type. */
  async add(
    key: string,
    eventType: string,
    points: Iterable<[ts: number, val: unknown]>,
  ): Promise<void> {
    const data = Array.from(
      points,
      ([ts, val]) => ({ ts, val: [{ "event-type": eventType, val }] }),
    );
    await this.#write("PUT", `${ROOT}${key}/`, { data });
  }

  async #read(path: string) {
    const response = await fetch(this.#url + path);
    assertEquals(response.status, 200);
    return await response.json();
  }

  async #write(method: string, path: string, body: unknown) {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        "authorization": `Token ${KEY}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    assertEquals(Math.floor(response.status / 100), 2);
    const text = await response.text();
    return text && JSON.parse(text);
  }
}

/** What {@linkcode withArchives} gives. */
export interface Archives {
  /** Their addresses by the hosts they stand in for. */
  urls: Record<string, string>;
  /** What the hosts are called, in the format of `/etc/hosts`. */
  hosts: string;
  old: ArchiveView;
  fresh: ArchiveView;
}

/**
 * Runs `use` with both archives: the first has the sample data, or nothing but
 * a pair of hosts, and the year.
 */
export async function withArchives(
  has: "sample" | "pair",
  use: (archives: Archives) => Promise<void>,
): Promise<void> {
  const tokens = [KEY];
  const sampleDays = has === "sample" ? DAYS : 0;
  const [one, other] = [
    await startArchive({ sampleDays, tokens }),
    await startArchive({ tokens }),
  ];
  try {
    const old = new ArchiveView(one.url);
    await addYear(old);
    if (has === "pair") await addPair(old);
    await use({
      urls: { [OLD_ARCHIVE]: one.url, [NEW_ARCHIVE]: other.url },
      hosts: [...SITES, DELTA].map(({ name, ...site }) =>
        Object.values({ v4: site.v4, v6: "v6" in site ? site.v6 : undefined })
          .filter(Boolean).map((address) => `${address} ps.${name}.example\n`)
          .join("")
      ).join(""),
      old,
      fresh: new ArchiveView(other.url),
    });
  } finally {
    await one.close();
    await other.close();
  }
}

/** The year that is known second by second, in seconds since 1970 UTC. */
export const YEAR = {
  start: Date.UTC(2024, 0, 1) / 1000,
  end: Date.UTC(2025, 0, 1) / 1000,
};

const QUARTER_OF_A_DAY = 6 * 3600;

/**
 * Four values a day, a little before, in, and after the year: less and less a
 * month, and one in ten is slow.
 */
export function* yearOfThroughput(): Generator<[ts: number, val: number]> {
  for (
    let ts = YEAR.start - QUARTER_OF_A_DAY;
    ts <= YEAR.end + QUARTER_OF_A_DAY;
    ts += QUARTER_OF_A_DAY
  ) {
    const month = new Date(ts * 1000).getUTCMonth();
    const isSlow = ts / QUARTER_OF_A_DAY % 10 === 0;
    yield [ts, (isSlow ? 2e9 : 9e9) - month * 1e8 + ts / 3600 % 1000];
  }
}

async function addYear(archive: ArchiveView): Promise<void> {
  const [alpha, , gamma] = SITES;
  const key = await archive.describe(description(alpha!, gamma!, {
    tool: "bwctl/iperf3",
    eventTypes: ["throughput"],
  }));
  await archive.add(key, "throughput", yearOfThroughput());
}

/** How many values each series of the pair has, one an hour. */
export const PAIR_HOURS = 72;

/** The pair of hosts that the other documents speak of. */
async function addPair(archive: ArchiveView): Promise<void> {
  // A command of the same second would have one point more in its last 24 hours.
  const now = Math.floor(Date.now() / 1000) - 60;
  const hours = Array.from({ length: PAIR_HOURS }, (_, ago) => ago * 3600);
  const add = async (tool: string, values: Record<string, unknown>) => {
    const eventTypes = Object.keys(values);
    const key = await archive.describe(
      description(SITES[0]!, DELTA, { tool, eventTypes }),
    );
    for (const [type, value] of Object.entries(values)) {
      await archive.add(key, type, hours.map((ago) => [now - ago, value]));
    }
  };
  const hop = { ttl: 1, query: 1, success: 1, ip: "192.0.2.1", rtt: 0.2 };
  await add("bwctl/tracepath,traceroute", { "packet-trace": [hop] });
  await add("iperf3", { "throughput": 1e9 });
  await add("powstream", {
    "packet-count-sent": 600,
    "packet-loss-rate": { numerator: 3, denominator: 600 },
  });
}

function description(
  source: { name: string; v4: string },
  destination: { name: string; v4: string },
  { tool, eventTypes }: { tool: string; eventTypes: string[] },
): Record<string, unknown> {
  return {
    "subject-type": "point-to-point",
    "source": source.v4,
    "destination": destination.v4,
    "measurement-agent": source.v4,
    "tool-name": tool,
    "input-source": `ps.${source.name}.example`,
    "input-destination": `ps.${destination.name}.example`,
    "event-types": eventTypes.map((name) => ({
      "event-type": name,
      "summaries": [],
    })),
  };
}
