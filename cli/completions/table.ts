/**
 * The option table as shells need it: by command, every list of texts under a
 * name.
 *
 * @module
 */

import { HELP } from "../help/help.ts";
import { TOPICS } from "../help/topics.ts";
import {
  type Completes,
  optionsOf,
  type OptionSpec,
  PROGRAM_OPTIONS,
} from "../options/table.ts";
import type { CommandName } from "../names.ts";

/**
 * What is offered for a value or a word: files, directories, nothing, or a list
 * by its name.
 */
export type Offer =
  | { kind: "file" | "directory" | "nothing" }
  | { kind: "list"; list: TextList };

/** Texts to choose from. */
export interface TextList {
  /** A name that is a name in every shell. */
  name: string;
  /** The texts, and what they mean. */
  texts: readonly (readonly [text: string, meaning: string])[];
  /** Whether there is a meaning to show; other texts speak for themselves. */
  isExplained: boolean;
  /** Whether they are the beginnings of values. */
  isBeginning: boolean;
}

/** An option. */
export interface CompletedOption {
  /** Its names with their dashes, the long one first. */
  names: readonly string[];
  /** What its value is called; absent for a flag. */
  value?: string;
  /** Whether it may be given several times. */
  isRepeatable: boolean;
  /** What it does, in a line. */
  summary: string;
  /** What its value can be. */
  offer: Offer;
}

/** A command, or the program before a command is named. */
export interface CompletedCommand {
  /** Its name; empty for the program. */
  name: string;
  /** Its options. */
  options: readonly CompletedOption[];
  /** What its word can be. */
  word: Offer;
}

/** All that there is to offer. */
export interface CompletionTable {
  /** The names that the program can be called by, its own first. */
  programs: readonly string[];
  /** What follows the program, then what follows `help`, then the commands. */
  commands: readonly CompletedCommand[];
  /** The lists that the offers name. */
  lists: readonly TextList[];
}

/** What completions need to know of each command. */
export type CommandWords = Readonly<
  Record<CommandName, { summary: string; completes?: Completes }>
>;

/** Makes the table. */
export function completionTable(commands: CommandWords): CompletionTable {
  const names = Object.keys(commands) as CommandName[];
  const lists: TextList[] = [];
  const offer = (
    name: string,
    completes: Completes | undefined,
    command: CommandName,
  ): Offer => {
    if (completes === "file" || completes === "directory") {
      return { kind: completes };
    }
    const texts = textsOf(completes, command);
    return texts.length === 0
      ? { kind: "nothing" }
      : listed(lists, name, texts.map((text) => [text, ""]));
  };
  const described = (
    name: string,
    entries: Readonly<Record<string, { summary: string }>>,
  ) =>
    listed(
      lists,
      name,
      Object.entries(entries).map(([text, { summary }]) => [text, summary]),
    );
  return {
    programs: [
      "esmond-ps",
      ...names.map((name) => `esmond-ps-${name}`),
    ],
    commands: [
      {
        name: "",
        options: PROGRAM_OPTIONS.map((spec) =>
          completed(spec, { kind: "nothing" })
        ),
        word: described("command", { ...commands, [HELP.name]: HELP }),
      },
      {
        name: HELP.name,
        options: [],
        word: described("topic", { ...commands, ...TOPICS }),
      },
      ...names.map((name) => ({
        name,
        options: optionsOf(name).map((spec) =>
          completed(spec, offer(spec.long, spec.completes, name))
        ),
        word: offer(`${name}-word`, commands[name].completes, name),
      })),
    ],
    lists,
  };
}

function completed(spec: OptionSpec, offer: Offer): CompletedOption {
  const short = spec.short === undefined ? [] : [`-${spec.short}`];
  return {
    names: [`--${spec.long}`, ...short],
    ...(spec.value === undefined ? {} : { value: spec.value }),
    isRepeatable: spec.isRepeatable ?? false,
    summary: spec.help.replace(/\.( .*)?$/, ""),
    offer,
  };
}

function textsOf(
  completes: Exclude<Completes, string> | undefined,
  command: CommandName,
): readonly string[] {
  if (completes === undefined) return [];
  return isList(completes) ? completes : completes[command] ?? [];
}

function isList(
  completes: Exclude<Completes, string>,
): completes is readonly string[] {
  return Array.isArray(completes);
}

/** The list of these texts; lists of the same texts are one. */
function listed(
  lists: TextList[],
  wanted: string,
  texts: TextList["texts"],
): Offer {
  const same = lists.find((list) => `${list.texts}` === `${texts}`);
  if (same !== undefined) return { kind: "list", list: same };
  const stem = wanted.replaceAll("-", "_");
  const count = lists.filter(({ name }) => name.replace(/\d+$/, "") === stem)
    .length;
  const list: TextList = {
    name: count === 0 ? stem : `${stem}${count + 1}`,
    texts,
    isExplained: texts.some(([, meaning]) => meaning !== ""),
    isBeginning: texts.every(([text]) => text.endsWith(":")),
  };
  lists.push(list);
  return { kind: "list", list };
}
