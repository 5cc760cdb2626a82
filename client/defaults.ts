/**
 * The defaults of a connection, for the library and the program.
 *
 * @module
 */

/** Seconds without a byte after which a request is given up. */
export const DEFAULT_TIMEOUT = 20;

/** Retries of a request that failed in a way that may pass. */
export const DEFAULT_RETRIES = 3;

/** Requests at a time. */
export const DEFAULT_CONCURRENCY = 6;

/** The largest response, decompressed, in MiB. */
export const DEFAULT_MAX_RESPONSE = 128;

/** Seconds between two looks at an archive that is watched. */
export const DEFAULT_EVERY = 30;

/** How late points may arrive, in seconds after their time. */
export const DEFAULT_OVERLAP = 3600;

/** Most requests at a time to all archives, where there are several. */
export const DEFAULT_REQUESTS = 24;
