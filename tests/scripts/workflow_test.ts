import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { parse } from "../packages/yaml.ts";
import denoJson from "../../deno.json" with { type: "json" };
import { TARGETS } from "../../scripts/compile/targets.ts";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  if?: string;
  needs?: string | string[];
  uses?: string;
  permissions?: Record<string, string>;
  "timeout-minutes"?: number;
  strategy?: { matrix: { include?: { target: string; runner: string }[] } };
  steps?: Step[];
}

interface Workflow {
  permissions: Record<string, string>;
  concurrency: { group: string };
  jobs: Record<string, Job>;
}

const ROOT = join(import.meta.dirname!, "../..");
const DIRECTORY = join(ROOT, ".github/workflows");

const WORKFLOWS = [...Deno.readDirSync(DIRECTORY)].map(({ name }) => {
  const text = Deno.readTextFileSync(join(DIRECTORY, name));
  return { name, text, workflow: parse(text) as Workflow };
});

const JOBS = WORKFLOWS.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({
    name: `${name}: ${id}`,
    job,
    steps: job.steps ?? [],
  }))
);

const RUNS = JOBS.flatMap(({ name, steps }) =>
  steps.flatMap(({ run }) => run === undefined ? [] : [{ name, run }])
);

const RELEASE = WORKFLOWS.find(({ name }) => name === "release.yml")!.workflow;

