/**
 * The esmond dialect: addresses, methods, and what each of them reads or
 * writes.
 *
 * @module
 */

import { eventTypeInfo } from "../client/event_types.ts";
import {
  type Answer,
  detailAnswer,
  Fault,
  HTML_TYPE,
  jsonAnswer,
  listText,
  pageAnswer,
  Refusal,
} from "./answers.ts";
import { authenticate, checkAcceptable } from "./access.ts";
import type { Archive } from "./archive.ts";
import { readBody, readJson } from "./body.ts";
import { copiedEntry } from "./copied_entry.ts";
import { whenFree } from "./database.ts";
import { describe } from "./describe.ts";
import {
  linkHeader,
  neighboursOf,
  pageOf,
  readPage,
  type View,
} from "./paging.ts";
import { parseInteger } from "./python.ts";
import type { ArchiveRequest } from "./request.ts";
import { every, fieldConditions, lastOf, timeRangeOf } from "./query.ts";
import type { Condition, Series, Test } from "./store.ts";
import { BASE, given, showSummary, subjectFields } from "./values.ts";
import { pathOf, postPoint, putPoints, SUMMARY_PATHS } from "./writing.ts";

/** One request, parsed. */
interface Call {
  readonly archive: Archive;
  readonly request: ArchiveRequest;
  readonly url: URL;
  /** The part of the path before `/perfsonar`. */
  readonly mount: string;
  /** The variable parts of the path. */
  readonly parts: string[];
  /** Seconds since 1970 UTC. */
  readonly now: number;
}

type Handler = (call: Call) => Answer | Promise<Answer>;

interface Route {
  /** The path after the mount point. */
  readonly path: RegExp;
  /** Whether the path without its closing slash redirects to it. */
  readonly redirects?: boolean;
  /**
   * The methods in the order of the header `Allow`; HEAD and OPTIONS are
   * implied.
   */
  readonly methods: Record<string, Handler>;
}

const SEGMENT = String.raw`([\w.\-]+)`;
const DATA = String.raw`^\/perfsonar\/archive\/${SEGMENT}\/${SEGMENT}`;
const ONE_TEST = { GET: getTest, PUT: putTest, PATCH: fail };

const ROUTES: Route[] = [
  {
    path: /^\/perfsonar\/$/,
    redirects: true,
    methods: { GET: getRoot },
  },
  {
    path: /^\/(?:.*\/)?perfsonar\/archive\/$/,
    redirects: true,
    methods: { GET: getList, POST: postTest },
  },
  {
    path: /^\/(?:.*\/)?perfsonar\/archive\/([^/.]+)\/$/,
    redirects: true,
    methods: ONE_TEST,
  },
  {
    path: /^\/(?:.*\/)?perfsonar\/archive\/([^/.]+)\.([a-z0-9]+)\/?$/,
    methods: ONE_TEST,
  },
  {
    path: /^\/(?:.*\/)?perfsonar\/archive\.[a-z0-9]+\/?$/,
    methods: { GET: fail, POST: fail },
  },
  {
    path: new RegExp(`${DATA}\\/?$`),
    methods: { GET: getEventType, POST: postEventType },
  },
  {
    path: new RegExp(`${DATA}\\/${SEGMENT}\\/?$`),
    methods: { GET: getSummaries, POST: postData },
  },
  {
    path: new RegExp(`${DATA}\\/${SEGMENT}\\/${SEGMENT}\\/?$`),
    methods: { GET: getSummaries, POST: postData },
  },
];

