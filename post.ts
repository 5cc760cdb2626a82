/**
 * Writing to a perfSONAR measurement archive (esmond): describe a test, then
 * post what it measured.
 *
 * Everything is checked before it is sent, and a write that is interrupted
 * anywhere ends stored once, whole, or with an error that lists which points
 * are stored, which are not, and of which that cannot be told.
 *
 * @example Usage
 * ```ts
 * import { EventTypePost, MetadataPost } from "@esmond/client";
 *
 * const access = { apiKey: "5d1c0ffee5d1c0ffee5d1c0ffee5d1c0ffee5d1c" };
 * const test = new MetadataPost("http://archive.example.net/", {
 *   ...access,
 *   subjectType: "point-to-point",
 *   source: "10.10.0.1",
 *   destination: "10.10.0.2",
 *   toolName: "bwctl/iperf3",
 *   measurementAgent: "10.10.0.2",
 *   inputSource: "host1",
 *   inputDestination: "host2",
 * });
 * test.addEventType("throughput");
 * test.addSummaryType("throughput", "average", [86400]);
 * console.log(test.jsonPayload(true));
 *
 * const points = new EventTypePost("http://archive.example.net/", {
 *   ...access,
 *   metadataKey: "0123456789abcdef0123456789abcdef", // that of await test.postMetadata()
 *   eventType: "throughput",
 * });
 * points.addDataPoint(1397075053, 7016320000); // seconds since 1970 UTC, bits/s
 * console.log(points.jsonPayload()); // await points.postData() sends it
 * ```
 *
 * @module
 */

import { Archive } from "./client/access.ts";
import {
  ArchiveError,
  ArchiveHttpError,
  ArchiveResponseError,
  type PostedPoint,
  PostError,
} from "./client/errors.ts";
import {
  EVENT_TYPES,
  type EventTypeInfo,
  eventTypeInfo,
  SUMMARY_TYPES,
  type SummaryType,
} from "./client/event_types.ts";
import {
  ArchiveAddress,
  type HttpAnswer,
  readObject,
  request,
  sleep,
} from "./client/http.ts";
import { indent } from "./client/json.ts";
import { type Batch, type KnownTest, Outbox } from "./client/outbox.ts";
import {
  LAST_SECOND,
  OPTIONAL_ARGUMENTS,
  SUBJECT_TYPES,
  TEST_ARGUMENTS,
} from "./client/parameters.ts";
import { DEFAULT_POLICY, delayAfter } from "./client/retry.ts";
import { encodeValue, type PostValue, problemWith } from "./client/values.ts";
import { ARCHIVE_FIELDS, type WireMetadata } from "./client/wire.ts";
import { ApiFilters, Metadata } from "./query.ts";

export { PostDataError, type PostedPoint, PostError } from "./client/errors.ts";
export { JsonText, type PostValue } from "./client/values.ts";

/**
 * How an archive is written to.
 *
 * @example Usage
 * ```ts
 * import { EventTypeBulkPost, type PostOptions } from "@esmond/client";
 *
 * const access: PostOptions = { apiKey: "secret", timeout: 60 };
 * const metadataKey = "0123456789abcdef0123456789abcdef";
 * const post = new EventTypeBulkPost("http://archive.example.net/", { ...access, metadataKey });
 * console.log(post.jsonPayload());
 * ```
 */
