import { assert, assertEquals } from "@std/assert";
import { dirname, join, relative } from "@std/path";
import denoJson from "../deno.json" with { type: "json" };
import { VERSION } from "../cli/version.ts";
import { mapFlag } from "../scripts/map_flag.ts";
import { sourceFiles } from "../scripts/sources.ts";

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
  /**
   * For each room, or file at the top, what it may reach; `@` stands for
   * packages.
   */
  const allowed: Record<string, string[]> = {
    "mod.ts": ["query.ts", "post.ts", "client"],
    "query.ts": ["client"],
    "post.ts": ["client", "query.ts"],
    client: ["client"],
    archive: ["archive", "client", "node:"],
    cli: ["cli", "mod.ts", "client", "@", "node:"],
  };
  const found = new Set<string>();
  for (const [room, rooms] of Object.entries(allowed)) {
    for await (const path of sourceFiles(join(root, room))) {
      for (const from of importsOf(await Deno.readTextFile(path))) {
        const to = roomOf(path, from);
        const isServe = path.endsWith(join("commands", "serve.ts"));
        assert(
          rooms.includes(to) || (isServe && to === "archive"),
          `${path} imports ${from}`,
        );
        found.add(`${room} ${to}`);
      }
    }
  }
  assert(
    found.has("cli archive") && found.has("mod.ts query.ts"),
    [...found].join(),
  );
});

/** The room that an import leads to. */
function roomOf(path: string, from: string): string {
  if (from.startsWith("node:")) return "node:";
  if (!from.startsWith(".")) return "@";
  const inside = relative(root, join(dirname(path), from));
  return inside.split(/[/\\]/)[0]!;
}

Deno.test("the library writes to no stream", async () => {
  for await (const path of sourceFiles(join(root, "client"))) {
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

function withoutComments(code: string): string {
  return code.replace(/\/\*[^]*?\*\//g, "").replace(/\/\/.*/g, "");
}

function importsOf(code: string): string[] {
  return [
    ...withoutComments(code)
      .matchAll(/(?:\bfrom |\bimport\(|^import )"([^"]+)"/gm),
  ].map((match) => match[1]!);
}

/** A symbol, as `deno doc --json` tells of it. */
interface Documented {
  name: string;
  declarations: {
    declarationKind: string;
    jsDoc?: { doc?: string; tags?: { kind: string; doc?: string }[] };
  }[];
}

Deno.test("every entry point says what it is, and every symbol that it exports what it does, with an example", async () => {
  const entries = Object.values(denoJson.exports);
  assertEquals(entries.length, 4);
  for (const entry of entries) {
    const { stdout, success } = await new Deno.Command(Deno.execPath(), {
      args: ["doc", "--json", mapFlag(), entry],
      cwd: root,
    }).output();
    assert(success);
    const { nodes } = JSON.parse(new TextDecoder().decode(stdout));
    const [module] = Object.values(nodes) as {
      module_doc?: { doc?: string };
      symbols: Documented[];
    }[];
    assert(module?.module_doc?.doc, entry);
    let exported = 0;
    for (const { name, declarations: [declaration] } of module.symbols) {
      if (declaration?.declarationKind !== "export") continue;
      exported++;
      const { doc, tags = [] } = declaration.jsDoc ?? {};
      assert(doc, `${entry}: ${name} says nothing`);
      const example = tags.find(({ kind }) => kind === "example")?.doc ?? "";
      assert(example.includes("```ts"), `${entry}: ${name} has no example`);
    }
    assert(exported > 0, entry);
  }
});
