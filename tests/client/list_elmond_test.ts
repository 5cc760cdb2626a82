import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { ArchiveResponseError } from "../../client/errors.ts";
import { listTests } from "../../client/list.ts";
import { ElmondList, type ElmondListPlan } from "../servers/elmond_list.ts";
import { withServer } from "../servers/serve.ts";
import { IS_LONG } from "../helpers/long.ts";
import { allOf, archiveAt, untilError } from "../helpers/test_archive.ts";

/** The keys that come of a list. */
async function keysOf(
  list: ElmondList,
  wanted: Record<string, string> = {},
): Promise<string[]> {
  return await withServer((_, url) => list.answer(url), async (origin) => {
    const tests = await allOf(listTests(archiveAt(origin), wanted, {}));
    return tests.map(({ entry }) => entry["metadata-key"] as string).sort();
  });
}

const UNDESCRIBABLE: Record<string, ElmondListPlan["isUndescribable"]> = {
  "none of them": () => false,
  "the first 1000": (place) => place < 1000,
  "1000 in the middle": (place) => place >= 700 && place < 1700,
  "the last 1000": (place) => place >= 1400,
  "every third": (place) => place % 3 === 0,
};

for (const [which, isUndescribable] of Object.entries(UNDESCRIBABLE)) {
  Deno.test(`listTests() finds all tests of a live elmond that can be described, though ${which} cannot`, async () => {
    for (const [tests, most] of [[40, 3], [890, 3], [2400, 2], [12_000, 8]]) {
      // In short, the longest only once.
      const seeds = IS_LONG || tests! < 10_000 ? [1, 2, 3] : [1];
      for (const seed of seeds) {
        const arriving = Math.ceil(tests! / 20);
        const list = new ElmondList({
          ...{ tests: tests!, seed, arriving },
          ...(isUndescribable ? { isUndescribable } : {}),
        });
        const wanted = list.keys();
        const found = await keysOf(list);
        assertEquals(found.length, wanted.length, `${tests}, seed ${seed}`);
        assertEquals(found, wanted);
        assert(list.asked.length <= most!, `${list.asked.length} requests`);
      }
    }
  });
}

Deno.test("listTests() asks a live elmond of 12,000 tests only for the parts that a search has", async () => {
  for (
    const [filter, requests] of [
      [{ "subject-type": "point-to-point" }, 7],
      [{ "subject-type": "network-element" }, 2],
      [{ "pscheduler-test-type": "trace" }, 2],
    ] as [Record<string, string>, number][]
  ) {
    const list = new ElmondList({ tests: 16_000, seed: 5, arriving: 300 });
    const [name, value] = Object.entries(filter)[0]!;
    const wanted = list.tests.filter((test) =>
      name === "pscheduler-test-type"
        ? test.type === value
        : ["dns", "http", "clock"].includes(test.type) ===
          (value === "network-element")
    ).map(({ key }) => key).sort();
    assertEquals(await keysOf(list, filter), wanted, value!);
    assertEquals(list.asked.length, requests, value!);
  }
});

Deno.test("listTests() reads a part of elmond's list that is longer than a page in passes, until one brings nothing new", async () => {
  const filter = { "subject-type": "network-element" };
  const list = new ElmondList({ tests: 32_000, seed: 7, arriving: 30 });
  const wanted = list.tests.filter(({ type }) =>
    ["dns", "http", "clock"].includes(type)
  ).map(({ key }) => key).sort();
  assert(wanted.length > 10_000);
  const found = await keysOf(list, filter);
  assertEquals(found.length, wanted.length);
});

Deno.test("listTests() says so where new tests come faster than a list of elmond can be read", async () => {
  let count = 0;
  await withServer((_, url) => {
    const limit = Number(url.searchParams.get("limit") ?? 1000);
    const entries = Array.from({ length: limit }, () => ({
      "metadata-key": `k${count++}`,
      "event-types": [{ "base-uri": "/x/base/0" }],
    }));
    return new Response(JSON.stringify(entries));
  }, async (origin) => {
    const filter = { "subject-type": "network-element" };
    const { error } = await untilError(
      listTests(archiveAt(origin), filter, {}),
    );
    assertInstanceOf(error, ArchiveResponseError);
    assert(/changes faster/.test(error.message), error.message);
  });
});

Deno.test("listTests() finds all tests of an elmond behind a gateway that caps pages", async () => {
  for (
    const isUndescribable of [() => false, (place: number) => place < 1000]
  ) {
    const list = new ElmondList({
      tests: 2400,
      seed: 4,
      arriving: 0,
      isUndescribable,
    });
    const wanted = list.keys();
    await withServer((_, url) => {
      url.searchParams.set("limit", "1000");
      return list.answer(url);
    }, async (origin) => {
      const tests = await allOf(listTests(archiveAt(origin), {}, {}));
      assertEquals(tests.length, wanted.length);
    });
  }
});

