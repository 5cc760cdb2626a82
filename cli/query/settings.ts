/**
 * From a command line to what is to be done: every check that needs no archive,
 * in the order of the original client.
 *
 * @module
 */

import { MAX_RESPONSE } from "../../client/connection.ts";
import {
  EVENT_TYPES,
  eventTypeInfo,
  SUMMARY_TYPES,
} from "../../client/event_types.ts";
import { isDocumentedFilter, windowOf } from "../../client/parameters.ts";
import {
  ApiConnect,
  type ApiConnectOptions,
  ApiFilters,
  FilterError,
} from "../../mod.ts";
import { FORMATS, PARTITIONS } from "../options/choices.ts";
import { UsageError } from "../errors.ts";
import { Hostnames, readHostsFile } from "../output/hostnames.ts";
import type { Io } from "../io.ts";
import { suggestion } from "../options/nearest.ts";
import type { Format, ParsedOptions, Partition, QueryName } from "../names.ts";
import {
  checkZone,
  formatTime,
  parseTime,
  TimeError,
} from "../options/time.ts";
import { openTransport } from "../tls/transport.ts";

const DAY = 86_400; // seconds

/** What a command is to do. */
export interface Settings {
  /** The archive, and what to look for in it. */
  connection: ApiConnect;
  /** The event type asked for, if any. */
  eventType?: string;
  /** The kind of roll-up asked for, if any. */
  summaryType?: string;
  /** The window of the roll-ups, in seconds. */
  summaryWindow: number;
  /** The format of the output. */
  format: Format;
  /** Whether it is compressed. */
  isGzipped: boolean;
  /** Whether csv is to hold nothing that a spreadsheet takes for a formula. */
  escapesFormulas: boolean;
  /** Whether all parameters of a test are shown. */
  isExtended: boolean;
  /** Where get-bulk writes to. */
  directory: string;
  /** Whether an export that broke off is gone on with. */
  isResumed: boolean;
  /** Whether what is new is added to an earlier export. */
  isSynced: boolean;
  /**
   * How many seconds before the end of that are read again, for what came late.
   */
  overlap: number;
  /** What a Parquet file has of a series; all if absent. */
  partition: Partition | undefined;
  /** Whether nothing is said of progress. */
  isQuiet: boolean;
  /** The times as they were typed, with the filters that name times. */
  typed: {
    start: string | null;
    end: string | null;
    zone: string;
    filters: string[];
  };
  /** The window of time, in seconds since 1970 UTC, both ends included. */
  window: { start: number; end: number };
  /** The zone that timestamps are printed in. */
  outputZone: string;
  /** Names for addresses. */
  hostnames: Hostnames;
  /** Ends the connections; to be called when all is done. */
  close(): void;
}

/**
 * Checks the options of a command and settles what they mean.
 *
 * @throws {UsageError} for the first that cannot be carried out; nothing has
 * been sent then.
 */
export async function settle(
  command: QueryName,
  options: ParsedOptions,
  io: Io,
): Promise<Settings> {
  // Notices wait until all is found right: what is wrong is said in one line.
  const notices: string[] = [];
  const settings = await check(command, options, {
    ...io,
    note: (line) => notices.push(line),
  }, io);
  for (const line of notices) io.note(line);
  return settings;
}

