/**
 * TypeScript out of a Markdown file: type-checked, and run against an archive.
 */

import { basename, join } from "@std/path";
import { startArchive } from "../../archive/server.ts";
import { mapFlags } from "../../scripts/map_flags.ts";
import { TOKEN } from "../helpers/archive.ts";
import type { Block } from "./blocks.ts";
import { runProcess } from "../helpers/process.ts";

/** The archive that the documents speak of. */
const ADDRESS = "https://ma.example.net/";

const ROOT = join(import.meta.dirname!, "../..");

/** What came of a run. */
export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * The module that a block is, with the package as it is here, and the archive
 * at `origin`.
 */
export function moduleOf({ text }: Block, origin?: string): string {
  const { exports } = JSON.parse(
    Deno.readTextFileSync(join(ROOT, "deno.json")),
  ) as { exports: Record<string, string> };
  const local = text.replace(
    /"jsr:@esmond\/client(\/\w+)?"/g,
    (_, path = "") =>
      JSON.stringify(import.meta.resolve(`../../${exports[`.${path}`]}`)),
  );
  return origin === undefined ? local : local.replaceAll(ADDRESS, `${origin}/`);
}

/**
 * What the compiler says of modules, by the names of their files; empty if all
 * is well.
 */
export async function checkTypes(
  modules: Record<string, string>,
  directory: string,
): Promise<string> {
  const paths: string[] = [];
  for (const [name, text] of Object.entries(modules)) {
    const path = join(directory, basename(name));
    await Deno.writeTextFile(path, text);
    paths.push(path);
  }
  const { code, stdout, stderr } = await run(
    Deno.execPath(),
    ["check", "--quiet", ...mapFlags(), ...paths],
    { NO_COLOR: "1" },
  );
  return code === 0 ? "" : `${stdout}${stderr}` || `exit code ${code}`;
}

/**
 * Runs a block that speaks to the archive at `origin`, with no permission but
 * the documented ones.
 */
export async function runBlock(
  block: Block,
  origin: string,
  directory: string,
  env: Record<string, string> = {},
): Promise<Run> {
  const path = join(directory, `line-${block.line}.ts`);
  await Deno.writeTextFile(path, moduleOf(block, origin));
  const permissions = [
    `--allow-net=${new URL(origin).host}`,
    ...Object.keys(env).map((name) => `--allow-env=${name}`),
    ...(/Deno\.readTextFile|openArchiveFile/.test(block.text)
      ? ["--allow-read=."]
      : []),
  ];
  const args = ["run", "--quiet", "--no-check", "--no-prompt", ...mapFlags()];
  return await run(
    Deno.execPath(),
    [...args, ...permissions, path],
    { NO_COLOR: "1", ...env },
    directory,
  );
}

/** Runs a program to its end, for a minute at most. */
export async function run(
  program: string,
  args: string[],
  env: Record<string, string>,
  cwd: string = ROOT,
): Promise<Run> {
  const ended = await runProcess([program, ...args], { env, cwd });
  return { ...ended, code: ended.exit };
}

/** A new archive, which `TOKEN` may write to. */
export async function withArchive<T>(
  use: (origin: string) => Promise<T>,
): Promise<T> {
  const archive = await startArchive({ tokens: [TOKEN] });
  try {
    return await use(archive.url);
  } finally {
    await archive.close();
  }
}
