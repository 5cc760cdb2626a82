/**
 * Judges the library by a recorded script: every step gives what it gave in
 * Python, or better where told.
 */

import { withSingleSlashes } from "./helpers/adapt.ts";
import { createOutput } from "../cli/output/create.ts";
import type { Format } from "../cli/names.ts";
import {
  ApiConnect,
  type ApiConnectOptions,
  ApiFilters,
  DataHistogram,
  DataPayload,
  DataPoint,
  EventType,
  EventTypeBulkPost,
  EventTypePost,
  type EventTypePostOptions,
  type JsonValue,
  Metadata,
  MetadataPost,
  PostError,
  Summary,
  type WirePoint,
} from "../mod.ts";
import { difference } from "./golden_cli.ts";
import { withJson } from "./helpers/python_notation.ts";
import type { Case } from "./helpers/recordings.ts";
import { fill, Replay, textOf } from "./servers/replay.ts";
import { withServer } from "./servers/serve.ts";

/** One step of a script, and what came of it. */
interface Step {
  op: "new" | "set" | "get" | "del" | "call" | "describe";
  as?: string;
  class?: string;
  target?: string;
  attr?: string;
  method?: string;
  args?: JsonValue[];
  kwargs?: Record<string, JsonValue>;
  value?: JsonValue;
  count_only?: boolean;
  result?: JsonValue;
  error?: { class: string; message: string };
  warnings?: { class: string; message: string }[];
  stdout?: string;
}

/** A recorded use of the library. */
export interface LibraryCase extends Case {
  steps: Step[];
}

/** Plays a recorded script and says what is wrong: nothing, if all is well. */
export async function judgeLibrary(
  recorded: LibraryCase,
  directory: string,
): Promise<string[]> {
  const exchanges = withSingleSlashes([
    ...recorded.exchanges ?? [],
    ...recorded.extra_exchanges ?? [],
  ]);
  const replay = new Replay({ exchanges }, directory);
  return await withServer(replay.handler, async (origin) => {
    const script = new Script(
      (text) => fill(text, origin),
      (text) => textOf(text as string, directory),
    );
    const complaints: string[] = [];
    for (const [index, step] of recorded.steps.entries()) {
      const better = BETTER[recorded.id]?.[index];
      const outcome = await script.run(step, better !== undefined);
      complaints.push(
        ...(better?.(outcome) ?? script.compare(step, outcome))
          .map((complaint) => `step ${index} ${step.op}: ${complaint}`),
      );
    }
    complaints.push(...script.unconfirmed());
    if (recorded.expect === "same") {
      complaints.push(
        ...replay.misauthorized.map((each) => `other credentials: ${each}`),
      );
    }
    return [
      ...complaints,
      ...replay.reworded.map((each) => `sent ${each}`),
      ...(REPHRASED.has(recorded.id) ? [] : replay.missed).map((each) =>
        `asked what was never recorded: ${each}`
      ),
    ];
  });
}

/** What came of a step here. */
interface Outcome {
  value?: unknown;
  error?: Error;
  log: string[];
}

class Script {
  readonly #variables = new Map<string, unknown>();
  readonly #refused = new Set<string>();
  readonly #toConfirm = new Set<string>();
  readonly #fill: (text: string) => string;
  readonly #text: (text: unknown) => string;
  #log: string[] = [];

  constructor(
    fillIn: (text: string) => string,
    text: (text: unknown) => string,
  ) {
    this.#fill = fillIn;
    this.#text = text;
  }

  async run(step: Step, isForeseen: boolean): Promise<Outcome> {
    this.#log = [];
    const subject = step.as ?? step.target ?? "";
    if (step.op === "new") this.#refused.delete(subject);
    if (this.#refused.has(step.target ?? "")) {
      return { value: REFUSED, log: [] };
    }
    try {
      const value = await this.#perform(step);
      if (step.as) this.#variables.set(step.as, value);
      return { value, log: this.#log };
    } catch (error) {
      // What the archive would refuse is refused before it is sent: the step
      // that sends it is not to be reached.
      const isEarly = error instanceof PostError && !isForeseen &&
        step.error === undefined;
      if (isEarly) this.#refused.add(subject);
      return isEarly
        ? { value: REFUSED, log: [] }
        : { error: error as Error, log: this.#log };
    }
  }

  compare(step: Step, { value, error, log }: Outcome): string[] {
    if (value === REFUSED) {
      return this.#refusals(step);
    }
    if (step.error !== undefined) {
      return error || value === false || value === SKIPPED
        ? []
        : [`no error: ${step.error.class}`];
    }
    if (error !== undefined) return [`${error.name}: ${error.message}`];
    const printed = this.#fill(step.stdout ?? "").split("\n").slice(0, -1);
    const complaints = step.stdout === undefined || samePrint(printed, log)
      ? []
      : [`printed ${JSON.stringify(log)}, not ${JSON.stringify(printed)}`];
    for (const { class: name, message } of step.warnings ?? []) {
      if (!name.includes("Post")) continue;
      const wanted = message === "username and api_key not set"
        ? "no API key is set"
        : message;
      if (!log.includes(wanted)) complaints.push(`no warning: ${wanted}`);
    }
    if (step.result === undefined) return complaints;
    if (value instanceof Printed || step.attr === "dump") {
      return this.#compareText(step, value);
    }
    const wanted = step.result;
    const got = step.count_only ? count(value) : this.#show(value, wanted);
    return this.#same(wanted, got) ? complaints : [
      ...complaints,
      `${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`,
    ];
  }

  /** An early refusal is right if the recording ends in one. */
  #refusals(step: Step): string[] {
    if (step.error?.class.includes("Post")) {
      this.#toConfirm.delete(step.target!);
    } else if (step.op !== "get") this.#toConfirm.add(step.as ?? step.target!);
    return [];
  }

