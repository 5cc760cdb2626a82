/**
 * What survives a hard end: a power cut, SIGKILL, a file damaged on the disk;
 * and files that are not where they seem to be.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { MANIFEST } from "../../../cli/export/manifest.ts";
import { BINARY } from "../../helpers/binary.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { IS_LONG } from "../../helpers/long.ts";
import { runProgram, startProgram } from "../../helpers/program.ts";
import { runCli } from "../../helpers/run.ts";
import { onUnix, testUnless } from "../../helpers/skipping.ts";
import { pause } from "../../helpers/waiting.ts";
import {
  archiveOf,
  FROM,
  makeSeries,
  type Misbehaviour,
  TO,
  WINDOW,
} from "../../servers/generated.ts";
import { withRawServer } from "../../servers/raw.ts";
import { assertWhole, complete, readFiles } from "./files.ts";
import { exportArguments, wholeOf } from "./exporting.ts";

const SHORT = makeSeries({ key: "k1", eventType: "throughput", count: 1200 });

/** Records what is written, made certain and renamed while `use` runs. */
async function recorded(use: () => Promise<void>): Promise<string[]> {
  const { open, openSync, renameSync } = Deno;
  const { sync } = Deno.FsFile.prototype;
  const paths = new WeakMap<Deno.FsFile, string>();
  const steps: string[] = [];
  const short = (path: string | URL) =>
    String(path).replace(/^.*[/\\]/, "").replace(
      /^192\S*_throughput[^.]*/,
      "a",
    );
  Deno.open = async (path, options) => {
    const file = await open(path, options);
    paths.set(file, String(path));
    return file;
  };
  Deno.openSync = (path, options) => {
    const file = openSync(path, options);
    paths.set(file, String(path));
    return file;
  };
  Deno.renameSync = (from, to) => {
    renameSync(from, to);
    const knows = String(to).endsWith(MANIFEST) &&
      /"whole":\{"rows":\d+,"bytes":\d+,"sha256":"/.test(
        Deno.readTextFileSync(to),
      );
    steps.push(`rename ${short(to)}${knows ? ", which knows" : ""}`);
  };
  Deno.FsFile.prototype.sync = function () {
    const path = paths.get(this)!;
    const isDirectory = Deno.statSync(path).isDirectory;
    steps.push(`sync ${isDirectory ? "directory" : short(path)}`);
    return sync.call(this);
  };
  try {
    await use();
    return steps;
  } finally {
    Deno.open = open;
    Deno.openSync = openSync;
    Deno.renameSync = renameSync;
    Deno.FsFile.prototype.sync = sync;
  }
}

/** The steps are among those recorded, in this order. */
function assertOrder(steps: string[], wanted: string[]): void {
  let at = 0;
  for (const step of steps) if (step === wanted[at]) at++;
  assertEquals(wanted.slice(at), [], steps.join("\n"));
}

const ORDER: [format: string[], name: string, drafts: string[]][] = [
  [["-o", "csv"], "a.csv", ["a.csv.partial"]],
  [["-o", "csv", "--gzip"], "a.csv.gz", ["a.csv.gz.partial"]],
  [["-o", "parquet"], "a.parquet", ["a.parquet.partial"]],
  [
    ["-o", "parquet", "--partition", "day"],
    "points_2016-03-01_2016-03-04.parquet",
    ["a.parquet.spool.partial"],
  ],
];

for (const [format, name, drafts] of ORDER) {
  const isDataset = format.includes("--partition");
  testUnless(
    BINARY && "an executable cannot be watched",
    `a file is on the disk before the manifest knows it, and the manifest before the file has its name: ${
      format.slice(1).join(" ")
    }`,
    async () => {
      await withDirectory((directory) =>
        withRawServer(archiveOf([SHORT]), async ({ origin }) => {
          const steps = await recorded(async () => {
            const { exit, stderr } = await runCli([
              ...exportArguments(origin, directory),
              ...format,
            ]);
            assertEquals(exit, 0, stderr);
          });
          assertOrder(steps, [
            ...drafts.map((draft) => `sync ${draft}`),
            `sync .${MANIFEST}.new`,
            `rename ${MANIFEST}, which knows`,
            "sync directory",
            `rename ${name}`,
            "sync directory",
            `sync .${MANIFEST}.new`,
            // It says of a dataset what is in each file.
            `rename ${MANIFEST}${isDataset ? ", which knows" : ""}`,
            "sync directory",
          ]);
          if (isDataset) {
            assertOrder(steps, [
              `sync ${name}.partial`,
              `sync .${MANIFEST}.new`,
              `rename ${MANIFEST}, which knows`,
              `rename ${name}`,
            ]);
          }
        })
      );
    },
  );
}

