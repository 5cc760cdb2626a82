import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { VERSION } from "../cli/version.ts";

const root = join(import.meta.dirname!, "..");

Deno.test("mod.ts and all that it reaches import nothing from outside the repository", async () => {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", join(root, "mod.ts")],
    cwd: root,
  }).output();
  assert(success);
  const info = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { specifier: string }[];
  };
  const reached = info.modules.map(({ specifier }) => specifier).sort();
  assert(reached.length > 5);
  const rooms = /\/(mod\.ts|query\.ts|post\.ts|client\/\w+\.ts)$/;
  assertEquals(reached.filter((each) => !rooms.test(each)), []);
});

Deno.test("rooms import only from the rooms that they may", async () => {
  const allowed: Record<string, RegExp> = {
    client: /^\.\/\w+\.ts$/,
    cli: /^(\.\.?\/.*|@std\/[\w/-]+|node:[\w/]+)$/,
  };
  for (const [room, pattern] of Object.entries(allowed)) {
    for await (const path of filesBelow(join(root, room))) {
      for (const from of importsOf(await Deno.readTextFile(path))) {
        assert(pattern.test(from), `${path} imports ${from}`);
        assert(!/\/(scripts|tests|registry)\//.test(from), `${path}: ${from}`);
      }
    }
  }
  const query = importsOf(await Deno.readTextFile(join(root, "query.ts")));
  assert(query.every((from) => from.startsWith("./client/")));
});

Deno.test("the library writes to no stream", async () => {
  for await (const path of filesBelow(join(root, "client"))) {
    const code = withoutComments(await Deno.readTextFile(path));
    assert(!/console\.|Deno\.(stdout|stderr)/.test(code), path);
  }
  const query = withoutComments(
    await Deno.readTextFile(join(root, "query.ts")),
  );
  assert(!/console\.|Deno\.(stdout|stderr)/.test(query));
});

Deno.test("the version of the program is that of the package", async () => {
  const config = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  assertEquals(VERSION, config.version);
  const changes = await Deno.readTextFile(join(root, "CHANGELOG.md"));
  assert(changes.includes(`## ${VERSION}`));
});

async function* filesBelow(directory: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    if (isDirectory) yield* filesBelow(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[^]*?\*\//g, "").replace(/\/\/.*/g, "");
}

function importsOf(code: string): string[] {
  return [
    ...withoutComments(code)
      .matchAll(/(?:\bfrom |\bimport\(|^import )"([^"]+)"/gm),
  ].map((match) => match[1]!);
}
