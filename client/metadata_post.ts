/**
 * Registering tests in an archive.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import { ArchiveResponseError, PostError } from "./errors.ts";
import {
  type EventTypeName,
  SUMMARY_TYPES,
  type SummaryType,
} from "./event_types.ts";
import { type HttpAnswer, pauseBeforeRetry, tryOnce } from "./http.ts";
import { indent } from "./json.ts";
import { describeTest } from "./post_target.ts";
import { makeMetadata, type Metadata } from "./metadata.ts";
import { SUBJECT_TYPES, TEST_ARGUMENTS } from "./parameters.ts";
import {
  authorize,
  connectToWrite,
  encodeArgument,
  type PostOptions,
  requireEventType,
} from "./post_options.ts";
import { readObject } from "./reading.ts";
import { shown } from "./text.ts";
import { TEST_PARAMETERS, type TestParameters } from "./test_parameters.ts";
import type { PostValue } from "./values.ts";
import { ARCHIVE_FIELDS, listOf, type WireMetadata } from "./wire.ts";

/**
 * Description of a test, for `MetadataPost`.
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
export interface MetadataPostOptions extends PostOptions, TestParameters {
  /**
   * `point-to-point`, or `network-element` for a test without a far end.
   * Required.
   */
  subjectType?: string;
  /** Address of the near end. Required. */
  source?: string;
  /** Address of the far end. Required, except for a network element. */
  destination?: string;
  /** The tool, such as `bwctl/iperf3`. Required. */
  toolName?: string;
  /** Address of the host that runs the test. Required. */
  measurementAgent?: string;
  /** The near end as the tester wrote it. Required. */
  inputSource?: string;
  /**
   * The far end as the tester wrote it. Required, except for a network element.
   */
  inputDestination?: string;
}

