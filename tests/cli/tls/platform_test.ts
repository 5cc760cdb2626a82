import { assertEquals } from "@std/assert";
import { isSound } from "../../../cli/tls/platform.ts";

Deno.test("isSound() is true from Deno 2.9 on", () => {
  const versions: [version: string, isSound: boolean][] = [
    ["1.46.3", false],
    ["2.4.2", false],
    ["2.8.3", false],
    ["2.9.0", true],
    ["2.9.6", true],
    ["2.10.0", true],
    ["3.0.0", true],
    ["2.9.0-rc.1", true],
  ];
  for (const [version, expected] of versions) {
    assertEquals(isSound(version), expected, version);
  }
});
