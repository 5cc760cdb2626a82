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
  const bare = connectToWrite(ORIGIN, { apiKey: "secret" }).filters;
  assertEquals([bare.timeout, bare.sslVerify, bare.verbose], [20, true, false]);
  const options: PostOptions = {
    apiKey: "secret",
    timeout: 60,
    sslVerify: false,
    fetch,
    verbose: true,
    log: () => {},
    scriptAlias: "other",
  };
  const { filters, address } = connectToWrite(ORIGIN, options);
  assertEquals(
    [filters.timeout, filters.sslVerify, filters.verbose],
    [60, false, true],
  );
  assertEquals(filters.authApikey, "secret");
  assertEquals(address.list([]).pathname, "/other/perfsonar/archive/");
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

Deno.test("encodeArgument() names the argument that JSON cannot carry", () => {
  assertEquals(encodeArgument("val", [1, null, "a"]), '[1, null, "a"]');
  const error = assertThrows(() => encodeArgument("val", NaN), PostError);
  assertEquals(error.argument, "val");
});
