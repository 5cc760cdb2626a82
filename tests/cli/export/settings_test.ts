/**
 * What get-bulk refuses before anything is sent, with the option that is to be
 * changed.
 */

import { assert, assertEquals } from "@std/assert";
import { withDirectory } from "../../helpers/directory.ts";
import { noTests, withServer } from "../../servers/serve.ts";
import { assertTold, runCli, type RunOptions } from "../../helpers/run.ts";

/**
 * Runs command lines in a directory that stays empty, against an archive that
 * counts what it is asked.
 */
async function withProgram(
  use: (program: {
    get: (argv: string[], options?: RunOptions) => ReturnType<typeof runCli>;
    requests: () => number;
  }) => Promise<void>,
): Promise<void> {
  let requests = 0;
  const handler = () => {
    requests++;
    return noTests();
  };
  await withDirectory((directory) =>
    withServer(handler, (origin) =>
      use({
        get: ([command, ...argv], options) =>
          runCli([
            ...[command!, "-u", origin, "-s", "192.0.2.1", "-d", "192.0.2.2"],
            ...command === "get-bulk" ? ["-D", directory, "-q"] : [],
            ...argv,
          ], options),
        requests: () => requests,
      }))
  );
}

const REFUSED: [argv: string[], message: RegExp][] = [
  [["-o", "csv", "--partition", "day"], /: --partition .*--output-format/],
  [["-o", "ndjson", "--partition", "month"], /: --partition /],
  [
    ["-o", "parquet", "--partition", "week"],
    /: --partition is week: .*day or month/,
  ],
  [["-o", "parquet", "--partition", ""], /: --partition /],
  [["-o", "parquet", "--sync"], /: --sync: .*--partition/],
  [["-o", "csv", "--sync", "--overlap", "soon"], /: --overlap is "soon"/],
  [["-o", "csv", "--sync", "--overlap", "1.5"], /: --overlap is "1\.5"/],
  [["-o", "csv", "--sync", "--overlap=-5"], /: --overlap is "-5"/],
  [["-o", "csv", "--overlap", "soon"], /: --overlap is "soon"/],
  [["-o", "csv", "--concurrency", "0"], /: --concurrency\b/],
  [["-o", "csv", "--concurrency", "many"], /: --concurrency is "many"/],
  [["-o", "csv", "--concurrency=-1"], /: --concurrency is "-1"/],
  [["-o", "csv", "--concurrency", "2.5"], /: --concurrency is "2\.5"/],
  [["-o", "csv", "--page-size", "0"], /: --page-size\b/],
  [["-o", "csv", "--page-size", "all"], /: --page-size is "all"/],
  [["-o", "csv", "--page-size=-1"], /: --page-size is "-1"/],
  [["-o", "parquet", "--gzip"], /: --gzip: Parquet/],
  [["-o", "human"], /: --output-format: /],
  [
    ["-D", "-", "-o", "json"],
    /: --output-directory -: json cannot be streamed, choose .* csv or ndjson/,
  ],
  [["-D", "-", "-o", "parquet"], /-: parquet cannot be streamed/],
  [
    ["-D", "-", "-o", "human"],
    /: --output-format: a stream is .* csv or ndjson\n/,
  ],
  [["-D", "-", "-o", "xml"], /: --output-format is xml: choose /],
  ...["--resume", "--sync", "--adopt", "--rebase", "--force"].map((
    flag,
  ): [string[], RegExp] => [
    ["-D", "-", "-o", "ndjson", flag],
    new RegExp(`: ${flag} is about files in a directory: leave it out`),
  ]),
  [
    ["-D", "-", "-o", "ndjson", "--overlap", "5"],
    /: --overlap is about files in a directory/,
  ],
  [
    ["-D", "-", "-o", "csv", "-e", "throughput", "-e", "packet-trace"],
    /: --output-format csv has one set of columns, but throughput and packet-trace /,
  ],
];

Deno.test("get-bulk refuses what cannot be carried out in one line that names the option, before anything is sent", async () => {
  await withProgram(async ({ get, requests }) => {
    for (const [argv, message] of REFUSED) {
      const told = await get(["get-bulk", ...argv]);
      assertTold(told, 2, message, argv.join(" "));
    }
    assertEquals(requests(), 0);
  });
});

Deno.test("get and get-bulk refuse a size of pages in the environment that is none, by its name", async () => {
  await withProgram(async ({ get, requests }) => {
    for (const size of ["0", "-1", "1.5", "all", "NaN", "Infinity", " "]) {
      for (const command of ["get", "get-bulk"]) {
        const told = await get([command, "-e", "throughput", "-o", "csv"], {
          env: { ESMOND_PAGE_SIZE: size },
        });
        assertTold(told, 2, /: ESMOND_PAGE_SIZE\b/, `${command} ${size}`);
      }
    }
    assertEquals(requests(), 0);
  });
});

Deno.test("get-bulk takes --page-size before the environment, and an empty variable for none", async () => {
  await withProgram(async ({ get, requests }) => {
    const runs: [argv: string[], size: string][] = [
      [["--page-size", "7"], "all"],
      [[], ""],
      [[], "500"],
    ];
    for (const [argv, size] of runs) {
      const { exit, stderr } = await get(
        ["get-bulk", "-o", "csv", ...argv],
        { env: { ESMOND_PAGE_SIZE: size } },
      );
      assertEquals([exit, stderr], [0, ""], size);
    }
    assert(requests() >= runs.length);
  });
});

Deno.test("get-bulk takes every combination that can be carried out", async () => {
  const runs = [
    ["-o", "parquet", "--partition", "day"],
    ["-o", "parquet", "--partition", "month", "--sync", "--resume"],
    ["-o", "csv", "--gzip", "--sync", "--overlap", "0"],
    ["-o", "json", "--concurrency", "1", "--page-size", "1"],
  ];
  for (const argv of runs) {
    await withProgram(async ({ get }) => {
      const { exit, stdout } = await get(["get-bulk", ...argv]);
      assertEquals([exit, stdout], [0, ""], argv.join(" "));
    });
  }
});
