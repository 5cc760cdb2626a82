/**
 * A test as another archive lists it, on its way into a file.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { elements, isArray, members } from "../client/json.ts";
import { ARCHIVE_FIELDS, PAGING_FIELDS } from "../client/wire.ts";
import { Fault, Refusal } from "./answers.ts";
import { describe } from "./describe.ts";
import { compact, str } from "./python.ts";
import type { Parameter } from "./store.ts";

/** A test as another archive lists it. */
export interface CopiedTest {
  /** Its key there. */
  readonly key: string;
  /** Its JSON there, in the form of esmond. */
  readonly entry: string;
  /** The fields of it. */
  readonly fields: ReadonlyMap<string, string>;
  /** The text of a field; `undefined` if it has none. */
  readonly text: (name: string) => string | undefined;
  /** The free parameters. */
  readonly parameters: readonly Parameter[];
  /** When its event types were last written to, in seconds. */
  readonly times: ReadonlyMap<string, number>;
}

/**
 * Takes a test apart.
 *
 * @param key Its key.
 * @param json Its JSON in the list.
 * @param isElmond Whether it is in the form of elmond.
 */
export function copiedTest(
  key: string,
  json: string,
  isElmond: boolean,
): CopiedTest {
  const fields = members(json);
  for (const name of PAGING_FIELDS) fields.delete(name);
  const types = fields.get("event-types");
  if (isElmond && types !== undefined) {
    fields.set("event-types", inEsmondsForm(types));
  }
  return {
    key,
    entry: objectText(fields),
    fields,
    text: (name) => {
      const text = fields.get(name);
      return text === undefined || text === "null" ? undefined : str(text);
    },
    parameters: [...fields].flatMap(([name, text]) =>
      NOT_PARAMETERS.has(name) || text === "null"
        ? []
        : [{ name, value: str(text), json: text }]
    ),
    times: timesOf(types),
  };
}

/** The fields that are columns, or about the archive. */
const NOT_PARAMETERS = new Set([
  ...ARCHIVE_FIELDS,
  ...["subject-type", "source", "destination", "measurement-agent"],
  ...["tool-name", "input-source", "input-destination"],
]);

/** An object of these fields. */
export function objectText(fields: Iterable<[string, string]>): string {
  const parts: string[] = [];
  for (const [name, text] of fields) {
    parts.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${parts.join(",")}}`;
}

/** Windows are texts there, and roll-ups do not name their event type. */
function inEsmondsForm(types: string): string {
  const texts = listed(compact(types)).map((type) => {
    const fields = members(type);
    const summaries = listed(fields.get("summaries")).map((text) => {
      const summary = members(text);
      summary.delete("event-type");
      const window = summary.get("summary-window");
      if (window !== undefined) {
        summary.set("summary-window", JSON.stringify(str(window)));
      }
      return objectText(summary);
    });
    fields.set("summaries", `[${summaries.join(",")}]`);
    return objectText(fields);
  });
  return `[${texts.join(",")}]`;
}

/** The elements of a list; none of anything else that a source may send. */
export function listed(text: string | undefined): string[] {
  return isArray(text) ? elements(text) : [];
}

function timesOf(types: string | undefined): Map<string, number> {
  const times = new Map<string, number>();
  for (const type of listed(types)) {
    const fields = members(type);
    const time = Number(fields.get("time-updated") ?? "null");
    const isTime = fields.get("time-updated") !== "null" &&
      Number.isSafeInteger(time);
    if (isTime) times.set(str(fields.get("event-type") ?? "null"), time);
  }
  return times;
}

/**
 * By what the test is recognised if it is posted to the file: the checksum of
 * its description or, of what nobody could post, one of its key.
 *
 * @param test The test.
 * @param isTaken Whether another one has that of the description.
 */
export function checksumFor(
  { key, fields }: Pick<CopiedTest, "key" | "fields">,
  isTaken = false,
): string {
  if (/^[0-9a-f]{64}$/.test(key)) return key; // that of elmond is one
  const posted = new Map(fields);
  for (const name of ARCHIVE_FIELDS) {
    if (name !== "event-types") posted.delete(name);
  }
  try {
    if (!isTaken) return describe(objectText(posted)).test.checksum;
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof Fault)) throw error;
  }
  return createHash("sha256").update(`key ${key}`).digest("hex");
}

/** The fields in which a test differs from one of its key. */
export function differencesOf(
  { fields }: Pick<CopiedTest, "fields">,
  other: string,
): string[] {
  const others = members(other);
  return [...new Set([...fields.keys(), ...others.keys()])].filter((name) => {
    if (ARCHIVE_FIELDS.includes(name)) return false;
    const [one, another] = [fields.get(name), others.get(name)];
    return one === undefined || another === undefined ||
      compact(one) !== compact(another);
  });
}
