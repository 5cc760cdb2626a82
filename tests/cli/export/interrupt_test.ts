/**
 * What Ctrl-C does to an export: once it ends in order, twice it ends at once.
 */

import { assert, assertEquals } from "@std/assert";
import { DEFAULTS } from "../../../cli/options/table.ts";
import { archiveOf, makeSeries } from "../../servers/generated.ts";
import { withRawServer } from "../../servers/raw.ts";
import { until } from "../../helpers/waiting.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { onUnix } from "../../helpers/skipping.ts";
import { exportArguments, linesOf, wholeOf } from "./exporting.ts";
import {
  assertWhole,
  complete,
  differences,
  MANIFEST,
  readFiles,
} from "./files.ts";
import { runProgram, startProgram } from "../../helpers/program.ts";

const SERIES = Array.from({ length: 18 }, (_, n) =>
  makeSeries({
    ...{ key: `m${n}`, eventType: "throughput", count: 2200 },
    source: `198.51.100.${n}`,
  }));

/** From this answer on the archive keeps its clients waiting. */
const HELD = 12;

onUnix(
  "signals",
  "get-bulk finishes the requests under way on the first Ctrl-C, exits 130, and continues from there",
  async () => {
    const whole = await wholeOf(SERIES);
    const { promise: release, resolve } = Promise.withResolvers<void>();
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    let answered = 0;
    const handler = archiveOf(SERIES, async () => {
      if (++answered < HELD) return undefined;
      hold();
      await release;
      return undefined;
    });
    await withDirectory((directory) =>
      withRawServer(handler, async (server) => {
        const args = [
          ...exportArguments(server.origin, directory),
          ...["--timeout", "3600"],
        ];
        const running = startProgram(args);
        let isOver = false;
        running.ended.then(() => isOver = true, () => {});
        await Promise.race([held, running.ended]);
        running.kill("SIGINT");
        await until(() => running.stderr() !== "", "it says that it stops");
        assert(!isOver, "it did not wait for its requests");
        resolve();
        const { exit, stderr } = await running.ended;
        assertEquals(exit, 130, stderr);
        // The list, what was answered before, and what was under way.
        const asked = server.requests.length;
        assert(
          asked < 1 + HELD + DEFAULTS.concurrency,
          `it asked for more: ${asked} requests`,
        );
        linesOf({ stderr });
        const files = readFiles(directory);
        assert(files.has(MANIFEST), "no manifest");
        assertEquals(differences(complete(files), whole), []);
        assert(complete(files).size < whole.size);
        const again = await runProgram([...args, "--resume"]);
        assertEquals(again.exit, 0, again.stderr);
        assertWhole(directory, whole, "resumed");
      })
    );
  },
);

onUnix(
  "signals",
  "get-bulk exits 130 at once on the second Ctrl-C, and can be resumed",
  async () => {
    const whole = await wholeOf(SERIES);
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    let answered = 0;
    let isHeld = true;
    const handler = archiveOf(SERIES, () => {
      if (!isHeld || ++answered < HELD) return undefined;
      hold();
      return "silence";
    });
    await withDirectory((directory) =>
      withRawServer(handler, async (server) => {
        const args = [
          ...exportArguments(server.origin, directory),
          ...["--timeout", "3600"],
        ];
        const running = startProgram(args);
        await Promise.race([held, running.ended]);
        running.kill("SIGINT");
        await until(() => running.stderr() !== "", "it says that it stops");
        running.kill("SIGINT");
        // It would wait for longer than this test does.
        const { exit, stderr } = await running.ended;
        assertEquals(exit, 130, stderr);
        assertEquals(differences(complete(readFiles(directory)), whole), []);
        isHeld = false;
        const again = await runProgram([...args, "--resume"]);
        assertEquals(again.exit, 0, again.stderr);
        assertWhole(directory, whole, "resumed");
      })
    );
  },
);
