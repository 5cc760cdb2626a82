import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  ArchiveHttpError,
  EventTypeBulkPost,
  EventTypePost,
  PostDataError,
  PostError,
} from "../../mod.ts";
import "../helpers/impatient.ts";
import { json, withServer } from "../servers/serve.ts";
import { bulkOf, KEY, type Trouble, withLedger } from "./ledger.ts";

const gone = () => new Response("lost", { status: 502 });

Deno.test("postData() sends what is missing, and nothing when called again (D36)", async () => {
  await withLedger(async (origin, ledger) => {
    const post = bulkOf(origin);
    await post.postData();
    assertEquals([...ledger.stored.values()], [10, 20, 30, 40, 50]);
    await post.postData();
    assertEquals(ledger.writes, 1);
    post.addDataPoint("path-mtu", 1, 1500);
    await post.postData();
    assertEquals(ledger.writes, 2);
  });
});

Deno.test("postData() asks what became of points whose answer got lost, and finds them stored", async () => {
  await withLedger(
    async (origin, ledger) => {
      await bulkOf(origin).postData();
      assertEquals(ledger.writes, 1);
      assertEquals(ledger.stored.size, 5);
    },
    undefined,
    gone,
  );
});

Deno.test("postData() lists what is stored, missing and unknown, and goes on from there when called again", async () => {
  let isBroken = true;
  const trouble: Trouble = (write) =>
    isBroken && write === 2 ? gone() : undefined;
  await withLedger(async (origin, ledger) => {
    const post = new EventTypePost(origin, {
      metadataKey: KEY,
      eventType: "throughput",
      apiKey: "k",
      retries: 0,
    });
    for (const ts of [1, 2, 3]) post.addDataPoint(ts, ts);
    const error = await assertRejects(() => post.postData(), PostDataError);
    assertEquals(error.stored.map((point) => point.ts), [1]);
    assertEquals(error.missing.map((point) => point.ts), [2, 3]);
    assertEquals(error.unknown, []);
    assertStringIncludes(error.message, "1 points are stored, 2 are not");
    isBroken = false;
    await post.postData();
    assertEquals([...ledger.stored.keys()].length, 3);
    assertEquals(ledger.writes, 4);
  }, trouble);
});

Deno.test("postData() repeats a write only when the archive has not what it sent", async () => {
  const trouble: Trouble = (write) => write === 1 ? gone() : undefined;
  await withLedger(async (origin, ledger) => {
    await bulkOf(origin, { retries: 1 }).postData();
    assertEquals(ledger.writes, 2);
    assertEquals(ledger.stored.size, 5);
  }, trouble);
});

Deno.test("postData() takes a point that the archive has with the same value for stored", async () => {
  await withLedger(async (origin, ledger) => {
    await bulkOf(origin).postData();
    await bulkOf(origin).postData(); // another sender of the same
    assertEquals(ledger.writes, 1);
    const single = new EventTypePost(origin, {
      metadataKey: KEY,
      eventType: "throughput",
      apiKey: "k",
      verify: false,
    });
    single.addDataPoint(1, 10);
    await single.postData(); // 409, and the same value
    assertEquals(ledger.writes, 2);
  });
});

Deno.test("postData() calls points unknown that a slow archive may store yet, and finds them when called again", async () => {
  const finished = Promise.withResolvers<void>();
  await withLedger(
    async (origin, ledger) => {
      const post = bulkOf(origin, { timeout: 0.2 });
      const error = await assertRejects(() => post.postData(), PostDataError);
      assertEquals([error.missing.length, error.unknown.length], [0, 5]);
      finished.resolve();
      while (ledger.stored.size < 5) await new Promise((r) => setTimeout(r, 5));
      await post.postData();
      assertEquals(ledger.writes, 1);
    },
    async () => {
      await finished.promise;
      return undefined;
    },
  );
});

// esmond takes the points of a request one by one: after an error it holds back
// those before, until its next write.
Deno.test("postData() does not send again by itself what an archive may have held back", async () => {
  for (const status of [400, 409, 500]) {
    const trouble: Trouble = (write) =>
      write === 1 ? json({ detail: "broken" }, { status }) : undefined;
    await withLedger(async (origin, ledger) => {
      const post = bulkOf(origin, { retries: 3 });
      const error = await assertRejects(() => post.postData(), PostDataError);
      assertEquals([error.missing.length, error.unknown.length], [0, 5]);
      assertEquals(ledger.writes, 1);
      await post.postData(); // now that somebody wants it
      assertEquals([...ledger.stored.values()], [10, 20, 30, 40, 50]);
      assertEquals(ledger.writes, 2);
    }, trouble);
  }
});

