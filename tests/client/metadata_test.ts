import "../helpers/impatient.ts";
import { assertEquals } from "@std/assert";
import {
  ApiConnect,
  ApiFilters,
  type ApiFiltersOptions,
  DataPayload,
  DataPoint,
} from "../../mod.ts";
import { json, withServer } from "../servers/serve.ts";
import { esmondTest, first, LIST } from "./many_series.ts";

Deno.test("D24: getFreeformKeyValue is a method", async () => {
  await withServer(
    () => json([esmondTest("a", { "bw-parallel-streams": "4", flag: false })]),
    async (origin) => {
      const md = await first(new ApiConnect(origin));
      assertEquals(md.getFreeformKeyValue("bw-parallel-streams"), "4");
      assertEquals(md.get("flag"), false);
      assertEquals(md.get("toString"), undefined);
    },
  );
});

Deno.test("Metadata gives every property, undefined where the archive says nothing", async () => {
  const said = {
    "metadata-key": "a",
    uri: `${LIST}a/`,
    source: "192.0.2.10",
    destination: null,
    "time-duration": "PT30S",
    "ip-packet-interval": 0.1,
    "event-types": null,
  };
  await withServer(() => json([said]), async (origin) => {
    const md = await first(new ApiConnect(origin));
    assertEquals(md.source, "192.0.2.10");
    assertEquals(md.destination, undefined);
    assertEquals(md.get("destination"), null);
    assertEquals(md.inputSource, undefined);
    assertEquals(md.timeDuration, "PT30S");
    assertEquals(md.ipPacketInterval, 0.1);
    assertEquals(md.eventTypes, []);
    assertEquals([...md.getAllEventTypes()], []);
    assertEquals(md.getEventType("throughput"), undefined);
    assertEquals(`${md}`, `<Metadata/a: uri:${LIST}a/>`);
    assertEquals(md.toJSON() as unknown, said);
    assertEquals(JSON.parse(md.dump), said);
  });
});

Deno.test("all that is read shows what the archive sent of it, for people and for JSON.stringify", async () => {
  const entry = esmondTest("0123");
  await withServer(() => json([entry]), async (url) => {
    const md = await first(new ApiConnect(url));
    const et = md.getEventType("throughput")!;
    const summary = et.getSummary("average", 3600)!;
    const dp = new DataPoint({ ts: 1, val: [2] });
    const sent = entry["event-types"]![0]!;
    for (
      const [object, wanted] of [
        [md, entry],
        [et, sent],
        [summary, sent.summaries![0]],
        [dp, { ts: 1, val: [2] }],
      ] as const
    ) {
      assertEquals(JSON.parse(JSON.stringify(object)), wanted);
      assertEquals(object.dump, JSON.stringify(wanted, null, 4));
    }
  });
});

Deno.test("Metadata keeps the exact text that the archive sent", async () => {
  const sent = '{"metadata-key": "a",  "bw": 1e+21, "n": 9007199254740993}';
  await withServer(() => json(`[\n ${sent} ]`), async (origin) => {
    assertEquals((await first(new ApiConnect(origin))).text, sent);
  });
});

Deno.test("objects of the library show themselves in console.log", async () => {
  await withServer(() => json([esmondTest("a")]), async (origin) => {
    const md = await first(new ApiConnect(origin));
    const et = md.getEventType("throughput")!;
    const shown = [md, et, et.getSummary("average", 3600)!, new DataPayload()];
    for (const each of shown) assertEquals(Deno.inspect(each), `${each}`);
    assertEquals(
      Deno.inspect(new DataPoint({ ts: 0, val: null })),
      "<DataPoint: ts:1970-01-01 00:00:00 val:None>",
    );
  });
});

Deno.test("a misspelt event type is told with the nearest, once, whether it is searched for or taken from a test", async () => {
  const said = async (filters: ApiFiltersOptions, names: string[]) => {
    const lines: string[] = [];
    await withServer(
      () => json([esmondTest("a"), esmondTest("b")]),
      async (origin) => {
        const conn = new ApiConnect(origin, new ApiFilters(filters), {
          warn: (line) => lines.push(line),
        });
        for (const _ of [1, 2]) {
          for await (const md of conn.getMetadata()) {
            for (const name of names) md.getEventType(name);
          }
        }
      },
    );
    return lines;
  };
  const wrong =
    '"througput" is not a known event type (did you mean throughput?)';
  assertEquals(await said({ eventType: "througput" }, []), [wrong]);
  assertEquals(await said({}, ["througput"]), [wrong]);
  assertEquals(await said({ eventType: "of-our-own" }, []), [
    '"of-our-own" is not a known event type',
  ]);
  assertEquals(await said({ summaryType: "averages" }, []), [
    '"averages" is not a kind of roll-up (did you mean average?)',
  ]);
  // What may be missing, and what an archive may keep of its own, is no doubt.
  assertEquals(
    await said(
      { eventType: "throughput", summaryType: "average" },
      ["throughput", "path-mtu", "of-our-own"],
    ),
    [],
  );
});
