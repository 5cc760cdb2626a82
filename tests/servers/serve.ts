/** Real servers on loopback for tests. */

/** Answers one request. */
export type Handler = (
  request: Request,
  url: URL,
) => Response | Promise<Response>;

/**
 * Runs `use` against a server on a free port; shuts it down whatever happens.
 */
export async function withServer<T>(
  handler: Handler,
  use: (origin: string) => Promise<T>,
): Promise<T> {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => handler(request, new URL(request.url)),
  );
  try {
    return await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** JSON as an archive sends it. */
export function json(body: unknown, init: ResponseInit = {}): Response {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new Response(text, {
    ...init,
    headers: { "content-type": "application/json", ...init.headers },
  });
}

/** A list without tests, as esmond sends it: elmond's has no `Allow`. */
export function noTests(): Response {
  return json([], { headers: { allow: "GET, HEAD, OPTIONS, POST" } });
}
