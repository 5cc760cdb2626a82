/** All misbehaviours. */

import { ADDRESSES } from "./addresses.ts";
import { DATA, TESTS } from "./data.ts";
import { HTTP } from "./http.ts";
import type { Misbehaviours } from "./misbehaviour.ts";
import { TEXT } from "./text.ts";

/** All of them, by name. */
export const MISBEHAVIOURS: Misbehaviours = {
  ...HTTP,
  ...TEXT,
  ...DATA,
  ...TESTS,
  ...ADDRESSES,
};
