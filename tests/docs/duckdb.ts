/**
 * The program `duckdb`, as far as the documentation uses it, made of DuckDB's
 * package for Node: SQL in, CSV out.
 */

import { dirname, join } from "@std/path";
import { IS_LONG } from "../helpers/long.ts";
import { runProcess } from "../helpers/process.ts";

const PACKAGE = "@duckdb/node-api";
const VERSION = "1.5.6-r.1";

/** The script of the program, or why it is missing. */
export async function duckdb(): Promise<{ script?: string; why?: string }> {
  const directory = join(caches(), "esmond-client-tests", `duckdb-${VERSION}`);
  const installed = await install(directory);
  if (installed !== undefined) return { why: `no DuckDB: ${installed}` };
  await Deno.writeTextFile(join(directory, "duckdb.cjs"), PROGRAM);
  return { script: `exec node '${directory}/duckdb.cjs' "$@"` };
}

/**
 * `duckdb [-csv] [FILE]` reads statements from standard input, and prints what
 * the last of them gives.
 */
const PROGRAM = `
const { DuckDBInstance } = require(${JSON.stringify(PACKAGE)});
const { readFileSync } = require("node:fs");

async function main() {
  const [file = ":memory:"] = process.argv.slice(2).filter((word) => word !== "-csv");
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(readFileSync(0, "utf8"));
  if (process.argv.includes("-csv")) {
    console.log(result.columnNames().join());
    for (const row of result.getRows()) console.log(row.map(String).join());
  }
  connection.closeSync();
  instance.closeSync();
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
`;

/**
 * Has npm install the package, unless it is there; what npm complains of, if it
 * fails.
 */
async function install(directory: string): Promise<string | undefined> {
  const there = await Deno.stat(join(directory, "node_modules", PACKAGE))
    .then(() => true, () => false);
  if (there) return undefined;
  if (!IS_LONG) return "task test-long installs it";
  await Deno.mkdir(dirname(directory), { recursive: true });
  // Under another name at first, because an installation may be interrupted.
  const draft = await Deno.makeTempDir({ dir: dirname(directory) });
  try {
    const { exit, stderr } = await runProcess([
      ...["npm", "install", "--prefix", draft, "--no-audit", "--no-fund"],
      ...["--no-package-lock", "--loglevel=error", `${PACKAGE}@${VERSION}`],
    ]);
    if (exit !== 0) return stderr.split("\n")[0];
    await Deno.rename(draft, directory);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await Deno.remove(draft, { recursive: true }).catch(() => {});
  }
}

/** Where the system keeps what can be had again. */
function caches(): string {
  const home = Deno.env.get("HOME") ?? ".";
  if (Deno.build.os === "darwin") return join(home, "Library/Caches");
  return Deno.env.get("XDG_CACHE_HOME") ?? join(home, ".cache");
}
