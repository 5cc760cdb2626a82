/**
 * `promptSecret` of `@std/cli`, as far as this project uses it: a line from the
 * terminal that is not shown.
 *
 * @module
 */

/**
 * Asks on the terminal; returns `null` without one, or when the user presses Ctrl-C or Ctrl-D.
 */
export function promptSecret(message = "Secret "): string | null {
  if (!Deno.stdin.isTerminal()) return null;
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const bytes = new Uint8Array(64);
  let typed = "";
  Deno.stderr.writeSync(encoder.encode(message));
  Deno.stdin.setRaw(true);
  try {
    for (;;) {
      const count = Deno.stdin.readSync(bytes);
      if (count === null) return null;
      for (const char of decoder.decode(bytes.subarray(0, count))) {
        if (char === "\r" || char === "\n") return typed;
        if (char === "\x03" || char === "\x04") return null;
        typed = char === "\x7f" || char === "\b"
          ? typed.slice(0, -1)
          : typed + char;
      }
    }
  } finally {
    Deno.stdin.setRaw(false);
    Deno.stderr.writeSync(encoder.encode("\n"));
  }
}