async function check(
  command: QueryName,
  options: ParsedOptions,
  held: Io,
  io: Io,
): Promise<Settings> {
  const { url, scriptAlias } = readUrl(options, held);
  const eventType = options.text("event-type");
  if (command === "get") {
    const needsDest = !eventType?.startsWith("ntp-");
    if (!options.text("src") || (needsDest && !options.text("dest"))) {
      throw new UsageError(
        "--src and --dest are both required (for ntp-* event types only --src)",
      );
    }
  }
  if (
    command === "get-bulk" &&
    (options.text("output-format") ?? "human") === "human"
  ) {
    throw new UsageError(
      `--output-format: bulk output goes to files, choose ${
        list(FORMATS[command])
      }`,
    );
  }
  const directory = options.text("output-directory") ?? ".";
  if (command === "get-bulk") await checkDirectory(directory);
  const hostnames = await readHostnames(options, io);
  for (const name of ["src", "dest", "agent"]) {
    const host = options.text(name);
    if (host && !await hostnames.exists(host)) {
      throw new UsageError(
        `--${name}: ${host} does not resolve; give an address, or a name that DNS or --hosts knows`,
      );
    }
  }
  if (eventType) checkEventType(eventType);
  else if (command === "get") {
    throw new UsageError("--event-type is required; -L lists the event types");
  }
  const summaryType = options.text("summary-type");
  if (summaryType !== undefined) {
    choose("--summary-type", summaryType, SUMMARY_TYPES);
  }
  const format = choose(
    "--output-format",
    options.text("output-format") ?? "human",
    FORMATS[command],
  );
  const isGzipped = options.flag("gzip");
  checkBytes(format, isGzipped, command === "get" && held.isTerminal);
  const escapesFormulas = options.flag("escape-formulas");
  if (escapesFormulas && format !== "csv") {
    throw new UsageError(
      "--escape-formulas changes csv alone: choose --output-format csv, or leave it out",
    );
  }
  const isExtended = options.flag("metadata-extended");
  if (isExtended && format === "csv") {
    throw new UsageError(
      "--output-format csv has one set of columns: with --metadata-extended choose human, json or ndjson",
    );
  }
  const summaryWindow = readInteger(options, "summary-window", 0);
  const outputZone = readZone(options, "output-tz");
  const filters = new ApiFilters({
    timeout: readInteger(options, "timeout", 20),
    verbose: options.flag("verbose"),
    ...given("source", options.text("src")),
    ...given("destination", options.text("dest")),
    ...given("measurementAgent", options.text("agent")),
    ...given("eventType", eventType),
    ...given("toolName", options.text("tool")),
    ...given("summaryType", summaryType),
    ...(summaryWindow === 0 ? {} : { summaryWindow }),
  });
  for (const filter of options.texts("filter")) {
    addFilter(filters, filter, held);
  }
  const window = settleWindow(filters, options, held);
  for (const word of options.words) {
    held.note(`"${word}" belongs to no option and is ignored`);
  }
  if (filters.verbose) noteWindow(window, held);
  const isBulk = command === "get-bulk";
  const access = {
    scriptAlias,
    retries: readInteger(options, "retry", 3),
    ...readMaxResponse(options),
    // An export finishes what is under way; everything else just ends.
    ...(isBulk ? { drain: io.signal } : { signal: io.signal }),
  };
  connect(url, filters, access, options, io); // complains before files are read
  const exported = exportSettings(options, format);
  const { fetch, close } = await openTransport(options, url, held);
  const through = fetch ? { ...access, fetch } : access;
  return {
    connection: connect(url, filters, through, options, io),
    close,
    ...given("eventType", eventType || undefined),
    ...given("summaryType", summaryType),
    summaryWindow,
    format,
    isGzipped,
    escapesFormulas,
    isExtended,
    directory,
    ...exported,
    window,
    outputZone,
    hostnames,
  };
}

/** What only get-bulk takes. */
function exportSettings(
  options: ParsedOptions,
  format: Format,
): Pick<
  Settings,
  "isResumed" | "isSynced" | "overlap" | "partition" | "isQuiet" | "typed"
> {
  const isSynced = options.flag("sync");
  const chosen = options.text("partition");
  const partition = chosen === undefined
    ? undefined
    : choose("--partition", chosen, PARTITIONS);
  if (partition !== undefined && format !== "parquet") {
    throw new UsageError(
      "--partition divides Parquet files: choose --output-format parquet, or leave it out",
    );
  }
  const overlap = readInteger(options, "overlap", 3600);
  if (isSynced && format === "parquet" && partition === undefined) {
    throw new UsageError(
      "--sync: nothing can be added to a Parquet file; divide them with --partition day or month, or choose another --output-format",
    );
  }
  return {
    isResumed: options.flag("resume"),
    isSynced,
    overlap: isSynced ? overlap : 0,
    partition,
    isQuiet: options.flag("quiet"),
    typed: {
      start: options.text("start-time") ?? null,
      end: options.text("end-time") ?? null,
      zone: options.text("tz") ?? "UTC",
      filters: options.texts("filter").filter((each) => /^time/.test(each)),
    },
  };
}

/** Every name that `--event-type` takes, as the original lists them. */
export function eventTypeList(): string {
  const names = EVENT_TYPES.map(({ name }) => `    ${name}\n`).join("");
  return `\nValid event types:\n${names}`;
}

