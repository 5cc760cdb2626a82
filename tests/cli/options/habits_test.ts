import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../../cli/errors.ts";
import type { CommandName } from "../../../cli/names.ts";
import { asMeant } from "../../../cli/options/habits.ts";
import { parseOptions } from "../../../cli/options/parse.ts";
import { withDirectory } from "../../helpers/directory.ts";

/** What a command line means, and what is told. */
async function meant(
  argv: string[],
  { env = {}, command = "get" as CommandName, takesWords = false }: {
    env?: Record<string, string>;
    command?: CommandName;
    takesWords?: boolean;
  } = {},
) {
  const notes: string[] = [];
  const io = {
    env: (name: string) => env[name],
    note: (line: string) => void notes.push(line),
  };
  const typed = parseOptions(command, argv);
  const options = await asMeant(command, typed, takesWords, io);
  return { options, notes, url: options.text("url") };
}

Deno.test("asMeant() takes the archive from ESMOND_URL, unless --url is given or nothing is read", async () => {
  const env = { ESMOND_URL: "http://ma.example.net" };
  assertEquals((await meant([], { env })).url, "http://ma.example.net");
  assertEquals((await meant(["-u", "http://b"], { env })).url, "http://b");
  assertEquals((await meant([], { env: { ESMOND_URL: "" } })).url, undefined);
  const post = await meant([], { env, command: "post", takesWords: true });
  assertEquals(post.url, "http://ma.example.net");
  const trust = { env, command: "trust" } as const;
  assertEquals((await meant(["ma.example.net"], trust)).url, undefined);
  assertEquals((await meant([], { env, command: "serve" })).url, undefined);
});

Deno.test("asMeant() takes a word that is an address as --url, of a command that takes no words", async () => {
  const { url, options } = await meant(["https://ma.example.net", "more"]);
  assertEquals([url, options.words], ["https://ma.example.net", ["more"]]);
  const given = await meant(["-u", "http://a", "http://b"]);
  assertEquals([given.url, given.options.words], ["http://a", ["http://b"]]);
  assertEquals((await meant(["http://a", "http://b"])).url, undefined);
  assertEquals((await meant(["ma.example.net"])).url, undefined);
  const post = await meant(["http://a"], { command: "post", takesWords: true });
  assertEquals([post.url, post.options.words], [undefined, ["http://a"]]);
});

Deno.test("asMeant() reads from this machine by http, with a notice, and does not write to it so", async () => {
  const hosts = [
    "localhost:8085",
    "127.0.0.1",
    "[::1]:8085/esmond",
    "localhost",
  ];
  for (const host of hosts) {
    const { url, notes } = await meant(["-u", host]);
    assertEquals([url, notes.length], [`http://${host}`, 1]);
    assertMatch(notes[0]!, /is taken as http:\/\//);
    const post = await meant(["-u", host], { command: "post" });
    assertEquals([post.url, post.notes], [host, []]);
  }
  for (
    const other of ["ma.example.net", "http://localhost", "localhost.com:1"]
  ) {
    assertEquals((await meant(["-u", other])).url, other);
  }
});

Deno.test("asMeant() looks up names of archives in the file of the user", async () => {
  await withDirectory(async (directory) => {
    const path = join(directory, "esmond-ps", "archives");
    const env = { XDG_CONFIG_HOME: directory, APPDATA: directory };
    const refused = async (...argv: string[]) =>
      (await assertRejects(() => meant(argv, { env }), UsageError)).message;
    assertMatch(
      await refused("-u", "lab"),
      /--url: there is no archive lab in .*archives; give its address/,
    );
    await Deno.mkdir(join(directory, "esmond-ps"));
    await Deno.writeTextFile(
      path,
      "# ours\nlab  http://192.0.2.1:8085 # in the cellar\n\nfile ./archive.db\n",
    );
    const url = async (...argv: string[]) => (await meant(argv, { env })).url;
    assertEquals(await url("-u", "lab"), "http://192.0.2.1:8085");
    assertEquals(await url("-u", "file"), "./archive.db");
    assertEquals(await url("-u", "./lab"), "./lab");
    assertEquals(
      (await meant([], { env: { ...env, ESMOND_URL: "lab" } })).url,
      "http://192.0.2.1:8085",
    );
    assertMatch(await refused("-u", "labb"), /did you mean lab\?/);
    assertMatch(await refused("-u", "other"), /, only lab or file;/);
    await Deno.writeTextFile(path, "lab http://a 0123456789abcdef\n");
    assertMatch(
      await refused("-u", "lab"),
      /line 1 of .* has to be a name and an address/,
    );
    await Deno.writeTextFile(
      path,
      "lab http://a\nlab http://a\nlab http://b\n",
    );
    assertMatch(
      await refused("-u", "lab"),
      /line 3 of .* gives lab another address than a line before it: leave out/,
    );
    await Deno.writeTextFile(path, "\nlab http://user:secret@a\n");
    const message = await refused("-u", "lab");
    assertMatch(message, /line 2 of .* holds a password/);
    assertEquals(message.includes("secret"), false);
  });
});

Deno.test("asMeant() takes IPv6 addresses in brackets, and formats in capitals", async () => {
  const { options } = await meant([
    ...["-s", "[2001:db8::1]", "-s", "192.0.2.1", "-d", "[2001:DB8::2]"],
    ...["-a", "[not]", "-o", "CSV"],
  ]);
  assertEquals(options.texts("src"), ["2001:db8::1", "192.0.2.1"]);
  assertEquals(options.texts("dest"), ["2001:DB8::2"]);
  assertEquals(options.texts("agent"), ["[not]"]);
  assertEquals(options.text("output-format"), "csv");
  const other = await meant(["-o", "XML"]);
  assertEquals(other.options.text("output-format"), "XML");
});
