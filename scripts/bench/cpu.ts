/**
 * The processor time of programs: it holds on a machine that is busy with
 * something else, too, if what is compared takes turns.
 *
 * @module
 */

/** Loopback is reached without a proxy, whatever the environment says. */
const NO_PROXY = { NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" };

/**
 * Runs a program to its end, through a shell that says what it took; not on
 * Windows.
 *
 * @returns Seconds of processor time, in the program and in the system.
 * @throws {Error} if the program fails.
 */
export async function cpuTime(
  [command, args]: [string, string[]],
): Promise<number> {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null';
  const { success, code, stderr } = await new Deno.Command("bash", {
    args: ["-c", script, "bash", command, ...args],
    env: NO_PROXY,
    stdin: "null",
  }).output();
  const lines = new TextDecoder().decode(stderr).trimEnd().split("\n");
  const times = lines.pop()!;
  if (!success) {
    const told = lines.join("\n").slice(-2000);
    throw new Error(`${command} ended with ${code}: ${told}`);
  }
  const [user, system] = times.split(" ").map(Number);
  return user! + system!;
}
