/**
 * A certificate for 127.0.0.1, made for these tests and used nowhere else:
 * valid from 2020 to 2120.
 */

import { json, withServer } from "../servers/serve.ts";

/** Who vouches for it. */
export const CA = `-----BEGIN CERTIFICATE-----
MIIBZTCCAQugAwIBAgIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5lc21vbmQg
dGVzdCBDQTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGTEXMBUG
A1UEAwwOZXNtb25kIHRlc3QgQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQO
mxsHmpBjPnalPAVYGKyhNToYQFRw3JMjPWp2vtz1ioZ8c89fUlhwSmIYuTiCphnN
bCRbMgdO9TKnUbA0N7WHo0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQE
AwICBDAdBgNVHQ4EFgQU7j/0KzWprKFxCxM8pPogsrWyQpQwCgYIKoZIzj0EAwID
SAAwRQIgSOv8qQikA9uROQwsUYuEKTAFrvZYnHchR6nM+4WgLcECIQDXW5YKvKVK
vP1MfUpEyxvbvtTBkhn9Z0ZEQRBBBVwSBA==
-----END CERTIFICATE-----
`;

/** The certificate. */
export const CERT = `-----BEGIN CERTIFICATE-----
MIIBkTCCATegAwIBAgIBAjAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5lc21vbmQg
dGVzdCBDQTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAG
A1UEAwwJMTI3LjAuMC4xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3YO3UCvl
YJ8Kl28N7Kcp80OOVnTSriXW6+D5QCqSVMcXvxsXeoqDvXs/DtKtuOfP2YTUydLu
eC/+N4J366+F86NzMHEwDwYDVR0RBAgwBocEfwAAATAJBgNVHRMEAjAAMBMGA1Ud
JQQMMAoGCCsGAQUFBwMBMB0GA1UdDgQWBBQjxZH+CkGqnAUShqUJnYt+B//KiTAf
BgNVHSMEGDAWgBTuP/QrNamsoXELEzyk+iCytbJClDAKBggqhkjOPQQDAgNIADBF
AiBOz2x0jqKXkTWxunKeg672tvHGrna1+tqQ2SUOMgsVMAIhAOm7lZUg0byVqFla
4V6+ANdHcLaaTooVNeD8cY8GsEK/
-----END CERTIFICATE-----
`;

/** Its key, which is not secret. */
export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgeqbcqvRCsMwo6/zm
rIsiSOMjOAr3Ibos4B3kqmjcDlChRANCAATdg7dQK+VgnwqXbw3spynzQ45WdNKu
Jdbr4PlAKpJUxxe/Gxd6ioO9ez8O0q2458/ZhNTJ0u54L/43gnfrr4Xz
-----END PRIVATE KEY-----
`;

/**
 * Runs `use` against an http server that redirects everything to https on the
 * same port, or on a port of its own.
 */
export async function withUpgrade(
  use: (origin: string, secure: string, seen: string[]) => Promise<void>,
  isSamePort = true,
): Promise<void> {
  const seen: string[] = [];
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      cert: CERT,
      key: KEY,
      onListen: () => {},
    },
    async (request) => {
      const { method, headers } = request;
      const { pathname, search } = new URL(request.url);
      const key = headers.get("authorization");
      seen.push(
        `${method} ${pathname}${search} ${key} ${await request.text()}`,
      );
      return json([], { status: method === "GET" ? 200 : 201 });
    },
  );
  let securePort = server.addr.port;
  try {
    await withServer((_, url) => {
      const location =
        `https://127.0.0.1:${securePort}${url.pathname}${url.search}`;
      return new Response(null, { status: 301, headers: { location } });
    }, async (origin) => {
      const plainPort = Number(new URL(origin).port);
      const front = listenForBoth(plainPort, server.addr.port);
      const { port } = front.addr as Deno.NetAddr;
      if (isSamePort) securePort = port;
      try {
        await use(
          `http://127.0.0.1:${port}`,
          `https://127.0.0.1:${securePort}`,
          seen,
        );
      } finally {
        front.close();
      }
    });
  } finally {
    await server.shutdown();
  }
}

/** A port that passes TLS on to one server, and plain text to another. */
function listenForBoth(plainPort: number, securePort: number): Deno.Listener {
  const front = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const passOn = async (client: Deno.Conn) => {
    const bytes = new Uint8Array(1 << 14);
    const count = await client.read(bytes) ?? 0;
    const isTls = bytes[0] === 0x16; // a handshake
    const server = await Deno.connect({
      hostname: "127.0.0.1",
      port: isTls ? securePort : plainPort,
    });
    await server.write(bytes.subarray(0, count));
    await Promise.allSettled([
      client.readable.pipeTo(server.writable),
      server.readable.pipeTo(client.writable),
    ]);
  };
  (async () => {
    for await (const client of front) passOn(client).catch(() => {});
  })();
  return front;
}