function given<K extends string>(
  key: K,
  value: string | undefined,
): { [key in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as {
    [key in K]?: string;
  };
}

function connect(
  url: string,
  filters: ApiFilters,
  access: ApiConnectOptions,
  options: ParsedOptions,
  io: Io,
): ApiConnect {
  const variable = io.env("ESMOND_PAGE_SIZE");
  const isTyped = options.text("page-size") !== undefined;
  const pageSize = isTyped
    ? readInteger(options, "page-size", 0)
    : variable
    ? Number(variable)
    : undefined;
  const named: Record<string, string> = {
    pageSize: isTyped ? "--page-size" : "ESMOND_PAGE_SIZE",
    concurrency: "--concurrency",
  };
  try {
    return new ApiConnect(url, filters, {
      ...access,
      ...(options.text("concurrency") === undefined
        ? {}
        : { concurrency: readInteger(options, "concurrency", 0) }),
      log: (line) => line && filters.verbose ? io.note(line) : undefined,
      warn: (line) => io.note(line),
      ...(pageSize === undefined ? {} : { pageSize }),
    });
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new UsageError(`${named[error.field] ?? "--url"}: ${error.message}`);
  }
}

/**
 * The address without the path of the archive, which is added where requests
 * are made.
 */
export function readUrl(
  options: ParsedOptions,
  io: Pick<Io, "note">,
): { url: string; scriptAlias: string } {
  const text = options.text("url");
  if (!text) {
    throw new UsageError(
      "--url is required: the archive's address, such as http://ma.example.net:8085",
    );
  }
  const url = URL.parse(text);
  const path = /^(.*?)\/+perfsonar\/archive(?:\/+(.*))?$/
    .exec(url?.pathname ?? "");
  if (url === null || path === null || url.search || url.hash) {
    return { url: text, scriptAlias: "esmond" };
  }
  const [, base = "", inside = ""] = path;
  if (inside !== "") {
    throw new UsageError(
      `--url: leave out ${inside}: only the archive is named here, tests are chosen by options`,
    );
  }
  io.note("the path /perfsonar/archive need not be given with --url");
  // Behind another alias, or none, the archive is where the path says.
  const alias = /\/+esmond$/.exec(base)?.[0] ?? "";
  url.pathname = base.slice(0, base.length - alias.length);
  return { url: url.href, scriptAlias: alias && "esmond" };
}

/** Complains of bytes that nobody could read. */
function checkBytes(
  format: Format,
  isGzipped: boolean,
  isShown: boolean,
): void {
  if (isGzipped && format === "human") {
    throw new UsageError(
      "--gzip: the format human is to be read at once; choose json, csv or ndjson, or leave out --gzip",
    );
  }
  if (isGzipped && format === "parquet") {
    throw new UsageError("--gzip: Parquet is compressed already; leave it out");
  }
  if (isShown && (isGzipped || format === "parquet")) {
    const option = isGzipped ? "--gzip" : "--output-format parquet";
    throw new UsageError(
      `${option} is nothing for a terminal: send it to a file, with > FILE`,
    );
  }
}

async function checkDirectory(directory: string): Promise<void> {
  const info = await Deno.stat(directory).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new UsageError(
      `--output-directory: cannot use ${directory}: ${error.message}`,
    );
  });
  if (!info?.isDirectory) {
    throw new UsageError(
      `--output-directory: ${directory} is no directory; make it first`,
    );
  }
  const probe = await Deno.makeTempFile({
    dir: directory,
    prefix: ".esmond-ps-",
  })
    .catch((error) => {
      throw new UsageError(
        `--output-directory: cannot write to ${directory}: ${error.message}`,
      );
    });
  await Deno.remove(probe);
}

async function readHostnames(
  options: ParsedOptions,
  io: Io,
): Promise<Hostnames> {
  const named = options.text("hosts");
  const path = named ?? io.env("ESMOND_HOSTS");
  const namedBy = named === undefined ? "ESMOND_HOSTS" : "--hosts";
  return new Hostnames({
    ...given("hosts", path ? await readHostsFile(path, namedBy) : undefined),
    keepAddresses: options.flag("ip"),
    note: (line) => io.note(line),
    ...(io.resolver ? { resolver: io.resolver } : {}),
  });
}

/** Complains of a name that is no event type, and says where it comes from. */
export function checkEventType(name: string, from = "--event-type"): void {
  if (eventTypeInfo(name) !== undefined) return;
  const near = suggestion(name, EVENT_TYPES.map((info) => info.name));
  throw new UsageError(
    `${from}: ${name} is no event type${near}; esmond-ps -L lists them`,
  );
}

/** The value, if it is among those that there are. */
export function choose<T extends string>(
  option: string,
  value: string,
  among: readonly T[],
): T {
  const found = among.find((each) => each === value);
  if (found !== undefined) return found;
  throw new UsageError(`${option} is ${value}: choose ${list(among)}`);
}

