/**
 * The package for npm: installed in a fresh project, it does on every runtime
 * what the sources do here. `ESMOND_RUNTIMES=all` tries more of them.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import denoJson from "../../deno.json" with { type: "json" };
import * as library from "../../mod.ts";
import { mapFlags } from "../../scripts/map_flags.ts";
import { TOKEN, withArchive } from "../helpers/archive.ts";
import { withDirectory } from "../helpers/directory.ts";
import { NOT_IN_SHORT } from "../helpers/long.ts";
import { runProcess } from "../helpers/process.ts";
import {
  lackedByWindows,
  nameUnless,
  notInstalled,
  pathOf,
  testUnless,
} from "../helpers/skipping.ts";
import { type RawReply, withRawServer } from "../servers/raw.ts";
import { BROWSERS } from "../helpers/chromium.ts";
import { type Came, type Given, inBrowser } from "./npm/browser.ts";
import { everywhere } from "./npm/everywhere.js";

const ROOT = join(import.meta.dirname!, "../..");

const WHY = NOT_IN_SHORT ?? lackedByWindows("scripts") ??
  notInstalled("npm", "node");

testUnless(
  WHY,
  "the package for npm has types, and does on every runtime what the sources do",
  async (t) => {
    await withDirectory(async (directory) => {
      const project = join(directory, "project");
      await makeProject(project);
      const step = async (
        why: string | undefined,
        name: string,
        fn: () => Promise<void>,
      ) => {
        const ignore = why !== undefined;
        await t.step({ name: nameUnless(why, name), ignore, fn });
      };

      const why = await install(
        project,
        "typescript@6.0.3",
        "@types/node@18.19.130",
      );
      for (const [name, options] of Object.entries(WAYS_TO_FIND_TYPES)) {
        await step(
          why,
          `TypeScript finds the types with ${name}`,
          () => checkTypes(project, options),
        );
      }

      const expected = await outcome((given) => everywhere(library, ...given));
      for (const { name, from, command: [program, ...args] } of RUNTIMES) {
        const place = join(directory, name);
        await step(await install(place, from), name, async () => {
          const command = [join(place, "node_modules", program), ...args];
          const run = async (given: Given) =>
            JSON.parse(
              await output(
                [...command, "run.js", JSON.stringify(given)],
                project,
              ),
            );
          assertEquals(await outcome(run), expected);
        });
      }
      const browser = BROWSERS.find((each) => pathOf(each)) ?? BROWSERS[0]!;
      await step(notInstalled(browser), `a page in ${browser}`, async () => {
        const run = (given: Given) => inBrowser(browser, project, given);
        assertEquals(await outcome(run), expected);
      });
    });
  },
);

// ---- The project

/** Makes the package, and a project in which it is installed. */
async function makeProject(project: string): Promise<void> {
  const script = join(ROOT, "scripts/npm.ts");
  const deno = [Deno.execPath(), "run", "-q", "-A", ...mapFlags()];
  await output([...deno, script], ROOT);
  await Deno.mkdir(project);
  const files = {
    "package.json": JSON.stringify({ type: "module", private: true }),
    "check.ts": CHECK,
    "run.js": RUN,
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(project, name), text);
  }
  const shared = join(import.meta.dirname!, "npm/everywhere.js");
  await Deno.copyFile(shared, join(project, "everywhere.js"));
  await output(["npm", "pack", join(ROOT, "dist/npm")], project);
  const packed = `./esmond-client-${denoJson.version}.tgz`;
  await output(["npm", "install", "--offline", packed], project);
}

const RUN = `
import * as library from "@esmond/client";
import { percentile } from "@esmond/client/insight";
import * as post from "@esmond/client/post";
import * as query from "@esmond/client/query";
import { everywhere } from "./everywhere.js";

for (const [name, value] of Object.entries({ ...post, ...query })) {
  if (library[name] !== value) throw new Error(name + " is there twice");
}
if (percentile([3, 1, 2], 50) !== 2) throw new Error("percentile");
const given = JSON.parse(process.argv[2]);
console.log(JSON.stringify(await everywhere(library, ...given)));
`;

/** Installs packages; the reason why that cannot be, or nothing. */
async function install(
  directory: string,
  ...packages: string[]
): Promise<string | undefined> {
  await Deno.mkdir(directory, { recursive: true });
  const { exit } = await runProcess([
    ...["npm", "install", "--prefix", directory],
    ...["--prefer-offline", "--no-audit", "--no-fund", ...packages],
  ]);
  return exit === 0 ? undefined : `npm cannot install ${packages.join(", ")}`;
}

