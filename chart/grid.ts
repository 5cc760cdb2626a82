/**
 * A matrix of links: who sends to whom, and how well. What the pictures of it
 * have in common.
 *
 * @module
 */

import type { Verdict } from "../insight.ts";

/** A link: one direction, over one family of addresses. */
export interface GridCell {
  /** The host that sends. Like all texts here: one line, fit to be shown. */
  readonly source: string;
  /** The host that it sends to. */
  readonly destination: string;
  /** The version of IP; `undefined` where the ends are not addresses. */
  readonly family: 4 | 6 | undefined;
  /** The groups that it is of. */
  readonly groups?: readonly string[] | undefined;
  /** What the worst of its tests comes to. */
  readonly state: Verdict;
  /** Its value as it is shown, without a unit; empty if there is none. */
  readonly number: string;
  /**
   * Why there is no value: runs failed, there was none, there is no such test, or
   * who knows.
   */
  readonly lack?: "failed" | "silent" | "absent" | undefined;
  /** The step of a fixed scale that the value is on, from 0. */
  readonly level?: number | undefined;
  /** What was found, in words. */
  readonly text: string;
  /** How many tests were judged. */
  readonly tests: number;
  /** The page of the link. */
  readonly href?: string | undefined;
}

/** A matrix, and what it is of. */
export interface Grid {
  /** What the numbers are, with their unit. */
  readonly title: string;
  /** The time that they are of. */
  readonly window: string;
  /** How states come about. */
  readonly rule: string;
  /** The links. */
  readonly cells: readonly GridCell[];
  /** The hosts in their order, if it is not that of their names. */
  readonly order?: readonly string[] | undefined;
  /** The groups in their order: of several, each has matrices of its own. */
  readonly groups?: readonly string[] | undefined;
  /** The upper ends of the steps of a fixed scale, as they are shown. */
  readonly scale?: readonly string[] | undefined;
}

/** What stands in a cell beside the number: a shape, never a colour alone. */
export type Mark =
  | "ok"
  | "warning"
  | "critical"
  | "unknown"
  | "failed"
  | "silent"
  | "absent"
  | "self"
  | "none";

/** The marks as characters, and what they mean, in the order of the legend. */
export const MARKS: Readonly<
  Record<Mark, { glyph: string; ascii: string; word: string }>
> = {
  ok: { glyph: "●", ascii: "+", word: "ok" },
  warning: { glyph: "▲", ascii: "!", word: "warning" },
  critical: { glyph: "■", ascii: "#", word: "critical" },
  failed: { glyph: "×", ascii: "x", word: "runs failed, nothing measured" },
  silent: { glyph: "○", ascii: "o", word: "no run" },
  absent: { glyph: "◇", ascii: "a", word: "absent: no archive has it" },
  unknown: { glyph: "?", ascii: "?", word: "not judged" },
  none: { glyph: "·", ascii: ".", word: "no test" },
  self: { glyph: "–", ascii: "-", word: "the host itself" },
};

/** The mark of a link. */
export function markOf({ number, lack, state }: GridCell): Mark {
  return number === "" ? lack ?? "unknown" : state;
}

/** The matrix of one family, and of one group if there are several: its rows, its columns and what is where. */
export interface GridPart {
  /** What its family is called. */
  readonly name: string;
  /** The name of its group, if there are several. */
  readonly group?: string | undefined;
  /** The hosts that send. */
  readonly sources: readonly string[];
  /** The hosts that are sent to. */
  readonly destinations: readonly string[];
  /** The link from one host to another. */
  at(source: string, destination: string): GridCell | undefined;
}

/**
 * The matrices of all groups, and of each those of all families, IPv4 first. A
 * link of several groups stands in each.
 */
export function partsOf(
  { cells, order, groups = [] }: Pick<Grid, "cells" | "order" | "groups">,
): GridPart[] {
  const byGroup = new Map<string | undefined, GridCell[]>();
  const known = [...new Set(groups)];
  for (const each of [...known, undefined]) byGroup.set(each, []);
  for (const cell of cells) {
    const own = known.filter((each) => cell.groups?.includes(each));
    for (const each of own.length > 0 ? own : [undefined]) {
      byGroup.get(each)!.push(cell);
    }
  }
  const found = [...byGroup].filter(([, { length }]) => length > 0);
  return found.length < 2
    ? partsByFamily(cells, order)
    : found.flatMap(([group, cells]) => partsByFamily(cells, order, group));
}

function partsByFamily(
  cells: readonly GridCell[],
  order: readonly string[] | undefined,
  ofGroup?: string,
): GridPart[] {
  const groups = Map.groupBy(cells, ({ family }) => family);
  const families = [...groups.keys()].sort((one, other) =>
    (one ?? 9) - (other ?? 9)
  );
  return families.map((family) => {
    const group = groups.get(family)!;
    const byLink = new Map(group.map((cell) => [keyOf(cell), cell]));
    return {
      name: familyName(family),
      group: ofGroup,
      ...sidesOf(group, order),
      at: (source, destination) => byLink.get(keyOf({ source, destination })),
    };
  });
}

/**
 * The rows and the columns. Where most hosts are both, all are: then a direction
 * that is not tested is a cell, too.
 */
