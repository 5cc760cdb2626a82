/**
 * A proxy that cuts connections where it is told to: before a request, inside
 * its body, behind it, inside the answer.
 *
 * It speaks HTTP/1.1 by hand, one request a connection, so that every cut falls
 * exactly where it is meant to.
 */

/** What happens to one request. */
export type Fault =
  | "none"
  | "refused"
  | "cut in request"
  | "cut before answer"
  | "cut in answer"
  | "silent before"
  | "silent after";

/** A proxy that is running. */
export interface FaultyProxy {
  /** Its address. */
  origin: string;
  /** Ends it. */
  close(): Promise<void>;
}

/**
 * Starts a proxy in front of `upstream`; `next` says what happens to the next
 * request.
 */
export function startFaultyProxy(
  upstream: string,
  next: () => Fault,
): FaultyProxy {
  const target = new URL(upstream);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const running = new Set<Promise<void>>();
  const serving = (async () => {
    for await (const client of listener) {
      open.add(client);
      const work = handle(client, target, next(), open)
        .catch(() => {}) // cut connections fail in every way that there is
        .finally(() => {
          close(client);
          open.delete(client);
        });
      running.add(work);
      work.finally(() => running.delete(work));
    }
  })();
  return {
    origin: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    async close() {
      listener.close();
      for (const connection of open) close(connection);
      await serving;
      await Promise.all(running);
    },
  };
}

async function handle(
  client: Deno.Conn,
  target: URL,
  fault: Fault,
  open: Set<Deno.Conn>,
): Promise<void> {
  if (fault === "refused") return;
  const request = await readMessage(client);
  if (request === undefined) return;
  if (fault === "silent before") return await closed(client);
  const server = await Deno.connect({
    hostname: target.hostname,
    port: Number(target.port),
  });
  open.add(server);
  try {
    if (fault === "cut in request") {
      // All but the last byte: the server has nearly all of it, and must make
      // nothing of it.
      return await writeAll(server, request.subarray(0, request.length - 1));
    }
    await writeAll(server, withHeader(request, "connection: close"));
    const answer = await readMessage(server);
    if (answer === undefined || fault === "cut before answer") return;
    if (fault === "silent after") return await closed(client);
    const part = fault === "cut in answer"
      ? answer.subarray(0, Math.ceil(answer.length / 2))
      : answer;
    await writeAll(client, part);
  } finally {
    open.delete(server);
    close(server);
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // closed by its other end
  }
}

/** Keeps silent until the client has given up. */
async function closed(client: Deno.Conn): Promise<void> {
  const bytes = new Uint8Array(1024);
  while (await client.read(bytes) !== null);
}

async function writeAll(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

/** Reads a head and as much of a body as it announces. */
async function readMessage(from: Deno.Conn): Promise<Uint8Array | undefined> {
  let bytes = new Uint8Array();
  const chunk = new Uint8Array(65536);
  for (;;) {
    const head = headOf(bytes);
    if (head !== undefined) {
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      const isChunked = /^transfer-encoding: *chunked/im.test(head);
      const body = bytes.length - head.length - 4;
      const isWhole = isChunked
        ? new TextDecoder().decode(bytes).endsWith("\r\n0\r\n\r\n")
        : body >= length;
      if (isWhole) return bytes;
    }
    const count = await from.read(chunk);
    if (count === null) return head === undefined ? undefined : bytes;
    const joined = new Uint8Array(bytes.length + count);
    joined.set(bytes);
    joined.set(chunk.subarray(0, count), bytes.length);
    bytes = joined;
  }
}

function headOf(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder("latin1").decode(bytes);
  const end = text.indexOf("\r\n\r\n");
  return end < 0 ? undefined : text.slice(0, end);
}

function withHeader(message: Uint8Array, header: string): Uint8Array {
  const head = headOf(message)!;
  const line = new TextEncoder().encode(`\r\n${header}`);
  const made = new Uint8Array(message.length + line.length);
  made.set(message.subarray(0, head.length));
  made.set(line, head.length);
  made.set(message.subarray(head.length), head.length + line.length);
  return made;
}
