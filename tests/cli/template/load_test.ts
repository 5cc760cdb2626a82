import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { lacks } from "../../helpers/binary.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { assertTold, type Ended, runCli } from "../../helpers/run.ts";
import { withMadeArchive } from "../../helpers/made_archive.ts";
import { throughputTest } from "../../helpers/planted.ts";
import { pinOf } from "../../servers/certificates.ts";
import { withServer } from "../../servers/serve.ts";
import { AUTHORITY, issued, withTls } from "../../servers/tls.ts";
import { addresses, esmondAt, type Made, members, mesh } from "./templates.ts";

/** What get-endpoints makes of a template that is in a file. */
async function endpoints(text: string, args: string[] = []): Promise<Ended> {
  let found: Ended | undefined;
  await withDirectory(async (directory) => {
    const path = join(directory, "mesh.json");
    await Deno.writeTextFile(path, text);
    const ended = await runCli(["get-endpoints", "--mesh", path, ...args]);
    found = { ...ended, stderr: ended.stderr.replaceAll(path, "mesh.json") };
  });
  return found!;
}

/** Runs `use` with an archive that has one test. */
async function withOne(use: (origin: string) => Promise<void>): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const link = { source: "alpha", destination: "beta" };
  const test = throughputTest(link, [now - 60]);
  await withMadeArchive([test], { now }, ({ url }) => use(url));
}

/** The small mesh, its archive at an address. */
function at(url: string, changes: Made = {}): string {
  return JSON.stringify(mesh({ archives: { one: esmondAt(url) }, ...changes }));
}

const PLAIN = ["-o", "csv", "--ip"];

Deno.test("the archives of a template are read", async () => {
  await withOne(async (url) => {
    const { exit, stdout, stderr } = await endpoints(at(url), PLAIN);
    assertEquals([exit, stderr], [0, ""]);
    assertMatch(stdout, /throughput/);
  });
});

Deno.test("what is not a template is refused in one line that says why", async () => {
  const cases: [string, RegExp][] = [
    ["", /mesh.json: not a pSConfig template: line 1 is not JSON/],
    ['{\n"tasks": {},,}', /line 2 is not JSON/],
    ["<!DOCTYPE html>\n<p>", /line 1 is not JSON/],
    ["[]", /its JSON is not an object/],
    ["{}", /neither addresses nor groups, tests or tasks/],
    ['{"organizations": []}', /a mesh of perfSONAR 3: psconfig translate/],
    ['{"tasks": []}', /tasks is not an object of objects by name/],
    ['{"tests": {}}', /has no tasks, so that nothing is expected/],
    [
      JSON.stringify(mesh({ archives: {} })),
      /names no archive that can be read: archive one: there is none/,
    ],
    [
      JSON.stringify(
        mesh({
          groups: { all: { type: "mesh", addresses: members("alpha") } },
        }),
      ),
      /comes to no test: its tasks are disabled, or their groups have fewer/,
    ],
    [
      JSON.stringify(mesh({ tests: {} })),
      /comes to no test: task speed: there is no test tcp/,
    ],
  ];
  for (const [text, why] of cases) assertTold(await endpoints(text), 2, why);
});

Deno.test("a file that cannot be read, and options that say nothing", async () => {
  await withDirectory(async (directory) => {
    const gone = join(directory, "gone.json");
    assertTold(
      await runCli(["get-endpoints", "--mesh", gone]),
      2,
      /--mesh: cannot read .*gone.json/,
    );
  });
  assertTold(
    await runCli(["get-endpoints", "--mesh", ""]),
    2,
    /--mesh is empty/,
  );
  assertTold(
    await runCli(["get-endpoints", "-u", "http://127.0.0.1:9", "--includes"]),
    2,
    /--includes is for --mesh/,
  );
});

Deno.test("what is left out is told, each once, and not too much", async () => {
  await withOne(async (url) => {
    const all = Array.from({ length: 15 }, (_, at) => `gone${at}`);
    const { exit, stderr } = await endpoints(
      at(url, {
        groups: {
          all: { type: "mesh", addresses: members("alpha", "beta", ...all) },
        },
      }),
      PLAIN,
    );
    const lines = stderr.trim().split("\n");
    assertEquals([exit, lines.length], [0, 11], stderr);
    assertMatch(
      lines[0]!,
      /--mesh: mesh.json: left out: group all: there is no address gone0$/,
    );
    assertMatch(lines[10]!, /mesh.json: 5 more are left out like that/);
  });
});

Deno.test("tests without an archive are counted, and left out", async () => {
  await withOne(async (url) => {
    const { stderr } = await endpoints(
      at(url, {
        hosts: { alpha: { archives: ["one"] }, beta: {}, gamma: {} },
        tasks: { speed: { group: "all", test: "tcp" } },
      }),
      PLAIN,
    );
    assertMatch(stderr, /mesh.json: 4 of 6 tests have no archive that can/);
  });
});

/** Serves templates by their paths, and counts what is asked for. */
async function withTemplates(
  templates: (origin: string) => Record<string, Made>,
  use: (origin: string, asked: string[]) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  let made: Record<string, Made> = {};
  await withServer(
    (_request, { pathname }) => {
      asked.push(pathname);
      const template = made[pathname];
      return template === undefined
        ? new Response("no such page", { status: 404 })
        : Response.json(template);
    },
    async (origin) => {
      made = templates(origin);
      await use(origin, asked);
    },
  );
}

