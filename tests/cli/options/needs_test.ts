import { assert, assertEquals } from "@std/assert";
import { needsOf } from "../../../cli/options/needs.ts";
import { parseOptions } from "../../../cli/options/parse.ts";
import { OPTIONS } from "../../../cli/options/table.ts";

Deno.test("every option that names a file or a directory needs a permission", () => {
  const named = OPTIONS.filter(({ value = "" }) => /FILE|DIR/.test(value));
  assert(named.length > 5);
  for (const { long, commands: [command = "get"] = [] } of named) {
    const options = parseOptions(command, [`--${long}`, "/some/path"]);
    const needs = needsOf(command, options, () => undefined);
    assert(needs.some(({ value }) => value === "/some/path"), `--${long}`);
  }
});

Deno.test("needsOf() knows the hosts of the archive and of the proxy, with their ports", () => {
  const cases: [string, string[], string[]][] = [
    ["http://ma.example.net", [], ["ma.example.net:80"]],
    ["https://ma.example.net/x", [], ["ma.example.net:443"]],
    ["https://[2001:db8::1]:8443", [], ["[2001:db8::1]:8443"]],
    ["http://a.example", ["--proxy", "http://b.example:3128"], [
      "a.example:80",
      "b.example:3128",
    ]],
    ["http://a.example", ["--proxy", "socks5h://b.example"], [
      "a.example:80",
      "b.example:1080",
    ]],
    ["http://a.example", ["--proxy", "b.example:8080"], [
      "a.example:80",
      "b.example:8080",
    ]],
    ["no address", [], []],
  ];
  for (const [url, more, expected] of cases) {
    const options = parseOptions("get", ["--url", url, ...more]);
    const needs = needsOf("get", options, () => undefined);
    assertEquals(needs.map(({ value }) => value), expected);
    assert(needs.every(({ name }) => name === "net"));
  }
});

Deno.test("a file is only read; the network is for names, and nothing needs it", () => {
  const needsFor = (...argv: string[]) =>
    needsOf(
      "get",
      parseOptions("get", ["--url", "archive.db", ...argv]),
      () => undefined,
    );
  const file = { name: "read", value: "archive.db" } as const;
  const names = { name: "net", isOptional: true } as const;
  assertEquals(needsFor(), [names, file]);
  assertEquals(needsFor("--ip"), [file]);
  assertEquals(needsFor("--ip", "-s", "192.0.2.10"), [file]);
  assertEquals(needsFor("--ip", "-s", "a.example"), [names, file]);
  const post = parseOptions("post", ["--url", "archive.db"]);
  assertEquals(needsOf("post", post, () => undefined), []);
});

Deno.test("a template needs all of the network, and its file unless it has an address", () => {
  const needsFor = (...argv: string[]) =>
    needsOf("coverage", parseOptions("coverage", argv), () => undefined);
  assertEquals(needsFor("--mesh", "mesh.json"), [
    { name: "net" },
    { name: "read", value: "mesh.json" },
  ]);
  assertEquals(needsFor("--mesh", "https://a.example/mesh.json"), [
    { name: "net" },
  ]);
});

Deno.test("mesh needs to write its file, what becomes it, and the directory of its plots", () => {
  const needsFor = (...argv: string[]) =>
    needsOf("mesh", parseOptions("mesh", argv), () => undefined);
  const paths = ["mesh.html", "mesh.html.part", "plots"];
  assertEquals(
    needsFor("-O", "mesh.html", "--plots", "plots"),
    paths.flatMap((value) => [
      { name: "read" as const, value },
      { name: "write" as const, value },
    ]),
  );
  assertEquals(needsFor("loss"), []);
});

Deno.test("get-bulk needs to write its directory, and nothing for standard output", () => {
  const needsFor = (...argv: string[]) =>
    needsOf("get-bulk", parseOptions("get-bulk", argv), () => undefined);
  assertEquals(needsFor("-D", "-"), []);
  assertEquals(needsFor("-D", "./-").map(({ value }) => value), ["./-", "./-"]);
  assertEquals(needsFor().map(({ value }) => value), [".", "."]);
});
