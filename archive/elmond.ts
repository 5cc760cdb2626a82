/**
 * The archive as elmond answers: a read-only view with its keys, addresses,
 * limits and fixed roll-ups, which are computed from the points when they are
 * asked for.
 *
 * @module
 */

import {
  EVENT_TYPES,
  eventTypeInfo,
  type SummaryType,
} from "../client/event_types.ts";
import { encodeString, indent, type Layout } from "../client/json.ts";
import { FIRST_SECOND, LAST_SECOND } from "../client/parameters.ts";
import {
  type Answer,
  Fault,
  HTML_TYPE,
  jsonAnswer,
  listText,
  pageAnswer,
  Refusal,
} from "./answers.ts";
import type { Archive } from "./archive.ts";
import { readableStatistics, summaryTexts } from "./elmond_summaries.ts";
import { type Page, quotePlus } from "./paging.ts";
import { parseInteger } from "./python.ts";
import type { ArchiveRequest } from "./request.ts";
import { every, fieldConditions, lastOf, timeRangeOf } from "./query.ts";
import type { Condition, Row, Series, Test } from "./store.ts";
import { statisticsText } from "./summaries.ts";
import { BASE, pointText, subjectFields } from "./values.ts";
import { pathOf, SUMMARY_PATHS } from "./writing.ts";

/** Names in order, everything beyond ASCII escaped, numbers digit for digit. */
const LAYOUT: Layout = {
  sorts: true,
  scalar: (text) =>
    text.startsWith('"') ? encodeString(JSON.parse(text)) : text,
};

const ROOT = "/esmond/perfsonar/archive";
const LARGEST_LIMIT = 10_000;
const ALLOW = "HEAD, GET, OPTIONS";

interface FixedSummary {
  type: SummaryType;
  windows: number[];
}

const SUMS: FixedSummary = { type: "aggregation", windows: [300, 3600, 86400] };
const STATISTICS: FixedSummary = {
  type: "statistics",
  windows: [0, 300, 3600, 86400],
};

/** The roll-ups that elmond offers, whatever a test declared. */
const SUMMARIES: Record<string, FixedSummary> = {
  "throughput": { type: "average", windows: [86400] },
  "packet-loss-rate": SUMS,
  "packet-loss-rate-bidir": SUMS,
  "packet-count-sent": SUMS,
  "packet-count-lost": SUMS,
  "packet-count-lost-bidir": SUMS,
  "histogram-owdelay": STATISTICS,
  "histogram-rtt": STATISTICS,
};

/** Announced by elmond, and not known to it when asked for. */
const UNREADABLE = new Set(["histogram-ttl-reverse"]);

/** Kept by elmond, and a crash when searched for. */
const UNSEARCHABLE = new Set(["failures", "packet-trace-multi"]);

/** Every test has this one. */
const RUN_HREF = "pscheduler-run-href";

const NOT_FOUND =
  "The requested URL was not found on the server. If you entered the URL " +
  "manually please check your spelling and try again.";

/** Answers a request as elmond does. */
export async function answerElmond(
  archive: Archive,
  request: ArchiveRequest,
): Promise<Answer> {
  try {
    const answer = await route(archive, request);
    return request.method === "HEAD" ? { ...answer, body: "" } : answer;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return pageAnswer(error.status, error.detail, error.headers);
  }
}

async function route(
  archive: Archive,
  request: ArchiveRequest,
): Promise<Answer> {
  const { url } = request;
  const parts = partsOf(url.pathname);
  const handler = parts && HANDLERS[parts.length];
  if (!handler) throw new Refusal(NOT_FOUND, 404);
  if (request.method === "OPTIONS") {
    return {
      status: 200,
      body: "",
      type: HTML_TYPE,
      headers: { allow: ALLOW },
    };
  }
  if (!["GET", "HEAD"].includes(request.method)) {
    throw new Refusal("The method is not allowed for the requested URL.", 405, {
      allow: ALLOW,
    });
  }
  return jsonAnswer(`${indent(await handler(archive, url, parts), LAYOUT)}\n`);
}

/**
 * What follows the root of the archive; `undefined` for addresses that are
 * none.
 */
function partsOf(path: string): string[] | undefined {
  if (path === ROOT) return [];
  if (!path.startsWith(`${ROOT}/`)) return undefined;
  try {
    const parts = decodeURIComponent(path.slice(ROOT.length + 1)).split("/");
    if (parts.length === 1 && parts[0] === "") return [];
    return parts.includes("") ? undefined : parts;
  } catch {
    return undefined;
  }
}

