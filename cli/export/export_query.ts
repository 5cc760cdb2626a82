/**
 * What makes an export what it is: it is continued only with the options that
 * it was begun with.
 *
 * @module
 */

import type { Format } from "../names.ts";
import type { OptionName } from "../options/table.ts";
import type { Search } from "../query/selection.ts";
import type { ExportSettings, TypedTimes } from "./settings.ts";

/** The part of the options that changes what is in the files. */
export interface ExportQuery {
  /** The archive's list of tests. */
  archive: string;
  /** What the tests have to be, by wire name. */
  filters: Record<string, string | number | string[]>;
  /** The kind of roll-up, or null for base data. */
  summaryType: string | null;
  /** The window of the roll-ups, in seconds. */
  summaryWindow: number;
  /**
   * The times as they were typed: a relative time, such as -24h, stays the same
   * when the export is continued.
   */
  times: TypedTimes;
  /** Whether later data is added, run by run. */
  sync: boolean;
  /** The format of the files. */
  format: string;
  /** The layout of its rows, if that is not the first. */
  layout?: number;
  /** Whether they are compressed. */
  gzip: boolean;
  /** The columns that are added; absent if none are. */
  added?: readonly string[];
  /** Whether csv holds no formulas; absent if it may. */
  escapesFormulas?: true;
  /** The zone that timestamps are printed in. */
  outputZone: string;
  /** Whether addresses are shown as names. */
  names: boolean;
  /** The part of a series that a file holds, or null for all of it. */
  partition: string | null;
}

type Field = keyof ExportQuery;

/** The layouts of formats whose files had other rows once. */
const LAYOUTS: { [format in Format]?: number } = { ndjson: 2, parquet: 2 };

/** How each part follows from the settings. */
const READERS: {
  [F in Field]-?: (settings: ExportSettings) => ExportQuery[F] | undefined;
} = {
  archive: ({ connection }) => connection.url,
  filters: ({ connection, searches }) => ({
    ...connection.filters.metadataFilters,
    ...valuesOf(searches),
  }),
  summaryType: ({ summaryType }) => summaryType ?? null,
  summaryWindow: ({ summaryWindow }) => summaryWindow,
  times: ({ typed, isSynced }) => isSynced ? { ...typed, end: null } : typed,
  sync: ({ isSynced }) => isSynced,
  format: ({ format }) => format,
  layout: ({ format }) => LAYOUTS[format],
  gzip: ({ isGzipped }) => isGzipped,
  added: ({ added }) => added.length > 0 ? added : undefined,
  escapesFormulas: ({ escapesFormulas }) => escapesFormulas || undefined,
  outputZone: ({ outputZone }) => outputZone,
  names: ({ hostnames }) => !hostnames.keepsAddresses,
  partition: ({ partition }) => partition ?? null,
};

/**
 * The part that each option of get-bulk decides; null for one that changes
 * nothing in the files. A new option has to be entered here to compile.
 */
const PARTS: Record<
  OptionName<"get-bulk">,
  Field | readonly Field[] | null
> = {
  url: "archive",
  mesh: "archive",
  includes: "archive",
  archives: "archive",
  distinct: null,
  src: "filters",
  dest: "filters",
  agent: "filters",
  "event-type": "filters",
  tool: "filters",
  filter: ["filters", "times"],
  "summary-type": "summaryType",
  "summary-window": "summaryWindow",
  "start-time": "times",
  "end-time": "times",
  tz: "times",
  sync: "sync",
  "output-format": "format",
  gzip: "gzip",
  with: "added",
  "escape-formulas": "escapesFormulas",
  "output-tz": "outputZone",
  ip: "names",
  hosts: null,
  partition: "partition",
  help: null,
  version: null,
  "list-events": null,
  "metadata-extended": null,
  "output-directory": null,
  resume: null,
  adopt: null,
  rebase: null,
  force: null,
  overlap: null,
  concurrency: null,
  "page-size": null,
  quiet: null,
  color: null,
  verbose: null,
  "ssl-verify": null,
  cacert: null,
  pin: null,
  "client-cert": null,
  "client-key": null,
  insecure: null,
  proxy: null,
  timeout: null,
  retry: null,
  "max-response": null,
};

/** The values of what was given several times: their order does not matter. */
function valuesOf(searches: readonly Search[]): Record<string, string[]> {
  const values: Record<string, Set<string>> = {};
  for (const search of searches) {
    for (const [name, value] of Object.entries(search)) {
      if (value !== undefined) (values[name] ??= new Set()).add(value);
    }
  }
  return Object.fromEntries(
    Object.entries(values).map(([name, each]) => [name, [...each].sort()]),
  );
}

/** The part of the settings that changes what is in the files. */
export function queryOf(settings: ExportSettings): ExportQuery {
  const parts = Object.entries(READERS)
    .map(([field, read]) => [field, read(settings)] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(parts) as unknown as ExportQuery;
}

/**
 * Whether two exports have files of one format whose rows differ, since
 * different versions of this program have written them.
 */
export function hasOtherLayout(
  one: ExportQuery,
  other: Partial<ExportQuery>,
): boolean {
  return one.format === other.format && one.layout !== other.layout;
}

/** The options by which two exports differ, for a person. */
export function differences(one: ExportQuery, other: ExportQuery): string[] {
  return (Object.keys(READERS) as Field[])
    .filter((field) =>
      field !== "layout" && canonical(one[field]) !== canonical(other[field])
    )
    .map((field) => {
      const options = Object.entries(PARTS)
        .filter(([, part]) => [part].flat().includes(field))
        .map(([option]) => `--${option}`);
      const last = options.pop()!;
      return options.length === 0 ? last : `${options.join(", ")} or ${last}`;
    });
}

/** JSON with the members of objects in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_, each) =>
      typeof each === "object" && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort())
        : each,
  );
}
