/**
 * Where text stops being JSON: the engine's own message often does not say.
 *
 * @module
 */

const TOKEN =
  /\s*(?:([{}[\],:])|"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])|(?:true|false|null)(?!\w))/uy;

/**
 * The number of the line on which the first mistake stands; the last line where
 * it breaks off.
 */
export function lineOfError(text: string): number {
  const open: string[] = [];
  let at = 0;
  let expects = "value";
  for (;;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) break;
    const next = follow(match[1] ?? match[0].trim(), expects, open);
    if (next === undefined) break;
    expects = next;
    at = TOKEN.lastIndex;
  }
  const space = /\s*/y;
  space.lastIndex = at;
  space.test(text);
  const mistake = space.lastIndex;
  const before = mistake < text.length
    ? text.slice(0, mistake)
    : text.trimEnd();
  return before.split("\n").length;
}

/** What may come behind a token, or `undefined` if it must not stand here. */
function follow(
  token: string,
  expects: string,
  open: string[],
): string | undefined {
  const top = open.at(-1);
  switch (token) {
    case "{":
    case "[":
      if (!expects.includes("value")) return undefined;
      open.push(token);
      return token === "{" ? "key or }" : "value or ]";
    case "}":
    case "]":
      if (top !== (token === "}" ? "{" : "[")) return undefined;
      if (!expects.includes(token) && expects !== "separator") return undefined;
      open.pop();
      return open.length > 0 ? "separator" : "end";
    case ",":
      if (expects !== "separator") return undefined;
      return top === "{" ? "key" : "value";
    case ":":
      return expects === "colon" ? "value" : undefined;
  }
  if (token.startsWith('"') && expects.includes("key")) return "colon";
  if (!expects.includes("value")) return undefined;
  return open.length > 0 ? "separator" : "end";
}
