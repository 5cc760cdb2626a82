/**
 * Text in columns, as the help shows it.
 *
 * @module
 */

const WIDTH = 79;

/**
 * A name and what it means beside it, or below it where the name is too long.
 *
 * @param name The name, with its indent.
 * @param text What it means.
 * @param column Where the meaning begins.
 */
export function entry(name: string, text: string, column: number): string[] {
  const lines = wrap(text, column);
  return name.length < column - 1
    ? [name.padEnd(column) + lines[0]!.trimStart(), ...lines.slice(1)]
    : [name, ...lines];
}

/** The lines of a text, each with this many blanks before it. */
export function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  return [...lines, line].map((each) => " ".repeat(indent) + each);
}
