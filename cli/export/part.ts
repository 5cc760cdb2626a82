/**
 * A file that is not complete yet: writing can stop, and continue from there.
 *
 * @module
 */

import { createHash, type Hash } from "node:crypto";
import { dirname } from "@std/path";
import { type ByteWriter, writeAll } from "../io.ts";
import { replaceFile } from "../replace.ts";

/** How much is read at a time, in bytes. */
const BLOCK = 1 << 18;

/**
 * Up to so many bytes are written at once: that takes a fraction of the time in
 * which another thread would be asked to.
 */
const SMALL = 1 << 16;

/** How far a file was written, and what it held up to there. */
export interface Extent {
  /** How many bytes. */
  bytes: number;
  /** Their SHA-256, in hex. */
  sha256: string;
}

/** The file system refused something. */
export class StorageError extends Error {
  override name = "StorageError";

  /**
   * Makes the error, in words for the operator.
   *
   * @param what What could not be done.
   * @param cause What the file system said.
   */
  constructor(what: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    // After the number of the error, Deno repeats what it was asked to do.
    super(`${what}: ${why.replace(/(\(os error \d+\)).*/s, "$1")}`, { cause });
  }
}

/** Writes a file that is not complete yet. */
export class PartFile implements ByteWriter {
  /** How many bytes it has. */
  bytes = 0;
  /** Where it is. */
  readonly path: string;
  /** Absent until something is written to a file that is made then. */
  #file: Deno.FsFile | undefined;
  #hash: Hash | undefined;
  #isClosed = false;
  /** Whether the last write may be incomplete. */
  #isTorn = false;
  /** What the disk did not take. */
  #failure: StorageError | undefined;

  private constructor(
    path: string,
    file?: Deno.FsFile,
    hash?: Hash,
  ) {
    this.path = path;
    this.#file = file;
    this.#hash = hash;
  }

  /**
   * Creates a file.
   *
   * @throws {StorageError} when that is not possible.
   */
  static async create(path: string): Promise<PartFile> {
    return await storing(`cannot write ${path}`, async () => {
      const file = await createFile(path);
      return new PartFile(path, file);
    });
  }

  /** The same, but the file is made when something is written to it. */
  static later(path: string): PartFile {
    return new PartFile(path);
  }

  /**
   * Continues a file after what is known to be right; the rest is cut off.
   *
   * @returns The file, or `undefined` if it has vanished or changed.
   */
  static async resume(
    path: string,
    extent: Extent,
  ): Promise<PartFile | undefined> {
    let file: Deno.FsFile;
    try {
      // A link may lead to any file, and what follows `extent` is cut off.
      const { isFile, isSymlink, nlink } = await Deno.lstat(path);
      if (isSymlink || (isFile && (nlink ?? 1) > 1)) return undefined;
      file = await Deno.open(path, { read: true, write: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw new StorageError(`cannot continue ${path}`, error);
    }
    return await storing(`cannot continue ${path}`, async () => {
      const hash = createHash("sha256");
      let part: PartFile | undefined;
      try {
        const { bytes, sha256 } = extent;
        const read = await readUpTo(file, bytes, (block) => {
          hash.update(block);
        });
        if (read < bytes || hash.copy().digest("hex") !== sha256) return;
        await file.truncate(bytes);
        await file.seek(bytes, Deno.SeekMode.Start);
        part = new PartFile(path, file, hash);
        part.bytes = bytes;
        return part;
      } finally {
        if (part === undefined) file.close();
      }
    });
  }

  /**
   * Copies the beginning of another file.
   *
   * @returns The copy, or `undefined` if the other file has vanished or
   * changed.
   */
  static async copy(
    from: string,
    extent: Extent,
    path: string,
  ): Promise<PartFile | undefined> {
    let source: Deno.FsFile;
    try {
      source = await Deno.open(from);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw new StorageError(`cannot read ${from}`, error);
    }
    using _ = source;
    const part = await PartFile.create(path);
    try {
      await readUpTo(source, extent.bytes, (block) => writeAll(part, block));
    } catch (error) {
      part.close();
      throw error;
    }
    if (part.extent.sha256 === extent.sha256) return part;
    part.close();
    return undefined;
  }

  /**
   * How far it is written.
   *
   * @throws {StorageError} when something could not be written: what its writer
   * has done is not what is in the file.
   */
  get extent(): Extent {
    if (this.#isTorn) {
      throw this.#failure ?? new StorageError(
        `cannot write ${this.path}`,
        "a write was cut short",
      );
    }
    const sha256 = this.#sum.copy().digest("hex");
    return { bytes: this.bytes, sha256 };
  }

  get #sum(): Hash {
    return this.#hash ??= createHash("sha256");
  }

