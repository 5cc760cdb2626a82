/**
 * An export that grows: run after run of --sync adds what is new, and what came
 * late, each point once.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { MANIFEST } from "../../../cli/export/manifest.ts";
import { json, withServer } from "../../servers/serve.ts";
import { ROOT } from "../../helpers/archive.ts";
import { needs } from "../../helpers/binary.ts";
import { withDirectory } from "../../helpers/directory.ts";
import {
  assertTold,
  type Ended,
  interrupt,
  runCli,
} from "../../helpers/run.ts";
import {
  Archive,
  DAY,
  extensionOf,
  FORMATS,
  FROM,
  type Growing,
  HOUR,
  identityOf,
  names,
  notInShort,
  PARQUET,
  parquetSeconds,
  pointsOf,
  secondsOf,
  STEM,
  textOf,
  triedOf,
  withArchive,
} from "./growing.ts";

for (const format of FORMATS) {
  const told = format.slice(1).join(" ");

  needs(
    "clock",
    `get-bulk --sync adds each new point once, run after run: ${told}`,
    async () => {
      const name = `${STEM}.${extensionOf(format)}`;
      let grown = "";
      const days = [1, 1.3, 2, 2, 3.01, 5];
      await withArchive(format, async ({ archive, directory, grow }) => {
        for (const day of days) {
          const now = FROM + Math.floor(day * DAY);
          archive.add("k1", FROM, now + 1);
          await grow(now);
          assertEquals(names(directory), [name]);
          assertEquals(secondsOf(directory, name), pointsOf(archive, "k1"));
        }
        grown = textOf(directory, name);
      });
      await withArchive(format, async ({ archive, directory, grow }) => {
        archive.add("k1", FROM, FROM + 5 * DAY + 1);
        await grow(FROM + 5 * DAY);
        assert(textOf(directory, name) === grown, "another text in one run");
      });
    },
    notInShort(format),
  );

  needs(
    "clock",
    `get-bulk --sync adds to a series of which nothing is older than the overlap: ${told}`,
    async () => {
      await withArchive(format, async ({ archive, directory, grow }) => {
        const name = `${STEM}.${extensionOf(format)}`;
        archive.add("k1", FROM + DAY - 1800, FROM + DAY);
        await grow(FROM + DAY);
        assertEquals(secondsOf(directory, name), pointsOf(archive, "k1"));
        archive.add("k1", FROM + DAY, FROM + DAY + 1800);
        await grow(FROM + DAY + 1800);
        assertEquals(secondsOf(directory, name), pointsOf(archive, "k1"));
      });
    },
    notInShort(format),
  );
}

needs(
  "clock",
  "get-bulk --sync puts points that came late in their place if they are within the overlap, and does not look for others",
  async () => {
    await withArchive(["-o", "csv"], async ({ archive, directory, grow }) => {
      const name = `${STEM}.csv`;
      archive.add("k1", FROM, FROM + DAY);
      await grow(FROM + DAY, ["--overlap", "7200"]);
      const before = pointsOf(archive, "k1");
      const border = before.at(-1)! + 1 - 7200;
      archive.tests.get("k1")!.set(border - 1, 1).set(border, 2)
        .set(border + 7, 3);
      archive.add("k1", FROM + DAY, FROM + DAY + HOUR);
      const asked = await grow(FROM + DAY + HOUR, ["--overlap", "7200"]);
      assertEquals(asked, { k1: [border] });
      assertEquals(
        secondsOf(directory, name),
        [
          ...new Set([
            ...before,
            ...pointsOf(archive, "k1").filter((ts) => ts >= border),
          ]),
        ].sort((one, other) => one - other),
      );
    });
  },
);

needs(
  "clock",
  "get-bulk --sync replaces values that have changed within the overlap",
  async () => {
    await withArchive(
      ["-o", "ndjson"],
      async ({ archive, directory, grow }) => {
        archive.add("k1", FROM, FROM + DAY);
        await grow(FROM + DAY);
        const points = archive.tests.get("k1")!;
        const last = FROM + DAY - 600;
        points.set(last, 123456);
        await grow(FROM + DAY + 1);
        assertEquals(secondsOf(directory, `${STEM}.ndjson`), [
          ...points.keys(),
        ]);
        assertMatch(
          textOf(directory, `${STEM}.ndjson`),
          /23:50:00", "ts": \d+, "value": 123456\}\n$/,
        );
      },
    );
  },
);

needs(
  "clock",
  "get-bulk --sync does not touch the file of a series that has nothing new",
  async () => {
    for (const format of triedOf(FORMATS)) {
      await withArchive(format, async ({ archive, directory, grow }) => {
        const name = `${STEM}.${extensionOf(format)}`;
        archive.add("k1", FROM, FROM + DAY - 2 * HOUR);
        await grow(FROM + DAY);
        const before = identityOf(directory, name);
        const asked = await grow(FROM + 2 * DAY);
        const again = FROM + DAY - 2 * HOUR - 600 + 1 - HOUR;
        assert(asked["k1"]![0]! <= again, "it cannot have seen what came late");
        assert(asked["k1"]![0]! > again - HOUR, "it reads too much again");
        assertEquals(identityOf(directory, name), before);
      });
    }
  },
);

needs(
  "clock",
  "get-bulk --sync says that a part failed when the rest has nothing new, and that all failed when all did",
  async () => {
    await withArchive(["-o", "csv"], async ({ archive, sync, grow }) => {
      const now = FROM + DAY;
      for (const key of ["k1", "k2"]) archive.add(key, FROM, now);
      await grow(now);
      const fail = (what: RegExp) => (url: URL) =>
        what.test(url.pathname)
          ? new Response("gone", { status: 410 })
          : undefined;
      archive.misbehave = fail(/k2/);
      assertEquals((await sync(now + HOUR)).exit, 3);
      archive.misbehave = fail(/k[12]/);
      assertEquals((await sync(now + 2 * HOUR)).exit, 1);
    });
  },
);

needs(
  "clock",
  "get-bulk --sync does not touch the file of a series whose points within the overlap are what they were",
  async () => {
    // Compressed, the same text is cut elsewhere.
    for (const format of FORMATS.filter(([, , gzip]) => !gzip)) {
      await withArchive(format, async ({ archive, directory, sync }) => {
        const name = `${STEM}.${extensionOf(format)}`;
        archive.add("k1", FROM, FROM + DAY);
        await sync(FROM + DAY);
        const before = identityOf(directory, name);
        const again = await sync(FROM + DAY + 300);
        assertEquals(again, { exit: 0, stdout: "", stderr: "" });
        assertEquals(names(directory), [name]);
        assertEquals(identityOf(directory, name), before);
      });
    }
  },
);

needs(
  "clock",
  "get-bulk --sync asks for nothing when the end has not moved",
  async () => {
    await withArchive(["-o", "csv"], async ({ archive, directory, grow }) => {
      archive.add("k1", FROM, FROM + DAY);
      archive.tests.set("k2", new Map());
      await grow(FROM + DAY);
      assertEquals(await grow(FROM + DAY), {});
      assertEquals(await grow(FROM + HOUR), {}, "an end before the last one");
      const { window } = JSON.parse(textOf(directory, MANIFEST));
      assertEquals(window, { start: FROM, end: FROM + DAY });
    });
  },
);

needs(
  "clock",
  "get-bulk --sync reads a series again whose file was changed or removed, and keeps what was changed aside",
  async () => {
    const changes: Record<string, (path: string) => void> = {
      changed: (path) => {
        const bytes = Deno.readFileSync(path);
        bytes[bytes.length >> 1]! ^= 1;
        Deno.writeFileSync(path, bytes);
      },
      removed: (path) => Deno.removeSync(path),
      cut: (path) => Deno.truncateSync(path, 100),
    };
    for (const [change, make] of Object.entries(changes)) {
      for (const more of [0, HOUR, 10 * DAY]) {
        await withArchive(
          ["-o", "csv"],
          async ({ archive, directory, sync }) => {
            const name = `${STEM}.csv`;
            archive.add("k1", FROM, FROM + DAY - 2 * HOUR);
            await sync(FROM + DAY);
            const whole = textOf(directory, name);
            make(join(directory, name));
            if (more === HOUR) archive.add("k1", FROM + DAY, FROM + DAY + HOUR);
            const { exit, stderr } = await sync(FROM + DAY + more);
            const hint = `${change}, ${more} s later: ${stderr}`;
            const found = names(directory);
            if (change === "removed") {
              assertEquals([exit, found], [0, [name]], hint);
            } else {
              assertEquals([exit, found.length], [3, 2], hint);
              assertMatch(found[1]!, /\.csv\.damaged-\d/);
              assertMatch(stderr, /is kept as [^\n]+\.damaged-/);
            }
            assert(textOf(directory, name).startsWith(whole), hint);
            assertEquals(
              secondsOf(directory, name),
              pointsOf(archive, "k1"),
              hint,
            );
          },
        );
      }
    }
  },
);

needs(
  "clock",
  "get-bulk --sync reads a series that was empty once there is something",
  async () => {
    await withArchive(["-o", "csv"], async ({ archive, directory, grow }) => {
      archive.tests.set("k1", new Map());
      await grow(FROM + DAY);
      assertEquals(names(directory), []);
      const asked = await grow(FROM + 2 * DAY);
      assertEquals(asked, { k1: [FROM] });
      archive.add("k1", FROM + 2 * DAY - 1200, FROM + 3 * DAY);
      await grow(FROM + 3 * DAY);
      assertEquals(
        secondsOf(directory, `${STEM}.csv`),
        pointsOf(archive, "k1"),
      );
      await grow(FROM + 4 * DAY);
      assertEquals(
        secondsOf(directory, `${STEM}.csv`),
        pointsOf(archive, "k1"),
      );
    });
  },
);

needs(
  "clock",
  "get-bulk --sync gives tests that come later a suffix, and leaves the names that there are",
  async () => {
    await withArchive(["-o", "csv"], async ({ archive, directory, grow }) => {
      archive.add("k1", FROM, FROM + DAY);
      await grow(FROM + DAY);
      archive.add("k2", FROM + DAY, FROM + 2 * DAY);
      archive.add("k1", FROM + DAY, FROM + 2 * DAY);
      await grow(FROM + 2 * DAY);
      assertEquals(names(directory), [`${STEM}.csv`, `${STEM}_k2.csv`]);
      archive.add("k3", FROM + DAY, FROM + 3 * DAY);
      await grow(FROM + 3 * DAY);
      for (const [key, name] of [["k1", ""], ["k2", "_k2"], ["k3", "_k3"]]) {
        assertEquals(
          secondsOf(directory, `${STEM}${name}.csv`),
          pointsOf(archive, key!),
        );
      }
    });
  },
);

needs(
  "clock",
  "get-bulk --sync keeps the file of a test that the archive no longer lists when another would have its name",
  async () => {
    await withArchive(["-o", "csv"], async ({ archive, directory, grow }) => {
      archive.add("k1", FROM, FROM + DAY);
      await grow(FROM + DAY);
      const before = textOf(directory, `${STEM}.csv`);
      archive.tests.delete("k1");
      archive.add("k2", FROM + DAY, FROM + 2 * DAY);
      await grow(FROM + 2 * DAY);
      assert(textOf(directory, `${STEM}.csv`) === before, "overwritten");
      const other = names(directory).find((name) => name !== `${STEM}.csv`);
      assert(other !== undefined, "no file of the other");
      assertEquals(secondsOf(directory, other), pointsOf(archive, "k2"));
    });
  },
);

needs(
  "clock",
  "get-bulk --sync takes up what failed, and what was interrupted, as if nothing had been",
  async () => {
    const disturbances: Record<
      string,
      (growing: Growing, now: number, argv: string[]) => Promise<Ended>
    > = {
      "failed at once": ({ archive, sync }, now, argv) => {
        archive.misbehave = () => json({ detail: "?" }, { status: 404 });
        return sync(now, argv);
      },
      "failed later": ({ archive, sync }, now, argv) => {
        archive.misbehave = () =>
          archive.asked.length > 1
            ? json({ detail: "?" }, { status: 404 })
            : undefined;
        return sync(now, argv);
      },
      "interrupted": ({ archive, sync }, now, argv) => {
        const stop = new AbortController();
        archive.misbehave = async () => {
          if (archive.asked.length > 1) await interrupt(stop);
          return undefined;
        };
        return sync(now, argv, stop.signal);
      },
    };
    for (const [what, disturb] of Object.entries(disturbances)) {
      for (const format of triedOf([...FORMATS, PARQUET])) {
        const hint = `${what}: ${format.join(" ")}`;
        const pages = ["--page-size", "50"];
        await withArchive(format, async (growing) => {
          const { archive, directory, grow } = growing;
          for (const day of [1, 2, 3]) {
            const now = FROM + day * DAY;
            archive.add("k1", FROM, now);
            const { exit, stderr } = await disturb(growing, now, pages);
            assert(exit !== 0, `${hint}: ${stderr}`);
            archive.misbehave = () => undefined;
            // Within the overlap of what was disturbed.
            archive.tests.get("k1")!.set(now - 77, 1);
            archive.add("k1", FROM, now + HOUR);
            if (day !== 2) await grow(now + HOUR, pages);
          }
          const written = format === PARQUET
            ? Object.values(await parquetSeconds(directory)).flat()
            : secondsOf(directory, `${STEM}.${extensionOf(format)}`);
          assertEquals(written, pointsOf(archive, "k1"), hint);
          assert(
            names(directory).every((name) => !name.endsWith(".partial")),
            names(directory).join(),
          );
        });
      }
    }
  },
);

needs(
  "clock",
  "get-bulk --sync cuts roll-ups only where their windows begin",
  async () => {
    for (const overlap of ["0", "3600", "100000"]) {
      for (const format of [FORMATS[0]!, FORMATS[1]!, FORMATS[3]!]) {
        const argv = [
          ...format,
          ...["--summary-type", "average", "--summary-window", "86400"],
          ...["--overlap", overlap],
        ];
        await withArchive(argv, async ({ archive, directory, grow }) => {
          const name = `${STEM}.${extensionOf(format)}`;
          const days = new Map<number, number>();
          archive.tests.set("k1", new Map());
          archive.summaries.set("k1", new Map([[DAY, days]]));
          for (
            let now = FROM + 5 * HOUR;
            now < FROM + 4 * DAY;
            now += 7 * HOUR
          ) {
            // The bucket of a day is there from its beginning, and changes
            // until its end.
            for (let day = FROM; day <= now; day += DAY) {
              days.set(day, Math.min(now, day + DAY - 1) - day);
            }
            await grow(now);
            const hint = `${argv.join(" ")} ${new Date(now * 1000).toJSON()}`;
            assertEquals(secondsOf(directory, name), [...days.keys()], hint);
            const values = textOf(directory, name)
              .matchAll(/[,:] ?(\d+)(?=\r|\}|$)/g);
            assertEquals(
              Array.from(values, ([, value]) => Number(value)),
              [...days.values()],
              hint,
            );
          }
        });
      }
    }
  },
);

needs(
  "clock",
  "get-bulk --sync finds the roll-up of a window that had begun when there was nothing yet",
  async () => {
    const argv = [
      ...[
        "-o",
        "csv",
        "--summary-type",
        "average",
        "--summary-window",
        "86400",
      ],
    ];
    await withArchive(argv, async ({ archive, directory, grow }) => {
      const days = new Map<number, number>();
      archive.tests.set("k1", new Map());
      archive.summaries.set("k1", new Map([[DAY, days]]));
      await grow(FROM + DAY + 12 * HOUR);
      days.set(FROM + DAY, 7); // from a measurement at 13:00
      await grow(FROM + DAY + 14 * HOUR);
      assertEquals(secondsOf(directory, `${STEM}.csv`), [FROM + DAY]);
    });
  },
);

needs(
  "clock",
  "get-bulk --sync writes only the Parquet files again whose days or months reach into the overlap",
  async () => {
    for (const partition of ["day", "month"]) {
      await withArchive(
        ["-o", "parquet", "--partition", partition],
        async ({ archive, directory, grow }) => {
          archive.add("k1", FROM, FROM + 32 * DAY, 7200);
          await grow(FROM + 32 * DAY - 1); // the end of April 1
          const before = Object.fromEntries(
            names(directory).map((name) => [name, identityOf(directory, name)]),
          );
          archive.add("k1", FROM + 32 * DAY, FROM + 33 * DAY, 7200);
          archive.tests.get("k1")!.set(FROM + 32 * DAY - 77, 1);
          const asked = await grow(FROM + 33 * DAY);
          assertEquals(asked, { k1: [FROM + 32 * DAY - 7200 + 1 - HOUR] });
          const found = await parquetSeconds(directory);
          const length = partition === "day" ? 10 : 7;
          const wanted: Record<string, number[]> = {};
          for (const ts of pointsOf(archive, "k1")) {
            const part = new Date(ts * 1000).toJSON().slice(0, length);
            const folder = `event_type=throughput/${partition}=${part}`;
            (wanted[`${folder}/points.parquet`] ??= []).push(ts);
          }
          assertEquals(found, wanted);
          const rewritten = Object.keys(before).filter((name) =>
            JSON.stringify(before[name]) !==
              JSON.stringify(identityOf(directory, name))
          );
          assertEquals(rewritten.length, 1, rewritten.join());
          assertMatch(rewritten[0]!, /2016-04/);
          const manifest = JSON.parse(
            Deno.readTextFileSync(join(directory, MANIFEST)),
          );
          const known = manifest.partitions
            .map(({ name }: { name: string }) => name);
          assertEquals(known.sort(), Object.keys(wanted).sort());
          const rows = manifest.partitions
            .map(({ whole }: { whole: { rows: number } }) => whole.rows)
            .reduce((sum: number, rows: number) => sum + rows);
          assertEquals(rows, pointsOf(archive, "k1").length);
        },
      );
    }
  },
);

needs(
  "clock",
  "get-bulk --sync makes a Parquet file again that was removed or changed, whatever its partition",
  async () => {
    for (const more of [0, DAY]) {
      await withArchive(
        ["-o", "parquet", "--partition", "day"],
        async ({ archive, directory, grow, sync }) => {
          archive.add("k1", FROM, FROM + 4 * DAY - 2 * HOUR, 7200);
          await grow(FROM + 4 * DAY);
          const whole = await parquetSeconds(directory);
          const [first, second] = names(directory);
          Deno.removeSync(join(directory, first!));
          Deno.truncateSync(join(directory, second!), 100);
          const { exit } = await sync(FROM + 4 * DAY + more);
          assertEquals(exit, 3, "a damaged file is there no longer");
          const aside = names(directory).filter((name) =>
            /\.damaged-/.test(name)
          );
          assertEquals(aside.length, 1);
          Deno.removeSync(join(directory, aside[0]!));
          assertEquals(names(directory), Object.keys(whole), `${more} s later`);
          assertEquals(
            await parquetSeconds(directory),
            whole,
            `${more} s later`,
          );
        },
      );
    }
  },
);

needs(
  "clock",
  "get-bulk --sync refuses another question, and --sync of what was exported without it",
  async () => {
    await withArchive(["-o", "csv"], async ({ archive, directory, sync }) => {
      archive.add("k1", FROM, FROM + DAY);
      await sync(FROM + DAY);
      const before = textOf(directory, MANIFEST);
      const others: [string[], RegExp][] = [
        [["-o", "json"], /--output-format/],
        [["-S", "2016-03-02"], /--start-time/],
        [["-e", "throughput"], /--event-type/],
      ];
      for (const [other, message] of others) {
        assertTold(await sync(FROM + 2 * DAY, other), 2, message);
        assertEquals(archive.asked, []);
        assertEquals(textOf(directory, MANIFEST), before);
      }
    });
  },
);

needs(
  "clock",
  "get-bulk --sync -S any begins with the first point, lists every test, and continues where it was",
  async () => {
    for (const format of [["-o", "csv"], PARQUET]) {
      await withArchive(format, async ({ archive, directory, grow, sync }) => {
        const any = ["-S", "any"];
        const name = `${STEM}.csv`;
        const isThere = () => {
          if (format === PARQUET) return;
          assertEquals(secondsOf(directory, name), pointsOf(archive, "k1"));
        };
        archive.add("k1", FROM - 400 * DAY, FROM - 400 * DAY + HOUR);
        archive.add("k1", FROM, FROM + HOUR);
        assertEquals(await grow(FROM + HOUR, any), { k1: [0] });
        isThere();
        archive.add("k1", FROM + 2 * HOUR, FROM + 3 * HOUR);
        const again = await grow(FROM + 3 * HOUR, any);
        assertEquals(again["k1"]!.every((from) => from > 0), true);
        isThere();
        assertTold(
          await sync(FROM + 3 * HOUR, ["-S", "2016-03-01"]),
          2,
          /is of another export: it differs in [^;.]*--start-time/,
        );
      });
    }
  },
);

needs(
  "clock",
  "get-bulk --sync of several archives adds to each what is new there, by its own manifest",
  async () => {
    const archives = [new Archive(), new Archive()] as const;
    const [one, other] = archives;
    await withDirectory((directory) =>
      withServer(
        one.answer,
        (first) =>
          withServer(other.answer, async (second) => {
            const sync = async (now: number) => {
              for (const each of archives) each.asked = [];
              const { exit, stderr } = await runCli([
                ...["get-bulk", "-S", "2016-03-01", "-D", directory, "--ip"],
                ...["--url", first, "--url", second, "-o", "csv", "--sync"],
                ...["--quiet", "--retry", "0"],
              ], { now: new Date(now * 1000), readsAll: true });
              assertEquals([exit, stderr], [0, ""]);
              for (const [at, url] of [first, second].entries()) {
                const own = ownOf(url);
                assertEquals(names(own), [NAME]);
                assertEquals(
                  secondsOf(own, NAME),
                  pointsOf(archives[at]!, "k1", now),
                );
                const manifest = JSON.parse(textOf(own, MANIFEST));
                assertEquals(manifest.query.archive, `${url}${ROOT}`);
                assertEquals(manifest.window.end, archives[at]!.clock ?? now);
              }
            };
            const NAME = `${STEM}.csv`;
            const ownOf = (url: string) => {
              const host = new URL(url).host.replace(":", "-");
              return join(directory, `archive_host=${host}`);
            };
            const from = ({ asked }: Archive) =>
              asked.map(({ searchParams }) =>
                Number(searchParams.get("time-start"))
              );
            one.add("k1", FROM, FROM + DAY + 1);
            other.add("k1", FROM, FROM + DAY / 2, 300);
            await sync(FROM + DAY);
            assertEquals([from(one)[0], from(other)[0]], [FROM, FROM]);
            const old = identityOf(ownOf(second), NAME);

            // At least an hour of each mirror is read again, by its own last
            // point; where nothing is new, nothing is written again.
            one.add("k1", FROM + DAY, FROM + 2 * DAY + 1);
            await sync(FROM + 2 * DAY);
            assertEquals(from(one)[0], FROM + DAY + 1 - HOUR);
            const [again] = from(other);
            assert(
              FROM < again! && again! <= FROM + DAY / 2 - HOUR,
              `${again}`,
            );
            assertEquals(identityOf(ownOf(second), NAME), old);

            // Their clocks differ: each mirror ends by that of its archive.
            other.clock = FROM + 2.5 * DAY;
            other.add("k1", FROM + 2 * DAY, other.clock + 1, 300);
            await sync(FROM + 3 * DAY);
          }),
      )
    );
  },
);
