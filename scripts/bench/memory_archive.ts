/**
 * An archive for measurements: it speaks esmond's dialect on loopback, answers
 * from memory, can hold back each answer for a while, and counts what it is
 * asked. Base data only: numbers, or `--values` histograms or traces; nothing is
 * compressed, and data has no `Link` header.
 *
 * `deno run -A scripts/bench/memory_archive.ts [--tests N] [--event-types N]
 * [--points N] [--spacing SECONDS] [--delay MS] [--port N] [--values KIND]`
 *
 * The first line that it prints is its address. Besides the archive there are
 * `/stats`, `/requests`, the paths that were asked for, a line each, and
 * `/reset`, which forgets both.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { Refusal } from "../../archive/answers.ts";
import { linkHeader, neighboursOf, pageOf } from "../../archive/paging.ts";
import { lastOf, timeRangeOf } from "../../archive/query.ts";
import {
  FIRST_SECOND,
  MADE_UP_EVENT_TYPES,
  MadeUpPoints,
  OBJECT_EVENT_TYPES,
} from "./made_up_points.ts";

/** What an archive has been asked since it was started or reset. */
export interface ArchiveStats {
  /** How many requests. */
  requests: number;
  /** How many points it sent. */
  points: number;
  /** How many bytes the bodies of its answers have. */
  bytes: number;
  /**
   * How many requests there were at most whose answer had not begun; without a
   * delay nothing ever waits.
   */
  maxInFlight: number;
}

/** What there is to be read. */
interface Contents {
  /** How many tests. */
  tests: number;
  /** What each of them measures. */
  eventTypes: readonly string[];
  /** How many points each series has. */
  points: number;
  /** Seconds from one point to the next. */
  spacing: number;
}

const ROOT = "/esmond/perfsonar/archive/";
const PAGE_SIZE = 1500;
const JSON_HEADERS = { "content-type": "application/json" };

/** Finds the answer to a request. */
class MemoryArchive {
  readonly #contents: Contents;
  readonly #points: MadeUpPoints;
  /**
   * The last second that there is data of, which is also that of the last
   * write.
   */
  readonly #end: number;

  constructor(contents: Contents) {
    this.#contents = contents;
    this.#points = new MadeUpPoints(contents.spacing);
    this.#end = FIRST_SECOND + (contents.points - 1) * contents.spacing;
  }

  /** The body of the answer, and how many points are in it. */
  answer(url: URL): Answer {
    if (!url.pathname.startsWith(ROOT)) throw new Refusal("Not found.", 404);
    const [key = "", eventType = "", ...rest] = url.pathname.slice(ROOT.length)
      .split("/");
    if (key === "") return this.#list(url);
    const test = this.#testOf(key);
    if (eventType === "") {
      if (test === undefined) throw new Refusal("Not found.", 404);
      return { body: JSON.stringify(this.#entry(test, url.origin)) };
    }
    if (!/^base(\/0)?\/?$/.test(rest.join("/"))) {
      throw new Refusal("Not found.", 404);
    }
    const isKept = test !== undefined &&
      this.#contents.eventTypes.includes(eventType);
    return isKept ? this.#data(test, eventType, url) : { body: "[]" };
  }

  #data(test: number, eventType: string, url: URL): Answer {
    const { limit, offset } = dataPageOf(url.searchParams);
    const { points, spacing } = this.#contents;
    const { start, end } = timeRangeOf(url.searchParams, Date.now() / 1000);
    // Points and seconds count from the first one; both ends of a window belong
    // to it.
    const after = ((start ?? 0) - FIRST_SECOND) / spacing;
    const until = ((end ?? Infinity) - FIRST_SECOND) / spacing;
    const from = Math.max(0, Math.ceil(after)) + offset;
    const to = Math.min(points, Math.floor(until) + 1, from + limit);
    const count = Math.max(0, to - from);
    return {
      body: this.#points.page(eventType, test, from, count),
      points: count,
    };
  }

  #list(url: URL): Answer {
    const query = url.searchParams;
    const { start, end } = timeRangeOf(query, Date.now() / 1000);
    const isInTime = this.#end >= (start ?? 0) &&
      this.#end <= (end ?? Infinity);
    const found = isInTime ? this.#search(query, url.origin) : [];
    const page = pageOf(query, PAGE_SIZE);
    const neighbours = neighboursOf(url, page, found.length);
    const entries = found.slice(page.offset, page.offset + page.limit);
    const paging = {
      "metadata-count-total": found.length,
      "metadata-previous-page": neighbours.previous,
      "metadata-next-page": neighbours.next,
    };
    const body = entries.map((test, index) => ({
      ...this.#entry(test, url.origin),
      ...(index === 0 ? paging : {}),
    }));
    return { body: JSON.stringify(body), ...linkHeader(neighbours) };
  }

