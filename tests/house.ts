/**
 * Which file imports which, and where that breaks the rules of the house.
 *
 * @module
 */

import { pathToFileURL } from "node:url";
import { join } from "@std/path";
import { mapFlags } from "../scripts/map_flags.ts";
import { sourceFiles } from "../scripts/sources.ts";
import { withDirectory } from "./helpers/directory.ts";

/**
 * An import, of types too: a file of the repository by its path, and what it
 * imports: a file, `node:` and a name, or `package` and a name.
 */
export type Import = readonly [from: string, to: string];

/** A room: where its files are, and what they may import besides each other. */
export interface Room {
  /** A directory, which ends in `/`, or a file. */
  readonly place: string;
  /** The places of rooms; `node:` for Node built-ins; `package` for packages. */
  readonly mayImport: readonly string[];
}

/** Every import of the TypeScript files in these places. */
export async function importsOf(
  root: string,
  places: readonly string[],
): Promise<Import[]> {
  const base = pathToFileURL(join(root, "/")).href;
  const entries: string[] = [];
  for (const place of places) {
    for await (const path of sourceFiles(join(root, place))) {
      entries.push(`import ${JSON.stringify(pathToFileURL(path).href)};`);
    }
  }
  let json = "";
  await withDirectory(async (directory) => {
    const all = join(directory, "all.ts");
    await Deno.writeTextFile(all, entries.join("\n"));
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      { args: ["info", "--json", ...mapFlags(), all], cwd: root },
    ).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(decoder.decode(stderr));
    json = decoder.decode(stdout);
  });
  return readInfo(JSON.parse(json), base);
}

/** What `deno info --json` prints, as far as it is used. */
interface Info {
  modules: {
    specifier: string;
    dependencies?: {
      specifier: string;
      code?: { specifier?: string };
      type?: { specifier?: string };
    }[];
  }[];
}

function readInfo({ modules }: Info, base: string): Import[] {
  return modules
    .filter(({ specifier }) => specifier.startsWith(base))
    .flatMap(({ specifier: from, dependencies = [] }) =>
      dependencies.map(({ specifier, code, type }): Import => {
        const to = code?.specifier ?? type?.specifier ?? specifier;
        return [from.slice(base.length), targetName(specifier, to, base)];
      })
    );
}

/** A bare name is a package, even where it is mapped to a file or to Node. */
function targetName(written: string, resolved: string, base: string): string {
  if (written.startsWith("node:")) return written;
  return written.startsWith(".") && resolved.startsWith(base)
    ? resolved.slice(base.length)
    : `package ${written}`;
}

/** The imports that the rooms do not allow, each as `from → to`. */
export function forbidden(
  imports: readonly Import[],
  rooms: readonly Room[],
): string[] {
  return imports.filter(([from, to]) => {
    const room = roomOf(from, rooms);
    const target = targetOf(to, rooms);
    return room === undefined || target === undefined ||
      (target !== room.place && !room.mayImport.includes(target));
  }).map(arrow);
}

/** The first room of the table that a file is in. */
function roomOf(file: string, rooms: readonly Room[]): Room | undefined {
  return rooms.find(({ place }) => isIn(file, place));
}

function isIn(file: string, place: string): boolean {
  return file === place || (place.endsWith("/") && file.startsWith(place));
}

/** What a room has to name to import this; nothing for Node's private modules. */
function targetOf(to: string, rooms: readonly Room[]): string | undefined {
  if (to.startsWith("node:_")) return undefined;
  return /^node:|^package(?= )/.exec(to)?.[0] ?? roomOf(to, rooms)?.place;
}

/** The imports that lead from one floor to a higher one, as `from → to`. */
export function upward(
  imports: readonly Import[],
  floors: readonly (readonly string[])[],
): string[] {
  const floorOf = (file: string) =>
    floors.findIndex((places) => places.some((place) => isIn(file, place)));
  return imports.filter(([from, to]) => {
    const target = floorOf(to);
    return target !== -1 && target < floorOf(from);
  }).map(arrow);
}

function arrow([from, to]: Import): string {
  return `${from} → ${to}`;
}

/** For each file that imports itself by way of others, the shortest way. */
export function circles(imports: readonly Import[]): Map<string, string> {
  const importsOfFile = Map.groupBy(imports, ([from]) => from);
  const found = new Map<string, string>();
  for (const start of importsOfFile.keys()) {
    const ways: string[][] = [[start]];
    const seen = new Set<string>();
    for (const way of ways) {
      for (const [, to] of importsOfFile.get(way.at(-1)!) ?? []) {
        if (to === start) {
          found.set(start, [...way, start].join(" → "));
          ways.length = 0;
          break;
        }
        if (seen.has(to)) continue;
        seen.add(to);
        ways.push([...way, to]);
      }
    }
  }
  return found;
}

/** The lines of a source that are neither blank nor a comment. */
export function linesOfCode(source: string): number {
  return withoutComments(source)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .length;
}

/** A source without the comments that have lines of their own. */
export function withoutComments(source: string): string {
  return source
    .replace(/^\s*\/\*[^]*?\*\//gm, "")
    .replace(/^\s*\/\/.*$/gm, "");
}
