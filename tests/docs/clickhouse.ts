/**
 * The program `clickhouse local`, as far as the documentation uses it, made of
 * ClickHouse's package for Node: SQL in, TSV out.
 *
 * The package has 546 MB, so nobody installs it but who wants to run this.
 */

import { join } from "@std/path";

const PACKAGE = "chdb";

/** The script of the program, or why it is missing. */
export async function clickhouse(): Promise<{ script?: string; why?: string }> {
  const folder = Deno.env.get("ESMOND_CHDB");
  if (!folder) return { why: "no ClickHouse: ESMOND_CHDB does not name it" };
  const path = join(folder, "node_modules", PACKAGE);
  const isThere = await Deno.stat(path).then(() => true, () => false);
  if (!isThere) return { why: `no ClickHouse: there is no ${path}` };
  return { script: `exec node -e '${program(path)}' "$@"` };
}

/**
 * `clickhouse local --path FOLDER` reads statements from standard input, and
 * prints what they give.
 */
function program(path: string): string {
  return `
const { Session } = require(${JSON.stringify(path)});
const session = new Session(process.argv[3]);
for (const text of require("fs").readFileSync(0, "utf8").split(/;\\s*(?:\\n|$)/)) {
  if (text.trim() === "") continue;
  try {
    process.stdout.write(String(session.query(text, "TSVWithNames")));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
    break;
  }
}
`;
}
