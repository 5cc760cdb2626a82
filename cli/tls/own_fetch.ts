/**
 * A `fetch` over our own connections, for what the platform's cannot do: pins,
 * no verification, proxies with a password.
 *
 * @module
 */

import { Agent, request as sendRequest, type RequestOptions } from "node:https";
import type { IncomingMessage } from "node:http";
import { type Duplex, pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ArchiveUnreachableError } from "../../client/errors.ts";
import type { Transport } from "./common.ts";
import { Connections, type Dialing, RefusedError } from "./dial.ts";
import { hostOf } from "./proxy.ts";

/** Statuses without a body. */
const EMPTY = [204, 205, 304];

/**
 * Makes a `fetch` for https addresses; it does not follow redirects.
 *
 * @param dialing How to connect.
 */
export function ownFetch(dialing: Dialing): Required<Transport> {
  const connections = new Connections(dialing);
  const kept = new DialingAgent(connections, true);
  const single = new DialingAgent(connections, false);
  return {
    fetch: async (input, init) => {
      const request = new Request(input, { ...init, redirect: "manual" });
      // A kept connection may be closing: what must not be sent twice gets a
      // new one.
      const agent = request.method === "GET" ? kept : single;
      try {
        return responseOf(await answerTo(request, agent), request.signal);
      } catch (error) {
        if (request.signal.aborted) throw request.signal.reason;
        if (!(error instanceof RefusedError)) throw error;
        const failed = { url: request.url, cause: error };
        throw new ArchiveUnreachableError(error.message, failed, false);
      }
    },
    close: () => {
      kept.destroy();
      single.destroy();
      connections.close();
    },
  };
}

/** A request, and how to stop it. */
interface Asking extends RequestOptions {
  /** Stops connecting; an agent is not given `signal`. */
  stop: AbortSignal;
}

/**
 * Stands for a connection that the callback gets later; the types lack this
 * case.
 */
const LATER = undefined as unknown as Duplex;

/** Gives requests connections that were checked. */
class DialingAgent extends Agent {
  readonly #connections: Connections;

  constructor(connections: Connections, keepAlive: boolean) {
    super({ keepAlive });
    this.#connections = connections;
  }

  override createConnection(
    { host, port, stop }: Partial<Asking>,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): Duplex {
    this.#connections.dial(host!, Number(port), stop).then(
      (socket) => callback?.(null, socket),
      (error) => callback?.(error, LATER),
    );
    return LATER;
  }
}

async function answerTo(
  request: Request,
  agent: Agent,
): Promise<IncomingMessage> {
  const url = new URL(request.url);
  const body = new Uint8Array(await request.arrayBuffer());
  const asking: Asking = {
    agent,
    signal: request.signal,
    stop: request.signal,
    host: hostOf(url),
    port: url.port || 443,
    path: url.pathname + url.search,
    method: request.method,
    headers: {
      host: url.host,
      ...Object.fromEntries(request.headers),
      "accept-encoding": "gzip",
      ...(body.length > 0 ? { "content-length": body.length } : {}),
    },
  };
  return await new Promise((resolve, reject) => {
    const outgoing = sendRequest(asking);
    outgoing.on("error", reject);
    outgoing.once("response", resolve);
    outgoing.end(body);
  });
}

/** The answer as `fetch` gives it. */
function responseOf(
  answer: IncomingMessage,
  signal: AbortSignal,
): Response {
  const { statusCode: status = 0, statusMessage: statusText = "" } = answer;
  const headers = new Headers();
  for (let at = 0; at < answer.rawHeaders.length; at += 2) {
    headers.append(answer.rawHeaders[at]!, answer.rawHeaders[at + 1]!);
  }
  if (EMPTY.includes(status)) {
    answer.resume();
    return new Response(null, { status, statusText, headers });
  }
  const encoding = headers.get("content-encoding") ?? "identity";
  const isGzip = /^(x-)?gzip$/i.test(encoding);
  if (!isGzip && encoding.toLowerCase() !== "identity") {
    answer.destroy();
    throw new RefusedError(
      `it compresses its answers in a way that was not asked for (${encoding})`,
    );
  }
  if (!isGzip) {
    const body = streamOf(answer, signal);
    return new Response(body, { status, statusText, headers });
  }
  headers.delete("content-encoding");
  headers.delete("content-length");
  // Several members are joined, which DecompressionStream refuses.
  const plain = pipeline(answer, createGunzip(), () => {});
  const body = streamOf(plain, signal);
  return new Response(body, { status, statusText, headers });
}

/** The body of an answer; it fails if it is cut off. */
function streamOf(
  answer: Readable,
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start: (controller) => {
      const fail = (error: unknown) => {
        controller.error(signal.aborted ? signal.reason : error);
        answer.destroy();
      };
      // The platform does not pause when told to: the caller reads all at
      // once, and limits how much that is.
      answer.on("data", (bytes) => controller.enqueue(new Uint8Array(bytes)));
      answer.once("end", () => controller.close());
      answer.on("error", fail);
      answer.once("close", () => {
        if (!answer.readableEnded) fail(new Error("the connection closed"));
      });
      signal.addEventListener("abort", () => fail(signal.reason), {
        once: true,
      });
    },
    cancel: () => {
      answer.destroy();
    },
  });
}
