/** Copies of archives that send what people reported. */

import { assertEquals, assertMatch } from "@std/assert";
import { ApiConnect } from "../../../mod.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { testUnless } from "../../helpers/skipping.ts";
import { json, withServer } from "../../servers/serve.ts";
import { assertAlike, copy, served } from "./reading.ts";

const FIELD = "../shared/cases/field";
const isThere = await Deno.stat(FIELD).then(() => true, () => false);

const ALL: readonly (readonly string[])[] = [
  ["get-endpoints", "-S", "any"],
  ["get-metadata", "-S", "any", "-o", "ndjson"],
  ["get-bulk", "-S", "1990-01-01", "-o", "ndjson", "-D", "-"],
];

/** Plays a directory: its list, and the points of what its names end. */
async function played(
  directory: string,
  use: (origin: string) => Promise<void>,
): Promise<void> {
  const read = async (name: string) =>
    JSON.parse(await Deno.readTextFile(`${directory}/${name}`));
  const list: { url: string }[] = await read("list.json");
  const data: Record<string, { ts: number }[]> = await read("data.json");
  await withServer((request) => {
    const { origin, pathname, searchParams } = new URL(request.url);
    if (/\/archive\/$/.test(pathname)) {
      if (Number(searchParams.get("offset") ?? 0) > 0) return json([]);
      return json(list.map((test) => ({
        ...test,
        url: origin + new URL(test.url).pathname,
      })));
    }
    const points = Object.entries(data)
      .find(([end]) => pathname.endsWith(end))?.[1] ?? [];
    const start = Number(searchParams.get("time-start") ?? 0);
    const end = Number(searchParams.get("time-end") ?? Infinity);
    const offset = Number(searchParams.get("offset") ?? 0);
    return json(
      points.filter(({ ts }) => ts >= start && ts <= end).slice(offset),
    );
  }, use);
}

testUnless(
  isThere ? undefined : `${FIELD} does not exist`,
  "a copy lists and answers what archives in the field did",
  async () => {
    for (const name of ["r3-unm-2018", "x-structured"]) {
      await played(`${FIELD}/${name}`, async (origin) => {
        await withDirectory(async (directory) => {
          const file = `${directory}/copy.db`;
          await copy(origin, file);
          await served(file, ({ url }) => assertAlike(origin, url, ALL));
        });
      });
    }
  },
);

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
