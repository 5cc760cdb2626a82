/**
 * How wide text is, and text in lines that are not wider than that.
 *
 * @module
 */

/** What a character takes, as a share of the size of a font. */
const [NARROW, USUAL, BROAD, WIDE] = [0.36, 0.61, 0.95, 1.05];

const IS_WIDE =
  /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60\u{1f300}-\u{1faff}]/u;
const IS_NARROW = /[ .,:;'|il!()]/;
const IS_BROAD = /[mwMW%@→←⇄…]/;

/** The width of text; in the unit of the room that it has. */
export type Measure = (text: string) => number;

/**
 * Measures pixels of a font of so many pixels, near enough that labels do not
 * collide: the fonts are those of the reader.
 */
export function pixels(size: number): Measure {
  return (text) => {
    let width = 0;
    for (const char of text) {
      width += IS_WIDE.test(char)
        ? WIDE
        : IS_NARROW.test(char)
        ? NARROW
        : IS_BROAD.test(char)
        ? BROAD
        : USUAL;
    }
    return width * size;
  };
}

/** Measures the columns of a terminal. */
export function cells(text: string): number {
  let width = 0;
  for (const char of text) width += IS_WIDE.test(char) ? 2 : 1;
  return width;
}

/**
 * Text in lines that are not wider than that; words that are too long are cut.
 *
 * @param text The text.
 * @param room The width that lines may have.
 * @param measure What it is measured by.
 * @param most How many lines there may be: what does not fit ends in `…`.
 */
export function wrapped(
  text: string,
  room: number,
  measure: Measure,
  most = Infinity,
): string[] {
  const lines: string[] = [];
  let line = "";
  // A number stays with its unit.
  for (const word of text.split(/ (?![%…])/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && measure(longer) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  const shown = lines.slice(0, most);
  if (lines.length > most) shown[most - 1] += " …";
  return shown.map((each) => cut(each, room, measure));
}

/** Text that is not wider than that. */
export function cut(text: string, room: number, measure: Measure): string {
  if (measure(text) <= room) return text;
  const chars = [...text];
  while (chars.length > 0 && measure(`${chars.join("")}…`) > room) {
    chars.pop();
  }
  return `${chars.join("").trimEnd()}…`;
}
