/**
 * An export that is killed after any single step of the file system leaves
 * nothing that the next run does not understand, finish and clear away.
 */

import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { dirname, join } from "@std/path";
import { BINARY } from "../../helpers/binary.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { IS_LONG } from "../../helpers/long.ts";
import { runCli } from "../../helpers/run.ts";
import { testUnless } from "../../helpers/skipping.ts";
import { archiveOf, FROM, makeSeries } from "../../servers/generated.ts";
import { withRawServer } from "../../servers/raw.ts";
import { exportArguments, forEach } from "./exporting.ts";
import { assertWhole, complete, type Files, readFiles } from "./files.ts";
import { DAY, FORMATS, notInShort, PARQUET, withArchive } from "./growing.ts";

/** What a step is called, and what was in the directory after it. */
interface Step {
  name: string;
  files: Files;
}

/** Notes what is in a directory after each step while `use` runs. */
async function stepsOf(
  directory: string,
  use: () => Promise<void>,
): Promise<Step[]> {
  const steps: Step[] = [];
  const seen = new Set<string>();
  /** A state that was there before need not be tried again. */
  const note = (name: string) => {
    const files = readFiles(directory);
    const state = [...files].sort().map(([path, bytes]) =>
      `${path} ${createHash("sha256").update(bytes).digest("hex")}`
    ).join("\n");
    if (seen.has(state)) return;
    seen.add(state);
    steps.push({ name: `${steps.length}, ${name}`, files });
  };
  const noteOf = (name: string, [first]: unknown[]) => {
    const what = typeof first === "string" ? first : "";
    note(`${name} ${what.slice(directory.length)}`);
  };
  const noting = <A extends unknown[], R>(
    name: string,
    work: (...args: A) => Promise<R>,
  ) =>
    async function (this: unknown, ...args: A): Promise<R> {
      const result = await work.apply(this, args);
      noteOf(name, args);
      return result;
    };
  const notingSync = <A extends unknown[], R>(
    name: string,
    work: (...args: A) => R,
  ) =>
    function (this: unknown, ...args: A): R {
      const result = work.apply(this, args);
      noteOf(name, args);
      return result;
    };
  const { copyFile, makeTempFile, mkdir, open, openSync, remove, renameSync } =
    Deno;
  const { truncate, write, writeSync } = Deno.FsFile.prototype;
  Deno.copyFile = noting("copyFile", copyFile);
  Deno.makeTempFile = noting("makeTempFile", makeTempFile);
  Deno.mkdir = noting("mkdir", mkdir);
  Deno.open = noting("open", open);
  Deno.openSync = notingSync("openSync", openSync);
  Deno.remove = noting("remove", remove);
  Deno.renameSync = notingSync("rename", renameSync);
  Deno.FsFile.prototype.truncate = noting("truncate", truncate);
  Deno.FsFile.prototype.write = noting("write", write);
  Deno.FsFile.prototype.writeSync = notingSync("writeSync", writeSync);
  try {
    await use();
    return steps;
  } finally {
    const kept = { copyFile, makeTempFile, mkdir, open, openSync, remove };
    Object.assign(Deno, { ...kept, renameSync });
    Object.assign(Deno.FsFile.prototype, { truncate, write, writeSync });
  }
}

/** In short, after every third of the steps. */
function triedOf(steps: Step[]): Step[] {
  return steps.filter((_, at) => IS_LONG || at % 3 === 0);
}

/** Makes a directory what it was after a step. */
function restore(directory: string, { files }: Step): void {
  for (const { name } of Deno.readDirSync(directory)) {
    Deno.removeSync(join(directory, name), { recursive: true });
  }
  for (const [path, bytes] of files) {
    Deno.mkdirSync(dirname(join(directory, path)), { recursive: true });
    Deno.writeFileSync(join(directory, path), bytes);
  }
}

const SHARED = { eventType: "packet-loss-rate", source: "192.0.2.12" };

const SERIES = [
  makeSeries({ key: "a1", eventType: "throughput", count: 40 }),
  makeSeries({ key: "a1", eventType: "path-mtu", count: 0 }),
  makeSeries({ key: "a1", eventType: "packet-trace", count: 7 }),
  makeSeries({ ...SHARED, key: "c300000001", count: 9 }),
  makeSeries({
    ...{ ...SHARED, key: "c600000004", count: 1 },
    between: [FROM, FROM],
  }),
];

for (
  const format of [
    ["-o", "csv"],
    ["-o", "csv", "--gzip"],
    ["-o", "parquet"],
    PARQUET,
  ]
) {
  testUnless(
    BINARY ? "an executable cannot be watched" : notInShort(format),
    `an export that is killed after any of its steps, and resumed, ends as one that nothing disturbed: ${
      format.join(" ")
    }`,
    () =>
      withRawServer(archiveOf(SERIES), async ({ origin }) => {
        const run = async (directory: string, ...more: string[]) => {
          const args = exportArguments(origin, directory);
          const { exit, stderr } = await runCli([...args, ...format, ...more]);
          assertEquals(exit, 0, stderr);
        };
        await withDirectory(async (directory) => {
          const steps = await stepsOf(directory, () => run(directory));
          assert(steps.length > 10, `${steps.length} steps`);
          const whole = complete(readFiles(directory));
          assertWhole(directory, whole, "undisturbed");
          await forEach(triedOf(steps), (step) =>
            withDirectory(async (directory) => {
              restore(directory, step);
              await run(directory, "--resume");
              assertWhole(directory, whole, step.name);
            }));
        });
      }),
  );
}

for (const format of [...FORMATS.slice(0, 1), PARQUET]) {
  testUnless(
    BINARY && "an executable cannot be watched",
    `a mirror whose run is killed after any of its steps is finished by the next: ${
      format.join(" ")
    }`,
    () =>
      withArchive(format, async ({ archive, directory, grow }) => {
        const now = FROM + 3 * DAY;
        archive.add("k1", FROM, now, 7200);
        archive.add("k2", FROM, FROM + DAY, 7200);
        await grow(FROM + DAY + 7200);
        archive.forget(FROM + 7200);
        archive.add("k2", FROM + DAY, FROM + DAY + 7200, 3600);
        const steps = await stepsOf(directory, () => grow(now).then(() => {}));
        assert(steps.length > 10, `${steps.length} steps`);
        const whole = complete(readFiles(directory));
        assertWhole(directory, whole, "undisturbed");
        for (const step of triedOf(steps)) {
          restore(directory, step);
          await grow(now);
          assertWhole(directory, whole, step.name);
        }
      }),
  );
}
