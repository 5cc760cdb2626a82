/**
 * Mirrors of an archive that forgets: what an earlier run has written is kept,
 * put aside, or the run stops; it is never replaced by less.
 */

import { gzipSync } from "node:zlib";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { MANIFEST } from "../../../cli/export/manifest.ts";
import { BINARY, needs } from "../../helpers/binary.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { assertTold, runCli } from "../../helpers/run.ts";
import { json, withServer } from "../../servers/serve.ts";
import {
  DAY,
  extensionOf,
  FORMATS,
  FROM,
  type Growing,
  HOUR,
  names,
  notInShort,
  PARQUET,
  parquetSeconds,
  secondsOf,
  STEM,
  textOf,
  withArchive,
} from "./growing.ts";

/** All formats that can be mirrored. */
const ALL = [...FORMATS, ["-o", "ndjson", "--gzip"], PARQUET, [
  ...["-o", "parquet", "--partition", "month"],
]];

/** The seconds in a mirror of one series, in the order of its files. */
async function mirrored(
  directory: string,
  format: string[],
): Promise<number[]> {
  return format.includes("parquet")
    ? Object.values(await parquetSeconds(directory)).flat()
    : secondsOf(directory, `${STEM}.${extensionOf(format)}`);
}

/** The seconds that points were added at. */
function every(from: number, to: number, step = 600): number[] {
  return Array.from(
    { length: Math.ceil((to - from) / step) },
    (_, index) => from + index * step,
  );
}

function forAll(
  what: string,
  use: (growing: Growing, format: string[]) => Promise<void>,
  formats = ALL,
  why?: string,
): void {
  for (const format of formats) {
    const told = format.slice(1).join(" ");
    needs(
      "clock",
      `${what}: ${told}`,
      () => withArchive(format, (growing) => use(growing, format)),
      why ?? notInShort(format),
    );
  }
}

forAll(
  "get-bulk --sync keeps what the archive has forgotten, also within the overlap",
  async (
    { archive, directory, grow },
    format,
  ) => {
    archive.add("k1", FROM, FROM + 3 * DAY);
    await grow(FROM + 3 * DAY);
    archive.add("k1", FROM + 3 * DAY, FROM + 4 * DAY);
    archive.forget(FROM + 3 * DAY - 1200);
    await grow(FROM + 4 * DAY);
    archive.forget(FROM + 4 * DAY + HOUR);
    archive.add("k1", FROM + 4 * DAY + 2 * HOUR, FROM + 5 * DAY);
    await grow(FROM + 5 * DAY);
    archive.forget(Infinity);
    await grow(FROM + 6 * DAY);
    assertEquals(await mirrored(directory, format), [
      ...every(FROM, FROM + 4 * DAY),
      ...every(FROM + 4 * DAY + 2 * HOUR, FROM + 5 * DAY),
    ]);
  },
);

forAll(
  "get-bulk --sync corrects a point that it read again, and leaves it there once",
  async (
    { archive, directory, grow },
    format,
  ) => {
    archive.add("k1", FROM, FROM + DAY);
    await grow(FROM + DAY);
    archive.forget(FROM + DAY - 1200);
    archive.tests.get("k1")!.set(FROM + DAY - 600, 4711);
    await grow(FROM + DAY + HOUR);
    assertEquals(await mirrored(directory, format), every(FROM, FROM + DAY));
    if (format.includes("parquet")) return;
    const name = `${STEM}.${extensionOf(format)}`;
    assertMatch(textOf(directory, name), /\b4711\b/);
  },
);

forAll(
  "get-bulk --sync continues a file although its manifest is older than the file",
  async (
    { archive, directory, grow, sync },
    format,
  ) => {
    const path = join(directory, MANIFEST);
    archive.tests.set("k1", new Map());
    await grow(FROM + HOUR);
    const older = Deno.readTextFileSync(path);
    archive.add("k1", FROM + HOUR, FROM + 3 * DAY);
    await grow(FROM + 3 * DAY);
    Deno.writeTextFileSync(path, older);
    archive.forget(FROM + 3 * DAY - 3000);
    archive.add("k1", FROM + 3 * DAY, FROM + 4 * DAY);
    const { exit, stderr } = await sync(FROM + 4 * DAY);
    assertEquals([exit, stderr], [0, ""]);
    const wanted = every(FROM + HOUR, FROM + 4 * DAY);
    assertEquals(await mirrored(directory, format), wanted);
  },
);

