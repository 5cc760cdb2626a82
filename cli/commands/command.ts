/**
 * What a command is.
 *
 * @module
 */

import type { Io } from "../io.ts";
import type { Settings } from "../settings.ts";

/** Carries out a command whose options have been checked; throws what went wrong. */
export type Command = (settings: Settings, io: Io) => Promise<void>;
