import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import "../helpers/impatient.ts";
import { ArchiveResponseError } from "../../client/errors.ts";
import { readList, requestReading } from "../../client/reading.ts";
import { json, withServer } from "../servers/serve.ts";
import { CONTROL, getList, listFor, requestList, withType } from "./asking.ts";
import { withSockets } from "./sockets.ts";

Deno.test("requestList() gives the values and the very text", async () => {
  const list = await listFor(' [ 7016320000.0, {"10":1,"9":2} ]\n');
  assertEquals(list.values, [7016320000, { "9": 2, "10": 1 }]);
  assertEquals(list.texts, ["7016320000.0", '{"10":1,"9":2}']);
});

Deno.test("requestList() reads the media type, not the text of the header", async () => {
  for (
    const type of [
      "application/json; charset=utf-8",
      "Application/JSON;charset=UTF-8",
      'application/json; charset="utf-8"; x=y',
      "application/problem+json",
      "text/plain",
    ]
  ) assertEquals((await listFor("[1]", withType(type))).values, [1], type);
});

Deno.test("requestList() says that a page for people is not from an archive", async () => {
  for (const type of ["text/html", "text/html; charset=utf-8"]) {
    await assertRejects(
      () => listFor("<html>Welcome</html>", withType(type)),
      ArchiveResponseError,
      "text/html, not JSON",
    );
  }
  await assertRejects(
    () => listFor(new TextEncoder().encode("hello"), {}),
    ArchiveResponseError,
    "no stated type",
  );
});

Deno.test("requestList() says that JSON is damaged", async () => {
  for (const text of ["", "[1,", '[{"a":1}', "[nan]", "[1]x", "\0"]) {
    const error = await assertRejects(
      () => listFor(text),
      ArchiveResponseError,
      "JSON is damaged",
    );
    assertInstanceOf(error.cause, SyntaxError);
  }
});

Deno.test("requestList() says so when JSON ends early, which not every platform takes for a cut connection", async () => {
  for (const text of ["[1,", '[{"a":1}', '[{"a', "["]) {
    await assertRejects(
      () => listFor(text),
      ArchiveResponseError,
      "its JSON is damaged: it ends early, as if the connection had been cut off",
    );
  }
});

Deno.test("requestList() shows damaged JSON without its control characters, in one line", async () => {
  for (
    const text of ['[{"a": \x1b]0;title\x07\n x}]', "\x9b31m", "[1,\n\x7f2]"]
  ) {
    const error = await assertRejects(
      () => listFor(text),
      ArchiveResponseError,
    );
    assert(!CONTROL.test(error.message), JSON.stringify(error.message));
  }
});

Deno.test("requestList() shows the headers of a wrong answer without control characters, and not at any length", async () => {
  for (
    const type of [
      "text/\x9b31m",
      "application/json; charset=\x9b31m",
      `text/${"x".repeat(10_000)}`,
    ]
  ) {
    await withSockets(async (socket) => {
      await socket.request();
      const answer =
        `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: 1\r\n\r\nx`;
      await socket.send(
        Uint8Array.from(answer, (character) => character.charCodeAt(0)),
      );
    }, async (origin) => {
      const error = await assertRejects(
        () => getList(origin),
        ArchiveResponseError,
      );
      assert(!CONTROL.test(error.message), JSON.stringify(error.message));
      assert(error.message.length < 1000, `${error.message.length} characters`);
    });
  }
});

Deno.test("requestList() says that JSON is not a list", async () => {
  for (const text of ["{}", "null", '"[]"', "5", '{"detail":"x"}']) {
    const error = await withServer(
      () => json(text),
      (origin) =>
        assertRejects(
          () => getList(origin, 12),
          ArchiveResponseError,
          "JSON, but not a list, after 12 had arrived",
        ),
    );
    assertEquals(error.received, 12);
  }
});

Deno.test("requestList() reads an empty list, an empty object within, and a list of anything", async () => {
  assertEquals((await listFor("[]")).values, []);
  assertEquals((await listFor('[{},null,"x",[1]]')).values, [
    {},
    null,
    "x",
    [1],
  ]);
});

Deno.test("requestList() reads nesting of 500 levels, which are more than it takes to describe anything", async () => {
  const inner = "[".repeat(500) + "]".repeat(500);
  assertEquals((await listFor(`[${inner}]`)).texts, [inner]);
});

/**
 * Asks for what is answered in turn by these texts, the last of them for ever;
 * a doubtful one begins with "?".
 */
