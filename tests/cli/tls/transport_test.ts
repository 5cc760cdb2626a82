import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import { parseOptions } from "../../../cli/options/parse.ts";
import { openTransport } from "../../../cli/tls/transport.ts";

const URL_ASKED = "https://ma.example.net";

/** Whether a command line and an environment need a `fetch` of their own. */
async function needsOwn(
  argv: string[],
  env: Record<string, string> = {},
): Promise<boolean> {
  const { fetch, close } = await openTransport(
    parseOptions("get", argv),
    URL_ASKED,
    { note: () => {}, env: (name) => env[name] },
  );
  close();
  return fetch !== undefined;
}

Deno.test("openTransport() leaves it to the platform where nothing asks for more", async () => {
  assertEquals(await needsOwn([]), false);
  assertEquals(await needsOwn(["--ssl-verify", "--timeout", "3"]), false);
  assertEquals(
    await needsOwn([], { HTTPS_PROXY: "http://p.example:1" }),
    false,
  );
  // of http, the platform takes the password out itself
  assertEquals(
    await needsOwn([], { HTTP_PROXY: "http://u:p@p.example:1" }),
    false,
  );
});

Deno.test("openTransport() makes a fetch for a proxy, and for a password in any of its variables", async () => {
  assertEquals(await needsOwn(["--proxy", "127.0.0.1:1"]), true);
  for (const name of ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]) {
    const env = { [name]: "http://u:p@p.example:1" };
    assertEquals(await needsOwn([], env), true, name);
  }
});

Deno.test("openTransport() refuses each option whose value cannot be used", async () => {
  for (
    const argv of [
      ["--cacert", "/nowhere"],
      ["--client-cert", "/nowhere"],
      ["--client-key", "/nowhere"],
      ["--pin", "x"],
      ["--proxy", "ftp://x"],
      ["--insecure", "--pin", "a1".repeat(32)],
    ]
  ) await assertRejects(() => needsOwn(argv), UsageError, argv[0]);
});