export interface PostOptions {
  /** The user that the key belongs to; it is not sent. */
  username?: string;
  /** The API key; sent only to the archive named. */
  apiKey?: string;
  /**
   * Where the web server mounts the archive; `null`, empty or `/` for nowhere.
   *
   * @default {"esmond"}
   */
  scriptAlias?: string | null;
  /**
   * Seconds without a byte after which a request is given up; 0 for no limit.
   *
   * @default {20}
   */
  timeout?: number;
  /**
   * Whether certificates are verified; `false` needs a `fetch` that does not.
   *
   * @default {true}
   */
  sslVerify?: boolean;
  /**
   * Further tries of a request that failed in a way that may pass; a write is
   * repeated only where it cannot be stored twice.
   *
   * @default {3}
   */
  retries?: number;
  /**
   * How large an answer may be, in bytes, when it is decompressed: what is
   * larger is an error, and is not read to its end. Less than 512 MiB.
   *
   * @default {134217728}
   */
  maxResponse?: number;
  /**
   * Make sure, before data is sent, that the test exists and was created with
   * its event types, and which of the points it has: an archive answers success
   * all the same, and stores nothing.
   *
   * @default {true}
   */
  verify?: boolean;
  /** What to fetch with instead of the platform's `fetch`. */
  fetch?: typeof fetch;
  /**
   * Report every request to `log`.
   *
   * @default {false}
   */
  verbose?: boolean;
  /**
   * Told, a line each, of warnings and retries, and of every request if
   * `verbose`.
   */
  log?: (line: string) => void;
  /** Ends every request when it fires; its reason is thrown. */
  signal?: AbortSignal;
}

/**
 * A test to be described; see {@linkcode MetadataPost}.
 *
 * @example Usage
 * ```ts
 * import { MetadataPost, type MetadataPostOptions } from "@esmond/client";
 *
 * const clock: MetadataPostOptions = {
 *   subjectType: "network-element",
 *   source: "192.0.2.10",
 *   toolName: "ntp",
 *   measurementAgent: "192.0.2.10",
 *   inputSource: "host1.example",
 * };
 * console.log(new MetadataPost("http://archive.example.net/", clock).jsonPayload());
 * ```
 */
export interface MetadataPostOptions extends PostOptions {
  /**
   * `point-to-point`, or `network-element` for what has no far end. Required.
   */
  subjectType?: string;
  /** Address of the near end. Required. */
  source?: string;
  /** Address of the far end. Required, unless for a network element. */
  destination?: string;
  /** The tool, such as `bwctl/iperf3`. Required. */
  toolName?: string;
  /** Address of the host that runs the test. Required. */
  measurementAgent?: string;
  /** The near end as the tester wrote it. Required. */
  inputSource?: string;
  /**
   * The far end as the tester wrote it. Required, unless for a network element.
   */
  inputDestination?: string;
  /** How long one test runs, in seconds. */
  timeDuration?: number | string;
  /** `tcp`, `udp` or `icmp`. */
  ipTransportProtocol?: string;
}

/**
 * Describes a test to an archive.
 *
 * @example Usage
 * ```ts
 * import { MetadataPost } from "@esmond/client";
 *
 * const test = new MetadataPost("http://archive.example.net/", {
 *   apiKey: "secret",
 *   subjectType: "point-to-point",
 *   source: "10.10.0.1",
 *   destination: "10.10.0.2",
 *   toolName: "powstream",
 *   measurementAgent: "10.10.0.1",
 *   inputSource: "host1",
 *   inputDestination: "host2",
 * });
 * test.addEventType("packet-loss-rate");
 * test.addSummaryType("packet-count-sent", "aggregation", [3600, 86400]);
 * test.addFreeformKeyValue("ip-packet-size", 20);
 * console.log(test.jsonPayload(true)); // await test.postMetadata() sends it
 * ```
 */
export class MetadataPost {
  readonly #access: Access;
  readonly #given: MetadataPostOptions;
  readonly #eventTypes = new Map<string, Map<SummaryType, Window[]>>();
  readonly #freeform = new Map<string, string>();

  /**
   * Nothing is checked or sent yet.
   *
   * @param apiUrl Scheme, host and port of the archive.
   * @param options What is tested, and how the archive is written to.
   * @throws {FilterError} for an address that is none, and for options out of
   * range.
   */
  constructor(apiUrl: string | URL, options: MetadataPostOptions) {
    this.#access = new Access(apiUrl, options);
    this.#given = { ...options };
  }