async function reading(texts: string[], retries: number) {
  let asked = 0;
  const told: string[] = [];
  return await withServer(
    () => json(texts[Math.min(asked++, texts.length - 1)]),
    async (origin) => {
      let value: unknown;
      let doubt: string | undefined;
      let error: unknown;
      try {
        ({ value, doubt } = await requestReading<unknown>(
          { url: new URL(origin), received: 7 },
          { timeout: 60, retries, log: (line) => told.push(line) },
          (answer) =>
            answer.text.startsWith("?")
              ? { value: answer.text, doubt: "odd points" }
              : { value: readList(answer, 7).values },
        ));
      } catch (problem) {
        error = problem;
      }
      return { value, doubt, error, asked, told };
    },
  );
}

Deno.test("requestReading() asks again for what is damaged, until it is not", async () => {
  const run = await reading(['[{"ts":1', "<html>", "[1]"], 2);
  assertEquals([run.value, run.asked], [[1], 3]);
  assertEquals(run.told.length, 2);
  assertMatch(
    run.told[0]!,
    /^trying again in \d+\.\d s \(1 of 2\): .*damaged/,
  );
});

Deno.test("requestReading() takes two damaged answers that are alike for the archive's last word", async () => {
  const run = await reading(["[1", "[1"], 3);
  assertInstanceOf(run.error, ArchiveResponseError);
  assertEquals([run.asked, run.error.received], [2, 7]);
  assertStringIncludes(run.error.message, "damaged");
});

Deno.test("requestReading() gives up on answers that are damaged in ever other ways when the tries are used up", async () => {
  const run = await reading(["[1", "[2", "[3", "[4]"], 2);
  assertInstanceOf(run.error, ArchiveResponseError);
  assertEquals(run.asked, 3);
});

Deno.test("requestReading() asks again for what is doubtful, and believes it when it comes again", async () => {
  const runs = await Promise.all([
    again(["?a", "[2]"]),
    again(["?a", "?a"]),
    again(["?a", "?b", "?b"]),
    again(["?a", "[1", "?a", "?a"]),
  ]);
  assertEquals(runs, [
    [[2], undefined, 2],
    ["?a", "odd points", 2],
    ["?b", "odd points", 3],
    ["?a", "odd points", 4],
  ]);

  async function again(texts: string[]) {
    const { value, doubt, asked } = await reading(texts, 3);
    return [value, doubt, asked];
  }
});

Deno.test("requestReading() does not believe what is doubtful in ever other ways", async () => {
  const run = await reading(["?a", "?b", "?c"], 2);
  assertInstanceOf(run.error, ArchiveResponseError);
  assertStringIncludes(run.error.message, "odd points, after 7 had arrived");
  assertEquals(run.asked, 3);
});

Deno.test("requestReading() asks once without retries: what is damaged is an error, what is doubtful is believed", async () => {
  const damaged = await reading(["[1", "[1]"], 0);
  assertInstanceOf(damaged.error, ArchiveResponseError);
  const doubtful = await reading(["?a", "[1]"], 0);
  assertEquals([damaged.asked, doubtful.asked], [1, 1]);
  assertEquals([doubtful.value, doubtful.doubt], ["?a", "odd points"]);
});

Deno.test("requestReading() passes on at once what its reader throws for other reasons", async () => {
  let asked = 0;
  const mine = new RangeError("mine");
  await withServer(() => {
    asked++;
    return json([]);
  }, async (origin) => {
    const error = await assertRejects(
      () =>
        requestReading(
          { url: new URL(origin) },
          { timeout: 60, retries: 3 },
          () => {
            throw mine;
          },
        ),
      RangeError,
    );
    assertStrictEquals(error, mine);
  });
  assertEquals(asked, 1);
});

Deno.test("requestReading() asks for a gzip answer of several members again without compression", async () => {
  const asked: (string | null)[] = [];
  const gzip = async (text: string) => {
    const stream = new Blob([text]).stream()
      .pipeThrough(new CompressionStream("gzip"));
    return await new Response(stream).blob();
  };
  await withServer(async ({ headers }) => {
    const encoding = headers.get("accept-encoding");
    asked.push(encoding);
    if (encoding === "identity") return json("[1,2]");
    const body = new Blob([await gzip("[1,"), await gzip("2]")]);
    return new Response(body, {
      headers: {
        "content-type": "application/json",
        "content-encoding": "gzip",
      },
    });
  }, async (origin) => {
    const list = await requestList(
      { url: new URL(origin) },
      { timeout: 5, retries: 1 },
    );
    assertEquals(list.values, [1, 2]);
  });
  assertEquals([asked.length, asked[1]], [2, "identity"]);
});
