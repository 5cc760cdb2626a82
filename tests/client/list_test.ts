import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import { ArchiveHttpError, ArchiveResponseError } from "../../client/errors.ts";
import { listTests, sameWindow } from "../../client/list.ts";
import type { Dialect, WireMetadata } from "../../client/wire.ts";
import { type Handler, json, withServer } from "../servers/serve.ts";
import { allOf, archiveAt, untilError } from "../helpers/test_archive.ts";
import { Event, pause, until } from "../helpers/waiting.ts";
import { seeded } from "../servers/seeded.ts";
import { withSockets } from "./sockets.ts";

// deno-lint-ignore no-control-regex -- what must not reach a terminal
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

/** What a fake archive keeps, and how it pages. */
interface Shelf {
  dialect: Dialect;
  count: number;
  pageSize: number;
  /**
   * Whether the first entry of a page names the next page; else only the total
   * tells.
   */
  links?: boolean;
  /** What the total is said to be; `null` for nothing. */
  total?: number | null;
  /** Tests that are cut with their page and then dropped, as elmond does. */
  isDropped?: (index: number) => boolean;
  /** The key of a test. */
  keyOf?: (index: number) => string;
}

function entry(dialect: Dialect, key: string): WireMetadata {
  const uri = `/esmond/perfsonar/archive/${key}/`;
  const end = dialect === "elmond" ? "/0" : "";
  return {
    "metadata-key": key,
    uri,
    "event-types": [{
      "event-type": "throughput",
      "base-uri": `${uri}throughput/base${end}`,
      summaries: [{
        "summary-type": "average",
        "summary-window": dialect === "elmond" ? 86400 : "86400",
        uri: `${uri}throughput/averages/86400`,
      }],
    }],
  };
}

function page(shelf: Shelf, url: URL): WireMetadata[] {
  const { dialect, count, links = true } = shelf;
  const pageSize = Number(url.searchParams.get("limit") ?? shelf.pageSize);
  const offset = Number(url.searchParams.get("offset") ?? 0);
  const entries: WireMetadata[] = [];
  for (let i = offset; i < Math.min(offset + pageSize, count); i++) {
    if (shelf.isDropped?.(i)) continue;
    entries.push(entry(dialect, shelf.keyOf?.(i) ?? `k${i}`));
  }
  const total = shelf.total === undefined ? count : shelf.total;
  if (entries[0] !== undefined && total !== null) {
    entries[0] = {
      ...entries[0],
      "metadata-count-total": total,
      "metadata-previous-page": null,
      "metadata-next-page": links && offset + pageSize < total
        ? `${url.origin}${url.pathname}?limit=${pageSize}&offset=${
          offset + pageSize
        }`
        : null,
    };
  }
  return entries;
}

/** Runs `use` against a fake archive; `asked` is the query of each request. */
async function withShelf<T>(
  shelf: Shelf,
  use: (origin: string, asked: string[]) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  return await withServer((_, url) => {
    asked.push(url.search);
    return json(page(shelf, url));
  }, (origin) => use(origin, asked));
}

async function keysAt(
  origin: string,
  wanted: Record<string, string | number> = {},
  times: Record<string, number> = {},
): Promise<unknown[]> {
  const tests = await allOf(listTests(archiveAt(origin), wanted, times));
  return tests.map((test) => test.entry["metadata-key"]);
}

function keys(
  count: number,
  without: (index: number) => boolean = () => false,
) {
  return Array.from({ length: count }, (_, i) => i)
    .filter((i) => !without(i)).map((i) => `k${i}`);
}

// One page

Deno.test("listTests() asks for nothing but what is wanted, and says what it got", async () => {
  const asked: string[] = [];
  await withServer((request, url) => {
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    return json([entry("esmond", "a"), entry("esmond", "b")]);
  }, async (origin) => {
    const archive = archiveAt(origin);
    const tests = await allOf(
      listTests(
        archive,
        { source: "192.0.2.1", "tool-name": "a/b,c", empty: "" },
        { "time-start": 5 },
      ),
    );
    assertEquals(tests.map((test) => test.entry), [
      entry("esmond", "a"),
      entry("esmond", "b"),
    ]);
    assertEquals(archive.lines.at(-2), "final result count: 2");
  });
  assertEquals(asked, [
    "GET /esmond/perfsonar/archive/?source=192.0.2.1&tool-name=a%2Fb%2Cc&empty=&time-start=5",
  ]);
});

