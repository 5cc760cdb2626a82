/** A dataset: one file of all series, for each event type and day or month. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { dirname, join } from "@std/path";
import { parquetReadObjects } from "../../packages/hyparquet.ts";
import { olderParquet } from "../../packages/older_parquet.ts";
import { MANIFEST } from "../../../cli/export/manifest.ts";
import { needs } from "../../helpers/binary.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { assertTold, type Ended, runCli } from "../../helpers/run.ts";
import {
  archiveOf,
  FROM,
  makeSeries,
  type Misbehaviour,
  pointsInWindow,
  type Series,
} from "../../servers/generated.ts";
import { withRawServer } from "../../servers/raw.ts";
import { exportArguments } from "./exporting.ts";
import {
  assertWhole,
  complete,
  differences,
  type Files,
  readFiles,
} from "./files.ts";
import {
  DAY,
  HOUR,
  identityOf,
  names,
  PARQUET,
  withArchive,
} from "./growing.ts";

const SHARED = { eventType: "packet-loss-rate", source: "192.0.2.12" };

/** Of one pair, and of tests that sort otherwise than they are listed. */
const SERIES = [
  makeSeries({ ...SHARED, key: "c3", count: 900 }),
  makeSeries({ ...SHARED, key: "a1", count: 500 }),
  makeSeries({ key: "a1", eventType: "throughput", count: 60 }),
  makeSeries({ key: "a1", eventType: "packet-trace", count: 40 }),
  makeSeries({ ...SHARED, key: "b2", count: 0 }),
  makeSeries({
    ...{ ...SHARED, key: "b3", count: 3 },
    between: [FROM + DAY, FROM + DAY + 7],
  }),
];

interface Place {
  directory: string;
  misbehave: Misbehaviour;
  /** Exports the archive to the directory. */
  run(...more: string[]): Promise<Ended>;
  /** The files that look complete. */
  files(): Files;
}

async function withPlace(
  series: readonly Series[],
  use: (place: Place) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const place: Place = {
      directory,
      misbehave: () => undefined,
      run: () => Promise.reject(new Error("not yet")),
      files: () => complete(readFiles(directory)),
    };
    const handler = archiveOf(series, (asked) => place.misbehave(asked));
    await withRawServer(handler, async ({ origin }) => {
      place.run = (...more) =>
        runCli([
          ...[...exportArguments(origin, directory), ...PARQUET],
          ...["--retry", "0", ...more],
        ]);
      await use(place);
    });
  });
}

// deno-lint-ignore no-explicit-any
async function rowsOf(directory: string, path: string): Promise<any[]> {
  const { buffer } = Deno.readFileSync(join(directory, path));
  return await parquetReadObjects({ file: buffer });
}

/** Where an export of the window has its files. */
function pathOf(eventType: string, day: string): string {
  return `event_type=${eventType}/day=${day}/points_2016-03-01_2016-03-04.parquet`;
}

Deno.test("get-bulk --partition writes one file for each event type and day, of all series in order, and says how large they are", async () => {
  await withPlace(SERIES, async ({ directory, files, run }) => {
    const { exit, stdout, stderr } = await run();
    assertEquals(exit, 0, stderr);
    const wanted = new Map<string, [string, number][]>();
    const inOrder = SERIES.toSorted((one, other) =>
      one.key < other.key ? -1 : 1
    );
    for (const series of inOrder) {
      for (const { ts } of pointsInWindow(series)) {
        const day = new Date(ts * 1000).toJSON().slice(0, 10);
        const path = pathOf(series.eventType, day);
        wanted.set(path, [...wanted.get(path) ?? [], [series.key, ts]]);
      }
    }
    const found = files();
    assertEquals([...found.keys()].sort(), [...wanted.keys()].sort());
    for (const [path, points] of wanted) {
      const rows = await rowsOf(directory, path);
      assertEquals(
        rows.map((row) => [row.metadata_key, Number(row.timestamp) / 1000]),
        points,
        path,
      );
      const eventTypes = new Set(rows.map((row) => row.event_type));
      assertEquals(eventTypes.size, 1);
      assertStringIncludes(path, [...eventTypes].join());
      assert(!("day" in rows[0]!), "the day is in the path alone");
    }
    const printed = stdout.trimEnd().split("\n");
    assertEquals(printed.length, wanted.size);
    assert(printed.every((path) => Deno.statSync(path).isFile));
    const bytes = [...found.values()]
      .reduce((sum, { length }) => sum + length, 0);
    const size = `${(bytes / 1000).toFixed(1)} kB in ${wanted.size} files`;
    assertStringIncludes(stderr, `6 series, 1,503 points, ${size}, `);
  });
});

