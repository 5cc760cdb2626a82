/**
 * Starts an archive from the command line, for tests that need one in a process of its own: the first line on stdout is its URL.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { type Dialect, startArchive } from "../../archive/server.ts";

const { values } = parseArgs({
  options: {
    "port": { type: "string", default: "0" },
    "db": { type: "string", default: ":memory:" },
    "token": { type: "string", multiple: true },
    "dialect": { type: "string", default: "esmond" },
    "page-size": { type: "string" },
    "sample": { type: "string" },
    "verbose": { type: "boolean" },
  },
});

const archive = await startArchive({
  port: Number(values.port),
  db: values.db,
  tokens: values.token,
  dialect: values.dialect as Dialect,
  pageSize: values["page-size"] ? Number(values["page-size"]) : undefined,
  sampleDays: values.sample ? Number(values.sample) : undefined,
  log: values.verbose ? (line) => console.error(line) : undefined,
});
console.log(archive.url);
await archive.finished;
