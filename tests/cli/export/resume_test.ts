/**
 * An interrupted export continues: what is there is not asked for
 * again, and in the end nothing tells it from one that did not.
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { parse } from "@std/csv/parse";
import {
  archiveOf,
  type Asked,
  FROM,
  makeSeries,
  type Misbehaviour,
  pointsInWindow,
  type Series,
  TO,
  WINDOW,
} from "../../servers/generated.ts";
import { withRawServer } from "../../servers/raw.ts";
import { type Handler, json, withServer } from "../../servers/serve.ts";
import { ROOT } from "../../helpers/archive.ts";
import { test } from "../../helpers/listed.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { needs } from "../../helpers/binary.ts";
import { NOT_IN_SHORT } from "../../helpers/long.ts";
import { testUnless } from "../../helpers/skipping.ts";
import {
  assertTold,
  type Ended,
  interrupt,
  runCli,
  type RunOptions,
} from "../../helpers/run.ts";
import type { ExportedFile } from "../../../cli/export/record.ts";
import {
  complete,
  differences,
  type Files,
  MANIFEST,
  readFiles,
  textOf,
} from "./files.ts";

const DAYS = "2016-03-01_2016-03-04";
const LONG = makeSeries({ key: "k1", eventType: "throughput", count: 20_000 });
const TRACES = makeSeries({ key: "k1", eventType: "packet-trace", count: 300 });
const SHORT = makeSeries({
  ...{ key: "k2", eventType: "throughput", count: 1200 },
  source: "192.0.2.32",
});
const EMPTY = makeSeries({ key: "k2", eventType: "failures", count: 0 });
const ALL = [LONG, TRACES, SHORT, EMPTY];

/** An export, run after run. */
interface Place {
  directory: string;
  /** What is answered in the place of data, until the run ends. */
  misbehave: Misbehaviour;
  /** What data was asked for in the last run. */
  asked: Asked[];
  /** Runs get-bulk. */
  run(argv?: string[], options?: RunOptions): Promise<Ended>;
  /** Runs get-bulk --resume, which has to go well. */
  resume(argv?: string[], options?: RunOptions): Promise<Ended>;
  /** All that is complete. */
  files(): Files;
}

/**
 * Runs `use` with an archive of these series, and a directory to export it to.
 */
async function withPlace(
  series: readonly Series[],
  format: string[],
  use: (place: Place) => Promise<void>,
): Promise<void> {
  const nothing: Misbehaviour = () => undefined;
  await withDirectory(async (directory) => {
    const handler = archiveOf(series, (asked) => {
      place.asked.push(asked as Asked);
      return place.misbehave(asked);
    });
    const place: Place = {
      directory,
      misbehave: nothing,
      asked: [],
      run: () => Promise.reject(new Error("not yet")),
      resume: async (argv = [], options = {}) => {
        const result = await place.run(["--resume", ...argv], options);
        assertEquals([result.exit, result.stderr], [0, ""]);
        return result;
      },
      files: () => complete(readFiles(directory)),
    };
    await withRawServer(handler, (server) => {
      place.run = async (argv = [], options = {}) => {
        place.asked = [];
        const result = await runCli([
          ...["get-bulk", "-u", server.origin, "--ip", "-D", directory, "-q"],
          ...[
            "--retry",
            "0",
            "--page-size",
            "1000",
            ...WINDOW,
            ...format,
            ...argv,
          ],
        ], options);
        place.misbehave = nothing;
        return result;
      };
      return use(place);
    });
  });
}

/** What an export leaves that nothing disturbs. */
async function wholeOf(
  series: readonly Series[],
  format: string[],
): Promise<Files> {
  let files: Files = new Map();
  await withPlace(series, format, async (place) => {
    const { exit, stderr } = await place.run();
    assertEquals([exit, stderr], [0, ""]);
    files = place.files();
  });
  return files;
}

function assertSame(files: Files, whole: Files, hint: string): void {
  assertEquals([...files.keys()].sort(), [...whole.keys()].sort(), hint);
  assertEquals(differences(files, whole), [], hint);
}

/** The event types that data was asked of, each once. */
function askedOf({ asked }: Place): string[] {
  return [
    ...new Set(
      asked.map(({ series }) => `${series.key} ${series.eventType}`),
    ),
  ].sort();
}

// deno-lint-ignore no-explicit-any
function manifestOf({ directory }: Place): any {
  return JSON.parse(Deno.readTextFileSync(join(directory, MANIFEST)));
}

