import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ApiFilters } from "../../../mod.ts";
import { archiveOf } from "../../helpers/one_archive.ts";
import { UsageError } from "../../../cli/errors.ts";
import { openDirectory } from "../../../cli/export/directory.ts";
import { queryOf } from "../../../cli/export/export_query.ts";
import { MANIFEST, Manifest } from "../../../cli/export/manifest.ts";
import type { SeriesRecord } from "../../../cli/export/record.ts";
import type { ExportSettings } from "../../../cli/export/settings.ts";
import { Hostnames } from "../../../cli/output/hostnames.ts";
import { withDirectory } from "../../helpers/directory.ts";

const WINDOW = { start: 1000, end: 2000 };
const WHOLE = { rows: 1, bytes: 5, sha256: "0".repeat(64) };

type More = Partial<ExportSettings> & { url?: string; start?: string };

function settingsOf(directory: string, more: More = {}): ExportSettings {
  const { url = "http://127.0.0.1/", start = "-24h", ...others } = more;
  return {
    connection: archiveOf(url, new ApiFilters()),
    searches: [{}],
    hostnames: new Hostnames({ keepAddresses: true }),
    ...{ directory, format: "csv", isGzipped: false, isAdopting: false },
    ...{ isForced: false, isRebased: false, isResumed: false, isSynced: true },
    ...{ added: [], outputZone: "UTC", partition: undefined, summaryWindow: 0 },
    typed: { start, end: null, zone: "UTC", filters: [] },
    window: WINDOW,
    ...others,
  } as ExportSettings;
}

/** Runs `use` with a directory in which there is an export. */
async function withExport(
  before: More,
  use: (
    opened: (more?: More) => ReturnType<typeof openDirectory>,
    at: { directory: string; notes: string[] },
  ) => Promise<void>,
  series: SeriesRecord[] = [],
): Promise<void> {
  await withDirectory(async (directory) => {
    const query = queryOf(settingsOf(directory, before));
    const notes: string[] = [];
    await new Manifest(directory, { query, window: WINDOW, series }).save();
    await use(
      (more) =>
        openDirectory(settingsOf(directory, more), {
          note: (text) => void notes.push(text),
        }),
      { directory, notes },
    );
  });
}

function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

const SERIES: SeriesRecord = {
  ...{ key: "k", eventType: "throughput", state: "complete", last: 1900 },
  part: { name: "a.csv.partial", begin: 1000 },
};

Deno.test("openDirectory continues the export of a directory that asked the same, and begins one where there is none", async () => {
  await withExport({}, async (opened) => {
    const { content, isRebased } = await opened();
    assertEquals([content.series, isRebased], [[SERIES], false]);
  }, [SERIES]);
  await withDirectory(async (directory) => {
    const notes: string[] = [];
    for (const isSynced of [true, false]) {
      const { content } = await openDirectory(
        settingsOf(directory, { isSynced, isResumed: true }),
        { note: (text) => void notes.push(text) },
      );
      assertEquals([content.series, content.window], [[], WINDOW]);
    }
    assertEquals(notes.length, 1); // of --resume alone
  });
});

Deno.test("openDirectory lets a plain export end a mirror only by force, also one whose manifest is damaged further down, and another plain export at any time", async () => {
  const plain = { isSynced: false };
  await withExport({}, async (opened, { directory }) => {
    const path = join(directory, MANIFEST);
    await assertRejects(() => opened(plain), UsageError, "--force");
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.slice(0, -5));
    await assertRejects(() => opened(plain), UsageError, "--force");
    const { content } = await opened({ ...plain, isForced: true });
    assertEquals(content.series, []);
  }, [SERIES]);
  await withExport(plain, async (opened) => {
    assertEquals((await opened(plain)).content.series, []);
  }, [SERIES]);
});

