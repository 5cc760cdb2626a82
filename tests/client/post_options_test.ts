/** What all posts have in common. */

import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { PostError } from "../../client/errors.ts";
import {
  authorize,
  connectToWrite,
  encodeArgument,
  type PostOptions,
  requireEventType,
} from "../../client/post_options.ts";

const ORIGIN = "http://127.0.0.1:9/";

Deno.test("connectToWrite() keeps the options, and the defaults of those left out", () => {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const bare = connectToWrite(ORIGIN, { apiKey: "secret", log });
  assertEquals(bare.http().timeout, 20);
  bare.report("not verbose");
  const own: typeof fetch = (...some) => fetch(...some);
  const connection = connectToWrite(ORIGIN, {
    apiKey: "secret",
    timeout: 60,
    sslVerify: false, // refused without a fetch
    fetch: own,
    verbose: true,
    log,
    scriptAlias: "other",
  });
  connection.report("verbose");
  assertEquals(lines, ["verbose"]);
  const http = connection.http();
  assertEquals([http.timeout, http.apiKey], [60, "secret"]);
  assertStrictEquals(http.fetch, own);
  const { pathname } = connection.address.list([]);
  assertEquals(pathname, "/other/perfsonar/archive/");
});

Deno.test("connectToWrite() warns where there is no key, and not where a function will give it", () => {
  const warned = (options: PostOptions) => {
    const lines: string[] = [];
    connectToWrite(ORIGIN, { ...options, log: (line) => lines.push(line) });
    return lines.filter((line) => line.includes("no API key is set")).length;
  };
  assertEquals(warned({}), 1);
  assertEquals(warned({ apiKey: "" }), 1);
  assertEquals(warned({ apiKey: "secret" }), 0);
  assertEquals(warned({ apiKey: () => "secret" }), 0);
});

Deno.test("authorize() asks a function for the key once, and passes on what it throws", async () => {
  let asked = 0;
  const apiKey = () => Promise.resolve(`secret${++asked}`);
  const connection = connectToWrite(ORIGIN, { apiKey });
  assertEquals([asked, connection.filters.authApikey], [0, ""]);
  await authorize(connection, { apiKey });
  await authorize(connection, { apiKey });
  assertEquals([asked, connection.filters.authApikey], [1, "secret1"]);
  const error = new Error("no key today");
  const fails = () => Promise.reject(error);
  const other = connectToWrite(ORIGIN, { apiKey: fails });
  const thrown = await assertRejects(
    () => authorize(other, { apiKey: fails }),
    Error,
  );
  assertStrictEquals(thrown, error);
});

Deno.test("requireEventType() tells a missing name from an unknown one", () => {
  assertEquals(requireEventType("throughput").name, "throughput");
  for (const [name, said] of [["", "Must set"], ["speed", "speed is not"]]) {
    const error = assertThrows(() => requireEventType(name!), PostError, said);
    assertEquals(error.argument, "eventType");
  }
});

Deno.test("requireEventType() names the nearest event type", () => {
  assertThrows(
    () => requireEventType("througput"),
    PostError,
    "througput is not a known event type (did you mean throughput?)",
  );
});

Deno.test("options that are not an object are refused in one sentence", () => {
  for (const options of [undefined, null, "secret"]) {
    const error = assertThrows(
      () => connectToWrite(ORIGIN, options as unknown as PostOptions),
      PostError,
      "the options have to be an object, not",
    );
    assertEquals(error.argument, "options");
  }
});

Deno.test("encodeArgument() names the argument that JSON cannot carry", () => {
  assertEquals(encodeArgument("val", [1, null, "a"]), '[1, null, "a"]');
  const error = assertThrows(() => encodeArgument("val", NaN), PostError);
  assertEquals(error.argument, "val");
});