/** The long series fails when most of it has come. */
const breakOff: Misbehaviour = ({ series, page }) =>
  series === LONG && page.some(({ ts }) => ts > FROM + (TO - FROM) * 0.9)
    ? { status: 404 }
    : undefined;

const FORMATS = [
  ["-o", "csv"],
  ["-o", "json"],
  ["-o", "ndjson"],
  ["-o", "csv", "--gzip"],
  ["-o", "parquet"],
  ["-o", "parquet", "--partition", "day"],
];

/** One of each kind. */
const SOME = [FORMATS[0]!, FORMATS[3]!, FORMATS[5]!];

for (const format of FORMATS) {
  const why = SOME.includes(format) ? undefined : NOT_IN_SHORT;
  testUnless(
    why,
    `get-bulk --resume continues from its last second, and asks for nothing else: ${
      format.slice(1).join(" ")
    }`,
    async () => {
      const whole = await wholeOf(ALL, format);
      await withPlace(ALL, format, async (place) => {
        place.misbehave = breakOff;
        const { exit, stderr } = await place.run();
        assertEquals(exit, 3, stderr);
        const [record] = manifestOf(place).series;
        assertEquals([record.key, record.state], ["k1", "failed"]);
        const { second, points } = record.part.checkpoint;
        assert(points > 10_000, `only ${points} points were kept`);
        const before = place.files();
        assert(before.size < whole.size);
        await place.resume();
        assertEquals(askedOf(place), ["k1 throughput"]);
        const starts = place.asked.map(({ window }) => window.start);
        assertEquals(Math.min(...starts), second);
        assertSame(place.files(), whole, "resumed");
        assertEquals(
          readFiles(place.directory).size,
          whole.size + 1,
          "rubbish",
        );
      });
    },
  );
}

Deno.test("get-bulk --resume continues an interrupted export", async () => {
  for (const format of [["-o", "csv"], ["-o", "parquet"]]) {
    const whole = await wholeOf(ALL, format);
    await withPlace(ALL, format, async (place) => {
      const stop = new AbortController();
      place.misbehave = async ({ series, window }) => {
        if (series === LONG && window.start > FROM) await interrupt(stop);
        return undefined;
      };
      const { exit } = await place.run(["--concurrency", "2"], {
        signal: stop.signal,
      });
      assertEquals(exit, 130);
      assert(place.files().size < whole.size);
      await place.resume();
      const starts = place.asked.filter(({ series }) => series === LONG)
        .map(({ window }) => window.start);
      assert(Math.min(...starts) > FROM, "begun anew");
      assertSame(place.files(), whole, "resumed");
    });
  }
});

Deno.test("get-bulk --resume asks for nothing that is complete, or empty, and prints no path of what it did not write", async () => {
  for (const format of SOME) {
    await withPlace([TRACES, SHORT, EMPTY], format, async (place) => {
      assertEquals((await place.run()).exit, 0);
      const before = readFiles(place.directory);
      const { stdout } = await place.resume();
      assertEquals([stdout, place.asked], ["", []]);
      assertSame(readFiles(place.directory), before, "touched");
    });
  }
});

Deno.test("get-bulk --resume reads what was changed or removed again, and nothing else", async () => {
  const changes: ((path: string) => void)[] = [
    (path) => Deno.removeSync(path),
    (path) => Deno.writeTextFileSync(path, "\n", { append: true }),
    (path) => {
      const bytes = Deno.readFileSync(path);
      bytes[bytes.length - 3]! ^= 1;
      Deno.writeFileSync(path, bytes);
    },
  ];
  for (const format of SOME) {
    await withPlace([TRACES, SHORT, EMPTY], format, async (place) => {
      await place.run();
      const whole = place.files();
      for (const change of changes) {
        const name = [...whole.keys()]
          .find((each) => /\.32_|event_type=throughput/.test(each))!;
        change(join(place.directory, name));
        const { stdout } = await place.resume();
        assertEquals(askedOf(place), ["k2 throughput"]);
        assertStringIncludes(stdout, name);
        assertSame(place.files(), whole, format.join(" "));
      }
    });
  }
});

Deno.test("get-bulk --resume reads a part from the start that is not what it was", async () => {
  for (const format of SOME) {
    const whole = await wholeOf([LONG, SHORT], format);
    await withPlace([LONG, SHORT], format, async (place) => {
      place.misbehave = breakOff;
      assertEquals((await place.run()).exit, 3);
      const { name } = manifestOf(place).series[0].part;
      const path = join(place.directory, name);
      const bytes = Deno.readFileSync(path);
      bytes[bytes.length >> 1]! ^= 1;
      Deno.writeFileSync(path, bytes);
      await place.resume();
      const [first] = place.asked;
      assertEquals([first!.series, first!.window.start], [LONG, FROM]);
      const files = place.files();
      for (const [name, other] of whole) {
        assertEquals(files.get(name)?.length, other.length, name);
      }
    });
  }
});