Deno.test("get-bulk --partition writes no file of an event type before all of its series are read", async () => {
  await withPlace(SERIES, async (place) => {
    place.misbehave = ({ series, window }) =>
      series.key === "c3" && window.start > FROM ? { status: 404 } : undefined;
    const { exit, stderr } = await place.run("--page-size", "300");
    assertEquals(exit, 3, stderr);
    assertMatch(stderr, /packet-loss-rate: its files wait for series/);
    const types = new Set(
      [...place.files().keys()].map((path) => path.split("/")[0]),
    );
    assertEquals(
      [...types].sort(),
      ["event_type=packet-trace", "event_type=throughput"],
    );
    place.misbehave = () => undefined;
    assertEquals((await place.run("--resume")).exit, 0);
    const resumed = place.files();
    assertWhole(place.directory, resumed, "resumed");
    await withDirectory(async (other) => {
      const { exit } = await place.run("-D", other);
      assertEquals(exit, 0);
      assertEquals(differences(resumed, complete(readFiles(other))), []);
    });
  });
});

Deno.test("get-bulk of Parquet that writes no file does not count what waits in spools", async () => {
  await withPlace(SERIES.slice(0, 1), async (place) => {
    place.misbehave = ({ window }) =>
      window.start > FROM ? { status: 404 } : undefined;
    const { exit, stderr } = await place.run("--page-size", "300");
    assertEquals(exit, 1, stderr);
    assertStringIncludes(stderr, "1 series, 300 points, nothing written, ");
    assertEquals(place.files().size, 0);
  });
});

Deno.test("get-bulk --partition --resume leaves out a series of which a second run has got no more, and adds it once it can be read", async () => {
  await withPlace(SERIES, async (place) => {
    place.misbehave = ({ series }) =>
      series.key === "c3" ? { status: 404 } : undefined;
    assertEquals((await place.run()).exit, 3);
    const { exit, stderr } = await place.run("--resume");
    assertEquals(exit, 3, stderr);
    assert(!/its files wait/.test(stderr), stderr);
    const path = pathOf("packet-loss-rate", "2016-03-01");
    const keysOf = async () => {
      const rows = await rowsOf(place.directory, path);
      return [...new Set(rows.map((row) => row.metadata_key))];
    };
    assertEquals(await keysOf(), ["a1"]);
    place.misbehave = () => undefined;
    assertEquals((await place.run("--resume")).exit, 0);
    assertEquals(await keysOf(), ["a1", "c3"]);
    const mended = place.files();
    await withDirectory(async (other) => {
      assertEquals((await place.run("-D", other)).exit, 0);
      assertEquals(differences(mended, complete(readFiles(other))), []);
    });
  });
});

