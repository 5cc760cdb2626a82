/**
 * Ends with one line if this Deno is too old for the tasks. Run by itself, or
 * imported first by what the tasks begin with.
 *
 * @module
 */

/** The oldest Deno that runs the tasks; the program itself needs less. */
const NEEDED = "2.9";

const [major = 0, minor = 0] = Deno.version.deno.split(".").map(Number);
const [leastMajor = 0, leastMinor = 0] = NEEDED.split(".").map(Number);

if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
  console.error(
    `the tasks need Deno ${NEEDED} or later; this is ${Deno.version.deno}: npm i -g deno@2.9.6, or npx -y deno@2.9.6 task NAME`,
  );
  Deno.exit(2);
}
