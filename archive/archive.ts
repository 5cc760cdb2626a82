/**
 * The parts of a running archive that both dialects answer from.
 *
 * @module
 */

import type { Access } from "./access.ts";
import type { Resolve } from "./addresses.ts";
import type { Limits } from "./limits.ts";
import type { Live } from "./live.ts";
import type { Store } from "./store.ts";

/** A running archive, without its network side. */
export interface Archive {
  /** Its tests and points. */
  readonly store: Store;
  /** Who may write. */
  readonly access: Access;
  /** Entries on a page if a request does not say. */
  readonly pageSize: number;
  /** The bounds on requests and answers. */
  readonly limits: Limits;
  /** Finds the addresses of a name. */
  readonly resolve: Resolve;
  /** Lets results arrive between requests; elmond alone can. */
  readonly live: Live | undefined;
  /** The time, in whole seconds since 1970 UTC. */
  readonly seconds: () => number;
}
