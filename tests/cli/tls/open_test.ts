import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import {
  checkClient,
  readDialing,
  requirePlainProxy,
} from "../../../cli/tls/open.ts";
import type { Proxy } from "../../../cli/tls/proxy.ts";
import { issued, selfSigned } from "../../servers/tls.ts";

function proxyOf(protocol: string): Proxy {
  const shown = `${protocol}//p.example:1`;
  return { protocol, host: "p.example", port: 1, shown, from: "--proxy" };
}

Deno.test("requirePlainProxy takes a proxy of http, or none, and names any other", () => {
  requirePlainProxy("--pin", undefined);
  requirePlainProxy("--pin", proxyOf("http:"));
  for (const protocol of ["https:", "socks5:", "socks5h:"]) {
    assertThrows(
      () => requirePlainProxy("--pin", proxyOf(protocol)),
      UsageError,
      `--pin cannot be combined with the proxy ${protocol}//p.example:1 (--proxy)`,
    );
  }
});

Deno.test("checkClient takes a certificate with its own key alone", () => {
  const own = issued({ use: "client" });
  checkClient({ own });
  const mixed = { cert: own.cert, key: selfSigned().key };
  assertThrows(() => checkClient({ own: mixed }), UsageError);
});

Deno.test("readDialing finds the proxy of https also for an address of http", async () => {
  const env: Record<string, string> = {
    HTTP_PROXY: "http://plain.example:1",
    HTTPS_PROXY: "http://secure.example:2",
  };
  for (const protocol of ["http", "https"]) {
    const { proxy, own, authorities } = await readDialing(
      { text: () => undefined },
      `${protocol}://ma.example.net/`,
      { note: () => {}, env: (name) => env[name] },
    );
    assertEquals(proxy?.host, "secure.example");
    assertEquals([own, authorities], [undefined, undefined]);
  }
});
