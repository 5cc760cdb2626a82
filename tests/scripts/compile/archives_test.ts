import { gunzipSync } from "node:zlib";
import { join } from "@std/path";
import { unpackTar, unzipSync } from "../../../scripts/compile/packages.ts";
import { assertEquals } from "@std/assert";
import {
  archiveName,
  type Entry,
  pack,
} from "../../../scripts/compile/archives.ts";
import { type Target, TARGETS } from "../../../scripts/compile/targets.ts";
import { mapFlags } from "../../../scripts/map_flags.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { runProcess } from "../../helpers/process.ts";
import {
  lackedByWindows,
  notInstalled,
  testUnless,
} from "../../helpers/skipping.ts";

const TIME = new Date("2026-05-04T03:02:02Z");
const ENTRIES: Entry[] = [
  entry("esmond-ps-1.2.3/esmond-ps", "#!/bin/sh\necho runs\n", true),
  entry("esmond-ps-1.2.3/LICENSE", "free"),
];

function entry(path: string, text: string, isExecutable = false): Entry {
  return { path, bytes: new TextEncoder().encode(text), isExecutable };
}

const target = (name: string): Target =>
  TARGETS.find((each) => each.name === name)!;

Deno.test("archiveName() has version, system and processor", () => {
  assertEquals(TARGETS.map((each) => archiveName("1.2.3", each)), [
    "esmond-ps-1.2.3-linux-x64.tar.gz",
    "esmond-ps-1.2.3-linux-arm64.tar.gz",
    "esmond-ps-1.2.3-macos-x64.tar.gz",
    "esmond-ps-1.2.3-macos-arm64.tar.gz",
    "esmond-ps-1.2.3-windows-x64.zip",
    "esmond-ps-1.2.3-windows-arm64.zip",
  ]);
});

Deno.test("pack() makes a tar file whose program can be run, of nobody in particular", async () => {
  const bytes = await pack(target("macos-arm64"), ENTRIES, TIME);
  const files = await unpackTar(gunzipSync(bytes));
  const told = files.map(({ header: { name, mode, uid, mtime } }) => ({
    name,
    mode,
    uid,
    mtime: mtime?.getTime(),
  }));
  const all = { uid: 0, mtime: TIME.getTime() };
  assertEquals(told, [
    { name: ENTRIES[0]!.path, mode: 0o755, ...all },
    { name: ENTRIES[1]!.path, mode: 0o644, ...all },
  ]);
  assertEquals(
    files.map(({ data }) => data),
    ENTRIES.map(({ bytes }) => bytes),
  );
});

Deno.test("pack() makes a zip file for Windows", async () => {
  const bytes = await pack(target("windows-x64"), ENTRIES, TIME);
  assertEquals(
    unzipSync(bytes),
    Object.fromEntries(ENTRIES.map(({ path, bytes }) => [path, bytes])),
  );
});

Deno.test("pack() makes the same bytes of the same things, in any time zone", async () => {
  const module = import.meta.resolve("../../../scripts/compile/archives.ts");
  const script = `
    import { pack } from "${module}";
    for (const os of ["linux", "windows"]) {
      const entry = { path: "a", bytes: new Uint8Array(9), isExecutable: true };
      const bytes = await pack({ os }, [entry], new Date("${TIME.toISOString()}"));
      console.log(bytes.toHex?.() ?? String(bytes));
    }`;
  await withDirectory(async (directory) => {
    const path = join(directory, "script.ts");
    await Deno.writeTextFile(path, script);
    const packed: string[] = [];
    for (const TZ of ["UTC", "Pacific/Auckland", "America/Lima"]) {
      const { exit, stdout, stderr } = await runProcess(
        [Deno.execPath(), "run", "-q", "-A", "--no-check", ...mapFlags(), path],
        { env: { TZ } },
      );
      assertEquals(exit, 0, stderr);
      packed.push(stdout);
    }
    assertEquals(new Set(packed).size, 1);
  });
});

testUnless(
  lackedByWindows("scripts") ?? notInstalled("tar", "gzip"),
  "the system's tar unpacks what pack() made",
  () =>
    withDirectory(async (directory) => {
      const bytes = await pack(target("linux-x64"), ENTRIES, TIME);
      const file = join(directory, "a.tar.gz");
      await Deno.writeFile(file, bytes);
      await runProcess(["tar", "-xzf", file, "-C", directory]);
      const { stdout } = await runProcess([join(directory, ENTRIES[0]!.path)]);
      assertEquals(stdout, "runs\n");
    }),
);
