/**
 * The four programs print from the embedded archive what they printed from the
 * recorded one that held the same.
 */

import { assert, assertEquals } from "@std/assert";
import { parse as parseCsv } from "@std/csv/parse";
import { startArchive } from "../archive/server.ts";
import { eventTypeInfo, type ValueClass } from "../client/event_types.ts";
import { elements, member, members } from "../client/json.ts";
import { listOf, PAGING_FIELDS, type WireMetadata } from "../client/wire.ts";
import { runCli } from "./helpers/run.ts";
import { withJson } from "./helpers/python_notation.ts";
import {
  casesOf,
  type CliCase,
  COLLECTIONS,
  recordedNames,
} from "./helpers/recordings.ts";
import {
  type Contents,
  recordedContents,
} from "./helpers/recorded_contents.ts";
import { textOf } from "./servers/replay.ts";

const { directory } = COLLECTIONS[0]!;
const TOKEN = "programs";

/**
 * Values that the archive makes the recorded ones of: it cuts floats, and takes
 * fractions as two numbers.
 */
function written(eventType: string, value: string): string {
  switch (eventTypeInfo(eventType)?.valueClass) {
    case "float":
      return String(Number(value) + Math.sign(Number(value)) * 0.00004);
    case "percentage": {
      const fraction = Number(value);
      // 600 packets a minute; others belong to other tests.
      for (const denominator of [600, 10, 7, 3]) {
        const numerator = Math.round(fraction * denominator);
        if (numerator / denominator === fraction) {
          return JSON.stringify({ numerator, denominator });
        }
      }
      throw new Error(`${value} is not a fraction in the recordings`);
    }
    default:
      // One whole number of the recordings is the first that a double cannot
      // hold.
      return value === "9007199254740992.0" ? "9007199254740993" : value;
  }
}

/** What an archive says of a test besides what was posted. */
const OWN = new Set([
  "url",
  "uri",
  "metadata-key",
  "event-types",
  ...PAGING_FIELDS,
]);

/** A value of each class. */
const ANY: Record<ValueClass, unknown> = {
  integer: 1,
  float: 1,
  percentage: { numerator: 0, denominator: 1 },
  histogram: { "1": 1 },
  subinterval: [{ start: 0, duration: 1, val: 0 }],
  json: null,
};

async function send(
  method: string,
  url: string,
  body: string,
): Promise<string> {
  const headers = {
    authorization: `Token ${TOKEN}`,
    "content-type": "application/json",
  };
  const answer = await fetch(url, { method, headers, body });
  const text = await answer.text();
  assertEquals(answer.status, 201, `${url} ${body.slice(0, 200)}: ${text}`);
  return text;
}

/**
 * Writes a test and its points, at the moments at which they were recorded as
 * written; gives its new key.
 */
async function write(
  root: string,
  entry: string,
  { points }: Contents,
  setClock: (seconds: number) => void,
): Promise<string> {
  const test = JSON.parse(entry) as WireMetadata;
  const fields = [...members(entry)].filter(([name]) => !OWN.has(name))
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  const eventTypes = listOf(test["event-types"]).map((each) => ({
    "event-type": each["event-type"],
    summaries: listOf(each.summaries).map((summary) => ({
      "summary-type": summary["summary-type"],
      "summary-window": summary["summary-window"],
    })),
  }));
  fields.push(`"event-types":${JSON.stringify(eventTypes)}`);
  const made = await send("POST", root, `{${fields.join(",")}}`);
  const key = JSON.parse(member(made, "metadata-key")!) as string;
  for (const each of listOf(test["event-types"])) {
    const name = each["event-type"]!;
    const updated = each["time-updated"];
    if (typeof updated !== "number") continue;
    setClock(updated);
    const recorded = points.get(each["base-uri"]!) ?? [];
    // Data that nobody asked for was not recorded, but that it was written
    // shows.
    const values = recorded.length > 0
      ? recorded.map((point) => [
        member(point, "ts")!,
        written(name, member(point, "val")!),
      ])
      : [["1", JSON.stringify(ANY[eventTypeInfo(name)!.valueClass])]];
    const data = values.map(([ts, value]) =>
      `{"ts":${ts},"val":[{"event-type":"${name}","val":${value}}]}`
    );
    await send("PUT", `${root}${key}/`, `{"data":[${data.join(",")}]}`);
  }
  return key;
}

