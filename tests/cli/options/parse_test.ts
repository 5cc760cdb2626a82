import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fc } from "../../packages/fast_check.ts";
import { UsageError } from "../../../cli/errors.ts";
import type { CommandName, ParsedOptions } from "../../../cli/names.ts";
import { parseOptions } from "../../../cli/options/parse.ts";
import { optionsOf } from "../../../cli/options/table.ts";

const BULK = optionsOf("get-bulk");
const WITH_VALUE = BULK.filter((spec) => spec.value !== undefined);
const FLAGS = BULK.filter((spec) => spec.value === undefined);

/** Options whose names are not known when the test is compiled. */
function parse(
  command: CommandName,
  argv: string[],
): ParsedOptions<string, string, string> {
  return parseOptions(command, argv) as ParsedOptions<string, string, string>;
}

/** The one option that a command line sets. */
function onlyOption(
  argv: string[],
  command: CommandName = "get-bulk",
): string {
  const options = parse(command, argv);
  assertEquals(options.words, []);
  const set = optionsOf(command).map((spec) => spec.long).filter((long) =>
    options.flag(long)
  );
  assertEquals(set.length, 1, `${argv} sets ${set}`);
  return set[0]!;
}

function refusal(argv: string[], command: CommandName = "get"): string {
  return assertThrows(() => parseOptions(command, argv), UsageError).message;
}

Deno.test("parseOptions() reads every option that takes a value in all its forms", () => {
  for (const { long, short, isRepeatable } of WITH_VALUE) {
    const forms = [[`--${long}`, "v w"], [`--${long}=v w`]];
    if (short) forms.push([`-${short}`, "v w"], [`-${short}v w`]);
    for (const argv of forms) {
      const options = parse("get-bulk", argv);
      if (isRepeatable) assertEquals(options.texts(long), ["v w"]);
      else assertEquals(options.text(long), "v w", argv.join(" "));
      assertEquals(options.words, []);
    }
  }
});

Deno.test("parseOptions() reads every flag by its long and its short name", () => {
  for (const { long, short } of FLAGS) {
    assertEquals(parse("get-bulk", []).flag(long), false);
    assertEquals(parse("get-bulk", [`--${long}`]).flag(long), true);
    if (short === undefined) continue;
    assertEquals(parse("get-bulk", [`-${short}`]).flag(long), true);
  }
});

Deno.test("parseOptions() reads combined flags", () => {
  const options = parseOptions("get", ["-MIv"]);
  for (const flag of ["metadata-extended", "ip", "verbose"] as const) {
    assert(options.flag(flag), flag);
  }
});

Deno.test("parseOptions() reads an option with a value at the end of combined flags", () => {
  for (const argv of [["-MIocsv"], ["-MIo", "csv"]]) {
    const options = parseOptions("get", argv);
    assert(options.flag("metadata-extended") && options.flag("ip"));
    assertEquals(options.text("output-format"), "csv");
  }
});

Deno.test("parseOptions() takes letters after an option with a value for the value, not for flags", () => {
  const options = parseOptions("get", ["-oIM"]);
  assertEquals(options.text("output-format"), "IM");
  assertEquals(options.flag("ip"), false);
});

Deno.test("parseOptions() takes a value after a short name and an equals sign", () => {
  assertEquals(parseOptions("get", ["-S=-24h"]).text("start-time"), "-24h");
});

Deno.test("parseOptions() takes an unambiguous beginning of a long name", () => {
  const beginnings: [typed: string, long: string, command?: CommandName][] = [
    ["--u=x", "url"],
    ["--sr=x", "src"],
    ["--d=x", "dest"],
    ["--a=x", "agent"],
    ["--ev=x", "event-type"],
    ["--to=x", "tool"],
    ["--st=x", "start-time"],
    ["--en=x", "end-time"],
    ["--l", "list-events"],
    ["--m", "metadata-extended"],
    ["--summary-t=x", "summary-type"],
    ["--summary-w=x", "summary-window"],
    ["--output-f=x", "output-format"],
    ["--output-d=x", "output-directory"],
    ["--i", "ip"],
    ["--v", "verbose"],
    ["--ss", "ssl-verify"],
    ["--ti=x", "timeout"],
    ["--o=x", "output-format", "get"],
  ];
  for (const [typed, long, command] of beginnings) {
    assertEquals(onlyOption([typed], command), long, typed);
  }
});

