import { assertEquals, assertRejects } from "@std/assert";
import { Attempts } from "../../../cli/query/attempts.ts";
import { oneArchive } from "../../helpers/one_archive.ts";
import {
  ApiConnect,
  ArchiveHttpError,
  ArchiveUnreachableError,
} from "../../../mod.ts";

const AT = { url: "http://ma.example.net/" };

function refused(status: number) {
  return () => Promise.reject(new ArchiveHttpError(status, "said", AT));
}

const gone = () => Promise.reject(new ArchiveUnreachableError("is away", AT));

/** Attempts, with what they note and whether they have given up. */
function begun() {
  const notes: string[] = [];
  const [stop, giveUp] = [new AbortController(), new AbortController()];
  const io = {
    note: (line: string) => void notes.push(line),
    signal: stop.signal,
  };
  const archives = oneArchive(new ApiConnect(AT.url), giveUp);
  return { attempts: new Attempts(io, archives), notes, stop, giveUp };
}

Deno.test("what cannot be read is told, and stands for itself; the rest is read", async () => {
  const { attempts, notes, giveUp } = begun();
  assertEquals(await attempts.read(() => Promise.resolve(1), 0), {
    value: 1,
    isWhole: true,
  });
  for (const _ of [1, 2, 3, 4]) {
    assertEquals(await attempts.read(refused(500), "none"), {
      value: "none",
      isWhole: false,
    });
  }
  assertEquals(notes.length, 4);
  assertEquals([attempts.over, giveUp.signal.aborted], [undefined, false]);
});

Deno.test("an archive that is away is given up, and nothing more is read", async () => {
  const { attempts, notes, giveUp } = begun();
  for (const _ of [1, 2, 3]) await attempts.read(gone, undefined);
  assertEquals([notes.length, giveUp.signal.aborted], [2, true]);
  let isRead = false;
  const read = () => Promise.resolve(isRead = true);
  assertEquals((await attempts.read(read, false)).isWhole, false);
  assertEquals(isRead, false);
});

Deno.test("what is no failure of the archive is thrown, and so is everything once the program has to stop", async () => {
  const { attempts, stop } = begun();
  const wrong = () => Promise.reject(new TypeError("wrong"));
  await assertRejects(() => attempts.read(wrong, undefined), TypeError);
  stop.abort();
  await assertRejects(
    () => attempts.read(refused(500), undefined),
    ArchiveHttpError,
  );
});
