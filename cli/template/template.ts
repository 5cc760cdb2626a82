/**
 * A pSConfig template as it stands: its objects by kind and name, and nothing
 * that they mean.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import { lineOfError } from "../input/json_errors.ts";

/** A JSON object. */
export type JsonObject = { readonly [name: string]: unknown };

/** The objects of one kind, by name. */
export type Section = ReadonlyMap<string, JsonObject>;

/** The kinds of objects that are read, by their names in a template. */
const SECTIONS = [
  "addresses",
  "address-classes",
  "archives",
  "groups",
  "hosts",
  "schedules",
  "tasks",
  "tests",
] as const;

type SectionName = (typeof SECTIONS)[number];

/** A template. */
export interface Template extends Readonly<Record<SectionName, Section>> {
  /** Addresses of further templates. */
  readonly includes: readonly string[];
}

/** Takes a line on something that is not understood, and left out. */
export type Doubt = (line: string) => void;

/**
 * Reads a template.
 *
 * @param text Its JSON.
 * @param doubt Told of objects that are none.
 * @throws {UsageError} for what is not JSON, or not a template.
 */
export function readTemplate(text: string, doubt: Doubt): Template {
  const whole = objectOf(parse(text));
  if (whole === undefined) {
    throw new UsageError("not a pSConfig template: its JSON is not an object");
  }
  if (whole["organizations"] !== undefined) {
    throw new UsageError(
      "not a pSConfig template, but a mesh of perfSONAR 3: psconfig translate makes a template of it",
    );
  }
  const known: readonly string[] = [...SECTIONS, "includes"];
  if (!known.some((name) => whole[name] !== undefined)) {
    throw new UsageError(
      "not a pSConfig template: it has neither addresses nor groups, tests or tasks",
    );
  }
  const sections = SECTIONS.map((name): [SectionName, Section] => [
    name,
    sectionOf(name, whole[name], doubt),
  ]);
  return {
    ...Object.fromEntries(sections) as Record<SectionName, Section>,
    includes: textsOf(whole["includes"]),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw new UsageError(
      `not a pSConfig template: line ${lineOfError(text)} is not JSON`,
    );
  }
}

function sectionOf(kind: string, value: unknown, doubt: Doubt): Section {
  if (value === undefined) return new Map();
  const all = objectOf(value);
  if (all === undefined) {
    throw new UsageError(
      `not a pSConfig template: ${kind} is not an object of objects by name`,
    );
  }
  return new Map(
    Object.entries(all).flatMap(([name, each]) => {
      const object = objectOf(each);
      if (object !== undefined) return [[name, object] as const];
      doubt(`${kind}: ${JSON.stringify(name)} is not an object`);
      return [];
    }),
  );
}

/** Templates as one; of objects with the same name, the first counts. */
export function merged(templates: readonly Template[]): Template {
  const sections = SECTIONS.map((name): [SectionName, Section] => [
    name,
    new Map(templates.toReversed().flatMap((each) => [...each[name]])),
  ]);
  return {
    ...Object.fromEntries(sections) as Record<SectionName, Section>,
    includes: [],
  };
}

/** A value, if it is an object. */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as JsonObject
    : undefined;
}

/** A value, if it is text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The texts of a list; of another value, none. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((each) => textOf(each) !== undefined)
    : [];
}

/** The objects of a list; of another value, none. */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value)
    ? value.map(objectOf).filter((each) => each !== undefined)
    : [];
}

/** What an object is to be called, if it says so. */
export function displayNameOf(object: JsonObject): string | undefined {
  return textOf(objectOf(object["_meta"])?.["display-name"]);
}
