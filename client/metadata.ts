/**
 * Tests read from an archive.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import { type EventType, makeEventType, requireName } from "./data.ts";
import {
  eventTypeInfo,
  type EventTypeName,
  nearestEventType,
  SUMMARY_TYPES,
} from "./event_types.ts";
import { inspectsAsText } from "./inspect.ts";
import { listTests } from "./list.ts";
import { suggestion } from "./nearest.ts";
import { METADATA_FILTERS } from "./parameters.ts";
import { type RowSubject, rowSubjectOf } from "./rows.ts";
import { shown } from "./text.ts";
import {
  type Dialect,
  dialectOf,
  type JsonValue,
  listOf,
  type WireEventType,
  type WireMetadata,
} from "./wire.ts";

/** Makes a test: only what was read from an archive is one. */
export let makeMetadata: (
  entry: WireMetadata,
  text: string,
  connection: Connection,
) => Metadata;

/**
 * One test: who measured what, between which hosts, with which parameters.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters } from "@esmond/client";
 *
 * const filters = new ApiFilters({ source: "192.0.2.11" });
 * for await (const md of new ApiConnect("http://archive.example.net/", filters).getMetadata()) {
 *   console.log(`${md}`, md.destination, md.ipPacketInterval, md.get("bw-parallel-streams"));
 *   for (const et of md.getAllEventTypes()) console.log(et.eventType);
 * }
 * ```
 */
export class Metadata {
  readonly #entry: WireMetadata;
  readonly #text: string;
  readonly #connection: Connection;
  #subject: RowSubject | undefined;

  static {
    inspectsAsText(this);
    makeMetadata = (...given) => new Metadata(...given);
  }

  private constructor(
    entry: WireMetadata,
    text: string,
    connection: Connection,
  ) {
    this.#entry = entry;
    this.#text = text;
    this.#connection = connection;
  }

