/**
 * The program's way to the outside: one object that carries the standard
 * streams and the environment, so that commands can be run with others.
 *
 * @module
 */

import { OutputClosedError } from "./errors.ts";

/** Where text goes. */
export interface TextSink {
  /** Takes text; what is returned resolves when there is room for more. */
  write(text: string): Promise<void> | void;
  /** Resolves when all the text taken has been written. */
  flush(): Promise<void>;
}

/** What a command is given besides its options. */
export interface Io {
  /** For results. */
  stdout: TextSink;
  /** For results that are no text; not to be used beside `stdout`. */
  stdoutBytes: ByteWriter;
  /** Whether results are read by a person. */
  isTerminal: boolean;
  /** For everything else: one line, whatever its text holds. */
  note(line: string): void;
  /**
   * How progress is shown; as the standard error of this process allows if
   * absent.
   */
  progress?: ProgressDisplay;
  /** A variable of the environment. */
  env(name: string): string | undefined;
  /** The clock. */
  now(): Date;
  /**
   * All of standard input, or `undefined` where a person would have to type it.
   */
  input(): Promise<string | undefined>;
  /**
   * Asks a person for something that is not shown; `null` where there is no
   * terminal.
   */
  ask(question: string): Promise<string | null>;
  /** Fires when the program is to stop. */
  signal: AbortSignal;
  /** The name service; that of the system if absent. */
  resolver?: Resolver;
  /** Makes sure that what a command needs is permitted. */
  demand?(needs: readonly Need[]): Promise<void>;
}

/** A permission that a command needs. */
export interface Need {
  /** The kind, as Deno calls it. */
  name: "net" | "read" | "write";
  /** The host, with its port, or the path; all of the kind if absent. */
  value?: string;
}

/** A name service. */
export interface Resolver {
  /** The name of an address; rejects if it has none. */
  reverse(address: string): Promise<string>;
  /** Whether a name has an address; rejects if that cannot be told. */
  exists(name: string): Promise<boolean>;
}

/** What progress is drawn on. */
export interface ProgressDisplay {
  /** Whether a line can be drawn over. */
  isTerminal: boolean;
  /** How many columns there are now. */
  width(): number;
  /** Whether failures are red. */
  colors: boolean;
  /** Writes at once. */
  write(text: string): void;
  /** The clock, in ms. */
  now(): number;
}

/** What bytes can be written to, such as an open file. */
export interface ByteWriter {
  /** Writes some of the bytes and says how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** How much text is gathered, in characters. */
const GATHERED = 1 << 16;

/**
 * Memory for bytes on their way that is not in use: new memory each time would
 * be given back much later.
 */
const spare: Uint8Array<ArrayBuffer>[] = [];

/** Text to bytes, gathered into large writes. */
export class BufferedSink implements TextSink {
  #text = "";
  readonly #writer: ByteWriter;
  readonly #isPatient: boolean;

  /**
   * Begins with nothing written.
   *
   * @param writer Where the bytes go.
   * @param isPatient Whether text is written out only when {@linkcode settle}
   * or {@linkcode flush} is called.
   */
  constructor(writer: ByteWriter, isPatient = false) {
    this.#writer = writer;
    this.#isPatient = isPatient;
  }

  /** Takes text; writes it out once there is enough. */
  write(text: string): Promise<void> | void {
    this.#text += text;
    if (!this.#isPatient) return this.settle();
  }

  /** Writes out what was taken if it is enough to be worth it. */
  settle(): Promise<void> | void {
    if (this.#text.length > GATHERED) return this.flush();
  }

  /** Writes out everything taken so far. */
  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    if (text === "") return;
    const buffer = spare.pop() ?? new Uint8Array(4 * GATHERED);
    try {
      const encoder = new TextEncoder();
      const { read, written } = encoder.encodeInto(text, buffer);
      const isAll = read === text.length;
      await writeAll(
        this.#writer,
        isAll ? buffer.subarray(0, written) : encoder.encode(text),
      );
    } finally {
      spare.push(buffer);
    }
  }
}

/** Writes all of the bytes. */
export async function writeAll(
  writer: ByteWriter,
  bytes: Uint8Array,
): Promise<void> {
  for (let left = bytes; left.length > 0;) {
    left = left.subarray(await writer.write(left));
  }
}

/** The streams and the environment of this process. */
export function processIo(signal: AbortSignal): Io {
  const stdoutBytes: ByteWriter = {
    write: (bytes) =>
      Deno.stdout.write(bytes).catch((cause) => {
        if (cause instanceof Deno.errors.BrokenPipe) {
          throw new OutputClosedError("", { cause });
        }
        throw cause;
      }),
  };
  return {
    stdout: new BufferedSink(stdoutBytes),
    stdoutBytes,
    isTerminal: Deno.stdout.isTerminal(),
    note: (line) => {
      const bytes = new TextEncoder().encode(`${oneLine(line)}\n`);
      try {
        Deno.stderr.writeSync(bytes);
      } catch {
        // nobody listens; the exit code still tells
      }
    },
    env: (name) => {
      // Without the permission there is nothing set: a program that may not
      // look must not ask for leave to.
      const query = { name: "env", variable: name } as const;
      const isAllowed = Deno.permissions.querySync(query).state === "granted";
      return isAllowed ? Deno.env.get(name) : undefined;
    },
    now: () => new Date(),
    input: async () =>
      Deno.stdin.isTerminal()
        ? undefined
        : await new Response(Deno.stdin.readable).text(),
    ask: async (question) => {
      const { promptSecret } = await import("@std/cli/prompt-secret");
      return promptSecret(question);
    },
    signal,
  };
}

/**
 * Text without anything that moves a cursor or turns the direction of writing,
 * which would let a text look like another one: such characters are spelled
 * out.
 */
export function printable(text: string): string {
  return text.replace(
    // deno-lint-ignore no-control-regex -- these are what must not reach a terminal
    /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g,
    (char) => {
      const code = char.charCodeAt(0).toString(16);
      return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, "0")}`;
    },
  );
}

/** The same in one line; cut if it is longer than that. */
export function oneLine(text: string, most = Infinity): string {
  const line = printable(text.replace(/\s*[\r\n]+\s*/g, " "));
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
