/**
 * What the packages of Debian and of EL install, and where.
 *
 * @module
 */

import { gzipSync } from "node:zlib";
import { dirname, join } from "@std/path";
import { PROGRAM_NAMES } from "../../cli/options/choices.ts";
import type { Entry } from "./archives.ts";
import { BuildProblem } from "./problem.ts";
import type { Target } from "./targets.ts";

/** What a package is made of. */
export interface SystemPackage {
  /** The version, as `deno.json` has it. */
  version: string;
  /** The system: Linux, on one of the processors. */
  target: Target;
  /** The time of the sources. */
  time: Date;
  /** The executable. */
  program: Uint8Array;
  /** What an archive holds besides it. */
  contents: readonly Entry[];
  /** Where files may be made. */
  work: string;
}

/** A file that a package installs. */
export interface Installed {
  /** Its path below the root, without a slash. */
  path: string;
  /** What is in it, or what it links to. */
  content: Uint8Array | string | { link: string };
  /** Whether it is a program. */
  isExecutable?: boolean;
}

/** Who answers for the packages. */
export const MAINTAINER =
  "esmond-client <esmond-client@users.noreply.github.com>";

/** Where the project is. */
export const HOMEPAGE = "https://github.com/esmond-client/esmond-client";

/** What the package is, in a few words. */
export const SUMMARY = "client and archive for perfSONAR measurements";

/** What it is at length, in lines. */
export const DESCRIPTION: readonly string[] = [
  "Reads and writes perfSONAR measurement archives (esmond, elmond), says what",
  "the measurements mean, draws them, and serves an archive from one file.",
  "Replaces the Python esmond_client: the programs esmond-ps-get,",
  "esmond-ps-get-bulk, esmond-ps-get-endpoints and esmond-ps-get-metadata are",
  "alternatives, which leave the files of other packages alone.",
];

/** Where the alternatives lead: to links that have the names of the programs. */
const LINKS = "usr/lib/esmond-ps";

/** The files that both kinds of packages have. */
export function commonFiles(
  { program, contents }: SystemPackage,
  zshDirectory: string,
): Installed[] {
  const names = ["esmond-ps", ...PROGRAM_NAMES];
  const completions = (name: string) =>
    entryOf(contents, `completions/${name}`);
  return [
    { path: "usr/bin/esmond-ps", content: program, isExecutable: true },
    ...PROGRAM_NAMES.map((name) => ({
      path: `${LINKS}/${name}`,
      content: { link: "../../bin/esmond-ps" },
    })),
    ...contents.filter(({ path }) => path.startsWith("man/")).map((
      { path, bytes },
    ) => ({
      path: `usr/share/man/man1/${path.slice("man/".length)}.gz`,
      content: gzip(bytes),
    })),
    // These shells look for completions by the name of the program.
    ...names.flatMap((name) => [
      {
        path: `usr/share/bash-completion/completions/${name}`,
        content: completions("esmond-ps.bash"),
      },
      {
        path: `usr/share/fish/vendor_completions.d/${name}.fish`,
        content: completions("esmond-ps.fish"),
      },
    ]),
    {
      path: `usr/share/zsh/${zshDirectory}/_esmond-ps`,
      content: completions("_esmond-ps"),
    },
  ];
}

/** What is in a file of the archive. */
export function entryOf(contents: readonly Entry[], path: string): Uint8Array {
  return contents.find((each) => each.path === path)!.bytes;
}

/** Compressed, the same bytes at any time. */
export function gzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 9 });
}

/** The version, of which `1.0.0-rc.1` is older than `1.0.0`. */
export function packageVersion(version: string): string {
  return version.replace("-", "~");
}

/** Makes the names of the Python programs, where nobody else has them. */
export const MAKE_ALTERNATIVES = `for name in ${PROGRAM_NAMES.join(" ")}; do
  link=/usr/bin/$name
  # The file of another package, or of the administrator, stays.
  case $(readlink "$link" || :) in
  /etc/alternatives/*) ;;
  *) [ ! -e "$link" ] && [ ! -L "$link" ] || continue ;;
  esac
  update-alternatives --install "$link" "$name" "/${LINKS}/$name" 40
done`;

/** Takes them back. */
export const REMOVE_ALTERNATIVES = `for name in ${PROGRAM_NAMES.join(" ")}; do
  update-alternatives --remove "$name" "/${LINKS}/$name"
done`;

/** Writes files below a directory, with the time of the sources. */
export async function writeTree(
  root: string,
  files: readonly Installed[],
  time: Date,
): Promise<void> {
  for (const { path, content, isExecutable } of files) {
    const full = join(root, path);
    await Deno.mkdir(dirname(full), { recursive: true, mode: 0o755 });
    if (typeof content === "object" && "link" in content) {
      await Deno.symlink(content.link, full);
      continue;
    }
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content;
    await Deno.writeFile(full, bytes);
    await Deno.chmod(full, isExecutable ? 0o755 : 0o644);
    await Deno.utime(full, time, time);
  }
}

/**
 * Runs a tool that makes packages.
 *
 * @throws {BuildProblem} where it is not installed, or fails.
 */
export async function runTool(
  program: string,
  args: string[],
  time: Date,
): Promise<void> {
  const env = {
    SOURCE_DATE_EPOCH: `${Math.floor(time.getTime() / 1000)}`,
    LC_ALL: "C",
  };
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(program, { args, env }).output();
  } catch {
    throw new BuildProblem(
      `--packages needs dpkg-deb and rpmbuild: ${program} cannot be run`,
    );
  }
  if (output.success) return;
  const said = new TextDecoder().decode(output.stderr).trim().split("\n");
  throw new BuildProblem(`${program} failed: ${said.slice(-3).join("; ")}`);
}
