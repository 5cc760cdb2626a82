import { assertEquals, assertMatch } from "@std/assert";
import { needs } from "../../helpers/binary.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { runCli } from "../../helpers/run.ts";
import { json, withServer } from "../../servers/serve.ts";
import { BULK, carriedOut, LIST, refusal, THROUGHPUT } from "./asking.ts";

Deno.test("a page size that is not a positive whole number is refused by the name of the variable", async () => {
  for (const size of ["abc", "0", "-1", "1.5", "Infinity"]) {
    const env = { ESMOND_PAGE_SIZE: size };
    assertMatch(await refusal(LIST, { env }), /ESMOND_PAGE_SIZE: .*whole num/);
  }
});

Deno.test("ESMOND_PAGE_SIZE is the number of points per request", async () => {
  const requests: URL[] = [];
  const uri = "/esmond/perfsonar/archive/k/throughput/base";
  await withServer((_request, url) => {
    requests.push(url);
    const types = [{ "event-type": "throughput", "base-uri": uri }];
    return json(url.pathname === uri ? [] : [{ "event-types": types }]);
  }, async (origin) => {
    const argv = THROUGHPUT.map((arg) => arg.replace("{URL}", origin));
    const env = { ESMOND_PAGE_SIZE: "7" };
    assertEquals((await runCli(argv, { env })).exit, 0);
  });
  assertEquals(requests[0]?.searchParams.get("limit"), null);
  assertEquals(requests[1]?.searchParams.get("limit"), "7");
});

needs(
  "terminal",
  "bytes that a terminal cannot show are not sent to it",
  async () => {
    for (
      const [argv, line] of [
        [["-o", "parquet"], /--output-format parquet.* > FILE/],
        [["-o", "csv", "--gzip"], /--gzip.* > FILE/],
      ] as [string[], RegExp][]
    ) {
      const all = [...THROUGHPUT, ...argv];
      assertMatch(await refusal(all, { isTerminal: true }), line);
    }
    // Files are not a terminal, whatever standard output is.
    for (const argv of [["-o", "parquet"], ["--gzip"]]) {
      await withDirectory(async (directory) => {
        const all = [...BULK, "-D", directory, ...argv];
        await carriedOut(all, { isTerminal: true });
      });
    }
  },
);
