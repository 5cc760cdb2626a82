/** What has to come out of the recipes that read. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { ArchiveView } from "../archives.ts";
import {
  ALPHA,
  assertNear,
  BETA,
  type Check,
  DAY,
  GAMMA,
  instant,
  iperf3,
  lines,
} from "./check.ts";

/** The checks, by the headings of the recipes. */
export const READING: Record<string, Check> = {
  "What an archive holds for a site": {
    async check({ ran, old }) {
      const tests = await old.tests({ "measurement-agent": ALPHA });
      const listed = ran[0]!.stdout.split("= + = + = + = + = + =\n");
      const types = (test: { "event-types": Record<string, string>[] }) =>
        test["event-types"].map((each) => each["event-type"]).sort().join(", ");
      assertEquals(
        listed.map((each) => /^event_type: (.*)$/m.exec(each)![1]).sort(),
        tests.map(types).sort(),
      );
      const tools = Map.groupBy(await old.tests(), (test) => test["tool-name"]);
      assertEquals(
        new Map(
          lines(ran[1]!.stdout).map((line) =>
            /^ *(\d+) (.*)$/.exec(line)!.slice(1).reverse() as [string, string]
          ),
        ),
        new Map([...tools].map(([tool, all]) => [tool, `${all.length}`])),
      );
    },
  },

  "Loss between all pairs, as a table": {
    async check({ directory, ran, old }) {
      const [table, sorted] = ran.map(({ stdout }) => stdout);
      const losses = await lossesSince(old, await firstTime(directory, "loss"));
      assertEquals(losses.length, 9);
      const rows = lines(sorted!).filter((line) => !line.startsWith("/"))
        .map((line) => line.split(" "));
      assertEquals(rows.length, losses.length);
      assertEquals([rows[0]![2], rows[0]![3]], [BETA, GAMMA]);
      for (const { source, destination, tool, loss, worst } of losses) {
        const row = rows.find((each) =>
          each[2] === source && each[3] === destination && each[4] === tool
        );
        assertNear(Number(row![0]), loss, 0.0051);
        assertNear(Number(row![1]), worst, 0.0051);
        const column = cells(table!, 1).indexOf(destination);
        const at = cells(table!).find((each) => each[0] === source)!;
        const told = /^"?([\d.]+) %, worst ([\d.]+) %"?$/.exec(at[column]!)!;
        assertNear(Number(told[1]), loss, 0.0051);
        assertNear(Number(told[2]), worst, 0.0051);
      }
    },
  },

  "The last 24 hours of throughput, in local time": {
    async check({ directory, old }) {
      const points = await iperf3(old, GAMMA);
      const rows = await csvRows(directory, "throughput.csv");
      const now = Date.now() / 1000;
      assertEquals(
        rows.map((row) => [instant(row[6]!), Number(row[7])]),
        points.filter(({ ts }) => ts >= instant(rows[0]![6]!))
          .map(({ ts, val }) => [ts, val]),
      );
      assert(Math.abs(instant(rows[0]![6]!) - (now - DAY)) < 7500);
      const summer = new Intl.DateTimeFormat("en", {
        timeZone: "Europe/Berlin",
        timeZoneName: "longOffset",
      }).format(new Date(instant(rows[0]![6]!) * 1000));
      assertEquals(
        rows[0]![6]!.slice(-5),
        /GMT(.*)$/.exec(summer)![1]!.replace(":", ""),
      );
      const yesterday = await csvRows(directory, "yesterday.csv");
      const days = new Set(yesterday.map((row) => row[6]!.slice(0, 10)));
      assertEquals(days.size, 1);
      const [day] = days;
      const zone = { timeZone: "Europe/Berlin" };
      const dayOf = (ts: number) =>
        new Date(ts * 1000).toLocaleDateString("sv", zone);
      assertEquals(
        yesterday.map((row) => Number(row[7])),
        points.filter(({ ts }) => dayOf(ts) === day).map(({ val }) => val),
      );
      assert(yesterday.length >= 11);
    },
  },

  "An archive with a self-signed certificate": {
    async check({ commands, ran, old, shell, directory }) {
      const [shown, pinned, trusted] = ran.map(({ stdout }) => stdout);
      const tests = (await old.tests()).length;
      const sources = (text = "") => text.match(/^source: /gm)?.length;
      assertEquals(sources(pinned), tests);
      assertEquals(sources(trusted), 2 * tests);
      const openssl = await shell.run(
        "openssl x509 -noout -fingerprint -sha256 -in archive.pem",
        { directory },
      );
      const isThere = openssl.code !== 127;
      if (isThere) assert(shown!.includes(openssl.stdout.split("=")[1]!));
      const without = commands[1]!.replace(/ --pin "\$pin"/, "");
      const refused = await shell.run(without, { directory });
      assertEquals([refused.code, refused.stdout], [1, ""]);
      assertMatch(refused.stderr, /self-signed/);
      const other = commands[1]!.replace(
        '"$pin"',
        "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
      );
      const wrong = await shell.run(other, { directory });
      assertEquals([wrong.code, wrong.stdout], [1, ""]);
      assertMatch(wrong.stderr, /not the pinned one/);
    },
  },

  "A monitoring check": {
    async check({ commands, directory, ran, old, shell }) {
      const points = await iperf3(old, GAMMA);
      const shown = /Average=([\d.]+);2:;0\.5:;; Count=(\d+);/.exec(
        ran[0]!.stdout,
      )!;
      const [value, count] = [Number(shown[1]), Number(shown[2])];
      const recent = points.slice(-count).map(({ val }) => val / 1e9);
      assertNear(value, recent.reduce((sum, each) => sum + each) / count, 1e-4);
      const [loss, failures] = lines(ran[1]!.stdout)
        .filter((line) => line.startsWith("PS_CHECK"));
      assertMatch(loss!, /^PS_CHECK_LOSS OK - .*, the worst of 2 \| Loss=0/);
      assertMatch(failures!, /^PS_CHECK_FAILURES OK - none of \d+ runs failed/);
      const run = async (change: (line: string) => string) => {
        const line = change(commands[0]!);
        const { code, stdout } = await shell.run(line, { directory });
        return { code, line: lines(stdout)[0]! };
      };
      const slow = await run((line) => line.replace("2:", "99:"));
      assertEquals(slow.code, 1);
      assertMatch(slow.line, /^PS_CHECK_THROUGHPUT WARNING - /);
      const none = await run((line) => line.replace(GAMMA, "192.0.2.99"));
      assertEquals(none.code, 3);
      assertMatch(none.line, /UNKNOWN - no throughput test from/);
      shell.misbehave = () => new Response("closed", { status: 410 });
      const closed = await run((line) => line);
      assertEquals(closed.code, 3);
      assertMatch(closed.line, /^PS_CHECK UNKNOWN - .*410/);
    },
  },

  "The newest values in Prometheus": {
    async check({ directory, old, shell }) {
      const path = join(directory, "metrics/esmond.prom");
      const samples = lines(Deno.readTextFileSync(path));
      assertEquals(samples.at(-1), "# EOF");
      const query = { source: ALPHA, destination: GAMMA };
      const { ts, val } = (await iperf3(old, GAMMA)).at(-1)!;
      const valueOf = (name: string) =>
        Number(
          samples.find((line) =>
            line.startsWith(name) &&
            line.includes(`source="${query.source}"`) &&
            line.includes(`destination="${query.destination}"`) &&
            line.includes("iperf3")
          )?.split(" ").at(-1),
        );
      assertEquals(valueOf("esmond_throughput_bits_per_second"), val);
      assertEquals(valueOf("esmond_last_run_timestamp_seconds"), ts);
      shell.misbehave = () => new Response("closed", { status: 410 });
      const { code } = await shell.run("sh metrics.sh metrics", { directory });
      assertEquals(code, 1);
      assertMatch(Deno.readTextFileSync(path), /^esmond_up 0$/m);
    },
  },

  "New measurements as they arrive": {
    async check({ directory, ran: [followed, alarm], old }) {
      const query = { source: ALPHA, destination: GAMMA };
      const points = await old.pointsOf(query, "packet-loss-rate");
      const [, ...printed] = lines(
        Deno.readTextFileSync(join(directory, "loss.csv")),
      ).map((line) => line.trimEnd().split(","));
      const last = points.slice(-printed.length);
      assertEquals(
        printed.map((row) => [instant(row[6]!), Number(row[7])]),
        last.map(({ ts, val }) => [ts, val]),
      );
      assert(printed.length > 20, `${printed.length} points of two hours`);
      assertEquals(followed!.stdout.trimEnd(), printed.at(-1)!.join());
      const [, time, source, destination, percent] =
        /^(\S+ \S+) (\S+) (\S+) lost (\S+) %\n$/.exec(alarm!.stdout)!;
      const lost = (await old.pointsOf(
        { source: source!, destination: destination! },
        "packet-loss-rate",
      )).find(({ ts }) => ts === instant(time!))!;
      assertNear(100 * lost.val, Number(percent), 0.0051);
    },
  },

  "When the path between two hosts changed": {
    async check({ ran, old }) {
      const traces = await old.pointsOf(
        { source: ALPHA, destination: GAMMA },
        "packet-trace",
      );
      const long = traces.find(({ val }) => val.length === 6)!;
      const [, time] = /^ {2}(\S+ \S+) UTC: latency changed with the route/m
        .exec(ran[0]!.stdout)!;
      assertEquals(instant(time!), long.ts);
      assertEquals(
        lines(ran[1]!.stdout).map((line) =>
          line.replace(/ \(.*/, "").replace(/[-\d]{10} [:\d]{8}/, "TIME")
        ),
        [
          [ALPHA, GAMMA],
          ["2001:db8:a::10", "2001:db8:c::30"],
          [GAMMA, ALPHA],
        ].flatMap((hosts) => [
          hosts.join(" → "),
          "  TIME UTC: latency changed with the route",
        ]),
      );
      const hops = lines(ran[2]!.stdout).slice(1)
        .map((line) => /^(\S+ \S+) (\d+) (\S*) (\S*)$/.exec(line)!);
      const from = instant(hops[0]![1]!);
      assertEquals(
        hops.map(([, at, ttl, ip]) => [instant(at!), Number(ttl), ip]),
        traces.filter(({ ts }) => ts >= from).flatMap(({ ts, val }) =>
          val.map((hop: { ttl: number; ip?: string }) => [
            ts,
            hop.ttl,
            hop.ip ?? "",
          ])
        ),
      );
    },
  },

  "A picture of a link": {
    async check({ directory, ran, old }) {
      const link = {
        source: BETA,
        destination: GAMMA,
        "tool-name": "powstream",
      };
      const sum = async (eventType: string) =>
        (await old.pointsOf(link, eventType))
          .reduce((all, { val }) => all + val, 0);
      const [lost, sent] = [
        await sum("packet-count-lost"),
        await sum("packet-count-sent"),
      ];
      const read = (name: string) =>
        Deno.readTextFileSync(join(directory, name));
      for (const text of [read("link.svg"), read("link.html")]) {
        assertMatch(text, new RegExp(`\\(${lost} of ${sent} packets\\)`));
      }
      const worst = lines(ran[2]!.stdout).map((line) =>
        line.split(" ").map(Number)
      );
      assertEquals(worst.length, 3);
      for (const [share, lost, sent, from] of worst) {
        assertNear(share!, lost! / sent!, 1e-9);
        assert(from! > 0);
      }
      assert(worst[0]![0]! >= worst[2]![0]!);
    },
  },

  "From Deno, with no more rights than needed": {
    async check({ ran, directory, old, shell }) {
      const tests = await old.tests();
      assertEquals(
        ran[0]!.stdout.match(/^source: /gm)?.length,
        tests.length,
      );
      const files = [...Deno.readDirSync(join(directory, "out"))]
        .filter(({ name }) => name.endsWith(".csv"));
      assertEquals(files.length, 9);
      const other = await shell.run(
        "deno run --allow-net=other.example.net jsr:@esmond/client/cli " +
          "get-endpoints --url http://ma.example.net --ip",
        { directory },
      );
      assertEquals(other.code, 1);
      assertMatch(other.stderr, /--allow-net=ma\.example\.net/);
    },
  },

  "A report by a script that may do nothing else": {
    async check({ directory, old, shell, ran: [ran] }) {
      const path = join(directory, "report.csv");
      const rows = lines(Deno.readTextFileSync(path)).map((row) =>
        row.split(",")
      );
      assertEquals(rows[0], ["source", "destination", "day_before", "today"]);
      const now = Date.now() / 1000;
      const [row] = rows.filter((each) =>
        each[0] === ALPHA && each[1] === BETA
      );
      const points = await iperf3(old, BETA);
      const middle = (from: number, to: number) => {
        const values = points.filter(({ ts }) => ts >= from && ts < to)
          .map(({ val }) => val).sort((one, other) => one - other);
        return values[values.length >> 1];
      };
      assertEquals(row!.slice(2).map(Number), [
        middle(now - 2 * DAY, now - DAY),
        middle(now - DAY, Infinity),
      ]);
      assert(lines(ran!.stdout).length === 3);
      Deno.removeSync(path);
      shell.misbehave = ({ pathname }) =>
        pathname.endsWith("/throughput/base")
          ? new Response("gone", { status: 410 })
          : undefined;
      const failed = await shell.run(
        "deno run --allow-net=ma.example.net --allow-write=report.csv report.ts",
        { directory },
      );
      assertEquals([failed.code, failed.stdout], [1, ""]);
      assertMatch(failed.stderr, /^[^\n]*410[^\n]*\n$/);
      assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), [
        "report.ts",
      ]);
    },
  },
};

