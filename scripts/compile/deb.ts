/**
 * The package for Debian and Ubuntu.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "@std/path";
import type { Entry } from "./archives.ts";
import {
  commonFiles,
  DESCRIPTION,
  entryOf,
  gzip,
  HOMEPAGE,
  type Installed,
  MAINTAINER,
  MAKE_ALTERNATIVES,
  packageVersion,
  REMOVE_ALTERNATIVES,
  runTool,
  SUMMARY,
  type SystemPackage,
  writeTree,
} from "./system_files.ts";

const ARCHITECTURES = { x64: "amd64", arm64: "arm64" } as const;

/** Where documents go. */
const DOC = "usr/share/doc/esmond-ps";

/** Makes it, in `work`, and gives its name. */
export async function makeDeb(made: SystemPackage): Promise<string> {
  const { version, target, time, work } = made;
  const architecture = ARCHITECTURES[target.arch];
  const full = `${packageVersion(version)}-1`;
  const files = [
    ...commonFiles(made, "vendor-completions"),
    ...documents(made, full),
  ];
  const root = join(work, `deb-${architecture}`);
  await writeTree(root, files, time);
  await writeTree(root, control(files, architecture, full), time);
  const name = `esmond-ps_${full}_${architecture}.deb`;
  await runTool(
    "dpkg-deb",
    ["--root-owner-group", "-Zxz", "-z3", "--build", root, join(work, name)],
    time,
  );
  await Deno.remove(root, { recursive: true });
  return name;
}

function documents(
  { contents, time }: SystemPackage,
  version: string,
): Installed[] {
  const plain = ["README.md", "THIRD-PARTY.txt", "PACKAGES.txt"];
  return [
    ...plain.map((name) => ({
      path: `${DOC}/${name}`,
      content: entryOf(contents, name),
    })),
    { path: `${DOC}/copyright`, content: copyright(contents) },
    {
      path: `${DOC}/changelog.gz`,
      content: gzip(entryOf(contents, "CHANGELOG.md")),
    },
    {
      path: `${DOC}/changelog.Debian.gz`,
      content: gzip(new TextEncoder().encode(changelog(version, time))),
    },
    { path: "usr/share/lintian/overrides/esmond-ps", content: OVERRIDES },
  ];
}

function control(
  files: readonly Installed[],
  architecture: string,
  version: string,
): Installed[] {
  const regular = files.flatMap(({ path, content }) =>
    typeof content === "object" && "link" in content ? [] : [{ path, content }]
  );
  const bytes = regular.reduce((sum, { content }) => sum + content.length, 0);
  const sums = regular.map(({ path, content }) =>
    `${createHash("md5").update(content).digest("hex")}  ${path}\n`
  );
  const fields = [
    "Package: esmond-ps",
    `Version: ${version}`,
    "Section: net",
    "Priority: optional",
    `Architecture: ${architecture}`,
    `Maintainer: ${MAINTAINER}`,
    `Installed-Size: ${Math.ceil(bytes / 1024)}`,
    "Depends: libc6 (>= 2.27)",
    `Homepage: ${HOMEPAGE}`,
    `Description: ${SUMMARY}`,
    ...DESCRIPTION.map((line) => ` ${line}`),
  ];
  return [
    { path: "DEBIAN/control", content: `${fields.join("\n")}\n` },
    { path: "DEBIAN/md5sums", content: sums.join("") },
    script("postinst", "configure", MAKE_ALTERNATIVES),
    script("prerm", "remove | deconfigure", REMOVE_ALTERNATIVES),
  ];
}

function script(name: string, when: string, commands: string): Installed {
  const content = `#!/bin/sh
set -e
case $1 in
${when})
${commands.replaceAll(/^/gm, "  ")}
  ;;
esac
`;
  return { path: `DEBIAN/${name}`, content, isExecutable: true };
}

function copyright(contents: readonly Entry[]): string {
  const license = new TextDecoder().decode(entryOf(contents, "LICENSE")).trim();
  const holder = /^Copyright .*$/m.exec(license)?.[0] ?? "the authors";
  const text = license.split("\n").map((line) => ` ${line || "."}`).join("\n");
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: esmond-client
Source: ${HOMEPAGE}
Comment: The executable contains Deno and packages with licenses of their own;
 THIRD-PARTY.txt beside this file has their texts.

Files: *
Copyright: ${holder.replace(/^Copyright *(\(c\))? */i, "")}
License: BSD-3-Clause
${text}
`;
}

function changelog(version: string, time: Date): string {
  const date = time.toUTCString().replace("GMT", "+0000");
  return `esmond-ps (${version}) unstable; urgency=medium

  * Upstream release; changelog.gz says what is new.

 -- ${MAINTAINER}  ${date}
`;
}

/** What lintian says of every executable that Deno makes. */
const OVERRIDES =
  `# The program is carried at the end of the executable, which stripping would damage.
esmond-ps: unstripped-binary-or-object [usr/bin/esmond-ps]
# Deno is built with libraries of its own.
esmond-ps: embedded-library *
# It is published by the project, and closes no bug of Debian.
esmond-ps: initial-upload-closes-no-bugs *
`;
