/**
 * An HTTP server by hand, for what a real one refuses to do: answers that break
 * off, fall silent, or never come. It also counts how many requests are under
 * way.
 *
 * One request a connection, so that every end falls exactly where it is meant
 * to.
 */

/** An answer, and how it ends. */
export interface RawAnswer {
  /** 200 if absent. */
  status?: number;
  /** `content-type` is that of JSON if absent. */
  headers?: Record<string, string>;
  /** What comes piece by piece is sent in chunks, the rest with its length. */
  body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /**
   * As it should, or before what was announced has come: by closing the
   * connection, or by sending no more.
   */
  end?: "cut" | "silence";
}

/**
 * What goes out as it is, head and all, for what no answer looks like; then the
 * connection is closed.
 */
export interface RawBytes {
  /** The bytes, or pieces of them as they come. */
  raw: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

/** An answer, bytes or a reset connection in its place, or none at all. */
export type RawReply = RawAnswer | RawBytes | "reset" | "silence";

/** Answers one request. */
export type RawHandler = (url: URL) => RawReply | Promise<RawReply>;

/** A server that is running. */
export class RawServer {
  /** Its address. */
  readonly origin: string;
  /** What was asked for, and when, by `performance.now()`. */
  readonly requests: { url: URL; at: number }[] = [];
  /**
   * The most requests that were under way at one time; those that are kept in
   * silence do not count.
   */
  most = 0;
  /** Ends counting each request that is under way. */
  readonly #counted = new Set<() => void>();
  readonly #handler: RawHandler;
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #running = new Set<Promise<void>>();
  readonly #serving: Promise<void>;

  /** Starts it on a free port. */
  constructor(handler: RawHandler) {
    this.#handler = handler;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.origin = `http://127.0.0.1:${this.#listener.addr.port}`;
    this.#serving = this.#serve();
  }

  /**
   * Dies as a process does: requests under way are cut off, connections are
   * refused from now on.
   */
  die(): void {
    try {
      this.#listener.close();
    } catch {
      // dead already
    }
    for (const conn of this.#open) close(conn);
  }

  /** The client is gone, and with it the requests that it has under way. */
  forget(): void {
    this.#counted.clear();
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.die();
    await this.#serving;
    await Promise.all(this.#running);
  }

  async #serve(): Promise<void> {
    for await (const conn of this.#listener) {
      this.#open.add(conn);
      const work = this.#handle(conn)
        .catch(() => {}) // the other side has gone
        .finally(() => {
          close(conn);
          this.#open.delete(conn);
          this.#running.delete(work);
        });
      this.#running.add(work);
    }
  }

  async #handle(conn: Deno.TcpConn): Promise<void> {
    const head = new Head(conn);
    const [, path = "/"] = (await head.readTo("\r\n")).split(" ");
    const url = new URL(path, this.origin);
    this.requests.push({ url, at: performance.now() });
    // Called before the last byte: once that has left, the other side may
    // rightly send the next request.
    const done = () => {
      this.#counted.delete(done);
    };
    this.#counted.add(done);
    this.most = Math.max(this.most, this.#counted.size);
    try {
      const reply = await this.#handler(url);
      // Closing with headers unread makes the system reset the connection.
      if (reply === "reset") return;
      await head.readTo("\r\n\r\n");
      if (reply === "silence") {
        done();
        return await closing(conn);
      }
      if ("raw" in reply) return await sendRaw(conn, reply);
      await sendAnswer(conn, reply, done);
      done();
      if (reply.end === "silence") await closing(conn);
    } finally {
      done();
    }
  }
}

/** Runs `use` against such a server; ends it whatever happens. */
export async function withRawServer<T>(
  handler: RawHandler,
  use: (server: RawServer) => Promise<T>,
): Promise<T> {
  const server = new RawServer(handler);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

/**
 * The head of a request, which comes in small pieces so that there is some of
 * it left to leave unread.
 */
class Head {
  #text = "";
  readonly #conn: Deno.TcpConn;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** All up to this mark, and a little more. */
  async readTo(mark: string): Promise<string> {
    const buffer = new Uint8Array(64);
    while (!this.#text.includes(mark)) {
      const size = await this.#conn.read(buffer);
      if (size === null) throw new Error("no request came");
      this.#text += new TextDecoder().decode(buffer.subarray(0, size));
    }
    return this.#text;
  }
}

async function sendRaw(conn: Deno.TcpConn, { raw }: RawBytes): Promise<void> {
  const isStream = typeof raw === "object" && Symbol.asyncIterator in raw;
  for await (const piece of isStream ? raw : [raw]) {
    await send(conn, bytesOf(piece));
  }
}

async function sendAnswer(
  conn: Deno.TcpConn,
  { status = 200, headers = {}, body = "", end }: RawAnswer,
  done: () => void,
): Promise<void> {
  const isStream = typeof body === "object" && Symbol.asyncIterator in body;
  const bytes = isStream ? new Uint8Array() : bytesOf(body);
  // What is announced and does not come makes the difference between an answer
  // and one that is cut off.
  const length = bytes.length + (end === undefined ? 0 : 1000);
  const head = Object.entries({
    "content-type": "application/json",
    ...headers,
    "connection": "close",
    ...(isStream
      ? { "transfer-encoding": "chunked" }
      : { "content-length": `${length}` }),
  }).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  await send(conn, bytesOf(`HTTP/1.1 ${status} Answer\r\n${head}\r\n`));
  if (isStream) {
    for await (const piece of body) {
      await send(conn, bytesOf(`${piece.length.toString(16)}\r\n`));
      await send(conn, piece);
      await send(conn, bytesOf("\r\n"));
    }
  }
  done();
  await send(
    conn,
    isStream && end === undefined ? bytesOf("0\r\n\r\n") : bytes,
  );
}

async function send(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await conn.write(bytes.subarray(at));
  }
}

/** Waits until the other side has closed the connection. */
async function closing(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(1024);
  while (await conn.read(buffer) !== null);
}

function close(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // closed already
  }
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}