  /** Refusals that no error of the recording has confirmed. */
  unconfirmed(): string[] {
    return [...this.#toConfirm].map((name) =>
      `${name} was refused for nothing`
    );
  }

  /** Text that looks different on purpose: by what it means. */
  #compareText(step: Step, value: unknown): string[] {
    if (typeof step.result !== "string") return []; // the object itself
    const wanted = this.#fill(step.result);
    if (step.attr === "dump") {
      return this.#same(
          JSON.parse(withJson(wanted)),
          JSON.parse(value as string),
        )
        ? []
        : [`${value}, not ${wanted}`];
    }
    const { format, text } = value as Printed;
    return difference("text", format, wanted, text);
  }

  async #perform(step: Step): Promise<unknown> {
    const target = step.target === undefined
      ? undefined
      : this.#resolve(step.target);
    const attribute = camel(step.attr ?? "");
    switch (step.op) {
      case "new":
        return await this.#make(
          step.class!,
          step.args ?? [],
          step.kwargs ?? {},
        );
      case "set":
        // Python's booleans are numbers
        (target as Record<string, unknown>)[attribute] =
          typeof step.value === "boolean" && attribute.startsWith("time")
            ? Number(step.value)
            : step.value;
        return undefined;
      case "get":
        return (target as Record<string, unknown>)[attribute];
      case "del":
        return (target as ApiFilters).delete(step.attr!.replaceAll("_", "-"));
      case "describe":
        return target;
      case "call": {
        const args = (step.args ?? []).map((arg) => this.#argument(arg));
        const method = (target as Record<string, unknown>)[camel(step.method!)];
        if (typeof method !== "function") return SKIPPED;
        const result = await method.apply(target, args);
        return isIterator(result) ? await all(result) : result;
      }
    }
  }

  async #make(
    name: string,
    args: JsonValue[],
    kwargs: Record<string, JsonValue>,
  ): Promise<unknown> {
    const given = args.map((arg) => this.#argument(arg));
    switch (name) {
      case "ApiFilters":
        return new ApiFilters();
      case "ApiConnect": {
        const options: ApiConnectOptions = {
          retries: 0,
          log: (line) => this.#log.push(line),
          ...Object.fromEntries(
            Object.entries(kwargs).map(([key, value]) => [camel(key), value]),
          ),
        };
        const { filters, ...rest } = options as ApiConnectOptions & {
          filters?: { $var: string };
        };
        return new ApiConnect(
          given[0] as string,
          (filters ? this.#resolve(filters.$var) : given[1]) as ApiFilters,
          { pageSize: 1000, ...rest }, // what was recorded
        );
      }
      case "DataPoint":
        return new DataPoint(given[0] as WirePoint);
      case "DataHistogram":
        return new DataHistogram(given[0] as WirePoint);
      case "DataPayload":
        return new DataPayload(given[0] as WirePoint[], given[1] as string);
      case "MetadataPost":
      case "EventTypePost":
      case "EventTypeBulkPost": {
        const Post = { MetadataPost, EventTypePost, EventTypeBulkPost }[name];
        const options = Object.fromEntries(
          Object.entries(kwargs).map((
            [key, value],
          ) => [camel(key), this.#argument(value)]),
        );
        return new Post(given[0] as string, {
          ...options as unknown as EventTypePostOptions,
          verify: false, // as it was recorded
          retries: 0,
          log: (line) => this.#log.push(line),
        });
      }
      case "HumanOutput":
      case "JsonOutput":
      case "CSVOutput":
        return await printed(name, given);
    }
    throw new Error(`no such class: ${name}`);
  }

  #argument(arg: JsonValue): unknown {
    if (typeof arg === "string") return this.#fill(arg);
    if (typeof arg === "object" && arg !== null && "$var" in arg) {
      return this.#resolve(String(arg["$var"]));
    }
    if (typeof arg === "object" && arg !== null && "$intkeys" in arg) {
      return arg["$intkeys"];
    }
    return arg;
  }

  /** A variable with its index and attributes: `mds[0].destination`. */
  #resolve(path: string): unknown {
    const [name = "", ...steps] = path.split(/[.[\]]+/).filter(Boolean);
    if (!this.#variables.has(name)) throw new Error(`KeyError: ${name}`);
    return steps.reduce(
      (value, step) => (value as Record<string, unknown>)[camel(step)],
      this.#variables.get(name),
    );
  }

  /** A value in the notation of the recording. */
  #show(value: unknown, wanted: JsonValue): unknown {
    if (value === SKIPPED) return wanted;
    if (Array.isArray(value) && Array.isArray(wanted)) {
      return value.map((each, index) =>
        this.#show(each, wanted[index] ?? null)
      );
    }
    const name = CLASSES.find(([type]) => value instanceof type)?.[1];
    if (
      name !== undefined && typeof wanted === "object" && wanted !== null &&
      !Array.isArray(wanted)
    ) {
      return Object.fromEntries(
        Object.entries(wanted).map(([key, part]) => [
          key,
          key === "$class"
            ? name
            : key === "$repr"
            ? String(value)
            : this.#property(value, key, part),
        ]),
      );
    }
    return value ?? null;
  }

  #property(value: unknown, key: string, wanted: JsonValue): unknown {
    if (key === "ts" && value instanceof DataPoint) {
      return { $datetime: value.tsText };
    }
    const property = (value as Record<string, unknown>)[camel(key)];
    return this.#show(
      key.startsWith("summar") ? windowsLike(wanted, property) : property,
      wanted,
    );
  }

  #same(wanted: JsonValue, got: unknown): boolean {
    if (typeof wanted === "string" && typeof got === "string") {
      const text = this.#text(wanted);
      return [text, this.#fill(text), withJson(text)].includes(got) ||
        // Python's float notation of numbers that came without their text
        got === withJson(text).replace(/\.0(?=>|$)/, "");
    }
    if (
      typeof wanted !== "object" || wanted === null ||
      typeof got !== "object" ||
      got === null
    ) return wanted === got;
    const keys = Object.keys(wanted);
    return keys.length === Object.keys(got).length &&
      keys.every((key) =>
        this.#same(
          (wanted as Record<string, JsonValue>)[key]!,
          (got as Record<string, unknown>)[key],
        )
      );
  }
}