  /**
   * Adds an event type; one that was added already is skipped, with a warning.
   *
   * @param eventType Its name, such as `throughput`.
   * @throws {PostError} for a name that archives do not know.
   */
  addEventType(eventType: string): void {
    requireEventType(eventType);
    if (this.#eventTypes.has(eventType)) {
      this.#access.warn(`Event type ${eventType} already exists - skipping`);
    } else this.#eventTypes.set(eventType, new Map());
  }

  /**
   * Adds roll-ups to an event type, and the event type if need be. Earlier
   * windows of the same kind are replaced.
   *
   * @param eventType The name of the event type.
   * @param summaryType `aggregation`, `average` or `statistics`.
   * @param windows The windows, in whole seconds; 0 is one value for each
   * point.
   * @throws {PostError} for what archives cannot compute, and for windows that
   * are none.
   */
  addSummaryType(
    eventType: string,
    summaryType: string,
    windows: readonly (number | string)[],
  ): void {
    const info = requireEventType(eventType);
    if (!info.summaries.includes(summaryType as SummaryType)) {
      const allowed = info.summaries.join(", ") || "none";
      throw new PostError(
        "summaryType",
        SUMMARY_TYPES.includes(summaryType as SummaryType)
          ? `an archive cannot compute the ${summaryType} of ${eventType}: ${allowed}`
          : `${summaryType} is no summary type: ${SUMMARY_TYPES.join(", ")}`,
      );
    }
    for (const window of windows) {
      const isWhole = /^\d+$/.test(String(window).trim());
      if (isWhole && Number.isSafeInteger(Number(window))) continue;
      throw new PostError(
        "windows",
        `Invalid summary window int: ${window}; give whole seconds, such as 3600`,
      );
    }
    if (windows.length === 0) {
      this.#access.warn("No summary windows were defined - skipping");
      return;
    }
    const summaries = this.#eventTypes.get(eventType) ?? new Map();
    const others = [...summaries].filter(([type]) => type !== summaryType);
    // An archive fails on windows that are partly text and partly numbers.
    const isMixed = new Set(windows.map((window) => typeof window)).size > 1;
    this.#eventTypes.set(
      eventType,
      new Map([
        [summaryType, isMixed ? windows.map(Number) : [...windows]],
        ...others,
      ]),
    );
  }

  /**
   * Adds a parameter of the test; one that is there already is skipped, with a
   * warning.
   *
   * @param key Its wire name, such as `bw-parallel-streams`; underscores become
   * dashes.
   * @param value Its value; an archive keeps it as text.
   * @throws {PostError} for `null` and other values that archives cannot keep,
   * and for names that are theirs.
   */
  addFreeformKeyValue(key: string, value: PostValue): void {
    const name = key.replaceAll("_", "-");
    if (name === "" || ARCHIVE_FIELDS.includes(name)) {
      throw new PostError("key", `"${key}" cannot be the name of a parameter`);
    }
    if (value === null || value === undefined) {
      throw new PostError("value", `${key} has no value: leave it out instead`);
    }
    if (this.#members().some(([taken]) => taken === name)) {
      this.#access.warn(`Payload key ${name} exists - skipping`);
      return;
    }
    this.#freeform.set(name, encode("value", value));
  }

  /**
   * What is sent.
   *
   * @param pretty Indent by 4.
   * @returns JSON.
   * @throws {PostError} that names the argument, for one that is required and
   * missing.
   */
  jsonPayload(pretty = false): string {
    this.#requireArguments();
    const members = this.#members()
      .map(([name, value]) => `${JSON.stringify(name)}: ${value}`);
    return layOut(`{${members.join(", ")}}`, pretty);
  }

  /**
   * Sends the description. The same one again gives the test that exists.
   *
   * @returns The test, as one that is read; its key is needed to post data.
   * @throws {PostError} for a description that is not complete; nothing was
   * sent.
   * @throws {ArchiveError} (one of its kinds) when the archive refuses it or
   * cannot be reached.
   */
  async postMetadata(): Promise<Metadata> {
    const body = this.jsonPayload();
    const { archive } = this.#access;
    const url = archive.address.root;
    const answer = await this.#access.repeat((signal) => {
      archive.report(`[url: ${url.href}]`);
      return request({ method: "POST", url, body }, archive.http(signal));
    });
    const entry = describedTest(answer);
    if (entry === undefined) {
      throw new ArchiveResponseError("no description of the test", {
        url: url.href,
      });
    }
    return new Metadata(entry, answer.text, archive);
  }

  #requireArguments(): void {
    const isElement = this.#given.subjectType === "network-element";
    for (const [argument] of TEST_ARGUMENTS) {
      const ofFarEnd = FAR_END.includes(argument);
      const isSet = Boolean(this.#given[argument]);
      if (
        !isSet && !OPTIONAL_ARGUMENTS.includes(argument) &&
        !(isElement && ofFarEnd)
      ) {
        throw new PostError(argument, `Required arg ${argument} not set`);
      }
      if (isSet && isElement && ofFarEnd) {
        throw new PostError(argument, `a network element has no ${argument}`);
      }
    }
    const { subjectType = "" } = this.#given;
    if (!SUBJECT_TYPES.includes(subjectType)) {
      throw new PostError(
        "subjectType",
        `${subjectType} is no subject type: ${SUBJECT_TYPES.join(", ")}`,
      );
    }
  }

  /** Names and values, in JSON, in the order in which they are sent. */
  #members(): [name: string, value: string][] {
    const given = TEST_ARGUMENTS
      .map(([argument, name]) => [name, this.#given[argument]] as const)
      .filter(([, value]) => (value ?? "") !== "")
      .map(([name, value]): [string, string] => [name, encode(name, value!)]);
    const eventTypes = [...this.#eventTypes].map(([eventType, summaries]) => ({
      "event-type": eventType,
      summaries: [...summaries].flatMap(([type, windows]) =>
        windows.map((window) => ({
          "summary-type": type,
          "summary-window": window,
        }))
      ),
    }));
    return [
      ...given,
      ["event-types", encode("eventTypes", eventTypes)],
      ...this.#freeform,
    ];
  }
}

