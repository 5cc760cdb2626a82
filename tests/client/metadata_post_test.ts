import "../helpers/impatient.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  ArchiveHttpError,
  ArchiveResponseError,
  MetadataPost,
  type MetadataPostOptions,
  PostError,
} from "../../mod.ts";
import { isDocumentedFilter } from "../../client/parameters.ts";
import { TEST_PARAMETERS } from "../../client/test_parameters.ts";
import { json, withServer } from "../servers/serve.ts";
import { KEY } from "./ledger.ts";

const NOWHERE = "http://127.0.0.1";

const TEST: MetadataPostOptions = {
  apiKey: "k",
  subjectType: "point-to-point",
  source: "10.10.0.1",
  destination: "10.10.0.2",
  toolName: "bwctl/iperf3",
  measurementAgent: "10.10.0.2",
  inputSource: "host1",
  inputDestination: "host2",
};

Deno.test("MetadataPost names the argument that is required and missing", () => {
  for (
    const argument of [
      "subjectType",
      "source",
      "destination",
      "toolName",
      "measurementAgent",
      "inputSource",
      "inputDestination",
    ] as const
  ) {
    const post = new MetadataPost(NOWHERE, { ...TEST, [argument]: "" });
    const error = assertThrows(() => post.jsonPayload(), PostError, argument);
    assertEquals(error.argument, argument);
  }
});

Deno.test("MetadataPost describes what it was given, whatever becomes of the object it was given in", () => {
  const given = { ...TEST };
  const post = new MetadataPost(NOWHERE, given);
  given.source = "203.0.113.9";
  given.toolName = "";
  assertEquals(
    post.jsonPayload(),
    new MetadataPost(NOWHERE, TEST).jsonPayload(),
  );
});

Deno.test("MetadataPost leaves out what is null, which only code without types can give", () => {
  const none = { timeDuration: null } as unknown as { timeDuration: number };
  const post = new MetadataPost(NOWHERE, { ...TEST, ...none });
  assert(!("time-duration" in JSON.parse(post.jsonPayload())));
});

Deno.test("D35: MetadataPost describes network elements, which have no destination", () => {
  const { destination: _, inputDestination: __, ...rest } = TEST;
  const element = { ...rest, subjectType: "network-element" };
  const payload = JSON.parse(new MetadataPost(NOWHERE, element).jsonPayload());
  assertEquals(payload["subject-type"], "network-element");
  assert(!("destination" in payload));
  assertThrows(
    () =>
      new MetadataPost(NOWHERE, { ...TEST, subjectType: "network-element" })
        .jsonPayload(),
    PostError,
    "destination",
  );
});

Deno.test("MetadataPost refuses subject types that there are not", () => {
  const post = new MetadataPost(NOWHERE, { ...TEST, subjectType: "nonsense" });
  assertThrows(() => post.jsonPayload(), PostError, "network-element");
});

Deno.test("D27: an event type that was added already is skipped, with a warning", () => {
  const log: string[] = [];
  const post = new MetadataPost(NOWHERE, {
    ...TEST,
    log: (line) => log.push(line),
  });
  post.addEventType("throughput");
  post.addEventType("throughput");
  assertEquals(log, ["Event type throughput already exists - skipping"]);
  assertEquals(JSON.parse(post.jsonPayload())["event-types"], [
    { "event-type": "throughput", summaries: [] },
  ]);
});

Deno.test("addSummaryType() replaces windows of the same kind and adds the event type", () => {
  const post = new MetadataPost(NOWHERE, TEST);
  post.addSummaryType("throughput", "average", [1, 3600]);
  post.addSummaryType("throughput", "average", ["86400"]);
  post.addSummaryType("throughput", "aggregation", [300, "600"]);
  assertEquals(JSON.parse(post.jsonPayload())["event-types"], [{
    "event-type": "throughput",
    summaries: [
      { "summary-type": "aggregation", "summary-window": 300 },
      // never text and numbers mixed
      { "summary-type": "aggregation", "summary-window": 600 },
      { "summary-type": "average", "summary-window": "86400" },
    ],
  }]);
});

