/**
 * `esmond-ps check`.
 *
 * @module
 */

import { settleAnswer } from "../query/settings.ts";
import { readPace } from "../query/series_settings.ts";
import type { Command } from "./command.ts";

/** Prints the answer. */
export const run: Command<"check"> = async (options, io) => {
  using _settings = await settleAnswer("check", options, io, {
    span: 86_400,

    connection: () => ({ ...readPace(options), signal: io.signal }),
  });
};
