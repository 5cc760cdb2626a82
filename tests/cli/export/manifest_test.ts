import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../../cli/errors.ts";
import {
  MANIFEST,
  Manifest,
  type ManifestContent,
  readManifest,
} from "../../../cli/export/manifest.ts";
import { StorageError } from "../../../cli/export/part.ts";
import type { SeriesRecord } from "../../../cli/export/record.ts";
import { QUERY } from "./query.ts";
import { withDirectory } from "../../helpers/directory.ts";

const SHA256 =
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const CHECKPOINT = {
  bytes: 100,
  sha256: SHA256,
  rows: 3,
  points: 2,
  second: 1456790400,
  ofSecond: 1,
  rowsOfNext: 1,
  gzip: { crc: 5, size: 300 },
};

const FILE = { name: "day=1/a.csv", rows: 4, bytes: 120, sha256: SHA256 };

/** A series of which everything is known that there can be. */
const FULL: SeriesRecord = {
  key: "k1",
  eventType: "throughput",
  state: "pending",
  end: 1456790500,
  points: 4,
  name: "a.csv",
  files: [FILE, { ...FILE, name: "b.csv" }],
  settled: { ...CHECKPOINT, before: 1456790450 },
  part: {
    name: "a.csv.partial",
    begin: -5,
    checkpoint: CHECKPOINT,
    whole: { rows: 4, bytes: 120, sha256: SHA256 },
    settled: { ...CHECKPOINT, before: 1456790450 },
  },
  error: 'a "bad"\nline, ü',
};

const CONTENT: ManifestContent = {
  query: QUERY,
  window: { start: 1456790400, end: 1456876800 },
  series: [FULL, { key: "k2", eventType: "failures", state: "empty" }],
};

/** What a manifest holds by now, whatever is in it. */
// deno-lint-ignore no-explicit-any
function contentOf(directory: string): any {
  return JSON.parse(Deno.readTextFileSync(join(directory, MANIFEST)));
}

/** The one line that the manifest of a directory is refused with. */
async function refusal(directory: string): Promise<string> {
  const { message } = await assertRejects(
    () => readManifest(directory),
    UsageError,
  );
  assert(!message.includes("\n"), message);
  assert(message.includes(join(directory, MANIFEST)), message);
  assertMatch(message, /--output-directory$/);
  return message;
}

Deno.test("readManifest reads what Manifest has saved", async () => {
  await withDirectory(async (directory) => {
    assertEquals(await readManifest(directory), undefined);
    await new Manifest(directory, CONTENT).save();
    const { query, window, series } = (await readManifest(directory))!;
    assertEquals({ query, window, series }, CONTENT);
    const manifest = new Manifest(directory, { query, window, series });
    const fresh = manifest.record("k3", "throughput");
    assertEquals(fresh, {
      key: "k3",
      eventType: "throughput",
      state: "pending",
    });
    manifest.record("k2", "failures").state = "failed";
    assertEquals(manifest.record("k1", "throughput"), FULL);
    await manifest.save();
    assertEquals(
      (await readManifest(directory))!.series,
      [FULL, { key: "k2", eventType: "failures", state: "failed" }, fresh],
    );
  });
});

Deno.test("Manifest.record keeps the event types of a test apart, and the tests of an event type", async () => {
  await withDirectory((directory) => {
    const manifest = new Manifest(directory, { ...CONTENT, series: [] });
    const one = manifest.record("k1", "throughput");
    assert(manifest.record("k1", "throughput") === one);
    assert(manifest.record("k1", "failures") !== one);
    assert(manifest.record("k2", "throughput") !== one);
  });
});

Deno.test("readManifest refuses in one line a file that is not a manifest", async () => {
  await withDirectory(async (directory) => {
    const path = join(directory, MANIFEST);
    await new Manifest(directory, CONTENT).save();
    const good = await Deno.readTextFile(path);
    const texts = ["", "null", "7", "[]", "{}", good.slice(0, -4), `${good}]`];
    for (const text of texts) {
      await Deno.writeTextFile(path, text);
      assertMatch(await refusal(directory), / is damaged: remove it /);
    }
    await Deno.remove(path);
    await Deno.mkdir(path);
    await assertRejects(() => readManifest(directory), UsageError, MANIFEST);
  });
});

/** All places in a value, but the inside of what may be anything. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  const isOpen = typeof value === "object" && value !== null &&
    !["filters", "times"].includes(path.at(-1) ?? "");
  if (!isOpen) return [path];
  const inside = Object.entries(value)
    .flatMap(([key, each]) => placesOf(each, [...path, key]));
  return path.length > 0 ? [path, ...inside] : inside;
}

/** A manifest with something else in one place. */
function changed(place: string[], to: unknown): string {
  const content = structuredClone({
    format: "esmond-ps manifest",
    version: 1,
    program: "0",
    ...CONTENT,
    series: [FULL],
  });
  // deno-lint-ignore no-explicit-any
  let at: any = content;
  for (const key of place.slice(0, -1)) at = at[key];
  at[place.at(-1)!] = to;
  return JSON.stringify(content);
}

/**
 * Where anything does no harm: what is only for people, and what is compared
 * with what is asked for.
 */
const HARMLESS = /^(program|version|query(\..*)?|series\.0\.error)$/;

