/** The fenced blocks of a Markdown file. */

/** One fenced block. */
export interface Block {
  /** The first word after the fence, or empty. */
  language: string;
  /** What follows that word. */
  info: string;
  /** What stands between the fences, with the end of its last line. */
  text: string;
  /** The line of the opening fence, from 1. */
  line: number;
  /** The heading that it stands under; empty above the first. */
  heading: string;
}

const FENCE = /^( *)(`{3,}|~{3,})\s*(\S*)\s*(.*?)\s*$/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;

/**
 * The fenced blocks of a file, in their order.
 *
 * @throws {Error} where a fence is never closed
 */
export function blocks(path: string): Block[] {
  const found: Block[] = [];
  const lines = Deno.readTextFileSync(path).split(/\r?\n/);
  let heading = "";
  for (let at = 0; at < lines.length; at++) {
    heading = HEADING.exec(lines[at]!)?.[1] ?? heading;
    const opening = FENCE.exec(lines[at]!);
    if (opening === null) continue;
    const [, indent, fence, language, info] = opening;
    const isClosing = (line: string) =>
      line.trim().startsWith(fence!) && /^(`+|~+)$/.test(line.trim());
    const end = lines.findIndex((line, each) => each > at && isClosing(line));
    if (end < 0) throw new Error(`${path}:${at + 1}: this fence stays open`);
    const text = lines.slice(at + 1, end).map((line) =>
      line.startsWith(indent!) ? line.slice(indent!.length) : line.trimStart()
    );
    found.push({
      language: language!,
      info: info!,
      text: text.map((line) => `${line}\n`).join(""),
      line: at + 1,
      heading,
    });
    at = end;
  }
  return found;
}
