/**
 * `deno publish --dry-run`: would the package be accepted, and what is in it? `deno publish` knows no import map but that of
 * `deno.json`; where JSR is out of reach it is run on a copy whose `deno.json` has the names of `registry/npm.json`.
 *
 * @module
 */

import { join } from "@std/path";
import { mapFlag } from "./map_flag.ts";

interface Config {
  imports: Record<string, string>;
  publish: { include: string[] };
}

if (import.meta.main) {
  const root = join(import.meta.dirname!, "..");
  const isOffline = mapFlag().startsWith("--import-map");
  const directory = isOffline ? await copyWithNpmMap(root) : root;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty"],
    cwd: directory,
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (isOffline) await Deno.remove(directory, { recursive: true });
  Deno.exit(success ? 0 : 1);
}

async function copyWithNpmMap(root: string): Promise<string> {
  const copy = await Deno.makeTempDir({ prefix: "esmond-publish-" });
  const config = await readJson<Config>(join(root, "deno.json"));
  const map = await readJson<Config>(join(root, "registry/npm.json"));
  for (const path of [...config.publish.include, "registry/"]) {
    await copyTree(join(root, path), join(copy, path));
  }
  const imports = Object.fromEntries(
    Object.entries(map.imports).map((
      [name, target],
    ) => [name, target.replace(/^\.\//, "./registry/")]),
  );
  const include = [...config.publish.include, "registry/"];
  await Deno.writeTextFile(
    join(copy, "deno.json"),
    JSON.stringify({ ...config, imports, publish: { include } }),
  );
  return copy;
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await Deno.readTextFile(path)) as T;
}

async function copyTree(from: string, to: string): Promise<void> {
  if (!(await Deno.stat(from)).isDirectory) {
    return await Deno.copyFile(from, to);
  }
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    await copyTree(join(from, name), join(to, name));
  }
}