/** Windows are numbers here; the original has the text that esmond sends. */
function windowsLike(wanted: JsonValue, value: unknown): unknown {
  if (Array.isArray(wanted) && Array.isArray(value)) {
    return value.map((each, index) => windowsLike(wanted[index]!, each));
  }
  return typeof wanted === "string" ? String(value) : value;
}

/**
 * A method that this library has no twin of: what the original's output classes
 * count and add.
 */
const SKIPPED = Symbol("skipped");

/** What this library refuses before it is sent. */
const REFUSED = Symbol("refused");

const CLASSES = [
  [ApiFilters, "ApiFilters"],
  [ApiConnect, "ApiConnect"],
  [MetadataPost, "MetadataPost"],
  [EventTypePost, "EventTypePost"],
  [EventTypeBulkPost, "EventTypeBulkPost"],
  [Metadata, "Metadata"],
  [EventType, "EventType"],
  [Summary, "Summary"],
  [DataPayload, "DataPayload"],
  [DataHistogram, "DataHistogram"],
  [DataPoint, "DataPoint"],
] as const;

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function isIterator(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && "next" in value;
}

async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function count(value: unknown): { $count: number } {
  return { $count: (value as unknown[]).length };
}

/**
 * What is printed besides the pages, which are others where the original pages
 * in its own way.
 */
