/**
 * What can follow on a command line, from the option table.
 *
 * @module
 */

import { HELP } from "../help/help.ts";
import { TOPICS } from "../help/topics.ts";
import type { CommandName } from "../names.ts";
import { optionsNamed } from "../options/parse.ts";
import {
  type Completes,
  optionsOf,
  type OptionSpec,
  PROGRAM_OPTIONS,
} from "../options/table.ts";

/** What completions need to know of each command. */
export type CommandWords = Readonly<
  Record<CommandName, { summary: string; completes?: Completes }>
>;

/** What the word at the cursor can become. */
export interface Candidates {
  /** Whether `texts` are offered, or files, or directories. */
  kind: "texts" | "files" | "directories";
  /** What stands before the value in the same word, such as `--tool=`. */
  lead: string;
  /** What can follow the lead, however the value begins. */
  texts: readonly Candidate[];
}

/**
 * A text and its meaning, which is empty where the text speaks for itself. A
 * text that ends in `:` is the beginning of a value.
 */
export type Candidate = readonly [text: string, meaning: string];

/**
 * Finds what the word at the cursor can become.
 *
 * @param commands All commands.
 * @param words The words before that at the cursor, the program's name first.
 * @param current The word at the cursor, as far as it is typed.
 */
export function candidatesFor(
  commands: CommandWords,
  [program = "", ...rest]: readonly string[],
  current: string,
): Candidates {
  const inName = /(?:^|[/\\])esmond-ps-([^/\\]+?)(?:\.exe)?$/i.exec(program);
  const command = inName?.[1] ?? rest.shift() ?? "";
  const options = optionsAfter(commands, command);
  const given = new Set<OptionSpec>();
  let texts: Candidates | undefined = wordAfter(commands, command);
  let isEnded = false;
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at]!;
    if (isEnded || !/^-./.test(word)) {
      texts = undefined; // no command takes a second word
    } else if (word === "--") {
      isEnded = true;
    } else {
      const { found, lead } = findOptions(options, word);
      for (const option of found) given.add(option);
      const last = found.at(-1);
      if (last?.value !== undefined && lead === "" && ++at === rest.length) {
        return offered(last.completes, command);
      }
    }
  }
  if (!isEnded && current.startsWith("-")) {
    const { found, lead } = findOptions(options, current);
    if (lead !== "") return offered(found.at(-1)?.completes, command, lead);
    texts = undefined;
  }
  const isOption = !isEnded && (current === "" || current.startsWith("-"));
  return texts ?? (isOption ? namesOf(options, given, current) : NOTHING);
}

const NOTHING: Candidates = { kind: "texts", lead: "", texts: [] };

function optionsAfter(
  commands: CommandWords,
  command: string,
): readonly OptionSpec[] {
  if (command === "") return PROGRAM_OPTIONS;
  return isCommand(commands, command) ? optionsOf(command) : [];
}

function wordAfter(
  commands: CommandWords,
  command: string,
): Candidates | undefined {
  const described = (entries: Record<string, { summary: string }>) => ({
    ...NOTHING,
    texts: Object.entries(entries)
      .map(([text, { summary }]) => [text, summary] as const),
  });
  if (command === "") return described({ ...commands, [HELP.name]: HELP });
  if (command === HELP.name) return described({ ...commands, ...TOPICS });
  if (!isCommand(commands, command)) return undefined;
  const { completes } = commands[command];
  return completes && offered(completes, command);
}

function isCommand(
  commands: CommandWords,
  name: string,
): name is CommandName {
  return Object.hasOwn(commands, name);
}

/**
 * The options in a word, of which the last may take a value, and what stands
 * before the value if it is in the same word.
 */
function findOptions(
  options: readonly OptionSpec[],
  word: string,
): { found: OptionSpec[]; lead: string } {
  if (word.startsWith("--")) {
    const [name = "", value] = word.split("=", 2);
    const named = optionsNamed(options, name.slice(2));
    const found = named.length > 1 ? [] : named;
    return { found, lead: value === undefined ? "" : `${name}=` };
  }
  const found: OptionSpec[] = [];
  for (let at = 1; at < word.length; at++) {
    const option = options.find(({ short }) => short === word[at]);
    if (option === undefined) break;
    found.push(option);
    if (option.value !== undefined) {
      const [lead = ""] = /^=?/.exec(word.slice(at + 1)) ?? [];
      const isAttached = at + 1 < word.length;
      return { found, lead: isAttached ? word.slice(0, at + 1) + lead : "" };
    }
  }
  return { found, lead: "" };
}

/** The options that can still be given. */
function namesOf(
  options: readonly OptionSpec[],
  given: ReadonlySet<OptionSpec>,
  current: string,
): Candidates {
  const possible = options
    .filter((option) => option.isRepeatable || !given.has(option));
  const meaning = ({ help }: OptionSpec) => help.replace(/\.( .*)?$/, "");
  const long = possible
    .map((option) => [`--${option.long}`, meaning(option)] as const);
  const short = possible.filter((option) => option.short !== undefined)
    .map((option) => [`-${option.short}`, meaning(option)] as const);
  const isShort = /^-[^-]?$/.test(current);
  return { ...NOTHING, texts: isShort ? [...long, ...short] : long };
}

function offered(
  completes: Completes | undefined,
  command: string,
  lead = "",
): Candidates {
  if (completes === "file") return { kind: "files", lead, texts: [] };
  if (completes === "directory") {
    return { kind: "directories", lead, texts: [] };
  }
  const texts = isList(completes)
    ? completes
    : completes?.[command as CommandName] ?? [];
  return { kind: "texts", lead, texts: texts.map((text) => [text, ""]) };
}

function isList(
  completes: Exclude<Completes, string> | undefined,
): completes is readonly string[] {
  return Array.isArray(completes);
}