Deno.test("addEventType() and addSummaryType() refuse what archives do not know", () => {
  const post = new MetadataPost(NOWHERE, TEST);
  for (
    const [make, argument, part] of [
      [() => post.addEventType("no-such-type"), "eventType", "no-such-type"],
      [
        () => post.addSummaryType("throughput", "median", [300]),
        "summaryType",
        "median",
      ],
      [
        () => post.addSummaryType("failures", "aggregation", [300]),
        "summaryType",
        "failures",
      ],
      [
        () => post.addSummaryType("throughput", "average", ["abc"]),
        "windows",
        "Invalid summary window int: abc",
      ],
      [
        () => post.addSummaryType("throughput", "average", [1.5]),
        "windows",
        "1.5",
      ],
      [
        () => post.addSummaryType("throughput", "average", [-300]),
        "windows",
        "-300",
      ],
    ] as const
  ) {
    const error = assertThrows(make, PostError, part);
    assertEquals(error.argument, argument);
  }
});

Deno.test("D29: parameters with a false value are there, and are not overwritten", () => {
  const log: string[] = [];
  const post = new MetadataPost(NOWHERE, {
    ...TEST,
    timeDuration: 0,
    log: (line) => log.push(line),
  });
  post.addFreeformKeyValue("bw-parallel-streams", 0);
  post.addFreeformKeyValue("bw_parallel_streams", 4);
  post.addFreeformKeyValue("note", "");
  post.addFreeformKeyValue("note", "again");
  post.addFreeformKeyValue("time-duration", 30);
  post.addFreeformKeyValue("source", "elsewhere");
  const payload = JSON.parse(post.jsonPayload());
  assertEquals(payload["bw-parallel-streams"], 0);
  assertEquals(payload["note"], "");
  assertEquals(payload["time-duration"], 0);
  assertEquals(payload["source"], "10.10.0.1");
  assertEquals(log.length, 4);
});

Deno.test("addFreeformKeyValue() refuses what an archive would fail on", () => {
  const post = new MetadataPost(NOWHERE, TEST);
  assertThrows(
    () => post.addFreeformKeyValue("x", null),
    PostError,
    "no value",
  );
  assertThrows(
    () => post.addFreeformKeyValue("metadata-key", "x"),
    PostError,
    "metadata-key",
  );
  assertThrows(() => post.addFreeformKeyValue("x", NaN), PostError, "JSON");
});

Deno.test("D37: the test that postMetadata() returns keeps how the archive is spoken to", async () => {
  let asked = 0;
  await withServer(async (request, url) => {
    assertEquals(request.headers.get("authorization"), "Token k");
    if (request.method === "POST") {
      return json({
        ...await request.json(),
        "metadata-key": KEY,
        "event-types": [{
          "event-type": "throughput",
          "base-uri": `${url.pathname}${KEY}/throughput/base`,
          summaries: [],
        }],
      }, { status: 201 });
    }
    asked++;
    return json({}, { status: 503 });
  }, async (origin) => {
    const post = new MetadataPost(origin, { ...TEST, retries: 0, timeout: 7 });
    const metadata = await post.postMetadata();
    assertEquals(metadata.metadataKey, KEY);
    await assertRejects(
      () => metadata.getEventType("throughput")!.getData(),
      ArchiveHttpError,
    );
    assertEquals(asked, 1);
  });
});

Deno.test("postMetadata() is not repeated after a 500, which may have left a fragment", async () => {
  let requests = 0;
  await withServer(() => {
    requests++;
    return new Response("", { status: 500 });
  }, async (origin) => {
    const post = new MetadataPost(origin, TEST);
    await assertRejects(() => post.postMetadata(), ArchiveHttpError, "500");
    assertEquals(requests, 1);
  });
});

Deno.test("postMetadata() takes no key that could act on a terminal, and nothing but a description for one", async () => {
  const answers = [
    ...["a\u001b[2J", "a\nb", "a\u202eb", "a b", "", 5, { toString: 1 }].map((
      key,
    ) => JSON.stringify({ "metadata-key": key })),
    ...["null", "[]", "7", '"x"', "", "[".repeat(1e6), '{"a":'.repeat(1e6)],
  ];
  for (const answer of answers) {
    await withServer(() => json(answer, { status: 201 }), async (origin) => {
      const post = new MetadataPost(origin, TEST);
      const error = await assertRejects(
        () => post.postMetadata(),
        ArchiveResponseError,
        "no description of the test",
      );
      assertEquals(error.problem, "no description of the test");
    });
  }
});

