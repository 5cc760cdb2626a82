import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { PROGRAM_NAMES } from "../../../cli/options/choices.ts";
import { readContents } from "../../../scripts/compile/contents.ts";
import { makeDeb } from "../../../scripts/compile/deb.ts";
import { BuildProblem } from "../../../scripts/compile/problem.ts";
import { makeRpm } from "../../../scripts/compile/rpm.ts";
import {
  MAKE_ALTERNATIVES,
  REMOVE_ALTERNATIVES,
  runTool,
  type SystemPackage,
} from "../../../scripts/compile/system_files.ts";
import { TARGETS } from "../../../scripts/compile/targets.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { runProcess } from "../../helpers/process.ts";
import {
  lackedByWindows,
  notInstalled,
  testUnless,
  withPrograms,
} from "../../helpers/skipping.ts";

const TIME = new Date("2026-03-01T12:00:00Z");

/** A package of a script in the place of the executable. */
async function made(work: string, arch = "x64"): Promise<SystemPackage> {
  return {
    version: "1.2.3-rc.1",
    target: TARGETS.find(({ name }) => name === `linux-${arch}`)!,
    time: TIME,
    program: new TextEncoder().encode("#!/bin/sh\necho esmond-ps\n"),
    contents: [
      ...await readContents(),
      { path: "PACKAGES.txt", bytes: new Uint8Array(3), isExecutable: false },
    ],
    work,
  };
}

/** What both have, and where each has its zsh completion. */
function expectedFiles(zsh: string): string[] {
  return [
    "/usr/bin/esmond-ps",
    ...PROGRAM_NAMES.map((name) => `/usr/lib/esmond-ps/${name}`),
    "/usr/share/man/man1/esmond-ps.1.gz",
    ...PROGRAM_NAMES.map((name) => `/usr/share/man/man1/${name}.1.gz`),
    "/usr/share/bash-completion/completions/esmond-ps-get",
    "/usr/share/fish/vendor_completions.d/esmond-ps.fish",
    `/usr/share/zsh/${zsh}/_esmond-ps`,
    "/usr/share/doc/esmond-ps/README.md",
  ];
}

async function output(...command: string[]): Promise<string> {
  const { exit, stdout, stderr } = await runProcess(command);
  assertEquals(exit, 0, stderr);
  return stdout;
}

withPrograms(
  ["dpkg-deb", "md5sum"],
  "the package for Debian has the files where Debian looks for them, the same bytes each time",
  async () => {
    await withDirectory(async (work) => {
      const name = await makeDeb(await made(work));
      assertEquals(name, "esmond-ps_1.2.3~rc.1-1_amd64.deb");
      const first = await Deno.readFile(join(work, name));
      await makeDeb(await made(work));
      assertEquals(await Deno.readFile(join(work, name)), first);
      const list = await output("dpkg-deb", "-c", join(work, name));
      for (const path of expectedFiles("vendor-completions")) {
        assert(list.includes(` .${path}`), path);
      }
      assertMatch(list, /^-rwxr-xr-x root\/root .* \.\/usr\/bin\/esmond-ps$/m);
      const root = join(work, "root");
      await output("dpkg-deb", "-R", join(work, name), root);
      const said = await output(
        ...["sh", "-c", 'cd "$1" && md5sum --quiet -c DEBIAN/md5sums'],
        ...["sh", root],
      );
      assertEquals(said, "");
      assertEquals(
        await output(join(root, "usr/lib/esmond-ps/esmond-ps-get")),
        "esmond-ps\n",
      );
      const other = await makeDeb(await made(work, "arm64"));
      const field = await output(
        "dpkg-deb",
        "-f",
        join(work, other),
        "Architecture",
      );
      assertEquals([other.includes("_arm64."), field], [true, "arm64\n"]);
    });
  },
);

withPrograms(
  ["rpmbuild", "rpm"],
  "the package for EL has the files where EL looks for them, for either processor",
  async () => {
    await withDirectory(async (work) => {
      for (const [arch, named] of [["x64", "x86_64"], ["arm64", "aarch64"]]) {
        const name = await makeRpm(await made(work, arch));
        assertEquals(name, `esmond-ps-1.2.3~rc.1-1.${named}.rpm`);
        const files = await output("rpm", "-qlp", join(work, name));
        for (const path of expectedFiles("site-functions")) {
          assert(files.split("\n").includes(path), path);
        }
        const scripts = await output(
          "rpm",
          "-qp",
          "--scripts",
          join(work, name),
        );
        assert(scripts.includes(MAKE_ALTERNATIVES));
        const architecture = await output(
          ...["rpm", "-qp", "--qf", "%{ARCH} %{OS}", join(work, name)],
        );
        assertEquals(architecture, `${named} linux`);
      }
    });
  },
);

testUnless(
  lackedByWindows("scripts") ?? notInstalled("readlink"),
  "the alternatives leave every file alone that is somebody else's",
  async () => {
    await withDirectory(async (directory) => {
      const [bin, tools] = [join(directory, "bin"), join(directory, "tools")];
      await Deno.mkdir(bin);
      await Deno.mkdir(tools);
      await Deno.writeTextFile(
        join(tools, "update-alternatives"),
        '#!/bin/sh\necho "$1 $3"\n',
        { mode: 0o755 },
      );
      await Deno.writeTextFile(join(bin, "esmond-ps-get"), "Python's");
      await Deno.symlink("/nowhere", join(bin, "esmond-ps-get-bulk"));
      await Deno.symlink(
        "/etc/alternatives/esmond-ps-get-metadata",
        join(bin, "esmond-ps-get-metadata"),
      );
      const run = async (commands: string) => {
        const { exit, stdout } = await runProcess(
          ["sh", "-e", "-c", commands.replaceAll("/usr/bin/", `${bin}/`)],
          { env: { PATH: `${tools}:${Deno.env.get("PATH")}` } },
        );
        assertEquals(exit, 0);
        return stdout.trim().split("\n");
      };
      assertEquals(await run(MAKE_ALTERNATIVES), [
        "--install esmond-ps-get-endpoints",
        "--install esmond-ps-get-metadata",
      ]);
      assertEquals((await run(REMOVE_ALTERNATIVES)).length, 4);
    });
  },
);

Deno.test("a tool of packages that is missing, or fails, is told in one line", async () => {
  const missing = await assertRejects(
    () => runTool("no-such-dpkg-deb", [], TIME),
    BuildProblem,
  );
  assertMatch(missing.message, /^--packages needs dpkg-deb and rpmbuild: /);
  const failed = await assertRejects(
    () => runTool(Deno.execPath(), ["no-such-command"], TIME),
    BuildProblem,
  );
  assertMatch(failed.message, /^.*deno.* failed: [^\n]+$/);
});
