/** Keys, and the formats that a client may ask for. */

import { assertEquals, assertThrows } from "@std/assert";
import {
  authenticate,
  checkAcceptable,
  digestTokens,
} from "../../archive/access.ts";
import { Refusal } from "../../archive/answers.ts";
import type { ArchiveRequest } from "../../archive/request.ts";

function request(
  method: string,
  headers: Record<string, string>,
): ArchiveRequest {
  return {
    method,
    url: new URL("http://localhost/"),
    header: (name) => headers[name],
    read: () => Promise.resolve(new Uint8Array()),
  };
}

Deno.test("authenticate() lets everybody read, and only keys write", () => {
  const access = { tokens: digestTokens(["one", "two"]), isOpen: false };
  const cases: [method: string, authorization: string, isRefused: boolean][] = [
    ["GET", "", false],
    ["GET", "Token wrong", true],
    ["GET", "ApiKey user:key", false],
    ["POST", "", true],
    ["POST", "Token two", false],
    ["POST", "tOKEN two", false],
    ["POST", "Token two three", true],
    ["POST", "Token", true],
    ["POST", "Bearer two", true],
  ];
  for (const [method, authorization, isRefused] of cases) {
    const attempt = () =>
      authenticate(access, request(method, { authorization }));
    if (isRefused) {
      const { status, headers } = assertThrows(attempt, Refusal);
      assertEquals([status, headers["www-authenticate"]], [401, "Token"]);
    } else attempt();
  }
  authenticate({ tokens: [], isOpen: true }, request("POST", {}));
});

Deno.test("checkAcceptable() refuses other formats and media types", () => {
  const accept = (text?: string) =>
    request("GET", text === undefined ? {} : { "accept": text });
  for (const text of [undefined, "*/*", "text/html, */*;q=0.5"]) {
    checkAcceptable(accept(text), undefined);
  }
  for (const text of ["", "image/png", "application/xml"]) {
    const attempt = () => checkAcceptable(accept(text), undefined);
    assertEquals(assertThrows(attempt, Refusal).status, 406);
  }
  const attempt = () => checkAcceptable(accept(), "xml");
  assertEquals(assertThrows(attempt, Refusal).status, 404);
});
