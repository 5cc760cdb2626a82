/** What came of a process. */
export interface Ended {
  exit: number;
  stdout: string;
  stderr: string;
}

/** Runs a process to its end. */
export async function ended(
  program: string,
  options: Deno.CommandOptions,
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(program, options)
    .output();
  const decoder = new TextDecoder();
  return {
    exit: code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
