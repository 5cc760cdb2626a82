/** A test of which nothing is known. */

import type { Subject } from "../../../cli/output/rows.ts";

export const BARE: Subject = {
  key: "null",
  agent: "null",
  tool: "null",
  bucket: "null",
};
