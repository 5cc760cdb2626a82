import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import { parseOptions } from "../../../cli/options/parse.ts";
import {
  checkEventType,
  choose,
  listed,
  noteWords,
  readChoice,
  readInteger,
  readMaxResponse,
  readUrl,
  readZone,
  shownWord,
} from "../../../cli/options/values.ts";

const get = (...argv: string[]) => parseOptions("get", argv);

function refusal(read: () => unknown): string {
  return assertThrows(read, UsageError).message;
}

Deno.test("readInteger() reads what is typed, else the default of the table", () => {
  assertEquals(readInteger(get("--retry", "7"), "retry"), 7);
  assertEquals(readInteger(get(), "retry"), 3);
  assertEquals(readInteger(get("--page-size", "0x10"), "page-size"), 16);
  assertEquals(readInteger(get(), "page-size"), undefined);
});

Deno.test("readInteger() reads the digits of the original client, and refuses others by the name of the option", () => {
  const read = (text: string) =>
    readInteger(get(`--summary-window=${text}`), "summary-window");
  for (
    const text of ["300", " 300 ", "0X12c", "0b100101100", "0454", "0o454"]
  ) {
    assertEquals(read(text), 300, text);
  }
  for (const text of ["", "08", "-1", "1.5", "3e2", "1_0", "9".repeat(20)]) {
    assertMatch(refusal(() => read(text)), /^--summary-window is "/, text);
  }
});

Deno.test("readChoice() takes one of the values, and lists them otherwise", () => {
  const among = ["day", "month"] as const;
  const read = (...argv: string[]) =>
    readChoice(parseOptions("get-bulk", argv), "partition", among);
  assertEquals(read(), undefined);
  assertEquals(read("--partition", "day"), "day");
  assertEquals(
    refusal(() => read("--partition", "Day")),
    "--partition is Day: choose day or month",
  );
  assertMatch(refusal(() => choose("dialect", "", among)), /^--dialect is : /);
});

Deno.test("listed() joins words as a person does", () => {
  assertEquals(listed(["a", "b", "c"]), "a, b or c");
});

Deno.test("readMaxResponse() reads bytes, and units of 1024", () => {
  const read = (text: string) => readMaxResponse(get("--max-response", text));
  assertEquals(readMaxResponse(get()), {});
  assertEquals(read("100"), { maxResponse: 100 });
  assertEquals(read("2K"), { maxResponse: 2048 });
  assertEquals(read("3MiB"), { maxResponse: 3 << 20 });
  for (const text of ["", "0", "x", "1.5M", "1T", "512M"]) {
    assertMatch(refusal(() => read(text)), /^--max-response is "/, text);
  }
});

Deno.test("readZone() reads a zone, UTC by default, and names the option of a wrong one", () => {
  assertEquals(readZone(get(), "tz"), "UTC");
  assertEquals(readZone(get(), "output-tz"), "UTC");
  assertEquals(
    readZone(get("--output-tz", "europe/berlin"), "output-tz"),
    "Europe/Berlin",
  );
  assertMatch(refusal(() => readZone(get("--tz", "X"), "tz")), /^--tz: /);
});

Deno.test("readUrl() leaves out the path of the archive", () => {
  const read = (url: string) => readUrl(get("--url", url));
  assertEquals(read("http://ma.example.net"), {
    url: "http://ma.example.net",
    scriptAlias: "esmond",
  });
  assertEquals(read("http://ma.example.net/esmond/perfsonar/archive/"), {
    url: "http://ma.example.net/",
    scriptAlias: "esmond",
  });
  assertEquals(read("http://ma.example.net/perfsonar/archive"), {
    url: "http://ma.example.net/",
    scriptAlias: "",
  });
});

Deno.test("readUrl() requires an address, of the archive only", () => {
  assertMatch(refusal(() => readUrl(get())), /^--url is required/);
  const url = "http://ma.example.net/esmond/perfsonar/archive/0123abcd";
  assertMatch(
    refusal(() => readUrl(get("--url", url))),
    /^--url: leave out 0123abcd/,
  );
});

Deno.test("checkEventType() suggests the nearest, and says where the name stands", () => {
  checkEventType("throughput");
  assertMatch(
    refusal(() => checkEventType("througput", "line 3")),
    /^line 3: througput is not an event type \(did you mean throughput\?\)/,
  );
});

Deno.test("shownWord() leaves out what may be a password, and nothing else", () => {
  for (
    const [word, shown] of [
      ["one", "one"],
      ["me@host", "me@host"],
      ["a:b", "a:b"],
      ["a?b#c", "a?b#c"],
      ["points.csv", "points.csv"],
      ["http://me:secret@host/path?key=x", "http://host/path"],
      ["me:secret@host", "host"],
      ["--url=http://me:secret@host", "--url"],
      ["-v", "-v"],
    ]
  ) assertEquals(shownWord(word!), shown);
});

Deno.test("noteWords() tells of each word", () => {
  const notes: string[] = [];
  noteWords(["one", "two"], { note: (line) => notes.push(line) });
  assertEquals(notes, [
    '"one" belongs to no option and is ignored',
    '"two" belongs to no option and is ignored',
  ]);
});
