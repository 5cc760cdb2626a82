import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  archiveName,
  assertDone,
  assertFailed,
  encode,
  from,
  installTest,
  type Machine,
  type MachineOptions,
  NOTHING,
  offer,
  SCRIPT,
  sumOf,
  unameOf,
  withMachine,
} from "./installing.ts";

/** The files on the server, and the expected message. */
const BAD_RELEASES: [
  what: string,
  message: RegExp,
  prepare: (machine: Machine) => Promise<void> | void,
][] = [
  ["no release", /cannot get http:.*SHA256SUMS: .*404/, (machine) => {
    machine.files.clear();
  }],
  ["no archive", /cannot get http:.*linux-x64\.tar\.gz: .*404/, (machine) => {
    machine.files.delete(archiveName());
  }],
  ["a download that is cut off", /cannot get http:.*tar\.gz: /, (machine) => {
    const body = machine.files.get(archiveName()) as Uint8Array;
    machine.files.set(archiveName(), { body, end: "cut" });
  }],
  [
    "a connection that is reset",
    /cannot get http:.*SHA256SUMS: /,
    (machine) => {
      machine.files.set("SHA256SUMS", "reset");
    },
  ],
  ["an archive that is cut", /is not what SHA256SUMS says/, (machine) => {
    const body = machine.files.get(archiveName()) as Uint8Array;
    machine.files.set(archiveName(), body.subarray(0, -20));
  }],
  [
    "an archive that was cut before it was counted",
    /cannot unpack/,
    (machine) => {
      const body = machine.files.get(archiveName()) as Uint8Array;
      const cut = body.subarray(0, 60);
      machine.files.set(archiveName(), cut);
      machine.files.set("SHA256SUMS", encode(sumOf(cut)));
    },
  ],
  [
    "no archive for this system",
    /names no archive of any version for linux-x64/,
    (
      machine,
    ) => {
      const line = sumOf(encode("x"), archiveName("linux-arm64"));
      machine.files.set("SHA256SUMS", encode(line));
    },
  ],
  ["empty sums", /names no archive/, (machine) => {
    machine.files.set("SHA256SUMS", encode(""));
  }],
  ["a page instead of the sums", /names no archive/, (machine) => {
    machine.files.set("SHA256SUMS", encode("<html>\nWelcome to the hotel\n"));
  }],
  [
    "a sum that is not one",
    /has no SHA-256 of esmond-ps-1\.2\.3-linux-x64/,
    (machine) => {
      const line = sumOf(encode("x")).replace(/^./, "g");
      machine.files.set("SHA256SUMS", encode(line));
    },
  ],
  ["a sum that is short", /has no SHA-256/, (machine) => {
    machine.files.set("SHA256SUMS", encode(sumOf(encode("x")).slice(1)));
  }],
  ["a name that leads elsewhere", /strange name/, (machine) => {
    const line = sumOf(encode("x"), archiveName("linux-x64", "1/../../x"));
    machine.files.set("SHA256SUMS", encode(line));
  }],
  [
    "a program that does not run",
    /does not run here: oh no/,
    (machine) => offer(machine, { "esmond-ps": "echo oh; echo no; exit 126" }),
  ],
  [
    "another version",
    /holds something else: esmond-ps 1\.2\.2/,
    (machine) => offer(machine, { "esmond-ps": "echo esmond-ps 1.2.2" }),
  ],
  [
    "an archive without the program",
    /does not run here/,
    (machine) => offer(machine, { "README.md": "" }),
  ],
];

for (const [what, message, prepare] of BAD_RELEASES) {
  installTest(
    `installs nothing from ${what}`,
    (shell) =>
      withMachine({}, async (machine) => {
        await offer(machine);
        await prepare(machine);
        const result = await machine.install(shell, from(machine));
        assertFailed(result, 1, message, machine);
      }),
  );
}

const BAD_MACHINES: [what: string, message: RegExp, options: MachineOptions][] =
  [
    ["FreeBSD", /no executable for FreeBSD/, {
      fakes: { uname: unameOf("FreeBSD", "amd64") },
    }],
    ["Windows", /use install\.ps1/, {
      fakes: { uname: unameOf("MINGW64_NT-10.0", "x86_64") },
    }],
    ["riscv64", /no executable for Linux on riscv64/, {
      fakes: { uname: unameOf("Linux", "riscv64") },
    }],
    ["32 bits on a processor of 64", /32-bit/, {
      fakes: { getconf: "echo 32" },
    }],
    ["musl", /musl .* needs glibc 2\.27 or newer/, {
      fakes: {
        getconf: "exit 1",
        ldd: "echo 'musl libc (x86_64)' >&2; exit 1",
      },
    }],
    ["glibc 2.17", /has glibc 2\.17: .* 2\.27 or newer/, {
      fakes: {
        getconf: 'case $1 in LONG_BIT) echo 64 ;; *) echo "glibc 2.17" ;; esac',
      },
    }],
    ["a machine without curl and wget", /neither curl nor wget/, {
      without: ["curl"],
    }],
    ["a machine that cannot check", /no sha256sum, shasum or openssl/, {
      without: ["sha256sum"],
    }],
  ];

