/**
 * The executables: `deno task compile [--target NAME]... [--all] [--out DIR]
 * [--deno FILE] [--packages]`. Without a target, that of this machine; with
 * `--packages`, those for Debian and EL, too. Everything is made beside the directory and put into it when all of it is good.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { join } from "@std/path";
import denoJson from "../deno.json" with { type: "json" };
import { archiveName, type Entry, pack } from "./compile/archives.ts";
import { type Contained, listOf } from "./compile/contained.ts";
import { readContents } from "./compile/contents.ts";
import {
  type CompileOptions,
  makeExecutable,
  PERMISSIONS,
} from "./compile/executable.ts";
import { makeDeb } from "./compile/deb.ts";
import { makeRpm } from "./compile/rpm.ts";
import type { SystemPackage } from "./compile/system_files.ts";
import { BuildProblem } from "./compile/problem.ts";
import { versionOf } from "./compile/run.ts";
import { ownTarget, type Target, TARGETS } from "./compile/targets.ts";

const USAGE =
  `compile [--target NAME]... [--all] [--out DIR] [--deno FILE] [--packages]; ${
    TARGETS.map(({ name }) => name).join(", ")
  }`;

/** What a command line asks for. */
interface Order {
  targets: readonly Target[];
  out: string;
  deno: string;
  hasPackages: boolean;
}

/** An archive, as the report has it. */
interface Built {
  target: string;
  os: string;
  arch: string;
  archive: string;
  bytes: number;
  sha256: string;
  packages: { name: string; bytes: number; sha256: string }[];
  executable: {
    bytes: number;
    sha256: string;
    emptyBytes: number;
    ratio: number;
    embedded: Record<string, string>;
    packages: Contained[];
  };
}

if (import.meta.main) {
  try {
    await build(readOrder(Deno.args));
  } catch (error) {
    if (!(error instanceof BuildProblem)) throw error;
    console.error(`compile: ${error.message}`);
    Deno.exit(error.exitCode);
  }
}

function readOrder(args: string[]): Order {
  const { all, target, out, deno, packages } = readArguments(args);
  const named = target.map((name) => {
    const found = TARGETS.find((each) =>
      name === each.name || name === each.triple
    );
    if (found) return found;
    throw new BuildProblem(`unknown target ${name}: ${USAGE}`, 2);
  });
  const chosen = all ? TARGETS : named.length > 0 ? named : [ownTarget()];
  if (packages && !chosen.some(({ os }) => os === "linux")) {
    throw new BuildProblem("--packages are for Linux: name such a target", 2);
  }
  const targets = [...new Set(chosen)];
  return { targets, out, deno, hasPackages: packages };
}

function readArguments(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        target: { type: "string", multiple: true, default: [] },
        all: { type: "boolean", default: false },
        out: { type: "string", default: "dist" },
        deno: { type: "string", default: Deno.execPath() },
        packages: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    const [what] = (error as Error).message.split(". ");
    throw new BuildProblem(`${what}: ${USAGE}`, 2);
  }
}

async function build(
  { targets, out, deno, hasPackages }: Order,
): Promise<void> {
  const work = await makeWorkspace(out);
  try {
    const time = await timeOfSources();
    const contents = await readContents();
    const version = await versionOf(deno);
    const built: Built[] = [];
    for (const target of targets) {
      const options = { deno, version, work, hasPackages };
      built.push(await buildOne(target, options, contents, time));
    }
    const sums = built.flatMap(({ sha256, archive, packages }) => [
      `${sha256}  ${archive}\n`,
      ...packages.map(({ sha256, name }) => `${sha256}  ${name}\n`),
    ]);
    await Deno.writeTextFile(join(work, "SHA256SUMS"), sums.join(""));
    const report = {
      name: "esmond-ps",
      version: denoJson.version,
      commit: await git("rev-parse", "HEAD"),
      isModified: await git("status", "--porcelain") !== "",
      time: time.toISOString(),
      deno: version,
      permissions: PERMISSIONS,
      archives: built,
    };
    await Deno.writeTextFile(
      join(work, "build.json"),
      `${JSON.stringify(report, null, 2)}\n`,
    );
    const files = built.flatMap(({ archive, packages }) => [
      archive,
      ...packages.map(({ name }) => name),
    ]);
    for (const name of [...files, "SHA256SUMS", "build.json"]) {
      await Deno.rename(join(work, name), join(out, name));
    }
    for (const each of built) console.log(line(each));
  } finally {
    await Deno.remove(work, { recursive: true });
    await Deno.remove(out).catch(() => {}); // removed only if empty
  }
}

