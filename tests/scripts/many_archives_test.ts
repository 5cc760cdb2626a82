import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startArchives } from "../../scripts/bench/many_archives.ts";
import { withDirectory } from "../helpers/directory.ts";
import { runCli } from "../helpers/run.ts";

Deno.test("coverage of many archives is complete, and names the silent, the absent and the untrusted ones", async () => {
  const counts = { answering: 60, tests: 3 };
  await using archives = await startArchives(
    { ...counts, silent: 2, refusing: 2, untrusted: 1 },
    Math.floor(Date.now() / 1000),
  );
  const { answering, faulty } = archives;
  await withDirectory(async (directory) => {
    const file = join(directory, "archives.txt");
    await Deno.writeTextFile(file, [...faulty, ...answering].join("\n"));
    const { exit, stdout, stderr } = await runCli([
      ...["coverage", "--archives", file, "-S", "-24h", "-o", "ndjson"],
      ...["--ip", "--timeout", "5", "--retry", "0"],
    ]);
    assertEquals(exit, 3, stderr);
    const rows = stdout.trim().split("\n").map((line) => JSON.parse(line));
    const origins = rows.filter(({ state }) => state === "ok")
      .map(({ archive }) => new URL(archive).origin);
    assertEquals(
      origins.sort(),
      answering.flatMap((url) => Array(counts.tests).fill(url)).sort(),
    );
    const named = [...stderr.matchAll(/^not read: (\S+): /gm)]
      .map(([, url]) => new URL(url!).origin);
    assertEquals(named.sort(), faulty.toSorted());
  });
});