/** The time of the first row of the CSV files of a directory. */
async function firstTime(directory: string, name: string): Promise<number> {
  let first = Infinity;
  for await (const { name: file } of Deno.readDir(join(directory, name))) {
    for (const row of await csvRows(join(directory, name), file)) {
      first = Math.min(first, instant(row.at(-2)!));
    }
  }
  return first;
}

/**
 * What powstream and owping lost since then, of all packets and in the worst
 * hour, in percent.
 */
async function lossesSince(archive: ArchiveView, from: number) {
  const tests = await archive.tests({ "event-type": "packet-count-lost" });
  return await Promise.all(tests.map(async (test) => {
    const key = test["metadata-key"];
    const perHour = async (type: string) => {
      const sums = new Map<number, number>();
      for (const { ts, val } of await archive.points(key, type)) {
        const hour = ts - ts % 3600;
        if (ts >= from) sums.set(hour, (sums.get(hour) ?? 0) + val);
      }
      return sums;
    };
    const [lost, sent] = [
      await perHour("packet-count-lost"),
      await perHour("packet-count-sent"),
    ];
    const sum = (counts: Map<number, number>) =>
      [...counts.values()].reduce((all, count) => all + count);
    return {
      source: test["source"],
      destination: test["destination"],
      tool: test["tool-name"],
      loss: 100 * sum(lost) / sum(sent),
      worst: Math.max(
        ...[...sent].map(([hour, count]) => 100 * lost.get(hour)! / count),
      ),
    };
  }));
}

/**
 * The cells of a table that `console.table` printed; those of one row if it is
 * named.
 */
function cells(table: string): string[][];
function cells(table: string, row: number): string[];
function cells(table: string, row?: number): string[] | string[][] {
  const rows = lines(table).map((line) =>
    line.split("│").slice(1, -1).map((cell) => cell.trim())
  );
  return row === undefined ? rows : rows[row]!;
}

async function csvRows(directory: string, name: string): Promise<string[][]> {
  const text = await Deno.readTextFile(join(directory, name));
  return text.split("\r\n").slice(1).filter((line) => line.trim() !== "")
    .map((line) => line.split(","));
}
