/**
 * Asks a person for a secret.
 *
 * @module
 */

import { InterruptedError } from "./errors.ts";

/** The terminal that is asked on. */
export interface PromptTerminal {
  /** Whether there is a person. */
  isTerminal(): boolean;
  /** Turns off echo and signals of keys, or on again. */
  setRaw(isRaw: boolean): void;
  /** Reads what was typed; `null` at the end. */
  readSync(bytes: Uint8Array): number | null;
  /** Shows text. */
  show(text: string): void;
}

/**
 * A line that is not shown; `null` without a terminal, or at its end (Ctrl-D).
 *
 * @throws {InterruptedError} for Ctrl-C, which is no signal while keys are read.
 */
export function promptSecret(
  question: string,
  terminal: PromptTerminal = standardTerminal(),
): string | null {
  if (!terminal.isTerminal()) return null;
  const decoder = new TextDecoder();
  const bytes = new Uint8Array(64);
  let typed = "";
  terminal.show(question);
  terminal.setRaw(true);
  try {
    for (;;) {
      const count = terminal.readSync(bytes);
      if (count === null) return null;
      for (
        const char of decoder.decode(bytes.subarray(0, count), { stream: true })
      ) {
        if (char === "\r" || char === "\n") return typed;
        if (char === "\x03") throw new InterruptedError();
        if (char === "\x04") return null;
        typed = char === "\x7f" || char === "\b"
          ? typed.slice(0, -1)
          : typed + char;
      }
    }
  } finally {
    terminal.setRaw(false);
    terminal.show("\n");
  }
}

function standardTerminal(): PromptTerminal {
  return {
    isTerminal: () => Deno.stdin.isTerminal(),
    setRaw: (isRaw) => Deno.stdin.setRaw(isRaw),
    readSync: (bytes) => Deno.stdin.readSync(bytes),
    show: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)),
  };
}