/** The test that an answer describes: an object with a key. */
function describedTest(answer: HttpAnswer): WireMetadata | undefined {
  const entry = readObject(answer);
  const key = entry?.["metadata-key"];
  return typeof key === "string" && IS_KEY.test(key) ? entry : undefined;
}

/** Nothing in a key can act on a terminal, or look like two of them. */
const IS_KEY = /^[^\s\p{C}]+$/u;

type Window = number | string;

const FAR_END: readonly string[] = ["destination", "inputDestination"];

/**
 * What data is posted to; see {@linkcode EventTypePost}.
 *
 * @example Usage
 * ```ts
 * import { EventTypePost, type EventTypePostOptions } from "@esmond/client";
 *
 * const options: EventTypePostOptions = {
 *   apiKey: "secret",
 *   metadataKey: "0123456789abcdef0123456789abcdef",
 *   eventType: "throughput",
 * };
 * console.log(new EventTypePost("http://archive.example.net/", options).jsonPayload()); // []
 * ```
 */
export interface EventTypePostOptions extends PostOptions {
  /** The key of the test. */
  metadataKey: string;
  /** The event type that the data belongs to. */
  eventType: string;
}

/**
 * Posts data of one event type, a request for each point.
 *
 * @example Usage
 * ```ts
 * import { EventTypePost } from "@esmond/client";
 *
 * const post = new EventTypePost("http://archive.example.net/", {
 *   apiKey: "secret",
 *   metadataKey: "0123456789abcdef0123456789abcdef",
 *   eventType: "histogram-ttl",
 * });
 * post.addDataPoint(1397075053, { 28: 33 });
 * post.addDataPoint(1397075113, new Map([[28, 30], [9, 3]])); // a Map keeps its order
 * console.log(post.jsonPayload()); // await post.postData() sends it
 * ```
 */
