/**
 * What can happen to the directory of an export: it is full, gone, in use, or
 * has been changed in between.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  archiveOf,
  makeSeries,
  type Misbehaviour,
  TO,
} from "../../servers/generated.ts";
import { type RawServer, withRawServer } from "../../servers/raw.ts";
import { withDirectory } from "../../helpers/directory.ts";
import {
  lackedByWindows,
  notInstalled,
  onUnix,
  testUnless,
} from "../../helpers/skipping.ts";
import { lastOf } from "../../helpers/arguments.ts";
import { IS_LONG } from "../../helpers/long.ts";
import { assertTold, runCli } from "../../helpers/run.ts";
import { exportArguments, forEach, linesOf, wholeOf } from "./exporting.ts";
import { triedOf } from "./growing.ts";
import {
  assertWhole,
  complete,
  differences,
  type Files,
  MANIFEST,
  readFiles,
} from "./files.ts";
import { PROGRAM, runProgram, startProgram } from "../../helpers/program.ts";
import { runProcess } from "../../helpers/process.ts";

const LONG = makeSeries({ key: "k1", eventType: "throughput", count: 9000 });
const SERIES = [
  LONG,
  makeSeries({ key: "k1", eventType: "packet-trace", count: 300 }),
  makeSeries({
    ...{ key: "k2", eventType: "throughput", count: 1200 },
    source: "192.0.2.32",
  }),
];

/**
 * Runs `use` with a directory, and an archive whose misbehaviour can be changed
 * at any time.
 */
async function withPlace(
  use: (place: Place) => Promise<void>,
): Promise<void> {
  const place = { misbehave: (() => undefined) as Misbehaviour };
  const handler = archiveOf(SERIES, (asked) => place.misbehave(asked));
  await withDirectory((directory) =>
    withRawServer(handler, (server) => {
      const args = exportArguments(server.origin, directory);
      return use(Object.assign(place, { directory, server, args }));
    })
  );
}

interface Place {
  misbehave: Misbehaviour;
  directory: string;
  server: RawServer;
  /** Those of an export of the archive to the directory. */
  args: string[];
}

/** The long series is cut off before its last page. */
const breakOff: Misbehaviour = ({ series, page }) =>
  series === LONG && page.at(-1)?.ts === TO ? { status: 404 } : undefined;

/**
 * How large a file may become, in kB, so that none, some or all but the last of
 * a write finds room.
 */
const FULL: [kilobytes: number, format: string[]][] = [
  [60, ["-o", "csv"]],
  [300, ["-o", "csv"]],
  [719, ["-o", "csv"]],
  [300, ["-o", "ndjson"]],
  [300, ["-o", "json"]],
  [60, ["-o", "csv", "--gzip"]],
  [50, ["-o", "parquet"]],
  [20, ["-o", "parquet"]],
  [100, ["-o", "parquet", "--partition", "day"]],
];

/** In short, every other one. */
const TRIED = FULL.filter((_, at) => IS_LONG || at % 2 === 0);

testUnless(
  lackedByWindows("ulimit") ?? notInstalled("bash"),
  "get-bulk on a full disk says so in words, and can be resumed when there is room",
  async () => {
    await forEach(TRIED, async ([kilobytes, format]) => {
      const hint = `${format.join(" ")}, ${kilobytes} kB`;
      const whole = await wholeOf(SERIES, format);
      await withPlace(async ({ directory, args }) => {
        const ended = await runProcess([
          ...["bash", "-c", `trap '' XFSZ; ulimit -f ${kilobytes}; exec "$@"`],
          ...["bash", ...PROGRAM, ...lastOf([...args, ...format])],
        ]);
        const failed = `${hint}: ${ended.exit} ${ended.stderr}`;
        assert([1, 3].includes(ended.exit), failed);
        const told = linesOf(ended)
          .find((line) => /file too large|no space|os error 27/i.test(line));
        assertMatch(told ?? "", /throughput|packet-trace/, failed);
        assertEquals(
          differences(complete(readFiles(directory)), whole),
          [],
          hint,
        );
        const again = await runProgram([...args, ...format, "--resume"]);
        assertEquals(again.exit, 0, `${hint}: ${again.stderr}`);
        assertWhole(directory, whole, hint);
      });
    });
  },
);

