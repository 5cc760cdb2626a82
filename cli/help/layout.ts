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

/**
 * The lines of shell commands, each with this many blanks before it. A long
 * command continues after a `\\`, so that it can be pasted, and no option is
 * parted from its value.
 */
export function commandLines(text: string, indent: number): string[] {
  return text.split("\n").flatMap((command) => {
    const pieces = piecesOf(command);
    const lines: string[] = [];
    let line = " ".repeat(indent) + pieces[0];
    for (const [index, piece] of pieces.entries()) {
      if (index === 0) continue;
      const room = index === pieces.length - 1 ? WIDTH : WIDTH - " \\".length;
      if (line.length + 1 + piece.length > room) {
        lines.push(`${line} \\`);
        line = " ".repeat(indent + 4) + piece;
      } else {
        line += ` ${piece}`;
      }
    }
    return [...lines, line];
  });
}

/** The parts of a command that stay together: an option and its value. */
function piecesOf(command: string): string[] {
  const words = command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const pieces: string[] = [];
  for (const word of words) {
    if (pieces.length === 0 || /^(-.|[|>])/.test(word)) pieces.push(word);
    else pieces.push(`${pieces.pop()} ${word}`);
  }
  return pieces;
}