Deno.test("postData() says so if what was sent again was added to what had been held back", async () => {
  let ledger: { stored: Map<string, unknown> };
  await withLedger(
    async (origin, theLedger) => {
      ledger = theLedger;
      const post = bulkOf(origin);
      await assertRejects(() => post.postData(), PostDataError);
      const error = await assertRejects(() => post.postData(), PostError);
      assertStringIncludes(
        error.message,
        "the archive has 20 for throughput at 1, and keeps it: 10",
      );
    },
    (write) => write === 1 ? json({}, { status: 500 }) : undefined,
    (write) => {
      if (write === 2) ledger.stored.set("throughput 1", 20);
      return undefined;
    },
  );
});

Deno.test("postData() says so if points that were sent again cannot be read back", async () => {
  let ledger: { stored: Map<string, unknown> };
  await withLedger(
    async (origin, theLedger) => {
      ledger = theLedger;
      const post = bulkOf(origin);
      await assertRejects(() => post.postData(), PostDataError);
      const error = await assertRejects(() => post.postData(), PostDataError);
      assertEquals(error.missing.map((point) => point.ts), [3]);
      assertEquals(error.stored.length, 4);
    },
    (write) => write === 1 ? json({}, { status: 500 }) : undefined,
    (write) => {
      if (write === 2) ledger.stored.delete("throughput 3");
      return undefined;
    },
  );
});

Deno.test("postData() names both values where the archive has another", async () => {
  await withLedger(async (origin, ledger) => {
    await bulkOf(origin).postData();
    const other = new EventTypeBulkPost(origin, {
      metadataKey: KEY,
      apiKey: "k",
    });
    other.addDataPoint("throughput", 3, 31);
    other.addDataPoint("throughput", 6, 60);
    const error = await assertRejects(() => other.postData(), PostError);
    assertStringIncludes(error.message, "30");
    assertStringIncludes(error.message, "31");
    assertEquals(ledger.writes, 1); // nothing of it was sent
  });
});

Deno.test("postData() makes sure of key and event type, once", async () => {
  const paths: string[] = [];
  await withServer((request, url) => {
    paths.push(`${request.method} ${url.pathname}`);
    return url.pathname.includes("nobody")
      ? json({ detail: "Not found." }, { status: 404 })
      : json({ "event-types": [{ "event-type": "path-mtu", summaries: [] }] });
  }, async (origin) => {
    for (
      const [metadataKey, part] of [
        ["nobody", "no test with the key nobody"],
        [KEY, "not created with the event type throughput"],
      ] as const
    ) {
      const post = new EventTypePost(origin, {
        metadataKey,
        eventType: "throughput",
        apiKey: "k",
      });
      post.addDataPoint(1, 1);
      await assertRejects(() => post.postData(), PostError, part);
    }
  });
  assert(paths.every((path) => path.startsWith("GET ")));
  // An address without its closing slash is asked too before a test is said not
  // to be there.
  assertEquals(paths.length, 3);
});

Deno.test("wrong credentials are said, with all points missing", async () => {
  await withLedger(async (origin) => {
    const error = await assertRejects(
      () => bulkOf(origin).postData(),
      PostDataError,
      "401",
    );
    assertEquals(error.missing.length, 5);
    assert(error.cause instanceof ArchiveHttpError);
  }, () => json({ detail: "Invalid token." }, { status: 401 }));
});

Deno.test("a signal ends writing with its reason", async () => {
  const stop = new AbortController();
  await withLedger(async (origin) => {
    const post = bulkOf(origin, { signal: stop.signal });
    await assertRejects(() => post.postData(), Error, "enough");
  }, () => {
    stop.abort(new Error("enough"));
    return undefined;
  });
});

Deno.test("postData() takes nothing but a description for one of the test", async () => {
  for (const answer of ["null", "[1]", "7", "[".repeat(1e6), "{"]) {
    await withServer(() => json(answer), async (origin) => {
      const post = bulkOf(origin, { retries: 0 });
      post.addDataPoint("throughput", 1397075053, 23);
      await assertRejects(() => post.postData(), PostDataError, "no descr");
    });
  }
});