Deno.test("openDirectory refuses to continue what was asked in another way, and touches nothing", async () => {
  const table: [More, message: string][] = [
    [{ format: "json" }, "--output-format"],
    [{ url: "http://127.0.0.2/" }, "--rebase"],
    [{ start: "-48h" }, "--rebase"],
    [{ format: "json", isRebased: true }, "--output-format"],
  ];
  for (const [more, message] of table) {
    await withExport({}, async (opened, { directory }) => {
      await assertRejects(() => opened(more), UsageError, message);
      assertEquals(namesIn(directory), [MANIFEST]);
    });
  }
  await withExport({ isSynced: false }, async (opened) => {
    await assertRejects(() => opened(), UsageError, "--adopt begins a mirror");
  });
});

Deno.test("openDirectory keeps every manifest that --adopt replaces", async () => {
  await withExport({ format: "json" }, async (opened, { directory, notes }) => {
    const first = await Deno.readTextFile(join(directory, MANIFEST));
    const { content } = await opened({ isAdopting: true });
    assertEquals([content.series, content.query.format], [[], "csv"]);
    await Deno.writeTextFile(join(directory, MANIFEST), "damaged");
    await assertRejects(() => opened(), UsageError, "--adopt");
    await opened({ isAdopting: true });
    assertEquals(
      ["", "-2"].map((end) =>
        Deno.readTextFileSync(join(directory, `${MANIFEST}.replaced${end}`))
      ),
      [first, "damaged"],
    );
    assertEquals(namesIn(directory).length, 2);
    assertEquals(notes.length, 2);
  }, [SERIES]);
});

Deno.test("openDirectory has another address compared first, and reads from an earlier start what it has not", async () => {
  await withExport({}, async (opened) => {
    const { content, isRebased } = await opened({
      ...{ isRebased: true, url: "http://127.0.0.2/" },
      window: { start: 1500, end: 9999 },
    });
    assertEquals([isRebased, content.window], [true, WINDOW]);
    assertEquals(content.series, [SERIES]);
    assertEquals(new URL(content.query.archive).hostname, "127.0.0.2");
  }, [SERIES]);
  const whole = { ...SERIES, part: { ...SERIES.part!, whole: WHOLE } };
  await withExport({}, async (opened) => {
    const { content } = await opened({
      ...{ isRebased: true, start: "-48h" },
      window: { start: 500, end: 9999 },
    });
    assertEquals(content.window, { start: 500, end: WINDOW.end });
    const { part: _, ...without } = SERIES;
    assertEquals(content.series, [
      { ...without, start: 1000 },
      { ...whole, start: 1000, key: "k2" },
      { ...without, start: 1200, key: "k3" },
    ]);
  }, [SERIES, { ...whole, key: "k2" }, { ...SERIES, start: 1200, key: "k3" }]);
});

Deno.test("openDirectory refuses a later start than the mirror has", async () => {
  await withExport({}, async (opened) => {
    await assertRejects(
      () =>
        opened({
          ...{ isRebased: true, start: "-1h" },
          window: { start: 1500, end: 9999 },
        }),
      UsageError,
      "--rebase: the mirror begins before",
    );
  });
});

Deno.test("openDirectory refuses a directory with files of an older layout, and touches nothing", async () => {
  const plain = { format: "csv", isSynced: false } as const;
  await withExport(plain, async (opened, { directory }) => {
    const path = join(directory, MANIFEST);
    const older = Deno.readTextFileSync(path)
      .replace('"format":"csv"', '"format":"ndjson"');
    Deno.writeTextFileSync(path, older);
    const ways = [
      { isSynced: true },
      { isSynced: true, isAdopting: true },
      { isSynced: false, isResumed: true },
      { isSynced: false },
    ];
    for (const way of ways) {
      const error = await assertRejects(
        () => opened({ format: "ndjson", ...way }),
        UsageError,
      );
      assertEquals(
        error.message,
        `${directory} has ndjson files of an older layout, which does not mix with that of this version: choose another --output-directory`,
      );
    }
    assertEquals(Deno.readTextFileSync(path), older);
    assertEquals(namesIn(directory), [MANIFEST]);
    for (const more of [{ isForced: true }, { format: "json" as const }]) {
      const { content } = await opened({
        ...{ format: "ndjson", isSynced: false, ...more },
      });
      assertEquals(content.series, []);
    }
  });
});
