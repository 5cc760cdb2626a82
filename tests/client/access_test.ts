import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { type AccessOptions, Archive } from "../../client/access.ts";
import { FilterError } from "../../client/errors.ts";
import { Turn } from "../../client/gate.ts";
import { ArchiveAddress } from "../../client/http.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const NEVER = new AbortController().signal;

function archiveWith(options: AccessOptions = {}, settings = {}) {
  return new Archive(
    new ArchiveAddress("http://127.0.0.1:9", "esmond"),
    {
      verbose: false,
      timeout: 7,
      sslVerify: true,
      authApikey: "",
      ...settings,
    },
    options,
  );
}

Deno.test("Archive refuses page sizes, retries and concurrencies that are none", () => {
  for (
    const [field, least] of [["pageSize", 1], ["retries", 0], [
      "concurrency",
      1,
    ]] as const
  ) {
    for (const bad of [least - 1, -5, 1.5, NaN, Infinity, 2 ** 53]) {
      const error = assertThrows(
        () => archiveWith({ [field]: bad }),
        FilterError,
      );
      assertEquals(error.field, field);
    }
    archiveWith({ [field]: least });
  }
});

Deno.test("Archive takes the size of an answer in bytes, as far as a text can be that long", () => {
  for (const bad of [0, -1, 1.5, NaN, Infinity, 512 << 20]) {
    const error = assertThrows(
      () => archiveWith({ maxResponse: bad }),
      FilterError,
    );
    assertEquals(error.field, "maxResponse");
  }
  const archive = archiveWith({ maxResponse: 511 << 20 });
  assertEquals(archive.http(NEVER).maxResponse, 511 << 20);
  assertEquals(archiveWith().http(NEVER).maxResponse, undefined);
});

Deno.test("Archive keeps the key that it was given, though the object it came in is used for another", () => {
  const options = { apiKey: "first", retries: 1 };
  const archive = archiveWith(options);
  Object.assign(options, { apiKey: "second", retries: 9 });
  assertEquals(archive.http(NEVER).apiKey, "first");
  assertEquals(archive.retries, 1);
});

Deno.test("Archive lets 6 requests through at a time, tries 3 times more, and grows its pages unless told otherwise", async () => {
  const usual = archiveWith();
  assertEquals([usual.concurrency, usual.retries], [6, 3]);
  assertEquals(usual.pageSizes.fixed, undefined);
  const own = archiveWith({ concurrency: 2, retries: 0, pageSize: 77 });
  assertEquals([own.concurrency, own.retries, own.pageSizes.fixed], [2, 0, 77]);
  for (const archive of [usual, own]) {
    const stop = new AbortController();
    let entered = 0;
    const coming = Array.from(
      { length: 9 },
      () =>
        archive.gate.enter(new Turn(), stop.signal).then(
          () => entered++,
          () => {},
        ),
    );
    for (let i = 0; i < 10; i++) await Promise.resolve();
    assertEquals(entered, archive.concurrency);
    stop.abort();
    await Promise.all(coming);
  }
});

Deno.test("Archive asks with its own gate, retries and turn, and as the settings are at that time", () => {
  const settings = {
    verbose: false,
    timeout: 7,
    sslVerify: true,
    authApikey: "old",
  };
  const archive = new Archive(
    new ArchiveAddress("http://127.0.0.1:9", "esmond"),
    settings,
    { retries: 5 },
  );
  const turn = new Turn();
  settings.authApikey = "new";
  settings.timeout = 8;
  const stop = new AbortController();
  const http = archive.http(stop.signal, turn);
  assertStrictEquals(http.gate, archive.gate);
  assertStrictEquals(http.turn, turn);
  assertEquals([http.retries, http.timeout, http.apiKey], [5, 8, "new"]);
  assertEquals(
    archiveWith({ apiKey: "mine" }, settings).http(NEVER).apiKey,
    "mine",
  );
});

Deno.test("requests end when either their own signal fires or that of the archive", () => {
  for (const whose of ["own", "archive's"]) {
    const own = new AbortController();
    const all = new AbortController();
    const { signal } = archiveWith({ signal: all.signal }).http(own.signal);
    assertEquals(signal?.aborted, false);
    const reason = new RangeError("enough");
    (whose === "own" ? own : all).abort(reason);
    assertEquals(signal?.aborted, true, whose);
    assertStrictEquals(signal?.reason, reason);
  }
});

Deno.test("Archive lets no request begin once it is drained, be that before or after it was made", async () => {
  const reason = new RangeError("drained");
  const before = archiveWith({ drain: AbortSignal.abort(reason) });
  const drain = new AbortController();
  const after = archiveWith({ drain: drain.signal });
  await after.gate.enter(new Turn(), NEVER);
  drain.abort(reason);
  for (const { gate } of [before, after]) {
    const error = await assertRejects(
      () => gate.enter(new Turn(), NEVER),
      RangeError,
    );
    assertStrictEquals(error, reason);
  }
  assertEquals([before.gate.requests, after.gate.requests], [0, 1]);
  // What is under way is not ended.
  assertEquals(after.http(NEVER).signal?.aborted, false);
});

Deno.test("Archive reports only if it is to be verbose, a line each", () => {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  archiveWith({ log }).report("a");
  archiveWith({ log }, { verbose: true }).report("b", "c");
  archiveWith({}, { verbose: true }).report("d");
  assertEquals(lines, ["b", "c"]);
});

Deno.test("Archive warns whoever wants to be warned, else the log, verbose or not", () => {
  const lines: string[] = [];
  const log = (line: string) => lines.push(`log: ${line}`);
  const warn = (line: string) => lines.push(`warn: ${line}`);
  archiveWith({ log, warn }).warn("a");
  archiveWith({ log }).warn("b");
  archiveWith().warn("c");
  assertEquals(lines, ["warn: a", "log: b"]);
});

Deno.test("Archive does not verify certificates only with a fetch that does not", () => {
  const careless = { sslVerify: false };
  const error = assertThrows(
    () => archiveWith({}, careless).http(NEVER),
    FilterError,
  );
  assertEquals(error.field, "sslVerify");
  const own: typeof fetch = (...some) => fetch(...some);
  assert(archiveWith({ fetch: own }, careless).http(NEVER).fetch === own);
});

Deno.test("Archive refuses a timeout that is no time", () => {
  for (const timeout of [-1, NaN, -Infinity]) {
    const error = assertThrows(
      () => archiveWith({}, { timeout }).http(NEVER),
      FilterError,
    );
    assertEquals(error.field, "timeout");
  }
  assertEquals(archiveWith({}, { timeout: 0 }).http(NEVER).timeout, 0);
});
