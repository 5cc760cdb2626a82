/**
 * `parseArgs` of `@std/cli`, as far as this project uses it, on `node:util`.
 *
 * @module
 */

import { parseArgs as nodeParseArgs } from "node:util";

/** The part of `@std/cli`'s options that this project uses. */
export interface ParseOptions {
  /** Options that take a value. */
  string?: readonly string[];
  /** Options that take none; false when absent. */
  boolean?: readonly string[];
  /** Options that may be repeated; their value is a list. */
  collect?: readonly string[];
}

/**
 * Reads `--name=value`, `--name value` and `--name`; the rest is `_`. The last
 * of a repeated option counts.
 */
export function parseArgs(
  args: string[],
  options: ParseOptions = {},
): { _: (string | number)[]; [name: string]: unknown } {
  const collect = new Set(options.collect);
  const table: Record<
    string,
    { type: "string" | "boolean"; multiple: boolean }
  > = {};
  for (const name of options.string ?? []) {
    table[name] = { type: "string", multiple: collect.has(name) };
  }
  for (const name of options.boolean ?? []) {
    table[name] = { type: "boolean", multiple: false };
  }
  const { values, positionals } = nodeParseArgs({
    args,
    options: table,
    strict: false,
    allowPositionals: true,
  });
  const result: { _: (string | number)[]; [name: string]: unknown } = {
    _: positionals,
  };
  for (const name of options.boolean ?? []) result[name] = false;
  for (const name of options.collect ?? []) result[name] = [];
  return Object.assign(result, values);
}
