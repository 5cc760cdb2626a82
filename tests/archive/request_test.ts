/** The URL of a request. */

import { assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../archive/answers.ts";
import { addressOf } from "../../archive/request.ts";

Deno.test("addressOf() joins the host and the target of a request", () => {
  const cases: [target: string, host: string, url: string][] = [
    ["/a?b=c", "localhost:80", "http://localhost/a?b=c"],
    ["/a", "[::1]:8085", "http://[::1]:8085/a"],
    ["http://other:1/a", "localhost", "http://other:1/a"],
    ["//a", "localhost", "http://localhost//a"],
  ];
  for (const [target, host, url] of cases) {
    assertEquals(addressOf(target, host).href, url);
  }
});

Deno.test("addressOf() refuses hosts and targets that could mean something else", () => {
  const cases: [target: string, host: string][] = [
    ["/a", "user@localhost"],
    ["/a", "local host"],
    ["/a", ""],
    ["/a", "localhost:123456"],
    ["a", "localhost"],
    ["*", "localhost"],
    ["@evil.example/", "localhost"],
    ["http://user@localhost/", "localhost"],
  ];
  for (const [target, host] of cases) {
    assertThrows(() => addressOf(target, host), Refusal);
  }
});