/** Stops a run as a kill would, right after it has named its file. */
async function stopAfterNaming(run: () => Promise<unknown>): Promise<void> {
  const rename = Deno.renameSync;
  let isNamed = false;
  Deno.renameSync = (from, to) => {
    if (isNamed) throw new Error("killed");
    isNamed = !String(to).endsWith(MANIFEST);
    rename(from, to);
  };
  try {
    await run();
    assert(isNamed, "no file got its name");
  } finally {
    Deno.renameSync = rename;
  }
}

forAll(
  "get-bulk --sync continues a file that got its name just before a kill",
  async (
    { archive, directory, grow, sync },
    format,
  ) => {
    archive.add("k1", FROM, FROM + 3 * DAY);
    await grow(FROM + 3 * DAY);
    archive.add("k1", FROM + 3 * DAY, FROM + 4 * DAY);
    await stopAfterNaming(() => sync(FROM + 4 * DAY));
    archive.forget(FROM + 4 * DAY - 3000);
    archive.add("k1", FROM + 4 * DAY, FROM + 5 * DAY);
    const { exit, stderr } = await sync(FROM + 5 * DAY);
    assertEquals([exit, stderr], [0, ""]);
    const wanted = every(FROM, FROM + 5 * DAY);
    assertEquals(await mirrored(directory, format), wanted);
  },
  ALL,
  BINARY && "an executable cannot be watched",
);

forAll(
  "get-bulk --sync continues files although their manifest is an older one, or lost",
  async (
    { archive, directory, grow, sync },
    format,
  ) => {
    const path = join(directory, MANIFEST);
    archive.add("k1", FROM, FROM + 3 * DAY);
    await grow(FROM + 3 * DAY);
    const older = Deno.readTextFileSync(path);
    archive.add("k1", FROM + 3 * DAY, FROM + 4 * DAY);
    await grow(FROM + 4 * DAY);
    archive.forget(FROM + 4 * DAY - 3000);
    if (!format.includes("parquet")) {
      Deno.writeTextFileSync(path, older);
      assertEquals((await sync(FROM + 4 * DAY + HOUR)).exit, 0, "older");
      assertEquals(
        await mirrored(directory, format),
        every(FROM, FROM + 4 * DAY),
      );
    }
    Deno.removeSync(path);
    archive.add("k1", FROM + 4 * DAY, FROM + 5 * DAY);
    const { exit, stderr } = await sync(FROM + 5 * DAY);
    assertEquals([exit, stderr], [0, ""]);
    assertEquals(
      await mirrored(directory, format),
      every(FROM, FROM + 5 * DAY),
    );
  },
);

forAll(
  "get-bulk --sync keeps a file aside whose content it cannot trust, and begins another",
  async (
    { archive, directory, grow, sync },
    format,
  ) => {
    archive.add("k1", FROM, FROM + 3 * DAY);
    await grow(FROM + 3 * DAY);
    const path = join(directory, names(directory).at(-1)!);
    const damages: [string, () => void][] = [
      ["a byte of the settled part", () => {
        const bytes = Deno.readFileSync(path);
        bytes[bytes.length >> 2]! ^= 1;
        Deno.writeFileSync(path, bytes);
      }],
      ["cut, and no manifest", () => {
        Deno.truncateSync(path, Deno.statSync(path).size - 3);
        Deno.removeSync(join(directory, MANIFEST));
      }],
    ];
    for (const [what, damage] of damages) {
      damage();
      const damaged = Deno.readFileSync(path);
      archive.forget(FROM + DAY);
      const { exit, stderr } = await sync(FROM + 3 * DAY + HOUR);
      assertEquals(exit, 3, `${what}: ${stderr}`);
      const told = /kept as (\S+),/.exec(stderr);
      assert(told, stderr);
      assertMatch(told[1]!, /\.damaged-\d/);
      const aside = join(directory, told[1]!);
      assertEquals(Deno.readFileSync(aside), damaged, what);
      Deno.removeSync(aside);
      const found = new Set(await mirrored(directory, format));
      for (const second of every(FROM + DAY, FROM + 3 * DAY)) {
        assert(found.has(second), `${what}: ${second} is missing`);
      }
      assertEquals((await sync(FROM + 3 * DAY + 2 * HOUR)).exit, 0, what);
    }
  },
);