/** What a program prints; fails the test if it fails. */
async function output(command: string[], cwd: string): Promise<string> {
  const { exit, stdout, stderr } = await runProcess(command, { cwd });
  assertEquals(exit, 0, `${command.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

// ---- The types

/** How projects of Node's and those of bundlers are set up. */
const WAYS_TO_FIND_TYPES = {
  nodenext: { module: "nodenext", lib: ["es2022"], types: ["node"] },
  bundler: {
    ...{ module: "esnext", moduleResolution: "bundler" },
    ...{ lib: ["es2022", "dom"], types: [] },
  },
};

const CHECK = `
import {
  ApiConnect,
  ApiFilters,
  csv,
  type Metadata,
  rowsOf,
} from "@esmond/client";
import { jitter } from "@esmond/client/insight";
import { MetadataPost } from "@esmond/client/post";
import type { ApiConnect as Same } from "@esmond/client/query";

const conn: Same = new ApiConnect(new URL("http://ma.example.net"));
const found: Metadata[] = [];
for await (const md of conn.getMetadata()) found.push(md);
for (const et of found[0]?.getAllEventTypes() ?? []) {
  for await (const dp of et.streamData()) console.log(rowsOf(et, dp)[0]?.value);
  for await (const text of csv(et, et.streamPages())) console.log(text);
}
new MetadataPost("http://ma.example.net", { source: "192.0.2.10" });
// @ts-expect-error There is no such filter.
new ApiFilters({ sorce: "192.0.2.10" });
// @ts-expect-error It is a number.
const count: string = conn.statistics.requests;
console.log(found, count, jitter({ "24.6": 598, "24.7": 2 }));
`;

async function checkTypes(project: string, options: object): Promise<void> {
  const config = {
    compilerOptions: {
      ...{ noEmit: true, strict: true, target: "es2022" },
      ...{ exactOptionalPropertyTypes: true },
      ...options,
    },
    files: ["check.ts"],
  };
  const path = join(project, "tsconfig.json");
  await Deno.writeTextFile(path, JSON.stringify(config));
  await output(["node", "node_modules/.bin/tsc"], project);
}

// ---- The runtimes

/** A program from npm that runs scripts. */
interface Runtime {
  name: string;
  /** Name and version of the package. */
  from: string;
  /** The program in `node_modules`, and what comes before the script. */
  command: [program: string, ...args: string[]];
}

const RUNTIMES: Runtime[] = [node("18.20.8"), node("22.23.3"), bun("1.4.5")];

if (Deno.env.get("ESMOND_RUNTIMES") === "all") {
  RUNTIMES.push(
    ...["18.1.0", "20.9.0", "20.19.6", "22.0.0", "24.21.0"].map(node),
    ...["2.2.0", "2.4.0", "2.9.6"].map(deno),
  );
}

/** What the script of npm's package `node` installs. */
function node(version: string): Runtime {
  const { os, arch } = Deno.build;
  const name = `node-${os}-${arch === "x86_64" ? "x64" : "arm64"}`;
  return {
    name: `Node ${version}`,
    from: `${name}@${version}`,
    command: [`${name}/bin/node`],
  };
}

function bun(version: string): Runtime {
  return {
    name: `Bun ${version}`,
    from: `bun@${version}`,
    command: [".bin/bun"],
  };
}

function deno(version: string): Runtime {
  return {
    name: `Deno ${version}`,
    from: `deno@${version}`,
    command: [".bin/deno", "run", "--allow-net"],
  };
}

/**
 * What `everywhere()` was told by an archive of its own; fails the test if the
 * errors are not what they have to be on every runtime.
 */
async function outcome(
  run: (given: Given) => Promise<Came>,
): Promise<string[]> {
  const names = Object.keys(FAULTS);
  const faulty = (url: URL) =>
    FAULTS[names[Number(url.pathname[1])]!]!.answer();
  let told: string[] = [];
  await withArchive(
    {},
    (archive) =>
      withRawServer(faulty, async ({ origin }) => {
        const faults = names.map((name, at) => [name, `${origin}/${at}`]);
        const came = await run([
          archive.url,
          TOKEN,
          Object.fromEntries(faults),
        ]);
        for (const [name, { said }] of Object.entries(FAULTS)) {
          assertMatch(came.failed[name]!, said, name);
        }
        told = came.told;
      }),
  );
  return told;
}

/** How archives fail, and what is said of it on every runtime. */
const FAULTS: Record<string, { answer: () => RawReply; said: RegExp }> = {
  "cut off": {
    answer: () => ({ headers: ANY_PAGE, body: '[{"a":', end: "cut" }),
    said: /^ArchiveUnreachableError: .*the connection was cut off/,
  },
  "cut off between chunks": {
    answer: () => ({ headers: ANY_PAGE, body: chunks('[{"a":'), end: "cut" }),
    said: /the connection (was|had been) cut off/,
  },
  "redirect": {
    answer: () => ({
      status: 302,
      headers: { ...ANY_PAGE, location: "http://archive.invalid/" },
    }),
    said: /^ArchiveUnreachableError: .*it redirects/,
  },
  "login page": {
    answer: () => ({ headers: { ...ANY_PAGE, "content-type": "text/html" } }),
    said: /^ArchiveResponseError: .*text\/html, not JSON/,
  },
  "no answer": {
    answer: () => "reset",
    said: /^ArchiveUnreachableError: .*(was cut off|does not say why)/,
  },
};

/** Lets a page in a browser see an answer. */
const ANY_PAGE = { "access-control-allow-origin": "*" };

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}
