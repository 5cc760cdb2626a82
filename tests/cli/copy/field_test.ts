/** Copies of archives that send what people reported. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { ApiConnect } from "../../../mod.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { NOT_IN_SHORT } from "../../helpers/long.ts";
import { runCli } from "../../helpers/run.ts";
import { testUnless } from "../../helpers/skipping.ts";
import { json, withServer } from "../../servers/serve.ts";
import {
  assertAlike,
  assertAnswered,
  copy,
  served,
  withCopy,
} from "./reading.ts";

const FIELD = "../shared/cases/field";
const isThere = await Deno.stat(FIELD).then(() => true, () => false);

const ALL: readonly (readonly string[])[] = [
  ["get-endpoints", "-S", "any"],
  ["get-metadata", "-S", "any", "-o", "ndjson"],
  ["get-bulk", "-S", "1990-01-01", "-o", "ndjson", "-D", "-"],
  [
    ...["get-bulk", "-S", "1990-01-01", "-o", "ndjson", "-D", "-"],
    ...["-T", "aggregation", "-W", "86400"],
  ],
];

/** What stands for a NaN, which JSON has not, and some archives send. */
const NAN = "not a number";

/**
 * Plays a directory: its list, and the points of what its names end, in which
 * `*` is any test.
 */
async function played(
  directory: string,
  use: (origin: string) => Promise<void>,
): Promise<void> {
  const read = async (name: string) =>
    JSON.parse(
      (await Deno.readTextFile(`${directory}/${name}`))
        .replaceAll(/\bNaN\b/g, JSON.stringify(NAN)),
    );
  const list: { url?: string }[] = await read("list.json");
  const data: Record<string, { ts: number }[]> = await read("data.json");
  await withServer((request) => {
    const { origin, pathname, searchParams } = new URL(request.url);
    if (/\/archive\/$/.test(pathname)) {
      if (Number(searchParams.get("offset") ?? 0) > 0) return json([]);
      return json(list.map((test) => ({
        ...test,
        ...(test.url && { url: origin + new URL(test.url).pathname }),
      })));
    }
    const points = Object.entries(data)
      .find(([end]) => pathname.endsWith(end.replace(/^\*/, "")))?.[1] ?? [];
    const start = Number(searchParams.get("time-start") ?? 0);
    const end = Number(searchParams.get("time-end") ?? Infinity);
    const offset = Number(searchParams.get("offset") ?? 0);
    const text = JSON.stringify(
      points.filter(({ ts }) => ts >= start && ts <= end).slice(offset),
    );
    return new Response(text.replaceAll(JSON.stringify(NAN), "NaN"), {
      headers: { "content-type": "application/json" },
    });
  }, use);
}

testUnless(
  isThere ? NOT_IN_SHORT : `${FIELD} does not exist`,
  "a copy lists and answers what archives in the field did",
  async () => {
    const names = [...Deno.readDirSync(FIELD)].map(({ name }) => name).sort()
      .filter((name) => hasList(`${FIELD}/${name}`));
    assert(names.length > 0);
    const wrong: string[] = [];
    for (const name of names) {
      await played(`${FIELD}/${name}`, async (origin) => {
        await withCopy(origin, ["--verify"], async ({ url }) => {
          const ended = await assertAlike(origin, url, ALL);
          assertAnswered(ended.slice(0, 2), ALL.slice(0, 2));
        });
      }).catch(({ message }) => wrong.push(`${name}: ${message}`));
    }
    assertEquals(wrong, []);
  },
);

function hasList(directory: string): boolean {
  try {
    return Deno.statSync(`${directory}/list.json`).isFile;
  } catch {
    return false;
  }
}

const ROOT = "/esmond/perfsonar/archive";

/** A test without a key, whose data is there. */
function keyless(base: string) {
  return {
    ...{ source: "192.0.2.1", destination: "192.0.2.2", "tool-name": "t" },
    "event-types": [{
      ...{ "event-type": "throughput", "base-uri": `${base}/throughput/base` },
      ...{ "time-updated": 1456790460, summaries: [] },
    }],
  };
}

