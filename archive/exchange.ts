/**
 * One request and its answer: the request becomes an {@linkcode
 * ArchiveRequest}, or is refused.
 *
 * @module
 */

import { isLoopback } from "../client/loopback.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, detailAnswer, Refusal } from "./answers.ts";
import type { Limits } from "./limits.ts";
import { addressOf, type ArchiveRequest } from "./request.ts";

/** How requests are answered. */
export interface Service {
  /** The address that the archive listens on. */
  readonly host: string;
  /**
   * Further names by which clients may call an archive on a loopback address.
   */
  readonly names: readonly string[];
  /** The origin whose pages may read. */
  readonly allowOrigin: string | undefined;
  /** The bounds. */
  readonly limits: Limits;
  /** Answers a request; never rejects. */
  readonly answer: (request: ArchiveRequest) => Promise<Answer>;
  /**
   * Called with each answer, and the method and target of its request line.
   */
  readonly onAnswer: (method: string, target: string, answer: Answer) => void;
}

/** The state of a connection. */
export interface Talk {
  /** Resolves when the requests so far are answered. */
  last: Promise<void>;
  /** How many requests are unanswered. */
  waiting: number;
  /** Why nothing further on it can be parsed. */
  broken: Refusal | undefined;
  /** Fails the reading of the body under way. */
  fail: ((refusal: Refusal) => void) | undefined;
}

/** Bytes in flight on all connections. */
export interface Load {
  /** Of bodies that are being received. */
  bodies: number;
  /** Of answers that have not been fetched. */
  unsent: number;
}

/**
 * Milliseconds that an early answer waits for the rest of its request's body: a
 * client that is cut off while it sends may not see the answer.
 */
export const LINGER = 2000;