for (const [what, message, options] of BAD_MACHINES) {
  installTest(
    `downloads nothing on ${what}`,
    (shell) =>
      withMachine(options, async (machine) => {
        await offer(machine);
        const result = await machine.install(shell, from(machine));
        assertFailed(result, 1, message, machine, []);
        assertEquals(machine.server.requests, []);
      }),
  );
}

installTest(
  "says that it cannot write, before it downloads",
  (shell) =>
    withMachine({}, async (machine) => {
      await offer(machine);
      await Deno.writeTextFile(join(machine.home, "file"), "");
      const args = from(machine, "--dir", "file/bin");
      const below = await machine.install(shell, args);
      assertFailed(below, 1, /cannot make .*file\/bin/, machine, ["file"]);
      // closed to root as well
      const closed = Deno.build.os === "linux" ? "/proc" : "/dev";
      const refused = await machine.install(
        shell,
        from(machine, "--dir", closed),
      );
      assertFailed(refused, 1, /cannot write to \/(proc|dev)/, machine, [
        "file",
      ]);
      assertEquals(machine.server.requests, []);
      const taken = join(machine.home, "taken/esmond-ps");
      await Deno.mkdir(taken, { recursive: true });
      const over = await machine.install(
        shell,
        from(machine, "--dir", "taken"),
      );
      const left = ["file", "taken/", "taken/esmond-ps/"];
      assertFailed(over, 1, /is a directory/, machine, left);
    }),
);

const MISUSES: [args: string[], message: RegExp][] = [
  [["--nonsense"], /--nonsense: unknown option/],
  [["here"], /here: unknown option/],
  [["--dir"], /--dir needs a value/],
  [["--dir="], /--dir needs a value/],
  [["--version", "latest"], /--version latest: say it as 1\.2\.3/],
  [["--version", "1.2.3/../x"], /say it as 1\.2\.3/],
  [["--with-docs", "--dir", "/opt/x"], /ends in \/bin/],
  [["--base-url", "ftp://archive.invalid"], /neither an https address/],
  [["--base-url", "dist"], /nor a full path/],
  ...[
    "http://archive.invalid",
    "http://127.0.0.1@archive.invalid",
    "http://127.0.0.1:80@archive.invalid/",
    "http://localhost.archive.invalid:80",
    "http://127.0.0.1.archive.invalid",
  ].map((url): [string[], RegExp] => [
    ["--base-url", url],
    /http is for this machine only/,
  ]),
];

installTest(
  "refuses a command line that it does not understand",
  (shell) =>
    withMachine({}, async (machine) => {
      for (const [args, message] of MISUSES) {
        const result = await machine.install(shell, args);
        assertFailed(result, 2, message, machine, []);
      }
      const { exit, stdout } = await machine.install(shell, ["--help"]);
      assertEquals(exit, 0);
      for (const name of ["version", "dir", "base-url", "with-docs", "links"]) {
        assert(stdout.includes(`--${name}`), name);
      }
    }),
);

/** Ends of the script: every 90 bytes, and all in its last line. */
const CUTS = (() => {
  const { length } = Deno.readTextFileSync(SCRIPT).trimEnd();
  const lengths = [...Array(length).keys()];
  return lengths.filter((each) => each % 90 === 0 || length - each < 30);
})();

installTest(
  "does nothing when its own download is cut off, wherever that is",
  (shell) =>
    withMachine({}, async (machine) => {
      await offer(machine);
      const whole = Deno.readTextFileSync(SCRIPT);
      const left = [...CUTS];
      const work = async () => {
        for (let cut = left.pop(); cut !== undefined; cut = left.pop()) {
          const script = whole.slice(0, cut);
          await machine.install(shell, from(machine), { script });
          assertEquals(machine.server.requests, [], `${cut} bytes`);
          assertEquals(machine.left(), [], `${cut} bytes`);
        }
      };
      await Promise.all([work(), work(), work(), work()]);
      const script = whole.trimEnd();
      assertDone(await machine.install(shell, from(machine), { script }));
    }),
);

installTest("leaves no files when it is stopped", (shell) =>
  withMachine({
    fakes: { tar: 'kill -TERM "$PPID"; exec sleep 0.1' },
    tools: ["sleep"],
  }, async (machine) => {
    await offer(machine);
    const { exit } = await machine.install(shell, from(machine));
    assertEquals(exit, 143);
    assertEquals(machine.left(), NOTHING);
  }));
