/** The test that a post writes to is looked at before anything is sent. */

import { assertEquals, assertRejects } from "@std/assert";
import {
  ArchiveHttpError,
  ArchiveResponseError,
  PostError,
} from "../../client/errors.ts";
import { describeTest, requireTest } from "../../client/post_target.ts";
import { archiveAt } from "../helpers/test_archive.ts";
import { type Handler, json, withServer } from "../servers/serve.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const PATH = `/esmond/perfsonar/archive/${KEY}/`;

const ENTRY = {
  "event-types": [
    {
      "event-type": "throughput",
      "summaries": [
        { "summary-type": "average", "summary-window": "86400" },
        { "summary-type": "average", "summary-window": 300 },
      ],
    },
    { "event-type": "failures", "summaries": null },
    null,
  ],
};

const missing = () => json({ detail: "Not found." }, { status: 404 });

/** Requires a test with these event types from an archive. */
function required(handler: Handler, ...eventTypes: string[]) {
  const points = eventTypes.map((eventType) => ({
    eventType,
    ts: 1,
    val: "1",
  }));
  return withServer(
    handler,
    (origin) => requireTest(archiveAt(origin), KEY, points),
  );
}

Deno.test("requireTest() tells the windows of the roll-ups of each event type", async () => {
  const known = await required(
    (_, url) => {
      assertEquals(url.pathname, PATH);
      return json(ENTRY);
    },
    "throughput",
    "failures",
  );
  assertEquals(known.get("throughput"), [86_400, 300]);
  assertEquals(known.get("failures"), []);
});

Deno.test("requireTest() refuses an event type that the test was not created with", async () => {
  const error = await assertRejects(
    () =>
      required(
        () => json(ENTRY),
        "throughput",
        "path-mtu",
        "mpstat",
        "path-mtu",
      ),
    PostError,
    "was not created with the event type path-mtu",
  );
  assertEquals(error.argument, "eventType");
  assertEquals(
    error.points.map(({ eventType }) => eventType),
    ["path-mtu", "path-mtu"],
  );
});

Deno.test("requireTest() says that a test is missing, or that the archive is an elmond", async () => {
  const cases: [handler: Handler, said: string][] = [
    [missing, "post its metadata first"],
    [() => json("[]"), "post its metadata first"],
    [
      (_, url) => url.pathname.endsWith("/") ? missing() : json(ENTRY),
      "this archive (elmond) is read-only",
    ],
  ];
  for (const [handler, said] of cases) {
    const asked: string[] = [];
    const error = await assertRejects(
      () =>
        required((request, url) => {
          asked.push(url.pathname);
          return handler(request, url);
        }, "throughput"),
      PostError,
      said,
    );
    assertEquals(error.argument, "metadataKey");
    assertEquals(error.points.length, 1);
    assertEquals(asked, [PATH, PATH.slice(0, -1)]);
  }
});

Deno.test("describeTest() takes nothing but a 404 or an empty list for a missing test", async () => {
  const described = (response: () => Response) =>
    withServer(
      response,
      (origin) => describeTest(new URL(origin + PATH), archiveAt(origin)),
    );
  assertEquals(await described(missing), undefined);
  assertEquals(await described(() => json(" [] ")), undefined);
  assertEquals(await described(() => json(ENTRY)), ENTRY as object);
  await assertRejects(
    () => described(() => json({}, { status: 403 })),
    ArchiveHttpError,
  );
  for (const body of ["[{}]", "[1]", "null"]) {
    await assertRejects(
      () => described(() => json(body)),
      ArchiveResponseError,
      "no description of the test",
    );
  }
});
