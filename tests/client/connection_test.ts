import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { type ApiConnectOptions, Connection } from "../../client/connection.ts";
import { FilterError } from "../../client/errors.ts";
import { ApiFilters } from "../../client/filters.ts";
import { Turn } from "../../client/gate.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const NEVER = new AbortController().signal;

function connectionWith(options: ApiConnectOptions = {}, settings = {}) {
  const filters = new ApiFilters({ timeout: 7, ...settings });
  return new Connection("http://127.0.0.1:9", filters, options);
}

Deno.test("Connection refuses invalid page sizes, retries and concurrencies", () => {
  for (
    const [field, least] of [["pageSize", 1], ["retries", 0], [
      "concurrency",
      1,
    ]] as const
  ) {
    for (const bad of [least - 1, -5, 1.5, NaN, Infinity, 2 ** 53]) {
      const error = assertThrows(
        () => connectionWith({ [field]: bad }),
        FilterError,
      );
      assertEquals(error.field, field);
    }
    connectionWith({ [field]: least });
  }
});

Deno.test("Connection takes the size of an answer in bytes, as far as a text can be that long", () => {
  for (const bad of [0, -1, 1.5, NaN, Infinity, 512 << 20]) {
    const error = assertThrows(
      () => connectionWith({ maxResponse: bad }),
      FilterError,
    );
    assertEquals(error.field, "maxResponse");
  }
  const connection = connectionWith({ maxResponse: 511 << 20 });
  assertEquals(connection.http(NEVER).maxResponse, 511 << 20);
  assertEquals(connectionWith().http(NEVER).maxResponse, undefined);
});

Deno.test("Connection keeps the key that it was given, though the object it came in is used for another", () => {
  const options = { apiKey: "first", retries: 1 };
  const connection = connectionWith(options);
  Object.assign(options, { apiKey: "second", retries: 9 });
  assertEquals(connection.http(NEVER).apiKey, "first");
  assertEquals(connection.retries, 1);
});

Deno.test("Connection lets 6 requests through at a time, tries 3 times more, and grows its pages unless told otherwise", async () => {
  const usual = connectionWith();
  assertEquals([usual.concurrency, usual.retries], [6, 3]);
  assertEquals(usual.pageSizes.fixed, undefined);
  const own = connectionWith({ concurrency: 2, retries: 0, pageSize: 77 });
  assertEquals([own.concurrency, own.retries, own.pageSizes.fixed], [2, 0, 77]);
  for (const connection of [usual, own]) {
    const stop = new AbortController();
    let entered = 0;
    const coming = Array.from(
      { length: 9 },
      () =>
        connection.gate.enter(new Turn(), stop.signal).then(
          () => entered++,
          () => {},
        ),
    );
    for (let i = 0; i < 10; i++) await Promise.resolve();
    assertEquals(entered, connection.concurrency);
    stop.abort();
    await Promise.all(coming);
  }
});

Deno.test("Connection asks with its own gate, retries and turn, and as the settings are at that time", () => {
  const settings = new ApiFilters({ timeout: 7, authApikey: "old" });
  const connection = new Connection("http://127.0.0.1:9", settings, {
    retries: 5,
  });
  const turn = new Turn();
  settings.authApikey = "new";
  settings.timeout = 8;
  const stop = new AbortController();
  const http = connection.http(stop.signal, turn);
  assertStrictEquals(http.gate, connection.gate);
  assertStrictEquals(http.turn, turn);
  assertEquals([http.retries, http.timeout, http.apiKey], [5, 8, "new"]);
  assertEquals(
    connectionWith({ apiKey: "mine" }, { authApikey: "new" }).http(NEVER)
      .apiKey,
    "mine",
  );
});

Deno.test("requests end when either their own signal fires or that of the connection", () => {
  for (const whose of ["own", "connection's"]) {
    const own = new AbortController();
    const all = new AbortController();
    const connection = connectionWith({ signal: all.signal });
    const { signals = [] } = connection.http(own.signal);
    assertEquals(signals.map(({ aborted }) => aborted), [false, false]);
    const reason = new RangeError("enough");
    (whose === "own" ? own : all).abort(reason);
    const fired = signals.filter(({ aborted }) => aborted);
    assertEquals(fired.length, 1, whose);
    assertStrictEquals(fired[0]!.reason, reason);
  }
});

Deno.test("Connection lets no request begin once it is drained, be that before or after it was made", async () => {
  const reason = new RangeError("drained");
  const before = connectionWith({ drain: AbortSignal.abort(reason) });
  const drain = new AbortController();
  const after = connectionWith({ drain: drain.signal });
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
  assertEquals(after.http(NEVER).signals, [NEVER]);
});

Deno.test("Connection reports only if it is to be verbose, a line each", () => {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  connectionWith({ log }).report("a");
  connectionWith({ log }, { verbose: true }).report("b", "c");
  connectionWith({}, { verbose: true }).report("d");
  assertEquals(lines, ["b", "c"]);
});

