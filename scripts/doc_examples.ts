/**
 * Runs the examples in the documentation of every exported symbol. They speak
 * to `http://archive.example.net`: a proxy on loopback takes its place and
 * answers with recordings, whatever the filters.
 *
 * @module
 */

import { casesOf, COLLECTIONS } from "../tests/helpers/recordings.ts";
import { fill, textOf } from "../tests/servers/replay.ts";
import { mapFlags } from "./map_flags.ts";
import { sourceFiles } from "./sources.ts";

const FILES = [
  "mod.ts",
  "query.ts",
  "post.ts",
  "insight.ts",
  ...await Array.fromAsync(sourceFiles("insight")),
  "client/connect.ts",
  "client/connect_all.ts",
  "client/connection.ts",
  "client/csv.ts",
  "client/data.ts",
  "client/data_point.ts",
  "client/data_post.ts",
  "client/errors.ts",
  "client/event_types.ts",
  "client/filters.ts",
  "client/metadata.ts",
  "client/metadata_post.ts",
  "client/post_options.ts",
  "client/series_rows.ts",
  "client/test_parameters.ts",
  "client/value_shapes.ts",
  "client/values.ts",
  "client/watch.ts",
  "client/wire.ts",
  "cli/main.ts",
  "cli/options/time.ts",
];

if (import.meta.main) {
  const answers = recordedAnswers();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const url = new URL(request.url);
      const isLater = Number(url.searchParams.get("offset") ?? 0) > 0;
      const body = isLater ? "[]" : answers.get(url.pathname) ?? "[]";
      return new Response(fill(body, url.origin), {
        headers: { "content-type": "application/json" },
      });
    },
  );
  const proxy = `http://127.0.0.1:${server.addr.port}`;
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", ...mapFlags(), "--doc", ...FILES],
    env: { HTTP_PROXY: proxy, NO_PROXY: "127.0.0.1" },
  }).output().then(({ stdout, stderr, code }) => {
    Deno.stdout.writeSync(stdout);
    Deno.stderr.writeSync(stderr);
    return { code };
  });
  await server.shutdown();
  Deno.exit(code);
}

/** The widest answer that the recordings of esmond hold for each address. */
function recordedAnswers(): Map<string, string> {
  const own = COLLECTIONS[0]!;
  const answers = new Map<string, string>();
  const tests = casesOf(own, "cli").filter(({ id }) =>
    /^(metadata-json|get|bulk)/.test(id)
  );
  for (const { exchanges = [], extra_exchanges = [] } of tests) {
    for (const { request, response } of [...exchanges, ...extra_exchanges]) {
      if (response.status !== 200) continue;
      const body = textOf(response.body, own.directory);
      const known = answers.get(request.path)?.length ?? 0;
      if (body.length > known) answers.set(request.path, body);
    }
  }
  return answers;
}
