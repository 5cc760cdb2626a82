// Holds the two import maps together: what this project uses of `@std` has to
// behave the same under both.

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import { parse } from "@std/csv/parse";
import { format } from "@std/datetime/format";
import { join, resolve } from "@std/path";

// The tests below cannot use the functions that they test.
function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** The message of the AssertionError that `fn` has to throw. */
function failure(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    holds(
      error instanceof Error && error.name === "AssertionError",
      `${error} is not an AssertionError`,
    );
    return (error as Error).message;
  }
  throw new Error(`${fn} did not fail`);
}

async function failureLater(fn: () => Promise<unknown>): Promise<string> {
  try {
    await fn();
  } catch (error) {
    return failure(() => {
      throw error;
    });
  }
  throw new Error(`${fn} did not fail`);
}

Deno.test("assert() fails unless the expression is truthy, with the message given", () => {
  for (const value of [true, 1, "x", {}, []]) assert(value);
  for (const value of [false, 0, "", null, undefined, NaN]) {
    failure(() => assert(value));
  }
  const message = failure(() => assert(false, "what is wrong"));
  holds(message === "what is wrong", message);
});

Deno.test("assertEquals() compares deeply", () => {
  const pairs = (): [unknown, unknown][] => [
    [1, 1],
    ["a", "a"],
    [null, null],
    [NaN, NaN],
    [[1, [2]], [1, [2]]],
    [{ a: { b: 1 }, c: 2 }, { c: 2, a: { b: 1 } }],
    [new Map([["a", [1]]]), new Map([["a", [1]]])],
    [new Set([1, 2]), new Set([2, 1])],
    [new Date(5), new Date(5)],
    [Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
  ];
  for (const [one, other] of pairs()) {
    assertEquals(one, other);
    failure(() => assertNotEquals(one, other));
  }
});

Deno.test("assertEquals() tells apart what differs in type, order, length or presence", () => {
  const pairs: [unknown, unknown][] = [
    [1, 2],
    [1, "1"],
    [null, undefined],
    [[1, 2], [2, 1]],
    [[1], [1, undefined]],
    [{ a: 1 }, { a: 2 }],
    [{ a: undefined }, {}],
    [[], {}],
    [new Date(5), new Date(6)],
    [Uint8Array.of(1), Uint8Array.of(2)],
    [new Map([["a", 1]]), new Map([["a", 2]])],
  ];
  for (const [one, other] of pairs) {
    assertNotEquals(one, other);
    failure(() => assertEquals(one, other));
  }
});

Deno.test("assertEquals() shows the message given", () => {
  const message = failure(() => assertEquals(1, 2, "what is wrong"));
  assertStringIncludes(message, "what is wrong");
});

Deno.test("assertStrictEquals() compares as Object.is() does", () => {
  const object = {};
  assertStrictEquals(object, object);
  assertStrictEquals(NaN, NaN);
  failure(() => assertStrictEquals({}, {}));
  failure(() => assertStrictEquals(0, -0));
  failure(() => assertStrictEquals(1, "1"));
});

Deno.test("assertStringIncludes() fails unless the text is there", () => {
  assertStringIncludes("abc", "b");
  assertStringIncludes("abc", "");
  failure(() => assertStringIncludes("abc", "B"));
});

Deno.test("assertMatch() fails unless the pattern fits", () => {
  assertMatch("abc", /^a.c$/);
  failure(() => assertMatch("abc", /d/));
});

Deno.test("assertInstanceOf() fails unless the value is of the class", () => {
  assertInstanceOf(new TypeError("x"), TypeError);
  assertInstanceOf(new TypeError("x"), Error);
  failure(() => assertInstanceOf(new Error("x"), TypeError));
  failure(() => assertInstanceOf(undefined, Error));
  failure(() => assertInstanceOf("x", Error));
});

Deno.test("assertThrows() wants an error of the class whose message holds the text, and gives it back", () => {
  const error = new RangeError("too far out");
  const thrown = assertThrows(
    () => {
      throw error;
    },
    RangeError,
    "far",
  );
  assertStrictEquals(thrown, error);
  failure(() => assertThrows(() => 1, Error));
  failure(() =>
    assertThrows(() => {
      throw error;
    }, TypeError)
  );
  failure(() =>
    assertThrows(
      () => {
        throw error;
      },
      RangeError,
      "near",
    )
  );
  failure(() =>
    assertThrows(() => {
      throw "no error";
    }, Error)
  );
});

Deno.test("assertRejects() wants an error of the class whose message holds the text, and gives it back", async () => {
  const error = new RangeError("too far out");
  const rejected = await assertRejects(
    () => Promise.reject(error),
    RangeError,
    "far",
  );
  assertStrictEquals(rejected, error);
  await failureLater(() => assertRejects(() => Promise.resolve(1), Error));
  await failureLater(() =>
    assertRejects(() => Promise.reject(error), TypeError)
  );
  await failureLater(() =>
    assertRejects(() => Promise.reject(error), RangeError, "near")
  );
  await failureLater(() =>
    assertRejects(() => Promise.reject("no error"), Error)
  );
});

Deno.test("assertRejects() wants a promise that rejects, not a function that throws at once", async () => {
  await failureLater(() =>
    assertRejects(() => {
      throw new RangeError("at once");
    }, RangeError)
  );
});

const OPTIONS = {
  string: ["tool", "start-time", "filter"],
  boolean: ["ip", "ssl-verify"],
  collect: ["filter"],
};

const read = (...args: string[]): Record<string, unknown> =>
  parseArgs(args, OPTIONS);

Deno.test("parseArgs() gives flags and collected options a value when they are absent, and no other", () => {
  assertEquals(read(), { _: [], ip: false, "ssl-verify": false, filter: [] });
});

Deno.test("parseArgs() keeps the text after the first equals sign as it is", () => {
  for (
    const value of [
      "x",
      "",
      "a=b=",
      "=",
      "007",
      "-24h",
      "--ip",
      "--",
      "true",
      " ",
      "a\nb\r\n",
      "é 測定 😀",
      "__proto__",
      "a.b",
    ]
  ) {
    assertEquals(read(`--start-time=${value}`)["start-time"], value);
    assertEquals(read(`--filter=${value}`)["filter"], [value]);
  }
});

Deno.test("parseArgs() sets the flags that are given, once or more often", () => {
  assertEquals(read("--ip")["ip"], true);
  assertEquals(read("--ip", "--ip")["ip"], true);
  assertEquals(read("--ip", "--tool=x")["tool"], "x");
  assertEquals(read("--ssl-verify")["ip"], false);
});

Deno.test("parseArgs() lets the last of a repeated option count and collects in order", () => {
  assertEquals(read("--tool=a", "--tool=", "--tool=b")["tool"], "b");
  assertEquals(read("--tool=a", "--tool=")["tool"], "");
  assertEquals(
    read("--filter=a:1", "--tool=x", "--filter=", "--filter=a:1")["filter"],
    ["a:1", "", "a:1"],
  );
});

Deno.test("parse() of @std/csv reads rows of text", () => {
  const table: [text: string, rows: string[][]][] = [
    ["", []],
    ["a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]],
    ["a,b\n1,2", [["a", "b"], ["1", "2"]]],
    ["a,b\r\n,\r\n", [["a", "b"], ["", ""]]],
    ["a,b\r\n1\r\n", [["a", "b"], ["1"]]],
    [" a , b ", [[" a ", " b "]]],
    ['"x,y","say ""hi""",""\r\n', [["x,y", 'say "hi"', ""]]],
    ['a\r\n""\r\n', [["a"], [""]]],
    ['"l1\nl2",b\r\n', [["l1\nl2", "b"]]],
    ["é,測定 😀", [["é", "測定 😀"]]],
  ];
  for (const [text, rows] of table) assertEquals(parse(text), rows, text);
});

Deno.test("parse() of @std/csv skips empty lines, whatever ends the lines", () => {
  // As the programs print on standard output: CR LF after the rows, then one
  // LF.
  assertEquals(parse("a,b\r\n1,2\r\n\n"), [["a", "b"], ["1", "2"]]);
  assertEquals(parse("a\n\n\r\nb\r\n"), [["a"], ["b"]]);
});

Deno.test("parse() of @std/csv takes CR LF and LF alone for the end of a line", () => {
  assertEquals(parse("a\rb,c\r\n"), [["a\rb", "c"]]);
  assertEquals(parse("a\r\nb\nc\r\n"), [["a"], ["b"], ["c"]]);
});

Deno.test("parse() of @std/csv reads a CR LF within quotes as LF", () => {
  assertEquals(parse('"l1\r\nl2"\r\n'), [["l1\nl2"]]);
  assertEquals(parse('"l1\rl2"\r\n'), [["l1\rl2"]]);
});

Deno.test("parse() of @std/csv skips a byte order mark", () => {
  assertEquals(parse("\ufeffa,b\r\n"), [["a", "b"]]);
});

Deno.test("parse() of @std/csv refuses quotes that do not fit", () => {
  for (const text of ['a "b",c', '"a"b,c', '"open']) {
    assertThrows(() => parse(text), Error);
  }
});

Deno.test("format() of @std/datetime prints numeric fields in UTC", () => {
  const date = new Date("2016-03-01T04:05:06.007Z");
  const utc = { timeZone: "UTC" } as const;
  assertEquals(format(date, "yyyy-MM-dd", utc), "2016-03-01");
  assertEquals(
    format(date, "yyyy-MM-dd HH:mm:ss.SSS", utc),
    "2016-03-01 04:05:06.007",
  );
});

Deno.test("format() of @std/datetime finds the day in UTC, at its very ends and at any year of four digits", () => {
  for (
    const [time, day] of [
      ["2015-12-31T23:59:59.999Z", "2015-12-31"],
      ["2016-01-01T00:00:00Z", "2016-01-01"],
      ["2016-02-29T12:00:00Z", "2016-02-29"],
      ["1969-12-31T23:59:59Z", "1969-12-31"],
      ["9999-12-31T23:59:59Z", "9999-12-31"],
      ["1000-01-01T00:00:00Z", "1000-01-01"],
    ]
  ) {
    assertEquals(
      format(new Date(time!), "yyyy-MM-dd", { timeZone: "UTC" }),
      day,
    );
  }
});

// As the system writes them; only the separator differs.
const shown = (path: string) =>
  Deno.build.os === "windows" ? path.replaceAll("/", "\\") : path;

Deno.test("join() makes one path of its parts", () => {
  const table: [parts: [string, ...string[]], path: string][] = [
    [["a", "b", "c.csv"], "a/b/c.csv"],
    [["a/", "/b"], "a/b"],
    [["a", "..", "b"], "b"],
    [["a", ".", "", "b"], "a/b"],
    [[".", "b"], "b"],
    [["/a", "b"], "/a/b"],
  ];
  for (const [parts, path] of table) assertEquals(join(...parts), shown(path));
});

Deno.test("resolve() makes a path absolute, from the current directory or the last absolute part", () => {
  const here = Deno.cwd();
  assertEquals(resolve("."), here);
  assertEquals(resolve("a", "b"), join(here, "a", "b"));
  assertEquals(resolve("a", "..", "b/"), join(here, "b"));
  assertEquals(resolve("x", here, "b"), join(here, "b"));
  assertEquals(resolve(here, "./b c"), join(here, "b c"));
});
