/**
 * The standard streams, the environment and the clock in one object, so that
 * tests can run commands with others.
 *
 * @module
 */

import { withoutKey } from "../client/secrets.ts";
import { ACTING } from "../client/text.ts";
import { OutputClosedError } from "./errors.ts";

/** Where text goes. */
export interface TextSink {
  /** Takes text; what is returned resolves when there is room for more. */
  write(text: string): Promise<void> | void;
  /** Resolves when all the text taken has been written. */
  flush(): Promise<void>;
  /**
   * Takes text as bytes, which may be overwritten once this has returned; absent
   * where only text can be taken.
   *
   * @param bytes Whole characters, 64 KiB of them or a little more.
   * @param characters How many characters they are.
   */
  writeBytes?(bytes: Uint8Array, characters: number): Promise<void> | void;
  /**
   * After how many characters the next bytes should end; as many as one likes
   * if absent.
   */
  readonly wanted?: number;
}

/** The surroundings of a command. */
export interface Io {
  /** For results. */
  stdout: TextSink;
  /** For binary results; not to be mixed with `stdout`. */
  stdoutBytes: ByteWriter;
  /** Whether results are read by a person. */
  isTerminal: boolean;
  /** How many columns the terminal of results has, if that is known. */
  columns?(): number | undefined;
  /** For messages: prints one line, whatever the text holds. */
  note(line: string): void;
  /** Where progress is shown; standard error if absent. */
  progress?: ProgressDisplay;
  /** A variable of the environment. */
  env(name: string): string | undefined;
  /** The clock. */
  now(): Date;
  /**
   * Standard input, which ends early when `signal` is aborted; `undefined`
   * where a person would have to type it.
   */
  input(): AsyncIterable<Uint8Array> | undefined;
  /**
   * Asks a person for a secret, which is not echoed; `null` without a terminal.
   */
  ask(question: string): Promise<string | null>;
  /** Whether there are colors, if that is said. */
  colors?: "always" | "never";
  /** Aborted when the program has to stop. */
  signal: AbortSignal;
  /** The name service; the system's if absent. */
  resolver?: Resolver;
  /** Lets so many ms pass, unless it is stopped; a timer if absent. */
  wait?(ms: number, stop: AbortSignal): Promise<void>;
  /** From now on `note` hides this, however it is spelled. */
  hide?(secret: string): void;
  /** Throws unless everything that a command needs is permitted. */
  demand?(needs: readonly Need[]): Promise<void>;
}

/** A permission that a command needs. */
export interface Need {
  /** The kind, as Deno calls it. */
  name: "net" | "read" | "write";
  /** The host, with its port, or the path; all of the kind if absent. */
  value?: string;
  /** Whether the command can do without. */
  isOptional?: true;
}

/** A name service. */
export interface Resolver {
  /** The name of an address; rejects if it has none. */
  reverse(address: string): Promise<string>;
  /** The addresses of a name, if any; rejects if that cannot be told. */
  addresses(name: string): Promise<string[]>;
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

/** Characters of text that are worth a write. */
const GATHERED = 1 << 16;

/** Size of a buffer; bytes are written once it has no room for as many. */
const BUFFER = 4 * GATHERED;

/** Free buffers, reused because fresh ones are collected too late. */
const spare: Uint8Array<ArrayBuffer>[] = [];

/** Encodes text and gathers it into large writes. */
export class BufferedSink implements TextSink {
  /** Text that is not encoded yet. */
  #text = "";
  /** Bytes that are not written yet. */
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  readonly #writer: ByteWriter;
  readonly #isPatient: boolean;

  /**
   * Makes a sink with nothing in it.
   *
   * @param writer Where the bytes go.
   * @param isPatient Whether text is written only when {@linkcode settle} or
   * {@linkcode flush} is called.
   */
  constructor(writer: ByteWriter, isPatient = false) {
    this.#writer = writer;
    this.#isPatient = isPatient;
  }

