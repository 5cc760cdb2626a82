import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { ROOT } from "../../helpers/archive.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { test } from "../../helpers/listed.ts";
import { type Ended, runCli } from "../../helpers/run.ts";
import { type Handler, json, withServer } from "../../servers/serve.ts";
import { DAY, FROM, names } from "./growing.ts";

const POINTS = [{ ts: FROM, val: 1 }, { ts: FROM + 60, val: 2 }];

/** An archive with one test, which answers for its data so. */
function archiveWith(data: () => Promise<Response> | Response): Handler {
  return (_, { pathname }) =>
    pathname === ROOT ? json([test("k", ["throughput"])]) : data();
}

const whole = archiveWith(() => json(POINTS));
const away: Handler = () => new Response("", { status: 403 });
const withoutData = archiveWith(() => new Response("", { status: 403 }));

/** Exports archives that answer so, to a directory that may have something. */
async function exportAll(
  handlers: readonly Handler[],
  use: (
    ended: Ended,
    made: {
      directory: string;
      hosts: string[];
      again(...argv: string[]): Promise<Ended>;
    },
  ) => Promise<void> | void,
  before: (directory: string, hosts: string[]) => Promise<void> = () =>
    Promise.resolve(),
): Promise<void> {
  await withDirectory(async (directory) => {
    const start = async (
      [first, ...others]: readonly Handler[],
      urls: string[],
    ): Promise<void> => {
      if (first !== undefined) {
        return await withServer(first, (url) => start(others, [...urls, url]));
      }
      const hosts = urls.map((url) => new URL(url).host.replace(":", "-"));
      await before(directory, hosts);
      const again = (...argv: string[]) =>
        runCli([
          ...["get-bulk", ...urls.flatMap((url) => ["--url", url])],
          ...["-S", `${FROM}`, "-E", `${FROM + DAY}`, "-D", directory, "--ip"],
          ...["-o", "csv", "--retry", "0", "--timeout", "20", ...argv],
        ], { readsAll: true });
      await use(await again(), { directory, hosts, again });
    };
    await start(handlers, []);
  });
}

/** The directories that have a file of points. */
function exported(directory: string): string[] {
  return names(directory).filter((name) => name.endsWith(".csv"))
    .map((name) => name.replace(/^archive_host=([^/]+)\/.*/, "$1"));
}

Deno.test("get-bulk reads archives side by side: each answers when the others are asked", async () => {
  const count = 6;
  let asked = 0;
  const all = Promise.withResolvers<void>();
  const waiting = archiveWith(async () => {
    if (++asked === count) all.resolve();
    await all.promise;
    return json(POINTS);
  });
  await exportAll(
    new Array(count).fill(waiting),
    ({ exit, stderr }, { directory, hosts }) => {
      all.resolve();
      assertEquals(exit, 0, stderr);
      assertEquals(exported(directory), hosts.toSorted());
      for (const host of hosts) {
        assertMatch(stderr, new RegExp(`^${host}: 1 series, 2 points`, "m"));
      }
    },
  );
});

Deno.test("get-bulk exports an archive while more are silent than are exported at a time", async () => {
  const answered = Promise.withResolvers<void>();
  const silent = archiveWith(async () => {
    await answered.promise;
    return json(POINTS);
  });
  const last = archiveWith(() => {
    answered.resolve();
    return json(POINTS);
  });
  await exportAll(
    [...new Array(7).fill(silent), last],
    ({ exit, stderr }, { directory, hosts }) => {
      answered.resolve();
      assertEquals(exit, 0, stderr);
      assertEquals(exported(directory), hosts.toSorted());
    },
  );
});

Deno.test("get-bulk exports the other archives when one lists nothing, one has no data, and one is refused a directory", async () => {
  await exportAll(
    [away, whole, withoutData, whole, whole],
    ({ exit, stderr }, { directory, hosts }) => {
      assertEquals(exit, 3, stderr);
      assertEquals(exported(directory), [hosts[1]!, hosts[3]!].sort());
      assertEquals(stderr.match(/^not read: \S+: .*403/gm)?.length, 2, stderr);
      assertMatch(
        stderr,
        new RegExp(`^${hosts[4]}: .*--output-directory`, "m"),
      );
    },
    async (directory, hosts) => {
      const taken = join(directory, `archive_host=${hosts[4]}`);
      await Deno.writeTextFile(taken, "a file of that name");
    },
  );
});

Deno.test("get-bulk exits with 1 if no archive had data, and with 2 if all are refused", async () => {
  await exportAll([away, withoutData], ({ exit, stderr }, { directory }) => {
    assertEquals([exit, exported(directory)], [1, []], stderr);
  });
  await exportAll([whole, whole], async ({ exit }, { again }) => {
    assertEquals(exit, 0);
    const { exit: second, stdout, stderr } = await again("--resume", "--gzip");
    assertEquals([second, stdout], [2, ""], stderr);
    assertEquals(stderr.match(/is of another export/g)?.length, 2, stderr);
  });
});
