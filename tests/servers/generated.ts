/**
 * An archive of made-up series, each the same on every run: a list of tests,
 * and data by window, limit and offset.
 */

import type { RawHandler, RawReply } from "./raw.ts";
import { pick, seeded } from "./seeded.ts";

/** The list of tests of esmond. */
export const ROOT = "/esmond/perfsonar/archive/";

/**
 * The window that the series are made for: three days, of which the last second
 * is the first of a fourth.
 */
export const FROM = 1456790400;
/** The end of that window, inclusive. */
export const TO = FROM + 3 * 86_400;

/** The options that ask for that window. */
export const WINDOW = ["-S", "2016-03-01", "-E", "2016-03-04T00:00"];

/** One point, and as the archive sends it. */
export interface Point {
  ts: number;
  text: string;
}

/**
 * A series of one test: all its points, in order of time, no two in one second.
 */
export interface Series {
  key: string;
  source: string;
  destination: string | undefined;
  eventType: string;
  points: Point[];
}

/** What a series is made from. */
export interface SeriesPlan {
  key: string;
  eventType: string;
  /** How many points lie in the window. */
  count: number;
  source?: string;
  destination?: string;
  /**
   * The second of the first and that of the last; the whole window if absent.
   */
  between?: [first: number, last: number];
}

/**
 * Makes a series; some points lie before and after the window, so that an end
 * that is not kept to shows.
 */
export function makeSeries(plan: SeriesPlan): Series {
  const { key, eventType, count, between: [first, last] = [FROM, TO] } = plan;
  const random = seeded(`${key} ${eventType}`);
  const step = (last - first) / Math.max(count - 1, 1);
  const times = Array.from({ length: count }, (_, index) => {
    const isEnd = index === 0 || index === count - 1;
    // Not quite regular, but never two in one second.
    const shift = step >= 3 && !isEnd ? random() * (step - 2) : 0;
    return Math.floor(first + index * step + shift);
  });
  const around = count > 1 ? [FROM - 60, FROM - 1, TO + 1, TO + 60] : [];
  return {
    key,
    source: plan.source ?? "192.0.2.11",
    destination: plan.destination ?? "192.0.2.21",
    eventType,
    points: [...around.slice(0, 2), ...times, ...around.slice(2)]
      .map((ts) => ({
        ts,
        text: `{"ts":${ts},"val":${value(eventType, ts)}}`,
      })),
  };
}

/** The points that lie in the window. */
export function pointsInWindow(series: Series): Point[] {
  return series.points.filter(({ ts }) => ts >= FROM && ts <= TO);
}

/** Values as esmond writes them. */
function value(eventType: string, ts: number): string {
  const random = seeded(ts);
  const number = (most: number) => Math.floor(random() * most);
  switch (eventType) {
    case "packet-loss-rate":
      return `0.1${number(1e8)}7`; // no needless zero at the end
    case "histogram-owdelay":
      return `{"${number(9)}.${number(99)}":${1 + number(600)},"${
        10 + number(9)
      }":${1 + number(9)}}`;
    case "failures":
      return JSON.stringify({
        error: pick(['say "no",\nthen ü', "Zeit über 100 µs", ""], random),
      });
    case "packet-trace":
      return `[${
        Array.from(
          { length: 1 + number(6) },
          (_, hop) =>
            `{"ttl":${
              hop + 1
            },"query":1,"success":1,"ip":"192.0.2.${hop}","rtt":${
              number(99)
            }.50,"mtu":1500,"error_message":null}`,
        ).join(",")
      }]`;
    default:
      return `${1 + number(9e9)}.0`;
  }
}

/** One request for data. */
export interface Asked {
  url: URL;
  series: Series;
  window: { start: number; end: number; limit: number; offset: number };
  /** All points of the window, before limit and offset cut a page from them. */
  inWindow: Point[];
  /** What belongs into the answer. */
  page: Point[];
  /** What was last answered of this series. */
  previous: Point[];
  /** How often this place of the series was asked for before. */
  turn: number;
}

/** What is answered instead, if anything. */
export type Misbehaviour = (
  asked: Asked,
) => RawReply | undefined | Promise<RawReply | undefined>;

/** Answers for an archive of these series, unless `misbehave` does. */
export function archiveOf(
  all: readonly Series[],
  misbehave: Misbehaviour = () => undefined,
  misbehaveInList: (url: URL) => RawReply | undefined = () => undefined,
): RawHandler {
  const byPath = new Map(all.map((each) => [pathOf(each), each]));
  const previous = new Map<string, Point[]>();
  const turns = new Map<string, number>();
  return async (url) => {
    if (url.pathname === ROOT) {
      return misbehaveInList(url) ?? { body: JSON.stringify(list(all)) };
    }
    const series = byPath.get(decodeURIComponent(url.pathname));
    if (series === undefined) return { status: 404, body: '{"detail":"?"}' };
    const window = windowOf(url);
    const place = `${url.pathname} ${window.start} ${window.offset}`;
    const turn = turns.get(place) ?? 0;
    turns.set(place, turn + 1);
    const inWindow = between(series.points, window.start, window.end);
    const page = inWindow.slice(window.offset, window.offset + window.limit);
    const asked = { url, series, window, inWindow, page, turn };
    const reply = await misbehave({
      ...asked,
      previous: previous.get(url.pathname) ?? [],
    });
    if (reply !== undefined) return reply;
    previous.set(url.pathname, page);
    return { body: bodyOf(page) };
  };
}

/** Points as they stand in the body of an answer. */
export function bodyOf(points: readonly Point[]): string {
  return `[${points.map(({ text }) => text).join(",")}]`;
}

function pathOf({ key, eventType }: Series): string {
  return `${ROOT}${key}/${eventType}/base`;
}

/** The tests; series of one key belong to one. */
function list(all: readonly Series[]): unknown[] {
  const tests = Map.groupBy(all, ({ key }) => key);
  return [...tests.values()].map((series, index) => ({
    "metadata-key": series[0]!.key,
    "uri": `${ROOT}${series[0]!.key}/`,
    "url": `http://archive.invalid${ROOT}${series[0]!.key}/`,
    "subject-type": "point-to-point",
    "source": series[0]!.source,
    "destination": series[0]!.destination,
    "measurement-agent": series[0]!.source,
    "tool-name": "made up",
    "event-types": series.map((each) => ({
      "event-type": each.eventType,
      "base-uri": pathOf(each).replace(
        each.eventType,
        encodeURIComponent(each.eventType),
      ),
      "time-updated": each.points.at(-1)?.ts ?? null,
      "summaries": [],
    })),
    ...(index === 0
      ? {
        "metadata-count-total": tests.size,
        "metadata-previous-page": null,
        "metadata-next-page": null,
      }
      : {}),
  }));
}

function windowOf({ searchParams }: URL): Asked["window"] {
  const read = (name: string, otherwise: number) =>
    searchParams.has(name) ? Number(searchParams.get(name)) : otherwise;
  return {
    start: read("time-start", 0),
    end: read("time-end", Infinity),
    limit: read("limit", 1500),
    offset: read("offset", 0),
  };
}

/** Those from `start` to `end`, both included. */
function between(points: Point[], start: number, end: number): Point[] {
  const first = firstFrom(points, start);
  return points.slice(first, Math.max(first, firstFrom(points, end + 1)));
}

/** Where the first point stands that is not before this second. */
function firstFrom(points: Point[], ts: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.ts < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}
