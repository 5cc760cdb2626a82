/**
 * The elmond dialect: a read-only view with its own keys, addresses, limits and
 * roll-ups, which are computed from the points on each request.
 *
 * @module
 */

import {
  decodeString,
  encodeString,
  indent,
  type Layout,
} from "../client/json.ts";
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
import { checkAddress, pointsAt } from "./elmond_data.ts";
import { searchCondition } from "./elmond_search.ts";
import {
  announcedFor,
  FIXED_SUMMARIES,
  kindOfTest,
  TEST_TYPE,
  testTypeOf,
  TOOL_PREFIX,
} from "./elmond_types.ts";
import { type Page, quotePlus } from "./paging.ts";
import { parseFloatText, parseInteger } from "./python.ts";
import type { ArchiveRequest } from "./request.ts";
import { firstOf, timeRangeOf } from "./query.ts";
import type { LatestResult, Test } from "./store.ts";
import { subjectFields } from "./values.ts";
import { pathOf } from "./writing.ts";

/** Sorted names, ASCII only, numbers digit for digit. */
const LAYOUT: Layout = {
  sorts: true,
  scalar: (text) =>
    text.startsWith('"') ? encodeString(JSON.parse(text)) : text,
};

const ROOT = "/esmond/perfsonar/archive";
const LARGEST_LIMIT = 10_000;
const ALLOW = "HEAD, GET, OPTIONS";

const NOT_FOUND =
  "The requested URL was not found on the server. If you entered the URL " +
  "manually please check your spelling and try again.";

/** Answers a request as elmond does. */
export async function answerElmond(
  archive: Archive,
  request: ArchiveRequest,
): Promise<Answer> {
  archive.live?.advance();
  try {
    const answer = await route(archive, request);
    return request.method === "HEAD" ? { ...answer, body: "" } : answer;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return elmondErrorPage(error.status, error.detail, error.headers);
  }
}

/** A page as elmond sends it. */
export function elmondErrorPage(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  return pageAnswer(status, message, headers, HTML_TYPE);
}

