import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  ApiFilters,
  ArchiveHttpError,
  connectAll,
  FilterError,
  type Metadata,
} from "../../mod.ts";
import { Event } from "../helpers/waiting.ts";
import { type Handler, json, withServer } from "../servers/serve.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** An archive that refuses whoever asks. */
const REFUSAL: Handler = () => new Response("no", { status: 403 });

/** A test in a list, as esmond shows it. */
function listed(key: string, more: Record<string, unknown> = {}) {
  return {
    "metadata-key": key,
    "uri": `/esmond/perfsonar/archive/${key}/`,
    "url": `http://inside.example/esmond/perfsonar/archive/${key}/`,
    "source": "192.0.2.1",
    "destination": "192.0.2.2",
    "event-types": [],
    ...more,
  };
}

/** An archive that lists these tests, on one page. */
function listing(...tests: unknown[]): Handler {
  return () => json(tests);
}

/** Runs `use` with archives, each of which answers in its own way. */
async function withArchives(
  answers: readonly Handler[],
  use: (...origins: string[]) => Promise<void>,
): Promise<void> {
  const [first, ...others] = answers;
  if (first === undefined) return await use();
  await withServer(
    first,
    (origin) => withArchives(others, (...all) => use(origin, ...all)),
  );
}

const keysOf = async (tests: AsyncIterable<Metadata>) =>
  (await Array.fromAsync(tests, ({ metadataKey }) => metadataKey)).sort();

Deno.test("connectAll() gives the tests of all archives, each with its archive", async () => {
  // Two archives have one key for different tests.
  await withArchives(
    [listing(listed("a"), listed("b")), listing(listed("a"))],
    async (one, other) => {
      const tests = connectAll([one, other]);
      const found = await Array.fromAsync(
        tests,
        (md) => `${md.archive} ${md.metadataKey}`,
      );
      const root = "/esmond/perfsonar/archive/";
      assertEquals(
        found.sort(),
        [`${one}${root} a`, `${one}${root} b`, `${other}${root} a`].sort(),
      );
      assertEquals(tests.failures, []);
      assertEquals(tests.connections.map(({ url }) => url), [
        one + root,
        other + root,
      ]);
    },
  );
});

Deno.test("connectAll() names the archives that fail and gives the tests of the others", async () => {
  await withArchives(
    [REFUSAL, listing(listed("b"))],
    async (one, other) => {
      const tests = connectAll([one, "http://127.0.0.1:9", other], undefined, {
        retries: 0,
      });
      assertEquals(await keysOf(tests), ["b"]);
      assertEquals(
        tests.failures.map(({ url }) => new URL(url).origin).sort(),
        [
          one,
          "http://127.0.0.1:9",
        ].sort(),
      );
      assert(
        tests.failures.some(({ error }) => error instanceof ArchiveHttpError),
      );
      // Another loop begins anew.
      assertEquals(await keysOf(tests), ["b"]);
      assertEquals(tests.failures.length, 2);
    },
  );
});

Deno.test("connectAll() throws the first archive's error when all fail", async () => {
  await withArchives([REFUSAL], async (one) => {
    const tests = connectAll([one, "http://127.0.0.1:9"], undefined, {
      retries: 0,
    });
    const error = await assertRejects(() => keysOf(tests), ArchiveHttpError);
    assertEquals(error.status, 403);
    assertEquals(tests.failures.length, 2);
  });
});

Deno.test("an archive that does not answer keeps no other waiting, and leaving the loop ends its request", async () => {
  const ended = new Event();
  const asked = new Event();
  const silent: Handler = (request) => {
    asked.happen();
    const { promise, resolve } = Promise.withResolvers<Response>();
    request.signal.addEventListener("abort", () => {
      ended.happen();
      resolve(json([]));
    });
    return promise;
  };
  await withArchives([silent, listing(listed("b"))], async (one, other) => {
    for await (const md of connectAll([one, other])) {
      assertEquals(md.metadataKey, "b");
      await asked.happened("the first archive is asked");
      break;
    }
    await ended.happened("its request ends");
  });
});

Deno.test("archives that answer do not wait for more silent ones than requests may be sent", async () => {
  const asked = new Event();
  let silent = 0;
  const mute: Handler = ({ signal }) => {
    if (++silent === 3) asked.happen();
    const { promise, resolve } = Promise.withResolvers<Response>();
    signal.addEventListener("abort", () => resolve(json([])));
    return promise;
  };
  const answering = listing(listed("b"));
  await withArchives([mute, mute, mute, answering], async (...urls) => {
    const options = { requests: 2, timeout: 0 };
    for await (const md of connectAll(urls, undefined, options)) {
      assertEquals(md.metadataKey, "b");
      await asked.happened("all silent archives are asked");
      break;
    }
  });
});

