import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  archive,
  archiveName,
  assertDone,
  assertFailed,
  BIN,
  encode,
  from,
  installTest,
  type Machine,
  type MachineOptions,
  offer,
  PROGRAM,
  SCRIPT,
  sumOf,
  unameOf,
  withMachine,
} from "./installing.ts";
import { runProcess } from "../helpers/process.ts";
import { withPrograms } from "../helpers/skipping.ts";
import { AUTHORITY, issued, withTls } from "../servers/tls.ts";

installTest(
  "installs one file, which runs, and mentions PATH",
  (shell) =>
    withMachine({}, async (machine) => {
      await offer(machine);
      const result = await machine.install(shell, from(machine));
      assertDone(result);
      assertEquals(machine.left(), BIN);
      const path = join(machine.home, ".local/bin/esmond-ps");
      assertEquals(Deno.statSync(path).mode! & 0o777, 0o755);
      assertMatch(
        result.stdout,
        /\ninstalled \/[^\n]*\.local\/bin\/esmond-ps\n/,
      );
      assertMatch(result.stdout, /is not on PATH/);
      const again = await machine.install(shell, from(machine), {
        env: { PATH: `${machine.path}:${machine.home}/.local/bin` },
      });
      assertDone(again);
      assertEquals(again.stdout.includes("PATH"), false, again.stdout);
    }),
);

installTest(
  "says which program comes before it on PATH",
  (shell) =>
    withMachine({ fakes: { "esmond-ps": "exit 0" } }, async (machine) => {
      await offer(machine);
      const { stdout } = await machine.install(shell, from(machine), {
        env: { PATH: `${machine.path}:${machine.home}/.local/bin` },
      });
      assertMatch(stdout, /note: \/[^\n]*\/bin\/esmond-ps comes before it/);
    }),
);

installTest(
  "installs into a directory with spaces, quotes and a star",
  (shell) =>
    withMachine({}, async (machine) => {
      await offer(machine);
      const name = "my 'own' \"*\" $HOME";
      const result = await machine.install(
        shell,
        from(machine, `--dir=${name}`),
      );
      assertDone(result);
      assertEquals(machine.left(), [`${name}/`, `${name}/esmond-ps`]);
    }),
);

installTest(
  "replaces the old program, and keeps it when anything fails",
  (shell) =>
    withMachine({}, async (machine) => {
      await offer(machine);
      const path = join(machine.home, ".local/bin/esmond-ps");
      await Deno.mkdir(join(path, ".."), { recursive: true });
      await Deno.writeTextFile(path, "old");
      machine.files.set(archiveName(), encode("something else"));
      const failed = await machine.install(shell, from(machine));
      assertFailed(failed, 1, /is not what SHA256SUMS says/, machine, BIN);
      assertEquals(Deno.readTextFileSync(path), "old");
      await offer(machine);
      assertDone(await machine.install(shell, from(machine)));
      assertMatch(Deno.readTextFileSync(path), /--version/);
    }),
);

const DOCUMENTS = {
  "esmond-ps": PROGRAM,
  "man/esmond-ps.1": "man",
  "man/esmond-ps-get.1": "man",
  "completions/esmond-ps.bash": "bash",
  "completions/_esmond-ps": "zsh",
  "completions/esmond-ps.fish": "fish",
};

installTest(
  "installs the man pages and completions if asked, all or nothing",
  (shell) =>
    withMachine({}, async (machine) => {
      const args = from(machine, "--with-docs", "--dir", "usr/bin/");
      await offer(machine);
      const failed = await machine.install(shell, args);
      assertFailed(failed, 1, /has no man\/esmond-ps\.1/, machine, ["usr/"]);
      await offer(machine, DOCUMENTS);
      assertDone(await machine.install(shell, args));
      const files = machine.left().filter((path) => !path.endsWith("/"));
      assertEquals(files, [
        "usr/bin/esmond-ps",
        "usr/share/bash-completion/completions/esmond-ps",
        "usr/share/fish/vendor_completions.d/esmond-ps.fish",
        "usr/share/man/man1/esmond-ps-get.1",
        "usr/share/man/man1/esmond-ps.1",
        "usr/share/zsh/site-functions/_esmond-ps",
      ]);
    }),
);

installTest(
  "installs completions for the Python names too, with --links",
  (shell) =>
    withMachine({}, async (machine) => {
      const args = from(machine, "--with-docs", "--links", "--dir", "usr/bin/");
      await offer(machine, DOCUMENTS);
      assertDone(await machine.install(shell, args));
      const names = [
        "",
        "-get",
        "-get-bulk",
        "-get-endpoints",
        "-get-metadata",
      ];
      const text = (path: string) =>
        Deno.readTextFileSync(join(machine.home, "usr/share", path));
      for (const name of names.map((rest) => `esmond-ps${rest}`)) {
        assertEquals(text(`bash-completion/completions/${name}`), "bash");
        assertEquals(text(`fish/vendor_completions.d/${name}.fish`), "fish");
      }
    }),
);