Deno.test("parseOptions() lets no new option make ambiguous what the original client understands", () => {
  const originals = BULK.filter((spec) => spec.isOriginal);
  for (const { long, value } of originals) {
    for (let length = 1; length <= long.length; length++) {
      const typed = long.slice(0, length);
      const begun = originals.filter((spec) => spec.long.startsWith(typed));
      if (begun.length > 1 && typed !== long) continue;
      const argv = [`--${typed}${value ? "=x" : ""}`];
      assertEquals(onlyOption(argv), long, argv[0]);
    }
  }
  assertEquals(onlyOption(["--h"]), "help"); // and not --hosts
});

Deno.test("parseOptions() reaches the options that the original client lacks by their beginnings too", () => {
  assertEquals(onlyOption(["--ho=x"]), "hosts");
  assertEquals(onlyOption(["--tz=x"]), "tz");
});

Deno.test("parseOptions() refuses a beginning that is ambiguous, and names what it can mean", () => {
  const table: [typed: string, names: string[]][] = [
    ["--s", [
      "--src",
      "--start-time",
      "--summary-type",
      "--summary-window",
      "--ssl-verify",
    ]],
    ["--e", ["--event-type", "--end-time"]],
    ["--su", ["--summary-type", "--summary-window"]],
    ["--summary-", ["--summary-type", "--summary-window"]],
    ["--t", ["--tool", "--timeout"]],
    ["--o", ["--output-format", "--output-directory"]],
  ];
  for (const [typed, names] of table) {
    const message = refusal([typed, "x"], "get-bulk");
    assertStringIncludes(message, `${typed} is ambiguous`);
    for (const name of names) assertStringIncludes(message, name);
  }
});

Deno.test("parseOptions() takes options and words in any order", () => {
  const options = parseOptions("get", ["one", "-I", "two", "-t", "x", "", "-"]);
  assertEquals(options.words, ["one", "two", "", "-"]);
  assert(options.flag("ip"));
  assertEquals(options.text("tool"), "x");
});

Deno.test("parseOptions() takes everything after -- for words", () => {
  const options = parseOptions("get", ["-I", "--", "-M", "--tool", "--", "x"]);
  assertEquals(options.words, ["-M", "--tool", "--", "x"]);
  assertEquals(options.flag("metadata-extended"), false);
  assertEquals(options.text("tool"), undefined);
});

Deno.test("parseOptions() takes a value that begins with a dash", () => {
  for (const value of ["-24h", "-", "--", "--ip", "-I"]) {
    for (const argv of [["-S", value], [`-S${value}`], [`--start=${value}`]]) {
      const options = parseOptions("get", argv);
      assertEquals(options.text("start-time"), value, argv.join(" "));
      assertEquals(options.flag("ip"), false);
    }
  }
});

Deno.test("parseOptions() tells an empty value from none", () => {
  for (const argv of [["--tool", ""], ["--tool="], ["-t", ""]]) {
    assertEquals(parseOptions("get", argv).texts("tool"), [""]);
  }
  assertEquals(parseOptions("get", ["--tz="]).text("tz"), "");
  assertEquals(parseOptions("get", []).text("tz"), undefined);
  assertEquals(parseOptions("get", ["--filter="]).texts("filter"), [""]);
  assertEquals(parseOptions("get", []).texts("filter"), []);
});

Deno.test("parseOptions() splits --option=value at the first equals sign", () => {
  assertEquals(parseOptions("get", ["--tool=a=b="]).texts("tool"), ["a=b="]);
  assertEquals(parseOptions("get", ["--tool=="]).texts("tool"), ["="]);
});

Deno.test("parseOptions() takes an option with one value twice only if the value is the same, whatever its form", () => {
  for (const again of [["-ojson"], ["-o", "json"], ["--output-fo=json"]]) {
    const argv = ["--output-format", "json", "-I", "-I", ...again];
    assertEquals(parseOptions("get", argv).text("output-format"), "json");
    assertMatch(
      refusal(["-ocsv", ...again]),
      /^--output-format is given twice, with different values: give it once$/,
    );
  }
  assertMatch(refusal(["--timeout", "1", "--timeout="]), /^--timeout is given/);
  const times = ["-S1", "--start-time", "2", "-E1", "--end=3"];
  const options = parseOptions("get", times); // as scripts do it
  assertEquals(options.text("start-time"), "2");
  assertEquals(options.text("end-time"), "3");
});