forAll(
  "get-bulk --sync trusts a file with a changed tail as far as its rows are whole",
  async (
    { archive, directory, grow, sync },
    format,
  ) => {
    archive.add("k1", FROM, FROM + 3 * DAY);
    await grow(FROM + 3 * DAY);
    const path = join(directory, names(directory)[0]!);
    const bytes = Deno.readFileSync(path);
    bytes[bytes.length - 4]! ^= 1; // of the value of the last point
    Deno.writeFileSync(path, bytes);
    archive.forget(FROM + 2 * DAY);
    const { exit, stderr } = await sync(FROM + 3 * DAY + HOUR);
    assertMatch(stderr, /has changed since it was written/);
    assert([0, 3].includes(exit));
    assertEquals(
      await mirrored(directory, format),
      every(FROM, FROM + 3 * DAY),
    );
  },
  FORMATS.filter(([, , gzip]) => !gzip),
);

needs(
  "clock",
  "get-bulk without --sync leaves a mirror alone, whatever it finds, unless it is forced",
  async () => {
    await withArchive(["-o", "csv"], async (growing) => {
      const { archive, directory, origin, grow } = growing;
      archive.add("k1", FROM, FROM + DAY);
      await grow(FROM + DAY);
      const before = textOf(directory, MANIFEST);
      const plain = (argv: string[]) =>
        runCli([
          ...["get-bulk", "-u", origin, "-S", "2016-03-01", "-D", directory],
          ...["-E", "2016-03-03T12:00", "--ip", "-o", "csv", ...argv],
        ]);
      for (const argv of [[], ["--quiet"], ["-s", "192.0.2.77"]]) {
        assertTold(await plain(argv), 2, /of a mirror.*--sync.*--force/);
        assertEquals(textOf(directory, MANIFEST), before);
      }
      Deno.writeTextFileSync(join(directory, MANIFEST), before.slice(0, -40));
      assertTold(await plain([]), 2, /of a mirror/);
      assertEquals((await plain(["--force"])).exit, 0);
      assertTold(
        await growing.sync(FROM + 2 * DAY),
        2,
        /differs in .*--adopt begins a mirror/,
      );
      archive.add("k1", FROM + DAY, FROM + 2 * DAY);
      archive.forget(FROM + DAY - 1800);
      const { exit, stderr } = await growing.sync(FROM + 2 * DAY, ["--adopt"]);
      assertEquals(exit, 0, stderr);
      assertMatch(stderr, /kept as esmond-ps-manifest\.json\.replaced/);
      assertEquals(
        secondsOf(directory, `${STEM}.csv`),
        every(FROM, FROM + 2 * DAY),
      );
      await grow(FROM + 2 * DAY + HOUR);
    });
  },
);

needs(
  "clock",
  "get-bulk --sync with a damaged manifest names --adopt, which makes another from the files",
  async () => {
    for (const format of ["csv", "ndjson"]) {
      await withArchive(
        ["-o", format],
        async ({ archive, directory, grow, sync }) => {
          archive.add("k1", FROM, FROM + DAY);
          await grow(FROM + DAY);
          archive.forget(FROM + DAY - 1800);
          Deno.truncateSync(join(directory, MANIFEST), 100);
          assertTold(await sync(FROM + DAY + HOUR), 2, /damaged: give --adopt/);
          assertEquals((await sync(FROM + DAY + HOUR, ["--adopt"])).exit, 0);
          assertEquals(
            secondsOf(directory, `${STEM}.${format}`),
            every(FROM, FROM + DAY),
          );
        },
      );
    }
  },
);

