/**
 * The commands of the other documents, run as they are typed, each document in
 * one shell.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { withDirectory } from "../helpers/directory.ts";
import { KEY, PAIR_HOURS, withArchives } from "./archives.ts";
import { type Block, blocks } from "./blocks.ts";
import { clickhouse } from "./clickhouse.ts";
import { duckdb } from "./duckdb.ts";
import {
  NO_SHELL,
  type Ran,
  REPOSITORY,
  type Shell,
  withShell,
} from "./shell.ts";
import { testUnless } from "../helpers/skipping.ts";

/** Blocks that are not run: how they begin, and why. */
const NOT_RUN: [begin: RegExp, why: string][] = [
  [/^npx -y deno@\S+ task demo\n/, "it is what runs this test"],
  [/^(curl|deno install|npm install) /, "it downloads what is published"],
  [/^eval .*completions bash/, "it is for bash; its own tests run it there"],
  [/ --follow\n$/, "it has no end; a recipe of the cookbook ends it"],
];

/** What is otherwise than in the documents, and why. */
const TRANSLATIONS: [from: RegExp, to: string, why: string][] = [
  [/--sample 7\b/g, "--sample 1", "a week takes seconds to make up"],
  [/http:\/\/127\.0\.0\.1:8085/g, "$address", "the port may be taken"],
  [/--token (secret|SECRET)/g, `--token ${KEY}`, "the key of all tests here"],
];

/**
 * What has to come out of blocks: what is in their text, and what is then
 * looked at.
 */
const CHECKS: [text: RegExp, check: (ran: Ran, directory: string) => void][] = [
  [/jsr:@esmond\/client\/cli get-endpoints/, ({ stdout }) => {
    assertEquals(stdout.match(/^source: /gm)?.length, 4);
  }],
  [/ -e packet-trace\n/, ({ stdout }, directory) => {
    // get-metadata
    assertMatch(stdout, /ps\.alpha\.example,ps\.delta\.example/);
    assertMatch(stdout, /^ip: 192\.0\.2\.1$/m);
    assertEquals(
      stdout.match(/^value: 1000000000\.0$/gm)?.length,
      PAIR_HOURS,
    );
    assertEquals(filesIn(directory, "out", ".json").length, 2);
  }],
  [/ -D - \| grep -c/, ({ stdout }) => {
    assert(Number(stdout) > 0, stdout);
  }],
  [/serve --sample 7 --port/, ({ stdout }) => {
    assert(stdout.match(/^source: /gm)!.length > 30);
  }],
  [/^esmond-ps serve --sample 7\n$/, ({ stdout }) => {
    assertMatch(stdout, /^http:\/\/127\.0\.0\.1:\d+\n/);
  }],
  [/esmond-ps mesh --url \S+ --ip -4/, ({ stdout }) => {
    assertMatch(stdout, /^One-way packet loss, %\n/);
    assertMatch(stdout, /^198\.51\.100\.20 .* ■$/m);
  }],
  [/-e packet-loss-rate -S -15min/, ({ stdout }) => {
    assertMatch(
      stdout,
      /^source,.*\r\n(198\.51\.100\.20,203\.0\.113\.30,packet-loss-rate,.*\r\n){2,4}\s*$/,
    );
  }],
  [/esmond-ps post --url/, ({ stderr }) => {
    assertMatch(stderr, /^1 point is stored$/m);
  }],
  [/--partition month/, (_, directory) => {
    const months = filesIn(directory, "out/event_type=throughput", "");
    const year = months.filter((name) => name.startsWith("month=2024-"));
    assertEquals(year.length, 12);
    assert(filesIn(directory, "mirror", ".csv.gz").length > 3);
  }],
  [/get-bulk .*-o csv -D out/, (_, directory) => {
    assertEquals(filesIn(directory, "out", ".csv").length, 4);
  }],
  [/-o csv --gzip -D out --resume/, ({ stderr }, directory) => {
    assertEquals(filesIn(directory, "out", ".csv.gz").length, 5);
    assertMatch(stderr, /all complete already/);
  }],
  [/-o csv -D mirror --sync/, (_, directory) => {
    assertEquals(filesIn(directory, "mirror", ".csv").length, 5);
  }],
  [/-o csv --with archive\n/, ({ stdout }) => {
    assertMatch(stdout, /,http:\/\/ma\.example\.net\/[^\n]*\r\n/);
  }],
  [/esmond-ps coverage --url/, ({ stdout }, directory) => {
    assertMatch(stdout, /^192\.0\.2\.10 +192\.0\.2\.20 +IPv4 .* 100 % /m);
    assertMatch(stdout, /^(all \d+ tests are|the only test is|\d+ of \d+) /m);
    const [header] = Deno.readTextFileSync(`${directory}/gaps.csv`).split(
      "\r\n",
    );
    assertMatch(header!, /,from,to,missing$/);
  }],
  [/esmond-ps latest --url/, ({ stdout }, directory) => {
    assertMatch(stdout, /^192\.0\.2\.10 → 192\.0\.2\.20 .* 1 Gbit\/s /m);
    const rows = Deno.readTextFileSync(`${directory}/latest.csv`).split("\r\n");
    assert(rows.length > 3, `${rows.length} rows`);
  }],
  [/esmond-ps routes --url/, ({ stdout }, directory) => {
    assertMatch(stdout, /^192\.0\.2\.10 → 192\.0\.2\.20 \(IPv4, /m);
    assertMatch(stdout, /^ +1 +192\.0\.2\.1 +100 % /m);
    const [header] = Deno.readTextFileSync(`${directory}/changes.csv`).split(
      "\r\n",
    );
    assertMatch(header!, /,metadata_key,time,verdict,/);
  }],
  [/esmond-ps plot --url/, ({ stdout }, directory) => {
    assertMatch(stdout, /^\S+ → \S+, IPv4$/m);
    const read = (name: string) => Deno.readTextFileSync(join(directory, name));
    assertMatch(read("link.svg"), /role="img"/);
    assertMatch(read("link.html"), /Content-Security-Policy/);
  }],
  [/esmond-ps mesh throughput --url/, ({ stdout }, directory) => {
    assertMatch(stdout, /^One-way packet loss, %\n/);
    assertMatch(stdout, /^Average throughput, Gbit\/s$/m);
    const page = Deno.readTextFileSync(`${directory}/mesh.html`);
    const [, plot] = /href="\.\/(plots\/[^"]*)"/.exec(page)!;
    assertMatch(Deno.readTextFileSync(`${directory}/${plot}`), /<svg /);
  }],
  [/esmond-ps check throughput/, ({ stdout }) => {
    const [flow, , loss] = stdout.split("\n");
    assertMatch(
      flow!,
      /^PS_CHECK_THROUGHPUT OK - Average throughput is 1Gbps \| Average=1;0\.8:;0\.5:;;/,
    );
    assertMatch(loss!, /^PS_CHECK_LOSS OK - Loss is 0\.5% /);
  }],
  [/ --url archive\.db/, ({ stdout, stderr }) => {
    assertEquals(stdout, "No data found.\n", stderr);
  }],
  [/--dialect elmond/, ({ stdout, stderr }) => {
    assertEquals(stdout.match(/^http:\/\/127\.0\.0\.1:\d+$/gm)?.length, 3);
    assertMatch(stderr, /elmond can only be read/);
  }],
];

