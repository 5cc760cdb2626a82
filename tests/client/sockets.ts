/**
 * Servers on loopback that speak TCP rather than HTTP, for misbehaviour that an
 * HTTP server refuses.
 */

/** One connection, and what came over it. */
export class Socket {
  readonly #conn: Deno.TcpConn;

  constructor(
    conn: Deno.TcpConn,
    /** How many connections there were before this one. */
    readonly turn: number,
  ) {
    this.#conn = conn;
  }

  /** Reads up to the end of the headers of a request. */
  async request(): Promise<string> {
    let text = "";
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65_536);
    while (!text.includes("\r\n\r\n")) {
      const size = await this.#conn.read(buffer);
      if (size === null) break;
      text += decoder.decode(buffer.subarray(0, size), { stream: true });
    }
    return text;
  }

  /** Sends text, or bytes. */
  async send(what: string | Uint8Array): Promise<void> {
    const bytes = typeof what === "string"
      ? new TextEncoder().encode(what)
      : what;
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#conn.write(bytes.subarray(sent));
    }
  }

  /** Waits until the other side has closed the connection. */
  async closed(): Promise<void> {
    const buffer = new Uint8Array(1024);
    while (await this.#conn.read(buffer) !== null);
  }
}

/**
 * Runs `use` against a server that treats each connection with `answer` and
 * then closes it.
 */
export async function withSockets<T>(
  answer: (socket: Socket) => Promise<void>,
  use: (origin: string) => Promise<T>,
): Promise<T> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const running: Promise<void>[] = [];
  const serve = async () => {
    for await (const conn of listener) {
      running.push(
        answer(new Socket(conn, running.length))
          .catch(() => {}) // the other side has gone
          .finally(() => conn.close()),
      );
    }
  };
  const serving = serve();
  try {
    return await use(`http://127.0.0.1:${listener.addr.port}`);
  } finally {
    listener.close();
    await serving;
    await Promise.all(running);
  }
}

/** The origin of a server that is not there. */
export function nobody(): string {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return `http://127.0.0.1:${port}`;
}
