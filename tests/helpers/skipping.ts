/**
 * Tests that are skipped where the machine lacks what they need: by their
 * names, with the reason.
 */

import { join } from "@std/path";

type Run = (context: Deno.TestContext) => void | Promise<void>;

/** Defines a test that is skipped if there is a reason to. */
export function testUnless(
  why: string | undefined,
  name: string,
  fn: Run,
): void {
  Deno.test({ name: nameUnless(why, name), ignore: why !== undefined, fn });
}

/** The name of a test, or of a step, with the reason why it is skipped. */
export function nameUnless(why: string | undefined, name: string): string {
  return why === undefined ? name : `${name} (skipped: ${why})`;
}

const LACKS = {
  "signals": "Windows ends a process at any signal, and tells it nothing",
  "links": "symbolic links need a privilege on Windows",
  "scripts": "Windows runs no script by its first line",
  "modes": "files have no modes on Windows",
  "ulimit": "Windows limits no sizes of files",
  "TZ": "Deno takes the zone of the system on Windows, whatever TZ says",
  "open files": "Windows may keep a directory that has open files",
  "directories": "Windows opens directories as if they were files",
  "shell": "Windows has no shell of Unix",
};

/** Something that Windows lacks. */
export type UnixNeed = keyof typeof LACKS;

/** Why a test of something that Windows lacks is skipped, if it is. */
export function lackedByWindows(need: UnixNeed): string | undefined {
  return Deno.build.os === "windows" ? LACKS[need] : undefined;
}

/** Defines a test of something that Windows lacks. */
export function onUnix(need: UnixNeed, name: string, fn: Run): void {
  testUnless(lackedByWindows(need), name, fn);
}

/** Why a test of something that only Linux has is skipped, if it is. */
export function lackedByOthers(what: string): string | undefined {
  return Deno.build.os === "linux" ? undefined : `only Linux has ${what}`;
}

/** Where a program is; `undefined` where it is not installed. */
export function pathOf(program: string): string | undefined {
  const isWindows = Deno.build.os === "windows";
  const names = isWindows ? [`${program}.exe`, `${program}.cmd`] : [program];
  const places = (Deno.env.get("PATH") ?? "").split(isWindows ? ";" : ":");
  return places.flatMap((place) => names.map((name) => join(place, name)))
    .find((path) => {
      try {
        const { isFile, mode } = Deno.statSync(path);
        return isFile && (isWindows || ((mode ?? 0) & 0o111) !== 0);
      } catch {
        return false;
      }
    });
}

/** Whether a program is installed. */
export function isInstalled(program: string): boolean {
  return pathOf(program) !== undefined;
}

/** Why a test that runs these programs is skipped, if it is. */
export function notInstalled(...programs: string[]): string | undefined {
  const absent = [...new Set(programs)].filter((each) => !isInstalled(each));
  if (absent.length === 0) return undefined;
  return `${absent.join(", ")} ${
    absent.length > 1 ? "are" : "is"
  } not installed`;
}

/** Defines a test that runs these programs. */
export function withPrograms(
  programs: string[],
  name: string,
  fn: Run,
): void {
  testUnless(notInstalled(...programs), name, fn);
}