Deno.test("every action in a workflow is pinned to one commit, with its version beside it", () => {
  const pinned = new Map<string, string>();
  for (const { name, text } of WORKFLOWS) {
    for (const line of text.split("\n")) {
      const used = /^\s*(?:- )?uses:\s*(.*)$/.exec(line)?.[1];
      if (used === undefined || used.startsWith("./")) continue;
      assertMatch(used, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
      const [action = ""] = used.split("@");
      assertEquals(pinned.get(action) ?? used, used, name);
      pinned.set(action, used);
    }
  }
  assert(pinned.size > 0);
});

/** The jobs that may change anything, and what. */
const MAY_WRITE: Record<string, string[]> = {
  "release.yml: attest": ["attestations", "id-token"],
  "release.yml: draft": ["contents"],
  "release.yml: jsr": ["id-token"],
  "release.yml: npm": ["id-token"],
  "release.yml: publish": ["contents"],
};

Deno.test("every job has its own permissions, and few may write", () => {
  for (const { workflow } of WORKFLOWS) assertEquals(workflow.permissions, {});
  const writing = JOBS.map(({ name, job }) => {
    const permissions = Object.entries(job.permissions!);
    const writes = permissions.filter(([, access]) => access === "write");
    return [name, writes.map(([scope]) => scope)] as const;
  }).filter(([, scopes]) => scopes.length > 0);
  assertEquals(Object.fromEntries(writing), MAY_WRITE);
});

Deno.test("a release that is started by hand publishes nothing", () => {
  for (const { name, job } of JOBS) {
    const expected = name in MAY_WRITE
      ? "github.event_name == 'push'"
      : undefined;
    assertEquals(job.if, expected, name);
  }
});

Deno.test("a job that may write runs nothing of this repository", () => {
  for (const { name, steps } of JOBS) {
    if (!(name in MAY_WRITE)) continue;
    const isCheckedOut = steps.some(({ uses }) => uses?.includes("/checkout@"));
    const runs = steps.flatMap(({ run }) => run ?? []);
    if (isCheckedOut) assertEquals(runs, ["deno publish"], name);
  }
});

Deno.test("no workflow knows a secret besides GITHUB_TOKEN, and no checkout keeps it", () => {
  for (const { name, text } of WORKFLOWS) {
    for (const [, secret] of text.matchAll(/secrets\s*[.[]\s*["']?(\w+)/g)) {
      assertEquals(secret, "GITHUB_TOKEN", name);
    }
    assertEquals(/secrets:\s*inherit/.test(text), false, name);
  }
  for (const { name, steps } of JOBS) {
    for (const step of steps) {
      if (!step.uses?.includes("/checkout@")) continue;
      assertEquals(step.with, { "persist-credentials": false }, name);
    }
  }
});

Deno.test("no command of a workflow has an expression in it", () => {
  for (const { name, run } of RUNS) {
    assertEquals(run.includes("${{"), false, `${name}: ${run}`);
  }
});

Deno.test("every task and file that a workflow runs is there", () => {
  let count = 0;
  for (const { name, run } of RUNS) {
    for (const [, task] of run.matchAll(/\bdeno task ([\w-]+)/g)) {
      assert(Object.hasOwn(denoJson.tasks, task!), `${name}: ${run}`);
      count++;
    }
    for (const word of run.split(/\s+/)) {
      if (!/^(\.\/|\.ci\/|scripts\/)|\.(ts|sh|ps1)$/.test(word)) continue;
      assert(isFile(join(ROOT, word)), `${name}: ${word}`);
      count++;
    }
  }
  assert(count > 5);
});

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

Deno.test("workflows run the Deno of .ci/run, and end by themselves", () => {
  const run = Deno.readTextFileSync(join(ROOT, ".ci/run"));
  const version = /deno@(\S+)/.exec(run)?.[1];
  for (const { name, job, steps } of JOBS) {
    for (const step of steps) {
      if (!step.uses?.includes("/setup-deno@")) continue;
      assertEquals(step.with, { "deno-version": version }, name);
    }
    const minutes = job["timeout-minutes"] ?? (job.uses ? 1 : Infinity);
    assert(minutes <= 60, name);
  }
  for (const { name, workflow } of WORKFLOWS) {
    assert(workflow.concurrency.group, name);
  }
});

/** What each runner is. */
const RUNNERS: Record<string, string> = {
  "ubuntu-latest": "linux-x64",
  "ubuntu-24.04-arm": "linux-arm64",
  "macos-15-intel": "macos-x64",
  "macos-latest": "macos-arm64",
  "windows-latest": "windows-x64",
  "windows-11-arm": "windows-arm64",
};

Deno.test("every executable that is made is tried on a machine of its kind", () => {
  const tried = RELEASE.jobs["smoke"]!.strategy!.matrix.include!;
  assertEquals(
    tried.map(({ target }) => target).sort(),
    TARGETS.map(({ name }) => name).sort(),
  );
  for (const { target, runner } of tried) assertEquals(RUNNERS[runner], target);
});

Deno.test("nothing is published before all that can fail has not", () => {
  const before = (id: string): string[] => {
    const needs = [RELEASE.jobs[id]!.needs ?? []].flat();
    return [...new Set([...needs, ...needs.flatMap(before)])].sort();
  };
  const good = ["attest", "binaries", "notes", "package", "smoke", "test"];
  assertEquals(before("draft"), good);
  assertEquals(before("jsr"), [...good, "draft"].sort());
  assertEquals(before("npm"), [...good, "draft"].sort());
  assertEquals(before("publish"), [...good, "draft", "jsr", "npm"].sort());
});

Deno.test("the address of the repository is the same wherever it is written", () => {
  const files = [
    ...["install.sh", "install.ps1", "docs/install.md", "scripts/npm.ts"],
  ];
  const found = files.map((file) => {
    const text = Deno.readTextFileSync(join(ROOT, file));
    const written = [...text.matchAll(/github\.com\/[\w.-]+\/[\w-]+/g)];
    const repos = [...text.matchAll(/(?:-R|--repo)[ =]([\w.-]+\/[\w-]+)/g)];
    assert(written.length > 0, file);
    return [
      ...written.map(([address]) => address),
      ...repos.map(([, repo]) => `github.com/${repo}`),
    ];
  });
  assertEquals(new Set(found.flat()).size, 1, found.join("\n"));
});

Deno.test("Dependabot looks after the actions", () => {
  const text = Deno.readTextFileSync(join(ROOT, ".github/dependabot.yml"));
  const { updates } = parse(text) as {
    updates: Record<string, unknown>[];
  };
  assertEquals(
    updates.map((each) => each["package-ecosystem"]),
    ["github-actions"],
  );
});
