/**
 * Packages that only making executables and its tests need. They are named here
 * because what `deno.json` names is downloaded before any task begins.
 *
 * @module
 */

export { unzipSync, zipSync } from "npm:fflate@0.8.3";
export { packTar, unpackTar } from "npm:modern-tar@0.8.6";
