/**
 * The points of a page that a format shows.
 *
 * @module
 */

import type { PointPage } from "../../client/point_pages.ts";
import type { EventType, JsonValue, Summary } from "../../mod.ts";
import type { Format } from "../names.ts";
import { isWhole } from "./rows.ts";

/**
 * The points that a format shows. elmond's first window of a roll-up is asked
 * for from its beginning, so that it is whole; formats that keep to the time
 * asked for leave out a window that begins before it.
 */
export function shownPage(
  page: PointPage<JsonValue>,
  series: EventType | Summary,
  format: Format,
  start: number,
): PointPage<JsonValue> {
  const isMade = "summaryWindow" in series && series.summaryWindow > 0 &&
    typeof series.toJSON()["summary-window"] === "number";
  if (!isMade || isWhole({ format })) return page;
  const shown = page.points(0, page.length)
    .filter(({ tsEpoch }) => !(tsEpoch < start));
  return shown.length === page.length ? page : {
    length: shown.length,
    values: undefined,
    numbers: undefined,
    points: (from, to) => shown.slice(from, to),
  };
}
