import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import denoJson from "../deno.json" with { type: "json" };
import { VERSION } from "../cli/version.ts";
import { mapFlags } from "../scripts/map_flags.ts";
import { sourceFiles } from "../scripts/sources.ts";
import { runProcess } from "./helpers/process.ts";

const root = join(import.meta.dirname!, "..");

Deno.test("the library writes to no stream", async () => {
  for (const place of ["query.ts", "insight.ts", "client", "insight"]) {
    for await (const path of sourceFiles(join(root, place))) {
      const code = withoutComments(await Deno.readTextFile(path));
      assert(!/console\.|Deno\.(stdout|stderr)/.test(code), path);
    }
  }
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
  assertEquals(entries.length, 6);
  for (const entry of entries) {
    const { exit, stdout, stderr } = await runProcess(
      [Deno.execPath(), "doc", "--json", ...mapFlags(), entry],
      { cwd: root },
    );
    assertEquals(exit, 0, stderr);
    const { nodes } = JSON.parse(stdout);
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