Deno.test("listTests() gives the exact text of each test", async () => {
  const texts = [
    '{ "metadata-key": "a", "x": 7016320000.0, "10": 1, "9": [1E5] }',
    '{"metadata-key":"b","n":9007199254740993,"e":"\\u00e9]"}',
  ];
  await withServer(
    () => json(`\n[ ${texts.join(" ,\n")} ]`),
    async (origin) => {
      const tests = await allOf(listTests(archiveAt(origin), {}, {}));
      assertEquals(tests.map((test) => test.text), texts);
    },
  );
});

Deno.test("listTests() of nothing is nothing: esmond is asked once, elmond three times", async () => {
  for (const headers of [{ allow: "GET, POST" }, {}]) {
    const asked: string[] = [];
    await withServer((_, url) => {
      asked.push(url.search);
      return json([], { headers: headers as Record<string, string> });
    }, async (origin) => {
      assertEquals(await keysAt(origin), []);
    });
    const once = "allow" in headers;
    const more = ["?limit=10000", "?limit=10000&offset=1000"];
    assertEquals(asked, ["", ...once ? [] : more]);
  }
});

Deno.test("listTests() does without the count and the links", async () => {
  await withShelf(
    { dialect: "esmond", count: 3, pageSize: 10, total: null },
    async (origin, asked) => {
      assertEquals(await keysAt(origin), keys(3));
      assertEquals(asked.length, 1);
    },
  );
});

// Paging

Deno.test("listTests() follows esmond's next page to the end", async () => {
  await withShelf(
    { dialect: "esmond", count: 7, pageSize: 3 },
    async (origin, asked) => {
      assertEquals(await keysAt(origin, { source: "x" }), keys(7));
      assertEquals(asked, [
        "?source=x",
        "?offset=3&source=x",
        "?offset=6&source=x",
      ]);
    },
  );
});

Deno.test("listTests() continues where the total is larger than what came, with or without a link", async () => {
  await withShelf(
    { dialect: "esmond", count: 7, pageSize: 3, links: false },
    async (origin, asked) => {
      assertEquals(await keysAt(origin), keys(7));
      assertEquals(asked, ["", "?offset=3", "?offset=6"]);
    },
  );
});

Deno.test("listTests() does not take a list of esmond for whole that has fewer tests than it says", async () => {
  await withShelf(
    { dialect: "esmond", count: 6, pageSize: 3, total: 100, links: false },
    async (origin, asked) => {
      const { came, error } = await untilError(
        listTests(archiveAt(origin), {}, {}),
      );
      assertEquals(came.length, 6);
      assertInstanceOf(error, ArchiveResponseError);
      assertStringIncludes(error.message, "6 tests came of 100");
      assertEquals(asked.filter((query) => query === "").length, 5);
    },
  );
});

Deno.test("D04: listTests() finds the tests of elmond after those that it cannot describe", async () => {
  const isDropped = (i: number) => [3, 500, 999, 1050].includes(i);
  for (const links of [true, false]) {
    await withShelf(
      { dialect: "elmond", count: 1103, pageSize: 1000, isDropped, links },
      async (origin, asked) => {
        assertEquals(await keysAt(origin), keys(1103, isDropped));
        assertEquals(asked, ["", "?limit=10000"]);
      },
    );
  }
});

Deno.test("listTests() takes elmond's total for an estimate", async () => {
  for (const total of [1000, 995, 1290]) {
    await withShelf(
      {
        dialect: "elmond",
        count: 1103,
        pageSize: 1000,
        total,
        links: false,
        isDropped: (i) => i === 4,
      },
      async (origin) => {
        const found = await keysAt(origin);
        assertEquals(found.length, 1102, `total ${total}`);
      },
    );
  }
});

Deno.test("listTests() reads on after a full page of elmond, whatever total it says", async () => {
  await withShelf(
    { dialect: "elmond", count: 1500, pageSize: 1000, total: 3, links: false },
    async (origin) => assertEquals(await keysAt(origin), keys(1500)),
  );
});

