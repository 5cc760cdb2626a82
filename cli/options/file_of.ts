/**
 * Tells the file of an archive from the address of one.
 *
 * @module
 */

/** How a path begins that cannot be anything else. */
const PATH = /^(?:\.{0,2}[/\\]|[a-z]:[/\\])/i;

/**
 * The path that `--url` names: what ends in `.db`, begins like a path, or is a
 * file; `undefined` for everything else.
 *
 * @param text The value of the option.
 */
export function fileOf(text: string): string | undefined {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return undefined;
  const isPath = /\.db$/i.test(text) || PATH.test(text) || isFile(text);
  return isPath ? text : undefined;
}

function isFile(path: string): boolean {
  // Without permission Deno would ask for it.
  const { state } = Deno.permissions.querySync({ name: "read", path });
  if (path === "" || state !== "granted") return false;
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
