import { assertEquals, assertThrows } from "@std/assert";
import { InterruptedError } from "../../cli/errors.ts";
import { promptSecret } from "../../cli/prompt.ts";

/** What is answered to these pieces of typing, and what the terminal was told. */
function ask(pieces: string[], isTerminal = true) {
  const encoder = new TextEncoder();
  const told: string[] = [];
  const answer = () =>
    promptSecret("API key: ", {
      isTerminal: () => isTerminal,
      setRaw: (isRaw) => told.push(isRaw ? "raw" : "cooked"),
      readSync: (bytes) => {
        const piece = pieces.shift();
        if (piece === undefined) return null;
        return encoder.encodeInto(piece, bytes).written;
      },
      show: (text) => told.push(text),
    });
  return { answer, told };
}

Deno.test("promptSecret() takes a line, with corrections, and shows nothing of it", () => {
  const { answer, told } = ask(["sex\x7f", "cret\r", "more"]);
  assertEquals(answer(), "secret");
  assertEquals(told, ["API key: ", "raw", "cooked", "\n"]);
});

Deno.test("promptSecret() has no answer at the end of input, and where nobody is", () => {
  assertEquals(ask(["abc", "\x04"]).answer(), null);
  assertEquals(ask(["abc"]).answer(), null);
  const { answer, told } = ask(["abc\r"], false);
  assertEquals(answer(), null);
  assertEquals(told, []);
});

Deno.test("promptSecret() is interrupted by Ctrl-C, and gives the terminal back", () => {
  const { answer, told } = ask(["abc\x03"]);
  assertThrows(answer, InterruptedError);
  assertEquals(told.at(-2), "cooked");
});