installTest(
  "has the program make its other names if asked",
  (shell) =>
    withMachine({}, async (machine) => {
      await offer(machine);
      assertDone(await machine.install(shell, from(machine, "--links")));
      const asked = join(machine.home, ".local/bin/esmond-ps.asked");
      assertEquals(
        Deno.readTextFileSync(asked),
        `install-links ${machine.home}/.local/bin\n`,
      );
    }),
);

installTest(
  "takes the version that is named, and asks where there are several",
  (shell) =>
    withMachine({}, async (machine) => {
      await offer(machine);
      const other = archiveName("linux-x64", "1.3.0");
      const sums = machine.files.get("SHA256SUMS") as Uint8Array;
      machine.files.set(
        "SHA256SUMS",
        new Uint8Array([...sums, ...encode(sumOf(encode("x"), other))]),
      );
      const failed = await machine.install(shell, from(machine));
      assertFailed(failed, 1, /several versions/, machine);
      const named = await machine.install(
        shell,
        from(machine, "--version", "v1.2.3"),
      );
      assertDone(named);
      const env = { ESMOND_PS_VERSION: "1.2.3" };
      assertDone(await machine.install(shell, from(machine), { env }));
      const missing = from(machine, "--version", "1.2");
      assertEquals((await machine.install(shell, missing)).exit, 2);
      const unknown = from(machine, "--version", "1.4.0");
      assertFailed(
        await machine.install(shell, unknown),
        1,
        /names no archive of 1\.4\.0 for linux-x64/,
        machine,
        BIN,
      );
    }),
);

/** What a machine is, and which archive it takes. */
const GOOD_MACHINES: [
  what: string,
  target: string,
  fakes: MachineOptions["fakes"],
][] = [
  ["arm64", "linux-arm64", { uname: unameOf("Linux", "aarch64") }],
  ["a Mac", "macos-arm64", { uname: unameOf("Darwin", "arm64") }],
  ["an Intel Mac", "macos-x64", {
    uname: unameOf("Darwin", "x86_64"),
    sysctl: "exit 1",
  }],
  ["Rosetta", "macos-arm64", {
    uname: unameOf("Darwin", "x86_64"),
    sysctl: "echo 1",
  }],
  ["glibc 2.27", "linux-x64", {
    getconf: 'case $1 in LONG_BIT) echo 64 ;; *) echo "glibc 2.27" ;; esac',
  }],
  ["a C library that is not known", "linux-x64", { getconf: "exit 1" }],
];

for (const [what, target, fakes = {}] of GOOD_MACHINES) {
  installTest(
    `takes the archive for ${target} on ${what}`,
    (shell) =>
      withMachine({ fakes }, async (machine) => {
        await offer(machine, { "esmond-ps": PROGRAM }, archiveName(target));
        assertDone(await machine.install(shell, from(machine)));
        assertEquals(machine.left(), BIN);
      }),
  );
}

for (const tool of ["shasum", "openssl"]) {
  installTest(
    `checks with ${tool} where there is no sha256sum`,
    (shell) =>
      withMachine({
        without: ["sha256sum"],
        tools: [tool, "perl"],
      }, async (machine) => {
        await offer(machine);
        machine.files.set("SHA256SUMS", encode(sumOf(encode("other"))));
        const failed = await machine.install(shell, from(machine));
        assertFailed(failed, 1, /is not what SHA256SUMS says/, machine);
        await offer(machine);
        assertDone(await machine.install(shell, from(machine)));
      }),
    [tool],
  );
}

installTest(
  "gets everything with wget where there is no curl",
  (shell) =>
    withMachine({ without: ["curl"], tools: ["wget"] }, async (machine) => {
      await offer(machine);
      assertDone(await machine.install(shell, from(machine)));
      assertEquals(machine.left(), BIN);
      machine.files.delete(archiveName());
      const failed = await machine.install(shell, from(machine));
      assertFailed(failed, 1, /cannot get .*: .*404/, machine, BIN);
      const body = encode("x".repeat(1000));
      machine.files.set(archiveName(), { body, end: "cut" });
      const cut = await machine.install(shell, from(machine));
      assertFailed(cut, 1, /^install\.sh: /, machine, BIN);
    }),
  ["wget"],
);

/** What makes each program trust the authority of the test's server. */
const TRUST: Record<string, (machine: Machine) => Record<string, string>> = {
  curl: ({ home }) => ({ CURL_CA_BUNDLE: join(home, "../ca.pem") }),
  wget: ({ home }) => ({ WGETRC: join(home, "../wgetrc") }),
};

