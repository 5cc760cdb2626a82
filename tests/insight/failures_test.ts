import { assertEquals } from "@std/assert";
import type { JsonValue } from "../../client/wire.ts";
import { groupFailures } from "../../insight/failures.ts";

/** The message that failures with this value have. */
function messageOf(val: JsonValue): string | undefined {
  return groupFailures([{ ts: 0, val }])[0]?.message;
}

Deno.test("groupFailures() counts messages that differ only in digits and addresses together", () => {
  const error = (text: string) => ({ error: text });
  assertEquals(
    groupFailures([
      { ts: 600, val: error("no answer from 198.51.100.20:861 after 10.5 s") },
      { ts: 0, val: error("no answer from 203.0.113.30:862 after 9.75 s") },
      { ts: 300, val: error("No route to host") },
      { ts: 900, val: error("no answer from 203.0.113.30:862 after 9.75 s") },
    ]),
    [
      {
        message: "no answer from *:* after *.* s",
        lastText: "no answer from 203.0.113.30:862 after 9.75 s",
        count: 3,
        first: 0,
        last: 900,
      },
      {
        message: "No route to host",
        lastText: "No route to host",
        count: 1,
        first: 300,
        last: 300,
      },
    ],
  );
});

Deno.test("of equally frequent messages the latest comes first", () => {
  const messages = groupFailures([
    { ts: 0, val: "a" },
    { ts: 5, val: "b" },
  ]).map(({ message }) => message);
  assertEquals(messages, ["b", "a"]);
});

Deno.test("addresses of both families are one *, and what is around them stays", () => {
  for (
    const [text, message] of [
      ["connect to 2001:db8::1: refused", "connect to *: refused"],
      ["[2001:DB8:0:0::1]:5001", "[*]:*"],
      ["::1. fe80::1", "*. *"],
      ["192.0.2.1, 192.0.2.10", "*, *"],
      ["::ffff:192.0.2.1 is mapped", "* is mapped"],
      ["ps.alpha7.example port 5201", "ps.alpha*.example port *"],
      ["std::bad_alloc in run 7", "std::bad_alloc in run *"],
      ["at 12:30:45", "at *"],
      ["error: no more", "error: no more"],
    ] as const
  ) {
    assertEquals(messageOf({ error: text }), message);
  }
});

Deno.test("failures that are no text, or nothing, have a message, too", () => {
  assertEquals(messageOf("plain 1"), "plain *");
  assertEquals(messageOf({ error: ["a", 5] }), '["a",*]');
  assertEquals(messageOf({ error: { code: 5 } }), '{"code":*}');
  assertEquals(messageOf({ cause: "x" }), '{"cause":"x"}');
  for (const nothing of [null, "", {}, { error: null }, { error: "" }]) {
    assertEquals(messageOf(nothing), "");
  }
  assertEquals(groupFailures([{ ts: 0 }])[0]?.message, "");
});

Deno.test("there is nothing to group in nothing, or without a time", () => {
  assertEquals(groupFailures([]), []);
  assertEquals(groupFailures([{ ts: "", val: "a" }]), []);
});

Deno.test("a hostile message takes no time", () => {
  for (const part of [".", ":", "1", "1.", "a:", "::", "x"]) {
    const message = messageOf(part.repeat(300_000) + "g!");
    assertEquals(message === undefined, false);
  }
});
