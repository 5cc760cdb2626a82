/**
 * A copied test as its source lists it, with the addresses of this archive.
 *
 * @module
 */

import { members } from "../client/json.ts";
import { PAGING_FIELDS } from "../client/wire.ts";
import { listed, objectText } from "./copied_tests.ts";
import { str } from "./python.ts";
import type { Series, Test } from "./store.ts";
import { pathOf } from "./writing.ts";

/** Where a test is shown. */
export interface Shown {
  /** The whole address. */
  readonly address: string;
  /** Its path. */
  readonly self: string;
  /** Fields that are added, or stand in the place of others. */
  readonly more: Readonly<Record<string, unknown>>;
}

/**
 * The JSON text of a copied test: the fields of its source in their order.
 *
 * @param test The test.
 * @param entry How its source lists it.
 * @param shown Where it is shown.
 */
export function copiedEntry(
  test: Test,
  entry: string,
  { address, self, more }: Shown,
): string {
  const fields = members(entry);
  for (const name of PAGING_FIELDS) fields.delete(name);
  replace(fields, "url", address);
  replace(fields, "uri", self);
  replace(fields, "metadata-key", test.key);
  const types = fields.get("event-types");
  if (types !== undefined) {
    fields.set("event-types", eventTypesOf(test, types, self));
  }
  for (const [name, value] of Object.entries(more)) {
    fields.set(name, JSON.stringify(value));
  }
  return objectText(fields);
}

/** The event types that are copied, in the order of the source. */
function eventTypesOf(test: Test, types: string, self: string): string {
  const texts: string[] = [];
  for (const type of listed(types)) {
    const fields = members(type);
    const name = textOf(fields.get("event-type"));
    const series = test.series.find(({ info }) => info.name === name);
    if (series) texts.push(eventTypeOf(series, fields, `${self}${name}`));
  }
  return `[${texts.join(",")}]`;
}

function eventTypeOf(
  series: Series,
  fields: Map<string, string>,
  uri: string,
): string {
  const time = `${series.timeUpdated}`;
  // What was written here since then has another time.
  const isAsCopied = fields.get("time-updated") === time;
  replace(fields, "base-uri", `${uri}/base`);
  if (fields.has("time-updated")) fields.set("time-updated", time);
  const summaries = fields.get("summaries");
  if (summaries !== undefined) {
    const texts = listed(summaries).flatMap((text) => {
      const summary = members(text);
      const type = textOf(summary.get("summary-type"));
      const seconds = textOf(summary.get("summary-window"));
      const known = series.summaries.find((each) =>
        each.type === type && each.seconds === Number(seconds)
      );
      if (!known) return [];
      replace(summary, "uri", `${uri}/${pathOf(known.type)}/${seconds}`);
      if (!isAsCopied && summary.has("time-updated")) {
        summary.set("time-updated", time);
      }
      return [objectText(summary)];
    });
    fields.set("summaries", `[${texts.join(",")}]`);
  }
  return objectText(fields);
}

function textOf(json: string | undefined): string | undefined {
  return json === undefined ? undefined : str(json);
}

function replace(
  fields: Map<string, string>,
  name: string,
  value: string,
): void {
  if (fields.has(name)) fields.set(name, JSON.stringify(value));
}