Deno.test("listTests() asks a small elmond once", async () => {
  await withShelf(
    { dialect: "elmond", count: 12, pageSize: 1000 },
    async (origin, asked) => {
      assertEquals(await keysAt(origin), keys(12));
      assertEquals(asked.length, 1);
    },
  );
});

Deno.test("listTests() drops tests that it has seen, on the same page or another", async () => {
  await withShelf(
    {
      dialect: "esmond",
      count: 6,
      pageSize: 3,
      total: 4,
      keyOf: (i) => ["a", "b", "a", "b", "c", "d"][i]!,
    },
    async (origin) => {
      assertEquals(await keysAt(origin), ["a", "b", "c", "d"]);
    },
  );
});

Deno.test("listTests() keeps tests without a key, though they look alike", async () => {
  await withServer(() => json([{ x: 1 }, { x: 1 }]), async (origin) => {
    assertEquals((await keysAt(origin)).length, 2);
  });
});

Deno.test("listTests() finds every test once, however it is paged", async () => {
  const shelf = fc.record({
    count: fc.integer({ min: 0, max: 12 }),
    pageSize: fc.integer({ min: 1, max: 5 }),
    links: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(shelf, async (some) => {
      await withShelf({ dialect: "esmond", ...some }, async (origin) => {
        assertEquals(await keysAt(origin), keys(some.count));
      });
    }),
    { seed: 5, numRuns: 30 },
  );
});

Deno.test("listTests() takes of the next page the offset alone: its host is not asked", async () => {
  let strays = 0;
  await withServer(() => {
    strays++;
    return json([]);
  }, async (other) => {
    const asked: string[] = [];
    await withServer((_, url) => {
      asked.push(url.pathname + url.search);
      return json(
        url.searchParams.has("offset") ? [{ "metadata-key": "b" }] : [{
          "metadata-key": "a",
          "metadata-next-page":
            `${other}/else/where/?offset=1&limit=7&source=y`,
        }],
      );
    }, async (origin) => {
      assertEquals(await keysAt(origin, { source: "x" }), ["a", "b"]);
    });
    assertEquals(asked, [
      "/esmond/perfsonar/archive/?source=x",
      "/esmond/perfsonar/archive/?offset=1&source=x",
    ]);
  });
  assertEquals(strays, 0);
});

Deno.test("listTests() reads a next page without a host", async () => {
  await withServer((_, url) => {
    return json(
      url.searchParams.has("offset")
        ? [{ "metadata-key": "b" }]
        : [{ "metadata-key": "a", "metadata-next-page": "?offset=1" }],
    );
  }, async (origin) => {
    assertEquals(await keysAt(origin), ["a", "b"]);
  });
});

Deno.test("listTests() does not go in circles with a next page that leads back", async () => {
  for (
    const back of [
      "?offset=0",
      "?offset=2",
      "?offset=-5",
      "?limit=2",
      "?offset=x",
      "",
    ]
  ) {
    let asked = 0;
    await withServer((_, url) => {
      asked++;
      const offset = Number(url.searchParams.get("offset") ?? 0);
      return json([
        {
          "metadata-key": `k${offset}`,
          "metadata-next-page": offset === 0
            ? "?offset=2"
            : `${url.origin}${url.pathname}${back}`,
        },
        { "metadata-key": `k${offset + 1}` },
      ]);
    }, async (origin) => {
      const { error } = await untilError(
        listTests(archiveAt(origin), {}, {}),
      );
      assertInstanceOf(error, ArchiveResponseError);
      assertStringIncludes(error.message, "does not lead on");
    });
    assertEquals(asked, 2, back);
  }
});

Deno.test("listTests() gives the tests of a page whose next page is wrong, and tells how many came", async () => {
  await withServer((_, url) => {
    const offset = Number(url.searchParams.get("offset") ?? 0);
    return json([
      {
        "metadata-key": `k${offset}`,
        "metadata-next-page": offset === 0 ? "?offset=2" : "?offset=0",
      },
      { "metadata-key": `k${offset + 1}` },
    ]);
  }, async (origin) => {
    const { came, error } = await untilError(
      listTests(archiveAt(origin), {}, {}),
    );
    assertInstanceOf(error, ArchiveResponseError);
    assertEquals(error.received, 4);
    assertEquals(came.length, 4);
  });
});

Deno.test("listTests() tells of a wrong next page in one line, without control characters, and not at any length", async () => {
  for (const link of ["?\x9b31m\x7f", `?${"x".repeat(10_000)}`]) {
    await withServer(
      () => json([{ "metadata-next-page": link }]),
      async (origin) => {
        const error = await assertRejects(
          () => allOf(listTests(archiveAt(origin), {}, {})),
          ArchiveResponseError,
        );
        assert(!CONTROL.test(error.message), JSON.stringify(error.message));
        assert(error.message.length < 1000, `${error.message.length}`);
      },
    );
  }
});

Deno.test("listTests() reports as the original does", async () => {
  await withShelf(
    { dialect: "esmond", count: 4, pageSize: 3 },
    async (origin) => {
      const archive = archiveAt(origin);
      await allOf(listTests(archive, {}, {}));
      const root = archive.address.root.href;
      assertEquals(archive.lines, [
        `[url: ${root}]`,
        "pagination - metadata_count_total: 4 got: 3",
        "",
        "current total results: 3",
        "issuing request with offset: 3",
        `[url: ${root}?offset=3]`,
        "got 1 results",
        "",
        "final result count: 4",
        "",
      ]);
    },
  );
});

// Lists of esmond that change while they are read

/** An esmond whose tests change their order, or number, before each page. */
async function keysOfChanging(
  change: (keys: string[], request: number) => void,
  asked: string[] = [],
): Promise<unknown[]> {
  const all = keys(900);
  return await withServer((_, url) => {
    asked.push(url.search);
    change(all, asked.length);
    const offset = Number(url.searchParams.get("offset") ?? 0);
    const entries = all.slice(offset, offset + 300)
      .map((key) => entry("esmond", key));
    if (entries[0]) {
      entries[0] = { ...entries[0], "metadata-count-total": all.length };
    }
    return json(entries, { headers: { allow: "GET" } });
  }, async (origin) => await keysAt(origin));
}

Deno.test("listTests() finds every test of an esmond that lists them in another order each time", async () => {
  for (const seed of [1, 2, 3]) {
    const random = seeded(seed);
    const found = await keysOfChanging((all, request) => {
      if (request > 6) return;
      for (let i = all.length - 1; i > 0; i--) {
        const j = Math.floor(random() * (i + 1));
        [all[i], all[j]] = [all[j]!, all[i]!];
      }
    });
    assertEquals(found.length, 900);
    assertEquals(new Set(found).size, 900);
  }
});

Deno.test("listTests() finds a test that is made while a list of esmond is read, and keeps one that vanishes", async () => {
  const asked: string[] = [];
  const found = await keysOfChanging((all, request) => {
    if (request === 2) all.unshift("new");
    if (request === 5) all.splice(all.indexOf("k5"), 1);
  }, asked);
  assertEquals(found.includes("new"), true);
  assertEquals(found.includes("k5"), true);
  assertEquals(found.length, 901);
});

Deno.test("listTests() finds the tests of esmond that move to a page that was read when others vanish", async () => {
  const removed = new Set<string>();
  const found = await keysOfChanging((all, request) => {
    if (request !== 2 && request !== 3) return;
    for (const key of all.splice(0, 50)) removed.add(key);
  });
  assertEquals(keys(900).filter((key) => !found.includes(key)), []);
  assertEquals(removed.size, 100);
});

Deno.test("listTests() reads a list of esmond that does not change once", async () => {
  const asked: string[] = [];
  assertEquals((await keysOfChanging(() => {}, asked)).length, 900);
  assertEquals(asked, ["", "?offset=300", "?offset=600"]);
});

Deno.test("listTests() finds the tests of esmond that move to a page that was read when others come, whichever was read first", async () => {
  const all = keys(9);
  const [third, fourth] = [new Event(), new Event()];
  const totals: number[] = [];
  await withServer(async (_, url) => {
    const offset = Number(url.searchParams.get("offset") ?? 0);
    // The pages after the second are read before it, and a test comes between.
    if (offset === 3 && totals.length < 3) {
      await third.happened("the third page");
      all.unshift("new");
      fourth.happen();
    }
    const entries = all.slice(offset, offset + 3).map((key, index) => ({
      ...entry("esmond", key),
      ...(index === 0 ? { "metadata-count-total": all.length } : {}),
    }));
    totals.push(all.length);
    if (offset === 6) third.happen();
    return json(entries, { headers: { allow: "GET" } });
  }, async (origin) => {
    const found = await keysAt(origin);
    assertEquals(new Set(found), new Set(["new", ...keys(9)]));
    assertEquals(found.length, 10);
  });
  assertEquals(totals.slice(0, 3), [9, 9, 10]);
});

Deno.test("listTests() counts the tests of esmond before it chooses among them", async () => {
  const asked: string[] = [];
  await withServer((_, url) => {
    asked.push(url.search);
    return json([
      { ...entry("esmond", "a"), "metadata-count-total": 2 },
      { "metadata-key": "b" },
    ]);
  }, async (origin) => {
    assertEquals(await keysAt(origin, { "event-type": "throughput" }), ["a"]);
  });
  assertEquals(asked.length, 1);
});

// Requests under way

Deno.test("listTests() has the second request on its way before the first page is used up", async () => {
  const second = new Event();
  await withServer((_, url) => {
    if (url.searchParams.has("offset")) second.happen();
    return json(page({ dialect: "esmond", count: 5, pageSize: 3 }, url));
  }, async (origin) => {
    let pages = 0;
    for await (const _ of listTests(archiveAt(origin), {}, {})) {
      if (pages++ === 0) await second.happened("the second request");
    }
    assertEquals(pages, 2);
  });
});

Deno.test("listTests() asks esmond side by side for the pages after the first, and gives them in order", async () => {
  const shelf: Shelf = { dialect: "esmond", count: 20, pageSize: 3 };
  for (const links of [true, false]) {
    const asked: string[] = [];
    const all = new Event();
    await withServer(async (_, url) => {
      asked.push(url.search);
      if (asked.length === 7) all.happen();
      // None is answered before all are asked for, and the last is, first.
      if (asked.length > 1) await all.happened("the requests for all pages");
      if (url.search !== "?offset=18") await pause(1);
      return json(page({ ...shelf, links }, url));
    }, async (origin) => {
      assertEquals(await keysAt(origin), keys(20));
    });
    const offsets = [3, 6, 9, 12, 15, 18].map((at) => `?offset=${at}`);
    assertEquals(asked, ["", ...offsets]);
  }
});

Deno.test("listTests() has no more requests under way than the connection allows", async () => {
  let [underWay, most] = [0, 0];
  await withServer(async (_, url) => {
    most = Math.max(most, ++underWay);
    await pause(1);
    underWay--;
    return json(page({ dialect: "esmond", count: 60, pageSize: 3 }, url));
  }, async (origin) => {
    const archive = archiveAt(origin, { concurrency: 2 });
    assertEquals((await allOf(listTests(archive, {}, {}))).length, 60);
    for (let n = 0; n < 2; n++) assertEquals(archive.gate.takeAhead(), true);
    assertEquals(archive.gate.takeAhead(), false);
  });
  assertEquals(most, 2);
});

Deno.test("listTests() finds all tests of an esmond whose pages are shorter after the first", async () => {
  const asked: string[] = [];
  await withServer((_, url) => {
    asked.push(url.search);
    const pageSize = url.search === "" ? 5 : 4;
    const shelf: Shelf = { dialect: "esmond", count: 23, pageSize };
    return json(page({ ...shelf, links: false }, url));
  }, async (origin) => assertEquals(await keysAt(origin), keys(23)));
  for (const at of [5, 9, 13, 17, 21]) {
    assert(asked.includes(`?offset=${at}`), `${at}`);
  }
});

Deno.test("listTests() throws what a later page failed with after those before it, and how many had come", async () => {
  const all = new Event();
  let asked = 0;
  await withServer(async (_, url) => {
    if (++asked === 5) all.happen();
    if (asked > 1) await all.happened("the requests for all pages");
    return url.search === "?offset=9"
      ? new Response('{"detail":"no"}', { status: 404 })
      : json(page({ dialect: "esmond", count: 15, pageSize: 3 }, url));
  }, async (origin) => {
    const { came, error } = await untilError(
      listTests(archiveAt(origin), {}, {}),
    );
    assertEquals(came.length, 9);
    assertInstanceOf(error, ArchiveHttpError);
    assertEquals([error.status, error.received], [404, 9]);
  });
});

Deno.test("listTests() ends all requests under way when the loop is left", async () => {
  const asked = new Event();
  let [left, ended] = [0, 0];
  await withSockets(async (socket) => {
    const offset = /offset=(\d+)/.exec(await socket.request())?.[1];
    if (offset === undefined) {
      const body = JSON.stringify([
        { ...entry("esmond", "k0"), "metadata-count-total": 4 },
      ]);
      await socket.send(
        `HTTP/1.1 200 OK\r\nallow: GET\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      return;
    }
    if (++left === 3) asked.happen();
    await socket.closed();
    ended++;
  }, async (origin) => {
    for await (const _ of listTests(archiveAt(origin), {}, {})) {
      await asked.happened("the requests for the other pages");
      break;
    }
    await until(() => ended === 3, "the end of these requests");
  });
});

Deno.test("listTests() ends the request under way when the loop is left", async () => {
  const second = new Event();
  const ended = new Event();
  await withSockets(async (socket) => {
    const isSecond = (await socket.request()).includes("offset=");
    if (!isSecond) {
      const body = '[{"metadata-next-page":"?offset=1"}]';
      await socket.send(
        `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      return;
    }
    second.happen();
    await socket.closed();
    ended.happen();
  }, async (origin) => {
    for await (const _ of listTests(archiveAt(origin), {}, {})) {
      await second.happened("the second request");
      break;
    }
    await ended.happened("the end of the second request");
  });
});

Deno.test("listTests() throws what the second page failed with after the first, and how many had come", async () => {
  const asked: string[] = [];
  await withServer((_, url) => {
    asked.push(url.search);
    return url.searchParams.has("offset")
      ? new Response('{"detail":"no"}', { status: 404 })
      : json(page({ dialect: "esmond", count: 5, pageSize: 3 }, url));
  }, async (origin) => {
    const { came, error } = await untilError(
      listTests(archiveAt(origin), {}, {}),
    );
    assertEquals(came.length, 3);
    assertInstanceOf(error, ArchiveHttpError);
    assertEquals([error.status, error.received], [404, 3]);
    assertStringIncludes(error.url, "?offset=3");
    assertStringIncludes(error.message, "after 3 had arrived");
  });
  assertEquals(asked.length, 2);
});

Deno.test("listTests() throws the reason of the caller's signal", async () => {
  const stop = new AbortController();
  const reason = new RangeError("enough");
  await withSockets(async (socket) => {
    await socket.request();
    stop.abort(reason);
    await socket.closed();
  }, async (origin) => {
    const archive = archiveAt(origin, { signal: stop.signal, retries: 3 });
    const { error } = await untilError(listTests(archive, {}, {}));
    assertStrictEquals(error, reason);
  });
});

// Entries that are not tests

Deno.test("listTests() refuses a list of something else than tests, after the pages before it", async () => {
  for (const other of [null, 5, "x", [], true]) {
    await withServer((_, url) => {
      return url.searchParams.has("offset")
        ? json([other])
        : json(page({ dialect: "esmond", count: 5, pageSize: 3 }, url));
    }, async (origin) => {
      const { came, error } = await untilError(
        listTests(archiveAt(origin), {}, {}),
      );
      assertEquals(came.length, 3);
      assertInstanceOf(error, ArchiveResponseError);
      assertEquals(error.received, 3);
      assertStringIncludes(error.message, "something else than tests");
    });
  }
});

Deno.test("listTests() refuses a page in which any entry is not a test", async () => {
  await withServer(
    () => json([{ "metadata-key": "a" }, null]),
    async (origin) => {
      await assertRejects(
        () => keysAt(origin),
        ArchiveResponseError,
        "something else than tests",
      );
    },
  );
});

Deno.test("listTests() bears with tests whose fields are null or of another kind", async () => {
  const odd = [
    { "metadata-key": "a", "event-types": null },
    { "metadata-key": "b", "event-types": {} },
    { "metadata-key": "c", "event-types": [null, 5, "x", []] },
    {
      "metadata-key": "d",
      "event-types": [{ "event-type": "throughput", summaries: null }],
    },
    {
      "metadata-key": "e",
      "metadata-count-total": "many",
      "metadata-next-page": 5,
      "event-types": [{ "event-type": "throughput", summaries: [null, 5] }],
    },
    { "metadata-key": null },
    {},
  ];
  await withServer(() => json(odd), async (origin) => {
    assertEquals((await keysAt(origin)).length, 7);
    assertEquals(await keysAt(origin, { "event-type": "throughput" }), [
      "d",
      "e",
    ]);
    assertEquals(await keysAt(origin, { "summary-type": "average" }), []);
  });
});

// What archives filter badly

function measuring(
  key: string,
  ...eventTypes: [name: string, ...summaries: [string, string | number][]][]
): WireMetadata {
  return {
    "metadata-key": key,
    "event-types": eventTypes.map(([name, ...summaries]) => ({
      "event-type": name,
      "base-uri": `/esmond/perfsonar/archive/${key}/${name}/base/0`,
      summaries: summaries.map(([type, window]) => ({
        "summary-type": type,
        "summary-window": window,
      })),
    })),
  };
}

const MIXED = [
  measuring("both", ["throughput", ["average", 86400]], ["failures"]),
  measuring("text", ["throughput", ["average", "86400"]]),
  measuring("other", ["packet-trace"]),
  measuring("apart", ["throughput"], ["histogram-rtt", ["average", 86400]]),
  measuring("short", ["throughput", ["average", 300]]),
  measuring("sum", ["throughput", ["aggregation", 86400]]),
];

Deno.test("listTests() filters event types and roll-ups once more", async () => {
  await withServer(() => json(MIXED), async (origin) => {
    const found = (wanted: Record<string, string | number>) =>
      keysAt(origin, wanted);
    assertEquals((await found({})).length, 6);
    assertEquals(await found({ "event-type": "failures" }), ["both"]);
    assertEquals(await found({ "event-type": "Failures" }), []);
    assertEquals(await found({ "summary-type": "aggregation" }), ["sum"]);
    assertEquals(await found({ "summary-window": "300" }), ["short"]);
    assertEquals((await found({ "event-type": "" })).length, 6);
  });
});

Deno.test("listTests() takes windows that are numbers and windows that are text for the same", async () => {
  await withServer(() => json(MIXED), async (origin) => {
    for (const window of [86400, "86400"]) {
      const found = await keysAt(origin, {
        "event-type": "throughput",
        "summary-type": "average",
        "summary-window": window,
      });
      assertEquals(found, ["both", "text"]);
    }
  });
});

Deno.test("listTests() wants event type, roll-up and window of one and the same event type", async () => {
  await withServer(() => json(MIXED), async (origin) => {
    assertEquals(
      await keysAt(origin, {
        "event-type": "throughput",
        "summary-type": "average",
      }),
      ["both", "text", "short"],
    );
  });
});

Deno.test("sameWindow() compares windows as numbers", () => {
  assertEquals(sameWindow("300", 300), true);
  assertEquals(sameWindow(300, "300"), true);
  assertEquals(sameWindow(0, "0"), true);
  assertEquals(sameWindow("300", "3600"), false);
  assertEquals(sameWindow("x", "x"), true);
  assertEquals(sameWindow("x", "y"), false);
  assertEquals(sameWindow(undefined, 0), false);
});

Deno.test("sameWindow() takes no window for no window, not for one of 0", () => {
  for (const none of [null, "", [], false]) {
    assertEquals(sameWindow(none as unknown as string, 0), false, `${none}`);
  }
  assertEquals(sameWindow("0", ""), false);
});

// elmond's 500

/** An elmond that answers 500 when it is asked for an event type. */
function cannotSearch(asked: string[], shelf: Shelf): Handler {
  return (_, url) => {
    asked.push(url.search);
    return url.searchParams.has("event-type")
      ? new Response("<p>Internal Server Error</p>", { status: 500 })
      : json(page(shelf, url));
  };
}

Deno.test("listTests() lists the rest and chooses itself where elmond cannot search for an event type", async () => {
  const asked: string[] = [];
  const shelf: Shelf = { dialect: "elmond", count: 3, pageSize: 1000 };
  await withServer(cannotSearch(asked, shelf), async (origin) => {
    const wanted = { source: "x", "event-type": "throughput" };
    const times = { "time-start": 5 };
    assertEquals(await keysAt(origin, wanted, times), keys(3));
    assertEquals(
      await keysAt(origin, { "event-type": "packet-trace-multi" }),
      [],
    );
  });
  assertEquals(asked, [
    "?source=x&event-type=throughput&time-start=5",
    "?source=x&time-start=5",
    "?event-type=packet-trace-multi",
    "",
  ]);
});

Deno.test("listTests() asks for later pages without the event type too", async () => {
  const asked: string[] = [];
  const shelf: Shelf = { dialect: "elmond", count: 1500, pageSize: 1000 };
  await withServer(cannotSearch(asked, shelf), async (origin) => {
    const found = await keysAt(origin, { "event-type": "throughput" });
    assertEquals(found, keys(1500));
  });
  assertEquals(asked, ["?event-type=throughput", "", "?limit=10000"]);
});

Deno.test("listTests() does not choose from everything where a roll-up was asked for: its 500 is an error", async () => {
  const filters: Record<string, string | number>[] = [
    { "summary-type": "average" },
    { "summary-window": 300 },
  ];
  for (const filter of filters) {
    const asked: string[] = [];
    await withServer(
      cannotSearch(asked, { dialect: "elmond", count: 3, pageSize: 1000 }),
      async (origin) => {
        const error = await assertRejects(
          () => keysAt(origin, { "event-type": "throughput", ...filter }),
          ArchiveHttpError,
        );
        assertEquals(error.status, 500);
      },
    );
    assertEquals(asked.length, 1);
  }
});

Deno.test("listTests() takes a 500 for an error that comes without the event type too, and names what was asked", async () => {
  const asked: string[] = [];
  await withServer((_, url) => {
    asked.push(url.search);
    return new Response("<p>down</p>", { status: 500 });
  }, async (origin) => {
    const error = await assertRejects(
      () => keysAt(origin, { "event-type": "throughput" }),
      ArchiveHttpError,
      "500: down",
    );
    assertStringIncludes(error.url, "event-type=throughput");
  });
  assertEquals(asked, ["?event-type=throughput", ""]);
});

Deno.test("listTests() takes other refusals of an event type for errors at once", async () => {
  for (const status of [400, 401, 403, 404]) {
    const asked = new Set<string>();
    await withServer((_, url) => {
      assertEquals(asked.has(url.href), false);
      asked.add(url.href);
      return new Response("", { status });
    }, async (origin) => {
      const error = await assertRejects(
        () => keysAt(origin, { "event-type": "throughput" }),
        ArchiveHttpError,
      );
      assertEquals(error.status, status);
    });
    assertEquals(asked.size, status === 404 ? 2 : 1); // without a slash, too
  }
});

Deno.test("listTests() asks again, not for everything, after a 503: elmond does not answer so", async () => {
  const asked: string[] = [];
  await withServer((_, url) => {
    asked.push(url.search);
    return asked.length === 1
      ? new Response("", { status: 503 })
      : json([measuring("a", ["throughput"])]);
  }, async (origin) => {
    const archive = archiveAt(origin, { retries: 1 });
    const wanted = { "event-type": "throughput" };
    assertEquals((await allOf(listTests(archive, wanted, {}))).length, 1);
  });
  assertEquals(asked, ["?event-type=throughput", "?event-type=throughput"]);
});

Deno.test("listTests() throws the reason of a signal that fires while it lists the rest", async () => {
  const stop = new AbortController();
  const reason = new RangeError("enough");
  await withServer(async (_, url) => {
    if (url.searchParams.has("event-type")) {
      return new Response("", { status: 500 });
    }
    stop.abort(reason);
    await pause(50);
    return json([]);
  }, async (origin) => {
    const archive = archiveAt(origin, { signal: stop.signal });
    const wanted = { "event-type": "throughput" };
    const { error } = await untilError(listTests(archive, wanted, {}));
    assertStrictEquals(error, reason);
  });
});

Deno.test("listTests() tries a 500 again where no event type was asked for", async () => {
  let asked = 0;
  await withServer(
    () => ++asked === 1 ? new Response("", { status: 500 }) : json([{}]),
    async (origin) => {
      const archive = archiveAt(origin, { retries: 1 });
      assertEquals((await allOf(listTests(archive, {}, {}))).length, 1);
    },
  );
  assertEquals(asked, 2);
});
