/** Tests as esmond lists them. */

import { ROOT } from "./archive.ts";

/** A test as esmond lists it. */
export function test(
  key: string,
  eventTypes: string[],
  fields: Record<string, unknown> = {},
) {
  return {
    "metadata-key": key,
    uri: `${ROOT}${key}/`,
    source: "192.0.2.11",
    destination: "192.0.2.21",
    "tool-name": `tool-${key}`,
    "event-types": eventTypes.map((name) => ({
      "event-type": name,
      "base-uri": `${ROOT}${key}/${encodeURIComponent(name)}/base`,
      summaries: [],
    })),
    ...fields,
  };
}
