import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  ArchiveError,
  ArchiveHttpError,
  ArchiveResponseError,
} from "../../client/errors.ts";
import { pause } from "../helpers/waiting.ts";
import { json, withServer } from "../servers/serve.ts";
import {
  CONTROL,
  get,
  getList,
  listFor,
  requestList,
  withType,
} from "./asking.ts";
import { withSockets } from "./sockets.ts";

async function errorFor(
  body: string | Uint8Array<ArrayBuffer>,
  type = "text/html",
  status = 404,
): Promise<ArchiveHttpError> {
  let error: ArchiveHttpError | undefined;
  await withServer(
    () => new Response(body, { status, headers: { "content-type": type } }),
    async (origin) => {
      error = await assertRejects(() => get(origin), ArchiveHttpError);
      assertEquals(error.status, status);
      assertEquals(error.url, `${origin}/`);
    },
  );
  return error!;
}

Deno.test("an error tells the detail that esmond sends as JSON", async () => {
  const error = await errorFor(
    '{"detail":"Invalid token."}',
    "application/json",
    401,
  );
  assertEquals(error.detail, "Invalid token.");
  assertStringIncludes(
    error.message,
    "the archive answered 401: Invalid token.",
  );
  const others: [string, string][] = [
    ['{"non_field_errors":["No data provided"]}', "No data provided"],
    ['{"other":"x"}', '{"other":"x"}'],
    ['{"detail":null}', '{"detail":null}'],
    ["[]", "[]"],
    ["null", "null"],
    ['""', '""'],
  ];
  for (const [body, detail] of others) {
    assertEquals((await errorFor(body, "application/json")).detail, detail);
  }
});

Deno.test("an error shows a detail that is not text", async () => {
  const error = await errorFor(
    '{"detail":{"source":["required"]}}',
    "application/json",
    400,
  );
  assertStringIncludes(error.detail, "required");
});

Deno.test("an error tells what elmond puts in a paragraph", async () => {
  const error = await errorFor(
    "<!doctype html>\n<html lang=en>\n<title>400 Bad Request</title>\n<h1>Bad Request</h1>\n<p>600 is not a supported\nsummary_window</p>\n",
  );
  assertEquals(error.detail, "600 is not a supported summary_window");
});

Deno.test("an error tells what elmond escapes as it was meant", async () => {
  const error = await errorFor(
    "<title>400 Bad Request</title>\n<p>Unrecognized event type a&amp;b&#39;s &lt;c&gt; &#34;d&#34;</p>\n",
  );
  assertEquals(error.detail, `Unrecognized event type a&b's <c> "d"`);
});

Deno.test("an error tells the title of a page without a paragraph, and nothing of a page without a title", async () => {
  assertEquals(
    (await errorFor(
      "<html><head><TITLE>\n  Server Error (500)\n</TITLE></head><body><h1>x</h1></body></html>",
    )).detail,
    "Server Error (500)",
  );
  assertEquals((await errorFor("  <html><b>x</b></html>")).detail, "");
  assertEquals((await errorFor("")).detail, "");
  assertEquals(
    (await errorFor("plain words", "text/plain")).detail,
    "plain words",
  );
});

Deno.test("an error strips control characters and keeps to one line", async () => {
  const bodies = [
    "a\r\n\tb\x1b[31mc\x07\x7f\x9b2Jd \0 ",
    '{"detail":"a\\r\\n\\tb\\u001b[31mc\\u0007\\u007f\\u009b2Jd \\u0000 "}',
    "<p>a\r\n\tb\x1b[31mc\x07\x7f\x9b2Jd \0 </p>",
  ];
  for (const body of bodies) {
    const error = await errorFor(body, "text/plain");
    assertEquals(error.detail, "a b [31mc 2Jd");
    assert(!CONTROL.test(error.message));
  }
});

Deno.test("an error cuts long texts", async () => {
  const error = await errorFor("é".repeat(100_000), "text/plain");
  assert(error.detail.length <= 301);
  assertMatch(error.detail, /^é+…$/);
  assertEquals((await errorFor("x".repeat(300))).detail, "x".repeat(300));
});

