/** Answers and refusals as they are sent. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  detailAnswer,
  jsonAnswer,
  listText,
  pageAnswer,
  Refusal,
  Room,
} from "../../archive/answers.ts";

Deno.test("jsonAnswer() escapes the ends of lines that only JavaScript knows", () => {
  const { status, body, type } = jsonAnswer('"a\u2028b\u2029c\u2028"', 201);
  assertEquals([status, type], [201, "application/json"]);
  assertEquals(body, '"a\\u2028b\\u2029c\\u2028"');
});

Deno.test("listText() joins its entries, up to a limit that counts the commas", () => {
  assertEquals(listText([], 0), "[]");
  assertEquals(listText(["1", "22"], 5), "[1,22]");
  const error = assertThrows(() => listText(["1", "22"], 4), Refusal);
  assertStringIncludes(error.message, "longer than 4 characters");
});

Deno.test("listText() takes no further entry once an answer is full", () => {
  let taken = 0;
  function* endless() {
    for (;;) yield String(100_000_000 + ++taken);
  }
  assertThrows(() => listText(endless(), 100), Refusal);
  assertEquals(taken, 11);
});

Deno.test("Room has space for items and a comma after each", () => {
  const room = new Room(10);
  room.take(4);
  room.take(4);
  assertThrows(() => room.take(0), Refusal, "longer than 10 characters");
});

Deno.test("a refusal says its reason and logs it, and neither at any length", () => {
  const { status, body, reason, headers } = detailAnswer('no "a"', 401, {
    "www-authenticate": "Token",
  });
  assertEquals([status, reason], [401, 'no "a"']);
  assertEquals(JSON.parse(body), { detail: 'no "a"' });
  assertEquals(headers, { "www-authenticate": "Token" });
  const long = "x".repeat(1001);
  const short = `${"x".repeat(1000)}...`;
  assertEquals(JSON.parse(detailAnswer(long, 400).body), { detail: short });
  assertEquals(detailAnswer(long, 400).reason, short);
  assertEquals(pageAnswer(400, long).reason, short);
  assertEquals(detailAnswer("x".repeat(1000), 400).reason?.length, 1000);
});

Deno.test("a page has a title for its status, and its message cannot be markup", () => {
  const { body, reason } = pageAnswer(404, "<b> & </b>");
  assertStringIncludes(body, "<title>404 Not Found</title>");
  assertStringIncludes(body, "<h1>Not Found</h1>");
  assertStringIncludes(body, "<p>&lt;b&gt; &amp; &lt;/b&gt;</p>");
  assertEquals(reason, "<b> & </b>");
  assertStringIncludes(pageAnswer(418, "").body, "<title>418 418</title>");
});