function sidesOf(
  cells: readonly GridCell[],
  order: readonly string[] | undefined,
): Pick<GridPart, "sources" | "destinations"> {
  const sources = inOrder(cells.map(({ source }) => source), order);
  const destinations = inOrder(
    cells.map(({ destination }) => destination),
    order,
  );
  const all = inOrder([...sources, ...destinations], order);
  const both = sources.length + destinations.length - all.length;
  return both > all.length / 2
    ? { sources: all, destinations: all }
    : { sources, destinations };
}

/** What a matrix is called. */
export function partName({ name, group }: GridPart): string {
  return group === undefined ? name : `${group}, ${name}`;
}

/** A family as it is named. */
export function familyName(family: 4 | 6 | undefined): string {
  return family === undefined ? "other" : `IPv${family}`;
}

function keyOf(
  { source, destination }: Pick<GridCell, "source" | "destination">,
): string {
  return JSON.stringify([source, destination]);
}

/**
 * Each once, in a given order, and the others after that in the order of people:
 * `ps9` before `ps10`.
 */
export function inOrder(
  names: readonly string[],
  order: readonly string[] = [],
): string[] {
  const places = new Map(order.map((name, at) => [name, at]));
  const placeOf = (name: string) => places.get(name) ?? order.length;
  return [...new Set(names)].sort((one, other) =>
    placeOf(one) - placeOf(other) || compareNames(one, other)
  );
}

const ORDER = new Intl.Collator("en", { numeric: true });

function compareNames(one: string, other: string): number {
  return ORDER.compare(one, other) || (one < other ? -1 : 1);
}

/** Whether a link is worse than it may be. */
export function isBad({ state }: Pick<GridCell, "state">): boolean {
  return state === "warning" || state === "critical";
}

const BADNESS: readonly Verdict[] = ["critical", "warning", "unknown", "ok"];

/**
 * Links, the worst first: by state, those without a value first, then in the
 * order that they come in.
 */
export function worstFirst(cells: readonly GridCell[]): GridCell[] {
  const rank = (cell: GridCell) =>
    2 * BADNESS.indexOf(cell.state) + (cell.number === "" ? 0 : 1);
  return cells.toSorted((one, other) => rank(one) - rank(other));
}

/** The most hosts that have a line of their own. */
const MOST_HOSTS = 5;

/**
 * The hosts that are to blame: more than half of the links from them, or to
 * them, are bad, and at least two. Each is one line instead of a row of
 * cells.
 *
 * @returns The lines, the worst host first.
 */
export function hostLines(cells: readonly GridCell[]): string[] {
  const counts = new Map<string, Record<"from" | "to", [number, number]>>();
  const count = (host: string, side: "from" | "to", cell: GridCell) => {
    const known = counts.get(host) ?? { from: [0, 0], to: [0, 0] };
    known[side][0] += isBad(cell) ? 1 : 0;
    known[side][1]++;
    counts.set(host, known);
  };
  for (const cell of cells) {
    if (cell.source === cell.destination) continue;
    count(cell.source, "from", cell);
    count(cell.destination, "to", cell);
  }
  const isBlamed = ([bad, all]: [number, number]) => bad >= 2 && bad > all / 2;
  const blamed = [...counts]
    .filter(([, { from, to }]) => isBlamed(from) || isBlamed(to))
    .sort(([one, a], [other, b]) =>
      b.from[0] + b.to[0] - a.from[0] - a.to[0] || compareNames(one, other)
    );
  const lines = blamed.slice(0, MOST_HOSTS).map(([host, { from, to }]) =>
    `${host}: ${from[0]} of ${from[1]} links from it, ${to[0]} of ${
      to[1]
    } to it`
  );
  const more = blamed.length - lines.length;
  return more > 0
    ? [...lines, `and ${more} more host${more === 1 ? "" : "s"}`]
    : lines;
}

/** How many links there are of each state: `12 links: 11 ok, 1 critical`. */
export function summaryOf(cells: readonly GridCell[]): string {
  if (cells.length === 0) return "no link was found";
  const marks = Map.groupBy(cells, markOf);
  const parts = (Object.keys(MARKS) as Mark[]).flatMap((mark) => {
    const { length } = marks.get(mark) ?? [];
    if (length === 0) return [];
    const word = mark === "failed" || mark === "absent"
      ? mark
      : MARKS[mark].word;
    return [`${length} ${word}`];
  });
  const links = cells.length === 1 ? "1 link" : `${cells.length} links`;
  return `${links}: ${parts.join(", ")}`;
}

/** A link in a sentence. */
export function linkName(
  { source, destination, family }: Omit<GridCell, "state">,
  arrow = "→",
): string {
  const over = family === undefined ? "" : ` (IPv${family})`;
  return `${source} ${arrow} ${destination}${over}`;
}

/** What was found of a link, in a sentence; of several tests, of the worst. */
export function sentenceOf(cell: GridCell, arrow?: string): string {
  const count = cell.tests > 1 ? `, the worst of ${cell.tests} tests` : "";
  return `${linkName(cell, arrow)}: ${cell.state}: ${cell.text}${count}`;
}

/** The marks that a matrix has, in the order of the legend. */
export function marksIn(
  cells: readonly GridCell[],
  parts: readonly GridPart[],
): Mark[] {
  const found = new Set<Mark>(cells.map(markOf));
  for (const { sources, destinations, at } of parts) {
    for (const source of sources) {
      for (const destination of destinations) {
        if (at(source, destination)) continue;
        found.add(source === destination ? "self" : "none");
      }
    }
  }
  return (Object.keys(MARKS) as Mark[]).filter((mark) => found.has(mark));
}
