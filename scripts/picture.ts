/**
 * The picture of README: the sample of the embedded archive at a fixed time,
 * drawn by the program.
 *
 * @module
 */

import { SITES } from "../archive/sample_network.ts";
import { startArchive } from "../archive/server.ts";
import type { Io } from "../cli/io.ts";
import { main } from "../cli/main.ts";

/** When it is drawn. */
const NOW = Date.parse("2026-03-28T12:00:00Z");

/** The picture, as SVG. */
export async function samplePicture(): Promise<string> {
  const archive = await startArchive({
    db: ":memory:",
    sampleDays: 7,
    now: () => NOW,
  });
  let text = "";
  let notes = "";
  const io: Io = {
    stdout: {
      write: (part) => void (text += part),
      flush: () => Promise.resolve(),
    },
    stdoutBytes: { write: (bytes) => Promise.resolve(bytes.length) },
    isTerminal: false,
    note: (line) => void (notes += line),
    env: () => undefined,
    now: () => new Date(NOW),
    input: () => undefined,
    ask: () => Promise.resolve(null),
    signal: new AbortController().signal,
    resolver: {
      reverse: (address) => Promise.resolve(nameOf(address)),
      addresses: () => Promise.resolve([]),
    },
  };
  try {
    const hosts = ["-s", addressOf("beta"), "-d", addressOf("gamma")];
    const code = await main(
      ["plot", "--url", archive.url, ...hosts, "-o", "svg", "--width", "860"],
      io,
    );
    if (code !== 0) throw new Error(notes);
    return text;
  } finally {
    await archive.close();
  }
}

function addressOf(name: string): string {
  return SITES.find((site) => site.name === name)!.v4;
}

function nameOf(address: string): string {
  return `ps.${SITES.find(({ v4 }) => v4 === address)!.name}.example`;
}
