/** What can happen where a copy is written: no room, no lock, another copy. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { withDirectory } from "../../helpers/directory.ts";
import { IS_LONG } from "../../helpers/long.ts";
import type { Ended } from "../../helpers/process.ts";
import { runProcess } from "../../helpers/process.ts";
import { PROGRAM, runProgram, startProgram } from "../../helpers/program.ts";
import { assertTold, runCli } from "../../helpers/run.ts";
import {
  lackedByWindows,
  notInstalled,
  testUnless,
} from "../../helpers/skipping.ts";
import {
  archiveOf,
  makeSeries,
  type Misbehaviour,
} from "../../servers/generated.ts";
import { withRawServer } from "../../servers/raw.ts";

const SERIES = [
  makeSeries({ key: "k1", eventType: "throughput", count: 9000 }),
  makeSeries({ key: "k1", eventType: "packet-trace", count: 300 }),
  makeSeries({
    ...{ key: "k2", eventType: "throughput", count: 3000 },
    source: "192.0.2.32",
  }),
];

/**
 * Runs `use` with what copies an archive, in which a file may become no larger
 * than so many kB, and with the path of the copy.
 */
async function withPlace(
  use: (
    copy: (kilobytes: number, ...more: string[]) => Promise<Ended>,
    file: string,
  ) => Promise<void>,
): Promise<void> {
  await withDirectory((directory) =>
    withRawServer(archiveOf(SERIES), async ({ origin }) => {
      const file = `${directory}/copy.db`;
      await use(
        (kilobytes, ...more) =>
          runProcess([
            ...["bash", "-c", `trap '' XFSZ; ulimit -f ${kilobytes}; "$@"`],
            ...["bash", ...PROGRAM, "copy", "--url", origin, "--to", file],
            ...more,
          ]),
        file,
      );
      // It continues when there is room, and leaves one file.
      const again = ["copy", "--url", origin, "--to", file, "--verify"];
      const { exit, stderr } = await runProgram(again);
      assertEquals(exit, 0, stderr);
      assertMatch(stderr, /every series is the same on both sides/);
      const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
      assertEquals(names, ["copy.db"]);
    })
  );
}

function assertFull({ exit, stdout, stderr }: Ended, exits: number[]): void {
  assert(exits.includes(exit), `${exit} ${stderr}`);
  assertEquals(stdout, "");
  const told = stderr.split("\n").filter((line) => /copy\.db/.test(line));
  assertEquals(told.length, 1, stderr);
  assertMatch(told[0]!, /copy\.db.*make room, then try again$/);
  assert(!/^\s+at |Uncaught/m.test(stderr), stderr);
}

const why = lackedByWindows("ulimit") ?? notInstalled("bash");

/** So that nothing finds room, the tests do, and some of the series do. */
const FULL: readonly [kilobytes: number, exits: number[]][] = [
  [10, [2]],
  [120, [1]],
  [400, [1, 3]],
];

testUnless(
  why,
  "copy to a full disk says so in one line, and continues when there is room",
  async () => {
    for (const [kilobytes, exits] of IS_LONG ? FULL : FULL.slice(-1)) {
      await withPlace(async (copy) => {
        assertFull(await copy(kilobytes), exits);
      });
    }
  },
);

testUnless(
  why,
  "copy does not succeed where the file itself finds no room at the end",
  async () => {
    await withPlace(async (copy, file) => {
      const { exit, stderr } = await copy(9999, "-e", "throughput");
      assertEquals(exit, 0, stderr);
      // Room for the log of what is new, but not for a larger file.
      const kilobytes = Math.ceil(Deno.statSync(file).size / 1024);
      assertFull(await copy(kilobytes, "-e", "packet-trace"), [3]);
    });
  },
);

Deno.test("a second copy to a file exits 2 with one line, and the first ends well", async () => {
  const { promise: release, resolve } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const misbehave: Misbehaviour = async () => {
    begin();
    await release;
    return undefined;
  };
  await withDirectory((directory) =>
    withRawServer(archiveOf(SERIES, misbehave), async ({ origin }) => {
      const args = ["copy", "--url", origin, "--to", `${directory}/copy.db`];
      const first = startProgram(args);
      await Promise.race([begun, first.ended]);
      for (const more of [[], ["--sync"]]) {
        const second = await runCli([...args, ...more]);
        assertTold(second, 2, /another copy is writing to .*: wait/);
      }
      resolve();
      const { exit, stderr } = await first.ended;
      assertEquals(exit, 0, stderr);
    })
  );
});

Deno.test("copy refuses a file that cannot be locked in one line, and makes none", async () => {
  await withDirectory(async (directory) => {
    const file = `${directory}/copy.db`;
    await Deno.mkdir(`${file}-lock`);
    const args = ["copy", "--url", "http://127.0.0.1:9", "--to", file];
    assertTold(await runCli(args), 2, /--to: cannot write to .*copy\.db: /);
    assertEquals([...Deno.readDirSync(directory)].length, 1);
  });
});
