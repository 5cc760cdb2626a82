/**
 * What runs in a page: it draws the picture anew for the part of the window
 * that is chosen, by the code that drew it first.
 *
 * @module
 */

import { panelsOf } from "./panels.ts";
import { Columns } from "./columns.ts";
import type { Span } from "./measured.ts";
import { type PackedData, unpacked } from "./packed.ts";
import { columnCount, plotPicture } from "./plot_svg.ts";
import { columnText } from "./readout.ts";
import { svgElement } from "./svg.ts";

/** What this uses of a page; the types of browsers are not those of Deno. */
interface PageElement {
  innerHTML: string;
  textContent: string | null;
  clientWidth: number;
  style: Record<string, string>;
  addEventListener(
    name: string,
    listener: (event: PageEvent) => void,
    options?: { passive: boolean },
  ): void;
  setPointerCapture(id: number): void;
  getBoundingClientRect(): { left: number; width: number };
}

interface PageEvent {
  key: string;
  clientX: number;
  pointerId: number;
  button: number;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  preventDefault(): void;
}

const page = globalThis as unknown as {
  document: { getElementById(id: string): PageElement };
  addEventListener(name: string, listener: () => void): void;
};

const at = (id: string) => page.document.getElementById(id);
const [box, selection, readout] = [at("plot"), at("selection"), at("values")];
const data = unpacked(JSON.parse(at("data").textContent!) as PackedData);

/** The parts that were chosen, the last one is shown. */
const views: Span[] = [data.window];
let frame = { left: 0, right: 1 };
let width = 0;

/** The least part that can be chosen, in seconds. */
const LEAST = 10;

function draw(): void {
  width = Math.max(320, Math.min(1600, box.clientWidth));
  const view = views.at(-1)!;
  const picture = plotPicture(data, { width, view });
  frame = picture.plot;
  at("picture").innerHTML = svgElement(picture);
  readout.textContent = "\u00a0";
}

/** Shows a part of the window. */
function show(start: number, end: number): void {
  const { window } = data;
  const seconds = Math.min(
    Math.max(LEAST, end - start),
    window.end - window.start,
  );
  const from = Math.round(
    Math.min(Math.max(start, window.start), window.end - seconds),
  );
  const last = views.at(-1)!;
  const to = Math.round(from + seconds);
  if (from === last.start && to === last.end) return;
  views.push({ start: from, end: to });
  draw();
}

function back(): void {
  if (views.length > 1) views.pop();
  draw();
}

function whole(): void {
  views.length = 1;
  draw();
}

/** The pixel of the picture at which a pointer is. */
function pixelOf({ clientX }: PageEvent): number {
  const { left, width: shown } = at("picture").getBoundingClientRect();
  const pixel = (clientX - left) * width / Math.max(1, Math.min(shown, width));
  return Math.min(frame.right, Math.max(frame.left, pixel));
}

function timeOf(pixel: number): number {
  const { start, end } = views.at(-1)!;
  const share = (pixel - frame.left) / (frame.right - frame.left);
  return start + share * (end + 1 - start);
}

let begun: number | undefined;

function select(from: number, to: number): void {
  selection.style["display"] = from === to ? "none" : "block";
  selection.style["left"] = `${Math.min(from, to)}px`;
  selection.style["width"] = `${Math.abs(to - from)}px`;
}

box.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  begun = pixelOf(event);
  box.setPointerCapture(event.pointerId);
});

box.addEventListener("pointermove", (event) => {
  const pixel = pixelOf(event);
  if (begun !== undefined) select(begun, pixel);
  tell(timeOf(pixel));
});

box.addEventListener("pointerup", (event) => {
  if (begun === undefined) return;
  const [from, to] = [begun, pixelOf(event)].sort((a, b) => a - b);
  begun = undefined;
  select(0, 0);
  // Less than this is a click.
  if (to! - from! > 4) show(timeOf(from!), timeOf(to!));
});

box.addEventListener("pointercancel", () => {
  begun = undefined;
  select(0, 0);
});

box.addEventListener("dblclick", whole);

const KEYS: Record<string, (start: number, length: number) => void> = {
  "+": (start, length) => show(start + length / 4, start + length * 3 / 4),
  "=": (start, length) => show(start + length / 4, start + length * 3 / 4),
  "-": (start, length) => show(start - length / 2, start + length * 3 / 2),
  ArrowLeft: (start, length) =>
    show(start - length / 4, start + length * 3 / 4),
  ArrowRight: (start, length) =>
    show(start + length / 4, start + length * 5 / 4),
  Escape: back,
  Home: whole,
  "0": whole,
};

box.addEventListener("keydown", (event) => {
  const run = KEYS[event.key];
  if (!run || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const { start, end } = views.at(-1)!;
  run(start, end - start);
});

/** Tells what was measured at a time. */
function tell(time: number): void {
  const view = { ...data, window: views.at(-1)! };
  const columns = new Columns(view.window, columnCount(width));
  readout.textContent = columnText(view, known(view, columns), columns, time);
}

let last: { window: Span; panels: ReturnType<typeof panelsOf> } | undefined;

/** The panels of the part that is shown, which a pointer asks for often. */
function known(view: typeof data, columns: Columns) {
  if (last?.window !== view.window) {
    last = { window: view.window, panels: panelsOf(view, columns) };
  }
  return last.panels;
}

page.addEventListener("resize", () => {
  if (Math.max(320, Math.min(1600, box.clientWidth)) !== width) {
    last = undefined;
    draw();
  }
});
draw();