Deno.test("parseOptions() repeats no value of an option that is given twice: it may be a key", () => {
  const told = refusal(["--key", "secret", "--key=other"], "post");
  assertMatch(told, /^--key is given twice/);
  assert(!/secret|other/.test(told), told);
});

Deno.test("parseOptions() collects the options that choose tests, in order", () => {
  const argv = ["-sa", "--src=b", "-s", "a", "-ex", "--ev", "y", "-tz"];
  for (
    const command of [
      "get",
      "get-bulk",
      "get-endpoints",
      "get-metadata",
    ] as const
  ) {
    const options = parseOptions(command, argv);
    assertEquals(options.texts("src"), ["a", "b", "a"]);
    assertEquals(options.texts("event-type"), ["x", "y"]);
    assertEquals(options.texts("tool"), ["z"]);
    assertEquals(options.texts("agent"), []);
  }
  assertMatch(
    refusal(["-sa", "-sb"], "post-metadata"),
    /^--src is given twice/,
  );
});

Deno.test("parseOptions() collects --filter in order", () => {
  const argv = ["-F", "a:1", "-Fb:2", "--filter=a:3", "--fil", "c:4"];
  assertEquals(
    parseOptions("get", argv).texts("filter"),
    ["a:1", "b:2", "a:3", "c:4"],
  );
});

Deno.test("parseOptions() keeps every value as it is typed", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (value) => {
    for (
      const argv of [["--tool", value], [`--tool=${value}`], ["-t", value]]
    ) {
      assertEquals(parseOptions("get", argv).texts("tool"), [value]);
    }
    assertEquals(
      parseOptions("get", ["-F", value, "-F", value]).texts("filter"),
      [value, value],
    );
  }));
});

Deno.test("parseOptions() refuses an option whose value is missing, and says what it takes", () => {
  assertMatch(refusal(["-I", "--tool"]), /^--tool needs a value.*TOOL/);
  assertMatch(refusal(["-Io"]), /^-o needs a value.*FORMAT/);
});

Deno.test("parseOptions() refuses a value for a flag", () => {
  assertMatch(refusal(["--ip=yes"]), /^--ip takes no value/);
  assertMatch(refusal(["--ip="]), /^--ip takes no value/);
});

Deno.test("parseOptions() refuses an unknown option and suggests the nearest", () => {
  assertMatch(
    refusal(["--dst", "x"]),
    /no option --dst \(did you mean --dest\?\)/,
  );
  assertMatch(
    refusal(["--outputformat=csv"]),
    /no option --outputformat \(did you mean --output-format\?\)/,
  );
  const message = refusal(["--frobnicate"]);
  assertStringIncludes(message, "--help");
  assert(!message.includes("did you mean"), message);
});

Deno.test("parseOptions() says that a long name has two dashes, and takes beginnings of a value as before", () => {
  assertEquals(
    refusal(["-url", "http://ma.example.net"]),
    "-url: a long name has two dashes, --url",
  );
  assertMatch(refusal(["-dest=x"]), /--dest$/);
  assertEquals(parse("get", ["-uurl"]).text("url"), "url");
  assertEquals(parse("get", ["-srcs"]).texts("src"), ["rcs"]);
  assertEquals(parse("get", ["-help"]).flag("help"), true);
});

Deno.test("parseOptions() refuses an unknown letter among combined flags", () => {
  assertMatch(refusal(["-Ix"]), /no option -x/);
  assertMatch(refusal(["-I=x"]), /no option -=/);
});

Deno.test("parseOptions() takes no word for an option that objects happen to have", () => {
  for (
    const typed of ["--constructor", "--__proto__=x", "--to-string", "--="]
  ) {
    assertMatch(refusal([typed]), /no option/);
  }
});

Deno.test("parseOptions() gives --output-directory to get-bulk alone", () => {
  assertEquals(
    parseOptions("get-bulk", ["-D", "out"]).text("output-directory"),
    "out",
  );
  for (const command of ["get", "get-metadata", "get-endpoints"] as const) {
    assertMatch(refusal(["-D", "out"], command), /no option -D/);
  }
});

Deno.test("parseOptions() knows which words follow the value of an option", () => {
  const argv = ["one", "-S", "Jan", "1", "2016", "-I", "two", "--", "three"];
  const options = parseOptions("get", argv);
  assertEquals(options.words, ["one", "1", "2016", "two", "three"]);
  assertEquals(options.wordsAfter("start-time"), ["1", "2016"]);
  assertEquals(options.wordsAfter("end-time"), []);
});
