/** Servers on loopback that speak TLS, with certificates made for the test. */

import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type Certificate, certificate, type Said } from "./certificates.ts";
import { type Handler, json } from "./serve.ts";

/** Where the servers are. */
export const NAMES = ["127.0.0.1", "localhost"];

const DAY = 86_400_000; // ms

/** A day so many days from now. */
export function day(days: number): Date {
  return new Date(Date.now() + days * DAY);
}

/** An authority that nobody knows. */
export const AUTHORITY = certificate({
  subject: "a test's authority",
  isAuthority: true,
});

/**
 * A certificate of that authority for the servers, unless it is to say
 * something else.
 */
export function issued(said: Partial<Said> = {}): Certificate {
  return certificate({ subject: "a server", names: NAMES, ...said }, AUTHORITY);
}

/** A certificate for the servers that nobody else vouches for. */
export function selfSigned(said: Partial<Said> = {}): Certificate {
  return certificate({ subject: "a server", names: NAMES, ...said });
}

/** Runs `use` against a server; shuts it down whatever happens. */
export async function withTls<T>(
  shown: Certificate,
  handler: Handler,
  use: (origin: string) => Promise<T>,
): Promise<T> {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, ...shown },
    (request) => handler(request, new URL(request.url)),
  );
  try {
    return await use(`https://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/**
 * Runs `use` against an archive that has one test; `seen` is what it was asked,
 * with the key.
 */
export async function withTlsArchive<T>(
  shown: Certificate,
  use: (origin: string, seen: string[]) => Promise<T>,
): Promise<T> {
  const seen: string[] = [];
  return await withTls(shown, (request, { pathname }) => {
    const key = request.headers.get("authorization") ?? "no key";
    seen.push(`${request.method} ${pathname} ${key}`);
    if (request.headers.has("proxy-authorization")) {
      seen.push("the password of the proxy");
    }
    return request.method === "GET"
      ? json([TEST])
      : json(TEST, { status: 201 });
  }, (origin) => use(origin, seen));
}

const TEST = {
  "url": "https://ma.example.net/esmond/perfsonar/archive/0123/",
  "uri": "/esmond/perfsonar/archive/0123/",
  "metadata-key": "0123",
  "metadata-count-total": 1,
  "subject-type": "point-to-point",
  "source": "192.0.2.10",
  "destination": "192.0.2.20",
  "measurement-agent": "192.0.2.10",
  "tool-name": "powstream",
  "event-types": [],
};

/**
 * Runs `use` against a server that lets in only who shows a certificate of the
 * authority; it answers with a list.
 */
export async function withClientCheck<T>(
  use: (origin: string, seen: string[]) => Promise<T>,
): Promise<T> {
  const seen: string[] = [];
  const server = createServer({
    ...issued(),
    ca: AUTHORITY.cert,
    requestCert: true,
    rejectUnauthorized: true,
  }, (request, response) => {
    seen.push(`${request.method}`);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify([TEST]));
  });
  server.on("tlsClientError", () => {}); // that is what they are for
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  try {
    return await use(`https://127.0.0.1:${port}`, seen);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}
