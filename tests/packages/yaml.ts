/** Reads the workflows. */

export { parse } from "npm:yaml@2.9.1";