/** The documents. */
const DOCUMENTS = [
  "README.md",
  "docs/program.md",
  "docs/archive.md",
  "docs/export.md",
  "docs/insight.md",
  "docs/permissions.md",
];

/** The separator in the output of blocks. */
const MARK = "= = = next block = = =\n";

for (const document of DOCUMENTS) {
  testUnless(
    NO_SHELL,
    `the commands of ${document} do what they say`,
    () => checkDocument(document),
  );
}

Deno.test("each exception from running what the documents say is needed", () => {
  const all = DOCUMENTS.flatMap((document) =>
    blocks(join(REPOSITORY, document))
  );
  const patterns = [...NOT_RUN, ...TRANSLATIONS, ...CHECKS];
  assertEquals(
    patterns.filter(([pattern]) =>
      !all.some(({ text }) => text.search(pattern) >= 0)
    ),
    [],
  );
});

/** The dataset that the SQL of docs/export.md reads. */
const DATASET = "mkdir out; esmond-ps get-bulk " +
  "--url http://ma.example.net -S -90h -o parquet --partition day -D out";

/** The engines, how they are started, and which blocks are for them. */
const ENGINES = [
  {
    ...{ name: "DuckDB", program: "duckdb", info: "", start: "duckdb -csv" },
    ...NO_SHELL ? { why: NO_SHELL } : await duckdb(),
  },
  {
    ...{ name: "ClickHouse", program: "clickhouse", info: "clickhouse" },
    start: "clickhouse local --path tables",
    ...NO_SHELL ? { why: NO_SHELL } : await clickhouse(),
  },
];