needs(
  "clock",
  "get-bulk --sync --adopt refuses a file of an older layout, and leaves it as it is",
  async () => {
    for (const gzip of [[], ["--gzip"]]) {
      const options = ["-o", "ndjson", ...gzip];
      await withArchive(options, async ({ archive, directory, sync }) => {
        archive.add("k1", FROM, FROM + DAY);
        const name = `${STEM}.ndjson${gzip.length > 0 ? ".gz" : ""}`;
        const line =
          '{"source": "192.0.2.11", "timestamp": "2016-03-01 00:00:00", "value": 1}\n';
        const bytes = new TextEncoder().encode(line);
        const written = gzip.length > 0 ? gzipSync(bytes) : bytes;
        Deno.writeFileSync(join(directory, name), written);
        const ended = await sync(FROM + DAY, ["--adopt"]);
        assertTold(ended, 2, /of an older layout.*another --output-directory/);
        assertEquals(names(directory), [name]);
        assertEquals(textOf(directory, name), line);
      });
    }
  },
);

needs(
  "clock",
  "get-bulk --sync leaves a file alone that may be of either of two tests",
  async () => {
    await withArchive(
      ["-o", "csv"],
      async ({ archive, directory, grow, sync }) => {
        archive.add("k1", FROM, FROM + DAY);
        await grow(FROM + DAY);
        const before = textOf(directory, `${STEM}.csv`);
        Deno.removeSync(join(directory, MANIFEST));
        archive.add("k2", FROM, FROM + DAY);
        const { stderr } = await sync(FROM + DAY + HOUR);
        assertMatch(stderr, /may be of any of 2 tests/);
        assertEquals(textOf(directory, `${STEM}.csv`), before);
      },
    );
  },
);

forAll(
  "get-bulk --sync --rebase continues at another address, and fills in an earlier start",
  async (
    { archive, directory, grow, sync },
    format,
  ) => {
    archive.add("k1", FROM, FROM + 3 * DAY);
    archive.add("k1", FROM - 20 * DAY, FROM);
    await grow(FROM + 3 * DAY);
    const whole = await mirrored(directory, format);
    await withServer(archive.answer, async (other) => {
      const now = FROM + 4 * DAY;
      const there = ["-u", other];
      assertTold(await sync(now, there), 2, /differs in --url.*--rebase/);
      archive.add("k1", FROM + 3 * DAY, now);
      archive.forget(FROM - 10 * DAY);
      const points = archive.tests.get("k1")!;
      for (const ts of points.keys()) {
        if (ts > FROM && ts < FROM + DAY) points.delete(ts);
      }
      const moved = await sync(now, [...there, "--rebase"]);
      assertEquals([moved.exit, moved.stderr], [0, ""]);
      assertEquals(await mirrored(directory, format), every(FROM, now));
      const earlier = [...there, "-S", "2016-02-20"];
      assertTold(await sync(now, earlier), 2, /--start-time.*--rebase/);
      const later = [...there, "-S", "2016-03-02", "--rebase"];
      assertTold(await sync(now, later), 2, /begins before/);
      const filled = await sync(now, [...earlier, "--rebase"]);
      assertEquals([filled.exit, filled.stderr], [0, ""]);
      const from = Date.UTC(2016, 1, 20) / 1000;
      assertEquals(await mirrored(directory, format), every(from, now));
      assert(
        archive.asked.every(({ searchParams }) => {
          const start = Number(searchParams.get("time-start"));
          return start < FROM || start > FROM + 3 * DAY - 31 * DAY;
        }),
      );
      assertEquals((await sync(now + HOUR, earlier)).exit, 0);
    });
    assertEquals(whole, every(FROM, FROM + 3 * DAY));
  },
);