onUnix(
  "links",
  "get-bulk writes through no symbolic and no hard link in its directory",
  async () => {
    await withDirectory((directory) =>
      withRawServer(archiveOf([SHORT]), async ({ origin }) => {
        const outside = join(directory, "outside");
        const inside = join(directory, "inside");
        Deno.writeTextFileSync(outside, "not yours");
        for (const link of [Deno.symlinkSync, Deno.linkSync]) {
          for (const format of [["-o", "csv"], ["-o", "parquet"]]) {
            Deno.mkdirSync(inside);
            const args = [...exportArguments(origin, inside), ...format];
            assertEquals((await runCli(args)).exit, 0);
            const { series: [record] } = JSON.parse(
              Deno.readTextFileSync(join(inside, MANIFEST)),
            );
            const [{ name }] = record.files;
            for (
              const victim of [
                `.${MANIFEST}.new`,
                name.replace(/\.(\w+)$/, "_k1.$1.partial"),
                name.replace(/\.parquet$/, "_k1.parquet.spool.partial"),
              ]
            ) {
              const path = join(inside, victim);
              if (victim !== name) link(outside, path);
            }
            const { exit, stderr } = await runCli(args);
            assertEquals([exit, stderr.includes("cannot")], [0, false], stderr);
            assertEquals(Deno.readTextFileSync(outside), "not yours");
            const names = [...Deno.readDirSync(inside)].map(({ name }) => name);
            const left = names.filter((name) => name.endsWith(".partial"));
            assertEquals(left, [], "the link is there");
            Deno.removeSync(inside, { recursive: true });
          }
        }
      })
    );
  },
);

Deno.test("get-bulk --resume continues in the middle of a series after SIGKILL", async () => {
  const series = [
    makeSeries({ key: "k1", eventType: "throughput", count: 20_000 }),
  ];
  const whole = await wholeOf(series);
  await withDirectory(async (directory) => {
    const path = join(directory, MANIFEST);
    const starts: number[] = [];
    let second: number | undefined;
    let kill = () => {};
    /** Slowly, until the manifest knows of a part. */
    const slowly: Misbehaviour = async ({ window }) => {
      starts.push(window.start);
      if (second !== undefined) return undefined;
      await pause(100);
      const text = await Deno.readTextFile(path).catch(() => "{}");
      const [record] = JSON.parse(text).series ?? [];
      second = record?.part?.checkpoint?.second;
      if (second === undefined) return undefined;
      kill();
      return "silence";
    };
    await withRawServer(archiveOf(series, slowly), async ({ origin }) => {
      const args = [
        ...["get-bulk", "-u", origin, ...WINDOW, "--ip", "-D", directory],
        ...["-o", "csv", "--page-size", "100", "--concurrency", "1"],
      ];
      const running = startProgram(args);
      kill = () => running.kill("SIGKILL");
      await running.ended;
      assert(second !== undefined, "it ended before there was a checkpoint");
      assert(second > FROM && second < TO);
      starts.length = 0;
      const { exit, stderr } = await runProgram([...args, "--resume"]);
      assertEquals(exit, 0, stderr);
      assert(starts.every((start) => start >= second!), "read again");
      assertWhole(directory, whole, "after SIGKILL");
    });
  });
});

for (const format of ["csv", "parquet"]) {
  Deno.test(`a finished file that was damaged before it had its name does not get one: ${format}`, async () => {
    // They share a name, and so the first waits for the second.
    const series = ["c100000001", "c200000002"].map((key) =>
      makeSeries({ key, eventType: "throughput", count: 900 })
    );
    const whole = await wholeOf(series, ["-o", format]);
    await withDirectory(async (directory) => {
      let isBroken = true;
      const handler = archiveOf(
        series,
        (asked) =>
          isBroken && asked.series.key === "c200000002"
            ? { status: 401, body: "{}" }
            : undefined,
      );
      await withRawServer(handler, async ({ origin }) => {
        const args = [
          ...exportArguments(origin, directory),
          ...["--concurrency", "1", "-o", format],
        ];
        assertEquals((await runCli(args)).exit, 4);
        const part = [...readFiles(directory).keys()]
          .find((name) => name.endsWith(".partial"));
        assert(part, "the first was not finished");
        const path = join(directory, part);
        const bytes = Deno.readFileSync(path);
        bytes[bytes.length >> 1]! ^= 1;
        Deno.writeFileSync(path, bytes);
        isBroken = false;
        const { exit, stderr } = await runCli([...args, "--resume"]);
        assertEquals(exit, 0, stderr);
        assertWhole(directory, whole, "damaged");
      });
    });
  });
}

onUnix(
  "TZ",
  "get-bulk names and divides files by days in UTC, wherever the machine is",
  async () => {
    const series = [
      makeSeries({
        ...{ key: "k1", eventType: "throughput", count: 60 },
        between: [FROM, FROM + 3 * 3600], // of the day before, in Lima
      }),
    ];
    await withRawServer(archiveOf(series), async ({ origin }) => {
      for (const [at, TZ] of ["America/Lima", "Pacific/Auckland"].entries()) {
        const partitions = ["day", "month"];
        // In short, one of each.
        for (const partition of IS_LONG ? partitions : [partitions[at]!]) {
          await withDirectory(async (directory) => {
            const args = [
              ...exportArguments(origin, directory),
              "-o",
              "parquet",
            ];
            const { exit, stderr } = await runProgram(
              [...args, "--partition", partition],
              { env: { TZ } },
            );
            assertEquals(exit, 0, stderr);
            const [path, ...others] = complete(readFiles(directory)).keys();
            assertEquals(others, []);
            const mirror = join(directory, "mirror");
            Deno.mkdirSync(mirror);
            const synced = await runProgram(
              [...args, "--partition", partition, "--sync", "-D", mirror],
              { env: { TZ } },
            );
            assertEquals(synced.exit, 0, synced.stderr);
            const day = partition === "day" ? "-01" : "";
            const folder = `event_type=throughput/${partition}=2016-03${day}`;
            assertEquals(
              path,
              `${folder}/points_2016-03-01_2016-03-04.parquet`,
            );
            assertEquals([...complete(readFiles(mirror)).keys()], [
              `${folder}/points.parquet`,
            ]);
          });
        }
      }
    });
  },
);
