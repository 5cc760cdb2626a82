/**
 * A client that sends any bytes, and returns what comes back.
 */

import { Buffer } from "node:buffer";
import { PATIENCE } from "../helpers/waiting.ts";

/** What came back. */
export interface RawAnswer {
  /** The status; `undefined` if the connection was closed without an answer. */
  status: number | undefined;
  /** The headers, as they came. */
  head: string;
  /** The text after the headers. */
  body: string;
  /** Whether the archive closed the connection. */
  isClosed: boolean;
}

/** The bytes of a text, one for each character below 256. */
export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

/** One connection. */
export class RawClient {
  readonly #conn: Deno.TcpConn;
  #received = "";
  /** How much has to be there before it is worth looking at. */
  #wanted = 0;
  #isOver = false;
  #isHead: boolean | undefined;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Connects to an origin. */
  static async to(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    return new RawClient(
      await Deno.connect({ hostname, port: Number(port) }),
    );
  }

  /** Sends bytes; what the archive no longer takes is not missed. */
  async send(what: string | Uint8Array): Promise<void> {
    const bytes = typeof what === "string" ? latin1(what) : what;
    this.#isHead ??= new TextDecoder().decode(bytes.subarray(0, 5)) === "HEAD ";
    try {
      for (let sent = 0; sent < bytes.length;) {
        sent += await this.#conn.write(bytes.subarray(sent));
      }
    } catch {
      this.#isOver = true;
    }
  }

  /** Sends nothing more. */
  async end(): Promise<void> {
    await this.#conn.closeWrite().catch(() => {});
  }

  /**
   * The next answer, `100 Continue` aside; throws if it is not there in time.
   */
  async answer(milliseconds = PATIENCE): Promise<RawAnswer> {
    const timer = setTimeout(() => this.close(), milliseconds);
    const begun = performance.now();
    try {
      for (;;) {
        const found = this.#take();
        if (found) return found;
        if (!await this.#more()) break;
      }
    } finally {
      clearTimeout(timer);
    }
    if (performance.now() - begun >= milliseconds) {
      throw new Error(`no answer within ${milliseconds} ms`);
    }
    return { status: undefined, head: "", body: "", isClosed: true };
  }

  /** Waits until the archive closes the connection. */
  async closed(): Promise<void> {
    while (await this.#more());
  }

  /** Closes the connection at once. */
  close(): void {
    try {
      this.#conn.close();
    } catch {
      // it is closed
    }
  }

  async #more(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    const size = await this.#conn.read(buffer).catch(() => null);
    if (size === null) {
      this.#isOver = true;
      return false;
    }
    this.#received += new TextDecoder("latin1").decode(
      buffer.subarray(0, size),
    );
    return true;
  }

  #take(): RawAnswer | undefined {
    if (this.#received.length < this.#wanted) return undefined;
    this.#received = this.#received.replace(
      /^(?:HTTP\/1\.1 100 Continue\r\n\r\n)+/,
      "",
    );
    const end = this.#received.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const head = this.#received.slice(0, end);
    const length = this.#isHead
      ? 0
      : Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    const whole = end + 4 + length;
    this.#wanted = whole;
    if (this.#received.length < whole) return undefined;
    this.#wanted = 0;
    const body = this.#received.slice(end + 4, whole);
    this.#received = this.#received.slice(whole);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    const isClosed = this.#isOver || /^connection: close/im.test(head);
    return { status, head, body, isClosed };
  }
}
