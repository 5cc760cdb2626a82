import { join } from "@std/path";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ownTarget, TARGETS } from "../../scripts/compile/targets.ts";
import { mapFlags } from "../../scripts/map_flags.ts";
import { withDirectory } from "../helpers/directory.ts";
import { type Ended, runProcess } from "../helpers/process.ts";
import { notInstalled, onUnix, testUnless } from "../helpers/skipping.ts";

const SCRIPT = join(import.meta.dirname!, "../../scripts/compile.ts");

function compile(
  args: string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  return runProcess(
    [
      ...[Deno.execPath(), "run", "-q", "-A", "--no-prompt", ...mapFlags()],
      ...[SCRIPT, ...args],
    ],
    { env: { DENORT_BIN: "", ...env } },
  );
}

/** One line that says it, and nothing left behind. */
function assertRefused(
  { exit, stdout, stderr }: Ended,
  expected: number,
  message: RegExp,
  out: string,
): void {
  assertEquals({ exit, stdout }, { exit: expected, stdout: "" }, stderr);
  assertMatch(stderr, /^compile: [^\n]+\n$/);
  assertMatch(stderr, message);
  const left = Array.from(
    (() => {
      try {
        return Deno.readDirSync(out);
      } catch {
        return [];
      }
    })(),
  );
  assertEquals(left, []);
}

Deno.test("compile refuses what it does not understand, and lists the targets", async () => {
  await withDirectory(async (directory) => {
    const out = join(directory, "out");
    const lines: [string[], RegExp][] = [
      [
        ["--target", "linux-x86"],
        /unknown target linux-x86: .*linux-x64, linux-arm64/,
      ],
      [["--target"], /--target/],
      [["--traget", "linux-x64"], /--traget/],
      [["linux-x64"], /linux-x64/],
    ];
    for (const [args, message] of lines) {
      assertRefused(await compile(["--out", out, ...args]), 2, message, out);
    }
  });
});

onUnix(
  "scripts",
  "compile says that a base binary cannot be downloaded, and how to supply it",
  () =>
    withDirectory(async (directory) => {
      const out = join(directory, "out");
      const deno = join(directory, "deno");
      const lines = [
        "#!/bin/sh",
        `export DENO_DIR='${directory}/cache'`,
        // Nothing answers there.
        "export HTTPS_PROXY=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9",
        `exec '${Deno.execPath()}' "$@"`,
      ];
      await Deno.writeTextFile(deno, lines.join("\n"), { mode: 0o755 });
      assertRefused(
        await compile(["--out", out, "--deno", deno]),
        1,
        /base binary cannot be had \(.+\): .*DENORT_BIN/,
        out,
      );
    }),
);

Deno.test("compile refuses a base binary that is missing, invalid, or for another system", async () => {
  await withDirectory(async (directory) => {
    const out = join(directory, "out");
    const none = join(directory, "none");
    await Deno.writeTextFile(none, "#!/bin/sh\n".padEnd(100));
    const other = TARGETS.find((each) => each !== ownTarget())!;
    const cases: [string, string, RegExp][] = [
      [
        join(directory, "gone"),
        ownTarget().name,
        /DENORT_BIN: cannot read .*gone/,
      ],
      [none, ownTarget().name, /is not a base binary/],
      [
        Deno.execPath(),
        other.triple,
        new RegExp(`is for ${ownTarget().name}.*${other.name}`),
      ],
    ];
    for (const [base, target, message] of cases) {
      const args = ["--target", target, "--out", out];
      assertRefused(await compile(args, { DENORT_BIN: base }), 1, message, out);
    }
  });
});

Deno.test("compile refuses a directory that it cannot write to, and a Deno that it cannot run", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "file");
    await Deno.writeTextFile(file, "");
    const out = join(file, "out");
    assertRefused(
      await compile(["--out", out]),
      1,
      /--out: .*file.out cannot be written to/,
      out,
    );
    const gone = join(directory, "no-deno");
    const there = join(directory, "there");
    assertRefused(
      await compile(["--out", there, "--deno", gone]),
      1,
      /no-deno/,
      there,
    );
  });
});

const base = Deno.env.get("DENORT_BIN");

testUnless(
  base ? notInstalled("tar") : "DENORT_BIN names no base binary",
  "compile makes an archive whose executable runs, with its sum and a report",
  () =>
    withDirectory(async (work) => {
      const directory = join(work, "dist");
      const deno = Deno.env.get("DENORT_DENO") ?? Deno.execPath();
      const args = ["--out", directory, "--deno", deno];
      const { exit, stderr } = await compile(args, { DENORT_BIN: base! });
      assertEquals(exit, 0, stderr);
      const report = JSON.parse(
        await Deno.readTextFile(join(directory, "build.json")),
      );
      const [{ archive, sha256, executable, os, arch }] = report.archives;
      assertEquals(`${os}-${arch}`, ownTarget().name);
      assert(executable.ratio < 1.05);
      for (const [name, size] of Object.entries(executable.embedded)) {
        // What a package has besides, the program never loads.
        assert(
          !/\d\.\d/.test(name) || /KB$/.test(`${size}`),
          `${name} ${size}`,
        );
      }
      assertEquals(
        await Deno.readTextFile(join(directory, "SHA256SUMS")),
        `${sha256}  ${archive}\n`,
      );
      await runProcess(["tar", "-xzf", archive], { cwd: directory });
      const folder = join(directory, archive.replace(".tar.gz", ""));
      const { stdout } = await runProcess([join(folder, "esmond-ps"), "-V"]);
      assertEquals(stdout, `esmond-ps ${report.version}\n`);
      for (
        const name of [
          "LICENSE",
          "THIRD-PARTY.txt",
          "PACKAGES.txt",
          "man/esmond-ps.1",
          "man/esmond-ps-get.1",
          "completions/esmond-ps.bash",
        ]
      ) {
        assert((await Deno.stat(join(folder, name))).size > 100, name);
      }
    }),
);
