/**
 * Imported for what it does: another try comes at once, because no test waits
 * for the delays that an archive is given.
 */

import { DEFAULT_POLICY } from "../../client/retry.ts";

DEFAULT_POLICY.baseDelay = 4;