onUnix(
  "open files",
  "get-bulk ends soon, with a message, when its directory vanishes",
  async () => {
    const whole = await wholeOf(SERIES);
    for (const isMadeAgain of [false, true]) {
      await withPlace(async (place) => {
        let left = 4;
        let after = 0;
        const gone = `${place.directory}.gone`;
        place.misbehave = () => {
          if (left <= 0) after++;
          if (--left !== 0) return undefined;
          // At once, though files are being made in it just now.
          Deno.renameSync(place.directory, gone);
          Deno.removeSync(gone, { recursive: true });
          if (isMadeAgain) Deno.mkdirSync(place.directory);
          return undefined;
        };
        const ended = await runProgram(place.args);
        if (!isMadeAgain) Deno.mkdirSync(place.directory); // for who cleans up
        if (isMadeAgain && ended.exit === 0) {
          // No file was open while it was gone: nothing was lost.
          assertWhole(place.directory, whole, "made again");
          return;
        }
        assert([1, 3].includes(ended.exit), `${ended.exit}: ${ended.stderr}`);
        const lines = linesOf(ended);
        assert(lines.length > 0 && lines.length <= 12, ended.stderr);
        assertMatch(ended.stderr, /no such file|not found|gone|vanished/i);
        assert(after < 30, `${after} requests more`);
        const files = complete(readFiles(place.directory));
        assertEquals(differences(files, whole), []);
        if (!isMadeAgain) assertEquals(files.size, 0);
      });
    }
  },
);

/** Makes a directory with a manifest of a finished run. */
async function finish({ args }: Place): Promise<void> {
  const { exit, stderr } = await runCli(args);
  assertEquals(exit, 0, stderr);
}

function manifestOf({ directory }: Place): string {
  return Deno.readTextFileSync(join(directory, MANIFEST));
}

const BAD_MANIFESTS: [
  name: string,
  damage: (manifest: string) => string | Uint8Array,
  message: RegExp,
][] = [
  ["cut", (text) => text.slice(0, text.length / 2), /is damaged/],
  ["empty", () => "", /is damaged/],
  ["no JSON", () => "hello", /is damaged/],
  ["bytes", () => new Uint8Array([0, 255, 254, 1]), /is damaged/],
  ["null", () => "null", /is damaged/],
  ["a list", () => "[]", /is damaged/],
  ["an empty object", () => "{}", /is damaged/],
  ["a version alone", () => '{"version":1}', /is damaged/],
  [
    "a newer version",
    (text) => text.replace(/("version": ?)1\b/, "$12"),
    /later version/,
  ],
  [
    "wrong types",
    (text) => text.replaceAll(/"[0-9a-f]{64}"/g, "[5]"),
    /is damaged/,
  ],
];

Deno.test("get-bulk --resume refuses a manifest that is damaged or of a newer version in one line, and touches nothing", async () => {
  await withPlace(async (place) => {
    await finish(place);
    const good = manifestOf(place);
    assertMatch(good, /"version": ?1\b/);
    const requests = place.server.requests.length;
    for (const [name, damage, message] of BAD_MANIFESTS) {
      const bad = damage(good);
      assert(bad !== good, name);
      const path = join(place.directory, MANIFEST);
      await Deno.writeFile(
        path,
        typeof bad === "string" ? new TextEncoder().encode(bad) : bad,
      );
      const before = readFiles(place.directory);
      const result = await runCli([...place.args, "--resume"]);
      assertTold(result, 2, message, name);
      assertMatch(result.stderr, /esmond-ps-manifest\.json|manifest/, name);
      assertUntouched(place, before, name);
      assertEquals(place.server.requests.length, requests, name);
    }
  });
});

Deno.test("get-bulk --resume refuses the manifest of another query in one line, and touches nothing", async () => {
  await withPlace(async (place) => {
    await finish(place);
    const before = readFiles(place.directory);
    const others = [
      ["-S", "2016-02-29"],
      ["-E", "2016-03-05T00:00"],
      ["-o", "json"],
      ["-e", "throughput"],
      ["-s", "192.0.2.11"],
      ["-F", "tool-name:made up"],
      ["--gzip"],
      ["--output-tz", "Europe/Berlin"],
      ["-u", "http://127.0.0.1:9"],
    ];
    for (const other of others) {
      const result = await runCli([...place.args, ...other, "--resume"]);
      assertTold(result, 2, /another|other|differ/, other.join(" "));
      assertUntouched(place, before, other.join(" "));
    }
  });
});

