import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Failures } from "../../../cli/query/failures.ts";
import {
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveTimeoutError,
  ArchiveUnreachableError,
  FilterError,
} from "../../../mod.ts";

const REQUEST = { url: "http://127.0.0.1/esmond/perfsonar/archive/" };

const http = (status: number) => new ArchiveHttpError(status, "said", REQUEST);
const timeout = () => new ArchiveTimeoutError(20, REQUEST);
const unreachable = () => new ArchiveUnreachableError("refused", REQUEST);
const nonsense = () => new ArchiveResponseError("text/html", REQUEST);

/** Whether the error was thrown on, and not counted. */
function isThrown(failures: Failures, error: Error): boolean {
  const before = failures.count;
  try {
    failures.take(error);
  } catch (thrown) {
    assertStrictEquals(thrown, error);
    return true;
  }
  assertEquals(failures.count, before + 1);
  return false;
}

Deno.test("Failures counts what concerns one series", () => {
  const failures = new Failures();
  for (
    const error of [
      http(404),
      http(400),
      http(500),
      http(503),
      nonsense(),
      timeout(),
      unreachable(),
    ]
  ) assertEquals(isThrown(failures, error), false, error.message);
  assertEquals(failures.count, 7);
});

Deno.test("Failures throws on what concerns every series", () => {
  const failures = new Failures();
  for (
    const error of [
      http(401),
      http(403),
      new FilterError("timeStart", "NaN"),
      new TypeError("a mistake in the program"),
      new DOMException("stopped", "AbortError"),
    ]
  ) assertEquals(isThrown(failures, error), true, error.message);
  assertEquals(failures.count, 0);
});

Deno.test("Failures gives an archive up that is silent three times in a row", () => {
  const failures = new Failures();
  assertEquals(isThrown(failures, timeout()), false);
  assertEquals(isThrown(failures, unreachable()), false);
  assertThrows(() => failures.take(timeout()), ArchiveTimeoutError);
});

Deno.test("Failures gives an archive up that has no time for three series in a row, which may ask for a minute before each try", () => {
  for (const status of [429, 503]) {
    const failures = new Failures();
    assertEquals(isThrown(failures, http(status)), false);
    assertEquals(isThrown(failures, http(status)), false);
    assertEquals(isThrown(failures, http(status)), true);
  }
});

Deno.test("Failures does not give up an archive that answers in between", () => {
  const failures = new Failures();
  for (let round = 0; round < 5; round++) {
    assertEquals(isThrown(failures, timeout()), false);
    assertEquals(isThrown(failures, timeout()), false);
    if (round % 2 === 0) failures.none();
    else assertEquals(isThrown(failures, http(500)), false);
  }
  assertEquals(failures.count, 12);
});

Deno.test("Failures never gives up an archive that refuses each series", () => {
  const failures = new Failures();
  for (let count = 0; count < 50; count++) {
    assertEquals(isThrown(failures, http(500)), false);
    assertEquals(isThrown(failures, nonsense()), false);
  }
  assertEquals(failures.count, 100);
});