Deno.test("readBack finds out that an archive has not got the test that it acknowledged", async () => {
  const entry = { "metadata-key": "0a1b" };
  const answers: [answer: Response, isThere: boolean][] = [
    [json(entry), true],
    [json({ "metadata-key": "other" }), false],
    [json({ detail: "Not found." }, { status: 404 }), false],
    [json([]), false],
  ];
  for (const [answer, isThere] of answers) {
    const asked: string[] = [];
    await withServer(({ method }, url) => {
      asked.push(`${method} ${url.pathname}`);
      return method === "POST" ? json(entry, { status: 201 }) : answer.clone();
    }, async (origin) => {
      const post = new MetadataPost(origin, { ...TEST, readBack: true });
      if (isThere) {
        assertEquals((await post.postMetadata()).metadataKey, "0a1b");
      } else {
        await assertRejects(
          () => post.postMetadata(),
          ArchiveResponseError,
          "the test that it acknowledged cannot be read back",
        );
      }
    });
    const root = "/esmond/perfsonar/archive/";
    assertEquals(asked, [`POST ${root}`, `GET ${root}0a1b/`]);
  }
});

Deno.test("readBack does not take a test that lacks an event type for the one that was described", async () => {
  const types = ["throughput", "packet-retransmits"];
  for (const count of [1, 2]) {
    const has = types.slice(0, count).map((name) => ({ "event-type": name }));
    const entry = { "metadata-key": "0a1b", "event-types": has };
    const answer = ({ method }: Request) =>
      json(entry, { status: method === "POST" ? 201 : 200 });
    await withServer(answer, async (origin) => {
      const post = new MetadataPost(origin, { ...TEST, readBack: true });
      for (const type of types) post.addEventType(type);
      if (count === 2) return void await post.postMetadata();
      await assertRejects(() => post.postMetadata(), ArchiveResponseError);
    });
  }
});

Deno.test("postMetadata() asks for the key only when it is about to send, and once", async () => {
  let asked = 0;
  const apiKey = () => {
    asked++;
    return Promise.resolve("later");
  };
  const keys: (string | null)[] = [];
  await withServer(({ headers }) => {
    keys.push(headers.get("authorization"));
    return json({ "metadata-key": "0a1b" }, { status: 201 });
  }, async (origin) => {
    const { source: _, ...incomplete } = TEST;
    const bad = new MetadataPost(origin, { ...incomplete, apiKey });
    await assertRejects(() => bad.postMetadata(), PostError, "source");
    assertEquals(asked, 0);
    const post = new MetadataPost(origin, { ...TEST, apiKey });
    await post.postMetadata();
    await post.postMetadata();
  });
  assertEquals([asked, keys], [1, ["Token later", "Token later"]]);
});

Deno.test("MetadataPost takes every documented parameter under its name in camelCase", () => {
  const post = new MetadataPost(NOWHERE, {
    ...TEST,
    ipTransportProtocol: "udp",
    timeInterval: 0,
    timeProbeInterval: 0.1,
    bwParallelStreams: 4,
    tcpWindowSize: "64000",
    sampleBucketWidth: 0.0001,
    traceMaxTtl: 30,
    modeFlip: false,
    ipDscp: "", // as good as none
  });
  post.addEventType("throughput");
  post.addFreeformKeyValue("of-our-own", "x");
  const described = JSON.parse(post.jsonPayload());
  assertEquals(Object.entries(described).slice(7), [
    ["ip-transport-protocol", "udp"],
    ["time-interval", 0],
    ["time-probe-interval", 0.1],
    ["bw-parallel-streams", 4],
    ["tcp-window-size", "64000"],
    ["sample-bucket-width", 0.0001],
    ["trace-max-ttl", 30],
    ["mode-flip", false],
    ["event-types", [{ "event-type": "throughput", summaries: [] }]],
    ["of-our-own", "x"],
  ]);
});

Deno.test("every documented parameter is a filter that archives document", () => {
  const names = TEST_PARAMETERS.map(([, name]) => name);
  assertEquals(names.filter((name) => !isDocumentedFilter(name)), []);
  assert(names.includes("bw-ignore-first-seconds"));
  assert(names.every((name) => /^[a-z]+(-[a-z]+)+$/.test(name)));
});

Deno.test("MetadataPost refuses names and windows of another type, in one sentence", () => {
  const post = new MetadataPost(NOWHERE, TEST);
  const loose = post as unknown as Record<
    "addEventType" | "addSummaryType" | "addFreeformKeyValue",
    (...given: unknown[]) => void
  >;
  for (
    const [work, said] of [
      [() => loose.addEventType(undefined), "Must set eventType"],
      [() => loose.addEventType(5), "5 is not a known event type"],
      [() => loose.addEventType("througput"), "(did you mean throughput?)"],
      [
        () => loose.addSummaryType("throughput", "average", 300),
        "windows have to be a list, such as [3600], not 300",
      ],
      [
        () => loose.addFreeformKeyValue(5, "x"),
        "a parameter needs a name, as text, not 5",
      ],
    ] as const
  ) assertThrows(work, PostError, said);
});
