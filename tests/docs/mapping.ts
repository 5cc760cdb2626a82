/**
 * The tables of docs/from-python.md, as facts: which names of Python, which
 * names of ours, under which heading.
 */

/** One row of a table whose first columns are `Python` and `here`. */
export interface Mapping {
  /** The heading that the table stands under. */
  heading: string;
  /** The code in the first column. */
  python: string[];
  /** The code in the second column. */
  here: string[];
  /** The line, from 1. */
  line: number;
}

/** Every row of such a table, in the order of the document. */
export function mappings(markdown: string): Mapping[] {
  const found: Mapping[] = [];
  let heading = "";
  let isMapping = false;
  let isFenced = false;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (line.startsWith("```")) isFenced = !isFenced;
    if (isFenced) continue;
    heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    if (!line.startsWith("|")) {
      isMapping = false;
      continue;
    }
    const [, first = "", second = ""] = line.split(/(?<!\\)\|/);
    if (/^[\s-]*$/.test(first)) continue;
    if (isMapping) {
      found.push({
        heading,
        python: codeIn(first),
        here: codeIn(second),
        line: index + 1,
      });
    }
    isMapping ||= first.trim() === "Python" && second.trim() === "here";
  }
  return found;
}

/** What stands between backquotes, in text without fenced blocks. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/(`+)(.+?)\1(?!`)/g)].map((match) => match[2]!);
}

/** A document without its fenced blocks, whose lines are empty. */
export function withoutBlocks(markdown: string): string {
  return markdown.replace(
    /^```.*?^```$/gms,
    (block) => block.replace(/[^\n]/g, ""),
  );
}

/** The identifiers in pieces of code, those of arguments too. */
export function identifiersIn(codes: readonly string[]): string[] {
  return codes.flatMap((code) => code.match(/[A-Za-z_]\w*/g) ?? []);
}

/** The options in pieces of code. */
export function optionsIn(codes: readonly string[]): string[] {
  return codes.flatMap((code) => code.match(/(?<![\w-])--?[\w-]+/g) ?? []);
}

/** A name of ours that the document uses. */
export type Name =
  | { kind: "export"; name: string }
  | { kind: "member"; type: string; name: string }
  | { kind: "option"; name: string }
  | { kind: "command"; name: string };

/**
 * What a piece of code in the second column names. In the section of a class, a
 * bare name is a member of it, and `options.x` a member of its options.
 *
 * @throws {Error} for code that names nothing
 */
export function nameIn(code: string, classes: readonly string[]): Name[] {
  const option = /^--?[\w-]+$/.exec(code);
  if (option) return [{ kind: "option", name: code }];
  const command = /^esmond-ps ([\w-]+)$/.exec(code);
  if (command) return [{ kind: "command", name: command[1]! }];
  const made = /^new (\w+)\(.*\)$/.exec(code);
  if (made) return [{ kind: "export", name: made[1]! }];
  const [, type, name] = /^([A-Z]\w*)\.(\w+)$/.exec(code) ?? [];
  if (type && name) return [{ kind: "member", type, name }];
  const given = /^options\.(\w+)$/.exec(code)?.[1];
  if (given && classes.length > 0) {
    return classes.map((each) => ({
      kind: "member",
      type: `${each}Options`,
      name: given,
    }));
  }
  const member = /^([a-z]\w*)(\(.*\))?$/.exec(code)?.[1];
  if (member && classes.length > 0) {
    return classes.map((each) => ({
      kind: "member",
      type: each,
      name: member,
    }));
  }
  const exported = /^(\w+)(\(.*\))?$/.exec(code)?.[1];
  if (exported) return [{ kind: "export", name: exported }];
  throw new Error(`${code} names nothing of ours`);
}