Deno.test("readManifest refuses a manifest with damage in any place that matters", async () => {
  await withDirectory(async (directory) => {
    const path = join(directory, MANIFEST);
    const accepted: string[] = [];
    for (const place of placesOf({ format: "", ...CONTENT, series: [FULL] })) {
      if (HARMLESS.test(place.join("."))) continue;
      for (const damage of [null, true, -1.5, "?:", [null], { a: 1 }]) {
        const isText = /\.(key|eventType|sha256)$/.test(place.join("."));
        if (isText && typeof damage === "string") continue;
        await Deno.writeTextFile(path, changed(place, damage));
        const told = `${place.join(".")} = ${JSON.stringify(damage)}`;
        try {
          await readManifest(directory);
          accepted.push(told);
        } catch (error) {
          if (!(error instanceof UsageError)) {
            accepted.push(`${told}: ${error}`);
          }
        }
      }
    }
    assertEquals(accepted, []);
  });
});

Deno.test("readManifest refuses names that lead out of the directory", async () => {
  const names = [
    ...["../a.csv", "..", ".", "", "a/../../b.csv", "a/..", "/etc/a.csv"],
    ...["\\a.csv", "..\\a.csv", "a\\..\\..\\b.csv", "C:a.csv", "C:\\a.csv"],
    ...["\\\\host\\share\\a.csv", "//host/share/a.csv", "./a.csv"],
  ];
  const places = [
    ["series", "0", "name"],
    ["series", "0", "files", "1", "name"],
    ["series", "0", "part", "name"],
  ];
  await withDirectory(async (directory) => {
    for (const place of places) {
      for (const name of names) {
        const path = join(directory, MANIFEST);
        await Deno.writeTextFile(path, changed(place, name));
        const hint = `${place.join(".")} = ${name}`;
        assertMatch(await refusal(directory), / is damaged: /, hint);
      }
      for (const name of ["a.csv", "event_type=a/day=2016-03-01/..a.csv"]) {
        const path = join(directory, MANIFEST);
        await Deno.writeTextFile(path, changed(place, name));
        assert(await readManifest(directory), name);
      }
    }
  });
});

Deno.test("readManifest refuses the manifest of a later version, and says which", async () => {
  await withDirectory(async (directory) => {
    const text = JSON.stringify({
      format: "esmond-ps manifest",
      version: 2,
      program: "7.8.9",
      whatever: "there may be",
    });
    await Deno.writeTextFile(join(directory, MANIFEST), text);
    assertMatch(
      await refusal(directory),
      / was written by a later version of this program \(7\.8\.9\): /,
    );
  });
});

Deno.test("Manifest.save replaces the manifest at once, and leaves no draft", async () => {
  await withDirectory(async (directory) => {
    const path = join(directory, MANIFEST);
    const manifest = new Manifest(directory, CONTENT);
    await manifest.save();
    const old = await Deno.open(path);
    manifest.record("k3", "throughput");
    await manifest.save();
    assertEquals([...Deno.readDirSync(directory)].length, 1);
    assertEquals(contentOf(directory).series.length, 3);
    const text = await new Response(old.readable).text();
    assertEquals(JSON.parse(text).series.length, 2, "the old one stays whole");
  });
});

Deno.test("Manifest.save leaves the old manifest when it cannot write another, and can be tried again", async () => {
  await withDirectory(async (directory) => {
    const manifest = new Manifest(directory, CONTENT);
    await manifest.save();
    const draft = join(directory, `.${MANIFEST}.new`);
    await Deno.mkdir(draft);
    manifest.record("k3", "throughput");
    const { message } = await assertRejects(
      () => manifest.save(),
      StorageError,
    );
    assertMatch(message, /^cannot write \S+manifest\.json: [^\n]+$/);
    assertEquals(contentOf(directory).series.length, 2);
    await Deno.remove(draft);
    await manifest.save();
    assertEquals(contentOf(directory).series.length, 3);
  });
});

Deno.test("Manifest.save may be called while it saves: each ends when what was there at the call is on the disk", async () => {
  await withDirectory(async (directory) => {
    const manifest = new Manifest(directory, { ...CONTENT, series: [] });
    const saves = Array.from({ length: 20 }, async (_, n) => {
      for (let made = 0; made < 20; made++) {
        manifest.record(`k${n} ${made}`, "throughput");
      }
      await manifest.save();
      const keys = contentOf(directory).series
        .map(({ key }: SeriesRecord) => key);
      assert(keys.includes(`k${n} 19`), `save ${n}`);
    });
    await Promise.all(saves);
    assertEquals((await readManifest(directory))!.series.length, 400);
    assertEquals([...Deno.readDirSync(directory)].length, 1);
  });
});

Deno.test("Manifest.saveIfDue saves at first, and not again at once, whoever asks", async () => {
  await withDirectory(async (directory) => {
    const manifest = new Manifest(directory, { ...CONTENT, series: [] });
    assert(manifest.isDue);
    await manifest.saveIfDue();
    const { ino } = Deno.statSync(join(directory, MANIFEST));
    assertEquals(manifest.isDue, false);
    manifest.record("k1", "throughput");
    await Promise.all([manifest.saveIfDue(), manifest.saveIfDue()]);
    assertEquals(Deno.statSync(join(directory, MANIFEST)).ino, ino);
    assertEquals(contentOf(directory).series, []);
  });
});

Deno.test("Manifest.saveIfDue saves once where several ask at the same time", async () => {
  await withDirectory(async (directory) => {
    const manifest = new Manifest(directory, CONTENT);
    const first = manifest.saveIfDue();
    assertEquals(manifest.isDue, false);
    await Promise.all([first, manifest.saveIfDue()]);
    assertEquals(contentOf(directory).series.length, 2);
  });
});
