import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { mapFlags } from "../../../scripts/map_flags.ts";
import { UsageError } from "../../../cli/errors.ts";
import { lockDirectory } from "../../../cli/export/lock.ts";
import { withDirectory } from "../../helpers/directory.ts";

const LOCK = import.meta.resolve("../../../cli/export/lock.ts");

/** A process that has locked a directory, until it is ended. */
async function holder(directory: string): Promise<Deno.ChildProcess> {
  const code = `
    import { lockDirectory } from ${JSON.stringify(LOCK)};
    const lock = await lockDirectory(${JSON.stringify(directory)});
    console.log("locked");
    await Deno.stdin.read(new Uint8Array(1));
    await lock.release();
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "-A", ...mapFlags()],
      `data:application/typescript,${encodeURIComponent(code)}`,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  assertEquals(new TextDecoder().decode(value), "locked\n");
  await reader.cancel();
  return child;
}

function refused(directory: string): Promise<UsageError> {
  return assertRejects(() => lockDirectory(directory), UsageError);
}

Deno.test("lockDirectory refuses a directory that is locked, in a line that names it and the way out", async () => {
  await withDirectory(async (directory) => {
    const lock = await lockDirectory(directory);
    for (const path of [directory, join(directory, "."), `${directory}/`]) {
      const { message } = await refused(path);
      assertMatch(message, /^another get-bulk is writing to [^\n]+$/);
      assertMatch(message, /--output-directory/);
      assertEquals(message.includes(path), true);
    }
    await lock.release();
  });
});

Deno.test("lockDirectory leaves no files when it is released, and others can lock it then", async () => {
  await withDirectory(async (directory) => {
    for (let time = 0; time < 3; time++) {
      const lock = await lockDirectory(directory);
      await refused(directory);
      await lock.release();
      assertEquals([...Deno.readDirSync(directory)], []);
    }
  });
});

Deno.test("lockDirectory takes a directory in which a lock lies that nobody holds", async () => {
  await withDirectory(async (directory) => {
    const lock = await lockDirectory(directory);
    const [{ name }] = [...Deno.readDirSync(directory)] as [Deno.DirEntry];
    await lock.release();
    await Deno.writeTextFile(join(directory, name), "");
    const again = await lockDirectory(directory);
    await again.release();
    assertEquals([...Deno.readDirSync(directory)], []);
  });
});

Deno.test("lockDirectory lets one of many have a directory at a time", async () => {
  await withDirectory(async (directory) => {
    let held = 0;
    let most = 0;
    let times = 0;
    const work = async () => {
      for (let left = 20; left > 0;) {
        const lock = await lockDirectory(directory).catch((error) => {
          if (!(error instanceof UsageError)) throw error;
        });
        if (lock === undefined) continue;
        most = Math.max(most, ++held);
        await Promise.resolve();
        held--;
        await lock.release();
        left--;
        times++;
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    assertEquals([most, times], [1, 80]);
  });
});

Deno.test("lockDirectory refuses a directory that another process has locked, until that ends or is killed", async () => {
  await withDirectory(async (directory) => {
    for (const end of ["release", "SIGKILL"]) {
      const child = await holder(directory);
      const stdin = child.stdin.getWriter();
      await refused(directory);
      if (end === "SIGKILL") child.kill("SIGKILL");
      else await stdin.write(new Uint8Array(1));
      await child.status;
      await stdin.close().catch(() => {});
      const lock = await lockDirectory(directory);
      await lock.release();
      assertEquals([...Deno.readDirSync(directory)], [], end);
    }
  });
});

Deno.test("lockDirectory says in one line why it cannot write to a directory", async () => {
  await withDirectory(async (directory) => {
    await Deno.mkdir(join(directory, ".esmond-ps.lock"));
    const { message } = await refused(directory);
    assertMatch(message, /^--output-directory: cannot write to [^\n]+$/);
    assertEquals(message.includes(directory), true);
  });
});

Deno.test("lockDirectory gives up where a file has another number each time, and where trying the lock does not end", async () => {
  await withDirectory(async (directory) => {
    const open = async (path: string) => {
      const file = await Deno.open(path, { write: true, create: true });
      return {
        close: () => file.close(),
        lock: (isExclusive?: boolean) => file.lock(isExclusive),
        stat: async () => ({ ...await file.stat(), ino: Math.random() }),
      };
    };
    const { message } = await assertRejects(
      () => lockDirectory(directory, { open }),
      UsageError,
    );
    assertMatch(
      message,
      /^--output-directory: cannot write to [^\n]+ does not keep locks$/,
    );

    const waiting = async (path: string) => ({
      ...await open(path),
      tryLock: () => new Promise<boolean>(() => {}),
    });
    await assertRejects(
      () => lockDirectory(directory, { open: waiting, patience: 1 }),
      UsageError,
      "another get-bulk",
    );
  });
});
