/** The body of a request: which are refused, and in which words. */

import { assertEquals, assertRejects } from "@std/assert";
import { Refusal } from "../../archive/answers.ts";
import { readBody as readParsed, readJson } from "../../archive/body.ts";
import { LIMITS, type Limits } from "../../archive/limits.ts";
import type { ArchiveRequest } from "../../archive/request.ts";

const JSON_BODY = { "content-type": "application/json" };

/** A request with this body, which notes how much of it may be read. */
function requestOf(
  body: string | Uint8Array,
  headers: Record<string, string> = JSON_BODY,
  limits: number[] = [],
): ArchiveRequest {
  return {
    method: "POST",
    url: new URL("http://localhost/"),
    header: (name) => headers[name],
    read: (limit) => {
      limits.push(limit);
      const isText = typeof body === "string";
      return Promise.resolve(isText ? new TextEncoder().encode(body) : body);
    },
  };
}

/** The text that readBody() gives, beside the value that it gives. */
async function readBody(
  request: ArchiveRequest,
  limits: Limits,
): Promise<string> {
  const { text, value } = await readParsed(request, limits);
  assertEquals(value, JSON.parse(text));
  return text;
}

Deno.test("readBody() and readJson() give the text as it was sent, without blanks around it", async () => {
  const text = '{ "a": 1.50, "b": "\u00e9 " }';
  for (const type of ["application/json", "Application/JSON; charset=utf-8"]) {
    const request = requestOf(` ${text}\n`, { "content-type": type });
    assertEquals(await readBody(request, LIMITS), text);
    assertEquals(await readJson(request, LIMITS), text);
  }
});

Deno.test("readBody() and readJson() read no more than their own limits", async () => {
  const limits: number[] = [];
  const request = requestOf("{}", JSON_BODY, limits);
  await readBody(request, LIMITS);
  await readJson(request, LIMITS);
  assertEquals(limits, [LIMITS.body, LIMITS.description]);
});

Deno.test("an empty body is a test without fields, and no data at all", async () => {
  assertEquals(await readJson(requestOf("", {}), LIMITS), "{}");
  await assertRejects(
    () => readBody(requestOf(""), LIMITS),
    Refusal,
    "No data payload POSTed.",
  );
});

Deno.test("readBody() and readJson() refuse what is not JSON, in the original's words", async () => {
  const text = { "content-type": "text/plain" };
  const cases: [
    read: typeof readBody,
    request: ArchiveRequest,
    status: number,
    said: string,
  ][] = [
    [readBody, requestOf("{}", text), 400, "Must post content-type"],
    [readBody, requestOf("{}", {}), 400, "Must post content-type"],
    [readJson, requestOf("{}", text), 415, 'media type "text/plain"'],
    [readJson, requestOf("{}", {}), 415, 'media type ""'],
    [readBody, requestOf("{'a'}"), 400, "given: b'{'a'}'"],
    [readBody, requestOf("x".repeat(201)), 400, `b'${"x".repeat(200)}...'`],
    [readJson, requestOf("{'a'}"), 400, "JSON parse error - "],
    [readBody, requestOf(Uint8Array.of(34, 255, 34)), 400, "be decoded"],
    [readJson, requestOf(Uint8Array.of(34, 255, 34)), 400, "parse error"],
  ];
  for (const [read, request, status, said] of cases) {
    const error = await assertRejects(
      () => read(request, LIMITS),
      Refusal,
      said,
    );
    assertEquals(error.status, status, said);
  }
});

Deno.test("readBody() and readJson() refuse compressed bodies unread", async () => {
  for (const read of [readBody, readJson]) {
    for (const encoding of ["gzip", "br", "gzip, identity"]) {
      const limits: number[] = [];
      const headers = { ...JSON_BODY, "content-encoding": encoding };
      const error = await assertRejects(
        () => read(requestOf("{}", headers, limits), LIMITS),
        Refusal,
        "must not be compressed",
      );
      assertEquals([error.status, limits.length], [415, 0]);
    }
    const headers = { ...JSON_BODY, "content-encoding": " Identity" };
    assertEquals(await read(requestOf("{}", headers), LIMITS), "{}");
  }
});

Deno.test("readBody() and readJson() count levels of nesting, not brackets", async () => {
  const limits = { ...LIMITS, depth: 3 };
  for (const read of [readBody, readJson]) {
    for (
      const text of [
        '[[[1],[2]],{"a":{}}]',
        '["[[[[{{{{\\"[["]',
        "[[],[],[],[]]",
      ]
    ) {
      assertEquals(await read(requestOf(text), limits), text);
    }
    for (const text of ["[[[[]]]]", '{"a":[{"b":[]}]}', '["\\"",[[[]]]]']) {
      await assertRejects(
        () => read(requestOf(text), limits),
        Refusal,
        "not be nested more than 3 levels deep",
      );
    }
  }
});
