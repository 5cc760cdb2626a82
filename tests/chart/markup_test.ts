import { assertEquals } from "@std/assert";
import { element, escaped, short } from "../../chart/markup.ts";
import { cells, cut, pixels, wrapped } from "../../chart/text_width.ts";

Deno.test("escaped() leaves nothing that is a tag, acts, or turns the direction", () => {
  assertEquals(escaped(`<b a="1">&'`), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
  assertEquals(
    escaped("a\u0000b\u001bc\u202ed\u2066e\u200ff\ufffeg\ud800h"),
    "a�b�c�d�e�f�g�h",
  );
  assertEquals(escaped("déjà 🛰 →"), "déjà 🛰 →");
});

Deno.test("element() escapes attributes, and closes what is empty", () => {
  assertEquals(
    element("rect", { x: 1 / 3, class: `a"b`, fill: undefined }),
    '<rect x="0.33" class="a&quot;b"/>',
  );
  assertEquals(element("text", {}, escaped("<")), "<text>&lt;</text>");
  assertEquals(element("tbody"), "<tbody></tbody>");
});

Deno.test("short() has no zero below 0", () => {
  assertEquals([-0.001, 2.345, 1e-9].map(short), ["0", "2.35", "0"]);
});

Deno.test("wrapped() keeps a number with its unit, and cuts what is too long", () => {
  assertEquals(wrapped("loss of 99.9 % here", 12, cells), [
    "loss of",
    "99.9 % here",
  ]);
  assertEquals(wrapped("one two three", 5, cells, 2), ["one", "two …"]);
  assertEquals(wrapped("incomprehensible", 6, cells), ["incom…"]);
  assertEquals(cut("日本語", 5, cells), "日本…");
  assertEquals(cut("abc", 3, cells), "abc");
});

Deno.test("pixels() takes wide letters for wider than narrow ones", () => {
  const measure = pixels(10);
  assertEquals(measure("ill") < measure("abc"), true);
  assertEquals(measure("abc") < measure("MW%"), true);
});
