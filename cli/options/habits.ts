/**
 * What people type by habit, as the options that it means.
 *
 * @module
 */

import { isLoopback } from "../../client/loopback.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { CommandName } from "../names.ts";
import { addressOf, isArchiveName } from "./archive_names.ts";
import { FORMATS } from "./choices.ts";
import { fileOf } from "./file_of.ts";
import { type AnyOptions, optionsOf, READING } from "./table.ts";

/** The options that name archives in the place of `--url`. */
const SOURCES = ["archives", "mesh"];

/** The options that name hosts. */
const HOSTS = ["src", "dest", "agent"];

/**
 * The options as they are meant: an archive by its name, by `ESMOND_URL`, by a
 * word that is an address, or by a host of this machine; a format in capitals;
 * an IPv6 address in brackets.
 *
 * @param command The command.
 * @param options What was typed.
 * @param takesWords Whether the words are the command's own.
 * @param io For notices and the environment.
 * @throws {UsageError} for a name that no archive has.
 */
export async function asMeant(
  command: CommandName,
  options: AnyOptions,
  takesWords: boolean,
  io: Pick<Io, "env" | "note">,
): Promise<AnyOptions> {
  const [text, texts] = [options.text, options.texts] as [
    (long: string) => string | undefined,
    (long: string) => string[],
  ];
  const { urls, words } = await archivesOf(command, options, takesWords, io);
  return {
    ...options,
    text: (long) => {
      if (long === "url") return urls.at(-1);
      if (long === "output-format") return inLowerCase(text(long));
      const value = text(long);
      return HOSTS.includes(long) ? value && withoutBrackets(value) : value;
    },
    texts: (long) => {
      if (`${long}` === "url") return urls;
      const values = texts(long);
      return HOSTS.includes(long) ? values.map(withoutBrackets) : values;
    },
    words,
  };
}

async function archivesOf(
  command: CommandName,
  options: AnyOptions,
  takesWords: boolean,
  io: Pick<Io, "env" | "note">,
): Promise<{ urls: string[]; words: readonly string[] }> {
  const { words } = options;
  const texts = options.texts as (long: string) => string[];
  const takesUrl = optionsOf(command).some(({ long }) => long === "url");
  const typed = texts("url");
  if (!takesUrl) return { urls: typed, words };
  const meant = (all: string[]) =>
    Promise.all(all.map((each) => addressMeant(command, each, io)));
  if (typed.length > 0) return { urls: await meant(typed), words };
  const isUrl = (word: string) => /^https?:\/\//i.test(word);
  if (!takesWords && words.filter(isUrl).length === 1) {
    return {
      urls: words.filter(isUrl),
      words: words.filter((word) => !isUrl(word)),
    };
  }
  const hasOther = SOURCES.some((long) => texts(long).length > 0) ||
    command === "trust" && words.length > 0;
  const variable = io.env("ESMOND_URL");
  return {
    urls: variable && !hasOther ? await meant([variable]) : [],
    words,
  };
}

/** The address that a value of `--url` means. */
async function addressMeant(
  command: CommandName,
  text: string,
  io: Pick<Io, "env" | "note">,
): Promise<string> {
  // What is written may be secret: there http has to be said.
  const isReading = READING.some((each) => each === command);
  const [, host = ""] = /^(\[[\da-f:.]+\]|[^/:]+)(?::\d+)?(?:\/|$)/i
    .exec(text) ?? [];
  if (isReading && isLoopback(host)) {
    io.note(`--url: ${text} is taken as http://${text}`);
    return `http://${text}`;
  }
  if (!isArchiveName(text) || isLoopback(text)) return text;
  try {
    return await addressOf(text, io);
  } catch (error) {
    if (error instanceof UsageError && fileOf(text) !== undefined) return text;
    throw error;
  }
}

/** `[2001:db8::1]`, as addresses stand in URLs. */
function withoutBrackets(host: string): string {
  return /^\[([\da-f:.]+)\]$/i.exec(host)?.[1] ?? host;
}

function inLowerCase(format: string | undefined): string | undefined {
  const lower = format?.toLowerCase();
  const isFormat = Object.values(FORMATS).flat().some((each) => each === lower);
  return isFormat ? lower : format;
}
