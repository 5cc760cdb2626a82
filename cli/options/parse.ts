/**
 * From the words of a command line to options, in one pass. `parseArgs` of
 * `@std/cli` cannot do it: it takes no value that begins with a dash, such as
 * `-S -24h`, and knows no abbreviations.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import type { CommandName } from "../names.ts";
import { originValue } from "./by_origin.ts";
import { suggestedOption } from "./other_names.ts";
import { type AnyOptions, optionsOf, type OptionSpec } from "./table.ts";

/**
 * Parses a command line as the original client does: `--opt value`,
 * `--opt=value`, `-o value`, `-ovalue`, combined flags, unambiguous beginnings
 * of long names; options and words in any order.
 *
 * @throws {UsageError} for options that do not exist, are ambiguous, or lack a
 * value.
 */
export function parseOptions(
  command: CommandName,
  argv: readonly string[],
): AnyOptions {
  const specs = optionsOf(command);
  const given = new Map<string, string[]>();
  const words: string[] = [];
  const after = new Map<string, string[]>();
  let following: string[] = [];
  const queue = [...argv];
  const take = (spec: OptionSpec, typed: string, attached?: string) => {
    after.set(spec.long, following = []);
    const values = given.get(spec.long) ?? [];
    given.set(spec.long, values);
    if (spec.value === undefined) {
      if (attached === undefined) return;
      throw new UsageError(`${typed} takes no value`);
    }
    const value = attached ?? queue.shift();
    if (value === undefined) {
      throw new UsageError(`${typed} needs a value (${spec.value})`);
    }
    const isAgain = values.length > 0 && values[0] !== value;
    const isAllowed = spec.isRepeatable || spec.isReplaceable ||
      spec.isByOrigin && areOfOthers(values, value);
    if (isAgain && !isAllowed) {
      throw new UsageError(
        `--${spec.long} is given twice, with different values: give it once`,
      );
    }
    values.push(value);
  };
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === "--") {
      words.push(...queue.splice(0));
    } else if (word.startsWith("--")) {
      const [, typed = "", attached] = /^([^=]*)(?:=([^]*))?$/.exec(word)!;
      take(findLong(command, specs, typed), typed, attached);
    } else if (word.startsWith("-") && word.length > 1) {
      refuseOneDash(specs, word);
      for (let at = 1; at < word.length; at++) {
        const typed = `-${word[at]}`;
        const spec = findShort(command, specs, word[at]!);
        const rest = word.slice(at + 1);
        if (spec.value !== undefined && rest !== "") {
          take(spec, typed, rest.replace(/^=/, ""));
          break;
        }
        take(spec, typed);
      }
    } else {
      words.push(word);
      following.push(word);
    }
  }
  return {
    text: (long) => given.get(long)?.at(-1),
    texts: (long) => given.get(long) ?? [],
    flag: (long) => given.has(long),
    words,
    wordsAfter: (long) => after.get(long) ?? [],
  };
}

/** Whether a value is for an archive that none of the others is for. */
function areOfOthers(values: readonly string[], value: string): boolean {
  const origins = [...values, value].map((each) => originValue(each).origin);
  return !origins.includes(undefined) &&
    new Set(origins).size === origins.length;
}

/** The options that a name after `--`, or the beginning of one, may mean. */
export function optionsNamed(
  specs: readonly OptionSpec[],
  name: string,
): OptionSpec[] {
  const exact = specs.find((spec) => spec.long === name);
  if (exact !== undefined) return [exact];
  const begun = specs.filter((spec) => name && spec.long.startsWith(name));
  const original = begun.filter((spec) => spec.isOriginal);
  // New options do not make ambiguous what the original client understands.
  return original.length > 0 ? original : begun;
}

/** `-url X` would be `-u rl`, and a word. */
function refuseOneDash(specs: OptionSpec[], word: string): void {
  const name = word.slice(1).replace(/=.*/s, "");
  // Of `-help` the `-h` is understood.
  const isLong = name.length > 2 && name !== "help" &&
    specs.some(({ long }) => long === name);
  if (isLong) {
    throw new UsageError(`-${name}: a long name has two dashes, --${name}`);
  }
}

function findLong(
  command: CommandName,
  specs: OptionSpec[],
  typed: string,
): OptionSpec {
  const candidates = optionsNamed(specs, typed.slice(2));
  if (candidates.length === 1) return candidates[0]!;
  if (candidates.length > 1) {
    const names = candidates.map((spec) => `--${spec.long}`).join(", ");
    throw new UsageError(`${typed} is ambiguous: ${names}`);
  }
  throw unknownOption(command, typed);
}

function findShort(
  command: CommandName,
  specs: OptionSpec[],
  letter: string,
): OptionSpec {
  const found = specs.find((spec) => spec.short === letter);
  if (found !== undefined) return found;
  throw unknownOption(command, `-${letter}`);
}

function unknownOption(command: CommandName, typed: string): UsageError {
  const near = typed.startsWith("--")
    ? suggestedOption(command, typed.slice(2))
    : "";
  return new UsageError(
    `there is no option ${typed}${near}; --help lists the options`,
  );
}
