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
  type PostValue,
} from "../../mod.ts";
import "../helpers/impatient.ts";
import { json, withServer } from "../servers/serve.ts";
import {
  bulkOf,
  KEY,
  type Ledger,
  type Trouble,
  withLedger,
} from "./ledger.ts";
import { until } from "../helpers/waiting.ts";

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

Deno.test("postData() lists stored, missing and unknown points, and continues from there when called again", async () => {
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
      const post = bulkOf(origin, { timeout: 1 });
      const error = await assertRejects(() => post.postData(), PostDataError);
      assertEquals([error.missing.length, error.unknown.length], [0, 5]);
      finished.resolve();
      await until(() => ledger.stored.size === 5, "the points are stored");
      await post.postData();
      assertEquals(ledger.writes, 1);
    },
    async () => {
      await finished.promise;
      return undefined;
    },
  );
});

Deno.test("postData() looks once more before it sends again what an archive may have stored in the meantime", async () => {
  await withLedger(
    async (origin, ledger) => {
      await bulkOf(origin, { retries: 1, verify: false }).postData();
      assertEquals(ledger.writes, 1);
      assertEquals(ledger.stored.size, 5);
    },
    gone,
    undefined,
    (ledger) => {
      // Nothing is there when it asks first; it is stored right after that.
      if (ledger.reads !== 1) return undefined;
      for (let ts = 1; ts <= 5; ts++) {
        ledger.stored.set(`throughput ${ts}`, ts * 10);
      }
      return json([]);
    },
  );
});

Deno.test("postData() finds a point stored whose request was answered by an error", async () => {
  for (const status of [200, 202, 204, 299, 303, 408, 500, 502, 503, 504]) {
    await withLedger(
      async (origin, ledger) => {
        const post = new EventTypePost(origin, {
          metadataKey: KEY,
          eventType: "throughput",
          apiKey: "k",
          retries: 0,
        });
        post.addDataPoint(1, 10);
        await post.postData();
        assertEquals([ledger.writes, ledger.reads], [1, 1], `${status}`);
      },
      undefined,
      () => new Response(null, { status, headers: { location: "/login" } }),
    );
  }
});

Deno.test("postData() takes a write that was refused for missing, and asks nothing", async () => {
  for (const status of [400, 401, 403, 404, 405, 413, 415, 429]) {
    await withLedger(
      async (origin, ledger) => {
        const post = new EventTypePost(origin, {
          metadataKey: KEY,
          eventType: "throughput",
          apiKey: "k",
          retries: 0,
        });
        post.addDataPoint(1, 10);
        const error = await assertRejects(() => post.postData(), PostDataError);
        assertEquals([error.missing.length, error.unknown.length], [1, 0]);
        assertEquals([ledger.writes, ledger.reads], [1, 0], `${status}`);
      },
      () => json({ detail: "no" }, { status }),
    );
  }
});

Deno.test("postData() calls points unknown where the archive may still be at it, and missing where it has not got them", async () => {
  for (
    const [status, unknown] of [
      [200, 0],
      [202, 5],
      [204, 0],
      [302, 0],
      [502, 0],
      [503, 0],
      [504, 5],
    ] as const
  ) {
    await withLedger(
      async (origin, ledger) => {
        const error = await assertRejects(
          () => bulkOf(origin, { retries: 0 }).postData(),
          PostDataError,
        );
        assertEquals(
          [error.stored.length, error.missing.length, error.unknown.length],
          [0, 5 - unknown, unknown],
          `${status}`,
        );
        assertEquals(ledger.writes, 1);
      },
      () => new Response(null, { status, headers: { location: "/login" } }),
    );
  }
});

Deno.test("postData() does not send again what something else than the archive answers", async () => {
  for (const status of [200, 202, 204, 302, 303]) {
    await withLedger(
      async (origin, ledger) => {
        const post = bulkOf(origin, { retries: 3 });
        await assertRejects(() => post.postData(), PostDataError, `${status}`);
        assertEquals(ledger.writes, 1);
      },
      () => new Response(null, { status, headers: { location: "/login" } }),
    );
  }
});

