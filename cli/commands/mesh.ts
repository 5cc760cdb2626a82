/**
 * `esmond-ps mesh`.
 *
 * @module
 */

import { settleAnswer } from "../query/settings.ts";
import { readPace } from "../query/series_settings.ts";
import type { Command } from "./command.ts";

/** Prints the answer. */
export const run: Command<"mesh"> = async (options, io) => {
  using _settings = await settleAnswer("mesh", options, io, {
    span: 7 * 86_400,
    format: options.text("output-format"),
    connection: () => ({ ...readPace(options), signal: io.signal }),
  });
};