Deno.test("includes are read with --includes alone, each once, in circles too", async () => {
  await withOne(async (url) => {
    const { tasks, ...rest } = mesh({ archives: { one: esmondAt(url) } });
    await withTemplates(() => ({
      "/mesh.json": { tasks: tasks!, includes: ["rest/a.json"] },
      "/rest/a.json": { ...rest, includes: ["/b.json", "a.json#again"] },
      "/b.json": { includes: ["/mesh.json", "/rest/a.json"] },
    }), async (origin, asked) => {
      const args = ["get-endpoints", "--mesh", `${origin}/mesh.json`, ...PLAIN];
      const without = await runCli(args);
      assertEquals([without.exit, asked], [2, ["/mesh.json"]]);
      asked.length = 0;
      const { exit, stdout, stderr } = await runCli([...args, "--includes"]);
      assertEquals([exit, stderr], [0, ""]);
      assertMatch(stdout, /throughput/);
      assertEquals(asked, ["/mesh.json", "/rest/a.json", "/b.json"]);
    });
  });
});

Deno.test("without --includes, it is said what is not read", async () => {
  await withOne(async (url) => {
    await withTemplates(() => ({
      "/mesh.json": {
        ...mesh({ archives: { one: esmondAt(url) } }),
        includes: ["http://127.0.0.1:9/other.json"],
      },
    }), async (origin) => {
      const { exit, stderr } = await runCli([
        ...["get-endpoints", "--mesh", `${origin}/mesh.json`, ...PLAIN],
      ]);
      assertEquals(exit, 0);
      assertMatch(
        stderr,
        /includes another template, which is not read: --includes follows them/,
      );
    });
  });
});

Deno.test("of two objects with one name, the one that includes counts", async () => {
  await withOne(async (url) => {
    await withTemplates(() => ({
      "/mesh.json": {
        ...mesh({ archives: { one: esmondAt(url) } }),
        includes: ["/other.json"],
      },
      "/other.json": mesh({
        archives: { one: esmondAt("http://127.0.0.1:9") },
        addresses: addresses("delta"),
      }),
    }), async (origin) => {
      const { exit } = await runCli([
        ...["get-endpoints", "--mesh", `${origin}/mesh.json`, ...PLAIN],
        "--includes",
      ]);
      assertEquals(exit, 0);
    });
  });
});

Deno.test("an include of another kind, or with a password, is left out", async () => {
  await withOne(async (url) => {
    const { exit, stderr } = await endpoints(
      at(url, {
        includes: [
          "file:///etc/passwd",
          "other.json",
          "http://me:secret@127.0.0.1:9/",
        ],
      }),
      [...PLAIN, "--includes"],
    );
    assertEquals([exit, stderr.trim().split("\n").length], [0, 3], stderr);
    assertMatch(stderr, /include "file:[^\n]* is not an http address/);
  });
});

Deno.test("includes without an end are refused", async () => {
  await withServer(
    (_request, { pathname }) =>
      Response.json({
        ...mesh(),
        includes: [`/${Number(pathname.slice(1)) + 1}`],
      }),
    async (origin) => {
      assertTold(
        await runCli([
          ...["get-endpoints", "--mesh", `${origin}/1`, "--includes"],
        ]),
        2,
        /includes more than 100 templates/,
      );
    },
  );
});

Deno.test("an address that gives no template: what it answered, as a failure", async () => {
  await withTemplates(() => ({}), async (origin) => {
    assertTold(
      await runCli(["get-endpoints", "--mesh", `${origin}/mesh.json`]),
      1,
      /the template answered 404: no such page \(http:.*mesh.json\)/,
    );
  });
  assertTold(
    await runCli([
      ...["get-endpoints", "--mesh", "http://127.0.0.1:9/m", "--retry", "0"],
    ]),
    1,
    /the template cannot be reached: /,
  );
  await withServer(
    () =>
      new Response(null, {
        status: 302,
        headers: { location: "http://127.0.0.1:9/" },
      }),
    async (origin) => {
      assertTold(
        await runCli(["get-endpoints", "--mesh", origin, "--retry", "0"]),
        1,
        /redirects to .* which is not followed/,
      );
    },
  );
});

Deno.test("what says how to connect to a template is for its origin, or for no other", async () => {
  await withOne(async (url) => {
    await withTls(issued(), () => new Response(at(url)), async (origin) => {
      await withDirectory(async (directory) => {
        const file = join(directory, "authority.pem");
        await Deno.writeTextFile(file, AUTHORITY.cert);
        const run = (...args: string[]) =>
          runCli([
            ...["get-endpoints", "--mesh", `${origin}/m.json`, ...PLAIN],
            ...["--retry", "0", ...args],
          ]);
        assertMatch((await run()).stderr, /the template cannot be reached/);
        for (const value of [file, `${origin}=${file}`]) {
          const { exit, stdout, stderr } = await run("--cacert", value);
          assertEquals([exit, stderr], [0, ""]);
          assertMatch(stdout, /throughput/);
        }
        if (lacks("own certificate check") === undefined) {
          const pin = `${origin}=${await pinOf(issued())}`;
          const pinned = await run("--pin", pin);
          assertMatch(pinned.stderr, /the template cannot be reached: /);
        }
        assertTold(
          await run("--cacert", `https://other.example=${file}`),
          1,
          /the template cannot be reached/,
        );
      });
    });
  });
});
