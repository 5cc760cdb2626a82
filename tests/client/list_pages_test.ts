/** The pages of the list of tests, one after the other. */

import { assertEquals, assertRejects } from "@std/assert";
import { ArchiveHttpError, ArchiveResponseError } from "../../client/errors.ts";
import { ListReader } from "../../client/list_pages.ts";
import { archiveAt } from "../helpers/test_archive.ts";
import { type Handler, json, withServer } from "../servers/serve.ts";

type Entry = Record<string, unknown>;

/** Tests of esmond with these keys, the first of which has more fields. */
function tests(keys: (string | undefined)[], more: Entry = {}): Response {
  const entries = keys.map((key, index) => ({
    ...(key !== undefined && { "metadata-key": key }),
    ...(index === 0 && more),
  }));
  return json(entries, { headers: { allow: "GET" } });
}

/** Passes over a list once; the keys that were new, and what was asked for. */
async function passed(handler: Handler) {
  const asked: string[] = [];
  return await withServer((request, url) => {
    asked.push(url.search);
    return handler(request, url);
  }, async (origin) => {
    const archive = archiveAt(origin);
    const reader = new ListReader(archive);
    const first = () => reader.fetch([], {}, archive.http());
    const keys: unknown[] = [];
    for await (const page of reader.pass(() => [], first)) {
      keys.push(
        ...reader.fresh(page).map(({ entry }) => entry["metadata-key"]),
      );
    }
    return { keys, asked, reader };
  });
}

Deno.test("pass() follows the total where no page is linked, and gives repeated tests once", async () => {
  const pages = [["a", "b"], ["b", "c"], ["d"]];
  const { keys, asked, reader } = await passed((_, url) => {
    const offset = Number(url.searchParams.get("offset") ?? 0);
    return tests(pages[offset / 2]!, { "metadata-count-total": 5 });
  });
  assertEquals(keys, ["a", "b", "c", "d"]);
  assertEquals(asked, ["", "?offset=2", "?offset=4"]);
  assertEquals([reader.got, reader.count, reader.total], [5, 4, 5]);
  assertEquals(reader.isShrunk, false);
});

Deno.test("pass() notices that the total became smaller", async () => {
  const { reader } = await passed((_, url) =>
    url.searchParams.has("offset")
      ? tests(["b"], { "metadata-count-total": 2 })
      : tests(["a"], { "metadata-count-total": 3 })
  );
  assertEquals(reader.isShrunk, true);
});

Deno.test("pass() asks elmond for no second page, and knows an empty one by its headers", async () => {
  const { asked } = await passed(() => json("[]"));
  assertEquals(asked, [""]);
  const archive = archiveAt("http://127.0.0.1:9");
  const dialects = ["GET", undefined].map((allow) =>
    withServer(
      () => json("[]", allow ? { headers: { allow } } : {}),
      async (origin) => {
        const reader = new ListReader(archiveAt(origin));
        return (await reader.fetch([], {}, archive.http())).dialect;
      },
    )
  );
  assertEquals(await Promise.all(dialects), ["esmond", "elmond"]);
});

Deno.test("pass() refuses lists that repeat a page, do not end, or lead back", async () => {
  let number = 0;
  const total = { "metadata-count-total": 1_000_000 };
  const cases: [handler: Handler, said: string][] = [
    [() => tests(["a"], total), "a page of tests that had all come before"],
    [
      () =>
        tests([`${number++}`], { "metadata-next-page": `?offset=${number}` }),
      "a list of tests that does not end",
    ],
    [
      () => tests(["a"], { "metadata-next-page": "?offset=0" }),
      "which does not lead on",
    ],
    [() => json("[1]"), "a list of something else than tests"],
  ];
  for (const [handler, said] of cases) {
    await assertRejects(() => passed(handler), ArchiveResponseError, said);
  }
});

Deno.test("pass() reads on to a page without tests where the total is absent, is not a number, or is less than what came", async () => {
  const all = Array.from({ length: 25 }, (_, at) => `k${at}`);
  for (const total of [undefined, null, "", "many", -5, 0, 12]) {
    const { keys } = await passed((_, url) => {
      const offset = Number(url.searchParams.get("offset") ?? 0);
      const page = all.slice(offset, offset + 10);
      return tests(page, { "metadata-count-total": total });
    });
    assertEquals(keys, all, `${total}`);
  }
});

Deno.test("pass() takes a list that is sent whole, whatever the offset, and a total that is text", async () => {
  const all = Array.from({ length: 25 }, (_, at) => `k${at}`);
  const whole = await passed(() => tests(all));
  assertEquals(whole.keys, all);
  assertEquals(whole.asked, ["", "?offset=25"]);
  const text = await passed(() => tests(all, { "metadata-count-total": "25" }));
  assertEquals(text.asked, [""]);
  const few = await passed(() => tests(all.slice(0, 9)));
  assertEquals(few.asked, [""]);
});

Deno.test("fresh() keeps tests without a key, though they look alike", async () => {
  const { keys } = await passed(() => tests([undefined, undefined, "a", "a"]));
  assertEquals(keys, [undefined, undefined, "a"]);
});

Deno.test("fetch() finds a list whose path has no slash at its end, and remembers that", async () => {
  const asked: string[] = [];
  await withServer((_, { pathname }) => {
    asked.push(pathname.replace(/^.*archive/, ""));
    return pathname.endsWith("/") ? json("", { status: 404 }) : tests(["a"]);
  }, async (origin) => {
    const archive = archiveAt(origin);
    const reader = new ListReader(archive);
    for (let n = 0; n < 2; n++) {
      const page = await reader.fetch([], {}, archive.http());
      assertEquals(page.tests.length, 1);
    }
  });
  assertEquals(asked, ["/", "", ""]);
});

Deno.test("fetch() tells of the address with the slash where neither is there", async () => {
  let count = 0;
  await withServer(
    () => json("", { status: 404 + count++ }),
    async (origin) => {
      const archive = archiveAt(origin);
      const error = await assertRejects(
        () => new ListReader(archive).fetch([], {}, archive.http()),
        ArchiveHttpError,
      );
      assertEquals([error.status, error.url.at(-1), count], [404, "/", 2]);
    },
  );
});