/** One request and its answer. */
export class Exchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #talk: Talk;
  readonly #load: Load;
  readonly #service: Service;
  /** Whether the client waits for `100 Continue` before it sends its body. */
  #isAwaited: boolean;

  /**
   * An exchange that has not begun.
   *
   * @param request The request.
   * @param response Where the answer goes.
   * @param talk The state of the connection.
   * @param load Bytes in flight on all connections.
   * @param isAwaited Whether the client waits for `100 Continue`.
   * @param service How requests are answered.
   */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    talk: Talk,
    load: Load,
    isAwaited: boolean,
    service: Service,
  ) {
    this.#request = request;
    this.#response = response;
    this.#talk = talk;
    this.#load = load;
    this.#isAwaited = isAwaited;
    this.#service = service;
  }

  /** Answers; resolves when the answer is sent, or the client has gone. */
  async run(): Promise<void> {
    if (this.#request.socket.destroyed) return;
    const answer = await this.#answer();
    const { method = "", url = "" } = this.#request;
    this.#service.onAnswer(method, url, answer);
    await this.#send(answer).catch(() => this.#request.socket.destroy());
  }

  async #answer(): Promise<Answer> {
    try {
      const request = this.#checked();
      return await this.#service.answer(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return detailAnswer(error.detail, error.status, error.headers);
    }
  }

  #checked(): ArchiveRequest {
    const { limits, host, names } = this.#service;
    const request = this.#request;
    const { method = "", url: target = "", rawHeaders } = request;
    if (target.length > limits.address) {
      throw new Refusal(
        `The address must not be longer than ${limits.address} characters.`,
        414,
      );
    }
    if (rawHeaders.length / 2 > limits.headers) {
      throw new Refusal(
        `There must not be more than ${limits.headers} headers.`,
        431,
      );
    }
    const hosts = rawHeaders.filter((name, index) =>
      index % 2 === 0 && name.toLowerCase() === "host"
    );
    if (hosts.length > 1 || hosts.length < minorVersion(request)) {
      throw new Refusal("There must be exactly one header Host.");
    }
    const expected = request.headers["expect"];
    if (expected !== undefined && expected.toLowerCase() !== "100-continue") {
      throw new Refusal("The header Expect can only be 100-continue.", 417);
    }
    const url = addressOf(target, request.headers.host ?? "localhost");
    const isOurs = isLoopback(url.hostname) || names.includes(url.hostname);
    if (isLoopback(host) && !isOurs) {
      throw new Refusal(
        "The archive answers on this machine alone, and only to localhost, " +
          "127.0.0.1, or a name that it was started with.",
        421,
      );
    }
    if (url.searchParams.size > limits.parameters) {
      throw new Refusal(
        `There must not be more than ${limits.parameters} parameters.`,
      );
    }
    return {
      method,
      url,
      header: (name) => [request.headers[name]].flat()[0],
      read: (limit) => this.#read(limit),
    };
  }

  async #read(limit: number): Promise<Uint8Array> {
    // Errors are made where they are needed: each takes a tenth of a write.
    const tooLong = () =>
      new Refusal(`The body must not be longer than ${limit} bytes.`, 413);
    const request = this.#request;
    if (Number(request.headers["content-length"]) > limit) throw tooLong();
    if (this.#isAwaited) this.#response.writeContinue();
    this.#isAwaited = false;
    if (this.#talk.broken) throw this.#talk.broken;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const chunks: Uint8Array[] = [];
    let length = 0;
    const onData = (chunk: Uint8Array) => {
      length += chunk.length;
      this.#load.bodies += chunk.length;
      if (length > limit) reject(tooLong());
      else if (this.#load.bodies > this.#service.limits.bodies) reject(busy());
      else chunks.push(chunk);
    };
    const onClose = () => reject(new Refusal("The body was cut off."));
    this.#talk.fail = reject;
    request.on("data", onData).on("end", resolve);
    request.on("close", onClose).on("error", onClose);
    try {
      await promise;
      return joined(chunks, length);
    } finally {
      this.#talk.fail = undefined;
      this.#load.bodies -= length;
      request.off("data", onData).off("close", onClose);
    }
  }

  async #send(answer: Answer): Promise<void> {
    const response = this.#response;
    const { limits } = this.#service;
    const bytes = new TextEncoder().encode(answer.body);
    const isTooMuch = this.#load.unsent > 0 &&
      this.#load.unsent + bytes.length > limits.unsent;
    if (isTooMuch) {
      const { detail, status, headers } = busy();
      return await this.#send(detailAnswer(detail, status, headers));
    }
    const isWhole = this.#isWhole();
    this.#load.unsent += bytes.length;
    try {
      const gone = new Promise<void>((resolve) =>
        response.once("finish", resolve).once("close", resolve)
      );
      response.writeHead(answer.status, {
        "content-type": answer.type,
        "content-length": bytes.length,
        ...answer.headers,
        ...this.#sharing(),
        ...(!isWhole && { "connection": "close" }),
      });
      if (!isWhole) {
        response.write(bytes);
        await this.#rest();
        response.end();
      } else response.end(bytes);
      await gone;
    } finally {
      this.#load.unsent -= bytes.length;
    }
  }

  /** Lets the web pages of an origin read. */
  #sharing(): Record<string, string> {
    const { allowOrigin } = this.#service;
    const isReading = ["GET", "HEAD"].includes(this.#request.method ?? "");
    return allowOrigin === undefined || !isReading
      ? {}
      : { "access-control-allow-origin": allowOrigin };
  }

  /** Whether the whole request has arrived. */
  #isWhole(): boolean {
    const { complete, readableEnded, headers } = this.#request;
    // Deno 2.4 never sets `complete`.
    return complete || readableEnded || !hasBody(headers);
  }

  /** Discards the rest of the body, for a moment. */
  async #rest(): Promise<void> {
    const request = this.#request;
    if (this.#isAwaited || this.#talk.broken) return; // nothing more comes
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LINGER);
    request.once("end", resolve).once("close", resolve).once("error", resolve);
    this.#talk.fail = () => resolve();
    request.resume();
    await promise;
    clearTimeout(timer);
    this.#talk.fail = undefined;
  }
}

function busy(): Refusal {
  return new Refusal("The archive is busy: try again.", 503, {
    "retry-after": "1",
  });
}

function minorVersion({ httpVersion }: IncomingMessage): number {
  return httpVersion === "1.0" ? 0 : 1;
}

function joined(chunks: Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function hasBody(headers: IncomingMessage["headers"]): boolean {
  return "content-length" in headers || "transfer-encoding" in headers;
}
