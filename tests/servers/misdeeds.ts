/**
 * What goes wrong with a page of data on its way: each damage in one function,
 * for tests that want one or all.
 */

import { gzipSync } from "node:zlib";
import { type Asked, bodyOf, type Point } from "./generated.ts";
import type { RawReply } from "./raw.ts";

/**
 * Damages a page; nothing comes of it where the page is too short for it, or
 * where nobody could tell.
 */
export type Misdeed = (
  asked: Asked,
  random: () => number,
) => RawReply | undefined;

function html(random: () => number): string {
  const id = Math.floor(random() * 1e9);
  return `<html><head><title>Welcome</title></head><p>It works! (${id})</p></html>`;
}

/** The kinds of damage, by name. */
export const MISDEEDS = {
  "HTML in its place": (_, random) => ({
    headers: { "content-type": "text/html" },
    body: html(random),
  }),
  "HTML that says it is JSON": (_, random) => ({ body: html(random) }),
  "cut connection": ({ page }, random) => ({
    body: someOf(bodyOf(page), random),
    end: "cut",
  }),
  "cut chunks": ({ page }, random) => ({
    body: pieces(someOf(bodyOf(page), random)),
    end: "cut",
  }),
  "broken JSON": ({ page }, random) => ({ body: someOf(bodyOf(page), random) }),
  "cut gzip": ({ page }, random) => {
    const packed = gzipSync(bodyOf(page));
    // Without so much of the end that data is missing, and not the checksum
    // alone.
    const length = Math.floor(random() * (packed.length - 12));
    return {
      headers: { "content-encoding": "gzip" },
      body: new Uint8Array(packed.subarray(0, length)),
    };
  },
  "two points exchanged": ({ page }, random) => {
    if (page.length < 2) return undefined;
    const at = Math.floor(random() * (page.length - 1));
    const [one, other] = [page[at]!, page[at + 1]!];
    return { body: bodyOf(page.with(at, other).with(at + 1, one)) };
  },
  "page in reverse": ({ page }) =>
    page.length < 2 ? undefined : { body: bodyOf(page.toReversed()) },
  "a point twice": ({ page }, random) => {
    if (page.length < 1) return undefined;
    const at = Math.floor(random() * page.length);
    return { body: bodyOf(page.toSpliced(at, 0, page[at]!)) };
  },
  "the previous page": (asked) =>
    canBeTold(asked.previous, asked)
      ? { body: bodyOf(asked.previous) }
      : undefined,
  "points of another window": (asked, random) => ({
    body: bodyOf(beyond(asked.page, asked, random)),
  }),
  "a point beyond the window": (asked, random) => {
    const { page, window, inWindow } = asked;
    const isLast = window.offset + page.length >= inWindow.length;
    const more = beyond(page.slice(-1), asked, random);
    return isLast ? { body: bodyOf([...page, ...more]) } : undefined;
  },
} satisfies Record<string, Misdeed>;

/** The name of a kind of damage. */
export type MisdeedName = keyof typeof MISDEEDS;

/** Some of a text, never all of it. */
function someOf(text: string, random: () => number): string {
  return text.slice(0, Math.floor(random() * text.length));
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  const half = Math.ceil(bytes.length / 2);
  // An empty chunk would be the end.
  if (half > 0) yield await Promise.resolve(bytes.subarray(0, half));
  if (half < bytes.length) yield bytes.subarray(half);
}

/**
 * The points so much later that the window is over; one where there is none.
 */
function beyond(
  points: Point[],
  { window }: Asked,
  random: () => number,
): Point[] {
  const later = window.end - window.start + 1 + Math.floor(random() * 1000);
  const from = points.length > 0
    ? points
    : [{ ts: window.start, text: `{"ts":${window.start},"val":1}` }];
  return from.map(({ ts, text }) => ({
    ts: ts + later,
    text: text.replace(String(ts), String(ts + later)),
  }));
}

/**
 * Whether a client that keeps an eye on window and order can see that these
 * points do not belong there.
 */
function canBeTold(
  points: Point[],
  { window, inWindow }: Asked,
): boolean {
  if (points.length === 0) return false;
  if (points.some(({ ts }) => ts < window.start || ts > window.end)) {
    return true;
  }
  const before = inWindow[window.offset - 1];
  return before !== undefined && points[0]!.ts <= before.ts;
}
