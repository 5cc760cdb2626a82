/**
 * What the names of 1000 addresses cost, with a name service that takes its
 * time; and that `--ip` asks it nothing.
 *
 * @module
 */

import type { Resolver } from "../../../cli/io.ts";
import { runCli } from "../../../tests/helpers/run.ts";
import {
  type BenchArchive,
  type BenchOptions,
  bulkOptions,
  checkSame,
  intoDirectory,
  median,
  table,
  withArchive,
} from "./tools.ts";

/** Each has its own two addresses. */
const TESTS = 500;

/** The delay of the name service, in ms. */
const LOOKUP = 200;

/** Measures and prints. */
export async function names(options: BenchOptions): Promise<void> {
  const contents = { tests: TESTS, eventTypes: 1, points: 10 };
  await withArchive(contents, async (archive) => {
    for (const command of ["get-bulk", "get-endpoints"]) {
      const measure = (isIp: boolean) =>
        runOnce(command, isIp, archive, options);
      await measure(true); // fills the caches, and is not counted
      const [plain, named] = [[], []] as [number[], number[]];
      for (let run = 0; run < options.runs; run++) {
        const addresses = await measure(true);
        checkSame("questions with --ip", addresses.questions, 0);
        plain.push(addresses.seconds);
        const hosts = await measure(false);
        checkSame("questions", hosts.questions, 2 * TESTS);
        named.push(hosts.seconds);
      }
      const cost = median(named) - median(plain);
      table([
        [command, `${2 * TESTS} addresses, ${LOOKUP} ms each`],
        ["  with --ip", `${median(plain).toFixed(2)} s, nothing asked`],
        ["  with names", `${median(named).toFixed(2)} s`],
        ["  the names cost", `${cost.toFixed(2)} s`],
      ]);
    }
  });
}

/**
 * Runs a command in this process: only there can the name service be another.
 */
async function runOnce(
  command: string,
  isIp: boolean,
  archive: BenchArchive,
  options: BenchOptions,
) {
  let questions = 0;
  const resolver: Resolver = {
    reverse: async (address) => {
      questions++;
      await new Promise((resolve) => setTimeout(resolve, LOOKUP));
      return `host-${address.replaceAll(".", "-")}.example`;
    },
    addresses: () => Promise.resolve(["192.0.2.1"]),
  };
  return await intoDirectory(options, async (path) => {
    const args = command === "get-bulk"
      ? bulkOptions(archive, path, options.format)
      : ["--url", archive.url, "-o", "json", "--ip", ...archive.all];
    const wanted = args.filter((arg) => isIp || arg !== "--ip");
    const begin = performance.now();
    const { exit, stderr } = await runCli([command, ...wanted], { resolver });
    const seconds = (performance.now() - begin) / 1000;
    if (exit !== 0) throw new Error(`${command} ended with ${exit}: ${stderr}`);
    return { seconds, questions };
  });
}