  /** Takes text, and writes once there is enough. */
  write(text: string): Promise<void> | void {
    this.#text += text;
    const isEnough = this.#text.length > GATHERED;
    if (isEnough && !this.#isPatient) return this.flush();
  }

  /** Takes bytes, and writes once there is enough. */
  writeBytes(bytes: Uint8Array): Promise<void> | void {
    this.#encode();
    const filled = this.#filled + bytes.length;
    if (this.#text !== "" || filled > BUFFER) {
      return this.#writeAfterFlush(bytes.slice());
    }
    this.#buffer ??= takeBuffer();
    this.#buffer.set(bytes, this.#filled);
    this.#filled = filled;
    if (filled + bytes.length > BUFFER) return this.flush();
  }

  async #writeAfterFlush(bytes: Uint8Array): Promise<void> {
    await this.flush();
    await writeAll(this.#writer, bytes);
  }

  /**
   * Writes what is gathered if that is enough. If not, only its bytes are kept:
   * text of many pieces is several times as large, and work for the garbage
   * collector.
   */
  settle(): Promise<void> | void {
    this.#encode();
    if (this.#filled + this.#text.length > GATHERED) return this.flush();
  }

  /** Writes all that is gathered. */
  async flush(): Promise<void> {
    this.#encode();
    const [buffer, filled, rest] = [this.#buffer, this.#filled, this.#text];
    if (buffer === undefined) return;
    this.#buffer = undefined;
    this.#filled = 0;
    this.#text = "";
    try {
      await writeAll(this.#writer, buffer.subarray(0, filled));
      if (rest !== "") await writeAll(this.#writer, ENCODER.encode(rest));
    } finally {
      spare.push(buffer);
    }
  }

  /** Encodes as much text as there is room for. */
  #encode(): void {
    if (this.#text === "") return;
    this.#buffer ??= takeBuffer();
    const room = this.#buffer.subarray(this.#filled);
    const { read, written } = ENCODER.encodeInto(this.#text, room);
    this.#text = this.#text.slice(read);
    this.#filled += written;
  }
}

function takeBuffer(): Uint8Array<ArrayBuffer> {
  return spare.pop() ?? new Uint8Array(BUFFER);
}

const ENCODER = new TextEncoder();

/** Writes all of the bytes. */
export async function writeAll(
  writer: ByteWriter,
  bytes: Uint8Array,
): Promise<void> {
  for (let left = bytes; left.length > 0;) {
    left = left.subarray(await writer.write(left));
  }
}

/** The surroundings of this process; `demand` is left out. */
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
    columns: () => {
      try {
        return Deno.consoleSize().columns || undefined;
      } catch {
        return undefined; // some terminals do not know their size
      }
    },
    note: (line) => {
      const bytes = new TextEncoder().encode(`${oneLine(line)}\n`);
      try {
        Deno.stderr.writeSync(bytes);
      } catch {
        // stderr is closed; the exit code still tells
      }
    },
    env: (name) => {
      // Without permission a variable counts as not set: Deno must not ask.
      const query = { name: "env", variable: name } as const;
      const isAllowed = Deno.permissions.querySync(query).state === "granted";
      return isAllowed ? Deno.env.get(name) : undefined;
    },
    now: () => new Date(),
    input: () =>
      Deno.stdin.isTerminal()
        ? undefined
        : untilAborted(Deno.stdin.readable, signal),
    ask: async (question) => {
      const { promptSecret } = await import("./prompt.ts");
      return promptSecret(question);
    },
    signal,
  };
}

/** A read of an open pipe ends with its data, or never. */
async function* untilAborted(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = stream.getReader();
  const stop = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The same surroundings, whose notes hide what {@linkcode Io.hide} is told. */
export function discreet(io: Io): Io {
  const secrets = new Set<string>();
  return {
    ...io,
    hide: (secret) => secrets.add(secret),
    note: (line) => io.note([...secrets].reduce(withoutKey, line)),
  };
}

/**
 * Text in which all characters that act on a terminal are spelled out, but for
 * tabs and line ends.
 */
export function printable(text: string): string {
  return text.replace(ACTING, (char) => {
    if (char === "\t" || char === "\n") return char;
    const code = char.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, "0")}`;
  });
}

/** The same in one line, cut where it is longer than `most` characters. */
export function oneLine(text: string, most = Infinity): string {
  const lines = text.split(/[\r\n]+/);
  const joined = lines.length === 1
    ? text
    : lines.map((line) => line.trim()).filter(Boolean).join(" ");
  const line = printable(joined);
  return line.length > most ? `${line.slice(0, most).toWellFormed()}…` : line;
}