  /** The numbers of the tests that match, in the order of their keys. */
  #search(query: URLSearchParams, origin: string): number[] {
    const all = Array.from({ length: this.#contents.tests }, (_, test) => test);
    const conditions = [...new Set(query.keys())]
      .filter((name) => !PARAMETERS.has(name))
      .map((name) => [name, lastOf(query, name)!] as const);
    if (conditions.length === 0) return all;
    return all.filter((test) => {
      const entry: Record<string, unknown> = this.#entry(test, origin);
      return conditions.every(([name, value]) =>
        name === "event-type"
          ? this.#contents.eventTypes.includes(value)
          : entry[name] === value
      );
    });
  }

  #entry(test: number, origin: string) {
    const key = keyOf(test);
    const uri = `${ROOT}${key}/`;
    const [source, destination] = [18, 19].map((net) =>
      `198.${net}.${test >> 8}.${test & 255}` // set aside for benchmarks
    );
    return {
      "url": origin + uri,
      "metadata-key": key,
      uri,
      "subject-type": "point-to-point",
      source,
      destination,
      "measurement-agent": source,
      "tool-name": "bwctl/iperf3",
      "input-source": `a${test}.example`,
      "input-destination": `b${test}.example`,
      "ip-transport-protocol": "tcp",
      "time-duration": "20",
      "time-interval": String(this.#contents.spacing),
      "event-types": this.#contents.eventTypes.map((eventType) => ({
        "event-type": eventType,
        "base-uri": `${uri}${eventType}/base`,
        "time-updated": this.#end,
        "summaries": [],
      })),
    };
  }

  #testOf(key: string): number | undefined {
    const test = parseInt(key.slice(0, 8), 16);
    return test < this.#contents.tests && keyOf(test) === key
      ? test
      : undefined;
  }
}

/** What an answer is made of. */
interface Answer {
  body: string | Uint8Array<ArrayBuffer>;
  points?: number;
  link?: string;
}

/** Parameters of a list that are not conditions on a field. */
const PARAMETERS: ReadonlySet<string> = new Set([
  "time",
  "time-start",
  "time-end",
  "time-range",
  "limit",
  "offset",
  "format",
  "dns-match-rule",
]);

function keyOf(test: number): string {
  return test.toString(16).padStart(8, "0") + "0123456789abcdef01234567";
}

/** The page of data that a request asks for; esmond breaks on odd limits. */
function dataPageOf(query: URLSearchParams) {
  const limit = lastOf(query, "limit");
  if (limit !== undefined && !(Number(limit) > 0)) {
    throw new Refusal(`limit=${limit}`, 500);
  }
  return pageOf(query, PAGE_SIZE);
}

/**
 * Lets an archive answer, counts that, and holds back every answer for `delay`
 * ms.
 */
function counted(
  archive: MemoryArchive,
  delay: number,
): (request: Request) => Response | Promise<Response> {
  let stats: ArchiveStats;
  let requests: string[];
  let inFlight = 0;
  const reset = () => {
    stats = { requests: 0, points: 0, bytes: 0, maxInFlight: 0 };
    requests = [];
  };
  reset();
  const answer = (url: URL): Response => {
    try {
      const { body, points = 0, link } = archive.answer(url);
      stats.points += points;
      stats.bytes += body.length;
      const headers = link ? { ...JSON_HEADERS, link } : JSON_HEADERS;
      return new Response(body, { headers });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { detail, status } = error;
      return Response.json({ detail }, { status });
    }
  };
  return (request) => {
    const url = new URL(request.url);
    if (url.pathname === "/stats") return Response.json(stats);
    if (url.pathname === "/requests") {
      return new Response(requests.map((path) => `${path}\n`).join(""));
    }
    if (url.pathname === "/reset") {
      reset();
      return new Response("");
    }
    stats.requests++;
    requests.push(url.pathname + url.search);
    stats.maxInFlight = Math.max(stats.maxInFlight, ++inFlight);
    const finish = () => {
      inFlight--;
      return answer(url);
    };
    if (delay === 0) return finish();
    return new Promise((resolve) => setTimeout(() => resolve(finish()), delay));
  };
}

if (import.meta.main) {
  const options = parseArgs(Deno.args, {
    string: [
      ...["tests", "event-types", "points", "spacing", "delay", "port"],
      "values",
    ],
  });
  const number = (name: string, otherwise: number) =>
    Number(options[name] ?? otherwise);
  const objects = OBJECT_EVENT_TYPES[String(options["values"])];
  const archive = new MemoryArchive({
    tests: number("tests", 200),
    eventTypes: objects === undefined
      ? MADE_UP_EVENT_TYPES.slice(0, number("event-types", 4))
      : [objects],
    points: number("points", 5000),
    spacing: number("spacing", 60),
  });
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: number("port", 0),
    onListen: () => {},
  }, counted(archive, number("delay", 0)));
  console.log(`http://127.0.0.1:${server.addr.port}`);
}
