/** A question that tests keep asking. */

import type { ExportQuery } from "../../../cli/export/export_query.ts";

export const QUERY: ExportQuery = {
  archive: "http://127.0.0.1/esmond/perfsonar/archive/",
  filters: { "source": "192.0.2.1", "summary-window": 300 },
  summaryType: "average",
  summaryWindow: 300,
  times: { start: "-24h", end: null, zone: "UTC", filters: [] },
  sync: false,
  format: "csv",
  gzip: false,
  outputZone: "UTC",
  names: true,
  partition: null,
};
