/**
 * Readers for the values of options: what cannot be used is wrong usage, in a
 * message that names the option.
 *
 * @module
 */

import { withoutCredentials } from "../../client/address.ts";
import { MAX_RESPONSE } from "../../client/connection.ts";
import { FilterError } from "../../client/errors.ts";
import { eventTypeInfo, nearestEventType } from "../../client/event_types.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { ParsedOptions } from "../names.ts";
import { COLORS } from "./choices.ts";
import { fileOf } from "./file_of.ts";
import { DEFAULTS, type TextName } from "./table.ts";
import { checkZone, TimeError } from "./time.ts";

/** Options that have one value each. */
type Texts<L extends string> = Pick<ParsedOptions<L>, "text">;

/** The options whose default is a number. */
export type NumberName = {
  [L in keyof typeof DEFAULTS]: (typeof DEFAULTS)[L] extends number ? L : never;
}[keyof typeof DEFAULTS];

/**
 * A whole number as the original client reads it: decimal, 0x…, 0b…, 0o…, or
 * octal with a leading 0.
 *
 * @returns The number, or the option's default; `undefined` without either.
 */
export function readInteger<L extends NumberName>(
  options: Texts<L>,
  option: L,
): number;
export function readInteger<L extends TextName>(
  options: Texts<L>,
  option: L,
): number | undefined;
export function readInteger(
  options: Texts<string>,
  option: string,
): number | undefined {
  const text = options.text(option)?.trim();
  if (text === undefined) {
    return (DEFAULTS as Partial<Record<string, string | number>>)[option] as
      | number
      | undefined;
  }
  const value = integerIn(text);
  if (value !== undefined) return value;
  throw new UsageError(
    `--${option} is ${JSON.stringify(text)}: give a whole number, such as 300`,
  );
}

/** The whole number that a text is to the original client, if it is one. */
export function integerIn(text: string): number | undefined {
  const value = /^0[0-7]+$/.test(text)
    ? parseInt(text, 8)
    : /^(0|[1-9]\d*|0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+)$/.test(text)
    ? Number(text)
    : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** One of several values; `undefined` if the option is not given. */
export function readChoice<L extends TextName, T extends string>(
  options: Texts<L>,
  option: L,
  among: readonly T[],
): T | undefined {
  const text = options.text(option);
  return text === undefined ? undefined : choose(option, text, among);
}

/** What `--color` says, unless it leaves that to the terminal. */
export function readColors(options: Texts<"color">): Pick<Io, "colors"> {
  const color = readChoice(options, "color", COLORS) ?? "auto";
  return color === "auto" ? {} : { colors: color };
}

/** The value of an option, if it is one of these. */
export function choose<T extends string>(
  option: TextName,
  value: string,
  among: readonly T[],
): T {
  const found = among.find((each) => each === value);
  if (found !== undefined) return found;
  throw new UsageError(`--${option} is ${value}: choose ${listed(among)}`);
}

/** Words as a person lists them: `one, two or three`. */
export function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** The size of `--max-response` in bytes, if it is given. */
export function readMaxResponse(
  options: Texts<"max-response">,
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

/** The time zone that an option names; UTC if it is not given. */
export function readZone<L extends "tz" | "output-tz">(
  options: Texts<L>,
  option: L,
): string {
  return timeOf(option, () => checkZone(options.text(option) ?? DEFAULTS.tz));
}

/**
 * What `read` makes of the value of an option; what it refuses is wrong usage
 * of that option.
 */
export function timeOf<T>(option: TextName, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TimeError)) throw error;
    throw new UsageError(`--${option}: ${error.message}`);
  }
}

/** Where an archive is. */
export interface ArchivePlace {
  /**
   * Its address without the path of the archive, which is added where requests
   * are made.
   */
  url: string;
  /** The first part of that path. */
  scriptAlias: string;
  /** Its file, if that is what is named. */
  file?: string;
}

/** What `--url` names. */
export function readUrl(options: Texts<"url">): ArchivePlace {
  return placeOf(options.text("url"));
}

/**
 * An address of an archive, or the file of one.
 *
 * @param from The option that has it, for messages.
 */
export function placeOf(
  text: string | undefined,
  from = "--url",
): ArchivePlace {
  if (!text) {
    throw new UsageError(
      "--url is required: the archive's address, such as http://ma.example.net:8085; or set ESMOND_URL",
    );
  }
  const file = fileOf(text);
  if (file !== undefined) return { url: text, scriptAlias: "esmond", file };
  const url = URL.parse(text);
  const path = /^(.*?)\/+perfsonar\/archive(?:\/+(.*))?$/
    .exec(url?.pathname ?? "");
  if (url === null || path === null || url.search || url.hash) {
    return { url: text, scriptAlias: "esmond" };
  }
  const [, base = "", inside = ""] = path;
  if (inside !== "") {
    throw new UsageError(
      `${from}: leave out ${inside}: give the address of the archive only, and choose tests by options`,
    );
  }
  // With another alias, or none, the archive is where the path says.
  const alias = /\/+esmond$/.exec(base)?.[0] ?? "";
  url.pathname = base.slice(0, base.length - alias.length);
  return { url: url.href, scriptAlias: alias && "esmond" };
}

/**
 * What `make` gives; an address that cannot be used is wrong usage of `--url`,
 * or of where it is from.
 *
 * @param make Uses the address.
 * @param more What else is wrong with it.
 */
export function withUrl<T>(make: () => T, more = "", from = "--url"): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new UsageError(`${from}: ${error.message}${more}`);
  }
}

/** Refuses a name that is not an event type; `from` says where it stands. */
export function checkEventType(name: string, from = "--event-type"): void {
  if (eventTypeInfo(name) !== undefined) return;
  throw new UsageError(
    `${from}: ${name} is not an event type${
      nearestEventType(name)
    }; esmond-ps -L lists them`,
  );
}

/** Tells of words that no option takes. */
export function noteWords(
  words: readonly string[],
  io: Pick<Io, "note">,
): void {
  for (const word of words) {
    io.note(`"${shownWord(word)}" belongs to no option and is ignored`);
  }
}

/** A word of the command line as messages show it: it may hold a password. */
export function shownWord(word: string): string {
  if (word.startsWith("-")) return word.replace(/=.*/s, "");
  const isAddress = word.includes("//") ||
    (word.includes(":") && word.lastIndexOf("@") > word.indexOf(":"));
  return isAddress ? withoutCredentials(word) : word;
}
