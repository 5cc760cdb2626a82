/**
 * Writing to a perfSONAR measurement archive.
 *
 * This version of the library reads; of writing it has the error that the builders throw.
 *
 * @module
 */

export { PostError } from "./client/errors.ts";