async function route(
  archive: Archive,
  request: ArchiveRequest,
): Promise<Answer> {
  const { url } = request;
  if (url.pathname === ROOT) return redirect(url);
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

function redirect(url: URL): Answer {
  const location = `${url.origin}${ROOT}/${url.search}`;
  return elmondErrorPage(308, "", { location });
}

/**
 * The segments after the root of the archive; `undefined` for other paths.
 */
function partsOf(path: string): string[] | undefined {
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

/** By the number of segments. */
const HANDLERS: Record<number, Handler> = {
  0: listTests,
  1: oneTest,
  4: data,
};

// ---- tests

async function listTests(archive: Archive, url: URL): Promise<string> {
  const query = url.searchParams;
  const page = requestedPage(query, archive.pageSize);
  const where = await searchCondition(archive, query);
  const { from, to } = windowOf(archive, query);
  if (page.limit <= 0 || page.offset < 0) {
    throw new Fault("Elmond crashes on such a limit or offset");
  }
  const found = archive.store.byLatestResult(where, from, to);
  const shown = found.slice(page.offset, page.offset + page.limit)
    .flatMap((result) => describable(archive, result) ?? []);
  const total = archive.live?.estimate(found.length) ?? found.length;
  const entries = shown.map((one, index) =>
    entryOf(one, url, index === 0 ? pagingOf(url, page, total) : {})
  );
  return listText(entries, archive.limits.answer);
}

interface Shown {
  test: Test;
  /** When its latest result was measured. */
  latest: number;
}

/**
 * In a live archive a test is hidden while its latest result does not tell the
 * tool, as that of a failed run may not.
 */
function describable(
  { store, live }: Archive,
  { id, latest, hasFailed }: LatestResult,
): Shown | undefined {
  const [test] = store.tests({ sql: "id = ?", values: [id] }, "id", 1, 0);
  const isHidden = live && (hasFailed || test!.toolName === "");
  return isHidden ? undefined : { test: test!, latest };
}

/** The window of a request, as far as its results have arrived. */
function windowOf(
  { seconds, live }: Archive,
  query: URLSearchParams,
): { from: number; to: number } {
  const { start, end } = timeRangeOf(query, seconds(), firstOf);
  return {
    from: start ?? FIRST_SECOND,
    to: Math.min(end ?? LAST_SECOND, live?.now() ?? LAST_SECOND),
  };
}

function oneTest(archive: Archive, url: URL, [key]: string[]): string {
  const where = { sql: "checksum = ?", values: [key!] };
  const { from, to } = windowOf(archive, new URLSearchParams());
  const [result] = archive.store.byLatestResult(where, from, to);
  const shown = result && describable(archive, result);
  if (!shown) {
    throw new Refusal(`Unable to find metadata with key ${key}`, 404);
  }
  return entryOf(shown, url, {});
}

function entryOf(
  { test, latest }: Shown,
  url: URL,
  paging: Record<string, unknown>,
): string {
  const uri = `${ROOT}/${test.checksum}`;
  const kind = kindOfTest(test);
  const type = testTypeOf(kind);
  const subject = subjectFields(test);
  const fields = JSON.stringify({
    ...subject,
    "tool-name": `pscheduler/${test.toolName.replace(TOOL_PREFIX, "")}`,
    "input-source": subject["input-source"] || test.measurementAgent,
    [TEST_TYPE]: type,
    "event-types": announcedFor(kind).map((name) =>
      eventTypeOf(name, uri, latest)
    ),
    "subject-type": test.subjectType,
    "metadata-key": test.checksum,
    uri,
    // As in the original the path is doubled and the query kept, so that
    // clients that use it fail.
    "url": `https://${url.host}${ROOT}${uri}${url.search}`,
    ...paging,
  });
  const parts = [...parametersOf(test, type)].map(([name, json]) =>
    `${JSON.stringify(name.replaceAll("_", "-"))}:${json}`
  );
  return `{${[...parts, fields.slice(1)].join(",")}`;
}

/** The free parameters, and those that elmond always shows. */
function parametersOf(test: Test, type: string): Map<string, string> {
  const found = new Map([["time-duration", "null"]]);
  if (type === "throughput") found.set("ip-transport-protocol", '"tcp"');
  for (const { name, json } of test.parameters) found.set(name, json);
  found.delete(TEST_TYPE);
  const duration = found.get("time-duration")!;
  if (duration.startsWith('"')) {
    const value = parseFloatText(decodeString(duration));
    found.set("time-duration", Number.isFinite(value) ? `${value}` : "null");
  }
  // Before pScheduler, buckets were milliseconds for any width.
  const width = "sample-bucket-width";
  if (found.has(width) && !TOOL_PREFIX.test(test.toolName)) {
    found.set(width, "0.001");
  }
  return found;
}

function eventTypeOf(name: string, uri: string, latest: number) {
  const fixed = FIXED_SUMMARIES[name];
  return {
    "base-uri": `${uri}/${name}/base/0`,
    "event-type": name,
    "time-updated": latest,
    "summaries": (fixed?.windows ?? []).map((window) => ({
      "event-type": name,
      "summary-type": fixed!.type,
      "summary-window": window,
      "uri": `${uri}/${name}/${pathOf(fixed!.type)}/${window}`,
    })),
  };
}

// ---- pages

/** The page that a request asks for; the numbers may be negative. */
function requestedPage(query: URLSearchParams, pageSize: number): Page {
  const limit = numberOf(query, "limit") ?? pageSize;
  const offset = numberOf(query, "offset") ?? 0;
  if (limit > LARGEST_LIMIT) {
    throw new Refusal(`limit parameter cannot exceed ${LARGEST_LIMIT}`);
  }
  return { limit, offset };
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = firstOf(query, name);
  if (!text) return undefined;
  const value = parseInteger(text);
  if (value === undefined) {
    throw new Refusal(`${name} parameter must be an integer`);
  }
  return Number(value);
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

/**
 * Keeps the order of the parameters, drops empty ones, keeps the last of
 * repeated ones, and appends new ones.
 */
function pageAddress(url: URL, limit: number, offset: number): string {
  const query = new Map([...url.searchParams].filter(([, value]) => value));
  query.set("limit", String(limit));
  query.set("offset", String(offset));
  const pairs = [...query].map(([name, value]) =>
    `${quotePlus(name)}=${quotePlus(value)}`
  );
  return `${url.origin}${url.pathname}?${pairs.join("&")}`;
}

// ---- data

function data(archive: Archive, url: URL, parts: string[]): string {
  const [key, eventType, path, window] = parts as [
    string,
    string,
    string,
    string,
  ];
  const seconds = Number(parseInteger(window) ?? NaN);
  if (Number.isNaN(seconds)) {
    throw new Refusal("Summary window must be an int");
  }
  const { limit, offset } = requestedPage(url.searchParams, archive.pageSize);
  const address = { eventType, path, seconds };
  checkAddress(address);
  const range = { ...windowOf(archive, url.searchParams), limit, offset };
  const isPaged = seconds <= 0;
  const isBroken = limit < 0 || offset < 0 || limit + offset > LARGEST_LIMIT;
  if (isPaged && isBroken) {
    throw new Fault("Elmond crashes on such a limit and offset");
  }
  const test = archive.store.test(key, "checksum");
  if (!test) return "[]";
  const points = pointsAt(archive.store, test, address, range);
  return listText(points, archive.limits.answer);
}