Deno.test("an error does not cut a character in two", async () => {
  const error = await errorFor(
    "x".repeat(299) + "😀".repeat(9),
    "text/plain",
  );
  assert(error.detail.isWellFormed());
});

Deno.test("an error page in another character set is still an error with its status", async () => {
  const latin = new Uint8Array([
    ...new TextEncoder().encode("<title>Acc"),
    0xe8,
    ...new TextEncoder().encode("s interdit</title>"),
  ]);
  for (
    const type of ["text/html", "text/html; charset=x-unknown"]
  ) {
    const error = await errorFor(latin, type, 403);
    assertMatch(error.detail, /^Acc.+s interdit$/);
  }
  assertEquals(
    (await errorFor(latin, "text/html; charset=iso-8859-1", 403)).detail,
    "Accès interdit",
  );
});

Deno.test("a failure whose page is in another character set is tried again", async () => {
  let asked = 0;
  await withServer(() => {
    return ++asked === 1
      ? new Response(new Uint8Array([0xe8]), { status: 502 })
      : json([]);
  }, async (origin) => {
    assertEquals((await get(origin, { retries: 1 })).text, "[]");
  });
});

Deno.test("a redirect whose page is in another character set is followed", async () => {
  await withServer((_, url) => {
    return url.pathname === "/"
      ? new Response(new Uint8Array([0xe8]), {
        status: 302,
        headers: { location: "/x" },
      })
      : json([]);
  }, async (origin) => {
    assertEquals((await get(origin)).text, "[]");
  });
});

Deno.test("request() decodes the character set that the archive states", async () => {
  const latin = new Uint8Array([0x5b, 0x22, 0xe9, 0x22, 0x5d]);
  const list = await listFor(
    latin,
    withType("application/json; charset=ISO-8859-1"),
  );
  assertEquals(list.values, ["é"]);
});

Deno.test("request() leaves out a byte order mark, and joins characters that come in pieces", async () => {
  assertEquals((await listFor("\ufeff[1]")).values, [1]);
  await withSockets(async (socket) => {
    await socket.request();
    await socket.send("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n");
    for (const byte of new TextEncoder().encode('["😀"]')) {
      await socket.send(new Uint8Array([byte]));
      await pause(5);
    }
  }, async (origin) => {
    assertEquals((await getList(origin)).values, ["😀"]);
  });
});

Deno.test("request() refuses text that is not in its character set", async () => {
  const damaged = new Uint8Array([0x5b, 0x22, 0xe9, 0x22, 0x5d]);
  await assertRejects(
    () => listFor(damaged),
    ArchiveResponseError,
    "not utf-8",
  );
  await assertRejects(
    () => listFor(damaged, withType("application/json; charset=x-none")),
    ArchiveResponseError,
    "not x-none",
  );
});

Deno.test("an error does not show the key that an archive repeats, in a page, an address or a character set", async () => {
  const apiKey = "Sup3rSecretKey42";
  const answers: ((url: URL) => Response)[] = [
    () => new Response(`<p>no ${apiKey}</p>`, { status: 403 }),
    () =>
      new Response(`{"detail": "no \\u0053up3rSecretKey42"}`, { status: 403 }),
    () => Response.redirect(`https://${apiKey}.example/`, 302),
    ({ origin, pathname }) =>
      pathname === "/"
        ? Response.redirect(`${origin}/${apiKey}`, 302)
        : new Response("", { status: 403 }),
    () =>
      new Response(`[${apiKey}]`, { headers: withType("application/json") }),
  ];
  for (const answer of answers) {
    await withServer((_, url) => answer(url), async (origin) => {
      const error = await assertRejects(
        () =>
          requestList({ url: new URL(origin) }, {
            timeout: 5,
            retries: 0,
            apiKey,
          }),
        ArchiveError,
      );
      const shown = JSON.stringify([error.message, error]).toLowerCase();
      assert(!shown.includes("up3rsecre"), shown);
      assertStringIncludes(shown, "***");
    });
  }
});