Deno.test("readBack finds out that an archive has not got what it acknowledged", async () => {
  const forget: Trouble = () => json('""', { status: 201 });
  await withLedger(async (origin, ledger) => {
    await bulkOf(origin).postData(); // believed
    const post = bulkOf(origin, { readBack: true });
    const error = await assertRejects(
      () => post.postData(),
      PostDataError,
      "acknowledged",
    );
    assertEquals([error.stored.length, error.missing.length], [0, 5]);
    assertEquals(ledger.writes, 2);
  }, forget);
});

Deno.test("readBack reads all that was sent, be it one point or many, and finds a single one missing", async () => {
  for (const lost of [undefined, 3]) {
    let theLedger: Ledger;
    await withLedger(
      async (origin, ledger) => {
        theLedger = ledger;
        const post = bulkOf(origin, { readBack: true, verify: false });
        if (lost === undefined) return await post.postData();
        const error = await assertRejects(() => post.postData(), PostDataError);
        assertEquals(error.missing.map((point) => point.ts), [lost]);
      },
      undefined,
      () => {
        theLedger.stored.delete(`throughput ${lost}`);
        return undefined;
      },
    );
    assertEquals([theLedger!.writes, theLedger!.reads], [1, 1]);
  }
});

Deno.test("readBack finds out that an archive has another value than it acknowledged", async () => {
  let theLedger: Ledger;
  await withLedger(
    async (origin, ledger) => {
      theLedger = ledger;
      const post = bulkOf(origin, { readBack: true });
      await assertRejects(
        () => post.postData(),
        PostError,
        "the archive has 31 for throughput at 3",
      );
    },
    undefined,
    () => {
      theLedger.stored.set("throughput 3", 31);
      return undefined;
    },
  );
});

Deno.test("readBack leaves it unknown whether points are stored that it cannot read", async () => {
  const answers: Record<string, () => Response> = {
    "a login page": () => new Response("<html>", { headers: HTML }),
    "an error": () => json({ detail: "broken" }, { status: 500 }),
  };
  for (const [name, answer] of Object.entries(answers)) {
    await withLedger(
      async (origin) => {
        const post = bulkOf(origin, { readBack: true, verify: false });
        const error = await assertRejects(() => post.postData(), PostDataError);
        const { stored, missing, unknown } = error;
        assertEquals([stored, missing, unknown.length], [[], [], 5], name);
      },
      undefined,
      undefined,
      answer,
    );
  }
});

const HTML = { "content-type": "text/html" };

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

// What an archive does with a second value of one second.
const SECOND: [eventType: string, one: PostValue, other: PostValue][] = [
  ["throughput", 5, 6],
  ["ntp-offset", 0.5, 0.25],
  ["packet-loss-rate", fraction(1, 2), fraction(1, 3)],
  ["histogram-ttl", { "250": 1 }, { "250": 2 }],
  ["failures", { error: "a" }, { error: "b" }],
  ["throughput-subintervals", [interval(1)], [interval(2)]],
];

function fraction(numerator: number, denominator: number): PostValue {
  return { numerator, denominator };
}

function interval(val: number): PostValue {
  return { start: 0, duration: 1, val };
}

for (const [eventType, one, other] of SECOND) {
  const isKept = ["throughput", "ntp-offset", "packet-loss-rate"]
    .includes(eventType);
  Deno.test(
    `postData() ${
      isKept ? "refuses to replace a value of" : "replaces a value of"
    } ${eventType}`,
    async () => {
      await withLedger(async (origin, ledger) => {
        const post = (value: PostValue) => {
          const bulk = new EventTypeBulkPost(origin, {
            metadataKey: KEY,
            apiKey: "k",
          });
          bulk.addDataPoint(eventType, 1, value);
          bulk.addDataPoint("path-mtu", Number(ledger.writes), 1500);
          return bulk.postData();
        };
        await post(one);
        const [before] = ledger.stored.values();
        if (isKept) {
          const error = await assertRejects(
            () => post(other),
            PostError,
            "and keeps it",
          );
          assertEquals(error.points.map((each) => each.eventType), [eventType]);
          assertEquals([...ledger.stored.values()][0], before);
          assertEquals(ledger.writes, 1);
        } else {
          await post(other);
          assertEquals([...ledger.stored.values()][0], other);
        }
      });
    },
  );
}

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
