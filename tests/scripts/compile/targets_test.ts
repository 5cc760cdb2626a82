import { assertEquals } from "@std/assert";
import {
  describeBase,
  ownTarget,
  TARGETS,
} from "../../../scripts/compile/targets.ts";
import { runProcess } from "../../helpers/process.ts";

/**
 * The beginning of an executable for a system, with bytes at offsets, and a
 * version in it.
 */
function base(parts: Record<number, number[]>, version = ""): Uint8Array {
  const bytes = new Uint8Array(512);
  for (const [offset, part] of Object.entries(parts)) {
    bytes.set(part, Number(offset));
  }
  bytes.set(
    new TextEncoder().encode(`Deno/x Deno/0.80.0 Deno/${version}+abcdef0`),
    300,
  );
  return bytes;
}

const ELF = [0x7f, 0x45, 0x4c, 0x46];
const MACH = [0xcf, 0xfa, 0xed, 0xfe];
const MZ = [0x4d, 0x5a];
const PE = [0x50, 0x45, 0, 0];

Deno.test("describeBase() knows the systems, and the version of Deno", () => {
  const bases: Record<string, Uint8Array> = {
    "linux-x64": base({ 0: ELF, 18: [0x3e, 0] }, "2.9.6"),
    "linux-arm64": base({ 0: ELF, 18: [0xb7, 0] }, "2.9.6"),
    "macos-x64": base({ 0: MACH, 4: [7, 0, 0, 1] }, "2.9.6"),
    "macos-arm64": base({ 0: MACH, 4: [12, 0, 0, 1] }, "2.9.6"),
    "windows-x64": base(
      { 0: MZ, 60: [0x80], 128: [...PE, 0x64, 0x86] },
      "2.9.6",
    ),
    "windows-arm64": base(
      { 0: MZ, 60: [0x80], 128: [...PE, 0x64, 0xaa] },
      "2.9.6",
    ),
  };
  assertEquals(Object.keys(bases), TARGETS.map(({ name }) => name));
  for (const [target, bytes] of Object.entries(bases)) {
    assertEquals(describeBase(bytes), { target, version: "2.9.6" });
  }
});

Deno.test("describeBase() returns nothing for unknown files", () => {
  const others = [
    new Uint8Array(0),
    new Uint8Array(70),
    base({ 0: ELF, 18: [3, 0] }),
    base({ 0: MZ, 60: [0xff, 0xff, 0xff, 0x7f] }),
    new TextEncoder().encode(`#!/bin/sh\n${" ".repeat(80)}`),
  ];
  for (const bytes of others) assertEquals(describeBase(bytes), {});
});

Deno.test("describeBase() recognizes the Deno that runs this test", async () => {
  const { stdout } = await runProcess([
    ...[Deno.execPath(), "eval", "console.log(Deno.execPath())"],
  ]);
  const path = stdout.trim();
  assertEquals(describeBase(await Deno.readFile(path)), {
    target: ownTarget().name,
    version: Deno.version.deno,
  });
});
