import { assert, assertEquals } from "@std/assert";
import { join, resolve } from "@std/path";
import { fc } from "../../packages/fast_check.ts";
import {
  fileNames,
  madeOf,
  partialName,
  safePart,
  spoolOf,
} from "../../../cli/export/names.ts";

const bytes = (text: string) => new TextEncoder().encode(text).length;

// As file systems see them: macOS and Windows do not tell capitals.
const distinct = (names: string[]) =>
  new Set(names.map((name) => name.toLowerCase())).size;

const KEY = fc.stringMatching(/^[0-9a-f]{64}$/);

Deno.test("D31: safePart() makes harmless what would leave the directory or hide the file", () => {
  const table: [text: string, safe: string][] = [
    ["../../etc/x", "---..-etc-x"],
    ["..", "--"],
    [".", "-"],
    [".hidden", "-hidden"],
    ["...a", "---a"],
    ["/etc/passwd", "-etc-passwd"],
    ["C:\\Windows", "C--Windows"],
    ["a\0b", "a-b"],
    ["a\nb\tc\x1b[31m", "a-b-c-[31m"],
    ["\x7f\x9b", "--"],
    ["trailing. .", "trailing---"],
    ['<>:"/\\|?*', "---------"],
    ["\ud800", "-"],
    ["fdp\u202eexe\u2069\u2028", "fdp-exe--"],
  ];
  for (const [text, safe] of table) assertEquals(safePart(text), safe, text);
});

Deno.test("safePart() leaves names and addresses as they are, but for the colons of IPv6", () => {
  for (
    const text of [
      "lat1.alpha.example",
      "192.0.2.10",
      "packet-loss-rate-bidir",
      "hôte-é.example",
      "測定 ☃ 😀",
      "under_score",
      "",
    ]
  ) {
    assertEquals(safePart(text), text);
  }
  assertEquals(safePart("2001:db8::21"), "2001-db8--21");
});

Deno.test("safePart() is one name of one directory, whatever it is given", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const safe = safePart(text);
      assertEquals(
        join(resolve("/out"), `x${safe}`),
        resolve("/out", `x${safe}`),
      );
      assertEquals(
        resolve("/out", `${safe}_x`),
        join(resolve("/out"), `${safe}_x`),
      );
      // deno-lint-ignore no-control-regex -- control characters are what must not be there
      assert(!/[\x00-\x1f\x7f-\x9f<>:"/\\|?*]|^\.|[. ]$/.test(safe), safe);
      assert(safe.isWellFormed());
      assertEquals(safePart(safe), safe);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("fileNames() gives a single one the plain name", () => {
  assertEquals(
    fileNames([{ stem: "a_b_throughput", key: "0123456789" }], "csv"),
    ["a_b_throughput.csv"],
  );
});

Deno.test("fileNames() of none is none", () => {
  assertEquals(fileNames([], "csv"), []);
});

Deno.test("D14: fileNames() appends the beginning of its key to each that shares a name", () => {
  assertEquals(
    fileNames([
      { stem: "a_b_failures", key: "0123456789abcdef" },
      { stem: "a_b_failures", key: "fedcba9876543210" },
    ], "json"),
    ["a_b_failures_01234567.json", "a_b_failures_fedcba98.json"],
  );
});

Deno.test("D14: fileNames() appends the whole key where its beginning does not tell them apart", () => {
  assertEquals(
    fileNames([
      { stem: "a", key: "01234567aa" },
      { stem: "a", key: "01234567bb" },
      { stem: "a", key: "fedcba9876" },
    ], "json"),
    ["a_01234567aa.json", "a_01234567bb.json", "a_fedcba9876.json"],
  );
});

Deno.test("D14: fileNames() tells keys apart where capitals do not count", () => {
  const names = fileNames([
    { stem: "a", key: "ABCDEFGH1" },
    { stem: "a", key: "abcdefgh2" },
  ], "csv");
  assertEquals(distinct(names), 2);
});

Deno.test("D14: fileNames() gives each the same name whatever their order, and no two the same", () => {
  const wanted = fc.uniqueArray(KEY, { minLength: 2, maxLength: 6 })
    .chain((keys) =>
      fc.tuple(
        fc.constant(keys),
        fc.shuffledSubarray(keys, { minLength: keys.length }),
      )
    );
  fc.assert(fc.property(wanted, fc.string(), ([keys, shuffled], text) => {
    const stem = safePart(text);
    const named = (order: string[]) => {
      const names = fileNames(order.map((key) => ({ stem, key })), "csv");
      return new Map(order.map((key, index) => [key, names[index]]));
    };
    const names = named(keys);
    const again = named(shuffled);
    for (const key of keys) assertEquals(again.get(key), names.get(key));
    assertEquals(distinct([...names.values()] as string[]), keys.length);
  }));
});

Deno.test("D14: fileNames() gives no two the same name, even without keys", () => {
  const wanted = [{ stem: "a_b", key: "" }, { stem: "a_b", key: "" }];
  assertEquals(distinct(fileNames(wanted, "csv")), 2);
});

Deno.test("D31: safePart() keeps within what a file system takes, and tells apart what it cuts", () => {
  for (const letter of ["s", "é", "😀"]) {
    const long = [..."ab"].map((end) => safePart(letter.repeat(400) + end));
    assertEquals(distinct(long), 2);
    for (const part of long) {
      assert(bytes(part) <= 50, part);
      assert(part.startsWith(letter.repeat(5)), part);
      assert(part.isWellFormed(), part);
    }
    const stem = [...long, "e".repeat(400), "2016-03-01", "2016-03-03"]
      .map(safePart).join("_");
    const wanted = { stem, key: "0".repeat(64) };
    for (
      const name of [
        partialName(wanted, "json"),
        ...fileNames([wanted, { ...wanted, key: "1".repeat(400) }], "json"),
      ]
    ) assert(bytes(name) <= 255, `${bytes(name)} bytes`);
  }
});

Deno.test("D31: fileNames() keeps within what a file system takes when whole keys of elmond are appended", () => {
  const names = fileNames(
    ["a", "b"].map((end) => ({
      stem: "s".repeat(199),
      key: "0".repeat(63) + end,
    })),
    "json",
  );
  assertEquals(distinct(names), 2);
  for (const name of names) assert(bytes(name) <= 255, `${bytes(name)} bytes`);
});

Deno.test("D31: fileNames() makes harmless what an archive sends as a key", () => {
  const names = fileNames([
    { stem: "a", key: "../../up" },
    { stem: "a", key: "/etc/abc" },
  ], "csv");
  assertEquals(names, ["a_---..-up.csv", "a_-etc-abc.csv"]);
});

Deno.test("safePart() takes a name of any length in a moment, and tells it from others", () => {
  const names = [" ", ".", ". ", "a ", "ü", "<", "😀"].flatMap((
    piece,
  ) => [piece.repeat(2_000_000), `${piece.repeat(2_000_000)}x`]);
  const safe = names.map(safePart);
  assertEquals(distinct(safe), names.length);
  for (const each of safe) assert(bytes(each) <= 50, each);
  assertEquals(safePart(" ".repeat(99)).slice(0, 41), "-".repeat(41));
});

Deno.test("a spool has the name of the file that is made from it, and tells that", () => {
  const made = partialName({ stem: "a_b.spool", key: "k1" }, "parquet");
  const spool = spoolOf(made);
  assertEquals(spool, "a_b.spool_k1.parquet.spool.partial");
  assertEquals([madeOf(spool), madeOf(made)], [made, made]);
});
