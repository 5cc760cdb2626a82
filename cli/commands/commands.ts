/**
 * The one list of commands.
 *
 * @module
 */

import type { CommandName } from "../names.ts";
import { CHECKS, SHELLS } from "../options/choices.ts";
import type { CommandSpec } from "./command.ts";

const QUERY_USAGE = "--url URL [OPTION...]";

/** The exit codes of what reads an archive. */
const READS = [
  "done",
  "failed",
  "usage",
  "partial",
  "refused",
  "interrupted",
] as const;

/** The commands, in the order of the help. */
export const COMMANDS: { readonly [C in CommandName]: CommandSpec<C> } = {
  "get-endpoints": {
    summary: "list which hosts are tested, and how",
    description:
      "Lists the tests of an archive: source, destination, agent, tool and event types. " +
      "The times select tests that were last written to (esmond) or ran (elmond) in the window.",
    usage: QUERY_USAGE,
    examples: [
      "esmond-ps get-endpoints -u http://127.0.0.1:8085",
      "esmond-ps get-endpoints -u http://127.0.0.1:8085 -e throughput -o csv",
      "esmond-ps get-endpoints -u http://127.0.0.1:8085 -s 192.0.2.10 -S -7d --ip",
    ],
    exits: READS,
    load: () => import("./get_endpoints.ts"),
  },
  "get-metadata": {
    summary: "list tests with their parameters",
    description:
      "Lists the tests of an archive with the parameters that all tests have, or with -M all their parameters. " +
      "The times select tests that were last written to (esmond) or ran (elmond) in the window.",
    usage: QUERY_USAGE,
    examples: [
      "esmond-ps get-metadata -u http://127.0.0.1:8085 -d 198.51.100.20 -o csv",
      "esmond-ps get-metadata -u http://127.0.0.1:8085 -t pscheduler/powstream -M",
      "esmond-ps get-metadata -u http://127.0.0.1:8085 -e throughput -o ndjson > tests.ndjson",
    ],
    exits: READS,
    load: () => import("./get_metadata.ts"),
  },
  "get": {
    summary: "print the data of one event type",
    description:
      "Prints what was measured between two hosts. What one host can have, such as ntp-* and pscheduler-raw, needs no --dest.",
    usage: "--url URL --src SRC --dest DEST --event-type EVENT [OPTION...]",
    examples: [
      "esmond-ps get -u http://127.0.0.1:8085 -s 192.0.2.10 -d 198.51.100.20 -e throughput",
      "esmond-ps get -u http://127.0.0.1:8085 -s 192.0.2.10 -d 198.51.100.20 -e packet-loss-rate -S yesterday -o csv",
      "esmond-ps get -u http://127.0.0.1:8085 -s 192.0.2.10 -d 198.51.100.20 -e packet-loss-rate -T aggregation -W 3600",
      "esmond-ps get -u http://127.0.0.1:8085 -s 192.0.2.10 -d 198.51.100.20 -e packet-loss-rate -S -1h -o ndjson --follow",
    ],
    exits: READS,
    load: () => import("./get.ts"),
  },
  "get-bulk": {
    summary: "write all matching data to files",
    description:
      "Writes a file for each test and event type with data, SOURCE_DESTINATION_EVENT_START_END.FORMAT, and prints its path. " +
      "Where two tests would share a name, the beginning of their key is appended.",
    usage: `--url URL --output-format FORMAT [OPTION...]`,
    examples: [
      "esmond-ps get-bulk -u http://127.0.0.1:8085 -e throughput -o csv -D out",
      "esmond-ps get-bulk -u http://127.0.0.1:8085 -o parquet --partition day -D data",
      "esmond-ps get-bulk -u http://127.0.0.1:8085 -o csv -D mirror --sync",
      "esmond-ps get-bulk -u http://127.0.0.1:8085 -S -1h -o ndjson -D - > points.ndjson",
    ],
    exits: READS,
    load: () => import("./get_bulk.ts"),
  },
  "copy": {
    summary:
      "copy an archive to a file that can be served, or to another archive",
    description:
      "Copies everything that matches, tests, points and roll-ups, to the file of an archive: serve --db FILE then answers " +
      "what the archive answered. Or to another esmond, which computes its roll-ups itself. Repeat the command to continue after an interruption, and to add what is new. Nothing " +
      "that was copied is ever removed.",
    usage: "--url URL --to FILE|URL [OPTION...]",
    examples: [
      "esmond-ps copy -u http://127.0.0.1:8085 --to archive.db",
      "esmond-ps copy -u http://127.0.0.1:8085 --to archive.db --sync --quiet",
      "esmond-ps copy -u http://127.0.0.1:8085 -e throughput -S -7d --to archive.db",
    ],
    exits: READS,
    load: () => import("./copy.ts"),
  },
  "coverage": {
    summary: "tell where measurements are missing, stale or failing",
    description:
      "Says of each test how often it runs, how many runs are missing, and whether it is late, stale or failing. The worst " +
      "come first. --details shows each gap, and what the failures say. With --mesh, tests that a template has and no archive are absent, " +
      "and what the template does not have is listed apart.",
    usage: QUERY_USAGE,
    examples: [
      "esmond-ps coverage -u http://127.0.0.1:8085",
      "esmond-ps coverage -u http://127.0.0.1:8085 -s 192.0.2.10 -S -30d --details",
      "esmond-ps coverage -u http://127.0.0.1:8085 -e throughput -o csv > gaps.csv",
    ],
    exits: [...READS, "found"],
    load: () => import("./coverage.ts"),
  },
  "latest": {
    summary: "print the newest value of everything",
    description:
      "Prints the newest value of each event type of each test within the window, and how old it is. Delays are percentiles " +
      "in ms. -o openmetrics prints throughput, loss, delay and the time of the last run for Prometheus. What was not measured " +
      "is left out; a series that could not be read is marked, and the exit code is 1.",
    usage: QUERY_USAGE,
    examples: [
      "esmond-ps latest -u http://127.0.0.1:8085",
      "esmond-ps latest -u http://127.0.0.1:8085 -e throughput -S -7d",
      "esmond-ps latest -u http://127.0.0.1:8085 -o openmetrics > esmond.prom",
    ],
    exits: READS,
    load: () => import("./latest.ts"),
  },
  "check": {
    summary: "judge measurements, for Nagios, Icinga and MaDDash",
    description:
      `Judges what was measured between two hosts, in the way of Nagios plugins: WHAT is one of ${
        CHECKS.join(", ")
      }. Ends with 0 if it is OK, 1 for a warning, 2 if it is critical, and 3 for everything else; the first line says why.`,
    usage: "WHAT --url URL --src SRC --dest DEST [OPTION...]",
    examples: [
      "esmond-ps check throughput -u http://127.0.0.1:8085 -s 192.0.2.10 -d 198.51.100.20 -w 5: -c 1:",
      "esmond-ps check loss -u http://127.0.0.1:8085 -s 192.0.2.10 -d 198.51.100.20 -r 3600 -w 0.1 -c 1 --both",
      "esmond-ps check fresh -u http://127.0.0.1:8085 -s 192.0.2.10 -d 198.51.100.20",
    ],
    exits: "states",
    completes: CHECKS,
    load: () => import("./check.ts"),
  },
  "routes": {
    summary: "tell when routes changed, and whether it mattered",
    description:
      "Says when the route between two hosts, or of every link that is traced, changed, and whether delay, loss or throughput " +
      "changed with it; then the route as it is now. A link that traces never reach comes first. --details shows the current " +
      "route of all links, and all detours.",
    usage: QUERY_USAGE,
    examples: [
      "esmond-ps routes -u http://127.0.0.1:8085",
      "esmond-ps routes -u http://127.0.0.1:8085 -s 192.0.2.10 -d 203.0.113.30 --both",
      "esmond-ps routes -u http://127.0.0.1:8085 -S -30d -o json > routes.json",
    ],
    exits: [...READS, "found"],
    load: () => import("./routes.ts"),
  },
  "plot": {
    summary: "draw what was measured between two hosts",
    description:
      "Draws throughput, loss and delay of a link over time, with the runs that failed or are missing and the changes of its " +
      "route: in the terminal, as svg, or as a page that can be zoomed. Lines break where nothing was measured; what was not " +
      "measured is hatched.",
    usage: "--url URL --src SRC --dest DEST [OPTION...]",
    examples: [
      "esmond-ps plot -u http://127.0.0.1:8085 -s 192.0.2.10 -d 198.51.100.20",
      "esmond-ps plot -u http://127.0.0.1:8085 -s 192.0.2.10 -d 198.51.100.20 --both -S -2d -O link.svg",
      "esmond-ps plot -u http://127.0.0.1:8085 -s 192.0.2.10 -d 198.51.100.20 -O link.html",
    ],
    exits: READS,
    load: () => import("./plot.ts"),
  },
  "mesh": {
    summary: "draw which links are good, as a matrix",
    description:
      `Draws a matrix: rows are sources, columns destinations, and each cell is one direction, with its number and a mark for its state. WHAT is one of ${
        CHECKS.join(", ")
      }; loss if absent. Values are judged by -w and -c, otherwise loss by its scale (a warning above 0.01 %, critical above 0.1 %), ` +
      "throughput, delay, rtt and retransmits by their history, and the rest as check judges it. Of several tests of a link the " +
      "worst counts.",
    usage: "[WHAT] --url URL [OPTION...]",
    examples: [
      "esmond-ps mesh -u http://127.0.0.1:8085",
      "esmond-ps mesh throughput -u http://127.0.0.1:8085 -w 5: -c 1:",
      "esmond-ps mesh -u http://127.0.0.1:8085 -O mesh.html --plots plots",
    ],
    exits: [...READS, "found"],
    completes: CHECKS,
    load: () => import("./mesh.ts"),
  },
  "post-metadata": {
    summary: "describe tests to an archive, print their keys",
    description:
      "Creates a test, or finds the one with the same description, and prints its key. The description comes from the " +
      "options, or as JSON, as an archive shows it, from each FILE or standard input: an object, a list, or one object per " +
      "line, as get-metadata -o ndjson prints them.",
    usage: "--url URL [OPTION...] [FILE...]",
    examples: [
      "esmond-ps post-metadata -u http://127.0.0.1:8085 -s 192.0.2.10 -d 192.0.2.20 -a 192.0.2.10 -t powstream -e packet-loss-rate",
      "esmond-ps post-metadata -u http://127.0.0.1:8085 -s 192.0.2.10 -d 192.0.2.20 -a 192.0.2.10 -t powstream -e packet-loss-rate --summary packet-loss-rate:aggregation:300,3600",
      "esmond-ps get-metadata -u http://127.0.0.1:8085 -e throughput -o ndjson | esmond-ps post-metadata -u http://127.0.0.1:8085 --keys keys.txt",
    ],
    exits: READS,
    completes: "file",
    load: () => import("./post_metadata.ts"),
  },
  "post": {
    summary: "write data points to an archive",
    description:
      "Writes points from each FILE or standard input: JSON, one JSON object per line, or CSV with the columns " +
      "ts (or timestamp), val (or value) and, unless --event-type is given, event_type; gzip is decompressed. " +
      "With --metadata-key all points go to one test, and a mistake in the input stores nothing. Without it, each point " +
      "of an export goes to its own test: what cannot be stored is named, the rest is stored, and the exit code is 3. " +
      "Points that the archive already has are not written again, so after a failure the same command can be repeated.",
    usage: "--url URL [OPTION...] [FILE...]",
    examples: [
      `key=$(esmond-ps post-metadata -u http://127.0.0.1:8085 -s 192.0.2.10 -d 192.0.2.20 -a 192.0.2.10 -t iperf3 -e throughput)
echo '{"ts": 1456790400, "val": 5e9}' | esmond-ps post -u http://127.0.0.1:8085 -k "$key" -e throughput`,
      "esmond-ps get-bulk -u http://127.0.0.1:8085 -e throughput -o ndjson -D - | esmond-ps post -u http://127.0.0.1:8085",
      `esmond-ps get -u http://127.0.0.1:8085 -s 192.0.2.10 -d 198.51.100.20 -e throughput -o ndjson > points.ndjson
esmond-ps post -u http://127.0.0.1:8085 --verify points.ndjson`,
    ],
    exits: READS,
    completes: "file",
    load: () => import("./post.ts"),
  },
  "serve": {
    summary: "run an archive on this machine",
    description:
      "Serves an archive from one file, or from memory, until it is stopped. The first line of output is its address. " +
      "Everyone who can connect can read; writing needs one of the keys given with --token-file or --token.",
    usage: "[OPTION...]",
    examples: [
      "esmond-ps serve --sample 7",
      "esmond-ps serve --sample 7 --token secret",
      "esmond-ps serve --db archive.db --port 0 --open-writes",
    ],
    exits: ["done", "failed", "usage", "interrupted"],
    load: () => import("./serve.ts"),
  },
  "trust": {
    summary: "show the certificate of an archive",
    description:
      "Connects to an archive without sending a request and shows its certificate: names, validity, fingerprints, whether " +
      "it is accepted here, and the option that makes the other commands trust it. Compare the fingerprint with what the " +
      "archive's operator tells you by other means: only that proves who is at the other end.",
    usage: "URL [OPTION...]",
    examples: [
      "esmond-ps trust https://ma.example.net",
    ],
    exits: ["done", "failed", "usage", "interrupted"],
    load: () => import("./trust.ts"),
  },
  "install-links": {
    summary: "create the names of the Python programs",
    description:
      "Creates links named esmond-ps-get-endpoints, esmond-ps-get-metadata, esmond-ps-get and esmond-ps-get-bulk in DIR, or " +
      "beside the executable: called by one of these names, it is that command. Existing files are kept.",
    usage: "[OPTION...] [DIR]",
    examples: [
      "esmond-ps install-links ~/.local/bin",
    ],
    exits: ["done", "failed", "usage"],
    completes: "directory",
    load: () => import("./install_links.ts"),
  },
  "completions": {
    summary: "print a completion script for a shell",
    description:
      "Prints a script for bash, zsh, fish or powershell that completes commands, options, event types, formats and files, " +
      "also for names such as esmond-ps-get. Its first lines say where to put it.",
    usage: "SHELL",
    examples: [
      `eval "$(esmond-ps completions bash)"`,
      "esmond-ps completions zsh > _esmond-ps",
      "esmond-ps completions fish > esmond-ps.fish",
    ],
    exits: ["done", "usage"],
    completes: SHELLS,
    load: () => import("./completions.ts"),
  },
};

/** Whether there is a command of this name. */
export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