Deno.test("get-bulk --resume tries again what failed, as often as it takes", async () => {
  await withPlace([TRACES, SHORT], ["-o", "csv"], async (place) => {
    for (let time = 0; time < 3; time++) {
      place.misbehave = ({ series }) =>
        series === SHORT ? { status: 404 } : undefined;
      const { exit, stderr } = await place.run(time > 0 ? ["--resume"] : []);
      assertEquals(exit, 3, stderr);
      const [, record] = manifestOf(place).series;
      assertEquals(record.state, "failed");
      assertMatch(record.error, /404/);
      assertEquals(place.files().size, 1);
    }
    await place.resume();
    assertEquals(askedOf(place), ["k2 throughput"]);
    const [, record] = manifestOf(place).series;
    assertEquals([record.state, record.error], ["complete", undefined]);
    assertEquals(place.files().size, 2);
  });
});

Deno.test("get-bulk --resume keeps the names of files that share a beginning", async () => {
  const shared = ["a1", "b2", "c3"].map((key) =>
    makeSeries({ key, eventType: "throughput", count: 50 })
  );
  const format = ["-o", "csv"];
  const whole = await wholeOf(shared, format);
  const stem = `192.0.2.11_192.0.2.21_throughput_${DAYS}`;
  const names = ["a1", "b2", "c3"].map((key) => `${stem}_${key}.csv`);
  assertEquals([...whole.keys()].sort(), names);
  for (const failing of shared) {
    await withPlace(shared, format, async (place) => {
      place.misbehave = ({ series }) =>
        series === failing ? { status: 404 } : undefined;
      assertEquals((await place.run()).exit, 3);
      assertEquals(place.files().size, 2);
      await place.resume();
      assertEquals(askedOf(place), [`${failing.key} throughput`]);
      assertSame(place.files(), whole, failing.key);
      Deno.removeSync(join(place.directory, names[1]!));
      await place.resume();
      assertSame(place.files(), whole, "removed");
    });
  }
  const two = shared.slice(1);
  await withPlace(two, format, async (place) => {
    place.misbehave = ({ series }) =>
      series === two[0] ? { status: 404 } : undefined;
    await place.run();
    assertEquals([...place.files().keys()], [names[2]], "as if it were alone");
    await place.resume();
    assertEquals([...place.files().keys()].sort(), names.slice(1));
  });
});

needs(
  "clock",
  "get-bulk --resume keeps what relative times meant at the beginning",
  async () => {
    await withPlace(ALL, ["-o", "csv"], async (place) => {
      const argv = ["-S", "-24h", "-E", "-1h"];
      const at = (time: string) => ({ now: new Date(time) });
      place.misbehave = () => ({ status: 404 });
      assertEquals(
        (await place.run(argv, at("2016-03-03T00:00:00Z"))).exit,
        1,
      );
      const { window } = manifestOf(place);
      const end = FROM + 2 * 86_400 - 3600;
      assertEquals(window, { start: FROM + 86_400, end });
      await place.resume(argv, at("2016-03-09T12:34:56Z"));
      assertEquals(manifestOf(place).window, window);
      assert(place.asked.length > 0);
      for (const { window: { start } } of place.asked) {
        assert(start >= window.start, "before the window");
      }
      const files = place.files();
      assertEquals(files.size, 3);
      for (const name of files.keys()) {
        assertMatch(name, /_2016-03-02_2016-03-02\.csv$/);
      }
      const path = [...files.keys()].find((each) => /\.32_/.test(each))!;
      assertEquals(
        parse(textOf(files, path)).length - 1,
        SHORT.points.filter(({ ts }) => ts >= window.start && ts <= end).length,
      );
    });
  },
);

Deno.test("get-bulk --resume without a manifest says that it begins a new export", async () => {
  await withPlace([SHORT], ["-o", "csv"], async (place) => {
    const { exit, stdout, stderr } = await place.run(["--resume"]);
    assertEquals(exit, 0, stderr);
    assertMatch(stderr, /^[^\n]*esmond-ps-manifest\.json[^\n]*new export\n$/);
    assertMatch(stdout, /_throughput_/);
  });
});

