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
  const script = '"$@" >/dev/null; code=$?; times; exit $code';
  const { success, code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", command, ...args],
    env: NO_PROXY,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) {
    const told = text(stderr).slice(-2000);
    throw new Error(`${command} ended with ${code}: ${told}`);
  }
  // Its second line is that of the programs that the shell ran.
  const [, programs = ""] = text(stdout).trim().split("\n");
  return programs.split(" ").reduce((sum, time) => {
    const [minutes, seconds] = time.split("m").map(parseFloat);
    return sum + 60 * minutes! + seconds!;
  }, 0);
}
