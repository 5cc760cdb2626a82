/**
 * From a command line to what a reading command does: every check that needs no
 * archive, in the order of the original client.
 *
 * @module
 */

import { SUMMARY_TYPES } from "../../client/event_types.ts";
import { ApiFilters } from "../../client/filters.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type {
  AnswerName,
  CopyName,
  Format,
  QueryName,
  ReadingName,
} from "../names.ts";
import { readSeconds } from "../options/amounts.ts";
import { FORMATS } from "../options/choices.ts";
import { DEFAULTS, type OptionsOf } from "../options/table.ts";
import {
  checkEventType,
  choose,
  noteWords,
  readChoice,
  readInteger,
} from "../options/values.ts";
import type { Hostnames } from "../output/hostnames.ts";
import type { MeshTemplate } from "../template/mesh_template.ts";
import { addressesOf, distinctAddresses, readAddresses } from "./addresses.ts";
import type { Archives } from "./archives.ts";
import {
  type ListBy,
  openArchives,
  type OpenOptions,
} from "./open_archives.ts";
import { ArchiveClock } from "./clock.ts";
import { checkFamily, type Family, readFamily } from "./family.ts";
import { addFilter } from "./filter.ts";
import { checkHosts, readHostnames } from "./hosts.ts";
import {
  readSelection,
  type Search,
  searchesFor,
  type Selection,
} from "./selection.ts";
import { readAdded } from "./with.ts";
import { Unwritten } from "./unwritten.ts";
import { settleWindow, type TimeWindow } from "./window.ts";

export type { Family };

/** What every reading command goes by. */
export interface Settings extends Disposable {
  /** The archive, or several of them, and which tests to read. */
  connection: Archives;
  /** What each list of tests is searched for besides; there is at least one. */
  searches: readonly Search[];
  /** The event types that are asked for; none if all are. */
  eventTypes: readonly string[];
  /** The kind of roll-up, if one is asked for. */
  summaryType?: string;
  /** The window of the roll-ups, in seconds; 0 if none is asked for. */
  summaryWindow: number;
  /** The format of the output. */
  format: Format;
  /** The columns that are added, by the wire names of parameters. */
  added: readonly string[];
  /** Whether csv must not hold what a spreadsheet takes for a formula. */
  escapesFormulas: boolean;
  /** The window to read. */
  window: TimeWindow;
  /** Whether tests are listed whenever they were written to, or never. */
  isAnyTime: boolean;
  /**
   * Counts tests that were never written to, if their number is to be told.
   */
  unwritten: Unwritten | undefined;
  /** Names of addresses. */
  hostnames: Hostnames;
  /** What should be there, if a template says so. */
  template: MeshTemplate | undefined;
  /**
   * Lists tests by other filters, by wire name, without retries: for advice
   * when nothing is found. All such lists together make a few requests at most.
   */
  listBy: ListBy;
}

/** The data that is asked for. */
export type Asked = Pick<
  Settings,
  "eventTypes" | "summaryType" | "summaryWindow"
>;

/** What a command checks and reads besides. */
export interface OwnSettings<Own> extends Omit<OpenOptions, "clock"> {
  /** Checks what comes before everything but the address. */
  first?(): void | Promise<void>;
  /**
   * Checks the event types that are asked for, and says which these are; by
   * default they are those of --event-type, and have to be in the catalogue.
   */
  eventTypes?(): readonly string[];
  /**
   * Whether hosts need not resolve: tests are found by the names that they were
   * given, too.
   */
  mayHaveOtherNames?: boolean;
  /**
   * Reads what the command alone takes, once the common options are checked.
   */
  own?(format: Format, io: Pick<Io, "note">, asked: Asked): Own;
  /** Seconds before now at which the window starts by default; a day if absent. */
  span?: number;
  /** The format that is asked for, of a command that answers a question. */
  format?: string | undefined;
  /** Whether its csv must not hold what a spreadsheet takes for a formula. */
  escapesFormulas?: boolean;
}

