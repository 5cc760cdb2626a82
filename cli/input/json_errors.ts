/**
 * Where and why text stops being JSON: the engine's own message often does not
 * say where.
 *
 * @module
 */

/**
 * The number of the line with the first mistake; of text that is cut off, the
 * last line.
 */
export function lineOfError(text: string): number {
  const open: string[] = [];
  let at = 0;
  let expects = "value";
  for (;;) {
    at = endOf(SPACE, text, at)!;
    const end = text[at] === '"'
      ? endOfString(text, at)
      : endOf(TOKEN, text, at);
    if (end === undefined) break;
    const next = follow(text[at]!, expects, open);
    if (next === undefined) break;
    expects = next;
    at = end;
  }
  const before = at < text.length ? text.slice(0, at) : text.trimEnd();
  return before.split("\n").length;
}

/** Why, without the place, which the engine counts in the part that it got. */
export function reasonOf(error: unknown): string {
  return (error as Error).message
    .replace(/(?: in JSON)? at position \d+(?: \(line \d+ column \d+\))?$/, "");
}

const SPACE = /\s*/y;

/** Everything but a string. */
const TOKEN =
  /[{}[\],:]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;

// deno-lint-ignore no-control-regex -- JSON forbids these in strings
const PLAIN = /[^"\\\x00-\x1f]*/y;

const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** Where a match that begins at a place ends, if there is one. */
function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Piece by piece: one pattern for all of it runs out of stack. */
function endOfString(text: string, start: number): number | undefined {
  let at: number | undefined = start + 1;
  while (at !== undefined) {
    at = endOf(PLAIN, text, at)!;
    if (text[at] === '"') return at + 1;
    at = endOf(ESCAPE, text, at);
  }
  return undefined;
}

/**
 * What may follow a token, or `undefined` if the token may not stand here.
 *
 * @param first The first character of the token.
 * @param expects What may stand here.
 * @param open The lists and objects that are open.
 */
function follow(
  first: string,
  expects: string,
  open: string[],
): string | undefined {
  const top = open.at(-1);
  switch (first) {
    case "{":
    case "[":
      if (!expects.includes("value")) return undefined;
      open.push(first);
      return first === "{" ? "key or }" : "value or ]";
    case "}":
    case "]":
      if (top !== (first === "}" ? "{" : "[")) return undefined;
      if (!expects.includes(first) && expects !== "separator") return undefined;
      open.pop();
      return open.length > 0 ? "separator" : "end";
    case ",":
      if (expects !== "separator") return undefined;
      return top === "{" ? "key" : "value";
    case ":":
      return expects === "colon" ? "value" : undefined;
  }
  if (first === '"' && expects.includes("key")) return "colon";
  if (!expects.includes("value")) return undefined;
  return open.length > 0 ? "separator" : "end";
}