Deno.test("tests can be read after the loop was left", async () => {
  const answer: Handler = (_, url) =>
    url.pathname.endsWith("/base") ? json([{ ts: 1, val: 2 }]) : json(
      url.searchParams.get("offset") ? [] : [
        listed("a", {
          "event-types": [{
            "event-type": "throughput",
            "base-uri": "/esmond/perfsonar/archive/a/throughput/base",
            "summaries": [],
          }],
        }),
      ],
    );
  await withArchives([answer, answer], async (one, other) => {
    const found = await Array.fromAsync(connectAll([one, other]));
    assertEquals(found.length, 2);
    for (const md of found) {
      const payload = await md.getEventType("throughput")!.getData();
      assertEquals(payload.data.map(({ val }) => val), [2]);
    }
  });
});

Deno.test("a test that several archives hold comes once with distinct, from the archive named first", async () => {
  const go = new Event();
  const late: Handler = async () => {
    await go.happened("the other has answered");
    return json([listed("first")]);
  };
  const other = listed("second", {
    "event-types": [{ "event-type": "throughput", "summaries": [] }],
  });
  const quick: Handler = () => {
    go.happen();
    return json([listed("copy"), other]);
  };
  await withArchives([late, quick, REFUSAL], async (...urls) => {
    const options = { retries: 0 };
    assertEquals(
      await keysOf(connectAll(urls, undefined, { ...options, distinct: true })),
      ["first", "second"],
    );
    assertEquals(await keysOf(connectAll(urls, undefined, options)), [
      "copy",
      "first",
      "second",
    ]);
  });
});

Deno.test("distinct keeps what one archive lists twice", async () => {
  await withArchives(
    [listing(listed("a"), listed("b")), listing(listed("c"))],
    async (...urls) => {
      const tests = connectAll(urls, undefined, { distinct: true });
      assertEquals(await keysOf(tests), ["a", "b"]);
    },
  );
});

Deno.test("a key goes to the origin that it is given for, and to no other", async () => {
  const sent: [number, string | null][] = [];
  const noting = (at: number): Handler => (request) => {
    sent.push([at, request.headers.get("authorization")]);
    return json([listed("k")]);
  };
  await withArchives([noting(0), noting(1)], async (one, other) => {
    await keysOf(
      connectAll([one, other], undefined, {
        apiKeys: { [`${other}/`]: "secret" },
      }),
    );
    assertEquals(sent.sort(), [[0, null], [1, "Token secret"]]);
    const error = assertThrows(
      () => connectAll([one, other], new ApiFilters({ authApikey: "all" })),
      FilterError,
    );
    assertStringIncludes(error.message, "apiKeys");
  });
});

Deno.test("all archives together are sent no more requests at a time than allowed, and each gets its turn", async () => {
  let [underWay, most] = [0, 0];
  const busy: Handler = async () => {
    most = Math.max(most, ++underWay);
    for (let i = 0; i < 5; i++) await new Promise((end) => setTimeout(end));
    underWay--;
    return json([listed("k")]);
  };
  await withArchives(new Array(12).fill(busy), async (...urls) => {
    const tests = connectAll(urls, undefined, { requests: 3 });
    assertEquals((await keysOf(tests)).length, 12);
    assertEquals(most, 3);
  });
});

Deno.test("an address that is there twice counts once, however it is spelt", () => {
  const urls = [
    "http://MA.example.net:80/",
    new URL("http://ma.example.net"),
    "http://ma.example.net//",
    "https://ma.example.net",
  ];
  assertEquals(connectAll(urls).connections.map(({ url }) => url), [
    "http://ma.example.net/esmond/perfsonar/archive/",
    "https://ma.example.net/esmond/perfsonar/archive/",
  ]);
});

Deno.test("connectAll() refuses what cannot be asked before anything is sent", () => {
  for (
    const [urls, options] of [
      [[], {}],
      ["http://ma.example.net", {}],
      [["ma.example.net"], {}],
      [["http://ma.example.net"], { requests: 0 }],
      [["http://ma.example.net"], { concurrency: 0 }],
    ] as const
  ) {
    assertThrows(
      () => connectAll(urls as unknown as string[], undefined, options),
      FilterError,
    );
  }
});

Deno.test("a signal that fires ends all archives with its reason", async () => {
  const stop = new AbortController();
  const silent: Handler = (request) => {
    stop.abort(new Error("enough"));
    return new Promise((resolve) =>
      request.signal.addEventListener("abort", () => resolve(json([])))
    );
  };
  await withArchives([silent, silent], async (...urls) => {
    const tests = connectAll(urls, undefined, { signal: stop.signal });
    await assertRejects(() => keysOf(tests), Error, "enough");
  });
});