Deno.test("get-bulk --partition --resume reads again what was in a changed file, and keeps that if the archive has less by now", async () => {
  await withPlace(SERIES, async (place) => {
    assertEquals((await place.run()).exit, 0);
    const whole = place.files();
    const path = pathOf("packet-loss-rate", "2016-03-02");
    const spoil = () =>
      Deno.writeTextFileSync(join(place.directory, path), "x", {
        append: true,
      });
    const asked = new Set<string>();
    const note: Misbehaviour = ({ series, window }) => {
      asked.add(`${series.key} ${series.eventType}`);
      assert(window.start >= FROM + DAY, `${window.start}`);
      return undefined;
    };
    spoil();
    place.misbehave = note;
    const { exit, stdout, stderr } = await place.run("--resume");
    assertEquals(
      [exit, stdout.trimEnd()],
      [0, join(place.directory, path)],
      stderr,
    );
    assertEquals(
      [...asked].sort(),
      ["a1", "b3", "c3"].map((key) => `${key} packet-loss-rate`),
    );
    assertEquals(differences(place.files(), whole), []);

    spoil();
    place.misbehave = ({ series, window }) =>
      series.key === "c3" && window.start < FROM + 2 * DAY
        ? { body: "[]" }
        : undefined;
    const less = await place.run("--resume");
    assertEquals(less.exit, 3, less.stderr);
    assertMatch(less.stderr, /the archive has less by now: it is kept as/);
    const kept = [...place.files().keys()].filter((name) => !whole.has(name));
    assertEquals(kept.length, 1);
    assert(kept[0]!.startsWith(`${path}.damaged-`));
    assertEquals((await place.run("--resume")).exit, 0);
  });
});

needs(
  "clock",
  "get-bulk --sync after one new hour writes one day again, for all series, and asks for no more than the overlap",
  async () => {
    await withArchive(PARQUET, async ({ archive, directory, grow }) => {
      const noon = FROM + 3 * DAY + 12 * HOUR;
      const keys = ["k3", "k1", "k2"];
      for (const key of keys) archive.add(key, FROM, noon);
      await grow(noon);
      const before = new Map(
        names(directory).map((name) => [name, identityOf(directory, name)]),
      );
      for (const key of keys) archive.add(key, noon, noon + HOUR);
      const asked = await grow(noon + HOUR);
      const again = noon - 600 + 1 - HOUR;
      assertEquals(asked, { k3: [again], k1: [again], k2: [again] });
      const path = `event_type=throughput/day=2016-03-04/points.parquet`;
      assertEquals(
        names(directory).filter((name) =>
          JSON.stringify(identityOf(directory, name)) !==
            JSON.stringify(before.get(name))
        ),
        [path],
      );
      const rows = await rowsOf(directory, path);
      assertEquals(
        rows.map((row) => [row.metadata_key, Number(row.timestamp) / 1000]),
        keys.toSorted().flatMap((key) =>
          Array.from({ length: 78 }, (_, n) => [key, FROM + 3 * DAY + n * 600])
        ),
      );
      await grow(noon + HOUR + 60);
      assertEquals(names(directory).length, 4);
    });
  },
);

needs(
  "clock",
  "get-bulk --sync adds to a dataset what it could read, and keeps the rows of tests that fail or are listed no more",
  async () => {
    await withArchive(PARQUET, async ({ archive, directory, grow, sync }) => {
      for (const key of ["k1", "k2", "k3"]) {
        archive.add(key, FROM, FROM + 12 * HOUR, HOUR);
      }
      await grow(FROM + 12 * HOUR);
      for (const key of ["k1", "k2"]) {
        archive.add(key, FROM + 12 * HOUR, FROM + 18 * HOUR, HOUR);
      }
      archive.tests.delete("k3");
      archive.misbehave = ({ pathname }) =>
        /\/k2\//.test(pathname)
          ? new Response("gone", { status: 410 })
          : undefined;
      const { exit, stderr } = await sync(FROM + 18 * HOUR);
      assertEquals(exit, 3, stderr);
      const [path] = names(directory);
      const countsOf = async () => {
        const rows = await rowsOf(directory, path!);
        const keys = ["k1", "k2", "k3"];
        return keys.map((key) =>
          rows.filter((row) => row.metadata_key === key).length
        );
      };
      assertEquals(await countsOf(), [18, 12, 12]);
      archive.misbehave = () => undefined;
      await grow(FROM + 18 * HOUR);
      assertEquals(await countsOf(), [18, 18, 12]);
    });
  },
);