/** What the commands that answer questions go by besides. */
export interface AnswerSettings {
  /** What time it is at the archive. */
  clock: ArchiveClock;
  /** Whether the window ends now: no end was given. */
  isOpen: boolean;
  /** The family of addresses, if only one is asked for. */
  family: Family | undefined;
}

/**
 * Checks the options of a command and settles what they mean. Disposing of the
 * settings closes the connections.
 *
 * @throws {UsageError} for the first that cannot be carried out; nothing has
 * been sent then.
 */
export async function settle<Own = unknown>(
  command: QueryName,
  options: OptionsOf<QueryName>,
  io: Io,
  own: OwnSettings<Own> = {},
): Promise<Settings & Own> {
  return await settleQuietly(
    io,
    (held) => check(command, options, held, { ...own, query: options }),
  );
}

/**
 * Checks the options of `copy`, which copies everything by default, and prints
 * nothing.
 *
 * @throws {UsageError} as {@linkcode settle} does.
 */
export async function settleCopy<Own = unknown>(
  options: OptionsOf<CopyName>,
  io: Io,
  own: OwnSettings<Own> = {},
): Promise<Settings & Own> {
  return await settleQuietly(
    io,
    (held) => check("copy", options, held, { ...own, copy: options }),
  );
}

/**
 * Checks the options of a command that answers a question. Its tests are listed
 * whether or not they ended within the window.
 *
 * @throws {UsageError} as {@linkcode settle} does.
 */
export async function settleAnswer<Own = unknown>(
  command: AnswerName,
  options: OptionsOf<AnswerName>,
  io: Io,
  own: OwnSettings<Own> = {},
): Promise<Settings & AnswerSettings & Own> {
  const clock = new ArchiveClock(io);
  const family = readFamily(options);
  // `check` says what there is over the other family.
  if (command !== "check") checkFamily(options, family);
  const settings = await settleQuietly(
    io,
    (held) => check(command, options, held, { ...own, clock, family }),
  );
  const isOpen = options.text("end-time") === undefined &&
    !options.texts("filter").some((each) => /^time([-_]end)?:/.test(each));
  return { ...settings, clock, family, isOpen };
}

async function settleQuietly<T>(
  io: Io,
  check: (held: Io) => Promise<T>,
): Promise<T> {
  // A refusal is one line: notices wait until nothing is refused any more.
  const held: string[] = [];
  let isHeld = true;
  const note = (line: string) => {
    if (isHeld) held.push(line);
    else io.note(line);
  };
  const settings = await check({ ...io, note });
  isHeld = false;
  for (const line of held) io.note(line);
  return settings;
}

/** What only one of the kinds of reading commands has. */
interface Kind {
  /** The options, if it is a command of the original client. */
  query?: OptionsOf<QueryName>;
  /** The options, if it copies. */
  copy?: OptionsOf<CopyName>;
  /** The clock of the archive, if it answers a question. */
  clock?: ArchiveClock;
  /** The family of addresses that it answers for. */
  family?: Family | undefined;
}