Deno.test("get-bulk --resume refuses what was asked for in another way, and touches nothing", async () => {
  await withPlace([SHORT], ["-o", "parquet"], async (place) => {
    assertEquals((await place.run(["--partition", "day"])).exit, 0);
    const before = readFiles(place.directory);
    const others: [string[], RegExp][] = [
      [[], / differs in --partition\./],
      [["--partition", "month"], / differs in --partition\./],
      [["--partition", "day", "--sync"], / differs in .*--sync/],
      [["--partition", "day", "--tz", "Europe/Berlin"], / --tz\./],
      [["-o", "csv", "--gzip"], /--output-format; --gzip; --partition\./],
      [
        ["--partition", "day", "--summary-type", "average", "-W", "300"],
        /--summary-type; --summary-window\./,
      ],
    ];
    for (const [other, message] of others) {
      const told = await place.run(["--resume", ...other]);
      assertTold(told, 2, message, other.join(" "));
      assertEquals(place.asked, []);
      assertSame(readFiles(place.directory), before, other.join(" "));
    }
  });
});

Deno.test("the manifest says how many points, rows and bytes there are, and what they hash to", async () => {
  for (const format of SOME) {
    for (const series of [[TRACES, SHORT, EMPTY], ALL]) {
      await withPlace(series, format, async (place) => {
        if (series === ALL) {
          place.misbehave = breakOff;
          assertEquals((await place.run()).exit, 3);
        }
        const { exit } = await place.run(["--resume"]);
        assertEquals(exit, 0);
        const { partitions = [], series: records, window } = manifestOf(place);
        assertEquals(window, { start: FROM, end: TO });
        const named = new Set<string>();
        const check = (file: ExportedFile) => {
          const bytes = place.files().get(file.name)!;
          const sha256 = createHash("sha256").update(bytes).digest("hex");
          assertEquals([file.bytes, file.sha256], [bytes.length, sha256]);
          named.add(file.name);
          return file.rows;
        };
        let left = 0;
        for (const { name, whole } of partitions) {
          left += check({ name, ...whole });
        }
        for (const { key, eventType, state, points, files = [] } of records) {
          const made = ALL.find((each) =>
            each.key === key && each.eventType === eventType
          )!;
          const count = pointsInWindow(made).length;
          assertEquals(state, count > 0 ? "complete" : "empty");
          assertEquals(points ?? 0, count, `${key} ${eventType}`);
          if (partitions.length > 0) left -= count;
          else {
            const rows = files.map(check)
              .reduce((sum: number, rows: number) => sum + rows, 0);
            assertEquals(rows, rowsOf(made), `${key} ${eventType}`);
          }
        }
        assertEquals(left, 0, "rows in files of a dataset");
        assertEquals([...named].sort(), [...place.files().keys()].sort());
      });
    }
  }
});

/** How many rows there are of a series: a trace has one for each hop. */
function rowsOf(series: Series): number {
  return pointsInWindow(series)
    .map(({ text }) => JSON.parse(text).val)
    .map((val) => Array.isArray(val) ? val.length : 1)
    .reduce((sum, rows) => sum + rows, 0);
}

Deno.test("get-bulk --resume forgets the part of a file that got its name just before the run was killed", async () => {
  const asked: string[] = [];
  const entry = test("k1", ["path-mtu"]);
  const handler: Handler = (_request, url) => {
    asked.push(url.pathname);
    return json(url.pathname === ROOT ? [entry] : [{ ts: 1456790400, val: 1 }]);
  };
  await withDirectory(async (directory) => {
    await withServer(handler, async (origin) => {
      const argv = [
        ...[
          "get-bulk",
          "-u",
          origin,
          "-S",
          "2016-03-01",
          "-E",
          "2016-03-03T00:00",
        ],
        ...["-o", "csv", "-D", directory, "--quiet"],
      ];
      assertEquals((await runCli(argv)).exit, 0);
      const path = join(directory, MANIFEST);
      const manifest = JSON.parse(await Deno.readTextFile(path));
      const [record] = manifest.series;
      const { name, ...whole } = record.files[0];
      const part = `${name}.partial`;
      record.part = { name: part, begin: manifest.window.start, whole };
      await Deno.writeTextFile(path, JSON.stringify(manifest));
      await Deno.writeTextFile(join(directory, part), "begun anew");
      asked.length = 0;
      assertEquals((await runCli([...argv, "--resume"])).exit, 0);
      assertEquals(asked, [ROOT]);
      const left = [...Deno.readDirSync(directory)].map((each) => each.name);
      assertEquals(left.sort(), [name, MANIFEST]);
    });
  });
});
