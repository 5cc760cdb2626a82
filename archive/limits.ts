/**
 * Bounds on size, number and time of requests and answers, in one table.
 *
 * @module
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * The bounds of an archive. Exceeding one is refused with a message that names
 * it.
 */
export interface Limits {
  /**
   * Open connections; beyond that, an idle one is closed, or else the new one.
   */
  readonly connections: number;
  /** Unanswered requests on a connection. */
  readonly pipelined: number;
  /** Bytes of the request line and the headers together. */
  readonly headerBytes: number;
  /** Header fields of a request. */
  readonly headers: number;
  /** Characters of an address. */
  readonly address: number;
  /** Query parameters. */
  readonly parameters: number;
  /** Bytes of a body. */
  readonly body: number;
  /** Bytes of a body that describes a test. */
  readonly description: number;
  /** Bytes of all bodies being received. */
  readonly bodies: number;
  /** Levels of nesting in a body. */
  readonly depth: number;
  /** Values in a request. */
  readonly points: number;
  /** Characters of an answer. */
  readonly answer: number;
  /** Bytes of all answers not yet read by their clients. */
  readonly unsent: number;
  /** Milliseconds within which the headers of a request must arrive. */
  readonly headersMs: number;
  /** Milliseconds within which a whole request must arrive. */
  readonly requestMs: number;
  /** Milliseconds without traffic in either direction. */
  readonly idleMs: number;
  /** Milliseconds between an answer and the next request. */
  readonly keepAliveMs: number;
  /** Milliseconds for looking up a name. */
  readonly lookupMs: number;
  /** Milliseconds that a write waits for a locked file. */
  readonly busyMs: number;
}

/** The default bounds. */
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