/**
 * Registers a test in an archive.
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
  readonly #connection: Connection;
  readonly #given: MetadataPostOptions;
  readonly #eventTypes = new Map<string, Map<SummaryType, SummaryWindow[]>>();
  readonly #freeform = new Map<string, string>();

  /**
   * Checks and sends nothing yet.
   *
   * @param apiUrl Scheme, host and port of the archive.
   * @param options The test, and how to write to the archive.
   * @throws {FilterError} for an invalid address, and for options out of range.
   */
  constructor(apiUrl: string | URL, options: MetadataPostOptions) {
    this.#connection = connectToWrite(apiUrl, options);
    this.#given = { ...options };
  }

  /**
   * Adds an event type; skips one that is there already, with a warning.
   *
   * @param eventType Its name, such as `throughput`.
   * @throws {PostError} for an unknown name.
   */
  addEventType(
    eventType: EventTypeName | (string & Record<never, never>),
  ): void {
    requireEventType(eventType);
    if (this.#eventTypes.has(eventType)) {
      this.#connection.warn(
        `Event type ${eventType} already exists - skipping`,
      );
    } else this.#eventTypes.set(eventType, new Map());
  }

  /**
   * Adds roll-ups to an event type, which is added if it is missing. Replaces
   * earlier windows of the same kind.
   *
   * @param eventType The name of the event type.
   * @param summaryType `aggregation`, `average` or `statistics`.
   * @param windows The windows, in whole seconds; 0 is one value for each
   * point.
   * @throws {PostError} for roll-ups that archives cannot compute, and for
   * invalid windows.
   */
  addSummaryType(
    eventType: EventTypeName | (string & Record<never, never>),
    summaryType: SummaryType | (string & Record<never, never>),
    windows: readonly (number | string)[],
  ): void {
    const info = requireEventType(eventType);
    if (!info.summaries.includes(summaryType as SummaryType)) {
      const allowed = info.summaries.join(", ") || "none";
      throw new PostError(
        "summaryType",
        SUMMARY_TYPES.includes(summaryType as SummaryType)
          ? `an archive cannot compute the ${summaryType} of ${eventType}: ${allowed}`
          : `${summaryType} is not a summary type: ${SUMMARY_TYPES.join(", ")}`,
      );
    }
    if (!Array.isArray(windows)) {
      throw new PostError(
        "windows",
        `windows have to be a list, such as [3600], not ${shown(windows)}`,
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
      this.#connection.warn("No summary windows were defined - skipping");
      return;
    }
    const summaries = this.#eventTypes.get(eventType) ?? new Map();
    const others = [...summaries].filter(([type]) => type !== summaryType);
    // An archive fails on a mixture of text and numbers.
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
   * Adds a parameter of the test; skips one that is there already, with a
   * warning.
   *
   * @param key Its wire name, such as `bw-parallel-streams`; underscores become
   * dashes.
   * @param value Its value; an archive keeps it as text.
   * @throws {PostError} for `null` and other values that archives cannot keep,
   * and for reserved names.
   */
  addFreeformKeyValue(key: string, value: PostValue): void {
    if (typeof key !== "string") {
      throw new PostError(
        "key",
        `a parameter needs a name, as text, not ${shown(key)}`,
      );
    }
    const name = key.replaceAll("_", "-");
    if (name === "" || ARCHIVE_FIELDS.includes(name)) {
      throw new PostError("key", `"${key}" cannot be the name of a parameter`);
    }
    if (value === null || value === undefined) {
      throw new PostError("value", `${key} has no value: leave it out instead`);
    }
    if (this.#members().some(([taken]) => taken === name)) {
      this.#connection.warn(`Payload key ${name} exists - skipping`);
      return;
    }
    this.#freeform.set(name, encodeArgument("value", value));
  }

  /**
   * The request body.
   *
   * @param pretty Indent by 4.
   * @returns JSON.
   * @throws {PostError} for a required argument that is missing; it names the
   * argument.
   */
  jsonPayload(pretty?: boolean): string {
    this.#requireArguments();
    const members = this.#members()
      .map(([name, value]) => `${JSON.stringify(name)}: ${value}`);
    const body = `{${members.join(", ")}}`;
    return pretty ? indent(body) : body;
  }

  /**
   * Sends the description. The same description again returns the existing
   * test.
   *
   * @returns The test, as if it had been read; its key is needed to post data.
   * @throws {PostError} for an incomplete description; nothing was sent.
   * @throws {ArchiveError} (one of its kinds) when the archive refuses it or
   * cannot be reached.
   */
  async postMetadata(): Promise<Metadata> {
    const body = this.jsonPayload();
    const url = this.#connection.address.root;
    await authorize(this.#connection, this.#given);
    const answer = await this.#send(url, body);
    const entry = describedTest(answer);
    if (entry === undefined) {
      throw new ArchiveResponseError("no description of the test", {
        url: url.href,
      });
    }
    if (this.#given.readBack) {
      const key = entry["metadata-key"]!;
      const at = this.#connection.address.test(key);
      const found = await describeTest(at, this.#connection);
      const types = listOf(found?.["event-types"])
        .map((each) => each?.["event-type"]);
      if (
        found?.["metadata-key"] !== key ||
        ![...this.#eventTypes.keys()].every((each) => types.includes(each))
      ) {
        throw new ArchiveResponseError(
          "the test that it acknowledged cannot be read back",
          { url: at.href },
        );
      }
    }
    return makeMetadata(entry, answer.text, this.#connection);
  }

  /**
   * Tries again, because the same description is the same test; but not after a
   * 500, which may have left a fragment of it.
   */
  async #send(url: URL, body: string): Promise<HttpAnswer> {
    const connection = this.#connection;
    const http = connection.http();
    for (let tries = 1;; tries++) {
      connection.report(`[url: ${url.href}]`);
      const outcome = await tryOnce({ method: "POST", url, body }, http);
      if (outcome.answer !== undefined) return outcome.answer;
      if (outcome.status === 500) throw outcome.error;
      await pauseBeforeRetry(tries, outcome, http);
    }
  }

  #requireArguments(): void {
    const isElement = this.#given.subjectType === "network-element";
    for (const [argument] of TEST_ARGUMENTS) {
      const ofFarEnd = FAR_END.includes(argument);
      const isSet = Boolean(this.#given[argument]);
      if (!isSet && !(isElement && ofFarEnd)) {
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
        `${subjectType} is not a subject type: ${SUBJECT_TYPES.join(", ")}`,
      );
    }
  }

  /** Names and values as JSON, in the order in which they are sent. */
  #members(): [name: string, value: string][] {
    const given = [...TEST_ARGUMENTS, ...TEST_PARAMETERS]
      .map(([argument, name]) => [name, this.#given[argument]] as const)
      .filter(([, value]) => (value ?? "") !== "")
      .map((
        [name, value],
      ): [string, string] => [name, encodeArgument(name, value!)]);
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
      ["event-types", encodeArgument("eventTypes", eventTypes)],
      ...this.#freeform,
    ];
  }
}

type SummaryWindow = number | string;

/** The test in an answer: an object with a key. */
function describedTest(answer: HttpAnswer): WireMetadata | undefined {
  const entry = readObject(answer);
  const key = entry?.["metadata-key"];
  return typeof key === "string" && IS_KEY.test(key) ? entry : undefined;
}

/** A key cannot act on a terminal, or look like two. */
const IS_KEY = /^[^\s\p{C}]+$/u;

const FAR_END: readonly string[] = ["destination", "inputDestination"];
