/**
 * The numbers that are drawn, as json and csv have them: a row a column.
 *
 * @module
 */

import { Columns, columnsOf } from "../../chart/columns.ts";
import type { AnswerRecord } from "../output/records.ts";
import { shortened } from "../query/delays.ts";
import type { ReadLink } from "./read_link.ts";

/** The columns of the output, for one archive. */
export const PLOT_COLUMNS: readonly string[] = [
  ...["source", "destination", "family", "tool", "metadata_key"],
  ...["drawn", "from", "to", "n"],
  ...["min", "p25", "p50", "p75", "p95", "max"],
  ...["lost", "sent", "loss", "outcome"],
];

const DRAWN = ["throughput", "retransmits", "loss", "delay"] as const;

/**
 * The rows of a link. Throughput is in bits per second, delay in milliseconds,
 * loss from 0 to 1.
 */
export function plotRows(link: ReadLink, count: number): AnswerRecord[] {
  const columns = new Columns(link.window, count);
  return link.tests.flatMap((test) =>
    DRAWN.filter((drawn) => test[drawn] !== undefined).flatMap((drawn) =>
      columnsOf(test, drawn, columns, link.window).map(
        ({ from, to, n, lost, sent, outcome, ...rest }): AnswerRecord => ({
          ...test.names,
          ...{ drawn, from, to, n },
          ...{
            min: shortened(rest.min),
            p25: shortened(rest.p25),
            p50: shortened(rest.p50),
            p75: shortened(rest.p75),
            p95: shortened(rest.p95),
            max: shortened(rest.max),
          },
          ...{ lost: lost ?? null, sent: sent ?? null },
          ...{ loss: rest.loss ?? null, outcome },
        }),
      )
    )
  );
}
