import { assertEquals } from "@std/assert";
import { ApiConnect } from "../../../mod.ts";
import { Alike } from "../../../cli/query/alike.ts";
import { test } from "../../helpers/listed.ts";
import { json, withServer } from "../../servers/serve.ts";

/** What is told of tests with these parameters, all shown as their `shown`. */
async function told(
  ...tests: Record<string, unknown>[]
): Promise<string | undefined> {
  const alike = new Alike();
  const listed = tests.map((fields, n) =>
    test(`k${n + 1}`, ["throughput"], { "tool-name": "x", ...fields })
  );
  await withServer(() => json(listed), async (origin) => {
    for await (const each of new ApiConnect(origin).getMetadata()) {
      alike.take(String(each.get("shown") ?? "all"), each);
    }
  });
  return alike.line();
}

Deno.test("Alike tells nothing of tests whose rows differ", async () => {
  assertEquals(await told(), undefined);
  assertEquals(await told({ shown: 1 }, { shown: 2 }), undefined);
});

Deno.test("Alike names the one parameter that tells all tests apart, if there is one", async () => {
  assertEquals(
    await told(
      { "a-x": 1, "b-y": 1 },
      { "a-x": 1, "b-y": 2 },
      { "a-x": 2, "b-y": 3 },
      { shown: "other" },
    ),
    "no column tells the rows of 3 tests apart, which differ in a-x, b-y; --with b-y adds what does, --filter b-y:1 finds one of them",
  );
});

Deno.test("Alike names several parameters where none is enough, and quotes values for a shell", async () => {
  assertEquals(
    await told(
      { p: "a b", q: 1 },
      { p: "a b", q: 2 },
      { p: "c", q: 1 },
      { p: "c", q: 2 },
    ),
    'no column tells the rows of 4 tests apart, which differ in p, q; --with p,q adds what does, --filter "p:a b" --filter q:1 finds one of them',
  );
});

Deno.test("Alike takes the absence of a parameter for a difference, and finds a test that has it", async () => {
  assertEquals(
    await told({}, { p: 5 }),
    "no column tells the rows of 2 tests apart, which differ in p; --with p adds what does, --filter p:5 finds one of them",
  );
});

Deno.test("Alike falls back on the key, if tests have one", async () => {
  assertEquals(
    await told({ p: 1 }, { p: 1 }),
    "no column tells the rows of 2 tests apart, which differ in no parameter; --with metadata-key adds what does, --filter metadata-key:k1 finds one of them",
  );
  const keyless = { "metadata-key": undefined };
  assertEquals(
    await told(keyless, keyless),
    "no column tells the rows of 2 tests apart, which differ in no parameter",
  );
});

Deno.test("Alike counts a test once whose rows are of several event types", async () => {
  const alike = new Alike();
  const listed = [1, 2].map((p) =>
    test(`k${p}`, ["throughput"], { "tool-name": "x", p })
  );
  await withServer(() => json(listed), async (origin) => {
    for await (const each of new ApiConnect(origin).getMetadata()) {
      alike.take("throughput", each);
      alike.take("failures", each);
    }
  });
  assertEquals(alike.line()?.includes("the rows of 2 tests apart"), true);
});

Deno.test("Alike names a few parameters only", async () => {
  const many = (value: number) =>
    Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`p${n}`, value]));
  const line = await told(many(1), many(2));
  assertEquals(
    line,
    "no column tells the rows of 2 tests apart, which differ in p0, p1, p10, p11, p2, p3, p4, p5 and 4 more; " +
      "--with p0 adds what does, --filter p0:1 finds one of them",
  );
});
