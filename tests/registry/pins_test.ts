import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import denoJson from "../../deno.json" with { type: "json" };
import npmMap from "../../registry/npm.json" with { type: "json" };
import { sourceFiles } from "../../scripts/sources.ts";

const ROOT = join(import.meta.dirname!, "../..");
const LOCK = await Deno.readTextFile(join(ROOT, "registry/npm.lock"));
const COMPILER_LOCK = await Deno.readTextFile(
  join(ROOT, "registry/typescript.lock"),
);

/** Where sources name a package themselves. */
const PACKAGE = /"((?:npm|jsr):[\w@][^"]*)"/g;

/** A name and one version: `npm:yaml@2.9.1`, `npm:csv-parse@7.0.3/sync`. */
const PINNED = /^(npm|jsr):((?:@[\w-]+\/)?[\w.-]+@\d+\.\d+\.\d+)(\/[\w.-]+)*$/;

/** The packages that the maps and the sources name. */
async function named(): Promise<string[]> {
  const found = [
    ...Object.values(denoJson.imports),
    ...Object.values(npmMap.imports),
  ].filter((target) => /^(npm|jsr):/.test(target));
  for (const room of ["client", "cli", "archive", "registry", "scripts"]) {
    found.push(...await namedIn(room));
  }
  return [...found, ...await namedIn("tests/packages")];
}

async function namedIn(room: string): Promise<string[]> {
  const found: string[] = [];
  for await (const path of sourceFiles(join(ROOT, room))) {
    const text = (await Deno.readTextFile(path)).replace(/^ *\*.*$/gm, "");
    for (const [, name] of text.matchAll(PACKAGE)) found.push(name!);
  }
  return found;
}

Deno.test("every package is pinned to one version", async () => {
  const packages = await named();
  assert(packages.length > 5, packages.join());
  for (const name of packages) assertMatch(name, PINNED);
});

Deno.test("the lock files have every package from npm with its hash, in the version that is named", async () => {
  const npm = { ...packagesOf(LOCK), ...packagesOf(COMPILER_LOCK) };
  for (const name of await named()) {
    const [, registry, pinned] = PINNED.exec(name)!;
    if (registry === "npm") assert(npm[pinned!], name);
  }
  for (const [name, { integrity }] of Object.entries(npm)) {
    assertMatch(integrity, /^sha512-[A-Za-z0-9+/]{86}==$/, name);
  }
});

function packagesOf(lock: string): Record<string, { integrity: string }> {
  return JSON.parse(lock).npm;
}

Deno.test("the program and the tests load no compiler", () => {
  assertEquals(
    Object.keys(packagesOf(LOCK)).filter((name) => /^typescript@/.test(name)),
    [],
  );
});

Deno.test("the lock files name no registry", () => {
  const both = LOCK + COMPILER_LOCK;
  assertEquals(both.match(/\w+:\/\/[^"]*|tarball|localhost/g), null);
});
