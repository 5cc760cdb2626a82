/**
 * One run of the library and of the program against an archive whose answers
 * are damaged by chance.
 */

import {
  ApiConnect,
  ApiFilters,
  DataPayload,
  DataPoint,
  EsmondError,
  EventType,
  Metadata,
  Summary,
} from "../../mod.ts";
import { complete, readFiles } from "../cli/export/files.ts";
import { runCli } from "../helpers/run.ts";
import { mutated } from "../servers/mutations.ts";
import type { RawHandler, RawReply } from "../servers/raw.ts";
import { pick, seeded } from "../servers/seeded.ts";
import type { Answers } from "./answers.ts";

/** How long a run may take, in ms. */
const LIMIT = 120_000;

/**
 * What an archive answers in one run; each place in the same way, however often
 * it is asked for.
 */
export class Served {
  /** What was answered, for the report of a failure. */
  readonly log: string[] = [];
  readonly #seed: string;
  readonly #answers: Answers;
  readonly #list: string;
  readonly #damages: boolean;

  constructor(answers: Answers, seed: string) {
    const random = seeded(seed);
    this.#seed = seed;
    this.#answers = answers;
    this.#list = pick(answers.lists, random);
    this.#damages = random() < 0.5;
  }

  /** Answers a request. */
  readonly handler: RawHandler = (url) => {
    const offset = Number(url.searchParams.get("offset") ?? 0);
    const random = seeded(`${this.#seed} ${url.pathname} ${offset}`);
    const isList = url.pathname.endsWith("/perfsonar/archive/");
    const body = offset > 0 && random() < 0.9
      ? "[]"
      : isList
      ? this.#list
      : pick(this.#answers.dataOf(url.pathname), random);
    // If a list stays damaged, nothing after it is reached.
    const isDamaged = isList ? this.#damages : random() < 0.7;
    const reply: RawReply = isDamaged ? mutated(body, random) : { body };
    this.log.push(`${url.pathname}${url.search}: ${shown(reply)}`);
    return reply;
  };
}

function shown(reply: RawReply): string {
  if (typeof reply === "string" || "raw" in reply) return String(reply);
  const { body } = reply;
  const text = body instanceof Uint8Array
    ? new TextDecoder("latin1").decode(body)
    : body;
  const { end = "", status = 200, headers = {} } = reply;
  return JSON.stringify({ status, headers, end, body: String(text) })
    .slice(0, 4000);
}

/**
 * What is wrong with how library and program took it; nothing, if all is well.
 */
export async function complaintsOf(
  origin: string,
  directory: string,
  seed: string,
): Promise<string[]> {
  const random = seeded(`${seed} client`);
  const begun = performance.now();
  const complaints = [
    ...await ofLibrary(origin, random),
    ...await ofProgram(origin, directory, random),
  ];
  const took = performance.now() - begun;
  if (took > LIMIT) complaints.push(`took ${Math.round(took)} ms`);
  if (Object.hasOwn(Object.prototype, "polluted")) {
    complaints.push("Object.prototype is polluted");
  }
  return complaints;
}

async function ofLibrary(
  origin: string,
  random: () => number,
): Promise<string[]> {
  const filters = new ApiFilters({ timeout: 1 });
  if (random() < 0.3) filters.timeStart = 0;
  const conn = new ApiConnect(origin, filters, {
    ...{ retries: random() < 0.1 ? 1 : 0, maxResponse: 1 << 20 },
  });
  try {
    let left = 4;
    for await (const md of conn.getMetadata()) {
      const { source, destination, toolName, timeDuration, eventTypes } = md;
      touch(md, md.dump, source, destination, toolName, timeDuration);
      touch(md.get("__proto__"), md.text, md.metadataCountTotal, eventTypes);
      for (const et of md.getAllEventTypes()) {
        touch(et, et.summaries, et.timeUpdated, et.baseUri, et.dump);
        touch(et.getSummary("aggregation", 300));
        for (const series of [et, ...et.getAllSummaries()].slice(0, 2)) {
          if (left-- <= 0) return [];
          try {
            const payload = await series.getData();
            touch(payload);
            for (const point of payload.data) {
              touch(point, point.ts, point.tsText, point.val, point.text);
            }
          } catch (error) {
            if (!(error instanceof EsmondError)) throw error;
          }
        }
      }
    }
    return [];
  } catch (error) {
    return error instanceof EsmondError && isOneLine(error.message)
      ? []
      : [`the library threw ${(error as Error)?.stack ?? error}`];
  }
}

/** Looks at values as a caller might. */
function touch(...values: unknown[]): void {
  for (const value of values) {
    JSON.stringify(value);
    if (OURS.some((type) => value instanceof type)) String(value);
  }
}

const OURS = [Metadata, EventType, Summary, DataPayload, DataPoint, Date];

const COMMANDS = ["get", "get", "get-bulk", "get-metadata", "get-endpoints"];

async function ofProgram(
  origin: string,
  directory: string,
  random: () => number,
): Promise<string[]> {
  const command = pick(COMMANDS, random);
  const isBulk = command === "get-bulk";
  const formats = ["human", "json", "csv", "ndjson"].slice(isBulk ? 1 : 0);
  const format = pick(formats, random);
  const isTerminal = random() < 0.5;
  const argv = [
    ...[command, "-u", origin, "-S", "@0", "-E", "@2000000000", "-o", format],
    ...["--timeout", "1", "--retry", "0", "--max-response", "1M", "--ip"],
    ...(command === "get"
      ? ["-s", "192.0.2.1", "-d", "192.0.2.2", "-e", pick(EVENTS, random)]
      : []),
    ...(random() < 0.2 ? ["-T", "aggregation", "-W", "300"] : []),
    ...(random() < 0.3 ? ["-v"] : []),
    ...(command === "get-metadata" && format !== "csv" && random() < 0.5
      ? ["-M"]
      : []),
    ...(format === "csv" && random() < 0.5 ? ["--escape-formulas"] : []),
    ...(isBulk ? ["-D", directory] : []),
  ];
  const { exit, stdout, stderr } = await runCli(argv, { isTerminal });
  const complaints: string[] = [];
  const complain = (what: string) =>
    complaints.push(`${argv.join(" ")}: ${what}`);
  if (![0, 1, 3].includes(exit)) complain(`exits ${exit}: ${stderr}`);
  if (exit !== 0 && stderr === "") complain(`exits ${exit} without a word`);
  if (
    /^\s+at |file:\/\/\/\S*:\d|\b(?:Type|Range|Syntax|Reference|Excess)Error\b/m
      .test(stderr)
  ) {
    complain(`says ${stderr}`);
  }
  if (!stderr.split("\n").every(isOneLine)) complain(`acts: ${stderr}`);
  const isSeen = isTerminal && !isBulk;
  if (isSeen && !stdout.split(/\r?\n/).every(isOneLine)) {
    complain(`acts on a terminal: ${JSON.stringify(stdout)}`);
  }
  if (format === "json" && !isBulk && isJson(stdout) !== (exit === 0)) {
    complain(`exits ${exit} with ${stdout.slice(-200)}`);
  }
  if (isBulk) {
    for (const [name, bytes] of complete(readFiles(directory))) {
      if (/[\\:*?"<>|\p{Cc}]/u.test(name)) complain(`a file ${name}`);
      const text = new TextDecoder().decode(bytes);
      if (format === "json" && !isJson(text)) complain(`half of ${name}`);
    }
  }
  return complaints;
}

const EVENTS = [
  ...["throughput", "histogram-owdelay", "packet-trace", "failures"],
  ...["packet-loss-rate", "throughput-subintervals", "streams-throughput"],
];

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isOneLine(line: string): boolean {
  const text = line.replaceAll("\t", " ");
  return /^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u.test(text);
}