export class EventTypePost {
  readonly #access: Access;
  readonly #key: string;
  readonly #eventType: string;
  readonly #outbox = new Outbox();

  /**
   * Nothing is sent yet.
   *
   * @param apiUrl Scheme, host and port of the archive.
   * @param options What is posted to, and how.
   * @throws {PostError} when the key is missing, or the event type is none.
   * @throws {FilterError} for an address that is none, and for options out of
   * range.
   */
  constructor(apiUrl: string | URL, options: EventTypePostOptions) {
    this.#access = new Access(apiUrl, options);
    this.#key = requireKey(options.metadataKey);
    this.#eventType = requireEventType(options.eventType).name;
  }

  /**
   * Takes a point.
   *
   * @param ts When: whole seconds since 1970 UTC.
   * @param val What: its shape and unit are those of the event type.
   * @throws {PostError} that says what is wrong with the time or the value, and
   * for a second point of one second.
   */
  addDataPoint(ts: number, val: PostValue): void {
    this.#outbox.add(makePoint(this.#eventType, ts, val));
  }

  /**
   * All points, in JSON.
   *
   * @param pretty Indent by 4.
   * @returns A list of `{"ts", "val"}`.
   */
  jsonPayload(pretty = false): string {
    return layOut(`[${this.#outbox.points.map(pointBody).join(", ")}]`, pretty);
  }

  /**
   * Sends what the archive has not, in the order in which it was added.
   *
   * @throws {PostDataError} when that breaks off: it lists which points are
   * stored, which are not, and which are unknown; calling this again goes on
   * from there.
   * @throws {PostError} when the test or its event type does not exist, or the
   * archive has another value for a point.
   */
  async postData(): Promise<void> {
    const { archive } = this.#access;
    const url = archive.address.data(this.#key, this.#eventType);
    await this.#access.deliver(
      this.#outbox,
      this.#key,
      (points) =>
        points.map((point): Batch => ({
          points: [point],
          method: "POST",
          url,
          body: pointBody(point),
        })),
    );
  }
}

/**
 * What data is posted to; see {@linkcode EventTypeBulkPost}.
 *
 * @example Usage
 * ```ts
 * import { EventTypeBulkPost, type EventTypeBulkPostOptions } from "@esmond/client";
 *
 * const options: EventTypeBulkPostOptions = { metadataKey: "0123456789abcdef0123456789abcdef" };
 * console.log(new EventTypeBulkPost("http://archive.example.net/", options).jsonPayload());
 * ```
 */
export interface EventTypeBulkPostOptions extends PostOptions {
  /** The key of the test. */
  metadataKey: string;
}

/**
 * Posts data of several event types of one test, many points a request.
 *
 * @example Usage
 * ```ts
 * import { EventTypeBulkPost } from "@esmond/client";
 *
 * const post = new EventTypeBulkPost("http://archive.example.net/", {
 *   apiKey: "secret",
 *   metadataKey: "0123456789abcdef0123456789abcdef",
 * });
 * post.addDataPoint("time-error-estimates", 1397075053, 23);
 * post.addDataPoint("packet-loss-rate", 1397075053, { numerator: 11, denominator: 33 });
 * console.log(post.jsonPayload()); // await post.postData() sends it
 * ```
 */
export class EventTypeBulkPost {
  readonly #access: Access;
  readonly #key: string;
  readonly #outbox = new Outbox();

  /**
   * Nothing is sent yet.
   *
   * @param apiUrl Scheme, host and port of the archive.
   * @param options What is posted to, and how.
   * @throws {PostError} when the key is missing.
   * @throws {FilterError} for an address that is none, and for options out of
   * range.
   */
  constructor(apiUrl: string | URL, options: EventTypeBulkPostOptions) {
    this.#access = new Access(apiUrl, options);
    this.#key = requireKey(options.metadataKey);
  }

