/**
 * `deno publish --dry-run`: checks that the package is accepted, and lists its files.
 * `deno publish` knows no import map but that of `deno.json`; where JSR is out
 * of reach it is run on a copy whose `deno.json` has the names of
 * `registry/npm.json`.
 *
 * @module
 */

import { pathToFileURL } from "node:url";
import { join } from "@std/path";
import denoJson from "../deno.json" with { type: "json" };
import { IS_NPM } from "./map_flags.ts";

interface Config {
  imports: Record<string, string>;
  publish: { include: string[] };
}

/** What is imported by a name of the package. */
const FACES = new Set(Object.values(denoJson.exports));

if (import.meta.main) {
  const root = join(import.meta.dirname!, "..");
  const isOffline = IS_NPM;
  const directory = isOffline ? await copyWithNpmMap(root) : root;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty"],
    cwd: directory,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  const told = decoder.decode(stdout) + decoder.decode(stderr);
  console.error(told.trimEnd());
  const files = listedFiles(told, directory);
  if (isOffline) await Deno.remove(directory, { recursive: true });
  const surplus = files.filter((path) =>
    !isMeant(path) && !(isOffline && path.startsWith("registry/"))
  );
  if (surplus.length > 0) {
    console.error(`Nobody needs these: ${surplus.join(", ")}`);
  }
  if (!files.includes("mod.ts")) console.error("The list could not be read.");
  const isGood = success && files.includes("mod.ts") && surplus.length === 0;
  Deno.exit(isGood ? 0 : 1);
}

/**
 * The files that would be published, as `deno publish` lists them:
 * `file:///…/mod.ts (2.49KB)`.
 */
function listedFiles(told: string, directory: string): string[] {
  const root = pathToFileURL(`${Deno.realPathSync(directory)}/`).href;
  return told.split("\n").flatMap((line) => {
    const url = /(file:\/\/\S+) \([\d.]+\w+\)/.exec(line)?.[1];
    return url?.startsWith(root) ? [url.slice(root.length)] : [];
  });
}

/**
 * What is of use to whoever imports the package; the copy for a machine without
 * JSR has its own names besides.
 */
function isMeant(path: string): boolean {
  return /^(client|insight|chart|archive|cli)\/.+\.ts$|^docs\/[\w-]+\.md$/.test(
    path,
  ) ||
    /^deno\.json$|^[A-Z]+(\.md)?$/.test(path) || FACES.has(`./${path}`);
}

async function copyWithNpmMap(root: string): Promise<string> {
  // By its real name, which is the one that Deno lists the files by.
  const copy = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "esmond-publish-" }),
  );
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
    JSON.stringify({
      ...config,
      imports,
      publish: { ...config.publish, include },
    }),
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
