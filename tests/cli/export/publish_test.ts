import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { Manifest } from "../../../cli/export/manifest.ts";
import { StorageError } from "../../../cli/export/part.ts";
import type { Job } from "../../../cli/export/plan.ts";
import { dropPart, Publisher } from "../../../cli/export/publish.ts";
import type { Member } from "../../../cli/export/publishing.ts";
import type { SeriesRecord } from "../../../cli/export/record.ts";
import type { ExportSettings } from "../../../cli/export/settings.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { QUERY } from "./query.ts";

interface Place {
  directory: string;
  publisher: Publisher;
  /** Publishes series; gives the names of the files. */
  publish(members: readonly Member[]): Promise<string[]>;
  /** Members that failed. */
  failed: string[];
  /** What was told of files that were put aside. */
  lines: string[];
  /** Makes a series whose file is whole, and lacks its name. */
  whole(key: string, text: string, more?: Partial<SeriesRecord>): Member;
  /** The files in the directory, with their texts, the times aside. */
  files(): Record<string, string>;
}

async function withPublisher(
  isSynced: boolean,
  use: (place: Place) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const failed: string[] = [];
    const lines: string[] = [];
    const window = { start: 0, end: 9 };
    const settings = { directory, format: "csv", isGzipped: false, isSynced };
    const publisher = new Publisher({
      settings: settings as ExportSettings,
      manifest: new Manifest(directory, { query: QUERY, window, series: [] }),
      asides: { count: 0, warn: (line) => void lines.push(line) },
    });
    await use({
      ...{ directory, publisher, failed, lines },
      async publish(members) {
        const files = await publisher.publish(members, (refused, error) => {
          assertEquals(error instanceof StorageError, true);
          failed.push(...refused.map(({ job }) => job.key));
        });
        return files.map(({ name }) => name);
      },
      whole(key, text, more) {
        const name = `${key}.partial`;
        Deno.writeTextFileSync(join(directory, name), text);
        const part = { name, begin: 0, whole: extent(text) };
        return {
          job: { key, stem: "a" } as Job,
          record: {
            ...{ key, eventType: "e", state: "pending" },
            part,
            ...more,
          },
        };
      },
      files: () =>
        Object.fromEntries(
          [...Deno.readDirSync(directory)].filter(({ isFile }) => isFile)
            .map(({ name }): [string, string] => [
              name.replace(/(\.damaged-).*/, "$1"),
              Deno.readTextFileSync(join(directory, name)),
            ]).sort(),
        ),
    });
  });
}

/** What a manifest says of a file with this text, of a row a line. */
function extent(text: string) {
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { rows: text.split("\n").length - 1, bytes: text.length, sha256 };
}

Deno.test("Publisher gives whole files their names, with the beginning of the key where several would share one", async () => {
  for (const keys of [["k1"], ["k1", "k2"]]) {
    await withPublisher(false, async ({ publish, publisher, whole, files }) => {
      const members = keys.map((key) => whole(key, `${key}\n`));
      const { part: _, ...nothing } = whole("k3", "").record;
      const empty = { job: { key: "k3", stem: "a" } as Job, record: nothing };
      publisher.choose([...members, empty]);
      const names = keys.length === 1 ? ["a.csv"] : ["a_k1.csv", "a_k2.csv"];
      assertEquals(await publish([...members, empty]), names);
      for (const [n, { record }] of members.entries()) {
        const { state, files, part } = record;
        assertEquals([state, part], ["complete", undefined]);
        assertEquals(files, [{ name: names[n]!, ...extent(`${keys[n]}\n`) }]);
        assertEquals(empty.record.state, "pending");
      }
      const { "k3.partial": _part, ...named } = files();
      assertEquals(Object.keys(named), names);
    });
  }
});