/**
 * Whether a case can be played: made by the programs on addresses, with all its
 * points recorded.
 */
function isPlayable(
  recorded: CliCase,
  { points }: Contents,
): boolean {
  const hosts = recorded.argv.filter((_, index) =>
    /^(-[sda]|--(src|dest|agent))$/.test(recorded.argv[index - 1] ?? "")
  );
  return recorded.server === "esmond 4.4.6" && recorded.expect === "same" &&
    recorded.exit === 0 && hosts.every((host) => /^[\d.]+$/.test(host)) &&
    !recorded.argv.some((word) => word.includes("metadata_key")) &&
    [...recorded.exchanges ?? [], ...recorded.extra_exchanges ?? []]
      .every(({ request, response }) => {
        const path = request.path.replace(/\/[a-z]+\/\d+$/, "/base");
        return !path.endsWith("/base") || points.has(path) ||
          textOf(response.body, directory) === "[]";
      });
}

/**
 * The rows of an output, in no order: the archive sorts tests by keys that are
 * random.
 */
function rowsOf(
  format: string,
  text: string,
  normal: (cell: string) => string,
): string[] {
  const rows = format === "csv"
    ? parseCsv(text).map((row) => JSON.stringify(row.map(normal)))
    : format === "json"
    ? elements(text)
    : normal(text.trimEnd()).split("\n= + = + = + = + = + =\n");
  return rows.toSorted();
}

Deno.test("the four programs give the same from the embedded archive as from the recordings", async () => {
  const contents = recordedContents(COLLECTIONS[0]!, "esmond 4.4.6");
  let clock = 0;
  const archive = await startArchive({
    tokens: [TOKEN],
    now: () => clock * 1000,
  });
  const root = `${archive.url}/esmond/perfsonar/archive/`;
  const cases = casesOf<CliCase>(COLLECTIONS[0]!, "cli")
    .filter((recorded) => isPlayable(recorded, contents));
  const played = new Set<string>();
  try {
    for (const entry of contents.tests.values()) {
      await write(root, entry, contents, (seconds) => clock = seconds);
    }
    for (const recorded of cases) {
      const argv = recorded.argv
        .map((word) => word.replaceAll("{URL}", archive.url));
      const out = await Deno.makeTempDir();
      const command = recorded.program.replace("esmond-ps-", "");
      if (command === "get-bulk") argv.push("-D", out);
      const run = await runCli([command, ...argv], {
        names: recordedNames(directory),
      });
      assertEquals(run.exit, 0, `${recorded.id}: ${run.stderr}`);
      const format = /csv|json/.exec(recorded.argv.join(" "))?.[0] ?? "human";
      const files = recorded.files.map(({ name, content }) =>
        [name.replaceAll(":", "-").replace(/^out\//, ""), content] as const
      );
      const outputs: [what: string, want: string, got: string][] =
        command === "get-bulk"
          ? await Promise.all(files.map(async ([name, content]) => [
            name,
            textOf(content, directory),
            await Deno.readTextFile(`${out}/${name}`),
          ]))
          : [["stdout", textOf(recorded.stdout, directory), run.stdout]];
      for (const [what, want, got] of outputs) {
        // The last digits of statistics follow the order in which buckets were
        // posted.
        const round = (text: string) =>
          recorded.argv.includes("statistics")
            ? text.replace(
              /\d+\.\d{9,}/g,
              (digits) => Number(digits).toPrecision(9),
            )
            : text;
        const one = rowsOf(format, round(want), withJson);
        const other = rowsOf(format, round(got), (cell) => cell);
        const at = one.findIndex((row, index) => row !== other[index]);
        assert(
          at < 0 && one.length === other.length,
          `${recorded.id} ${what}: ${
            at < 0
              ? `${other.length} rows, not ${one.length}: ${
                other.filter((row) => !one.includes(row))
              }`
              : `${other[at]}, not ${one[at]}`
          }`,
        );
      }
      await Deno.remove(out, { recursive: true });
      played.add(`${command} ${format}`);
    }
  } finally {
    await archive.close();
  }
  assert(cases.length > 80, String(cases.length));
  // all formats of all programs
  assertEquals(played.size, 11, [...played].join());
});
