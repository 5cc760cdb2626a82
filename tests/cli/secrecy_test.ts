import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { warnOfPlainHttp, warnOfReaders } from "../../cli/secrecy.ts";
import { withDirectory } from "../helpers/directory.ts";
import { withProxy } from "../servers/proxies.ts";
import { json, withServer } from "../servers/serve.ts";
import { needs } from "../helpers/binary.ts";
import { runProcess } from "../helpers/process.ts";
import { PROGRAM } from "../helpers/program.ts";
import { lackedByWindows, onUnix } from "../helpers/skipping.ts";
import { runCli } from "../helpers/run.ts";

async function warnings(path: string): Promise<string[]> {
  const notes: string[] = [];
  await warnOfReaders("--key-file", path, { note: (line) => notes.push(line) });
  return notes;
}

onUnix(
  "modes",
  "warnOfReaders() warns of files that every user can read, and of no others",
  async () => {
    await withDirectory(async (directory) => {
      const file = join(directory, "key");
      await Deno.writeTextFile(file, "secret");
      const modes: [directory: number, file: number, warnings: number][] = [
        [0o755, 0o644, 1],
        [0o711, 0o604, 1],
        [0o755, 0o600, 0],
        [0o755, 0o640, 0],
        [0o700, 0o644, 0], // nobody else gets there
        [0o770, 0o666, 0],
      ];
      for (const [outer, inner, count] of modes) {
        await Deno.chmod(directory, outer);
        await Deno.chmod(file, inner);
        const notes = await warnings(file);
        const shown = `${outer.toString(8)} ${inner.toString(8)}`;
        assertEquals(notes.length, count, shown);
        if (count) assertStringIncludes(notes[0]!, `read ${file}; chmod 600`);
      }
      assertEquals(await warnings(join(directory, "absent")), []);
    });
  },
);

needs(
  "permissions",
  "without permission to look, --key-file warns of nothing, and nothing is asked",
  async () => {
    await withDirectory(async (directory) => {
      const file = join(directory, "key");
      await Deno.writeTextFile(file, "secret");
      await Deno.chmod(directory, 0o755);
      await Deno.chmod(file, 0o644);
      const flags = PROGRAM.slice(1, -1).filter((flag) => flag !== "-A");
      const run = async (read: string) => {
        const { stderr } = await runProcess([
          ...[PROGRAM[0]!, ...flags],
          ...["--allow-net=127.0.0.1:9", `--allow-read=${read}`],
          ...[PROGRAM.at(-1)!, "post-metadata", "-e", "failures", "-t", "t"],
          ...["-s", "192.0.2.1", "-d", "192.0.2.2", "-a", "192.0.2.1"],
          ...[
            "--url",
            "http://127.0.0.1:9",
            "--key-file",
            file,
            "--retry",
            "0",
          ],
        ]);
        return stderr;
      };
      assertMatch(await run("/"), /every user of this machine/);
      assertEquals(/every user|allow-read/.test(await run(file)), false);
    });
  },
  lackedByWindows("modes"),
);

Deno.test("warnOfPlainHttp() warns of http to another machine", () => {
  const urls: [url: string, isWarned: boolean][] = [
    ["http://ma.example.net", true],
    ["http://192.0.2.1:8085/ma", true],
    ["http://[2001:db8::1]/", true],
    ["http://localhost.example.net", true],
    ["http://127.0.0.1.example.net", true],
    ["https://ma.example.net", false],
    ["http://localhost:8085", false],
    ["http://127.0.0.1:8085", false],
    ["http://127.1.2.3", false],
    ["http://[::1]:8085", false],
    ["no address", false],
  ];
  for (const [url, isWarned] of urls) {
    const notes: string[] = [];
    warnOfPlainHttp(url, { note: (line) => notes.push(line) });
    assertEquals(notes.length, isWarned ? 1 : 0, url);
    if (isWarned) assertStringIncludes(notes[0]!, new URL(url).host);
  }
});

Deno.test("writing over plain http to another machine warns each time, and the key goes nowhere else", async () => {
  const keys: [host: string, key: string | null][] = [];
  await withServer(({ headers }, url) => {
    keys.push([headers.get("host")!, headers.get("authorization")]);
    return url.pathname.startsWith("/elsewhere")
      ? Response.redirect("http://elsewhere.invalid/", 307)
      : json(
        { "metadata-key": "0123", "event-types": [] },
        { status: 201 },
      );
  }, async (origin) => {
    const { port } = new URL(origin);
    const hosts = {
      "archive.invalid": "127.0.0.1",
      "elsewhere.invalid": "127.0.0.1",
    };
    await withProxy({ hosts }, async (address) => {
      const write = (path: string) =>
        runCli([
          ...["post-metadata", "-s", "192.0.2.1", "-d", "192.0.2.2"],
          ...["-a", "192.0.2.1", "-t", "t", "-e", "failures", "--retry", "0"],
          ...["--url", `http://archive.invalid:${port}${path}`],
          ...["--proxy", address],
        ], { env: { ESMOND_API_KEY: "secret-key" } });
      for (let turn = 0; turn < 2; turn++) {
        const { exit, stderr } = await write("");
        assertEquals(exit, 0, stderr);
        assertMatch(stderr, /^--url: http is not encrypted: [^\n]*\n$/);
      }
      const { exit, stderr } = await write("/elsewhere");
      assertEquals(exit, 1);
      assertStringIncludes(stderr, "is not followed");
      assertEquals(
        keys,
        Array(3).fill([`archive.invalid:${port}`, "Token secret-key"]),
      );
    });
  });
});