  /**
   * Takes a point.
   *
   * @param eventType The event type.
   * @param ts When: whole seconds since 1970 UTC.
   * @param val What: its shape and unit are those of the event type.
   * @throws {PostError} that says what is wrong with an argument, and for a
   * second point of one event type and second.
   */
  addDataPoint(eventType: string, ts: number, val: PostValue): void {
    this.#outbox.add(makePoint(requireEventType(eventType).name, ts, val));
  }

  /**
   * All points, in JSON: those of one second together.
   *
   * @param pretty Indent by 4.
   * @returns `{"data": [{"ts", "val": [{"event-type", "val"}, …]}, …]}`.
   */
  jsonPayload(pretty = false): string {
    return layOut(bulkBody(this.#outbox.points), pretty);
  }

  /**
   * Sends what the archive has not, in requests of bounded size.
   *
   * @throws {PostDataError} when that breaks off: it lists which points are
   * stored, which are not, and which are unknown; calling this again goes on
   * from there.
   * @throws {PostError} when the test or an event type does not exist, or the
   * archive has another value for a point.
   */
  async postData(): Promise<void> {
    const { archive } = this.#access;
    const url = archive.address.test(this.#key);
    await this.#access.deliver(
      this.#outbox,
      this.#key,
      (points, known) =>
        cutBulk(points, known).map((part): Batch => ({
          points: part,
          method: "PUT",
          url,
          body: bulkBody(part),
        })),
    );
  }
}

/** What the three classes share: an archive that is written to. */
class Access {
  readonly archive: Archive<ApiFilters>;
  readonly #options: PostOptions;

  constructor(apiUrl: string | URL, options: PostOptions) {
    const { scriptAlias = "esmond", fetch, log, retries, signal, maxResponse } =
      options;
    this.#options = { ...options };
    this.archive = new Archive(
      new ArchiveAddress(apiUrl, scriptAlias),
      new ApiFilters({
        verbose: options.verbose ?? false,
        timeout: options.timeout ?? 20,
        sslVerify: options.sslVerify ?? true,
        authUsername: options.username ?? "",
        authApikey: options.apiKey ?? "",
      }),
      {
        ...(fetch ? { fetch } : {}),
        ...(log ? { log } : {}),
        ...(signal ? { signal } : {}),
        ...(retries === undefined ? {} : { retries }),
        ...(maxResponse === undefined ? {} : { maxResponse }),
      },
    );
    if (!options.apiKey) this.warn("no API key is set");
  }

  warn(line: string): void {
    this.#options.log?.(line);
  }

  get #retries(): number {
    return this.#options.retries ?? DEFAULT_POLICY.retries;
  }

  get #signal(): AbortSignal {
    return this.#options.signal ?? new AbortController().signal;
  }

  async deliver(
    outbox: Outbox,
    key: string,
    cut: (
      points: readonly PostedPoint[],
      known: KnownTest | undefined,
    ) => Batch[],
  ): Promise<void> {
    await outbox.deliver({
      archive: this.archive,
      key,
      cut,
      verify: this.#options.verify ?? true,
      retries: this.#retries,
      signal: this.#signal,
    });
  }

