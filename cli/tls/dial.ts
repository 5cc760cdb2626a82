/**
 * TLS connections that are checked before anything is sent over them.
 *
 * @module
 */

import { request } from "node:http";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { certificateProblem } from "../../client/certificates.ts";
import { type Certificate, problemOf, readCertificate } from "./certificate.ts";
import type { Proxy } from "./proxy.ts";

/** How to connect. */
export interface Dialing {
  /** A proxy of `http:`. */
  proxy?: Proxy | undefined;
  /** Pins, of which one has to match; then authorities do not matter. */
  pins?: readonly string[];
  /**
   * Whether any certificate is accepted.
   *
   * @default {false}
   */
  isInsecure?: boolean;
  /** Certificates of authorities besides those that the platform trusts. */
  authorities?: string[] | undefined;
  /** The client certificate. */
  own?: { cert: string; key: string } | undefined;
}

/** The host was reached and must not be used; the message says why. */
export class RefusedError extends Error {
  override name = "RefusedError";
}

/** A host, and the sockets that were opened to reach it. */
interface Target {
  host: string;
  port: number;
  sockets: Set<Socket>;
}

/** Makes connections, and closes them all. */
export class Connections {
  readonly #dialing: Dialing;
  readonly #open = new Set<Socket>();

  /** Connects to nothing yet. */
  constructor(dialing: Dialing) {
    this.#dialing = dialing;
  }

  /**
   * Connects to a host and checks its certificate; sends nothing.
   *
   * @param host A name or an address.
   * @param port The port.
   * @param signal Stops it.
   * @throws {RefusedError} if the certificate is not accepted, or the proxy
   * does not connect.
   */
  async dial(
    host: string,
    port: number,
    signal?: AbortSignal,
  ): Promise<TLSSocket> {
    signal?.throwIfAborted();
    const target: Target = { host, port, sockets: new Set() };
    const stop = () => {
      for (const socket of target.sockets) socket.destroy(signal!.reason);
    };
    signal?.addEventListener("abort", stop);
    try {
      return await this.#checked(target);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  async #checked(target: Target): Promise<TLSSocket> {
    const { pins, isInsecure, authorities } = this.#dialing;
    if (pins === undefined && !isInsecure) {
      // Named authorities replace the platform's: two tries make "besides".
      for (const ca of authorities ? [authorities, undefined] : [undefined]) {
        const socket = await this.#verified(target, ca);
        if (socket !== undefined) return socket;
      }
      return await this.#complain(target);
    }
    const socket = await this.#look(target);
    try {
      const { pin, keyPin } = certificateOf(socket);
      if (isInsecure || pins?.includes(pin) || pins?.includes(keyPin)) {
        return socket;
      }
      throw new RefusedError(
        `its certificate is not the pinned one: it has ${pin}, with the key ${keyPin}`,
      );
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** The certificate of a host, accepted or not. */
  async certificate(host: string, port: number): Promise<Certificate> {
    const socket = await this.#look({ host, port, sockets: new Set() });
    try {
      return certificateOf(socket);
    } finally {
      socket.destroy();
    }
  }

  /** Closes all connections. */
  close(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** A verified connection; `undefined` if the certificate is refused. */
  async #verified(
    target: Target,
    ca: string[] | undefined,
  ): Promise<TLSSocket | undefined> {
    try {
      return await this.#handshake(target, {
        rejectUnauthorized: true,
        ...(ca ? { ca } : {}),
      });
    } catch (error) {
      const { code = "", message } = error as { code?: string } & Error;
      if (certificateProblem(`${code} ${message}`) === undefined) throw error;
      return undefined;
    }
  }

  /** Throws why the certificate of a host was refused. */
  async #complain(target: Target): Promise<never> {
    const socket = await this.#look(target);
    try {
      const said = String(socket.authorizationError ?? "");
      const shown = certificateOf(socket);
      const problem = problemOf(shown, target.host, said, Date.now());
      throw new RefusedError(
        `its TLS certificate is not accepted: ${problem}`,
      );
    } finally {
      socket.destroy();
    }
  }

  /** A connection without verification. */
  #look(target: Target): Promise<TLSSocket> {
    return this.#handshake(target, { rejectUnauthorized: false });
  }

  async #handshake(
    target: Target,
    verification: { rejectUnauthorized: boolean; ca?: string[] },
  ): Promise<TLSSocket> {
    const { host } = target;
    const socket = await this.#reach(target);
    return await new Promise((resolve, reject) => {
      const secure = connectTls({
        socket,
        host,
        servername: isIP(host) === 0 ? host : "",
        ALPNProtocols: ["http/1.1"],
        ...this.#dialing.own,
        ...verification,
      });
      const fail = (error: Error) => {
        socket.destroy();
        reject(error);
      };
      this.#tracked(secure, target);
      secure.once("error", fail);
      secure.once(
        "close",
        () => fail(new Error("the connection closed in the TLS handshake")),
      );
      secure.once("secureConnect", () => {
        secure.off("error", fail);
        resolve(secure);
      });
    });
  }

  /** A TCP connection to the host, directly or through the proxy. */
  #reach(target: Target): Promise<Socket> {
    const { proxy } = this.#dialing;
    if (proxy !== undefined) return this.#tunnel(proxy, target);
    const { host, port } = target;
    return new Promise((resolve, reject) => {
      const socket = this.#tracked(connectTcp({ host, port }), target);
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(socket);
      });
    });
  }

  #tunnel(proxy: Proxy, target: Target): Promise<Socket> {
    const { login } = proxy;
    const { host, port } = target;
    const path = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
    return new Promise((resolve, reject) => {
      const asking = request({
        host: proxy.host,
        port: proxy.port,
        method: "CONNECT",
        path,
        agent: false,
        headers: {
          host: path,
          ...(login ? { "proxy-authorization": basic(login) } : {}),
        },
      });
      asking.once("socket", (socket) => this.#tracked(socket, target));
      asking.once("error", reject);
      asking.once("connect", ({ statusCode = 0 }, socket, head) => {
        if (statusCode >= 200 && statusCode < 300 && head.length === 0) {
          return resolve(socket as Socket);
        }
        socket.destroy();
        reject(
          new RefusedError(
            [401, 407].includes(statusCode)
              ? "the proxy wants a user name and a password, and not those that it got, if it got any"
              : `the proxy does not connect to it: it answers ${statusCode}`,
          ),
        );
      });
      asking.end();
    });
  }

  #tracked<S extends Socket>(socket: S, { sockets }: Target): S {
    this.#open.add(socket);
    sockets.add(socket);
    socket.on("error", () => {}); // its user has a listener, too
    socket.once("close", () => this.#open.delete(socket));
    return socket;
  }
}

function basic({ username, password }: NonNullable<Proxy["login"]>): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** The certificate of the other side, which has proved to have its key. */
function certificateOf(socket: TLSSocket): Certificate {
  const { raw } = socket.getPeerCertificate();
  if (raw === undefined) throw new RefusedError("it shows no certificate");
  return readCertificate(raw);
}