needs(
  "clock",
  "get-bulk --sync --rebase refuses another archive, and one that has nothing in common",
  async () => {
    await withArchive(
      ["-o", "csv"],
      async ({ archive, directory, grow, sync }) => {
        archive.add("k1", FROM, FROM + DAY);
        await grow(FROM + DAY);
        const before = textOf(directory, `${STEM}.csv`);
        const manifest = textOf(directory, MANIFEST);
        await withServer(archive.answer, async (other) => {
          const points = archive.tests.get("k1")!;
          for (const ts of points.keys()) points.set(ts, 1 + ts % 777);
          const argv = ["-u", other, "--rebase"];
          assertTold(await sync(FROM + 2 * DAY, argv), 2, /of another archive/);
          points.clear();
          assertTold(
            await sync(FROM + 2 * DAY, argv),
            2,
            /no points in common/,
          );
        });
        assertEquals(textOf(directory, `${STEM}.csv`), before);
        assertEquals(textOf(directory, MANIFEST), manifest);
      },
    );
  },
);

needs(
  "clock",
  "get-bulk --sync ends at the archive's clock, and loses nothing of an archive that is behind",
  async () => {
    await withArchive(["-o", "csv"], async ({ archive, directory, grow }) => {
      for (const hour of [24, 25, 26, 30, 40]) {
        const now = FROM + hour * HOUR;
        archive.clock = now - 2 * HOUR;
        archive.add("k1", FROM, archive.clock + 1);
        await grow(now);
        const [{ end }] = JSON.parse(textOf(directory, MANIFEST)).series;
        assertEquals(end, archive.clock);
      }
      const all = every(FROM, archive.clock! + 1);
      assertEquals(secondsOf(directory, `${STEM}.csv`), all);
    });
  },
);

needs(
  "clock",
  "get-bulk --sync is not kept waiting by an end in the future, nor by a clock that was wrong once",
  async () => {
    await withArchive(["-o", "csv"], async ({ archive, directory, grow }) => {
      const add = (hour: number) => {
        archive.clock = FROM + hour * HOUR;
        archive.add("k1", FROM, archive.clock + 1);
      };
      add(24);
      await grow(FROM + 24 * HOUR, ["-E", "2016-04-01T12:00"]);
      add(30);
      await grow(FROM + 900 * HOUR); // this machine is wrong
      add(36);
      await grow(FROM + 36 * HOUR);
      archive.clock = FROM + 900 * HOUR; // the archive is wrong
      await grow(FROM + 800 * HOUR);
      add(48);
      await grow(FROM + 48 * HOUR);
      assertEquals(
        secondsOf(directory, `${STEM}.csv`),
        every(FROM, FROM + 48 * HOUR + 1),
      );
    });
  },
);

needs(
  "clock",
  "get-bulk --sync says so when the newest point is older than the overlap",
  async () => {
    await withDirectory(async (directory) => {
      await withArchive(["-o", "csv"], async ({ archive, origin }) => {
        archive.add("k1", FROM, FROM + DAY);
        const sync = (now: number) =>
          runCli([
            ...["get-bulk", "-u", origin, "-S", "2016-03-01", "-D", directory],
            ...["--ip", "--sync", "-o", "csv"],
          ], { now: new Date(now * 1000) });
        const timely = await sync(FROM + DAY);
        assert(!/newest point/.test(timely.stderr), timely.stderr);
        const late = await sync(FROM + DAY + 2 * HOUR);
        assertMatch(late.stderr, /newest point is 2 h 10 min .*--overlap/);
        assertEquals(late.exit, 0);
      });
    });
  },
);

Deno.test("get-bulk that finds nothing says so, and writes no manifest", async () => {
  await withDirectory((directory) =>
    withServer(() => json([]), async (origin) => {
      for (const more of [[], ["--sync"], ["--resume"]]) {
        const { exit, stdout, stderr } = await runCli([
          ...["get-bulk", "-u", origin, "-S", "2016-03-01", "-D", directory],
          ...["--ip", "-o", "csv", ...more],
        ]);
        assertEquals([exit, stdout], [0, ""]);
        assertMatch(stderr, /nothing matches.*\n$/);
        assertEquals([...Deno.readDirSync(directory)], []);
      }
    })
  );
});
