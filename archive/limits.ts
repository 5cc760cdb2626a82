/**
 * What the archive takes from its clients, and for how long it waits for them:
 * every bound in one table.
 *
 * @module
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * The bounds of an archive; whatever goes beyond one is refused with a line
 * that names it.
 */
export interface Limits {
  /**
   * Connections at a time; for more, one that is idle is closed, or else the
   * new one.
   */
  readonly connections: number;
  /** Requests that a connection may send ahead of their answers. */
  readonly pipelined: number;
  /** Bytes of the request line and the headers together. */
  readonly headerBytes: number;
  /** Header fields of a request. */
  readonly headers: number;
  /** Characters of an address. */
  readonly address: number;
  /** Parameters of an address. */
  readonly parameters: number;
  /** Bytes of a body. */
  readonly body: number;
  /** Bytes of a body that describes a test. */
  readonly description: number;
  /** Bytes of all bodies that are being received. */
  readonly bodies: number;
  /** Lists and objects within each other. */
  readonly depth: number;
  /** Values in a request. */
  readonly points: number;
  /** Characters of an answer. */
  readonly answer: number;
  /** Bytes of all answers that their clients have not fetched. */
  readonly unsent: number;
  /** Milliseconds until the headers of a request have to be there. */
  readonly headersMs: number;
  /** Milliseconds until a request has to be there, body and all. */
  readonly requestMs: number;
  /** Milliseconds in which nothing moves, in either direction. */
  readonly idleMs: number;
  /** Milliseconds between an answer and the next request. */
  readonly keepAliveMs: number;
  /** Milliseconds in which a name has to be found. */
  readonly lookupMs: number;
  /** Milliseconds that a write waits for a file that another program holds. */
  readonly busyMs: number;
}

/** The bounds that hold unless an archive is started with others. */
export const LIMITS: Limits = {
  connections: 500,
  pipelined: 100,
  headerBytes: 32 * KIB,
  headers: 100,
  address: 8 * KIB,
  parameters: 100,
  body: 16 * MIB,
  description: MIB,
  bodies: 128 * MIB,
  depth: 64,
  points: 100_000,
  answer: 64 * MIB,
  unsent: 128 * MIB,
  headersMs: 20_000,
  requestMs: 120_000,
  idleMs: 30_000,
  keepAliveMs: 60_000,
  lookupMs: 5000,
  busyMs: 10_000,
};
