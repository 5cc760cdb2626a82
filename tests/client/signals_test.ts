import { assertEquals } from "@std/assert";
import { onAbort } from "../../client/signals.ts";

Deno.test("onAbort() tells the reason of the first signal that fires, once", () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const told: unknown[] = [];
  onAbort([first.signal, second.signal], (reason) => told.push(reason));
  assertEquals(told, []);
  second.abort("second");
  first.abort("first");
  assertEquals(told, ["second"]);
});

Deno.test("onAbort() tells at once of a signal that has fired", () => {
  const other = new AbortController();
  const told: unknown[] = [];
  onAbort(
    [other.signal, AbortSignal.abort("before")],
    (reason) => told.push(reason),
  );
  other.abort("after");
  assertEquals(told, ["before"]);
});

Deno.test("onAbort() tells nothing once its listening has ended", () => {
  const stop = new AbortController();
  const told: unknown[] = [];
  const end = onAbort([stop.signal], (reason) => told.push(reason));
  end();
  stop.abort("late");
  assertEquals(told, []);
});
