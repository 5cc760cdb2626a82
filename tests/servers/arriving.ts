/**
 * An archive whose points arrive when a test says so, by its own clock: a list
 * that is filtered by time as in either dialect, and data by window.
 */

import type { Handler } from "./serve.ts";
import { json } from "./serve.ts";

const ROOT = "/esmond/perfsonar/archive/";

/** Its clock when it begins, in seconds since 1970 UTC. */
export const BEGIN = 1456790400; // 2016-03-01

/** A value, as its JSON text. */
interface Point {
  ts: number;
  text: string;
}

interface Series {
  points: Point[];
  updated: number;
}

/** An archive. */
export class ArrivingArchive {
  /** Its clock, in seconds since 1970 UTC. */
  clock = BEGIN;
  /** Whether it tells the time. */
  hasDate = true;
  /** What was asked. */
  asked: URL[] = [];
  /** Answers in its place, if anything. */
  misbehave: (
    url: URL,
  ) => Response | undefined | Promise<Response | undefined> = () => undefined;
  readonly #isElmond: boolean;
  /** By the address of the data below the root: `KEY/EVENT-TYPE/base`. */
  readonly #series = new Map<string, Series>();

  /** Has nothing yet. */
  constructor(dialect: "esmond" | "elmond" = "esmond") {
    this.#isElmond = dialect === "elmond";
  }

  /** A point arrives; esmond has one a second, elmond any number. */
  put(path: string, ts: number, val: unknown = ts % 1000): void {
    const series = this.#series.get(path) ?? { points: [], updated: NaN };
    this.#series.set(path, series);
    const { points } = series;
    if (!this.#isElmond) forget(points, ts);
    const after = points.findLastIndex((each) => each.ts <= ts) + 1;
    points.splice(after, 0, { ts, text: JSON.stringify(val) });
    series.updated = this.clock;
  }

  /** What a second has becomes another value. */
  correct(path: string, ts: number, val: unknown): void {
    forget(this.#series.get(path)!.points, ts);
    this.put(path, ts, val);
  }

  /** A series is there no more. */
  remove(path: string): void {
    this.#series.delete(path);
  }

  /** A point is there no more. */
  forget(path: string, ts: number): void {
    forget(this.#series.get(path)!.points, ts);
  }

  /** Answers a request. */
  readonly answer: Handler = async (_, url) => {
    this.asked.push(url);
    const response = await this.misbehave(url) ?? this.#answer(url);
    if (this.hasDate) {
      response.headers.set("date", new Date(this.clock * 1000).toUTCString());
    }
    return response;
  };

  /** What was asked of the list or of data, without the origin. */
  get requests(): string[] {
    return this.asked.map(({ pathname, searchParams }) =>
      `${pathname.slice(ROOT.length)} ${searchParams.get("time-start")}`.trim()
    );
  }

  #answer({ pathname, searchParams }: URL): Response {
    const read = (name: string, otherwise: number) =>
      Number(searchParams.get(name) ?? otherwise);
    const from = read("time-start", 0);
    if (pathname === ROOT) return this.#list(from);
    const series = this.#series.get(
      pathname.slice(ROOT.length).replace(/\/base\/0$/, "/base"),
    );
    const to = read("time-end", Infinity);
    const offset = read("offset", 0);
    const inWindow = (series?.points ?? [])
      .filter(({ ts }) => ts >= from && ts <= to);
    return json(
      `[${
        inWindow.slice(offset, offset + read("limit", 1000))
          .map(({ ts, text }) => `{"ts":${ts},"val":${text}}`)
      }]`,
    );
  }

  #list(from: number): Response {
    const names = [...this.#series.keys()].map((path) => path.split("/"));
    const keys = new Set(names.map(([key]) => key!));
    const tests = [...keys].filter((key) =>
      names.some(([other, ...rest]) =>
        key === other && this.#isSince([key, ...rest].join("/"), from)
      )
    ).map((key) => this.#describe(key, names));
    const headers = this.#isElmond ? {} : { allow: "GET" };
    return json(tests, { headers });
  }

  /** Whether it was written to since (esmond), or has something since then. */
  #isSince(path: string, from: number): boolean {
    const { points, updated } = this.#series.get(path)!;
    return this.#isElmond
      ? points.some(({ ts }) => ts >= from)
      : updated >= from;
  }

  #describe(key: string, names: string[][]): Record<string, unknown> {
    const own = names.filter(([other]) => other === key);
    const base = this.#isElmond ? "base/0" : "base";
    return {
      "metadata-key": key,
      "uri": `${ROOT}${key}/`,
      "source": "192.0.2.11",
      "destination": "192.0.2.21",
      "tool-name": "made up",
      "event-types": [...new Set(own.map(([, name]) => name!))].map((name) => ({
        "event-type": name,
        "base-uri": `${ROOT}${key}/${name}/${base}`,
        "time-updated": this.#series.get(`${key}/${name}/base`)?.updated ??
          null,
        "summaries": own.filter(([, other, kind]) =>
          name === other && kind !== "base"
        ).map(([, , kind, window]) => ({
          "summary-type": kind!.replace(/s$/, ""),
          "summary-window": this.#isElmond ? Number(window) : window,
          "uri": `${ROOT}${key}/${name}/${kind}/${window}`,
        })),
      })),
    };
  }
}

function forget(points: Point[], ts: number): void {
  for (let at = points.length - 1; at >= 0; at--) {
    if (points[at]!.ts === ts) points.splice(at, 1);
  }
}