Deno.test("get-bulk --resume may go on at another pace than it began", async () => {
  const whole = await wholeOf(SERIES);
  await withPlace(async (place) => {
    place.misbehave = breakOff;
    assertEquals((await runCli([...place.args, "--retry", "0"])).exit, 3);
    place.misbehave = () => undefined;
    const { exit, stderr } = await runCli([
      ...[...place.args, "--resume", "--concurrency", "2", "--quiet"],
      ...["--timeout", "5", "--retry", "1", "--page-size", "700"],
    ]);
    assertEquals([exit, stderr], [0, ""]);
    assertWhole(place.directory, whole, "another pace");
  });
});

Deno.test("get-bulk without --resume replaces whatever manifest is there", async () => {
  const whole = await wholeOf(SERIES);
  for (const text of ["damaged", '{"version":99}', "{}"]) {
    await withPlace(async (place) => {
      await Deno.writeTextFile(join(place.directory, MANIFEST), text);
      await finish(place);
      assertEquals(JSON.parse(manifestOf(place)).version, 1);
      assertWhole(place.directory, whole, text);
    });
  }
});

Deno.test("get-bulk --resume without a manifest begins at the beginning", async () => {
  const whole = await wholeOf(SERIES);
  await withPlace(async (place) => {
    const { exit, stderr } = await runCli([...place.args, "--resume"]);
    assertEquals(exit, 0, stderr);
    assertWhole(place.directory, whole, "no manifest");
  });
});

Deno.test("get-bulk --resume asks for no data when all is complete, and leaves it as it is", async () => {
  await withPlace(async (place) => {
    await finish(place);
    const before = complete(readFiles(place.directory));
    place.misbehave = () => {
      throw new Error("asked for data");
    };
    const { exit, stderr } = await runCli([...place.args, "--resume"]);
    assertEquals(exit, 0, stderr);
    assertWhole(place.directory, before, "nothing to do");
  });
});

/** What may have become of the files by the time of a --resume. */
const CHANGES: [
  name: string,
  change: (directory: string, file: string) => void,
][] = [
  ["cut", (directory, file) => {
    const path = join(directory, file);
    Deno.truncateSync(path, Math.floor(Deno.statSync(path).size / 2));
  }],
  ["emptied", (directory, file) => Deno.truncateSync(join(directory, file), 0)],
  ["longer", (directory, file) => {
    Deno.writeTextFileSync(join(directory, file), "more", { append: true });
  }],
  ["removed", (directory, file) => Deno.removeSync(join(directory, file))],
  ["changed in one byte", (directory, file) => {
    const path = join(directory, file);
    const bytes = Deno.readFileSync(path);
    bytes[Math.floor(bytes.length / 3)]! ^= 1;
    Deno.writeFileSync(path, bytes);
  }],
  ["without their manifest", (directory) => {
    Deno.removeSync(join(directory, MANIFEST));
  }],
];

Deno.test("get-bulk --resume makes good what has become of complete and of partial files", async () => {
  const formats = [
    ["-o", "csv"],
    ["-o", "parquet"],
    ...(IS_LONG ? [["-o", "ndjson"], ["-o", "csv", "--gzip"]] : []),
  ];
  for (const format of formats) {
    const whole = await wholeOf(SERIES, format);
    for (const [name, change] of CHANGES) {
      await withPlace(async (place) => {
        const args = [...place.args, ...format];
        place.misbehave = breakOff;
        const { exit, stderr } = await runCli([...args, "--retry", "0"]);
        assertEquals(exit, 3, stderr);
        place.misbehave = () => undefined;
        const files = [...readFiles(place.directory).keys()];
        const part = files.find((file) => file.endsWith(".partial"));
        const full = files.find((file) => /_throughput_.*[^l]$/.test(file));
        assert(full, files.join());
        if (name === "without their manifest") change(place.directory, full);
        else {
          for (const file of [part, full]) {
            if (file) change(place.directory, file);
          }
        }
        const hint = `${format.join(" ")}: ${name}`;
        const again = await runCli([...args, "--resume"]);
        assertEquals(again.exit, 0, `${hint}: ${again.stderr}`);
        assertWhole(place.directory, whole, hint);
      });
    }
  }
});

