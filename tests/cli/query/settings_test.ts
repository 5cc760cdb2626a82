import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { needs } from "../../helpers/binary.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { noNames, runCli } from "../../helpers/run.ts";
import { json, withServer } from "../../servers/serve.ts";
import {
  ask,
  BULK,
  carriedOut,
  GET,
  LIST,
  refusal,
  root,
  THROUGHPUT,
} from "./asking.ts";
import { lackedByOthers, testUnless } from "../../helpers/skipping.ts";

const REFUSED: [what: string, argv: string[], line: RegExp][] = [
  [
    "--escape-formulas with another format than csv",
    [...THROUGHPUT, "--escape-formulas", "-o", "json"],
    /--escape-formulas changes csv alone: choose --output-format csv/,
  ],
  ...["0", "-1", "x", "1.5M", "1T", "512M", "1G", "M", ""].map((
    size,
  ): [string, string[], RegExp] => [
    `--max-response=${size}`,
    [...LIST, `--max-response=${size}`],
    /--max-response is ".*": give bytes, or a number such as 64M, less than 512M/,
  ]),
  ...["coverage", "latest", "routes"].flatMap((
    command,
  ): [string, string[], RegExp][] => [
    [
      `${command} -4 of an IPv6 address`,
      [command, "-u", "{URL}", "-4", "-s", "2001:db8::1"],
      /--src: 2001:db8::1 is not an IPv4 address: leave -4 out/,
    ],
    [
      `${command} -6 of an IPv4 address`,
      [command, "-u", "{URL}", "-6", "-d", "2001:db8::1", "-d", "192.0.2.1"],
      /--dest: 192\.0\.2\.1 is not an IPv6 address: leave -6 out/,
    ],
  ]),
  ["a run without --url", ["get-metadata"], /--url is required.*http:\/\//],
  ["an empty --url", ["get-metadata", "--url="], /--url is required/],
  [
    "a --url without a scheme",
    ["get-endpoints", "-u", "ma.example.net:8085"],
    /--url: .*ma\.example\.net:8085.* is not the address of an archive: give it as http:/,
  ],
  [
    "a --url of another scheme",
    ["get-endpoints", "-u", "ftp://ma.example.net/"],
    /--url: .*http:\/\/host:port/,
  ],
  [
    "a --url that is a word",
    ["get-endpoints", "-u", "nonsense"],
    /--url: there is no archive nonsense; give its address/,
  ],
  [
    "a --url with an impossible port",
    ["get-endpoints", "-u", "http://ma.example.net:99999"],
    /--url: /,
  ],
  [
    "a --url with a query",
    ["get-endpoints", "-u", "{URL}/?source=192.0.2.1"],
    /--url: .*\?: leave that out/,
  ],
  [
    "a --url with a query after the path of the archive",
    ["get-endpoints", "-u", "{URL}/esmond/perfsonar/archive?source=192.0.2.1"],
    /--url: .*\?: leave that out/,
  ],
  [
    "a --url with a query after the closed path of the archive, as browsers show it",
    ["get-endpoints", "-u", "{URL}/esmond/perfsonar/archive/?source=192.0.2.1"],
    /--url: .*\?: leave that out/,
  ],
  [
    "a --url of one test",
    ["get-endpoints", "-u", "{URL}/esmond/perfsonar/archive/0123abcd/"],
    /--url: .*0123abcd/,
  ],
  [
    "get without --src",
    ["get", "-u", "{URL}", "-d", "192.0.2.20", "-e", "throughput"],
    /--src and --dest are both required/,
  ],
  [
    "get without --dest",
    ["get", "-u", "{URL}", "-s", "192.0.2.20", "-e", "throughput"],
    /--src and --dest are both required/,
  ],
  [
    "get with an empty --dest",
    ["get", "-u", "{URL}", "-s", "192.0.2.20", "-d=", "-e", "throughput"],
    /--src and --dest are both required/,
  ],
  ["get without --event-type", GET, /--event-type is required.*-L/],
  ["get with an empty --event-type", [...GET, "-e="], /--event-type.*-L/],
  [
    "an unknown event type",
    [...GET, "-e", "troughput"],
    /--event-type: troughput.*\(did you mean throughput\?\).*-L/,
  ],
  [
    "an event type that objects happen to have",
    [...GET, "-e", "constructor"],
    /--event-type: constructor/,
  ],
  [
    "an unknown format",
    [...LIST, "-o", "xml"],
    /--output-format is xml: choose human, json, csv or ndjson/,
  ],
  [
    "an unknown format of get",
    [...THROUGHPUT, "-o", "xml"],
    /--output-format is xml: choose human, json, csv, ndjson or parquet/,
  ],
  [
    "parquet for a list of tests",
    ["get-metadata", "-u", "{URL}", "-o", "parquet"],
    /--output-format is parquet: choose human, json, csv or ndjson/,
  ],
  [
    "--gzip without a format",
    [...THROUGHPUT, "--gzip"],
    /--gzip: .*choose json, csv or ndjson/,
  ],
  [
    "--gzip with the format human",
    [...THROUGHPUT, "-o", "human", "--gzip"],
    /--gzip: .*human.*choose json, csv or ndjson/,
  ],
  [
    "--gzip with parquet",
    [...THROUGHPUT, "-o", "parquet", "--gzip"],
    /--gzip: Parquet is compressed already/,
  ],
  [
    "get-bulk --gzip with parquet",
    [...BULK, "-o", "parquet", "--gzip"],
    /--gzip: Parquet is compressed already/,
  ],
  [
    "--gzip for a list of tests",
    [...LIST, "-o", "csv", "--gzip"],
    /no option --gzip/,
  ],
  [
    "an unknown summary type",
    [...THROUGHPUT, "-T", "sum"],
    /--summary-type is sum: choose aggregation, average or statistics/,
  ],
  [
    "csv with --metadata-extended",
    ["get-metadata", "-u", "{URL}", "-o", "csv", "-M"],
    /--output-format csv.*--metadata-extended/,
  ],
  [
    "a start after the end",
    [...LIST, "-S", "2016-03-03", "-E", "2016-03-01"],
    /--start-time \(2016-03-03 00:00:00\).*--end-time \(2016-03-01 00:00:00\)/,
  ],
  [
    "a start that is not a time",
    [...LIST, "-S", "notadate"],
    /--start-time: .*"notadate".*try/,
  ],
  [
    "an end that is not a time",
    [...LIST, "-E", "2016-13-45"],
    /--end-time: .*2016-13-45/,
  ],
  ["an empty start", [...LIST, "-S="], /--start-time: /],
  [
    "get-bulk without a format",
    ["get-bulk", "-u", "{URL}"],
    /--output-format.*json, csv, ndjson or parquet/,
  ],
  [
    "get-bulk with the format human",
    ["get-bulk", "-u", "{URL}", "-o", "human"],
    /--output-format.*json, csv, ndjson or parquet/,
  ],
  [
    "get-bulk with an unknown format",
    ["get-bulk", "-u", "{URL}", "-o", "xml"],
    /--output-format/,
  ],
  [
    "an output directory that does not exist",
    [...BULK, "-D", "/nowhere/to/be/found"],
    /--output-directory: \/nowhere\/to\/be\/found.*make it first/,
  ],
  [
    "an output directory that is a file",
    [...BULK, "-D", import.meta.filename!],
    /--output-directory: .*settings_test\.ts is not a directory/,
  ],
  [
    "a source that does not resolve",
    [...LIST, "-s", "nohost.example"],
    /--src: nohost\.example does not resolve.*--hosts/,
  ],
  [
    "a destination that does not resolve",
    [...LIST, "-d", "nohost.example"],
    /--dest: nohost\.example does not resolve/,
  ],
  [
    "an agent that does not resolve",
    [...LIST, "-a", "nohost.example"],
    /--agent: nohost\.example does not resolve/,
  ],
  [
    "a hosts file that does not exist",
    [...LIST, "--hosts", "/nowhere/hosts"],
    /--hosts: cannot read \/nowhere\/hosts: there is no such file/,
  ],
  [
    "a hosts file that is a directory",
    [...LIST, "--hosts", "/"],
    /--hosts: cannot read \//,
  ],
  [
    "a zone that does not exist",
    [...LIST, "-S", "2016-03-01", "--tz", "Mars/Phobos"],
    /--tz.*Mars\/Phobos/,
  ],
  [
    "a zone that does not exist, though no time needs it",
    [...LIST, "--tz", "Mars/Phobos"],
    /--tz.*Mars\/Phobos/,
  ],
  [
    "an output zone that does not exist",
    [...THROUGHPUT, "--output-tz", "Mars/Phobos"],
    /--output-tz.*Mars\/Phobos/,
  ],
  ["an unknown option", [...LIST, "--frobnicate"], /--frobnicate.*--help/],
  ["an option without its value", [...LIST, "--tool"], /--tool needs a value/],
  [
    "an ambiguous option",
    [...LIST, "--s", "x"],
    /--s is ambiguous: --src, --start-time/,
  ],
];

for (const [what, argv, line] of REFUSED) {
  Deno.test(`settle() refuses ${what} in one line, with exit 2 and nothing sent`, async () => {
    assertMatch(await refusal(argv), line);
  });
}

Deno.test("settle() refuses --url with credentials, and does not repeat them", async () => {
  for (const path of ["", "/esmond/perfsonar/archive/"]) {
    const argv = ["get-endpoints", "-u", `http://me:s3cret@192.0.2.99${path}`];
    const { exit, stdout, stderr } = await runCli(argv);
    assertEquals({ exit, stdout }, { exit: 2, stdout: "" });
    assertMatch(stderr, /--url: .*user name or password.*leave them out/);
    assert(!stderr.includes("s3cret"), stderr);
  }
});

Deno.test("a refusal says only what is wrong", async () => {
  const notices = ["-u", "{URL}/esmond/perfsonar/archive", "-F", "x", "word"];
  assertMatch(
    await refusal(["get", ...notices]),
    /--src and --dest are both required/,
  );
});

testUnless(
  // a root user can write nearly everywhere else
  lackedByOthers("a directory that nobody can write to"),
  "settle() refuses an output directory that cannot be written to, before anything is sent",
  async () => {
    assertMatch(
      await refusal([...BULK, "-D", "/proc"]),
      /--output-directory: cannot (use|write to) \/proc/,
    );
  },
);

Deno.test("settle() leaves nothing in the output directory that it tried", async () => {
  const directory = await Deno.makeTempDir();
  await carriedOut([...BULK, "-D", directory]);
  assertEquals([...Deno.readDirSync(directory)], []);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("settle() names the variable when ESMOND_HOSTS cannot be read", async () => {
  const env = { ESMOND_HOSTS: "/nowhere/hosts" };
  assertMatch(await refusal(LIST, { env }), /ESMOND_HOSTS.*\/nowhere\/hosts/);
});

Deno.test("settle() refuses what is not a whole number, and names the option", async () => {
  for (const option of ["summary-window", "retry"]) {
    for (
      const text of [
        "5m",
        "1.5",
        "",
        "-300",
        "3e2",
        "0x",
        "0b2",
        "1_0",
        "٣",
        "9".repeat(20),
      ]
    ) {
      assertStringIncludes(
        await refusal([...LIST, `--${option}=${text}`]),
        `--${option} is ${JSON.stringify(text)}: give a whole number`,
      );
    }
  }
});

Deno.test("settle() refuses digits that are not octal after a leading 0, as the original does", async () => {
  assertMatch(await refusal([...LIST, "-W", "08"]), /--summary-window/);
});

Deno.test("settle() reads whole numbers as the original does", async () => {
  for (
    const text of [
      "300",
      " 300 ",
      "0x12c",
      "0X12C",
      "0b100101100",
      "0454",
      "0o454",
    ]
  ) {
    const { query } = await carriedOut([...LIST, "-W", text]);
    assertEquals(query["summary-window"], "300", text);
  }
});

Deno.test("settle() sends no summary window of 0", async () => {
  for (const text of ["0", "00", "0x0"]) {
    const { query } = await carriedOut([...LIST, "-W", text]);
    assertEquals(query["summary-window"], undefined);
  }
});

Deno.test("settle() takes a time-out of any length", async () => {
  // A timer of a runtime holds at most 2^31 ms, some 24 days.
  for (const seconds of ["0", "2147483", "2147484", "9999999"]) {
    const { exit, stderr } = await ask([...LIST, "--timeout", seconds]);
    assertEquals({ exit, stderr }, { exit: 0, stderr: "" }, seconds);
  }
});

Deno.test("settle() tries again as often as --retry says", async () => {
  for (const [retry, requests] of [["0", 1], ["1", 2]] as const) {
    let count = 0;
    const busy = () => {
      count++;
      return new Response("busy", { status: 503 });
    };
    await withServer(busy, async (origin) => {
      const { exit, stdout, stderr } = await runCli(
        ["get-endpoints", "-u", origin, "--retry", retry],
      );
      assertEquals({ exit, stdout }, { exit: 1, stdout: "" });
      assertMatch(stderr, /^esmond-ps get-endpoints: [^\n]*503: busy[^\n]*\n$/);
    });
    assertEquals(count, requests);
  }
});

Deno.test("settle() sends the options by the names of the archive", async () => {
  const { query, requests } = await carriedOut([
    ...LIST,
    ...["-s", "192.0.2.10", "-d", "2001:db8::1", "-a", "198.51.100.5"],
    ...["-e", "histogram-rtt", "-t", "bwctl/tracepath,traceroute"],
    ...["-T", "statistics", "-W", "86400", "-S@1456790400", "-E@1456876800"],
  ]);
  assertEquals(query, {
    source: "192.0.2.10",
    destination: "2001:db8::1",
    "measurement-agent": "198.51.100.5",
    "event-type": "histogram-rtt",
    "tool-name": "bwctl/tracepath,traceroute",
    "summary-type": "statistics",
    "summary-window": "86400",
    "time-start": "1456790400",
    "time-end": "1456876800",
  });
  assertEquals(requests[0]?.pathname, "/esmond/perfsonar/archive/");
});

Deno.test("settle() sends an empty value as an empty parameter", async () => {
  const options = { "-t": "tool-name", "-s": "source", "-e": "event-type" };
  for (const [option, name] of Object.entries(options)) {
    const { query } = await carriedOut([...LIST, option, ""]);
    assertEquals(query[name], "", option);
  }
});

Deno.test("settle() sends names as they are typed, for the archive to resolve", async () => {
  const forward = { "Lat1.alpha.example": ["192.0.2.10"] };
  const argv = [...LIST, "-s", "Lat1.alpha.example"];
  const { query } = await carriedOut(argv, { names: { reverse: {}, forward } });
  assertEquals(query["source"], "Lat1.alpha.example");
});

Deno.test("D05: settle() takes IPv6 addresses without asking the name service", async () => {
  for (
    const address of ["2001:db8:a::11", "2001:DB8::1", "::1", "fe80::1%e0"]
  ) {
    const { query } = await carriedOut([...LIST, "-s", address]);
    assertEquals(query["source"], address);
  }
});

Deno.test("settle() finds the archive, whatever form its address has", async () => {
  const table: [path: string, root: string][] = [
    ["", "/esmond/perfsonar/archive/"],
    ["/", "/esmond/perfsonar/archive/"],
    ["///", "/esmond/perfsonar/archive/"],
    ["/sub", "/sub/esmond/perfsonar/archive/"],
    ["/sub/", "/sub/esmond/perfsonar/archive/"],
    ["/esmond/perfsonar/archive", "/esmond/perfsonar/archive/"],
    ["/esmond/perfsonar/archive/", "/esmond/perfsonar/archive/"],
    ["/esmond/perfsonar/archive//", "/esmond/perfsonar/archive/"],
    ["/sub/esmond/perfsonar/archive", "/sub/esmond/perfsonar/archive/"],
    ["/perfsonar/archive/", "/perfsonar/archive/"],
    ["/ma/perfsonar/archive", "/ma/perfsonar/archive/"],
    ["/resmond/perfsonar/archive", "/resmond/perfsonar/archive/"],
    [
      "/perfsonar/archives",
      "/perfsonar/archives/esmond/perfsonar/archive/",
    ],
  ];
  for (const [path, root] of table) {
    const { requests, stderr } = await carriedOut(
      ["get-endpoints", "--url", `{URL}${path}`],
    );
    assertEquals(requests[0]?.pathname, root, path);
    assertEquals(stderr, "", path);
  }
});

needs(
  "early stop",
  "settle() takes a host for a host, even one named like the alias",
  async () => {
    // As in a compose file, where the service is called esmond.
    const table: [url: string, root: string][] = [
      ["http://esmond", "http://esmond/esmond/perfsonar/archive/"],
      [
        "http://esmond/esmond/perfsonar/archive/",
        "http://esmond/esmond/perfsonar/archive/",
      ],
      [
        "http://esmond:8000/perfsonar/archive/",
        "http://esmond:8000/perfsonar/archive/",
      ],
      ["http://esmond/perfsonar/archive/", "http://esmond/perfsonar/archive/"],
    ];
    for (const [url, address] of table) {
      assertEquals(await root(url), address, url);
    }
  },
);

Deno.test("D08: settle() cuts a pasted address in silence, and stdout stays JSON", async () => {
  const argv = ["get-endpoints", "-u", "{URL}/esmond/perfsonar/archive"];
  const { stdout, stderr } = await carriedOut([...argv, "-o", "json"]);
  assertEquals(JSON.parse(stdout), [{ msg: "No data found." }]);
  assertEquals(stderr, "");
});

Deno.test("D07: settle() sends free parameters that archives document, and the rule for names", async () => {
  const names = "ip-transport-protocol bw-parallel-streams dns-match-rule " +
    "pscheduler-test-type bw-target-bandwidth ip-packet-size ip-tos " +
    "time-duration time-interval sample-bucket-width trace-max-ttl " +
    "tcp-window-size mode-flip";
  for (const name of names.split(" ")) {
    const { query, stderr } = await carriedOut(
      [...LIST, "-F", `${name.replaceAll("-", "_")}:only v6`],
    );
    assertEquals(query[name], "only v6", name);
    assertEquals(stderr, "");
  }
});

Deno.test("settle() ignores surplus words, with a notice each", async () => {
  const { stderr } = await carriedOut([
    ...LIST,
    "one",
    "-I",
    "two",
    "--",
    "-M",
  ]);
  const lines = stderr.trimEnd().split("\n");
  assertEquals(lines.length, 3);
  for (const [index, word] of ["one", "two", "-M"].entries()) {
    assertMatch(lines[index]!, new RegExp(`"${word}".*ignored`));
  }
});

Deno.test("settle() takes the hosts file of --hosts before that of ESMOND_HOSTS", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "192.0.2.10 lat1.alpha.example lat1\n");
  const byOption = [...LIST, "--hosts", path, "-s", "LAT1"];
  assertEquals((await ask(byOption)).exit, 0);
  assertEquals(
    (await ask(byOption, { env: { ESMOND_HOSTS: "/nowhere" } })).exit,
    0,
  );
  const byVariable = { env: { ESMOND_HOSTS: path } };
  assertEquals((await ask([...LIST, "-s", "lat1"], byVariable)).exit, 0);
  assertEquals((await ask([...LIST, "-s", "lat1"])).exit, 2);
  await Deno.remove(path);
});

needs(
  "resolver",
  "settle() lets the archive resolve a name when the name service does not work",
  async () => {
    const resolver = {
      ...noNames,
      addresses: () => Promise.reject(new Error("SERVFAIL")),
    };
    const { query } = await carriedOut([...LIST, "-s", "ma.example"], {
      resolver,
    });
    assertEquals(query["source"], "ma.example");
  },
);

Deno.test("D08: settle() reports with --verbose on stderr alone", async () => {
  const { stdout, stderr, requests } = await carriedOut(
    [...LIST, "-v", "-o", "json", "-S", "2016-03-01", "-E", "2016-03-03T00:00"],
  );
  assertEquals(stdout, '[{"msg": "No data found."}]\n');
  assertMatch(stderr, /from 2016-03-01 00:00:00 UTC \(1456790400\) to 2016-/);
  assertStringIncludes(stderr, `[url: ${requests[0]!.href}]`);
  assertEquals(stderr.split("\n").filter((line) => line === "").length, 1);
});

Deno.test("settle() takes ndjson wherever it takes json", async () => {
  const metadata = ["get-metadata", "-u", "{URL}", "-M"];
  for (const command of [LIST, THROUGHPUT, metadata]) {
    const { stdout } = await carriedOut([...command, "-o", "ndjson"]);
    assertEquals(stdout, "");
  }
  await withDirectory(async (directory) => {
    await carriedOut([...BULK, "-D", directory, "-o", "ndjson"]);
  });
});

Deno.test("settle() checks in the order of the original client", async () => {
  const all = ["-s", "nohost", "-e", "nosuch", "-T", "sum", "-o", "xml"];
  const order: [argv: string[], line: RegExp][] = [
    [["get", ...all], /--url/],
    [["get", "-u", "{URL}", ...all.slice(0, 2)], /--src and --dest/],
    [["get", "-u", "{URL}", ...all, "-d", "192.0.2.1"], /--src: nohost/],
    [[...GET, ...all.slice(2)], /--event-type/],
    [[...THROUGHPUT, ...all.slice(4)], /--summary-type/],
    [[...THROUGHPUT, "-o", "xml", "-M", "-S", "x"], /--output-format/],
    [[...THROUGHPUT, "-o", "csv", "-M", "-S", "x"], /--metadata-extended/],
    [[...THROUGHPUT, "-S", "x", "-E", "y"], /--start-time/],
  ];
  for (const [argv, line] of order) assertMatch(await refusal(argv), line);
});

Deno.test("settle() requires no destination for event types that a host alone can have, and those that no catalogue knows", async () => {
  const argv = ["get", "-u", "{URL}", "-s", "192.0.2.10"];
  for (
    const [types, told] of [
      [["-e", "ntp-offset"], /^$/],
      [["-e", "pscheduler-raw", "-e", "iostat"], /^$/],
      [["-e", "own-type"], /^"own-type" is not a known event type\n$/],
      [["-F", "event-type:own-type"], /^"own-type" is not a known /],
    ] as const
  ) {
    const { query, stderr } = await carriedOut([...argv, ...types]);
    assertEquals(query["destination"], undefined);
    assertMatch(stderr, told);
  }
  for (
    const types of [["-e", "throughput"], ["-e", "iostat", "-e", "path-mtu"]]
  ) {
    assertMatch(
      await refusal([...argv, ...types]),
      /--src and --dest are both required for (throughput|path-mtu) /,
    );
  }
});

Deno.test("settle() takes a name outside the catalogue by --filter, and refuses it as --event-type beside --dest", async () => {
  const { query } = await carriedOut([...GET, "-F", "event-type:own-type"]);
  assertEquals(query["event-type"], "own-type");
  assertMatch(
    await refusal([...GET, "-e", "own-type"]),
    /--event-type: own-type is not an event type/,
  );
});

Deno.test("settle() refuses event types with different columns in a format that has one set", async () => {
  const two = [...THROUGHPUT, "-e", "packet-trace"];
  assertMatch(
    await refusal([...two, "-o", "csv", "-S", "01/11/2026"]),
    /--output-format csv has one set of columns, but throughput and packet-trace have different ones: choose ndjson/,
  );
  await carriedOut([...two, "-o", "json"]);
  await carriedOut([...THROUGHPUT, "-e", "path-mtu", "-o", "csv"]);
});

Deno.test("settle() asks for one list for each combination of the options that are repeated", async () => {
  const { requests } = await carriedOut([
    ...["get", "-u", "{URL}", "-e", "throughput", "-e", "path-mtu"],
    ...["-s", "192.0.2.10", "-s", "192.0.2.11", "-d", "192.0.2.20"],
  ]);
  const asked = requests.map(({ searchParams }) =>
    ["source", "destination", "event-type"]
      .map((name) => searchParams.get(name)).join(" ")
  ).filter((each) => !each.endsWith(" ")); // asked again, as elmond has to be
  assertEquals([...new Set(asked)].sort(), [
    "192.0.2.10 192.0.2.20 path-mtu",
    "192.0.2.10 192.0.2.20 throughput",
    "192.0.2.11 192.0.2.20 path-mtu",
    "192.0.2.11 192.0.2.20 throughput",
  ]);
});

Deno.test("--max-response is the largest answer that is read, in bytes or larger units", async () => {
  const longer = (bytes: number) => `[${" ".repeat(bytes - 2)}]`;
  for (
    const [size, bytes] of [
      ["100", 100],
      ["1K", 1024],
      ["1kib", 1024],
      ["1m", 1 << 20],
      ["2MB", 2 << 20],
    ] as const
  ) {
    for (const surplus of [0, 1]) {
      await withServer(() => json(longer(bytes + surplus)), async (origin) => {
        const argv = ["get-endpoints", "-u", origin, "--max-response", size];
        const { exit, stderr } = await runCli(argv);
        assertEquals(exit, surplus, stderr);
        if (surplus > 0) assertMatch(stderr, /it is larger than \d+ /);
      });
    }
  }
});
