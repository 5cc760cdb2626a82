/** How a command line is run, in this process or in one of its own. */

import type { ByteWriter, Resolver } from "../../cli/io.ts";

/** What a run is given. */
export interface RunOptions {
  env?: Record<string, string>;
  now?: Date;
  isTerminal?: boolean;
  /**
   * The name service; one that knows nothing if absent, so that no test asks
   * the network.
   */
  names?: Names;
  /** Another that does more than to answer. */
  resolver?: Resolver;
  signal?: AbortSignal;
  calledAs?: string;
  /** Whether all of several values of `--url` count; else the last one does. */
  readsAll?: boolean;
  /**
   * What comes on standard input; a terminal if absent, which an executable has
   * only with `isTerminal`.
   */
  input?: string | Uint8Array<ArrayBuffer>;
  /** Takes binary output. */
  stdoutBytes?: ByteWriter;
  /** Told of all text on standard output when it is written. */
  onStdout?: (text: string) => void;
  /** Lets time pass in the place of a timer. */
  wait?: (ms: number, stop: AbortSignal) => Promise<void>;
}

/** A name service that answers from a table. */
export interface Names {
  /** The names of addresses. */
  reverse: Record<string, string>;
  /** The addresses of names. */
  forward: Record<string, string[]>;
}
