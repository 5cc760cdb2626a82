/**
 * How wide text is, near enough that labels do not collide: the fonts are those
 * of the reader.
 *
 * @module
 */

/** A character by the size of the font; fonts differ by about a tenth. */
const [NARROW, USUAL, WIDE] = [0.34, 0.6, 1.05];

/** The width of text, in pixels, of a font of so many pixels. */
export function widthOf(text: string, size: number): number {
  let width = 0;
  for (const char of text) {
    width +=
      /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60]/
          .test(char) || char.length > 1
        ? WIDE
        : /[ .,:;'|il!()]/.test(char)
        ? NARROW
        : USUAL;
  }
  return width * size;
}

/**
 * Text in lines that are not wider than that; words that are too long are cut.
 *
 * @param text The text.
 * @param width The width, in pixels.
 * @param size The size of the font, in pixels.
 * @param most How many lines there may be: what does not fit ends in `…`.
 */
export function wrapped(
  text: string,
  width: number,
  size: number,
  most = Infinity,
): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  const shown = lines.slice(0, most);
  if (lines.length > most) shown[most - 1] += " …";
  return shown.map((each) => cut(each, width, size));
}

/** Text that is not wider than that. */
export function cut(text: string, width: number, size: number): string {
  if (widthOf(text, size) <= width) return text;
  const chars = [...text];
  while (chars.length > 1 && widthOf(`${chars.join("")}…`, size) > width) {
    chars.pop();
  }
  return `${chars.join("").trimEnd()}…`;
}
