/**
 * Options as other programs call them, for suggestions.
 *
 * @module
 */

import { suggestion } from "../../client/nearest.ts";
import type { CommandName } from "../names.ts";
import { OPTIONS, optionsOf } from "./table.ts";

/** What people type, and the option that they mean, with its value if any. */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  address: "url",
  archive: "url",
  server: "url",
  source: "src",
  sources: "src",
  destination: "dest",
  destinations: "dest",
  event: "event-type",
  events: "event-type",
  type: "event-type",
  begin: "start-time",
  from: "start-time",
  since: "start-time",
  until: "end-time",
  timezone: "tz",
  format: "output-format",
  ...Object.fromEntries(
    ["json", "csv", "ndjson", "parquet", "svg", "html"].map((format) => [
      format,
      `output-format ${format}`,
    ]),
  ),
  dir: "output-directory",
  directory: "output-directory",
  outdir: "output-directory",
  "output-dir": "output-directory",
  fields: "with",
  columns: "with",
  compress: "gzip",
  tail: "follow",
  watch: "follow",
  continue: "resume",
  jobs: "concurrency",
  parallel: "concurrency",
  debug: "verbose",
  silent: "quiet",
  numeric: "ip",
  "no-resolve": "ip",
  "ca-bundle": "cacert",
  "no-check-certificate": "insecure",
  "no-verify": "insecure",
  "no-verify-ssl": "insecure",
  "api-key": "key-file",
  "token": "key-file",
};

/**
 * What a name after `--` may have meant, ready to be appended to a message;
 * empty if nothing is near.
 */
export function suggestedOption(command: CommandName, name: string): string {
  const meant = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name]! : name;
  const [long] = meant.split(" ");
  const takers = OPTIONS.filter((spec) => spec.long === long)
    .flatMap(({ commands }) => commands ?? []);
  if (takers.includes(command)) return ` (did you mean --${meant}?)`;
  if (takers.length > 0 && takers.length <= 3) {
    const last = takers.at(-1)!;
    const others = takers.slice(0, -1).join(", ");
    return ` (${others && `${others} and `}${last} ${
      takers.length > 1 ? "have" : "has"
    } --${long})`;
  }
  return suggestion(
    `--${name}`,
    optionsOf(command).map((spec) => `--${spec.long}`),
  );
}
