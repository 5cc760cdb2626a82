/**
 * The network side: takes requests within the bounds of {@linkcode Limits}, one
 * after the other on each connection, and sends the answers.
 *
 * It uses `node:http`, which closes connections without traffic and can limit
 * their number; `Deno.serve` waits for ever, and stops when the process runs
 * out of file handles.
 *
 * @module
 */

import {
  createServer,
  type IncomingMessage,
  METHODS,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Refusal } from "./answers.ts";
import {
  Exchange,
  LINGER,
  type Load,
  type Service,
  type Talk,
} from "./exchange.ts";
import type { Limits } from "./limits.ts";

/** The options of a listener. */
export interface ListenerOptions extends Service {
  /** The port to listen on; 0 takes a free one. */
  readonly port: number;
}

/** A listener at work. */
export interface Listener {
  /** The port it listens on. */
  readonly port: number;
  /**
   * Resolves when the last connection has closed after {@linkcode
   * Listener.close}.
   */
  readonly finished: Promise<void>;
  /**
   * Accepts no more connections, and closes those without a request under way.
   */
  close(): void;
  /** Closes all connections. */
  cut(): void;
}

/**
 * Listens.
 *
 * @throws {Deno.errors.AddrInUse} if the port is taken.
 * @throws {Deno.errors.AddrNotAvailable} if this machine has no such address.
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { limits, host } = options;
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(1000, limits.headersMs / 2),
    requireHostHeader: false, // HTTP/1.0 sends none
  });
  server.timeout = limits.idleMs;
  const talks = new WeakMap<Socket, Talk>();
  const load: Load = { bodies: 0, unsent: 0 };
  const talkOf = (socket: Socket) => {
    const talk = talks.get(socket) ??
      {
        last: Promise.resolve(),
        waiting: 0,
        broken: undefined,
        fail: undefined,
      };
    talks.set(socket, talk);
    return talk;
  };
  const take =
    (isAwaited: boolean) =>
    (request: IncomingMessage, response: ServerResponse) => {
      const talk = talkOf(request.socket);
      if (++talk.waiting > limits.pipelined) {
        request.socket.destroy();
        return;
      }
      const exchange = new Exchange(
        request,
        response,
        talk,
        load,
        isAwaited,
        options,
      );
      talk.last = talk.last.then(() => exchange.run()).finally(() =>
        talk.waiting--
      );
    };
  server.on("request", take(false));
  server.on("checkContinue", take(true));
  // Checked with the other headers.
  server.on("checkExpectation", take(false));
  server.on("clientError", (error: ClientError, socket) => {
    const talk = talkOf(socket as Socket);
    if (talk.broken) return;
    // Deno 2.9 may have given the parser to another connection by now, whose
    // request the rest of this one would spoil.
    socket.removeAllListeners("data").removeAllListeners("end").resume();
    talk.broken = refusalOf(error, limits);
    talk.fail?.(talk.broken);
    // After an error within a body the connection has closed by then.
    void talk.last.then(() => refuseRaw(socket as Socket, talk.broken!));
  });
  server.on("timeout", (socket) => {
    const { fail } = talkOf(socket);
    if (fail) fail(tooLate());
    else socket.destroy();
  });
  server.on("connect", (_, socket) => {
    refuseRaw(
      socket as Socket,
      new Refusal('Method "CONNECT" not allowed.', 405),
    );
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    if (sockets.size >= limits.connections) {
      // An idle connection makes room, the oldest first.
      const isIdle = (one: Socket) => talkOf(one).waiting === 0;
      (sockets.values().find(isIdle) ?? socket).destroy();
    }
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.prependListener("close", () => closeParser(socket));
  });
  await begin(server, host, options.port);
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  return {
    port: (server.address() as AddressInfo).port,
    finished,
    close() {
      server.close(() => resolve());
      server.closeIdleConnections();
    },
    cut() {
      server.closeAllConnections();
      // Deno 2.4 keeps connections open that have sent part of a request.
      resolve();
    },
  };
}

/**
 * Closes the parser with its connection, before the server can reuse it: in
 * Deno 2.9 a reused parser sometimes refuses a good request, or never passes it
 * on.
 */
function closeParser(socket: Socket & Parsed): void {
  const { parser } = socket;
  if (!parser) return; // older versions of Deno do not reuse parsers
  socket.parser = null;
  parser.remove();
  setTimeout(() => parser.close(), 0); // it may still be running
}

interface Parsed {
  parser?: { remove(): void; close(): void } | null;
}

async function begin(server: Server, host: string, port: number) {
  // An empty host would mean every address of the machine.
  if (host === "") throw new Deno.errors.AddrNotAvailable("no address");
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ host, port }, resolve);
  try {
    await promise;
  } catch (error) {
    const { code = "", message } = error as Error & { code?: string };
    const Kind = ERRORS[code];
    throw Kind ? new Kind(message, { cause: error }) : error;
  }
  server.off("error", reject);
  // A connection that could not be accepted; the next one may be.
  server.on("error", () => {});
}

const ERRORS: Record<string, new (m: string, o: ErrorOptions) => Error> = {
  EADDRINUSE: Deno.errors.AddrInUse,
  EADDRNOTAVAIL: Deno.errors.AddrNotAvailable,
  EINVAL: Deno.errors.AddrNotAvailable,
  EACCES: Deno.errors.PermissionDenied,
  ENOTFOUND: Deno.errors.AddrNotAvailable,
};

/** An error of the HTTP parser. */
type ClientError = Error & { code?: string; rawPacket?: Uint8Array };

/** Why nothing further on a connection can be parsed. */
function refusalOf(error: ClientError, limits: Limits): Refusal {
  switch (error.code) {
    case "HPE_HEADER_OVERFLOW":
      return new Refusal(
        `Request line and headers must not be longer than ${limits.headerBytes} bytes.`,
        431,
      );
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return tooLate();
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new Refusal("The extensions of the chunks are too long.", 413);
    default: {
      const method = unknownMethod(error.rawPacket);
      return method === undefined
        ? new Refusal("This is not an HTTP request.")
        : new Refusal(`Method "${method}" not allowed.`, 405);
    }
  }
}

/** The method, if that is all that is wrong with a request. */
function unknownMethod(packet?: Uint8Array): string | undefined {
  const line = new TextDecoder("latin1").decode(packet?.subarray(0, 2000));
  const method = /^([A-Z-]{1,30}) \S+ HTTP\/1\.[01]\r?\n/.exec(line)?.[1];
  return method !== undefined && METHODS.includes(method) ? undefined : method;
}

const REASONS: Record<number, string> = {
  400: "Bad Request",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  431: "Request Header Fields Too Large",
};

/** Refuses where the parser has not produced a request to answer. */
function refuseRaw(socket: Socket, { detail, status }: Refusal): void {
  if (!socket.writable) return;
  const body = JSON.stringify({ detail });
  socket.end(
    `HTTP/1.1 ${status} ${
      REASONS[status]
    }\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.setTimeout(LINGER, () => socket.destroy());
}

function tooLate(): Refusal {
  return new Refusal("The request did not arrive in time.", 408);
}