for (const { name, program, info, start, script, why } of ENGINES) {
  testUnless(
    why,
    `the SQL of docs/export.md reads what it says in ${name}`,
    async () => {
      const all = blocksOf("docs/export.md", "sql")
        .filter((block) => block.info === info);
      await inShell({ [program]: script! }, async (shell, directory) => {
        const run = async (commands: string, input = "") => {
          const ran = await shell.run(commands, { directory, input });
          assertEquals(ran.code, 0, ran.stderr);
          return ran.stdout.trim().split("\n").map((line) =>
            line.split(/[,\t]/)
          );
        };
        await run(DATASET);
        // The blocks for ClickHouse are to change nothing when run again.
        for (const { line, text } of [...all, ...all]) {
          const again = text.replace(
            "CREATE TABLE",
            "CREATE TABLE IF NOT EXISTS",
          );
          const [columns, ...rows] = await run(start, again);
          const check = SQL[columns!.at(-1)!];
          assert(check, `docs/export.md:${line}: nothing checks this`);
          check(rows);
        }
      });
    },
  );
}

/** What comes out of the statements, by the last column. */
const SQL: Record<string, (rows: string[][]) => void> = {
  loss: (rows) => {
    assertEquals(rows.length, PAIR_HOURS);
    for (const [source, destination, tool, , loss] of rows) {
      assertEquals([source, destination], ["192.0.2.10", "192.0.2.20"]);
      assertEquals([tool, Number(loss)], ["powstream", 0.005]);
    }
  },
  ms: (rows) => {
    assertEquals(rows, [["192.0.2.10", "192.0.2.20", "192.0.2.1", "0.2"]]);
  },
};

async function checkDocument(document: string): Promise<void> {
  const all = blocksOf(document, "sh");
  await inShell({}, async (shell, directory) => {
    const env = { ESMOND_API_KEY: KEY };
    const ran = await shell.run(scriptOf(all), { directory, env });
    const [out, err] = [ran.stdout, ran.stderr]
      .map((text) => text.split(MARK).slice(1)) as [string[], string[]];
    const last = `${document}:${all[err.length - 1]?.line}`;
    assertEquals(ran.code, 0, `${last}\n${err.at(-1)}`);
    assertEquals(out.length, all.length);
    for (const [index, { line, text }] of all.entries()) {
      const [stdout, stderr] = [out[index]!, err[index]!];
      const checks = CHECKS.filter(([each]) => each.test(text));
      assert(checks.length > 0, `${document}:${line}: nothing checks this`);
      for (const [, check] of checks) {
        check({ code: 0, stdout, stderr }, directory);
      }
    }
  });
}

async function inShell(
  programs: Record<string, string>,
  use: (shell: Shell, directory: string) => Promise<void>,
): Promise<void> {
  await withArchives(
    "pair",
    ({ urls, hosts }) =>
      withShell(
        { archives: urls, hosts, programs },
        (shell) => withDirectory((directory) => use(shell, directory)),
      ),
  );
}

function blocksOf(document: string, language: string): Block[] {
  return blocks(join(REPOSITORY, document)).filter((block) =>
    block.language === language &&
    !NOT_RUN.some(([begin]) => begin.test(block.text))
  );
}

/**
 * All blocks for one shell, so that what one of them starts is there for the
 * next.
 */
function scriptOf(all: Block[]): string {
  const text = all.map(({ text }) =>
    `echo '${MARK.trim()}' | tee /dev/stderr\n${text}`
  ).join("");
  const translated = TRANSLATIONS.reduce(
    (read, [from, to]) => read.replaceAll(from, to),
    text,
  );
  const directories = [...text.matchAll(/ -D (\w+)/g)].map(([, name]) => name);
  return [
    "servers=",
    "trap 'kill $servers 2> /dev/null || true' EXIT",
    ...directories.length > 0 ? [`mkdir -p ${directories.join(" ")}`] : [],
    translated.replaceAll(/^(esmond-ps serve .*?)( *#.*)?$/gm, inBackground),
  ].join("\n");
}

/**
 * An archive runs until it is stopped, on a port that is free; so it is left
 * running, and asked what it has.
 */
function inBackground(_: string, command: string): string {
  return `
${command.replace(/ --port \d+|$/, " --port 0")} > address &
servers="$servers $!"
while [ ! -s address ]; do kill -0 $!; sleep 0.1; done
address=$(cat address)
rm address
echo "$address"
esmond-ps get-endpoints --url "$address" --ip > /dev/null`;
}

/** The names in a directory that end so, but that of the manifest. */
function filesIn(directory: string, below: string, ending: string): string[] {
  return [...Deno.readDirSync(join(directory, below))].map(({ name }) => name)
    .filter((name) => name.endsWith(ending) && !/manifest/.test(name));
}
