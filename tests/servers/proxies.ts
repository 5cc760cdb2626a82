/** Proxies on loopback: HTTP, with CONNECT for TLS, and SOCKS5. */

/** What a proxy was asked for: hosts, and what was said to log in. */
export interface Asked {
  /** `CONNECT host:port`, or `GET http://…`, or `SOCKS host:port`. */
  lines: string[];
  /** User names and passwords, as `user:password`. */
  logins: string[];
}

/** How a proxy behaves. */
export interface Manners {
  /** The one `user:password` that may use it; everybody if absent. */
  login?: string;
  /** The status that refuses every request. */
  refusal?: number;
  /** What stands for a host that there is none of. */
  hosts?: Record<string, string>;
}

type Serve = (
  conn: Deno.TcpConn,
  asked: Asked,
  manners: Manners,
) => Promise<void>;

/** Runs `use` with an HTTP proxy at `host:port`. */
export function withProxy<T>(
  manners: Manners,
  use: (address: string, asked: Asked) => Promise<T>,
): Promise<T> {
  return withListener(serveHttp, manners, use);
}

/** Runs `use` with a SOCKS5 proxy at `host:port`. */
export function withSocks<T>(
  manners: Manners,
  use: (address: string, asked: Asked) => Promise<T>,
): Promise<T> {
  return withListener(serveSocks, manners, use);
}

async function withListener<T>(
  serve: Serve,
  manners: Manners,
  use: (address: string, asked: Asked) => Promise<T>,
): Promise<T> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const asked: Asked = { lines: [], logins: [] };
  const running = new Set<Promise<void>>();
  const open = new Set<Deno.TcpConn>();
  const accepting = (async () => {
    for await (const conn of listener) {
      open.add(conn);
      running.add(
        serve(conn, asked, manners).catch(() => {}) // one side has gone
          .finally(() => close(conn)),
      );
    }
  })();
  try {
    return await use(`127.0.0.1:${listener.addr.port}`, asked);
  } finally {
    listener.close();
    for (const conn of open) close(conn);
    await accepting;
    await Promise.all(running);
  }
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // closed already
  }
}

async function serveHttp(
  conn: Deno.TcpConn,
  asked: Asked,
  { login, refusal, hosts = {} }: Manners,
): Promise<void> {
  const head = await readHead(conn);
  const [line = ""] = head.split("\r\n");
  asked.lines.push(line.replace(/ HTTP\/.*/, ""));
  const basic = /^proxy-authorization: Basic (\S+)/im.exec(head)?.[1];
  const said = basic === undefined ? undefined : new TextDecoder().decode(
    Uint8Array.from(atob(basic), (char) => char.charCodeAt(0)),
  );
  if (said !== undefined) asked.logins.push(said);
  const status = login !== undefined && said !== login ? 407 : refusal;
  if (status !== undefined) {
    return await send(
      conn,
      `HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`,
    );
  }
  const [, method, target = ""] = /^(\S+) (\S+)/.exec(line)!;
  const url = new URL(method === "CONNECT" ? `http://${target}` : target);
  const other = await Deno.connect({
    hostname: hosts[url.hostname] ?? url.hostname,
    port: Number(url.port || 80),
  });
  if (method === "CONNECT") {
    await send(conn, "HTTP/1.1 200 Connection established\r\n\r\n");
  } else {
    const path = url.pathname + url.search;
    await send(
      other,
      head.replace(target, path).replace(/^proxy-authorization:.*\r\n/im, "")
        .replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"),
    );
  }
  await join(conn, other);
}

async function serveSocks(
  conn: Deno.TcpConn,
  asked: Asked,
  { login, hosts = {} }: Manners,
): Promise<void> {
  const next = async (size: number) => {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size;) {
      const read = await conn.read(bytes.subarray(at));
      if (read === null) throw new Error("gone");
      at += read;
    }
    return bytes;
  };
  const text = async (size: number) =>
    new TextDecoder().decode(await next(size));
  const [, methods = 0] = await next(2);
  const offered = await next(methods);
  const method = login === undefined ? 0 : 2;
  if (!offered.includes(method)) return await send(conn, [5, 0xff]);
  await send(conn, [5, method]);
  if (method === 2) {
    const user = await text((await next(2))[1]!);
    const said = `${user}:${await text((await next(1))[0]!)}`;
    asked.logins.push(said);
    await send(conn, [1, said === login ? 0 : 1]);
    if (said !== login) return;
  }
  const [, , , kind] = await next(4);
  const host = kind === 3
    ? await text((await next(1))[0]!)
    : (await next(4)).join(".");
  const [high = 0, low = 0] = await next(2);
  const port = high << 8 | low;
  asked.lines.push(`SOCKS ${host}:${port}`);
  const other = await Deno.connect({ hostname: hosts[host] ?? host, port });
  await send(conn, [5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  await join(conn, other);
}

async function readHead(conn: Deno.Conn): Promise<string> {
  let text = "";
  const byte = new Uint8Array(1);
  while (!text.endsWith("\r\n\r\n")) {
    if (await conn.read(byte) === null) throw new Error("gone");
    text += String.fromCharCode(byte[0]!);
  }
  return text;
}

async function send(conn: Deno.Conn, what: string | number[]): Promise<void> {
  const bytes = typeof what === "string"
    ? new TextEncoder().encode(what)
    : Uint8Array.from(what);
  for (let sent = 0; sent < bytes.length;) {
    sent += await conn.write(bytes.subarray(sent));
  }
}

/** Passes on what comes from either side, until one has ended. */
async function join(one: Deno.Conn, other: Deno.Conn): Promise<void> {
  const pass = async (from: Deno.Conn, to: Deno.Conn) => {
    const buffer = new Uint8Array(16_384);
    for (;;) {
      const size = await from.read(buffer);
      if (size === null) return;
      for (let sent = 0; sent < size;) {
        sent += await to.write(buffer.subarray(sent, size));
      }
    }
  };
  const both = [pass(one, other), pass(other, one)];
  await Promise.race(both).catch(() => {});
  close(one);
  close(other);
  await Promise.allSettled(both);
}