  /**
   * Writes at the end.
   *
   * @throws {StorageError} when the disk does not take it.
   */
  async write(bytes: Uint8Array): Promise<number> {
    this.#isTorn = true;
    try {
      const file = this.#file ??= await createFile(this.path);
      const written = bytes.length > SMALL
        ? await file.write(bytes)
        : file.writeSync(bytes);
      this.#isTorn = false;
      this.#sum.update(bytes.subarray(0, written));
      this.bytes += written;
      return written;
    } catch (error) {
      this.#failure = new StorageError(`cannot write ${this.path}`, error);
      throw this.#failure;
    }
  }

  /**
   * Makes sure that it is on the disk, and closes it.
   *
   * @throws {StorageError} when the disk does not take it.
   */
  async finish(): Promise<void> {
    await storing(`cannot write ${this.path}`, async () => {
      await this.#file?.sync();
    });
    this.close();
  }

  /** Closes it as it is. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file?.close();
  }
}

/**
 * Creates a file in the place of whatever has its name: a link is removed, and
 * not followed.
 */
export async function createFile(path: string): Promise<Deno.FsFile> {
  const options = { write: true, createNew: true };
  try {
    return Deno.openSync(path, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  // What is a directory fails as the system puts it.
  const { isDirectory } = await Deno.lstat(path);
  if (isDirectory) return await Deno.open(path, { write: true });
  await Deno.remove(path);
  return await Deno.open(path, options);
}

/**
 * Gives a file its name, in the place of what had it, for good: after a power
 * cut there is the one or the other.
 *
 * @throws {StorageError} when the file system refuses.
 */
export async function rename(from: string, to: string): Promise<void> {
  await renameOnly(from, to);
  await syncDirectoryOf(to);
}

/**
 * The same, but the directory may not be on the disk yet.
 *
 * @throws {StorageError} when the file system refuses.
 */
export async function renameOnly(from: string, to: string): Promise<void> {
  await storing(`cannot write ${to}`, () => replaceFile(from, to));
}

/**
 * Makes sure that the names in the directory of a file are on the disk, where
 * the system can.
 */
export async function syncDirectoryOf(path: string): Promise<void> {
  try {
    using directory = await Deno.open(dirname(path));
    await directory.sync();
  } catch {
    // Windows opens no directories, and some file systems do not sync them
  }
}

/**
 * Whether a file is what it was.
 *
 * @param path Where it is.
 * @param extent What it was.
 * @param isBeginning Whether more may follow.
 */
export async function isIntact(
  path: string,
  extent: Extent,
  isBeginning = false,
): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    const { size, isFile } = await file.stat();
    if (!isFile || size < extent.bytes) return false;
    if (size > extent.bytes && !isBeginning) return false;
    const hash = createHash("sha256");
    await readUpTo(file, extent.bytes, (block) => {
      hash.update(block);
    });
    return hash.digest("hex") === extent.sha256;
  } catch {
    return false; // it cannot be read: it has to be written again
  }
}

/** What a file holds. */
export async function extentOf(path: string): Promise<Extent> {
  using file = await Deno.open(path);
  const hash = createHash("sha256");
  const bytes = await readUpTo(file, Infinity, (block) => {
    hash.update(block);
  });
  return { bytes, sha256: hash.digest("hex") };
}

/**
 * Does something with the file system.
 *
 * @throws {StorageError} for whatever it fails with.
 */
export async function storing<T>(
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new StorageError(what, error);
  }
}

/**
 * Reads the beginning of a file, block by block; tells how much of it there
 * was.
 */
async function readUpTo(
  file: Deno.FsFile,
  bytes: number,
  take: (block: Uint8Array) => Promise<void> | void,
): Promise<number> {
  const block = new Uint8Array(BLOCK);
  let at = 0;
  while (at < bytes) {
    const room = block.subarray(0, Math.min(BLOCK, bytes - at));
    const read = await file.read(room);
    if (read === null) break;
    await take(block.subarray(0, read));
    at += read;
  }
  return at;
}