function samePrint(wanted: string[], got: string[]): boolean {
  const isPage = (line: string) => /^\[url: |^ {2}\*\* got /.test(line);
  const isPaged = wanted.filter((line) => /^\[url: /.test(line)).length > 2;
  const kept = (lines: string[]) =>
    isPaged ? lines.filter((line) => !isPage(line)) : lines;
  return JSON.stringify(kept(wanted)) === JSON.stringify(kept(got));
}

/** What a format prints, as the original's output classes give it. */
class Printed {
  constructor(readonly format: Format, readonly text: string) {}
  getOutput(): Printed {
    return this;
  }
}

/** What our formats print where the original has a class. */
async function printed(name: string, args: unknown[]): Promise<Printed> {
  const [data, columns, isExtended] = args as [
    Record<string, JsonValue>[],
    string[] | null,
    boolean?,
  ];
  if (!Array.isArray(data) || data.some((row) => typeof row !== "object")) {
    throw new TypeError("rows are objects");
  }
  let text = "";
  const format = name.replace("Output", "").toLowerCase() as Format;
  const output = createOutput(format, {
    sink: {
      write: (part) => {
        text += part;
      },
      flush: () => Promise.resolve(),
    },
    columns: columns ?? [],
    closing: "",
    isTerminal: false,
  });
  for (const row of data) {
    const others = Object.keys(row).filter((key) => !columns?.includes(key));
    const names = [...columns ?? [], ...(isExtended || !columns ? others : [])];
    await output.write({
      columns: names,
      cells: names.map((key) => JSON.stringify(row[key] ?? null)),
    });
  }
  await output.end();
  return new Printed(format, text);
}

// ---- Where the recording shows a defect
// -----------------------------------------------------------------------------

/** Says what is wrong with the outcome of a step. */
type Check = (outcome: Outcome) => string[];

function throws(name: string, part: string): Check {
  return ({ error, value }) =>
    error?.name === name && error.message.includes(part)
      ? []
      : [`${error ?? JSON.stringify(value)}, not ${name}: ${part}`];
}

function gives(wanted: (value: unknown) => boolean): Check {
  return ({ value, error }) =>
    error === undefined && wanted(value)
      ? []
      : [`${error ?? JSON.stringify(value)} is not it`];
}

const anything: Check = () => [];

/** The step stands on one that now throws. */
const cannotBe: Check = ({ error }) =>
  error?.message.startsWith("KeyError") ? [] : ["has a value"];

/** Credentials given to `ApiConnect` are not written into the filters. */
const hasNoCredentials = gives((value) =>
  value instanceof ApiFilters && value.authApikey === "" &&
  value.authUsername === "" && value.source !== undefined
);

/** What comes of a step instead, by case and number. */
const BETTER: Record<string, Record<number, Check>> = {
  // D03: errors are thrown. For what elmond cannot search for, the list is
  // asked for without it, which was not recorded.
  "elmond-errors": {
    5: throws("ArchiveHttpError", "500"),
    11: throws("ArchiveHttpError", "500"),
    18: throws("ArchiveHttpError", "500"),
    23: throws("ArchiveHttpError", "400: Requested start time"),
  },
  "query-auth-bad-key": {
    3: throws("ArchiveHttpError", "401: Invalid token."),
  },
  "query-data-404": {
    7: throws("ArchiveHttpError", "404: Not found."),
    8: cannotBe,
  },
  "query-data-500": { 7: throws("ArchiveHttpError", "500"), 8: cannotBe },
  "query-metadata-500": { 5: throws("ArchiveHttpError", "500") },
  // D17: windows are compared as what they are.
  "elmond-walk": {
    12: gives((value) => `${value}` === "<Summary/average: window:86400>"),
  },
  // D24: a method.
  "query-freeform": {
    8: gives((value) => typeof value === "function"),
  },
  // D25: each connection has filters of its own, and leaves those it was given
  // alone.
  "query-auth": { 4: hasNoCredentials },
  "query-shared-filters": { 3: gives((value) => value === undefined) },
  // D28: one clear error, and the earlier value stays.
  "filters-times": {
    17: throws("FilterError", 'timeStart cannot be "yesterday"'),
    18: gives((value) => value === 1),
    20: gives((value) => value === 1),
    21: gives((value) => (value as ApiFilters).timeFilters["time-start"] === 1),
  },
  // D29: a boolean is not a time. What is 1397075053.0 in Python is a whole
  // number here.
  "post-data-validation": {
    4: gives((value) => value === undefined),
    6: throws("PostError", "ts arg must be an integer"),
    7: gives((value) => value === '[{"ts": 1397075053, "val": 1}]'),
    11: anything, // there is no base class to instantiate
  },
  // D27: an event type that was added already is skipped indeed.
  "post-metadata-validation": {
    11: gives((value) =>
      (value as string).endsWith(
        '"event-types": [{"event-type": "throughput", "summaries": [' +
          '{"summary-type": "aggregation", "summary-window": 300}, ' +
          '{"summary-type": "average", "summary-window": 86400}]}]}',
      )
    ),
  },
  // Without points there is nothing to send.
  "post-refused": { 6: gives((value) => value === undefined) },
  // D36: what is stored is not sent again.
  "post-bulk": { 17: gives((value) => value === undefined) },
  // D32: roll-ups of elmond are not paged.
  "elmond-rollup-paged": {
    10: gives((value) => (value as DataPayload).data.length === 1282),
    12: gives((value) => (value as unknown[]).length === 1282),
  },
};

/**
 * Cases in which something is asked for in a way that was not recorded, and
 * whose answers do not depend on it.
 */
const REPHRASED = new Set(["elmond-errors", "post-data-duplicate"]);