async function makeWorkspace(out: string): Promise<string> {
  try {
    await Deno.mkdir(out, { recursive: true });
    return await Deno.makeTempDir({
      dir: await Deno.realPath(out),
      prefix: ".making-",
    });
  } catch (error) {
    throw new BuildProblem(
      `--out: ${out} cannot be written to: ${(error as Error).message}`,
    );
  }
}

async function buildOne(
  target: Target,
  options: CompileOptions & { version: string; hasPackages: boolean },
  contents: readonly Entry[],
  time: Date,
): Promise<Built> {
  const { work, version } = options;
  const made = await makeExecutable(target, options);
  const { path, ...size } = made;
  const program = await Deno.readFile(path);
  const archive = archiveName(denoJson.version, target);
  const folder = archive.replace(/\.(zip|tar\.gz)$/, "");
  const name = target.os === "windows" ? "esmond-ps.exe" : "esmond-ps";
  const packages = new TextEncoder().encode(
    listOf(denoJson.version, version, made.packages),
  );
  const besides = [
    { path: "PACKAGES.txt", bytes: packages, isExecutable: false },
    ...contents,
  ];
  const entries = [
    { path: name, bytes: program, isExecutable: true },
    ...besides,
  ].map((each) => ({ ...each, path: `${folder}/${each.path}` }));
  const bytes = await pack(target, entries, time);
  await Deno.writeFile(join(work, archive), bytes);
  return {
    target: target.triple,
    os: target.os,
    arch: target.arch,
    archive,
    bytes: bytes.length,
    sha256: sha256(bytes),
    packages: options.hasPackages && target.os === "linux"
      ? await systemPackages({
        ...{ version: denoJson.version, target, time, work },
        ...{ program, contents: besides },
      })
      : [],
    executable: { ...size, sha256: sha256(program) },
  };
}

async function systemPackages(made: SystemPackage): Promise<Built["packages"]> {
  const names = [await makeDeb(made), await makeRpm(made)];
  return await Promise.all(names.map(async (name) => {
    const bytes = await Deno.readFile(join(made.work, name));
    return { name, bytes: bytes.length, sha256: sha256(bytes) };
  }));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * The time of the commit, or what `SOURCE_DATE_EPOCH` says, so that the same
 * sources make the same archives.
 */
async function timeOfSources(): Promise<Date> {
  const seconds = Deno.env.get("SOURCE_DATE_EPOCH") ??
    await git("log", "-1", "--format=%ct");
  const time = new Date(Number(seconds || NaN) * 1000);
  // Zip files cannot say anything earlier.
  return time.getTime() > 315532800000 ? time : new Date("2020-01-01T00:00Z");
}

/** The output of git; empty outside a repository. */
async function git(...args: string[]): Promise<string> {
  try {
    const { stdout } = await new Deno.Command("git", {
      args: ["-C", import.meta.dirname!, ...args],
    }).output();
    return new TextDecoder().decode(stdout).trim();
  } catch {
    return "";
  }
}

function line({ archive, bytes, executable }: Built): string {
  const inside = executable.bytes - executable.emptyBytes;
  return `${archive}  ${mega(bytes)}; executable ${mega(executable.bytes)}, ` +
    `${executable.ratio.toFixed(3)} x an empty one, ${
      mega(inside)
    } of it ours: ` +
    Object.entries(executable.embedded).map((each) => each.join(" ")).join(
      ", ",
    );
}

function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