type Handler = (
  archive: Archive,
  url: URL,
  parts: string[],
) => string | Promise<string>;

/** By the number of parts of the address. */
const HANDLERS: Record<number, Handler> = {
  0: listTests,
  1: oneTest,
  4: data,
};

// ---- tests

async function listTests(archive: Archive, url: URL): Promise<string> {
  const { store } = archive;
  const query = url.searchParams;
  const page = pageOf(query, archive.pageSize);
  const where = every([
    ...await fieldConditions(query, archive.resolve, {
      "tool-name": (name) => ({
        sql: "tool_name = ? OR tool_name = ?",
        values: [name, `pscheduler/${name}`],
      }),
      "metadata-key": (key) => ({ sql: "checksum = ?", values: [key] }),
      "subject-type": subjectCondition,
    }),
    ...eventTypeCondition(query),
    resultCondition(query, archive.seconds()),
  ]);
  const total = store.countTests(where);
  const tests = store.eachTest(where, LATEST_FIRST, page.limit, page.offset);
  const entries = tests.map((test, index) =>
    entryOf(test, url, index === 0 ? pagingOf(url, page, total) : {})
  );
  return listText(entries, archive.limits.answer);
}

const LATEST_FIRST = "(SELECT max(latest) FROM (SELECT (SELECT max(ts) " +
  "FROM point WHERE point.series = series.id) AS latest FROM series " +
  "WHERE series.test = test.id)) DESC, key";

function subjectCondition(value: string): Condition {
  if (!["point-to-point", "network-element"].includes(value)) {
    throw new Refusal(`Invalid subject type ${value}`);
  }
  return { sql: "subject_type = ?", values: [value] };
}

/**
 * Elmond turns these into types of tests; what it has no such type for breaks
 * it.
 */
function eventTypeCondition(query: URLSearchParams): Condition[] {
  const [eventType, type, window] = [
    "event-type",
    "summary-type",
    "summary-window",
  ].map((name) => lastOf(query, name));
  if (eventType !== undefined) checkSearchable(eventType);
  let names = eventType === undefined ? undefined : [eventType];
  if (type !== undefined || window !== undefined) {
    names = Object.keys(SUMMARIES).filter((name) =>
      (eventType === undefined || name === eventType) &&
      (type === undefined || SUMMARIES[name]!.type === type) &&
      (window === undefined ||
        SUMMARIES[name]!.windows.includes(Number(window)))
    );
    if (names.length === 0) throw new Fault("there is no such roll-up");
  }
  if (!names) return [];
  return [{
    sql: "EXISTS (SELECT 1 FROM series WHERE test = test.id AND event_type " +
      `IN (${names.map(() => "?").join(",")}))`,
    values: names,
  }];
}

function checkSearchable(eventType: string): void {
  if (!eventTypeInfo(eventType) || UNSEARCHABLE.has(eventType)) {
    throw new Fault(`${eventType} cannot be searched for`);
  }
}

/**
 * Elmond knows tests by their results: without any (in the window) there is no
 * test.
 */
function resultCondition(query: URLSearchParams, now: number): Condition {
  const { start, end } = timeRangeOf(query, now);
  return {
    sql:
      "EXISTS (SELECT 1 FROM series JOIN point ON point.series = series.id " +
      "WHERE series.test = test.id AND ts BETWEEN ? AND ?)",
    values: [start ?? FIRST_SECOND, end ?? LAST_SECOND],
  };
}

function oneTest({ store }: Archive, url: URL, [key]: string[]): string {
  const test = store.test(key!, "checksum");
  if (!test) throw new Refusal(NOT_FOUND, 404);
  return entryOf(test, url, {});
}

function entryOf(
  test: Test,
  url: URL,
  paging: Record<string, unknown>,
): string {
  const uri = `${ROOT}/${test.checksum}`;
  const parts = test.parameters.map(({ name, json }) =>
    `${JSON.stringify(name.replaceAll("_", "-"))}:${json}`
  );
  const fields = JSON.stringify({
    "event-types": eventTypesOf(test, uri),
    ...subjectFields(test),
    "subject-type": test.subjectType,
    "metadata-key": test.checksum,
    uri,
    // The real one doubles the path and keeps the query, so a client that uses
    // it is found out.
    "url": `https://${url.host}${ROOT}${uri}${url.search}`,
    ...paging,
  });
  return `{${[...parts, fields.slice(1)].join(",")}`;
}

