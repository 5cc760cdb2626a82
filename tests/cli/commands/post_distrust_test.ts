import { assert, assertEquals, assertMatch } from "@std/assert";
import { runCli } from "../../helpers/run.ts";
import { json, withServer } from "../../servers/serve.ts";

const ROOT = "/esmond/perfsonar/archive/";
const KEY = "Sup3rSecretKey42";
const TEST = json({
  "metadata-key": "0a1b",
  "event-types": [{ "event-type": "throughput", summaries: [] }],
});
const TWO = '[{"ts": 1700000000, "val": 1}, {"ts": 1700000060, "val": 2}]';
const ONE = '[{"ts": 1700000000, "val": 1}]';

/**
 * Runs `post` against an archive that has a test without data, and answers
 * writes so.
 */
async function postTo(
  answer: (url: URL) => Response,
  input = TWO,
  ...argv: string[]
) {
  const writes: string[] = [];
  let url = "";
  const ended = await withServer(({ method }, { pathname, href }) => {
    if (method !== "GET") {
      writes.push(`${method} ${pathname}`);
      return answer(new URL(href));
    }
    if (pathname === `${ROOT}0a1b/`) return TEST.clone();
    return json([]);
  }, (origin) => {
    url = origin;
    return runCli(
      ["post", "-u", origin, "-k", "0a1b", "-e", "throughput", "--retry", "0"]
        .concat(argv),
      { env: { ESMOND_API_KEY: KEY }, input },
    );
  });
  return { ...ended, writes, url };
}

const STRANGERS: Record<string, (url: URL) => Response> = {
  "a page": () =>
    new Response("<html><title>Log in</title></html>", {
      headers: { "content-type": "text/html" },
    }),
  "an error": () => json({ detail: "Request blocked", status: "error" }),
  "202": () => new Response(null, { status: 202 }),
  "204": () => new Response(null, { status: 204 }),
  "299": () => new Response("x", { status: 299 }),
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((status) => [
      `${status} to /login`,
      () => new Response(null, { status, headers: { location: "/login" } }),
    ]),
  ),
};

for (const [name, answer] of Object.entries(STRANGERS)) {
  Deno.test(`post does not take ${name} for a write that is stored`, async () => {
    for (const input of [ONE, TWO]) {
      const { exit, stdout, stderr, writes } = await postTo(answer, input);
      assertEquals([exit, stdout, writes.length], [1, "", 1], stderr);
      assertMatch(
        stderr,
        /^esmond-ps post: [^\n]*; 0 points are stored, [^\n]*\n$/,
      );
    }
  });
}

Deno.test("post --verify finds out that an archive has not got what it acknowledged", async () => {
  const acknowledge = () => json('""', { status: 201 });
  const believed = await postTo(acknowledge);
  assertEquals([believed.exit, believed.stderr], [0, "2 points are stored\n"]);
  const { exit, stderr } = await postTo(acknowledge, TWO, "--verify");
  assertEquals(exit, 1);
  assertMatch(stderr, /acknowledged [^\n]*0 points are stored, 2 are not/);
});

const escaped = (encode: (code: number) => string) =>
  [...KEY].map((char) => encode(char.charCodeAt(0))).join("");

const ECHOES: Record<string, (url: URL) => Response> = {
  "as it is": () => new Response(`<p>no ${KEY}</p>`, { status: 403 }),
  "in JSON": () =>
    new Response(
      `{"detail": "no ${
        escaped((code) => `\\u${code.toString(16).padStart(4, "0")}`)
      }"}`,
      { status: 403 },
    ),
  "in JSON in JSON": () =>
    json({
      detail: `{"key": "${
        escaped((code) => `\\u${code.toString(16).padStart(4, "0")}`)
      }"}`,
    }, { status: 400 }),
  "in entities": () =>
    new Response(`<p>${escaped((code) => `&#x${code.toString(16)};`)}</p>`, {
      status: 403,
    }),
  "in entities without a tag": () =>
    new Response(escaped((code) => `&#${code};`), { status: 403 }),
  "percent-encoded": () =>
    new Response(escaped((code) => `%${code.toString(16)}`), { status: 403 }),
  "where the message is cut": () =>
    new Response("x".repeat(290) + KEY, { status: 403 }),
  "in the path of a redirect": ({ origin }) =>
    new Response(null, {
      status: 307,
      headers: { location: `${origin}/x/${KEY}/y` },
    }),
  "in a redirect that is followed": ({ origin, pathname }) =>
    pathname.endsWith(KEY)
      ? new Response(null, { status: 403 })
      : new Response(null, {
        status: 307,
        headers: { location: `${origin}${ROOT}${KEY}` },
      }),
  "in the host of a redirect": () =>
    new Response(null, {
      status: 307,
      headers: { location: `https://${KEY}.example/` },
    }),
  "in a character set": () =>
    new Response("[]", {
      status: 201,
      headers: { "content-type": `text/plain; charset=${KEY}` },
    }),
};

for (const [where, answer] of Object.entries(ECHOES)) {
  Deno.test(`post does not show the key that an archive repeats ${where}`, async () => {
    for (const argv of [[], ["--verbose"]]) {
      const { stderr } = await postTo(answer, TWO, ...argv);
      const lower = stderr.toLowerCase();
      assert(!lower.includes("cretkey"), stderr);
      assert(!/53[^0-9a-f]{0,4}75[^0-9a-f]{0,4}70/i.test(lower), stderr);
      assert(!lower.includes("83;&#117"), stderr);
    }
  });
}