function list(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/**
 * A whole number as the original reads it: decimal, 0x…, 0b…, 0o…, or octal
 * with a leading 0.
 */
export function readInteger(
  options: ParsedOptions,
  option: string,
  otherwise: number,
): number {
  const text = options.text(option)?.trim();
  if (text === undefined) return otherwise;
  const value = /^0[0-7]+$/.test(text)
    ? parseInt(text, 8)
    : /^(0|[1-9]\d*|0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+)$/.test(text)
    ? Number(text)
    : NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new UsageError(
    `--${option} is ${JSON.stringify(text)}: give a whole number, such as 300`,
  );
}

/** How large an answer may be, if that is said. */
export function readMaxResponse(
  options: ParsedOptions,
): { maxResponse?: number } {
  const text = options.text("max-response");
  if (text === undefined) return {};
  const [, digits, unit = ""] =
    /^(\d+)(?:([kmg])(?:i?b)?)?$/i.exec(text.trim()) ?? [];
  const bytes = Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
  if (bytes > 0 && bytes <= MAX_RESPONSE) return { maxResponse: bytes };
  throw new UsageError(
    `--max-response is ${
      JSON.stringify(text)
    }: give bytes, or a number such as 64M, less than 512M`,
  );
}

const UNITS: Record<string, number> = { k: 1 << 10, m: 1 << 20, g: 1 << 30 };

/**
 * The window: what filters set goes before options, and those before the
 * default, the last 24 hours.
 */
function settleWindow(
  filters: ApiFilters,
  options: ParsedOptions,
  io: Io,
): { start: number; end: number } {
  const now = io.now();
  const zone = readZone(options, "tz");
  const read = (option: string) => {
    const text = options.text(option);
    if (text === undefined) return undefined;
    const warn = (message: string) => io.note(`--${option}: ${message}`);
    return named(option, () => parseTime(text, now, { zone, warn }));
  };
  const seconds = Math.floor(now.getTime() / 1000);
  const [start, end] = [read("start-time"), read("end-time")];
  const isRange = filters.timeRange !== undefined &&
    (filters.timeStart ?? start) === undefined;
  if (filters.timeRange !== undefined && !isRange) {
    io.note("--filter time-range has no effect beside a start and an end");
  }
  if (!isRange) filters.timeStart ??= start ?? seconds - DAY;
  filters.timeEnd ??= end ?? seconds;
  const window = windowOf(filters.timeFilters);
  const settled = { start: window.start!, end: window.end! };
  if (settled.start > settled.end) throw reversed(settled, start, end);
  return settled;
}

function reversed(
  window: Settings["window"],
  start: number | undefined,
  end: number | undefined,
): UsageError {
  const [from, to] = [formatTime(window.start), formatTime(window.end)];
  if (start === undefined && end !== undefined) {
    return new UsageError(
      `--end-time (${to}) is before the default start, 24 hours ago: give --start-time too`,
    );
  }
  if (end === undefined && start !== undefined) {
    return new UsageError(
      `--start-time (${from}) is after the default end, now: give an earlier one, or --end-time too`,
    );
  }
  return new UsageError(
    `--start-time (${from}) is after --end-time (${to}): exchange them`,
  );
}

function readZone(options: ParsedOptions, option: string): string {
  return named(option, () => checkZone(options.text(option) ?? "UTC"));
}

/**
 * What `read` makes of the value of an option; what it refuses is wrong usage
 * of that option.
 */
function named<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TimeError)) throw error;
    throw new UsageError(`--${option}: ${error.message}`);
  }
}

function noteWindow({ start, end }: Settings["window"], io: Io): void {
  io.note(
    `from ${formatTime(start)} UTC (${start}) to ${
      formatTime(end)
    } UTC (${end})`,
  );
}

/**
 * Applies `key:value`; what is no filter is ignored, as the original documents
 * it, with a notice.
 */
function addFilter(filters: ApiFilters, filter: string, io: Io): void {
  const colon = filter.indexOf(":");
  const name = filter.slice(0, Math.max(colon, 0)).replaceAll("_", "-");
  if (colon < 0) {
    io.note(`--filter ${filter} is ignored: it has to be key:value`);
  } else if (!isDocumentedFilter(name)) {
    io.note(
      `--filter ${filter} is ignored: there is no filter ${name || '""'}`,
    );
  } else {
    try {
      filters.set(name, filter.slice(colon + 1));
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      io.note(`--filter ${filter} is ignored: ${error.message}`);
    }
  }
}
