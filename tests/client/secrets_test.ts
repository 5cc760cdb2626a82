import { assert, assertEquals } from "@std/assert";
import { withoutKey } from "../../client/secrets.ts";
import { fc } from "../packages/fast_check.ts";

const KEY = "Sup3rSecretKey42";

const each = (encode: (code: number) => string) =>
  [...KEY].map((char) => encode(char.charCodeAt(0))).join("");
const hex = (code: number, length: number) =>
  code.toString(16).padStart(length, "0");

const SPELLINGS: Record<string, string> = {
  "as it is": KEY,
  "in lower case, as in a host": KEY.toLowerCase(),
  "in upper case": KEY.toUpperCase(),
  "in JSON escapes": each((code) => `\\u${hex(code, 4)}`),
  "in JSON escapes here and there": KEY.replaceAll("e", "\\u0065"),
  "in JavaScript escapes": each((code) => `\\x${hex(code, 2)}`),
  "in decimal entities": each((code) => `&#${code};`),
  "in decimal entities with zeros": each((code) => `&#00${code};`),
  "in hexadecimal entities": each((code) => `&#x${hex(code, 2)};`),
  "in entities without a semicolon": each((code) => `&#${code}`)
    .replaceAll("&#", "&#0"),
  "in JavaScript escapes with braces": each((code) => `\\u{${hex(code, 2)}}`),
  "in octal escapes": each((code) => `\\${code.toString(8).padStart(3, "0")}`),
  "in decimal entities with many zeros": each((code) =>
    `&#${"0".repeat(12)}${code};`
  ),
  "in hexadecimal entities with many zeros": each((code) =>
    `&#x${hex(code, 12)};`
  ),
  "percent-encoded as UTF-16": each((code) => `%u${hex(code, 4)}`),
  "split by dots, as in a host": "Sup3.rSec.retK.ey42",
  "split by slashes, as in a path": "Sup3/rSec/retK/ey42",
  "with spaces between": [...KEY].join(" "),
  "with characters of no width between": [...KEY].join("\u200b"),
  "with soft hyphens between": [...KEY].join("&shy;"),
  "with tags between": [...KEY].join("<b></b>"),
  "percent-encoded": each((code) => `%${hex(code, 2)}`),
  "percent-encoded twice": each((code) => `%25${hex(code, 2)}`),
  "entities in JSON escapes": each((code) => `\\u0026#${code};`),
  "cut after 10 characters": KEY.slice(0, 10),
  "without its first 6 characters": KEY.slice(6),
};

for (const [spelling, text] of Object.entries(SPELLINGS)) {
  Deno.test(`withoutKey() hides the key ${spelling}`, () => {
    assertEquals(withoutKey(text, KEY), "***");
    assertEquals(
      withoutKey(`the key "${text}", and ${text}.`, KEY),
      'the key "***", and ***.',
    );
  });
}

Deno.test("withoutKey() changes nothing else, encoded or not", () => {
  for (
    const text of [
      "",
      "Invalid token.",
      'a \\"quoted\\" text, &lt;p&gt; 100 %, 7 %41, \\u0041',
      "Sup3rSe",
      "\ud83d\ude00 &#128512; &unknown; \\",
    ]
  ) assertEquals(withoutKey(text, KEY), text);
});

Deno.test("withoutKey() hides a key of other characters, in named entities or without them", () => {
  const key = "ab_cd-ef.gh/ij+kl=";
  const named = "ab&lowbar;cd&hyphen;ef&period;gh&sol;ij&plus;kl&equals;";
  for (const text of [key, named]) assertEquals(withoutKey(text, key), "***");
  assertEquals(withoutKey("ab cd ef gh ij kl", key), "***");
  assertEquals(withoutKey("a b c d", "a-------b"), "a b c d");
});

Deno.test("withoutKey() hides a short key only as a whole, and none of 5 characters or fewer", () => {
  assertEquals(withoutKey("abcdef abcde", "abcdef"), "*** abcde");
  assertEquals(withoutKey("abcde", "abcde"), "abcde");
  assertEquals(withoutKey("abcde", ""), "abcde");
  assertEquals(withoutKey("abcde", undefined), "abcde");
});

Deno.test("withoutKey() leaves no key, wherever it stands among whatever is encoded", () => {
  const noise = fc.array(
    fc.constantFrom("%", "&#", "\\", "\\u", ";", "%41", "&amp;", "x", " ", "é"),
    { maxLength: 8 },
  ).map((parts) => parts.join(""));
  fc.assert(
    fc.property(noise, noise, (before, after) => {
      // A backslash or % before it would make it another text.
      const text = `${before} ${KEY} ${after}`;
      assertEquals(withoutKey(text, KEY), `${before} *** ${after}`);
    }),
    { numRuns: 300 },
  );
});

Deno.test("withoutKey() takes time in proportion to the text", () => {
  for (
    const text of ["\\", "%", "&#", "&#0", "<", "Sup3rSecret", "%2525", " "]
  ) {
    const begun = performance.now();
    withoutKey(text.repeat(100_000), KEY);
    assert(performance.now() - begun < 60_000, JSON.stringify(text));
  }
});