Deno.test("Publisher tells of a file that cannot get its name, and names the others", async () => {
  await withPublisher(false, async ({ directory, ...place }) => {
    const { publish, publisher, whole, failed } = place;
    const members = ["k1", "k2"].map((key) => whole(key, `${key}\n`));
    publisher.choose(members);
    await Deno.mkdir(join(directory, "a_k1.csv", "full"), { recursive: true });
    assertEquals(await publish(members), ["a_k2.csv"]);
    assertEquals(failed, ["k1"]);
    assertEquals(members[0]!.record.part?.name, "k1.partial");
  });
});

Deno.test("Publisher leaves the file of a mirror where it came out the same, and puts one aside that the mirror does not know", async () => {
  for (const isKnown of [true, false]) {
    await withPublisher(true, async ({ directory, ...place }) => {
      const { publish, whole, lines, files } = place;
      const old = isKnown ? "x\n" : "y\n";
      await Deno.writeTextFile(join(directory, "a.csv"), old);
      const known = { files: [{ name: "a.csv", ...extent(old) }] };
      const member = whole("k", "x\n", {
        ...{ name: "a.csv" },
        ...(isKnown ? known : {}),
      });
      assertEquals(
        await publish([member]),
        isKnown ? [] : ["a.csv"],
      );
      assertEquals(files(), {
        "a.csv": "x\n",
        ...(isKnown ? {} : { "a.csv.damaged-": "y\n" }),
      });
      assertEquals(lines.length, isKnown ? 0 : 1);
      assertEquals(member.record.files, [{ name: "a.csv", ...extent("x\n") }]);
    });
  }
});

Deno.test("Publisher keeps a changed file of an earlier run where the archive has less by now, and only there", async () => {
  for (const text of ["1\n", "1\n2\n"]) {
    await withPublisher(false, async ({ directory, ...place }) => {
      const { publish, whole, files } = place;
      await Deno.writeTextFile(join(directory, "a.csv"), "changed");
      const before = [{ name: "a.csv", ...extent("0\n1\n") }];
      const member = whole("k", text, { name: "a.csv", files: before });
      await publish([member]);
      assertEquals(files(), {
        "a.csv": text,
        ...(text === "1\n" ? { "a.csv.damaged-": "changed" } : {}),
      });
    });
  }
});

Deno.test("Publisher recovers a file that an earlier run has named, or was about to, and no other", async () => {
  const table: [there: string, text: string, isRecovered: boolean][] = [
    ["k.partial", "x\n", true],
    ["a.csv", "x\n", true],
    ["k.partial", "y\n", false],
    ["a.csv", "y\n", false],
  ];
  for (const [there, text, isRecovered] of table) {
    await withPublisher(true, async ({ directory, ...place }) => {
      const { publisher, whole, files } = place;
      const member = whole("k", "x\n", { name: "a.csv" });
      await Deno.remove(join(directory, "k.partial"));
      await Deno.writeTextFile(join(directory, there), text);
      await publisher.recover(member);
      assertEquals(files(), { [isRecovered ? "a.csv" : there]: text });
      assertEquals(member.record.part === undefined, isRecovered);
      assertEquals(member.record.state, isRecovered ? "complete" : "pending");
    });
  }
});

Deno.test("dropPart removes the file that is not complete, whether or not the manifest knows of it", async () => {
  await withPublisher(false, async ({ directory, whole, files }) => {
    const settings = { directory, format: "csv", isGzipped: false } as const;
    const member = whole("k", "x\n");
    await Deno.writeTextFile(join(directory, "a_k.csv.partial"), "y\n");
    await Deno.writeTextFile(join(directory, "b_k.csv.partial"), "z\n");
    await dropPart(member, settings);
    assertEquals(files(), { "b_k.csv.partial": "z\n" });
    assertEquals(member.record.part, undefined);
    await dropPart(member, settings);
  });
});

Deno.test("Publisher leaves the short name to no file of a name that a failed series would share", async () => {
  await withPublisher(false, async ({ publish, publisher, whole }) => {
    const member = whole("k1", "x\n");
    const job = { key: "k2", stem: "a" } as Job;
    const record: SeriesRecord = { key: "k2", eventType: "e", state: "failed" };
    publisher.choose([member, { job, record }]);
    assertEquals(await publish([member]), ["a_k1.csv"]);
  });
});
