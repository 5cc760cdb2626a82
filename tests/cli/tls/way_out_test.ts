import { assertEquals, assertMatch } from "@std/assert";
import { addWayOut } from "../../../cli/tls/way_out.ts";
import {
  ArchiveUnreachableError,
  EsmondError,
  PostDataError,
} from "../../../client/errors.ts";
import { needs } from "../../helpers/binary.ts";
import { runCli } from "../../helpers/run.ts";
import { ask, write } from "./asking.ts";

const URL_ASKED = "https://ma.example.net/esmond/";

/** What is appended to the message of a failure. */
function advice(
  reason: string,
  { url = URL_ASKED, proxy }: { url?: string; proxy?: string } = {},
): string {
  const error = new ArchiveUnreachableError(reason, { url }, false);
  const before = error.message;
  const options = {
    text: (name: string) => name === "proxy" ? proxy : undefined,
    texts: () => [],
    flag: () => false,
  };
  addWayOut(error, options, () => undefined);
  assertEquals(error.message.slice(0, before.length), before);
  return error.message.slice(before.length);
}

Deno.test("addWayOut() names the option that helps against each reason", () => {
  const table: [reason: string, expected: RegExp][] = [
    [
      "its TLS certificate is not accepted: it is from an authority that is not known here",
      /^; .*--pin.* trust https:\/\/ma\.example\.net shows, or with --cacert FILE/,
    ],
    [
      "its TLS certificate is not accepted: it expired 3 days ago",
      /^; .*--pin, which esmond-ps trust https:\/\/ma\.example\.net shows$/,
    ],
    ["its certificate is not the pinned one: it has sha256/x", /^; .*--pin/],
    ["it wants a client certificate, and not the one", /^; --client-cert/],
    ["nothing there speaks TLS", /^; try http:\/\/ma\.example\.net:443$/],
    ["connection refused", /^$/],
  ];
  for (const [reason, expected] of table) {
    assertMatch(advice(reason), expected, reason);
  }
  assertMatch(
    advice("nothing there speaks TLS", { url: "https://[2001:db8::1]:8085/x" }),
    /^; try http:\/\/\[2001:db8::1\]:8085$/,
  );
});

Deno.test("addWayOut() names the proxy where a failure may be the proxy's", () => {
  const through = / through the proxy \w+:\/\/proxy\.example:3128 \(--proxy\)$/;
  const proxy = "proxy.example:3128";
  const table: [reason: string, proxy: string, expected: RegExp][] = [
    ["connection refused", proxy, through],
    ["nothing there speaks TLS", `https://${proxy}`, through],
    ["nothing there speaks TLS", proxy, /^; try http:/],
    ["it wants a client certificate", proxy, /^; --client-cert/],
  ];
  for (const [reason, proxy, expected] of table) {
    assertMatch(advice(reason, { proxy }), expected, `${reason} ${proxy}`);
  }
});

Deno.test("addWayOut() appends nothing to other errors", () => {
  const options = { text: () => "x", texts: () => [], flag: () => false };
  const error = new EsmondError("nothing there speaks TLS");
  addWayOut(error, options, () => undefined);
  assertEquals(error.message, "nothing there speaks TLS");
});

Deno.test("addWayOut() helps where a post fails because the archive cannot be reached", () => {
  const options = { text: () => undefined, texts: () => [], flag: () => false };
  const none = { stored: [], missing: [], unknown: [] };
  const cause = new ArchiveUnreachableError(
    "nothing there speaks TLS",
    { url: URL_ASKED },
    false,
  );
  const error = new PostDataError("x", none, cause);
  addWayOut(error, options, () => undefined);
  assertMatch(error.message, /; try http:\/\/ma\.example\.net:443$/);
});

/** Servers that do not speak TLS, by what they answer to a TLS client. */
const SPEECHES: Record<string, string> = {
  "HTTP": "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
  "SSH": "SSH-2.0-OpenSSH_9.2\r\n",
  "a few bytes": "no",
};

for (const [spoken, bytes] of Object.entries(SPEECHES)) {
  needs(
    "own certificate check",
    `https:// to a port that speaks ${spoken} says that nothing speaks TLS there, whatever connects`,
    async () => {
      await withSpeaker(bytes, async (host) => {
        const told = new RegExp(
          `^[^\\n]*nothing there speaks TLS \\([^\\n]*; try http://${
            RegExp.escape(host)
          }\\n$`,
        );
        const url = `https://${host}`;
        const runs = [
          await ask(url),
          await ask(url, ["--pin", `sha256/${"A".repeat(43)}=`]),
          await write(url),
          await runCli(["trust", url]),
        ];
        for (const { exit, stdout, stderr } of runs) {
          assertEquals([exit, stdout], [1, ""], stderr);
          assertMatch(stderr, told);
        }
      });
    },
  );
}

/** Runs `use` against a server that answers these bytes to whatever it reads. */
async function withSpeaker(
  bytes: string,
  use: (host: string) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const conn of listener) {
      (async () => {
        await conn.read(new Uint8Array(4096));
        await conn.write(new TextEncoder().encode(bytes));
        await conn.read(new Uint8Array(4096));
      })().catch(() => {}).finally(() => conn.close());
    }
  })();
  try {
    await use(`127.0.0.1:${listener.addr.port}`);
  } finally {
    listener.close();
    await serving;
  }
}
