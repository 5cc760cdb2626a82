/**
 * What a command is.
 *
 * @module
 */

import type { Io } from "../io.ts";
import type { ParsedOptions } from "../names.ts";
import type { Settings } from "../query/settings.ts";

/**
 * Carries out a command that reads an archive, whose options have been checked;
 * throws what went wrong.
 */
export type Query = (settings: Settings, io: Io) => Promise<void>;

/** Carries out any other command; throws what went wrong. */
export type Command = (options: ParsedOptions, io: Io) => Promise<void>;