  /**
   * Repeats what may be repeated: the same description again is the same test.
   * After a 500 it may be a fragment of it, so that is final.
   */
  async repeat(
    send: (signal: AbortSignal) => Promise<HttpAnswer>,
  ): Promise<HttpAnswer> {
    for (let tries = 1;; tries++) {
      try {
        return await send(this.#signal);
      } catch (error) {
        const isFinal = !(error instanceof ArchiveError) ||
          (error instanceof ArchiveHttpError && error.status === 500);
        const delay = isFinal
          ? undefined
          : delayAfter(error, tries, this.#retries);
        if (delay === undefined) throw error;
        await sleep(delay, this.#signal);
      }
    }
  }
}

function requireKey(key: string): string {
  if (typeof key === "string" && key !== "") return key;
  throw new PostError(
    "metadataKey",
    "Must set metadataKey: the key of the test, as postMetadata() gives it",
  );
}

function requireEventType(name: string): EventTypeInfo {
  const info = eventTypeInfo(name);
  if (info !== undefined) return info;
  throw new PostError(
    "eventType",
    name
      ? `${name} is no event type that archives know; EVENT_TYPES lists ${EVENT_TYPES.length}`
      : "Must set eventType",
  );
}

function makePoint(
  eventType: string,
  ts: number,
  val: PostValue,
): PostedPoint {
  if (typeof ts !== "number" || !Number.isSafeInteger(ts)) {
    throw new PostError(
      "ts",
      `ts arg must be an integer, not ${
        String(ts)
      }: whole seconds since 1970 UTC`,
    );
  }
  // Milliseconds of our days lie far beyond it.
  if (Math.abs(ts) > LAST_SECOND) {
    throw new PostError(
      "ts",
      `${ts} is no time in seconds since 1970 UTC; as milliseconds it is ${
        Math.floor(ts / 1000)
      }`,
    );
  }
  const text = encode("val", val);
  const problem = problemWith(eventType, text);
  if (problem === undefined) return { eventType, ts, val: text };
  throw new PostError(
    "val",
    `${text.slice(0, 100)} is no value of ${eventType}: ${problem}`,
  );
}

function encode(argument: string, value: PostValue): string {
  try {
    return encodeValue(value);
  } catch (error) {
    throw new PostError(argument, (error as Error).message);
  }
}

/** JSON in one line, or indented by 4. */
function layOut(text: string, pretty: boolean): string {
  return pretty ? indent(text) : text;
}

function pointBody({ ts, val }: PostedPoint): string {
  return `{"ts": ${ts}, "val": ${val}}`;
}

function bulkBody(points: readonly PostedPoint[]): string {
  const seconds = new Map<number, string[]>();
  for (const { eventType, ts, val } of points) {
    const values = seconds.get(ts) ?? [];
    values.push(`{"event-type": ${encodeValue(eventType)}, "val": ${val}}`);
    seconds.set(ts, values);
  }
  const data = [...seconds].map(([ts, values]) =>
    `{"ts": ${ts}, "val": [${values.join(", ")}]}`
  );
  return `{"data": [${data.join(", ")}]}`;
}

/** How much one request carries. */
const MAX_POINTS = 1000;
const MAX_LENGTH = 1 << 20;

/**
 * Cuts points into requests. esmond falsifies roll-ups of floats and histograms
 * when one request holds two points of a window: such points go in requests of
 * their own.
 */
function cutBulk(
  points: readonly PostedPoint[],
  known: KnownTest | undefined,
): PostedPoint[][] {
  const parts: { points: PostedPoint[]; length: number; bins: Set<string> }[] =
    [];
  let open = 0; // parts before this one are full
  for (const point of points) {
    const bins = binsOf(point, known);
    let at = open;
    while (
      at < parts.length && (isFull(parts[at]!) ||
        bins.some((bin) => parts[at]!.bins.has(bin)))
    ) {
      if (at === open && isFull(parts[at]!)) open++;
      at++;
    }
    const part = parts[at] ??= { points: [], length: 0, bins: new Set() };
    part.points.push(point);
    part.length += point.val.length + 64;
    for (const bin of bins) part.bins.add(bin);
  }
  return parts.map((part) => part.points);
}

function isFull(part: { points: unknown[]; length: number }): boolean {
  return part.points.length >= MAX_POINTS || part.length >= MAX_LENGTH;
}

/**
 * The windows of roll-ups that a point falls into, where it must be alone in a
 * request.
 */
function binsOf(
  { eventType, ts }: PostedPoint,
  known: KnownTest | undefined,
): string[] {
  const { valueClass } = eventTypeInfo(eventType)!;
  if (valueClass !== "float" && valueClass !== "histogram") return [];
  return (known?.get(eventType) ?? []).filter((window) => window > 0)
    .map((window) => `${eventType} ${window} ${Math.floor(ts / window)}`);
}