const ORDER = EVENT_TYPES.map(({ name }) => name);

function eventTypesOf({ series, created }: Test, uri: string) {
  const names = series.map(({ info }) => info.name)
    .filter((name) => name !== RUN_HREF)
    .sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  return [...names, RUN_HREF].map((name) => ({
    "base-uri": `${uri}/${name}/base/0`,
    "event-type": name,
    "time-updated": created,
    "summaries": (SUMMARIES[name]?.windows ?? []).map((window) => ({
      "event-type": name,
      "summary-type": SUMMARIES[name]!.type,
      "summary-window": window,
      "uri": `${uri}/${name}/${pathOf(SUMMARIES[name]!.type)}/${window}`,
    })),
  }));
}

// ---- pages

function pageOf(query: URLSearchParams, pageSize: number): Page {
  const limit = numberOf(query, "limit") ?? pageSize;
  if (limit > LARGEST_LIMIT) {
    throw new Refusal(`limit must not be larger than ${LARGEST_LIMIT}`);
  }
  return { limit, offset: numberOf(query, "offset") ?? 0 };
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = lastOf(query, name);
  if (text === undefined) return undefined;
  const value = parseInteger(text);
  if (typeof value !== "number" || value < 0) {
    throw new Refusal(`${name} must be an integer`);
  }
  return value;
}

function pagingOf(url: URL, { limit, offset }: Page, total: number) {
  const after = offset + limit;
  return {
    "metadata-count-total": total,
    "metadata-previous-page": offset > 0
      ? pageAddress(url, Math.min(limit, offset), Math.max(0, offset - limit))
      : null,
    "metadata-next-page": after < total
      ? pageAddress(url, Math.min(limit, total - after), after)
      : null,
  };
}

/** Parameters stay where they are; new ones come last. */
function pageAddress(url: URL, limit: number, offset: number): string {
  const query = new URLSearchParams(url.search);
  query.set("limit", String(limit));
  query.set("offset", String(offset));
  const pairs = [...query].map(([name, value]) =>
    `${quotePlus(name)}=${quotePlus(value)}`
  );
  return `${url.origin}${url.pathname}?${pairs.join("&")}`;
}

// ---- data

function data(archive: Archive, url: URL, parts: string[]): string {
  const { store } = archive;
  const query = url.searchParams;
  const [key, eventType, path, window] = parts;
  if (!eventTypeInfo(eventType!) || UNREADABLE.has(eventType!)) {
    throw new Refusal(`Unrecognized event type ${eventType}`);
  }
  const type = checkSummary(eventType!, path!, window!);
  const { start, end } = timeRangeOf(query, archive.seconds());
  const page = pageOf(query, archive.pageSize);
  const series = store.test(key!, "checksum")?.series
    .find(({ info }) => info.name === eventType);
  if (!series) return "[]";
  const seconds = Number(window);
  const rows = (limit: number, offset: number) =>
    store.rows(
      { series: series.id },
      start ?? FIRST_SECOND,
      end ?? LAST_SECOND,
      limit,
      offset,
    );
  const isPaged = seconds === 0;
  const points = isPaged
    ? rows(page.limit, page.offset).map((row) =>
      pointText(row.ts, show(series, type, row))
    )
    : summaryTexts(series, type as SummaryType, seconds, rows(Infinity, 0))
      .map(([ts, text]) => pointText(ts, text));
  return listText(points, archive.limits.answer);
}

function checkSummary(eventType: string, path: string, window: string) {
  const type = SUMMARY_PATHS.get(path);
  const fixed = SUMMARIES[eventType];
  if (type === undefined || (type !== "base" && type !== fixed?.type)) {
    throw new Refusal(`${path} is not a supported summary_type`);
  }
  const windows = type === "base" ? [0] : fixed!.windows;
  if (!windows.some((one) => String(one) === window)) {
    throw new Refusal(`${window} is not a supported summary_window`);
  }
  return type;
}

/**
 * The value of one point; integers stay integers, which esmond makes floats of.
 */
function show({ info }: Series, type: string, row: Row): string {
  if (type === "statistics") {
    return statisticsText(readableStatistics(row.json!));
  }
  return info.valueClass === "integer"
    ? row.number!
    : BASE[info.valueClass](row);
}