/** Answers a request as esmond does. */
export async function answerEsmond(
  archive: Archive,
  request: ArchiveRequest,
): Promise<Answer> {
  const { url } = request;
  const path = decoded(url.pathname);
  const mount = path?.startsWith("/esmond/") ? "/esmond" : "";
  const rest = path?.slice(mount.length);
  const route = rest && ROUTES.find((one) => one.path.test(rest));
  if (!route) return unknownAddress(url, rest);
  const call: Call = {
    archive,
    request,
    url,
    mount,
    parts: route.path.exec(rest)!.slice(1),
    now: archive.seconds(),
  };
  const headers = { allow: allowed(route) };
  try {
    const answer = await dispatch(route, call);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return detailAnswer(error.detail, error.status, {
      ...headers,
      ...error.headers,
    });
  }
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function unknownAddress(url: URL, rest: string | undefined): Answer {
  const isRedirect = rest !== undefined &&
    ROUTES.some(({ path, redirects }) => redirects && path.test(`${rest}/`));
  if (!isRedirect) return pageAnswer(404, "There is nothing at this address.");
  // Two leading slashes would name another host.
  const location = `/${url.pathname.replace(/^\/+/, "")}/${url.search}`;
  return { status: 301, body: "", type: HTML_TYPE, headers: { location } };
}

function allowed({ methods }: Route): string {
  return [...Object.keys(methods), "HEAD", "OPTIONS"].join(", ");
}

async function dispatch(route: Route, call: Call): Promise<Answer> {
  const { archive, request, url } = call;
  checkAcceptable(
    request,
    lastOf(url.searchParams, "format") || call.parts.find(isFormat(route)),
  );
  authenticate(archive.access, request);
  const { method } = request;
  if (method === "OPTIONS") return describeRoute();
  const handler = route.methods[method === "HEAD" ? "GET" : method];
  if (!handler) throw new Refusal(`Method "${method}" not allowed.`, 405);
  const answer = await handler(call);
  return method === "HEAD" ? { ...answer, body: "" } : answer;
}

/** The second part of `KEY.json` is a format. */
function isFormat({ path, methods }: Route) {
  return (_: string, index: number) =>
    methods === ONE_TEST && path.source.includes("[a-z0-9]") && index === 1;
}

function describeRoute(): Answer {
  return jsonAnswer(
    '{"name":"","description":"","renders":["application/json"],' +
      '"parses":["application/json"]}',
  );
}

function fail(): never {
  throw new Fault("The original crashes here");
}

function getRoot({ url, mount }: Call): Answer {
  const archive = `${url.origin}${mount}/perfsonar/archive/`;
  return jsonAnswer(JSON.stringify({ archive }));
}

// ---- tests

async function getList({ archive, url, mount, now }: Call): Promise<Answer> {
  const query = url.searchParams;
  const where = every([
    ...await fieldConditions(query, archive.resolve),
    ...seriesCondition(query, now),
  ]);
  const page = pageOf(query, archive.pageSize);
  const count = archive.store.countTests(where);
  // Those that were posted here, then copies, as their sources list them.
  const order = "place, key";
  const tests = archive.store.eachTest(where, order, page.limit, page.offset);
  const neighbours = neighboursOf(url, page, count);
  const paging = {
    "metadata-count-total": count,
    "metadata-previous-page": neighbours.previous,
    "metadata-next-page": neighbours.next,
  };
  const entries = tests.map((test, index) =>
    entryText(test, url, mount, index === 0 ? paging : {})
  );
  return jsonAnswer(
    listText(entries, archive.limits.answer),
    200,
    linkHeader(neighbours),
  );
}

/**
 * One and the same series must satisfy the conditions on event type, summary
 * type, window, and time of the last write.
 */
function seriesCondition(query: URLSearchParams, now: number): Condition[] {
  const { start, end } = timeRangeOf(query, now);
  const [eventType, type, window] = [
    "event-type",
    "summary-type",
    "summary-window",
  ].map((name) => lastOf(query, name));
  const conditions: Condition[] = [];
  if (eventType !== undefined) {
    conditions.push({ sql: "event_type = ?", values: [eventType] });
  }
  if (start !== undefined) {
    conditions.push({ sql: "time_updated >= ?", values: [start] });
  }
  if (end !== undefined) {
    conditions.push({ sql: "time_updated <= ?", values: [end] });
  }
  if (type !== undefined || window !== undefined) {
    conditions.push(summaryCondition(type, window));
  }
  if (conditions.length === 0) return [];
  const { sql, values } = every(conditions);
  return [{
    sql: `EXISTS (SELECT 1 FROM series WHERE test = test.id AND ${sql})`,
    values,
  }];
}

function summaryCondition(
  type: string | undefined,
  window: string | undefined,
): Condition {
  const seconds = window === undefined ? undefined : parseInteger(window);
  if (window !== undefined && typeof seconds !== "number") {
    throw new Fault(`summary-window=${window} is not an integer`);
  }
  const isBase = (type ?? "base") === "base" && (seconds ?? 0) === 0;
  const declared: Condition[] = [];
  if (type !== undefined) declared.push({ sql: "type = ?", values: [type] });
  if (seconds !== undefined) {
    declared.push({ sql: "seconds = ?", values: [seconds] });
  }
  const { sql, values } = every(declared);
  return {
    sql: `${isBase ? 1 : 0} OR EXISTS ` +
      `(SELECT 1 FROM summary WHERE series = series.id AND ${sql})`,
    values,
  };
}

function getTest({ archive, url, mount, parts }: Call): Answer {
  const [key, format] = parts;
  const test = archive.store.test(key!);
  if (!test) throw new Refusal("Not found.", 404);
  const self = `${mount}/perfsonar/archive/${key}`;
  return jsonAnswer(
    entryText(test, url, mount, {}, format ? `${self}.${format}` : `${self}/`),
  );
}

async function postTest(call: Call): Promise<Answer> {
  const { archive, request, url, mount, now } = call;
  const body = await readJson(request, archive.limits);
  if (body === "null") {
    return jsonAnswer('{"non_field_errors":["No data provided"]}', 400);
  }
  const { test: wanted, posted } = describe(body);
  const { test, isNew } = await whenFree(
    archive.limits.busyMs,
    () => archive.store.transaction(() => archive.store.findOrAdd(wanted, now)),
  );
  // A new test is shown with its addresses as posted, an existing one as
  // stored.
  const entry = entryText(test, url, mount, isNew ? posted : {});
  return jsonAnswer(entry, 201, {
    location: addressOf(url, `${mount}/perfsonar/archive/${test.key}/`),
  });
}

/** The address of a test. */
function addressOf(url: URL, self: string): string {
  const format = lastOf(url.searchParams, "format");
  const suffix = format === undefined
    ? ""
    : `?format=${encodeURIComponent(format)}`;
  return `${url.origin}${self}${suffix}`;
}

/** A test as JSON, with some more fields, or others in the place of its own. */
function entryText(
  test: Test,
  url: URL,
  mount: string,
  more: Readonly<Record<string, unknown>>,
  self = `${mount}/perfsonar/archive/${test.key}/`,
): string {
  const address = addressOf(url, self);
  return test.entry === null
    ? JSON.stringify({ ...entryOf(test, address, self), ...more })
    : copiedEntry(test, test.entry, { address, self, more });
}

function entryOf(
  test: Test,
  address: string,
  self: string,
): Record<string, unknown> {
  const parameters = test.parameters.map(({ name, value }) =>
    [name.replaceAll("_", "-"), value] as const
  );
  return {
    ...Object.fromEntries(parameters),
    "url": address,
    "metadata-key": test.key,
    "subject-type": test.subjectType,
    "event-types": test.series.map((series) => eventTypeOf(series, self)),
    ...subjectFields(test),
    "uri": self,
  };
}

function eventTypeOf(series: Series, self: string): Record<string, unknown> {
  const uri = `${self}${series.info.name}`;
  return {
    "base-uri": `${uri}/base`,
    "event-type": series.info.name,
    "time-updated": series.timeUpdated,
    "summaries": summariesOf(series, uri),
  };
}

function summariesOf(
  { summaries, timeUpdated }: Series,
  uri: string,
): Record<string, unknown>[] {
  return summaries.flatMap(({ type, seconds, times }) =>
    Array.from({ length: times }, () => ({
      "uri": `${uri}/${pathOf(type)}/${seconds}`,
      "summary-type": type,
      "summary-window": String(seconds),
      "time-updated": timeUpdated,
    }))
  );
}

// ---- event types and data

function getEventType({ archive, mount, parts }: Call): Answer {
  const [key, name] = parts;
  const series = archive.store.series(key!, name!);
  const self = `${mount}/perfsonar/archive/${key}/`;
  return jsonAnswer(JSON.stringify(series ? [eventTypeOf(series, self)] : []));
}

function getSummaries(call: Call): Answer {
  const { archive, mount, parts } = call;
  const [key, eventType, path, window] = parts;
  const series = archive.store.series(key!, eventType!);
  if (!series && !eventTypeInfo(eventType!)) {
    throw new Refusal(`Unsupported event type '${eventType}' provided`);
  }
  const type = SUMMARY_PATHS.get(path!);
  if (type === undefined) throw new Refusal(`Invalid summary type '${path}'`);
  const seconds = parseInteger(window ?? "0");
  if (seconds === undefined) {
    throw new Refusal("Summary window parameter must be an integer");
  }
  if (window === undefined && type !== "base") {
    const uri = `${mount}/perfsonar/archive/${key}/${eventType}`;
    const list = series?.summaries.filter((one) => one.type === type) ?? [];
    if (list.length === 0) throw new Refusal("Not found.", 404);
    return jsonAnswer(JSON.stringify(
      summariesOf({ ...series!, summaries: list }, uri),
    ));
  }
  return getData(call, series && viewOf(series, type, Number(seconds)));
}

/**
 * The rows behind an address and their form; `undefined` if the test does not
 * keep such data.
 */
function viewOf(
  series: Series,
  type: string,
  seconds: number,
): View | undefined {
  if (type === "base") {
    if (seconds !== 0) return undefined;
    return {
      source: { series: series.id },
      show: BASE[series.info.valueClass],
    };
  }
  const summary = series.summaries.find((one) =>
    one.type === type && one.seconds === seconds
  );
  const show = summary && showSummary(series, summary.type, summary.times);
  if (summary?.copied !== undefined) {
    return {
      source: { series: series.id, seconds, copied: summary.copied },
      show: (row) => row.isGiven || !show ? given(row) : show(row),
    };
  }
  if (!show) return undefined;
  // The statistics of single points describe the last value of each second.
  const isPoint = type === "statistics" && seconds === 0;
  return {
    source: { series: series.id, seconds: isPoint ? undefined : seconds },
    show,
  };
}

/** Seconds from now to the end of a range that has only a start. */
const OPEN_END = 3600;

function getData({ archive, url, now }: Call, view: View | undefined): Answer {
  const query = url.searchParams;
  const asked = timeRangeOf(query, now);
  const range = {
    start: asked.start ?? 0,
    end: asked.end ?? (asked.start === undefined ? now : now + OPEN_END),
  };
  const page = pageOf(query, archive.pageSize);
  const { texts, count } = view
    ? readPage(archive, view, range, query, page)
    : { texts: [], count: 0 };
  const neighbours = neighboursOf(url, page, count);
  return jsonAnswer(`[${texts.join(",")}]`, 200, linkHeader(neighbours));
}

const STORED = jsonAnswer('""', 201);

async function putTest({ archive, request, parts, now }: Call) {
  const { store, limits } = archive;
  const body = await readBody(request, limits);
  await whenFree(
    limits.busyMs,
    () => putPoints(store, parts[0]!, body, now, limits.points),
  );
  return STORED;
}

async function postData({ archive, request, parts, now }: Call) {
  const [key, eventType, summaries] = parts;
  const address = { key: key!, eventType: eventType!, summaries: summaries! };
  const { store, limits } = archive;
  const body = await readBody(request, limits);
  await whenFree(
    limits.busyMs,
    () => postPoint(store, address, body.text, now),
  );
  return STORED;
}

/** As the original: accepts any JSON and stores nothing. */
async function postEventType({ archive, request }: Call): Promise<Answer> {
  await readBody(request, archive.limits);
  return STORED;
}
