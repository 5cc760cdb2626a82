import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  ArchiveError,
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveSizeError,
  ArchiveTimeoutError,
  ArchiveUnreachableError,
  EsmondError,
  FilterError,
  PostDataError,
  PostError,
} from "../../client/errors.ts";

const URL = "http://ma.example.net/esmond/perfsonar/archive/";

Deno.test("every error is an EsmondError, an Error, and says its class in name", () => {
  const errors: [Error, string][] = [
    [new EsmondError("x"), "EsmondError"],
    [new ArchiveError("x", { url: URL }), "ArchiveError"],
    [new ArchiveHttpError(500, "", { url: URL }), "ArchiveHttpError"],
    [
      new ArchiveUnreachableError("x", { url: URL }),
      "ArchiveUnreachableError",
    ],
    [new ArchiveTimeoutError(1, { url: URL }), "ArchiveTimeoutError"],
    [new ArchiveResponseError("x", { url: URL }), "ArchiveResponseError"],
    [new FilterError("x", "y"), "FilterError"],
    [new PostError("x", "y"), "PostError"],
    [
      new PostDataError("x", { stored: [], missing: [], unknown: [] }),
      "PostDataError",
    ],
  ];
  for (const [error, name] of errors) {
    assertInstanceOf(error, EsmondError);
    assertEquals(error.name, name);
    assertEquals(`${error}`, `${name}: ${error.message}`);
    assert(error.stack?.includes("errors_test.ts"), "no stack of the caller");
  }
});

Deno.test("only failed requests are ArchiveErrors", () => {
  assertInstanceOf(new ArchiveHttpError(500, "", { url: URL }), ArchiveError);
  assertInstanceOf(new ArchiveTimeoutError(1, { url: URL }), ArchiveError);
  assert(!(new FilterError("x", "y") instanceof ArchiveError));
  assert(!(new PostError("x", "y") instanceof ArchiveError));
});

Deno.test("ArchiveHttpError tells status, what the archive said, and the address", () => {
  const error = new ArchiveHttpError(401, "Invalid token.", { url: URL });
  assertEquals(
    error.message,
    `the archive answered 401: Invalid token. (${URL})`,
  );
  assertEquals(error.status, 401);
  assertEquals(error.detail, "Invalid token.");
  assertEquals(error.url, URL);
  assertEquals(error.received, 0);
});

Deno.test("ArchiveHttpError does without what the archive did not say", () => {
  const error = new ArchiveHttpError(502, "", { url: URL });
  assertEquals(error.message, `the archive answered 502 (${URL})`);
});

Deno.test("every ArchiveError tells how much had arrived, if anything had", () => {
  const some = { url: URL, received: 2000 };
  for (
    const error of [
      new ArchiveHttpError(500, "no", some),
      new ArchiveUnreachableError("no", some),
      new ArchiveTimeoutError(20, some),
      new ArchiveResponseError("no", some),
    ]
  ) {
    assertEquals(error.received, 2000);
    assert(error.message.includes("after 2000 had arrived"), error.message);
    assert(error.message.includes(URL), error.message);
  }
  for (const received of [0, undefined]) {
    const nothing = received === undefined ? { url: URL } : {
      url: URL,
      received,
    };
    const error = new ArchiveTimeoutError(20, nothing);
    assertEquals(error.received, 0);
    assert(!error.message.includes("arrived"), error.message);
  }
});

Deno.test("ArchiveTimeoutError counts in seconds", () => {
  const error = new ArchiveTimeoutError(0.5, { url: URL });
  assertEquals(error.timeout, 0.5);
  assertEquals(error.message, `the archive sent nothing for 0.5 s (${URL})`);
});

Deno.test("ArchiveUnreachableError and ArchiveResponseError keep their reason apart from the message", () => {
  const request = { url: URL };
  assertEquals(new ArchiveUnreachableError("why", request).reason, "why");
  assertEquals(new ArchiveResponseError("what", request).problem, "what");
});

Deno.test("the error underneath is kept as cause, and absent if there is none", () => {
  const cause = new TypeError("refused");
  const error = new ArchiveUnreachableError("x", { url: URL, cause });
  assertEquals(error.cause, cause);
  const alone = new ArchiveUnreachableError("x", { url: URL });
  assertEquals(Object.hasOwn(alone, "cause"), false);
});

Deno.test("FilterError and PostError name what was refused and say only what they were given", () => {
  const filter = new FilterError("timeStart", "give a Date");
  assertEquals([filter.field, filter.message], ["timeStart", "give a Date"]);
  const post = new PostError("metadataKey", "is required");
  assertEquals([post.argument, post.message], ["metadataKey", "is required"]);
});

Deno.test("ArchiveUnreachableError supposes the worst of a write, unless it is told", () => {
  const request = { url: URL };
  const supposed = new ArchiveUnreachableError("why", request);
  assertEquals(supposed.mayHaveArrived, true);
  const told = new ArchiveUnreachableError("why", request, false);
  assertEquals(told.mayHaveArrived, false);
});

Deno.test("PostDataError counts what became of the points, and keeps them and the cause", () => {
  const point = { eventType: "throughput", ts: 1397075053, val: "23" };
  const cause = new ArchiveTimeoutError(20, { url: URL });
  const error = new PostDataError(
    "it was cut off",
    { stored: [point], missing: [point, point], unknown: [] },
    cause,
  );
  assertEquals(
    error.message,
    "it was cut off; 1 points are stored, 2 are not, 0 are unknown",
  );
  assertEquals(error.stored, [point]);
  assertEquals(error.missing.length, 2);
  assertEquals(error.unknown, []);
  assertEquals(error.cause, cause);
  const alone = new PostDataError("x", error);
  assertEquals(Object.hasOwn(alone, "cause"), false);
});

Deno.test("ArchiveTimeoutError tells how little came", () => {
  const message = (bytes?: number) =>
    new ArchiveTimeoutError(60, { url: URL }, bytes).message;
  assertEquals(message(), `the archive sent nothing for 60 s (${URL})`);
  assertEquals(
    message(7),
    `the archive sent no more than 7 bytes for 60 s (${URL})`,
  );
});

Deno.test("ArchiveSizeError tells the limit as people read it", () => {
  for (
    const [limit, size] of [
      [128 << 20, "128 MiB"],
      [1536, "1536 bytes"],
      [3 << 10, "3 KiB"],
      [3 * 2 ** 30, "3072 MiB"],
    ] as const
  ) {
    const { message } = new ArchiveSizeError(limit, { url: URL });
    assert(message.includes(`larger than ${size};`), message);
  }
});
