/**
 * The systems that executables are made for, and how to recognize the one of a base binary.
 *
 * @module
 */

/** A system that an executable is made for. */
export interface Target {
  /** Its name in ours: of archives, and of `--target`. */
  name: string;
  /** What Deno calls it. */
  triple: string;
  /** The operating system. */
  os: "linux" | "macos" | "windows";
  /** The processor. */
  arch: "x64" | "arm64";
}

/** All of them, in the order in which they are made. */
export const TARGETS: readonly Target[] = [
  target("linux", "x64", "x86_64-unknown-linux-gnu"),
  target("linux", "arm64", "aarch64-unknown-linux-gnu"),
  target("macos", "x64", "x86_64-apple-darwin"),
  target("macos", "arm64", "aarch64-apple-darwin"),
  target("windows", "x64", "x86_64-pc-windows-msvc"),
  target("windows", "arm64", "aarch64-pc-windows-msvc"),
];

function target(
  os: Target["os"],
  arch: Target["arch"],
  triple: string,
): Target {
  return { name: `${os}-${arch}`, triple, os, arch };
}

/** The system of this machine. */
export function ownTarget(): Target {
  return TARGETS.find(({ triple }) => triple === Deno.build.target)!;
}

/**
 * The properties of a base binary; absent if unknown.
 */
export interface BaseBinary {
  /** What it is for, as {@linkcode Target.name}. */
  target?: string;
  /** The version of Deno that it belongs to. */
  version?: string;
}

/**
 * Reads the beginning of the file for the system, and the whole of it for the
 * version.
 */
export function describeBase(bytes: Uint8Array): BaseBinary {
  const target = targetOf(bytes);
  const version = versionIn(bytes);
  return { ...(target ? { target } : {}), ...(version ? { version } : {}) };
}

/** Numbers that stand for processors: in ELF, in Mach-O, in PE. */
const PROCESSORS: Record<string, Record<number, Target["arch"]>> = {
  linux: { 0x3e: "x64", 0xb7: "arm64" },
  macos: { 0x01000007: "x64", 0x0100000c: "arm64" },
  windows: { 0x8664: "x64", 0xaa64: "arm64" },
};

function targetOf(bytes: Uint8Array): string | undefined {
  if (bytes.length < 64) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const found = (os: Target["os"], processor: number) => {
    const arch = PROCESSORS[os]![processor];
    return arch && `${os}-${arch}`;
  };
  if (magic === 0x7f454c46) return found("linux", view.getUint16(18, true));
  if (magic === 0xcffaedfe) return found("macos", view.getUint32(4, true));
  if (magic >>> 16 !== 0x4d5a) return undefined;
  const header = view.getUint32(60, true);
  return header + 6 <= bytes.length
    ? found("windows", view.getUint16(header + 4, true))
    : undefined;
}

/** The version in the name by which every Deno introduces itself to servers. */
function versionIn(bytes: Uint8Array): string | undefined {
  const name = new TextEncoder().encode("Deno/");
  for (
    let at = bytes.indexOf(name[0]!);
    at >= 0;
    at = bytes.indexOf(name[0]!, at + 1)
  ) {
    if (!name.every((byte, index) => bytes[at + index] === byte)) continue;
    const text = String.fromCharCode(...bytes.subarray(at, at + 32));
    // Others that have Deno in their name do not say which commit it is.
    const version = /^Deno\/(\d+\.\d+\.\d+)\+[\da-f]{7}/.exec(text)?.[1];
    if (version) return version;
  }
  return undefined;
}