  /** Address of the archive that the test was read from: its list of tests. */
  get archive(): string {
    return this.#connection.address.root.href;
  }
  /** Address of the far end; `undefined` for a network element. */
  get destination(): string | undefined {
    return this.#string("destination");
  }
  /** The far end as the tester wrote it. */
  get inputDestination(): string | undefined {
    return this.#string("input-destination");
  }
  /** The near end as the tester wrote it. */
  get inputSource(): string | undefined {
    return this.#string("input-source");
  }
  /** Seconds between packets. */
  get ipPacketInterval(): JsonValue | undefined {
    return this.#value("ip-packet-interval");
  }
  /** `tcp`, `udp` or `icmp`. */
  get ipTransportProtocol(): string | undefined {
    return this.#string("ip-transport-protocol");
  }
  /** Address of the host that started the test. */
  get measurementAgent(): string | undefined {
    return this.#string("measurement-agent");
  }
  /**
   * Total number of tests; only the first of a page has it, and elmond's is
   * approximate.
   */
  get metadataCountTotal(): number | undefined {
    const total = this.#entry["metadata-count-total"];
    return typeof total === "number" ? total : undefined;
  }
  /** The key of the test: 32 hex digits (esmond), 64 (elmond). */
  get metadataKey(): string | undefined {
    return this.#string("metadata-key");
  }
  /** The width of a histogram's buckets, in seconds. */
  get sampleBucketWidth(): JsonValue | undefined {
    return this.#value("sample-bucket-width");
  }
  /** Address of the near end. */
  get source(): string | undefined {
    return this.#string("source");
  }
  /** `point-to-point` or `network-element`. */
  get subjectType(): string | undefined {
    return this.#string("subject-type");
  }
  /**
   * Duration of one run: seconds (esmond, as text), or an ISO 8601 duration
   * (elmond).
   */
  get timeDuration(): JsonValue | undefined {
    return this.#value("time-duration");
  }
  /** Seconds between runs. */
  get timeInterval(): JsonValue | undefined {
    return this.#value("time-interval");
  }
  /** Variation of the interval. */
  get timeIntervalRandomization(): JsonValue | undefined {
    return this.#value("time-interval-randomization");
  }
  /** The tool, such as `bwctl/iperf3`. */
  get toolName(): string | undefined {
    return this.#string("tool-name");
  }
  /** Address of the test: an absolute path without a host. */
  get uri(): string | undefined {
    return this.#string("uri");
  }
  /** The names of the event types, in the archive's order. */
  get eventTypes(): string[] {
    return listOf(this.#entry["event-types"])
      .map((entry) => entry?.["event-type"])
      .filter((name) => typeof name === "string");
  }
  /** The exact JSON text that the archive sent. */
  get text(): string {
    return this.#text;
  }
  /** The test as indented JSON, for debugging. */
  get dump(): string {
    return JSON.stringify(this.#entry, null, 4);
  }

  /** The event types of the test, in the archive's order. */
  *getAllEventTypes(): Generator<EventType, void, void> {
    const dialect = dialectOf(this.#entry);
    for (const entry of listOf(this.#entry["event-types"])) {
      if (typeof entry?.["event-type"] !== "string") continue;
      yield this.#make(entry, dialect);
    }
  }

  /**
   * One event type of the test.
   *
   * @param name Its name, such as `histogram-owdelay`.
   * @returns The event type, or `undefined` if the test does not have it.
   * @throws {FilterError} when `name` is not text.
   */
  getEventType<Name extends EventTypeName | (string & Record<never, never>)>(
    name: Name,
  ): EventType<Name> | undefined {
    requireName("getEventType", name);
    const entry = listOf(this.#entry["event-types"])
      .find((each) => each?.["event-type"] === name);
    if (entry !== undefined) {
      return this.#make(entry, dialectOf(this.#entry));
    }
    doubtMissing(this.#connection, name);
    return undefined;
  }

  /**
   * A parameter of the test without a property of its own.
   *
   * @param key Its wire name, such as `bw-parallel-streams`.
   * @returns The value as the archive sent it, or `undefined` if it sent none.
   */
  getFreeformKeyValue(key: string): JsonValue | undefined {
    return this.get(key);
  }

  /**
   * Any field of the test.
   *
   * @param key Its wire name.
   * @returns The value as the archive sent it, or `undefined` if it sent none.
   */
  get(key: string): JsonValue | undefined {
    return Object.hasOwn(this.#entry, key)
      ? this.#entry[key] as JsonValue
      : undefined;
  }

  /** The test as the archive sent it. */
  toJSON(): WireMetadata {
    return this.#entry;
  }

  /** `<Metadata/KEY: uri:URI>`. */
  toString(): string {
    return `<Metadata/${this.metadataKey ?? "None"}: uri:${
      this.uri ?? "None"
    }>`;
  }

  #make<Name extends string>(
    entry: WireEventType,
    dialect: Dialect,
  ): EventType<Name> {
    this.#subject ??= rowSubjectOf(this);
    return makeEventType(entry, dialect, this.#connection, this.#subject);
  }

  #value(key: string): JsonValue | undefined {
    return this.get(key) ?? undefined;
  }

  #string(key: string): string | undefined {
    const value = this.#value(key);
    return typeof value === "string" || value === undefined
      ? value
      : JSON.stringify(value);
  }
}

/**
 * The tests that match, from the pages of the list.
 *
 * @param connection Where to ask.
 * @param wanted What the tests have to be, by wire name.
 * @param times The time filters, by wire name, in seconds.
 * @param stop Ends the list, and not what is read of its tests.
 */
export async function* findTests(
  connection: Connection,
  wanted: Record<string, string | number>,
  times: Record<string, number>,
  stop?: AbortSignal,
): AsyncGenerator<Metadata, void, void> {
  doubtNames(connection, wanted);
  const listing = stop ? connection.with({ signal: stop }) : connection;
  for await (const page of listTests(listing, wanted, times)) {
    for (const { entry, text } of page) {
      yield makeMetadata(entry, text, connection);
    }
  }
}

/** Warns of names to search for that nobody knows: nothing may be found. */
function doubtNames(
  connection: Connection,
  wanted: Record<string, string | number>,
): void {
  const eventType = wanted[METADATA_FILTERS.eventType] ?? "";
  if (eventType !== "" && eventTypeInfo(`${eventType}`) === undefined) {
    connection.warnOnce(
      `search: ${eventType}`,
      () =>
        `${shown(eventType)} is not a known event type${
          nearestEventType(eventType)
        }`,
    );
  }
  const type = wanted[METADATA_FILTERS.summaryType] ?? "";
  if (type !== "" && !SUMMARY_TYPES.some((each) => each === type)) {
    connection.warnOnce(
      `search: ${type}`,
      () =>
        `${shown(type)} is not a kind of roll-up${
          suggestion(`${type}`, SUMMARY_TYPES)
        }`,
    );
  }
}

/** Warns of a name that a test does not have, if it seems to be misspelt. */
function doubtMissing(connection: Connection, name: string): void {
  if (eventTypeInfo(name) !== undefined) return;
  connection.warnOnce(`missing: ${name}`, () => {
    const nearest = nearestEventType(name);
    return nearest === ""
      ? undefined
      : `${shown(name)} is not a known event type${nearest}`;
  });
}