/** Answers with these tests, of which each has one point. */
function listing(tests: unknown[]): (request: Request) => Response {
  return (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (Number(searchParams.get("offset") ?? 0) > 0) return json([]);
    const value = Number(/\d(?=\/throughput)/.exec(pathname)?.[0]);
    return json(
      pathname.endsWith("/archive/") ? tests : [{ ts: 1456790400, val: value }],
    );
  };
}

Deno.test("tests without a key are copied by that of their data", async () => {
  const tests = [keyless(`${ROOT}/k1`), keyless(`${ROOT}/k2`)];
  await withServer(
    listing(tests),
    (origin) =>
      withCopy(origin, ["--verify"], async ({ url }) => {
        const some = ALL.slice(0, 3);
        assertAnswered(await assertAlike(origin, url, some), some);
      }),
  );
});

Deno.test("a test of which the source does not say when it was written to is found by the time of its last point", async () => {
  const made = keyless(`${ROOT}/k1`);
  const untimed = {
    ...made,
    "event-types": made["event-types"].map((each) => ({
      ...each,
      "time-updated": undefined,
    })),
  };
  const found = async (url: string, from: number) => {
    const args = ["--url", url, "-S", `${from}`, "-o", "ndjson"];
    return (await runCli(["get-metadata", ...args])).stdout;
  };
  const last = 1456790400;
  await withServer(
    listing([untimed]),
    (origin) =>
      withCopy(origin, [], async ({ url }, file) => {
        // What the list shows stays as it was.
        const shown = await found(url, last);
        assertEquals(/time-updated/.test(shown), false);
        assertEquals(JSON.parse(shown).source, "192.0.2.1");
        assertEquals(await found(url, last + 1), "");
        await copy(origin, file);
        assertEquals(await found(url, last), shown);
      }),
  );
});

Deno.test("a test that cannot be copied is named, and the exit code says so", async () => {
  const strange = keyless("/elsewhere/1");
  const usual = keyless(`${ROOT}/k2`);
  const cases: [unknown[], number][] = [
    [[strange], 1],
    [[strange, usual], 3],
  ];
  for (const [tests, exit] of cases) {
    await withServer(
      listing(tests),
      (origin) =>
        withDirectory(async (directory) => {
          const args = ["--url", origin, "--to", `${directory}/copy.db`];
          const ended = await runCli(["copy", ...args, "--verify"]);
          assertEquals([ended.exit, ended.stdout], [exit, ""], ended.stderr);
          assertMatch(ended.stderr, /not copied: .* has no key/);
          assert(!/nothing matches|verified/.test(ended.stderr), ended.stderr);
        }),
    );
  }
});

Deno.test("points without a time, and others of a second, are counted", async () => {
  const uri = "/esmond/perfsonar/archive/0f/";
  const test = {
    ...{ "metadata-key": "0f", uri, "subject-type": "point-to-point" },
    ...{ source: "192.0.2.1", destination: "192.0.2.2" },
    "event-types": [{
      ...{ "event-type": "of-our-own", "base-uri": `${uri}of-our-own/base` },
      ...{ "time-updated": 1456790460, summaries: [] },
    }],
  };
  const points = [
    { ts: 1456790400, val: [] },
    { ts: 1456790460, val: { a: 1 } },
    { ts: 1456790460, val: { a: 2 } },
    { ts: null, val: 3 },
  ];
  await withServer((request) => {
    const { pathname, searchParams } = new URL(request.url);
    const isMore = Number(searchParams.get("offset") ?? 0) > 0;
    if (isMore) return json([]);
    return json(pathname.endsWith("/archive/") ? [test] : points);
  }, async (origin) => {
    await withDirectory(async (directory) => {
      const file = `${directory}/copy.db`;
      const { stderr } = await copy(origin, file);
      assertMatch(stderr, /left out: 1 point without a time/);
      assertMatch(stderr, /left out: 1 point of seconds that have several/);
      await served(file, async ({ url }) => {
        const found: string[] = [];
        for await (const each of new ApiConnect(url).getMetadata()) {
          const series = each.getEventType("of-our-own")!;
          for (const { text } of (await series.getData()).data) {
            found.push(text);
          }
        }
        assertEquals(found, ["[]", '{"a":2}']);
      });
    });
  });
});