Deno.test("get-bulk --resume continues in the middle of every format and layout of values", async () => {
  const series = [
    "packet-trace",
    "histogram-owdelay",
    "failures",
    "packet-loss-rate",
  ].map((eventType, n) => makeSeries({ key: `r${n}`, eventType, count: 2600 }));
  const formats = [
    ["-o", "csv"],
    ["-o", "json"],
    ["-o", "ndjson"],
    ["-o", "csv", "--gzip"],
    ["-o", "json", "--gzip"],
    ["-o", "parquet"],
    ["-o", "parquet", "--partition", "month"],
  ];
  await forEach(triedOf(formats), async (format) => {
    const hint = format.join(" ");
    const whole = await wholeOf(series, format);
    // Page by page, so that it is cut off in another place each time.
    let left = 0;
    const handler = archiveOf(
      series,
      () => left-- > 0 ? undefined : { status: 404 },
    );
    await withDirectory((directory) =>
      withRawServer(handler, async ({ origin }) => {
        const args = [
          ...[...exportArguments(origin, directory), ...format],
          ...["--page-size", "700", "--concurrency", "1", "--retry", "0"],
        ];
        let exit = 1;
        for (let runs = 0; exit !== 0; runs++) {
          left = 1 + runs;
          const result = await runCli([
            ...args,
            ...(runs > 0 ? ["--resume"] : []),
          ]);
          exit = result.exit;
          assert(runs < 12, `${hint}: ${result.stderr}`);
          const files = complete(readFiles(directory));
          assertEquals(differences(files, whole), [], `${hint}, run ${runs}`);
        }
        assertWhole(directory, whole, hint);
      })
    );
  });
});

Deno.test("get-bulk --resume stays in its directory, whatever the manifest names", async () => {
  await withDirectory(async (outside) => {
    const inside = join(outside, "inside");
    const handler = archiveOf(SERIES);
    await withRawServer(handler, async (server) => {
      for (const prefix of ["../", `${outside}/`, "../../"]) {
        await Deno.mkdir(inside);
        const args = exportArguments(server.origin, inside);
        assertEquals((await runCli(args)).exit, 0);
        const names = [...complete(readFiles(inside)).keys()];
        let manifest = Deno.readTextFileSync(join(inside, MANIFEST));
        for (const name of names) {
          await Deno.writeTextFile(join(outside, name), "not yours");
          manifest = manifest.replaceAll(name, prefix + name);
        }
        await Deno.writeTextFile(join(inside, MANIFEST), manifest);
        const { exit, stderr } = await runCli([...args, "--resume"]);
        assert([0, 2].includes(exit), stderr);
        for (const name of names) {
          const text = await Deno.readTextFile(join(outside, name));
          assertEquals(text, "not yours", `${prefix}${name}`);
        }
        await Deno.remove(inside, { recursive: true });
      }
    });
  });
});

Deno.test("a second get-bulk in the directory of one that runs exits 2 with one line and touches nothing", async () => {
  const whole = await wholeOf(SERIES);
  await withPlace(async (place) => {
    const { promise: release, resolve } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    let answered = 0;
    place.misbehave = async () => {
      if (++answered < 3) return undefined;
      begin();
      await release;
      return undefined;
    };
    const first = startProgram(place.args);
    await Promise.race([begun, first.ended]);
    first.kill("SIGSTOP"); // or it might just be writing
    const before = readFiles(place.directory);
    const requests = place.server.requests.length;
    for (const more of [[], ["--resume"], ["-D", `${place.directory}/.`]]) {
      const second = await runProgram([...place.args, ...more]);
      const hint = `${more}: ${second.stderr}`;
      assertEquals([second.exit, second.stdout], [2, ""], hint);
      assertMatch(second.stderr, /^esmond-ps get-bulk: [^\n]+\n$/, hint);
      assertMatch(second.stderr, /another|running|in use/, hint);
    }
    assertUntouched(place, before, "two at once");
    assertEquals(place.server.requests.length, requests);
    first.kill("SIGCONT");
    resolve();
    const { exit, stderr } = await first.ended;
    assertEquals(exit, 0, stderr);
    assertWhole(place.directory, whole, "the first");
    place.misbehave = () => undefined;
    assertEquals((await runProgram(place.args)).exit, 0, "a third, afterwards");
  });
});

/** All but the manifest, which a run that is under way may write anew. */
function assertUntouched(place: Place, before: Files, hint: string): void {
  const after = readFiles(place.directory);
  assertEquals([...after.keys()].sort(), [...before.keys()].sort(), hint);
  after.delete(MANIFEST);
  assertEquals(differences(after, before), [], hint);
}