needs(
  "clock",
  "get-bulk --sync that has lost a file reads it again, also the rows of a series that fails at first",
  async () => {
    await withArchive(PARQUET, async ({ archive, directory, grow, sync }) => {
      for (const key of ["k1", "k2"]) archive.add(key, FROM, FROM + 2 * DAY);
      await grow(FROM + 2 * DAY);
      const whole = readFiles(directory);
      whole.delete(MANIFEST);
      Deno.removeSync(join(directory, names(directory)[0]!));
      archive.misbehave = ({ pathname }) =>
        /\/k2\//.test(pathname)
          ? new Response("gone", { status: 410 })
          : undefined;
      const { exit, stderr } = await sync(FROM + 2 * DAY);
      assertEquals(exit, 3, stderr);
      assertMatch(stderr, /points\.parquet is gone: it is read again/);
      archive.misbehave = () => undefined;
      await grow(FROM + 2 * DAY);
      assertWhole(directory, whole, "mended");
      assertEquals(await grow(FROM + 2 * DAY), {});
    });
  },
);

needs(
  "clock",
  "get-bulk --sync takes up a dataset whose manifest is lost, but no file that is of something else",
  async () => {
    await withArchive(PARQUET, async ({ archive, directory, grow, sync }) => {
      for (const key of ["k1", "k2"]) archive.add(key, FROM, FROM + 2 * DAY);
      await grow(FROM + 2 * DAY);
      const whole = readFiles(directory);
      whole.delete(MANIFEST);
      Deno.removeSync(join(directory, MANIFEST));
      assertEquals(await grow(FROM + 2 * DAY), {
        k1: [FROM + 2 * DAY - 600 + 1 - HOUR],
        k2: [FROM + 2 * DAY - 600 + 1 - HOUR],
      });
      assertWhole(directory, whole, "adopted");

      const [first, second] = names(directory);
      Deno.removeSync(join(directory, MANIFEST));
      Deno.copyFileSync(join(directory, second!), join(directory, first!));
      const { exit, stderr } = await sync(FROM + 2 * DAY);
      assertEquals(exit, 3, stderr);
      const aside = names(directory).filter((name) => /\.damaged-/.test(name));
      assertEquals(aside.length, 1);
      Deno.removeSync(join(directory, aside[0]!));
    });
  },
);

Deno.test("get-bulk --partition names a file of an older layout, or of something else, and touches nothing", async () => {
  await withPlace(SERIES, async ({ directory, run }) => {
    const older =
      "event_type=throughput/day=2016-03-01/192.0.2.1_192.0.2.2.parquet";
    const path = join(directory, older);
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeFileSync(path, olderParquet());
    const before = readFiles(directory);
    for (const more of [[], ["--resume"], ["--sync"], ["--force"]]) {
      const told = await run("-q", ...more);
      assertTold(
        { ...told, stderr: told.stderr.replace(/^there is no .*\n/, "") },
        2,
        /192\.0\.2\.1_192\.0\.2\.2\.parquet is of an older layout/,
        more.join(),
      );
      assertEquals(differences(readFiles(directory), before), []);
    }
  });
});

Deno.test("get-bulk --partition puts no files between those of another export, unless it is forced", async () => {
  await withPlace(SERIES, async ({ directory, files, run }) => {
    assertEquals((await run("-e", "throughput")).exit, 0);
    const before = readFiles(directory);
    const told = await run("-e", "packet-trace", "-q");
    assertTold(told, 2, /of another export.*differs in --src.*or --filter/);
    assertEquals(differences(readFiles(directory), before), []);
    assertEquals((await run("-e", "throughput")).exit, 0, "the same once more");
    assertEquals((await run("-e", "packet-trace", "--force")).exit, 0);
    assertEquals(
      [...new Set([...files().keys()].map((path) => path.split("/")[0]))]
        .sort(),
      ["event_type=packet-trace", "event_type=throughput"],
    );
  });
});