Deno.test("Connection warns whoever wants to be warned, else the log, verbose or not", () => {
  const lines: string[] = [];
  const log = (line: string) => lines.push(`log: ${line}`);
  const warn = (line: string) => lines.push(`warn: ${line}`);
  connectionWith({ log, warn }).warn("a");
  connectionWith({ log }).warn("b");
  connectionWith().warn("c");
  assertEquals(lines, ["warn: a", "log: b"]);
});

Deno.test("Connection shows no key in what it reports and warns of, wherever it was given", () => {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const settings = { verbose: true, authApikey: "Sup3rSecretKey42" };
  for (
    const connection of [
      connectionWith({ log }, settings),
      connectionWith({ log, apiKey: settings.authApikey }, { verbose: true }),
    ]
  ) {
    connection.report("[url: http://h/%53up3rSecretKey42]");
    connection.warn("odd: Sup3rSecretKey42");
  }
  assertEquals(lines, [
    ...["[url: http://h/***]", "odd: ***"],
    ...["[url: http://h/***]", "odd: ***"],
  ]);
});

Deno.test("Connection does not verify certificates only with a fetch that does not", () => {
  const careless = { sslVerify: false };
  const error = assertThrows(
    () => connectionWith({}, careless).http(NEVER),
    FilterError,
  );
  assertEquals(error.field, "sslVerify");
  const own: typeof fetch = (...some) => fetch(...some);
  assert(connectionWith({ fetch: own }, careless).http(NEVER).fetch === own);
});

Deno.test("Connection refuses a timeout that is not a time", () => {
  for (const timeout of [-1, NaN, -Infinity]) {
    const error = assertThrows(
      () => connectionWith({}, { timeout }).http(NEVER),
      FilterError,
    );
    assertEquals(error.field, "timeout");
  }
  assertEquals(connectionWith({}, { timeout: 0 }).http(NEVER).timeout, 0);
});

Deno.test("Connection with another signal shares its address, limits and clock, and listens to no other", () => {
  const own = new AbortController();
  const connection = connectionWith({ signal: own.signal, concurrency: 2 });
  const { signal } = new AbortController();
  const warned: string[] = [];
  const other = connection.with({ signal, warn: (line) => warned.push(line) });
  assertStrictEquals(other.gate, connection.gate);
  assertStrictEquals(other.pageSizes, connection.pageSizes);
  assertStrictEquals(other.address, connection.address);
  assertStrictEquals(other.filters, connection.filters);
  assertEquals(other.http().signals, [signal]);
  assertEquals(other.concurrency, 2);
  assertEquals(connection.http().signals, [own.signal]);
  connection.warn("not here");
  other.warn("here");
  assertEquals(warned, ["here"]);
});

Deno.test("what the options of a connection say goes before what its filters say", () => {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const own: typeof fetch = (...some) => fetch(...some);
  const old = { timeout: 8, verbose: true, sslVerify: false };
  const { timeout } = connectionWith({ timeout: 5, fetch: own }, old).http();
  assertEquals(timeout, 5);
  connectionWith({ log, verbose: false }, old).report("a");
  connectionWith({ log, verbose: true }).report("b");
  assertEquals(lines, ["b"]);
  connectionWith({ sslVerify: true }, old).http();
  const careless = connectionWith({ sslVerify: false });
  assertThrows(() => careless.http(), FilterError, "sslVerify is false");
  for (const bad of [-1, NaN, "5s" as unknown as number]) {
    const error = assertThrows(
      () => connectionWith({ timeout: bad }),
      FilterError,
      "give seconds",
    );
    assertEquals(error.field, "timeout");
  }
});

Deno.test("Connection refuses filters that are something else", () => {
  const filters = { source: "192.0.2.10" } as unknown as ApiFilters;
  const error = assertThrows(
    () => new Connection("http://127.0.0.1:9", filters),
    FilterError,
    "new ApiFilters(",
  );
  assertEquals(error.field, "filters");
});

Deno.test("a runtime without fetch is told so, before anything is asked", () => {
  const { fetch } = globalThis;
  try {
    Reflect.deleteProperty(globalThis, "fetch");
    const connection = connectionWith();
    const error = assertThrows(
      () => connection.http(),
      FilterError,
      "this runtime has no fetch",
    );
    assertEquals(error.field, "fetch");
    assertStrictEquals(connectionWith({ fetch }).http().fetch, fetch);
  } finally {
    globalThis.fetch = fetch;
  }
});

Deno.test("warnOnce() tells of each thing once, and of nothing if there is no line", () => {
  const lines: string[] = [];
  const connection = connectionWith({ warn: (line) => lines.push(line) });
  let made = 0;
  for (const about of ["a", "b", "a", "b", "c", "c"]) {
    connection.warnOnce(about, () => {
      made++;
      return about === "c" ? undefined : `doubt about ${about}`;
    });
  }
  assertEquals(lines, ["doubt about a", "doubt about b"]);
  assertEquals(made, 3);
});
