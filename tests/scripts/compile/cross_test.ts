// Makes the executables for other systems. The base binary of Deno's own
// `deno compile` may be out of reach, but the whole Deno of a system, which is
// on npm, takes its place: what comes out is packed and looked at, but would
// run as a plain Deno. `.ci/cross` downloads them and runs this.

import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import denoJson from "../../../deno.json" with { type: "json" };
import { unpackTar, unzipSync } from "../../../scripts/compile/packages.ts";
import {
  describeBase,
  ownTarget,
  TARGETS,
} from "../../../scripts/compile/targets.ts";
import { COMMANDS } from "../../../cli/commands/commands.ts";
import { mapFlags } from "../../../scripts/map_flags.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { runProcess } from "../../helpers/process.ts";
import { testUnless } from "../../helpers/skipping.ts";

/** A directory with a Deno for each system, called as the system is. */
const BASES = Deno.env.get("ESMOND_BASES");

const SCRIPT = join(import.meta.dirname!, "../../../scripts/compile.ts");

/** What is in an archive: names, and modes where it has them. */
interface Unpacked {
  files: Map<string, Uint8Array>;
  modes: Record<string, number>;
}

async function unpack(name: string, bytes: Uint8Array): Promise<Unpacked> {
  if (name.endsWith(".zip")) {
    return { files: new Map(Object.entries(unzipSync(bytes))), modes: {} };
  }
  const entries = await unpackTar(gunzipSync(bytes));
  return {
    files: new Map(entries.map(({ header, data }) => [header.name, data!])),
    modes: Object.fromEntries(
      entries.map(({ header }) => [header.name, header.mode!]),
    ),
  };
}

const FILES = [
  ...["CHANGELOG.md", "LICENSE", "PACKAGES.txt", "README.md"],
  ...["THIRD-PARTY.txt", "completions/_esmond-ps"],
  ...["completions/esmond-ps.bash", "completions/esmond-ps.fish"],
  ...["completions/esmond-ps.ps1", "man/esmond-ps.1"],
  ...Object.keys(COMMANDS).map((name) => `man/esmond-ps-${name}.1`),
];

for (const target of TARGETS.filter((each) => each !== ownTarget())) {
  testUnless(
    BASES ? undefined : "ESMOND_BASES is not set",
    `compile makes and packs an executable for ${target.name}`,
    () =>
      withDirectory(async (out) => {
        const base = join(BASES!, target.name);
        const { exit, stderr } = await runProcess([
          ...[Deno.execPath(), "run", "-q", "-A", "--no-prompt"],
          ...[...mapFlags(), SCRIPT, "--target", target.name, "--out", out],
        ], { env: { DENORT_BIN: base } });
        assertEquals({ exit, stderr }, { exit: 0, stderr: "" });

        const folder = `esmond-ps-${denoJson.version}-${target.name}`;
        const isWindows = target.os === "windows";
        const archive = `${folder}.${isWindows ? "zip" : "tar.gz"}`;
        const bytes = await Deno.readFile(join(out, archive));
        assertEquals(
          await Deno.readTextFile(join(out, "SHA256SUMS")),
          `${createHash("sha256").update(bytes).digest("hex")}  ${archive}\n`,
        );
        const { files, modes } = await unpack(archive, bytes);
        const program = `esmond-ps${isWindows ? ".exe" : ""}`;
        assertEquals(
          [...files.keys()].sort(),
          [...FILES, program].map((name) => `${folder}/${name}`).sort(),
        );
        for (const [name, mode] of Object.entries(modes)) {
          assertEquals(
            mode,
            name === `${folder}/${program}` ? 0o755 : 0o644,
            name,
          );
        }

        const made = files.get(`${folder}/${program}`)!;
        assertEquals(describeBase(made), {
          target: target.name,
          version: Deno.version.deno,
        });
        assert(made.length > (await Deno.stat(base)).size);
        const list = new TextDecoder().decode(
          files.get(`${folder}/PACKAGES.txt`),
        );
        assertMatch(list, /^npm:hyparquet-writer@[\d.]+ {2}sha512-/m);
        assertEquals(/fast-check|modern-tar/.test(list), false, list);
      }),
  );
}
