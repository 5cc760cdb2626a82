import { join } from "@std/path";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { makeLinks, NameTakenError } from "../../../cli/commands/links.ts";
import { PROGRAM_NAMES } from "../../../cli/options/choices.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { onUnix } from "../../helpers/skipping.ts";
import { runProcess } from "../../helpers/process.ts";

/**
 * Runs `use` with a program that prints the name it was called by, and an empty
 * directory.
 */
async function withProgram(
  use: (program: string, directory: string) => Promise<void>,
): Promise<void> {
  await withDirectory(async (place) => {
    const program = join(await Deno.realPath(place), "esmond-ps");
    await Deno.writeTextFile(program, '#!/bin/sh\necho "${0##*/} $*"\n', {
      mode: 0o755,
    });
    const directory = join(place, "bin");
    await Deno.mkdir(directory);
    await use(program, directory);
  });
}

const called = async (path: string) =>
  (await runProcess([path, "-h"])).stdout.trim();

const names = (directory: string) =>
  [...Deno.readDirSync(directory)].map(({ name }) => name).toSorted();

/** Symbolic links need a privilege on Windows, hard ones none anywhere. */
const KINDS = Deno.build.os === "windows" ? [true] : [false, true];

for (const isWindows of KINDS) {
  const kind = isWindows ? "hard links that end in .exe" : "symbolic links";
  onUnix(
    "scripts",
    `makeLinks() makes ${kind}, by which the program is called`,
    async () => {
      await withProgram(async (program, directory) => {
        const paths = await makeLinks(program, directory, { isWindows });
        const expected = PROGRAM_NAMES.map((name) =>
          isWindows ? `${name}.exe` : name
        );
        assertEquals(paths, expected.map((name) => join(directory, name)));
        assertEquals(names(directory), expected.toSorted());
        for (const [index, path] of paths.entries()) {
          assertEquals(await called(path), `${expected[index]} -h`);
          assertEquals((await Deno.lstat(path)).isSymlink, !isWindows);
        }
      });
    },
  );

  Deno.test(`makeLinks() leaves its own ${kind} as they are`, async () => {
    await withProgram(async (program, directory) => {
      await makeLinks(program, directory, { isWindows });
      const before = (await Deno.lstat(join(directory, names(directory)[0]!)))
        .ino;
      await makeLinks(program, directory, { isWindows });
      const after = (await Deno.lstat(join(directory, names(directory)[0]!)))
        .ino;
      assertEquals(after, before);
    });
  });
}

onUnix(
  "scripts",
  "a link beside the program names it without its directory, so that both can be moved",
  async () => {
    await withProgram(async (program, directory) => {
      const place = join(directory, "..");
      const [path = ""] = await makeLinks(program, place);
      assertEquals(await Deno.readLink(path), "esmond-ps");
      const [elsewhere = ""] = await makeLinks(program, directory);
      assertEquals(await Deno.readLink(elsewhere), program);
    });
  },
);

onUnix(
  "scripts",
  "makeLinks() makes nothing if one name is taken, unless it is forced",
  async () => {
    await withProgram(async (program, directory) => {
      const taken = join(directory, "esmond-ps-get");
      await Deno.writeTextFile(taken, "the Python program");
      const error = await assertRejects(
        () => makeLinks(program, directory),
        NameTakenError,
      );
      assertEquals(error.paths, [taken]);
      assertEquals(names(directory), ["esmond-ps-get"]);
      assertEquals(await Deno.readTextFile(taken), "the Python program");
      await makeLinks(program, directory, { isForced: true });
      assertEquals(await called(taken), "esmond-ps-get -h");
      assertEquals(names(directory), PROGRAM_NAMES.toSorted());
    });
  },
);

onUnix(
  "links",
  "makeLinks() takes a link to nowhere for a name that is taken",
  async () => {
    await withProgram(async (program, directory) => {
      await Deno.symlink(
        "/nowhere/esmond-ps",
        join(directory, "esmond-ps-get"),
      );
      await assertRejects(() => makeLinks(program, directory), NameTakenError);
    });
  },
);

onUnix(
  "links",
  "makeLinks() removes what it made when it cannot continue",
  async () => {
    await withProgram(async (program, directory) => {
      // A directory cannot be replaced by a link, even by force.
      const last = join(directory, PROGRAM_NAMES.at(-1)!);
      await Deno.mkdir(join(last, "inside"), { recursive: true });
      await assertRejects(
        () => makeLinks(program, directory, { isForced: true }),
        Error,
      );
      assertEquals(names(directory), [PROGRAM_NAMES.at(-1)!]);
    });
  },
);

Deno.test("makeLinks() rejects a directory that is not there", async () => {
  await withProgram(async (program, directory) => {
    for (const isWindows of KINDS) {
      const error = await makeLinks(program, join(directory, "no"), {
        isWindows,
      }).catch((error) => error);
      assert(error instanceof Deno.errors.NotFound, String(error));
    }
  });
});