async function check<Own>(
  command: ReadingName,
  options: OptionsOf<ReadingName>,
  io: Io,
  own: OwnSettings<Own> & Kind,
): Promise<Settings & Own> {
  const { query } = own;
  /** The options about roll-ups. */
  const rollUps = query ?? own.copy;
  const named = await readAddresses(options);
  await own.first?.();
  const hostnames = await readHostnames(options, io);
  if (!own.mayHaveOtherNames) await checkHosts(options, hostnames);
  const selection = readSelection(options);
  const wanted = options.texts("event-type").filter(Boolean);
  if (own.eventTypes === undefined) {
    wanted.forEach((name) => checkEventType(name));
  }
  const eventTypes = [...new Set(own.eventTypes?.() ?? wanted)];
  const summaryType = rollUps &&
    readChoice(rollUps, "summary-type", SUMMARY_TYPES);
  const format = command === "copy" ? "ndjson" : choose(
    "output-format",
    (query ? query.text("output-format") : own.format) ??
      DEFAULTS["output-format"],
    FORMATS[command],
  );
  const escapesFormulas = query
    ? query.flag("escape-formulas")
    : own.escapesFormulas ?? false;
  checkCsv(escapesFormulas, query, format);
  // There the time of the last write stands with each event type.
  const isShown = command === "get-metadata" && format === "ndjson";
  const added = query ? readAdded(query, command, format) : [];
  const summaryWindow = rollUps ? readInteger(rollUps, "summary-window") : 0;
  const filters = readFilters(options, rollUps, selection, io);
  if (own.family) filters.set("dns-match-rule", `only-v${own.family}`);
  const { window, isAnyTime } = settleWindow(
    filters,
    options,
    io,
    own.copy ? "any" : own.span,
  );
  const isList = command === "get-endpoints" || command === "get-metadata";
  if (isList && isAnyTime && options.text("end-time") !== undefined) {
    io.note(
      "--end-time has no effect beside -S any: tests of all times are listed",
    );
  }
  noteWords(options.words, io);
  const asked = {
    eventTypes,
    ...given("summaryType", summaryType),
    summaryWindow,
  };
  const ownSettings = own.own?.(format, io, asked) as Own;
  if (options.flag("insecure") && query?.flag("ssl-verify")) {
    throw new UsageError(
      "--insecure and --ssl-verify contradict each other: leave one out",
    );
  }
  // For --mesh alone: all that judges measurements is loaded with it.
  const isMesh = options.text("mesh") !== undefined ||
    options.flag("includes");
  const mesh = isMesh ? await import("../template/load.ts") : undefined;
  const template = await mesh?.loadTemplate(options, io, hostnames);
  const addresses = distinctAddresses(
    [...named, ...addressesOf(template)],
    io,
  );
  const opened = await openArchives(addresses, options, filters, io, {
    ...own,
    ...given("otherOrigins", template?.origins),
  });
  try {
    return {
      connection: opened.archives,
      listBy: opened.listBy,
      searches: searchesFor(selection, filters),
      ...asked,
      format,
      added,
      escapesFormulas,
      window,
      isAnyTime,
      unwritten: isAnyTime && !isShown
        ? new Unwritten(eventTypes, (line) => io.note(line))
        : undefined,
      hostnames,
      template,
      [Symbol.dispose]: opened[Symbol.dispose],
      ...ownSettings,
    };
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
}

function checkCsv(
  escapesFormulas: boolean,
  query: OptionsOf<QueryName> | undefined,
  format: Format,
): void {
  if (escapesFormulas && format !== "csv") {
    throw new UsageError(
      "--escape-formulas changes csv alone: choose --output-format csv, or leave it out",
    );
  }
  if (query?.flag("metadata-extended") && format === "csv") {
    throw new UsageError(
      "--output-format csv has one set of columns: with --metadata-extended choose human, json or ndjson, or give --with extra in its place",
    );
  }
}

function readFilters(
  options: OptionsOf<ReadingName>,
  rollUps: OptionsOf<QueryName | CopyName> | undefined,
  { single }: Selection,
  io: Io,
): ApiFilters {
  const filters = new ApiFilters({
    timeout: readSeconds(options, "timeout"),
    verbose: options.flag("verbose"),
  });
  for (const [name, value] of single) filters.set(name, value);
  if (rollUps) {
    const summaryWindow = readInteger(rollUps, "summary-window");
    filters.summaryType = rollUps.text("summary-type");
    if (summaryWindow !== 0) filters.summaryWindow = summaryWindow;
  }
  for (const filter of options.texts("filter")) addFilter(filters, filter, io);
  return filters;
}

function given<K extends string, T>(
  key: K,
  value: T | undefined,
): { [key in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: T };
}
