/**
 * Tests of what Windows does not have; there they are skipped, by their names
 * and with the reason.
 */

const LACKS = {
  "signals": "Windows ends a process at any signal, and tells it nothing",
  "links": "symbolic links need a privilege on Windows",
  "scripts": "Windows runs no script by its first line",
  "modes": "files have no modes on Windows",
  "ulimit": "Windows limits no sizes of files",
  "TZ": "Deno takes the zone of the system on Windows, whatever TZ says",
  "open files": "Windows may keep a directory that has open files",
  "directories": "Windows opens directories as if they were files",
};

/** Defines a test of something that Windows lacks. */
export function onUnix(
  need: keyof typeof LACKS,
  name: string,
  fn: () => void | Promise<void>,
): void {
  const ignore = Deno.build.os === "windows";
  const told = ignore ? `${name} (skipped: ${LACKS[need]})` : name;
  Deno.test({ name: told, ignore, fn });
}