for (const [tool, trust] of Object.entries(TRUST)) {
  installTest(
    `follows redirects with ${tool} from https to https, and never to http`,
    (shell) =>
      withMachine({
        without: tool === "curl" ? [] : ["curl"],
        tools: tool === "curl" ? [] : [tool],
      }, async (machine) => {
        const ca = join(machine.home, "../ca.pem");
        await Deno.writeTextFile(ca, AUTHORITY.cert);
        await Deno.writeTextFile(
          join(machine.home, "../wgetrc"),
          `ca_certificate = ${ca}\n`,
        );
        await offer(machine);
        const asked: string[] = [];
        let target = "/there";
        await withTls(issued(), (request) => {
          const { pathname } = new URL(request.url);
          asked.push(pathname);
          const name = pathname.slice(pathname.lastIndexOf("/") + 1);
          return pathname.startsWith("/there/")
            ? new Response(machine.files.get(name) as Uint8Array<ArrayBuffer>)
            : new Response("", {
              status: 302,
              headers: { location: `${target}/${name}` },
            });
        }, async (origin) => {
          const args = ["--base-url", `${origin}/here`];
          const env = trust(machine);
          for (const place of ["/there", `${origin}/there`]) {
            target = place;
            assertDone(await machine.install(shell, args, { env }));
          }
          assertEquals(asked.length, 8);

          for (const place of [machine.server.origin, "ftp://127.0.0.1"]) {
            target = place;
            const failed = await machine.install(shell, args, { env });
            assertFailed(failed, 1, /cannot get https:\S+: /, machine, BIN);
          }
          target = "/here";
          const turning = await machine.install(shell, args, { env });
          assertFailed(turning, 1, /cannot get https:\S+: /, machine, BIN);
        });
        assertEquals(machine.server.requests, []);

        machine.files.set("SHA256SUMS", {
          status: 302,
          headers: { location: `${machine.server.origin}/other` },
        });
        const failed = await machine.install(shell, from(machine));
        assertFailed(failed, 1, /^install\.sh: /, machine, BIN);
        assertEquals(machine.server.requests.length, 1);
      }),
    [tool],
  );
}

installTest(
  "needs no more than BusyBox has, except for downloads",
  (shell) =>
    withMachine({
      without: ["curl", "gzip", ...BUSYBOX],
    }, async (machine) => {
      for (const name of BUSYBOX) await machine.link("busybox", name);
      const failed = await machine.install(shell, from(machine));
      assertFailed(failed, 1, /does not check certificates/, machine, []);
      const place = await releaseIn(machine.home);
      assertDone(await machine.install(shell, ["--base-url", place]));
      assertEquals(machine.left().filter((path) => BIN.includes(path)), BIN);
    }),
  ["busybox"],
);

const BUSYBOX = ["wget", "tar", "sha256sum", "tr", "mktemp", "mv", "rm", "cp"];

/**
 * A `curl` that writes down what it is asked, and finds the file beside what it
 * writes.
 */
const ASKED_CURL = `echo "$@" >>"$HOME/asked"
for url in "$@"; do :; done
while [ "$1" != -o ]; do shift; done
cp "$HOME/\${url##*/}" "$2"`;

installTest(
  "asks the latest release for its version, then that version, by https alone",
  (shell) =>
    withMachine({ fakes: { curl: ASKED_CURL } }, async (machine) => {
      const bytes = await archive({ "esmond-ps": PROGRAM });
      await Deno.writeFile(join(machine.home, archiveName()), bytes);
      await Deno.writeTextFile(join(machine.home, "SHA256SUMS"), sumOf(bytes));
      assertDone(await machine.install(shell, []));
      assertDone(await machine.install(shell, ["--version", "1.2.3"]));
      const lines = Deno.readTextFileSync(join(machine.home, "asked"))
        .trim().split("\n");
      for (const line of lines) assertMatch(line, /--proto =https --tlsv1\.2 /);
      const releases =
        "https://github.com/esmond-client/esmond-client/releases";
      assertEquals(lines.map((line) => line.replace(/.* /, "")), [
        `${releases}/latest/download/SHA256SUMS`,
        `${releases}/download/v1.2.3/${archiveName()}`,
        `${releases}/download/v1.2.3/SHA256SUMS`,
        `${releases}/download/v1.2.3/${archiveName()}`,
      ]);
    }),
);

installTest(
  "installs from a directory of this machine, without a program that downloads",
  (shell) =>
    withMachine({ without: ["curl"] }, async (machine) => {
      const place = await releaseIn(machine.home);
      assertDone(await machine.install(shell, ["--base-url", place]));
      const lost = await machine.install(shell, ["--base-url", `${place}/no`]);
      assertEquals(lost.exit, 1);
      assertMatch(lost.stderr, /^install\.sh: cannot get [^\n]*\n$/);
    }),
);

/** A directory with the files of a release. */
async function releaseIn(directory: string): Promise<string> {
  const place = join(directory, "copied here");
  await Deno.mkdir(place);
  const bytes = await archive({ "esmond-ps": PROGRAM });
  await Deno.writeFile(join(place, archiveName()), bytes);
  // As sha256sum writes it on systems that tell text from other files.
  const line = sumOf(bytes).replace("  ", " *");
  await Deno.writeTextFile(join(place, "SHA256SUMS"), line);
  return place;
}

withPrograms(
  ["shellcheck"],
  "install.sh and the scripts of .ci are clean to shellcheck",
  async () => {
    const ci = join(SCRIPT, "../.ci");
    const scripts = [...Deno.readDirSync(ci)].map(({ name }) => join(ci, name));
    const { exit, stdout } = await runProcess([
      "shellcheck",
      SCRIPT,
      ...scripts,
    ]);
    assertEquals([exit, stdout], [0, ""]);
  },
);