Deno.test("listTests() finds all tests behind a gateway that caps pages below what elmond gives, and removes its links", async () => {
  for (const cap of [400, 730, 1000, 2000]) {
    const keys = Array.from({ length: 4321 }, (_, i) => `k${i}`);
    await withServer((_, url) => {
      const { searchParams } = url;
      const offset = Number(searchParams.get("offset") ?? 0);
      const limit = Number(searchParams.get("limit") ?? 1000);
      const page = keys.slice(offset, offset + Math.min(limit, cap));
      return new Response(JSON.stringify(page.map((key, index) => ({
        "metadata-key": key,
        "event-types": [{ "base-uri": `/${key}/throughput/base/0` }],
        ...(index === 0 ? { "metadata-count-total": keys.length } : {}),
      }))));
    }, async (origin) => {
      const tests = await allOf(listTests(archiveAt(origin), {}, {}));
      assertEquals(tests.length, keys.length, `cap ${cap}`);
    });
  }
});

// Searches that elmond answers with nothing

/** The tests for which a function holds, and what comes of a search for them. */
async function search(
  wanted: Record<string, string>,
  isWanted: (test: ElmondList["tests"][0]) => boolean,
) {
  const list = new ElmondList({ tests: 400, seed: 3, arriving: 9 });
  const keys = list.tests.filter(isWanted).map(({ key }) => key).sort();
  assert(keys.length > 0);
  assertEquals(await keysOf(list, wanted), keys, JSON.stringify(wanted));
  return list.asked;
}

Deno.test("listTests() finds the tests of a tool with a hyphen, and none of a tool whose name is a part of it", async () => {
  const asked = await search(
    { "tool-name": "paris-traceroute" },
    ({ tool }) => tool === "paris-traceroute",
  );
  assertEquals(asked, ["?tool-name=paris-traceroute", "?limit=10000"]);
  await search(
    { "tool-name": "pscheduler/paris-traceroute" },
    ({ tool }) => tool === "paris-traceroute",
  );
  await search(
    { "tool-name": "traceroute" },
    ({ tool }) => tool === "traceroute",
  );
});

Deno.test("listTests() finds tests by what the tester wrote for an end", async () => {
  await search(
    { "input-source": "lat1-alpha.example" },
    ({ inputSource }) => inputSource === "lat1-alpha.example",
  );
  await search(
    { "input-source": "lat1-alpha.example", "tool-name": "iperf3" },
    ({ inputSource, tool }) =>
      inputSource === "lat1-alpha.example" && tool === "iperf3",
  );
});

Deno.test("listTests() finds tests that elmond finds by no event type, where it finds no others", async () => {
  await search(
    { "event-type": "throughput", "pscheduler-test-type": "dns" },
    ({ type }) => type === "dns",
  );
});

Deno.test("listTests() does not choose locally in an empty list of esmond", async () => {
  const asked: string[] = [];
  await withServer((_, url) => {
    asked.push(url.search);
    return new Response("[]", { headers: { allow: "GET, POST" } });
  }, async (origin) => {
    const wanted = { "tool-name": "paris-traceroute", "input-source": "a-b" };
    await allOf(listTests(archiveAt(origin), wanted, {}));
  });
  assertEquals(asked.length, 1);
});

Deno.test("listTests() looks for tests of one host by their agent where elmond finds none by source", async () => {
  const own = { "source": "192.0.2.1", "measurement-agent": "192.0.2.1" };
  const other = { ...own, "source": "192.0.2.9" };
  const asked: string[] = [];
  const keys = async (wanted: Record<string, string>) => {
    asked.length = 0;
    return await withServer((_, { searchParams: query }) => {
      asked.push(`${query}`);
      const isOfAgent = query.get("measurement-agent") === "192.0.2.1" &&
        query.get("subject-type") === "network-element";
      const listed = isOfAgent ? [own, other] : [];
      return Response.json(
        listed.map((entry, n) => ({ "metadata-key": `k${n}`, ...entry })),
      );
    }, async (origin) => {
      const tests = await allOf(listTests(archiveAt(origin), wanted, {}));
      return tests.map(({ entry }) => entry["metadata-key"]);
    });
  };
  assertEquals(await keys({ source: "192.0.2.1" }), ["k0"]);
  assertEquals(
    asked.at(-1),
    "limit=10000&measurement-agent=192.0.2.1&subject-type=network-element",
  );
  assertEquals(await keys({ source: "192.0.2.1", destination: "b" }), []);
  assertEquals(await keys({ source: "192.0.2.1", "subject-type": "x" }), []);
  assert(asked.every((query) => !query.includes("measurement-agent")));
});
