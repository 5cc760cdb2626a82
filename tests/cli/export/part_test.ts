import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import {
  type Extent,
  isIntact,
  PartFile,
  StorageError,
  storing,
} from "../../../cli/export/part.ts";
import { writeAll } from "../../../cli/io.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { onUnix } from "../../helpers/skipping.ts";

function extentOf(bytes: Uint8Array): Extent {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { bytes: bytes.length, sha256 };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

/** More than is read at a time, and not a multiple of it. */
const LARGE = new Uint8Array((1 << 19) + 77).map((_, at) => at * 7 + (at >> 9));

/** Runs `use` with the path of a file that is not there yet. */
async function withPath(use: (path: string) => Promise<void>): Promise<void> {
  await withDirectory((directory) => use(join(directory, "a.csv.partial")));
}

async function storageError(
  work: () => Promise<unknown>,
  message: RegExp,
): Promise<void> {
  const error = await assertRejects(work, StorageError);
  assertMatch(error.message, message);
  assert(!error.message.includes("\n"), error.message);
  assertEquals(error.name, "StorageError");
}

Deno.test("PartFile.create makes a file and knows how far it is written", async () => {
  await withPath(async (path) => {
    await Deno.writeTextFile(path, "something longer from before");
    const part = await PartFile.create(path);
    assertEquals(part.extent, extentOf(bytesOf("")));
    await writeAll(part, bytesOf("one\n"));
    assertEquals(part.extent, extentOf(bytesOf("one\n")));
    assertEquals(part.bytes, 4);
    await writeAll(part, LARGE);
    await part.finish();
    const all = joined(bytesOf("one\n"), LARGE);
    assertEquals(part.extent, extentOf(all));
    assert(await isIntact(path, extentOf(all)));
    part.close(); // once more
  });
});

onUnix(
  "links",
  "PartFile.create takes the place of a link, and leaves what that leads to",
  async () => {
    await withPath(async (path) => {
      await Deno.writeTextFile(`${path}.other`, "other");
      for (const target of [`${path}.other`, `${path}.nothing`]) {
        await Deno.symlink(target, path);
        const part = await PartFile.create(path);
        await writeAll(part, bytesOf("mine"));
        await part.finish();
        assertEquals(await Deno.readTextFile(path), "mine");
        await Deno.remove(path);
      }
      assertEquals(await Deno.readTextFile(`${path}.other`), "other");
    });
  },
);

Deno.test("PartFile.resume continues after the known part, and cuts off the rest", async () => {
  for (const known of [bytesOf(""), bytesOf("one\n"), LARGE]) {
    for (const rest of [bytesOf(""), bytesOf("not known"), LARGE]) {
      await withPath(async (path) => {
        await Deno.writeFile(path, joined(known, rest));
        const part = await PartFile.resume(path, extentOf(known));
        assert(part !== undefined);
        assertEquals(part.extent, extentOf(known));
        assertEquals(Deno.statSync(path).size, known.length);
        await writeAll(part, bytesOf("two\n"));
        const all = joined(known, bytesOf("two\n"));
        assertEquals(part.extent, extentOf(all));
        await part.finish();
        assertEquals(Deno.readFileSync(path), all);
      });
    }
  }
});

Deno.test("PartFile.resume leaves a file as it is that is not what it was", async () => {
  const known = extentOf(bytesOf("one\ntwo\n"));
  for (const text of ["", "one\n", "one\ntwo", "One\ntwo\n", "one\ntwO\n---"]) {
    await withPath(async (path) => {
      await Deno.writeTextFile(path, text);
      assertEquals(await PartFile.resume(path, known), undefined, text);
      assertEquals(Deno.readTextFileSync(path), text);
    });
  }
  await withPath(async (path) => {
    assertEquals(await PartFile.resume(path, known), undefined, "no file");
    assertEquals(
      await PartFile.resume(path, extentOf(bytesOf(""))),
      undefined,
      "no file, nothing known",
    );
    const changed = LARGE.slice();
    changed[LARGE.length - 1]! ^= 1;
    await Deno.writeFile(path, changed);
    assertEquals(await PartFile.resume(path, extentOf(LARGE)), undefined);
  });
});

Deno.test("PartFile.copy continues a copy of the beginning, and leaves the original alone", async () => {
  await withPath(async (path) => {
    const from = join(path, "../a.csv");
    for (const rest of ["", "more\n"]) {
      const all = joined(LARGE, bytesOf(rest));
      await Deno.writeFile(from, all);
      await Deno.writeTextFile(path, "from before");
      const part = await PartFile.copy(from, extentOf(LARGE), path);
      assert(part !== undefined);
      await writeAll(part, bytesOf("new\n"));
      await part.finish();
      assertEquals(Deno.readFileSync(from), all);
      const written = joined(LARGE, bytesOf("new\n"));
      assertEquals(Deno.readFileSync(path), written);
      assertEquals(part.extent, extentOf(written));
    }
  });
});

Deno.test("PartFile.copy makes nothing of a file that is gone, shorter or changed", async () => {
  await withPath(async (path) => {
    const from = join(path, "../a.csv");
    const known = extentOf(bytesOf("one\n"));
    assertEquals(await PartFile.copy(from, known, path), undefined);
    for (const text of ["one", "One\n", ""]) {
      await Deno.writeTextFile(from, text);
      assertEquals(await PartFile.copy(from, known, path), undefined, text);
      assertEquals(Deno.readTextFileSync(from), text);
    }
  });
});

Deno.test("isIntact tells a file that is what it was from every other", async () => {
  await withPath(async (path) => {
    assertEquals(await isIntact(path, extentOf(bytesOf(""))), false, "none");
    for (const bytes of [bytesOf(""), bytesOf("one\n"), LARGE]) {
      await Deno.writeFile(path, bytes);
      assertEquals(await isIntact(path, extentOf(bytes)), true);
      await Deno.writeFile(path, joined(bytes, new Uint8Array(1)));
      assertEquals(await isIntact(path, extentOf(bytes)), false, "longer");
      if (bytes.length === 0) continue;
      await Deno.writeFile(path, bytes.subarray(1));
      assertEquals(await isIntact(path, extentOf(bytes)), false, "shorter");
      const changed = bytes.slice();
      changed[bytes.length >> 1]! ^= 1;
      await Deno.writeFile(path, changed);
      assertEquals(await isIntact(path, extentOf(bytes)), false, "changed");
    }
  });
  await withDirectory(async (directory) => {
    const nothing = extentOf(bytesOf(""));
    assertEquals(await isIntact(directory, nothing), false);
    assertEquals(await isIntact(directory, nothing, true), false);
  });
});

Deno.test("PartFile says in one line what it could not do, and why", async () => {
  await withDirectory(async (directory) => {
    const nowhere = join(directory, "none", "a.partial");
    await storageError(
      () => PartFile.create(nowhere),
      Deno.build.os === "windows"
        ? /^cannot write .+a\.partial: The system cannot find [^:]+ \(os error 3\)$/
        : /^cannot write \S+a\.partial: No such file or directory \(os error 2\)$/,
    );
  });
});

onUnix(
  "directories",
  "PartFile says in one line that a directory is not a file",
  async () => {
    await withDirectory(async (directory) => {
      const nowhere = join(directory, "none", "a.partial");
      await storageError(
        () => PartFile.create(directory),
        /^cannot write \S+: Is a directory \(os error 21\)$/,
      );
      await storageError(
        () => PartFile.resume(directory, extentOf(bytesOf(""))),
        /^cannot continue \S+: Is a directory \(os error 21\)$/,
      );
      await storageError(
        () => PartFile.copy(directory, extentOf(bytesOf("")), nowhere),
        /^cannot write \S+a\.partial: /,
      );
    });
  },
);

Deno.test("storing gives what the work gives, and puts into words what it throws", async () => {
  assertEquals(await storing("cannot", () => Promise.resolve(7)), 7);
  await storageError(
    () => storing("cannot do it", () => Promise.reject("no")),
    /^cannot do it: no$/,
  );
});

Deno.test("PartFile does not say how far it is written when something could not be", async () => {
  await withPath(async (path) => {
    const part = await PartFile.create(path);
    await writeAll(part, bytesOf("one\n"));
    part.close();
    await storageError(
      () => writeAll(part, bytesOf("two\n")),
      /^cannot write \S+a\.csv\.partial: /,
    );
    await storageError(
      () => Promise.resolve().then(() => part.extent),
      /^cannot write \S+a\.csv\.partial: /,
    );
  });
});
